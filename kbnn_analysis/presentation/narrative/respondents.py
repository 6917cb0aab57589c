"""Who answered: how many, in how many units, and of how many that is not known."""

from __future__ import annotations

from collections.abc import Sequence

from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation import numbers, rows
from kbnn_analysis.presentation.narrative.hidden import describe_nothing
from kbnn_analysis.presentation.wording import counted, inside, listing, sentence
from kbnn_analysis.results import Estimates

_NONE = Label("Không có phiếu hợp lệ nào", "There are no valid answers")
_ANSWERED = Label("{count} trả lời câu hỏi chung", "{count} answered the overall question")
_UNITS = Label(
    "Trong {units}, {shown} có số liệu hiển thị, mỗi đơn vị từ {least} đến {most} phiếu hợp lệ",
    "Of {units}, {shown} {have} figures to show, of {least} to {most} valid answers each",
)
_ONE_UNIT = Label(
    "Trong {units}, {shown} có số liệu hiển thị, với {least} phiếu hợp lệ",
    "Of {units}, {shown} {have} figures to show, of {least} valid answers{each}",
)
_NO_UNIT = Label(
    "Trong {units}, không đơn vị nào có số liệu hiển thị", "Of {units}, none has figures to show"
)
_OF_HOW_MANY = Label(
    "Tệp dữ liệu không ghi bao nhiêu người được mời trả lời, nên không tính được tỷ lệ phản hồi. "
    "Mỗi người tự quyết định có trả lời hay không: đây không phải mẫu ngẫu nhiên của tất cả những "
    "người được phục vụ",
    "The file does not tell how many were asked to answer, so no response rate can be given. "
    "Everybody decided for themselves whether to answer: this is no random sample of all who were "
    "served",
)
_KINDS = Label("Người trả lời được chia theo {names}", "The respondents are divided by {names}")
_NO_KINDS = Label(
    "Không có đặc điểm nào chia người trả lời thành các nhóm đủ lớn",
    "No attribute divides the respondents into groups that are large enough",
)


def describe_respondents(whole: Estimates, units: Estimates | None, language: Language) -> str:
    """Say how many answered, in how many units, and that of how many is not known.

    Parameters
    ----------
    whole : Estimates
        The headline of all respondents, disclosed where it is shared.
    units : Estimates or None
        The same by unit, one measure; None where respondents belong to no units.
    language : {"vi", "en"}
        Language of the sentences.

    Returns
    -------
    str
        Three or four sentences.
    """
    if rows.hidden(whole).all():
        return describe_nothing(whole, language)
    n = whole.frame["n"].max()
    if numbers.is_missing(n) or n == 0:
        return sentence(_NONE.text(language))
    people = counted(int(n), language, "người", "person", "people")
    told = [sentence(_ANSWERED.text(language).format(count=people))]
    if units is not None:
        told.append(_in_units(units, language))
    told.append(sentence(_OF_HOW_MANY.text(language)))
    return " ".join(told)


def describe_kinds(attributes: Sequence[Label], language: Language) -> str:
    """Say by what the respondents are divided into kinds.

    Parameters
    ----------
    attributes : sequence of Label
        Names of the attributes; none where no attribute divides them.
    language : {"vi", "en"}
        Language of the sentence.

    Returns
    -------
    str
        One sentence.
    """
    if not attributes:
        return sentence(_NO_KINDS.text(language))
    names = listing([inside(each.text(language)) for each in attributes], language)
    return sentence(_KINDS.text(language).format(names=names))


def _in_units(units: Estimates, language: Language) -> str:
    sizes = units.frame.loc[~rows.hidden(units), "n"].dropna()
    every = counted(units.frame["unit"].nunique(), language, "đơn vị", "unit")
    if sizes.empty:
        return sentence(_NO_UNIT.text(language).format(units=every))
    pattern = _ONE_UNIT if sizes.min() == sizes.max() else _UNITS
    told = pattern.text(language).format(
        units=every,
        shown=numbers.count(len(sizes), language),
        have="has" if len(sizes) == 1 else "have",
        each="" if len(sizes) == 1 else " each",
        least=numbers.count(sizes.min(), language),
        most=numbers.count(sizes.max(), language),
    )
    return sentence(told)
