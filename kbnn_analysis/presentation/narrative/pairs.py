"""Which of all pairs the data tell apart, and which differences are surely negligible."""

from __future__ import annotations

import pandas as pd

from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation import numbers, rows
from kbnn_analysis.presentation.nouns import counted_rows, noun_of
from kbnn_analysis.presentation.wording import counted, inside, listing, sentence
from kbnn_analysis.results import Result

MOST_NAMED = 6

_NONE = Label(
    "Không phân biệt được cặp nào trong {pairs} cặp; điều đó không có nghĩa là các {noun} bằng "
    "nhau",
    "None of the {pairs} can be told apart; this does not mean that they are equal",
)
_NEITHER = Label(
    "Không phân biệt được hai {noun} với nhau; điều đó không có nghĩa là chúng bằng nhau",
    "The two cannot be told apart; this does not mean that they are equal",
)
_SOME = Label(
    "Phân biệt được {found} trong {pairs} cặp {noun}; {units} khác với ít nhất một đơn vị khác",
    "{found} of the {pairs} can be told apart; {units} {differ} from at least one other",
)
_EVERY = Label(
    "Phân biệt được mọi {noun} với nhau, trong cả {pairs} cặp",
    "All {pairs} can be told apart",
)
_PAIR = Label("{high} cao hơn {low}", "{high} is above {low}")
_OBJECTS = Label(
    "{high} được đánh giá cao hơn {low}{about}, chênh lệch {by}",
    "{high} is rated above {low}{about}, a difference of {by}",
)
_ABOUT = Label(" về {rule}", " on the {rule}")
_EQUIVALENT = Label(
    "Trong {count}, {equal} chắc chắn nhỏ hơn {margin}: có thể coi là tương đương",
    "Of {count}, {equal} {are} surely within {margin}: these may be called equivalent",
)
_NOT_EQUIVALENT = Label(
    "Không chênh lệch nào chắc chắn nhỏ hơn {margin}: chưa thể coi là tương đương",
    "No difference is surely within {margin}: none may be called equivalent",
)


def describe_pairs(comparison: Result, language: Language) -> str:
    """Say how many of all pairs can be told apart; few are named.

    Parameters
    ----------
    comparison : Comparison
        All pairs, at least one of them shown.
    language : {"vi", "en"}
        Language of the sentences.

    Returns
    -------
    str
        One or two sentences; hidden pairs are not counted.
    """
    column = comparison.by[-2]
    shown = comparison.frame[rows.shown(comparison, "difference")]
    found = shown[rows.found_different(comparison)[shown.index]]
    pairs, noun = len(shown), noun_of(comparison).text(language)
    if pairs == 1:
        return _only_pair(comparison, found, language)
    if found.empty:
        told = numbers.count(pairs, language) if language == "vi" else _pairs(pairs, language)
        return sentence(_NONE.text(language).format(pairs=told, noun=noun))
    if len(found) == pairs:
        told = numbers.count(pairs, language) if language == "vi" else _pairs(pairs, language)
        parts = [sentence(_EVERY.text(language).format(pairs=told, noun=noun))]
        return " ".join([*parts, *_named(comparison, found, language)])
    units = len(set(found[column]) | set(found["other"]))
    text = _SOME.text(language).format(
        found=numbers.count(len(found), language),
        pairs=numbers.count(pairs, language) if language == "vi" else _pairs(pairs, language),
        units=counted_rows(comparison, units, language),
        noun=noun,
        differ="differs" if units == 1 else "differ",
    )
    return " ".join([sentence(text), *_named(comparison, found, language)])


def _named(comparison: Result, found: pd.DataFrame, language: Language) -> list[str]:
    if len(found) > MOST_NAMED:
        return []
    return [
        sentence(
            listing([_pair(comparison, row, language) for _, row in found.iterrows()], language)
        )
    ]


def describe_equivalence(comparison: Result, language: Language) -> str:
    """Say how many differences surely lie within the stated margin; empty where none was stated.

    Parameters
    ----------
    comparison : Comparison
        With ``p_equivalence`` and ``notes["margin"]`` where a margin was stated.
    language : {"vi", "en"}
        Language of the sentence.

    Returns
    -------
    str
        One sentence, or nothing.
    """
    frame = comparison.frame
    if not comparison.notes.get("margin") or "p_equivalence" not in frame:
        return ""
    shown = frame[rows.shown(comparison, "p_equivalence")]
    level = float(getattr(comparison, "conf_level", 0.95))
    equal = int((shown["p_equivalence"] <= 1 - level).sum())
    margin = rows.margin_text(comparison, language)
    if not equal:
        return sentence(_NOT_EQUIVALENT.text(language).format(margin=margin))
    return sentence(
        _EQUIVALENT.text(language).format(
            count=counted(len(shown), language, "chênh lệch", "difference"),
            equal=numbers.count(equal, language),
            are="is" if equal == 1 else "are",
            margin=margin,
        )
    )


def _only_pair(comparison: Result, found: pd.DataFrame, language: Language) -> str:
    if found.empty:
        noun = noun_of(comparison).text(language)
        return sentence(_NEITHER.text(language).format(noun=noun))
    return sentence(_pair(comparison, found.iloc[0], language))


def _pairs(number: int, language: Language) -> str:
    return counted(number, language, "cặp", "pair")


def _pair(comparison: Result, row: pd.Series, language: Language) -> str:
    column = comparison.by[-2]
    names = [
        rows.value_label(comparison, column, str(row[name]), language) for name in (column, "other")
    ]
    high, low = names if row["difference"] > 0 else names[::-1]
    if column == "object":
        return _objects(comparison, row, high, low, language)
    return _PAIR.text(language).format(high=high, low=low)


def _objects(comparison: Result, row: pd.Series, high: str, low: str, language: Language) -> str:
    """Say by how much one rated object stands above the other, on which measure."""
    measure = str(row.get("measure", ""))
    rule = rows.value_label(comparison, "measure", measure, language).rpartition(": ")[2]
    size = abs(row["difference"])
    by = (
        numbers.points(size, language, decimals=2).lstrip("+")
        if rows.kind_of(comparison, measure) == "proportion"
        else numbers.number(size, language)
    )
    return _OBJECTS.text(language).format(
        high=high, low=inside(low), about=_ABOUT.text(language).format(rule=inside(rule)), by=by
    )
