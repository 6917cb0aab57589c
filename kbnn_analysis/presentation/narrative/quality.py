"""What was found in the data: signs in the answers of respondents, and gaps in the questions."""

from __future__ import annotations

from typing import Any

from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation import numbers, rows
from kbnn_analysis.presentation.narrative.hidden import describe_nothing
from kbnn_analysis.presentation.wording import counted, listing, sentence
from kbnn_analysis.results import Result

_NOTHING = Label("Không có kiểm tra nào được thực hiện", "No check was made")
_CLEAN = Label("Không phát hiện dấu hiệu bất thường nào", "Nothing unusual was found")
_FOUND = Label(
    "Dấu hiệu “{what}” có ở {count} trong {n} phiếu ({share})",
    "The sign “{what}” is seen in {count} of {n} answers ({share})",
)
_FEW = Label(
    "Không có dấu hiệu bất thường nào, hoặc chỉ ở quá ít phiếu để nêu số",
    "Nothing unusual was found, or only in too few answers to give a number",
)
_NEARLY_ALL = Label(
    "Dấu hiệu “{what}” có ở {share} trở lên trong {n} phiếu",
    "The sign “{what}” is seen in {share} or more of {n} answers",
)
_KEPT = Label(
    "Các dấu hiệu này để tham khảo; không phiếu nào bị loại vì chúng",
    "These signs inform; no answer was dropped for them",
)
_RESPONDENTS = Label("Có {count}", "There are {count}")
_RESPONDENT = Label("Có {count}", "There is {count}")
_GAP = Label(
    "Câu hỏi bị bỏ trống nhiều nhất là “{name}” ({share})",
    "The question most often left unanswered is “{name}” ({share})",
)
_NO_GAP = Label("Không câu hỏi nào bị bỏ trống", "No question was left unanswered")
_CONSTANT = Label(
    "Mọi người trả lời giống nhau ở: {names}", "Everybody gave the same answer to: {names}"
)
_REVERSE = Label(
    "Nên xem lại chiều của thang đo ở: {names}",
    "The direction of the scale should be checked for: {names}",
)


def describe_quality(diagnosis: Result, language: Language) -> str:
    """Say what the checks found.

    Parameters
    ----------
    diagnosis : Diagnosis
        Either signs by flag (``n``, ``count``, ``share``) or gaps by item (``share_missing``).
    language : {"vi", "en"}
        Language of the sentences.

    Returns
    -------
    str
        A sentence for each flag that tells of somebody, or two to four on the items.
    """
    if diagnosis.frame.empty:
        return sentence(_NOTHING.text(language))
    told = _gaps if "share_missing" in diagnosis.frame else _signs
    return " ".join(sentence(text) for text in told(diagnosis, language) if text)


def _signs(diagnosis: Result, language: Language) -> list[str]:
    frame = diagnosis.frame.assign(name=rows.row_labels(diagnosis, language))
    frame = frame[~rows.hidden(diagnosis)]
    if frame.empty:
        return [describe_nothing(diagnosis, language)]
    untold = frame["count"].isna()  # of too few people, or of all but too few
    found = frame[(frame["count"] > 0) | (untold & (frame["share"] > 0.5))]
    few = untold & (frame["share"] <= 0.5)
    if found.empty:
        return [(_FEW if few.any() else _CLEAN).text(language)]
    records = found.to_dict(orient="records")
    told = [_sign({str(key): value for key, value in row.items()}, language) for row in records]
    return [*told, _KEPT.text(language)]


def _sign(row: dict[str, Any], language: Language) -> str:
    pattern = _NEARLY_ALL if numbers.is_missing(row["count"]) else _FOUND
    return pattern.text(language).format(
        what=str(row["name"]),
        count=numbers.count(row["count"], language),
        n=numbers.count(row["n"], language),
        share=numbers.percent(row["share"], language),
    )


def _gaps(diagnosis: Result, language: Language) -> list[str]:
    return [
        _respondents(diagnosis, language),
        _largest_gap(diagnosis, language),
        _items(_CONSTANT, "constant_items", diagnosis, language),
        _items(_REVERSE, "suspected_reverse", diagnosis, language),
    ]


def _respondents(diagnosis: Result, language: Language) -> str:
    if diagnosis.notes.get("respondents") is None:
        return ""
    number = int(diagnosis.notes["respondents"])
    pattern = _RESPONDENT if number == 1 else _RESPONDENTS
    return pattern.text(language).format(
        count=counted(number, language, "người trả lời", "respondent")
    )


def _largest_gap(diagnosis: Result, language: Language) -> str:
    frame = diagnosis.frame.assign(name=rows.row_labels(diagnosis, language))
    frame = frame[rows.shown(diagnosis, "share_missing")]
    if frame.empty or frame["share_missing"].max() <= 0:
        return "" if frame.empty else _NO_GAP.text(language)
    worst = frame.sort_values("share_missing", ascending=False, kind="stable").iloc[0]
    share = numbers.percent(float(worst["share_missing"]), language)
    return _GAP.text(language).format(name=worst["name"], share=share)


def _items(pattern: Label, note: str, diagnosis: Result, language: Language) -> str:
    names = [name.strip() for name in str(diagnosis.notes.get(note) or "").split(",")]
    called = [f"“{rows.value_label(diagnosis, 'item', name, language)}”" for name in names if name]
    return pattern.text(language).format(names=listing(called, language)) if called else ""
