"""Who differs from the reference, as far as the data can tell."""

from __future__ import annotations

import pandas as pd

from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation import numbers, rows
from kbnn_analysis.presentation.narrative.pairs import describe_equivalence, describe_pairs
from kbnn_analysis.presentation.wording import counted, listing, sentence
from kbnn_analysis.results import Result

_NOTHING = Label("Không có so sánh nào tính được", "No comparison could be made")
_NO_DIFFERENCE = Label(
    "Trong {count}, không có chênh lệch nào có ý nghĩa thống kê; điều đó không có nghĩa là các "
    "mức bằng nhau",
    "None of the {count} shows a significant difference; this does not mean that the levels are "
    "equal",
)
_ONE_PLAIN = Label(
    "{name}: chênh lệch {value}, không khác biệt có ý nghĩa thống kê",
    "{name}: a difference of {value}, not significantly different",
)
_HIGHER = Label("{count} cao hơn: {names}", "{count} {are} higher: {names}")
_LOWER = Label("{count} thấp hơn: {names}", "{count} {are} lower: {names}")
_REST = Label(
    "{count} còn lại không thể phân biệt với mức so sánh",
    "The remaining {count} cannot be told apart from the reference",
)


def describe_comparison(comparison: Result, language: Language) -> str:
    """Say which differences the data support, and how many they leave open.

    A difference counts as supported where its adjusted p-value (the plain one where none was
    adjusted) is at most one minus the confidence level. All pairs are counted, and named where
    they are few; where a margin was stated, equivalence within it is told as well.

    Parameters
    ----------
    comparison : Comparison
        Differences with p-values.
    language : {"vi", "en"}
        Language of the sentences.

    Returns
    -------
    str
        Up to four sentences; hidden differences are not counted.
    """
    if not rows.shown(comparison, "difference").any():
        return sentence(_NOTHING.text(language))
    told = [
        (describe_pairs if rows.all_pairs(comparison) else _against_one)(comparison, language),
        describe_equivalence(comparison, language),
    ]
    return " ".join(part for part in told if part)


def _against_one(comparison: Result, language: Language) -> str:
    shown = rows.shown(comparison, "difference")
    frame = comparison.frame.assign(name=rows.row_labels(comparison, language))[shown]
    supported = frame[rows.found_different(comparison)[shown]]
    if supported.empty:
        return _none(comparison, frame, language)
    told = [
        _direction(_HIGHER, supported[supported["difference"] > 0], language),
        _direction(_LOWER, supported[supported["difference"] < 0], language),
    ]
    rest = len(frame) - len(supported)
    if rest:
        count = counted(rest, language, "so sánh", "comparison")
        told.append(sentence(_REST.text(language).format(count=count)))
    return " ".join(part for part in told if part)


def _none(comparison: Result, frame: pd.DataFrame, language: Language) -> str:
    if len(frame) > 1:
        count = counted(len(frame), language, "so sánh", "comparison")
        return sentence(_NO_DIFFERENCE.text(language).format(count=count))
    row = frame.iloc[0]
    kind = rows.kind_of(comparison, str(row.get("measure", "")))
    shown = (
        numbers.points(row["difference"], language)
        if kind == "proportion"
        else numbers.signed(row["difference"], language)
    )
    return sentence(_ONE_PLAIN.text(language).format(name=row["name"], value=shown))


def _direction(pattern: Label, frame: pd.DataFrame, language: Language) -> str:
    if frame.empty:
        return ""
    count = counted(len(frame), language, "đơn vị", "unit")
    are = "is" if len(frame) == 1 else "are"
    names = listing(list(frame["name"]), language)
    return sentence(pattern.text(language).format(count=count, are=are, names=names))
