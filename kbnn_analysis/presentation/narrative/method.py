"""How the figures were made, in plain words, from the notes that a result carries."""

from __future__ import annotations

from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation import numbers
from kbnn_analysis.presentation.wording import INTERVALS, TARGETS, sentence, word
from kbnn_analysis.results import Result

_INTERVAL = Label("Khoảng tin cậy {level} theo {method}", "{level} confidence intervals: {method}")
_OF_SHARES = Label("(tỷ lệ)", "(shares)")
_OF_MEANS = Label("(điểm trung bình)", "(means)")
_LEVEL = Label("Khoảng tin cậy {level}", "{level} confidence intervals")
_DESIGN = Label(", có tính đến thiết kế mẫu", ", adjusted for the sample design")
_WEIGHTED = Label("Kết quả có gia quyền", "The results are weighted")
_UNWEIGHTED = Label("Kết quả không gia quyền", "The results are not weighted")
_ADJUST = Label("Giá trị p hiệu chỉnh theo {method}", "p-values are adjusted by {method}")
_SHOWN = Label(
    "Chỉ hiển thị số liệu từ {k} phiếu hợp lệ trở lên",
    "Only figures from at least {k} valid answers are shown",
)


def describe_method(result: Result, language: Language) -> str:
    """Say in plain words what the intervals speak of, what they assume, and what was used."""
    assumed = result.notes.get("assumption" if language == "en" else "assumption_vi")
    told = [*method_sentences(result, language), sentence(str(assumed)) if assumed else ""]
    return " ".join(text for text in told if text)


def method_sentences(result: Result, language: Language) -> list[str]:
    """Return the sentences of :func:`describe_method` one by one, for the notes of a table."""
    notes = result.notes
    told = [_interval(result, language)]
    if str(notes.get("target", "")) in TARGETS:
        told.append(TARGETS[str(notes["target"])].text(language))
    if notes.get("weighted") is not None:
        told.append((_WEIGHTED if notes["weighted"] else _UNWEIGHTED).text(language))
    if notes.get("adjust"):
        told.append(_ADJUST.text(language).format(method=str(notes["adjust"]).capitalize()))
    if notes.get("disclosed"):
        least = numbers.count(float(notes["disclosed"]), language)
        told.append(_SHOWN.text(language).format(k=least))
    if notes.get("assumed"):
        told.append(word("assumed", language))
    return [sentence(text) for text in told if text]


def _interval(result: Result, language: Language) -> str:
    if "conf_low" not in result.frame:
        return ""
    level = getattr(result, "conf_level", result.notes.get("conf_level") or 0.95)
    shown = numbers.percent(float(level), language, decimals=0)
    method = _interval_names(result, language)
    if not method:
        return _LEVEL.text(language).format(level=shown)
    if result.notes.get("psu"):
        method += _DESIGN.text(language)
    return _INTERVAL.text(language).format(level=shown, method=method)


def _interval_names(result: Result, language: Language) -> str:
    """Return what made the intervals; shares and means are told apart where both are there."""
    shares = [part.strip() for part in str(result.notes.get("interval") or "").split(",")]
    means = str(result.notes.get("interval_of_means") or "")
    named = [_name(part, language) for part in shares if part and part != means]
    if not means:
        return ", ".join(named)
    both = [f"{', '.join(named)} {_OF_SHARES.text(language)}"] if named else []
    return ", ".join([*both, f"{_name(means, language)} {_OF_MEANS.text(language)}"])


def _name(method: str, language: Language) -> str:
    return INTERVALS.get(method, Label.same(method)).text(language)
