"""How the figures were made, in plain words, from the notes that a result carries."""

from __future__ import annotations

from collections.abc import Sequence

from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation import numbers
from kbnn_analysis.presentation.wording import INTERVALS, TARGETS, sentence, word
from kbnn_analysis.results import Funnel, Heterogeneity, Result, Shrinkage

_INTERVAL = Label("Khoảng tin cậy {level} theo {method}", "{level} confidence intervals: {method}")
_OF_SHARES = Label("(tỷ lệ)", "(shares)")
_OF_MEANS = Label("(điểm trung bình)", "(means)")
_LEVEL = Label("Khoảng tin cậy {level}", "{level} confidence intervals")
_DESIGN = Label(", có tính đến thiết kế mẫu", ", adjusted for the sample design")
_RECOVERED = Label(
    "Khoảng của chênh lệch được ghép từ giới hạn chính xác của từng tỷ lệ (Zou–Donner), nên có thể "
    "lệch về một phía",
    "Intervals of differences are put together from the exact limits of each share (Zou–Donner), "
    "and may be skew",
)
_WEIGHTED = Label("Kết quả có gia quyền", "The results are weighted")
_UNWEIGHTED = Label("Kết quả không gia quyền", "The results are not weighted")
_ADJUST = Label("Giá trị p hiệu chỉnh theo {method}", "p-values are adjusted by {method}")
_POSTERIOR = Label("Khoảng hậu nghiệm {level} theo {model}", "{level} posterior intervals: {model}")
MODELS: dict[str, Label] = {
    "beta-binomial": Label("mô hình beta–nhị thức", "a beta-binomial model"),
    "logit": Label(
        "mô hình logit với hằng số ngẫu nhiên", "a logit model with a random intercept by unit"
    ),
    "normal": Label("mô hình chuẩn (Fay–Herriot)", "a normal (Fay–Herriot) model"),
}
_BOUND = Label(
    "Không ước lượng nào bị kéo khỏi kết quả của chính đơn vị quá {most} lần sai số chuẩn; đơn vị "
    "nào chạm mức đó thì khoảng của nó gồm cả khoảng tính riêng từ phiếu của chính nó",
    "No estimate is drawn away from the unit's own by more than {most} times its standard error; "
    "where a unit reaches that bound, its interval takes in the one from its own answers alone",
)
_COVARIATES = Label(", có tính đến {names}", ", given {names}")
_SPREAD = Label(
    "Mô hình hiệu ứng ngẫu nhiên ({method}); khoảng {level}",
    "Random effects model ({method}); {level} intervals",
)
_SPREADS: dict[str, Label] = {
    "additive": Label(
        "Biểu đồ phễu, có trừ hao độ phân tán thường thấy giữa các đơn vị",
        "Funnel plot, with the usual spread between units allowed for",
    ),
    "multiplicative": Label(
        "Biểu đồ phễu, có trừ hao độ phân tán quá mức",
        "Funnel plot, with overdispersion allowed for",
    ),
    "none": Label(
        "Biểu đồ phễu, không trừ hao độ phân tán giữa các đơn vị",
        "Funnel plot, with no allowance for spread between units",
    ),
}
_LIMITS = Label("; giới hạn kiểm soát {level}", "; {level} control limits")
_FALSE_DISCOVERIES = Label(
    "; trong các đơn vị được nêu tên, nhiều nhất {share} là do ngẫu nhiên",
    "; of the units called better or worse, at most {share} are so by chance",
)
_SIDES = Label(
    "Tỷ lệ có dưới {k} phiếu ở một phía chỉ được ghi dưới dạng cận (≥ hoặc ≤)",
    "A share with fewer than {k} answers on one side is written as a bound (≥ or ≤)",
)
_ROUNDED = Label(
    "Số phiếu làm tròn đến bội của 5; tỷ lệ và khoảng làm tròn theo số phiếu",
    "Counts are rounded to the nearest 5; shares and intervals by their number of answers",
)
_ASSUMED = Label("Giả định: {what}", "Assumption: {what}")
_REPLICATED = Label(
    "Sai số tính từ {count} bộ quyền số lặp ({kind})",
    "Errors are from {count} sets of replicate weights ({kind})",
)
_SHOWN = Label(
    "Chỉ hiển thị số liệu từ {k} phiếu hợp lệ trở lên",
    "Only figures from at least {k} valid answers are shown",
)


def describe_method(result: Result, language: Language) -> str:
    """Say in plain words what the intervals speak of, what they assume, and what was used."""
    return " ".join(method_sentences(result, language))


def describe_methods(results: Sequence[Result], language: Language) -> str:
    """Say of several results what :func:`describe_method` says of each, every sentence once."""
    told = [text for result in results for text in method_sentences(result, language)]
    return " ".join(dict.fromkeys(told))


def method_sentences(result: Result, language: Language) -> list[str]:
    """Return the sentences of :func:`describe_method` one by one, for the notes of a table."""
    notes = result.notes
    told = [_interval(result, language)]
    if str(notes.get("target", "")) in TARGETS:
        told.append(TARGETS[str(notes["target"])].text(language))
    assumed = notes.get("assumption" if language == "en" else "assumption_vi")
    if assumed:
        told.append(_ASSUMED.text(language).format(what=assumed))
    told += _errors(result, language)
    if notes.get("weighted") is not None:
        told.append((_WEIGHTED if notes["weighted"] else _UNWEIGHTED).text(language))
    if isinstance(result, Funnel):
        told.append(_funnel_rule(result, language))
    elif notes.get("adjust"):
        told.append(_ADJUST.text(language).format(method=str(notes["adjust"]).capitalize()))
    if notes.get("disclosed"):
        least = numbers.count(float(notes["disclosed"]), language)
        told.append(_SHOWN.text(language).format(k=least))
    if notes.get("min_side"):
        least = numbers.count(float(notes["min_side"]), language)
        told += [each.text(language).format(k=least) for each in (_SIDES, _ROUNDED)]
    if notes.get("assumed"):
        told.append(word("assumed", language))
    return [sentence(text) for text in told if text]


def _errors(result: Result, language: Language) -> list[str]:
    notes, told = result.notes, []
    if isinstance(result, Shrinkage) and notes.get("limit") is not None:
        limit = float(notes["limit"])
        most = numbers.number(limit, language, decimals=0 if limit.is_integer() else 1)
        told.append(_BOUND.text(language).format(most=most))
    if notes.get("limits") == "exact":
        told.append(_RECOVERED.text(language))
    if notes.get("replication"):
        count = numbers.count(float(notes["replicates"]), language)
        told.append(_REPLICATED.text(language).format(kind=notes["replication"], count=count))
    return told


def _funnel_rule(funnel: Funnel, language: Language) -> str:
    notes = funnel.notes
    pattern = _SPREADS[str(notes["adjust"])].text(language)
    if notes["rule"] == "fdr":
        share = numbers.percent(float(notes["fdr"]), language, decimals=0)
        return pattern + _FALSE_DISCOVERIES.text(language).format(share=share)
    level = numbers.percent(float(notes["limit_level"]), language, decimals=1)
    return pattern + _LIMITS.text(language).format(level=level)


def _interval(result: Result, language: Language) -> str:
    if "conf_low" not in result.frame:
        return ""
    level = getattr(result, "conf_level", result.notes.get("conf_level") or 0.95)
    shown = numbers.percent(float(level), language, decimals=0)
    if isinstance(result, Heterogeneity):
        return _SPREAD.text(language).format(level=shown, method=result.notes["tau_method"])
    if isinstance(result, Shrinkage):
        model = MODELS.get(str(result.notes["model"]), Label.same(str(result.notes["model"])))
        told = model.text(language)
        if result.notes.get("covariates"):
            told += _COVARIATES.text(language).format(names=result.notes["covariates"])
        return _POSTERIOR.text(language).format(level=shown, model=told)
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
