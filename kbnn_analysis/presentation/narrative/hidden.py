"""What a result does not show, and why."""

from __future__ import annotations

from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation import rows
from kbnn_analysis.presentation.wording import counted, listing, sentence
from kbnn_analysis.results import Result

_HIDDEN = Label("{count} bị ẩn ({why}): {names}", "{count} {are} hidden ({why}): {names}")
_PLAIN = Label("{count} bị ẩn: {names}", "{count} {are} hidden: {names}")
_NOUNS = {"unit": Label("đơn vị", "unit"), "": Label("mục", "row")}
_NONE = Label("Không có ô nào bị ẩn.", "Nothing is hidden.")
_NO_UNIT = Label("Không có đơn vị nào đủ phiếu", "No unit has enough answers")
_NOT_SHOWN = Label("Không hiển thị ({why})", "Not shown ({why})")
_BOUNDS = Label(
    "Không so sánh được: quá gần 100% hoặc 0% nên các đơn vị chỉ được công bố dưới dạng cận",
    "Nothing to compare: so close to 100% or 0% units are published as bounds only",
)


def describe_hidden(result: Result, language: Language) -> str:
    """Say how many rows are hidden, for which reason, and which they are.

    Names stand in the order of the result, never in an order that their values would give.

    Parameters
    ----------
    result : Result
        A result after ``disclose``.
    language : {"vi", "en"}
        Language of the sentences.

    Returns
    -------
    str
        A sentence for each reason; one that says so where nothing is hidden.
    """
    hidden = rows.hidden(result)
    if not hidden.any():
        return _NONE.text(language)
    names = rows.row_labels(result, language)
    groups: dict[str, list[str]] = {}
    for why, name, is_hidden in zip(rows.reasons(result, language), names, hidden, strict=True):
        if is_hidden:
            groups.setdefault(why, []).append(name)
    noun = _NOUNS["unit" if rows.varying(result)[-1:] == ("unit",) else ""]
    return " ".join(_sentence(why, members, noun, language) for why, members in groups.items())


def describe_nothing(result: Result, language: Language) -> str:
    """Say why a result shows nothing at all: bounds, the rules that hide it, or no answers.

    Parameters
    ----------
    result : Result
        A result of which no row shows its value.
    language : {"vi", "en"}
        Language of the sentence.

    Returns
    -------
    str
        One sentence.
    """
    if rows.banded(result).any():
        return sentence(_BOUNDS.text(language))
    told = rows.reasons(result, language)
    why = [each for each in dict.fromkeys(told) if each]
    if why:
        return sentence(_NOT_SHOWN.text(language).format(why=listing(why, language)))
    return sentence(_NO_UNIT.text(language))


def _sentence(why: str, members: list[str], noun: Label, language: Language) -> str:
    pattern = (_HIDDEN if why else _PLAIN).text(language)
    told = counted(len(members), language, noun.vi, noun.en)
    are = "is" if len(members) == 1 else "are"
    names = listing(members, language, most=12)
    return sentence(pattern.format(count=told, are=are, why=why, names=names))
