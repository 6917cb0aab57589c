"""Which periods are compared, and what differs between them besides their results."""

from __future__ import annotations

from collections.abc import Sequence

from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation import rows
from kbnn_analysis.presentation.change_words import reasons_in_words
from kbnn_analysis.presentation.wording import listing, sentence
from kbnn_analysis.results import Change
from kbnn_analysis.results.breaks import REASONS

_NO_EARLIER = Label(
    "Không có đợt trước nào được cung cấp để so sánh; một đợt đứng riêng không nói gì về thay đổi.",
    "No earlier period was given to compare with; one period alone says nothing of change.",
)
_COMPARED = Label("So sánh với: {periods}", "Compared with: {periods}")
_ALL_FINE = Label(
    "Hai đợt dùng cùng bộ câu hỏi, cùng đơn vị và cùng cách tính",
    "The two periods share the questionnaire, the units and the way of computing",
)
_BETWEEN = Label(
    "Giữa {earlier} và {later}, so sánh bị phá vỡ: {why}",
    "Between {earlier} and {later} the comparison is broken: {why}",
)
_MIND = Label("Khi so sánh cần lưu ý: {why}", "To be mindful of when comparing: {why}")
_BREAK = Label("So sánh bị phá vỡ: {why}", "The comparison is broken: {why}")


def describe_earlier(earlier: Sequence[str], language: Language) -> str:
    """Say which earlier periods there are to compare with, or that there is none.

    Parameters
    ----------
    earlier : sequence of str
        The earlier periods, in time.
    language : {"vi", "en"}
        Language of the sentences.

    Examples
    --------
    >>> describe_earlier(["2023-1"], "en")
    'Compared with: period I/2023.'
    """
    if not earlier:
        return _NO_EARLIER.text(language)
    told = listing([rows.period_label(period, language) for period in earlier], language)
    return sentence(_COMPARED.text(language).format(periods=told))


def describe_breaks(change: Change, language: Language, *, others: bool = True) -> str:
    """Say what differs between the periods besides the results: what breaks a comparison first.

    Parameters
    ----------
    change : Change
        The change with its reasons.
    language : {"vi", "en"}
        Language of the sentences.
    others : bool
        Whether breaks between other periods are told as well, by their periods.

    Returns
    -------
    str
        Up to two sentences, and one for each other break; one that says so where nothing is known
        to differ.
    """
    told = change.frame["reason"].fillna("").astype(str)
    known = {code for text in told for code in text.split(", ")}
    text = ", ".join(code for code in REASONS if code in known)
    elsewhere = _other_breaks(change, language) if others else []
    if not text:
        return " ".join([sentence(_ALL_FINE.text(language)), *elsewhere])
    parts = [
        (_BREAK, reasons_in_words(text, language, severe=True)),
        (_MIND, reasons_in_words(text, language, severe=False)),
    ]
    pair = [sentence(head.text(language).format(why=why)) for head, why in parts if why]
    return " ".join([*pair, *elsewhere])


def _other_breaks(change: Change, language: Language) -> list[str]:
    """Tell the breaks that lie before the earlier period of this change."""
    pair = (change.notes["earlier"], change.notes["later"])
    spans: dict[tuple[str, str], list[str]] = {}
    for each in change.breaks:
        if each.severe and (each.earlier, each.later) != pair and each.later <= pair[0]:
            spans.setdefault((each.earlier, each.later), []).append(each.reason)
    return [
        sentence(
            _BETWEEN.text(language).format(
                earlier=rows.period_label(earlier, language),
                later=rows.period_label(later, language),
                why=reasons_in_words(", ".join(codes), language),
            )
        )
        for (earlier, later), codes in spans.items()
    ]
