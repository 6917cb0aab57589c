"""Who differs from the reference, as far as the data can tell."""

from __future__ import annotations

import pandas as pd

from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation import numbers, rows
from kbnn_analysis.presentation.narrative.pairs import describe_equivalence, describe_pairs
from kbnn_analysis.presentation.nouns import counted_rows, group_heading, noun_of
from kbnn_analysis.presentation.wording import inside, listing, sentence
from kbnn_analysis.results import Result

_NOTHING = Label("Không có so sánh nào tính được", "No comparison could be made")
_NO_DIFFERENCE = Label(
    "Trong {count}, chưa thấy {noun} nào khác với {reference} một cách có ý nghĩa thống kê; điều "
    "đó không có nghĩa là các mức bằng nhau",
    "None of the {count} differs significantly from {reference}; this does not mean that the "
    "levels are equal",
)
_ONE_PLAIN = Label(
    "{name}: chênh lệch {value} so với {reference}, không khác biệt có ý nghĩa thống kê",
    "{name}: a difference of {value} from {reference}, not significantly different",
)
_HIGHER = Label("{count} cao hơn {reference}: {names}", "{count} {are} above {reference}: {names}")
_LOWER = Label("{count} thấp hơn {reference}: {names}", "{count} {are} below {reference}: {names}")
_ONE_HIGHER = Label("{name} cao hơn {reference}", "{name} is above {reference}")
_ONE_LOWER = Label("{name} thấp hơn {reference}", "{name} is below {reference}")
_THAT = Label("mức đó", "it")
_GROUP = Label("nhóm “{name}”", "“{name}”")
_REST = Label(
    "{count} còn lại không thể phân biệt với mức đó",
    "The other {count} cannot be told apart from it",
)
_LAST = Label(
    "{noun} còn lại không thể phân biệt với mức đó", "The other {noun} cannot be told apart from it"
)
_REFERENCES: dict[str, Label] = {
    "answers": Label("mức chung của tất cả người trả lời", "the level of all respondents"),
    "units": Label("trung bình của các đơn vị", "the mean of all units"),
}
_REFERENCE = Label("mức so sánh", "the reference")


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
    found = (describe_pairs if rows.all_pairs(comparison) else _against_one)(comparison, language)
    about = group_heading(comparison, language)
    told = [f"{about}: {inside(found)}" if about else found]
    told.append(describe_equivalence(comparison, language))
    return " ".join(part for part in told if part)


def _against_one(comparison: Result, language: Language) -> str:
    shown = rows.shown(comparison, "difference")
    frame = comparison.frame.assign(name=rows.row_labels(comparison, language))[shown]
    supported = frame[rows.found_different(comparison)[shown]]
    if supported.empty:
        return _none(comparison, frame, language)
    reference = reference_name(comparison, language)
    higher, lower = (supported["difference"] > 0), (supported["difference"] < 0)
    told = [_direction(comparison, _HIGHER, supported[higher], reference, language)]
    if told[0] and comparison.notes.get("center") in _REFERENCES:
        reference = _THAT.text(language)
    told.append(_direction(comparison, _LOWER, supported[lower], reference, language))
    rest = len(frame) - len(supported)
    if rest == 1:
        told.append(sentence(_LAST.text(language).format(noun=noun_of(comparison).text(language))))
    elif rest:
        count = counted_rows(comparison, rest, language)
        told.append(sentence(_REST.text(language).format(count=count)))
    return " ".join(part for part in told if part)


def reference_name(comparison: Result, language: Language) -> str:
    """Return what every row of a comparison is set against, in words."""
    center = str(comparison.notes.get("center") or "")
    if center in _REFERENCES:
        return _REFERENCES[center].text(language)
    others = set(comparison.frame["other"]) if "other" in comparison.by else set()
    if len(others) != 1:
        return _REFERENCE.text(language)
    name = rows.value_label(comparison, "other", str(*others), language)
    return inside(name) if name.startswith("The ") else name


def _none(comparison: Result, frame: pd.DataFrame, language: Language) -> str:
    reference = reference_name(comparison, language)
    if len(frame) > 1:
        count = counted_rows(comparison, len(frame), language)
        noun = noun_of(comparison).text(language)
        told = _NO_DIFFERENCE.text(language)
        return sentence(told.format(count=count, noun=noun, reference=reference))
    row = frame.iloc[0]
    kind = rows.kind_of(comparison, str(row.get("measure", "")))
    shown = (
        numbers.points(row["difference"], language)
        if kind == "proportion"
        else numbers.signed(row["difference"], language)
    )
    told = _ONE_PLAIN.text(language)
    return sentence(told.format(name=row["name"], value=shown, reference=reference))


def _direction(
    comparison: Result, pattern: Label, frame: pd.DataFrame, reference: str, language: Language
) -> str:
    if frame.empty:
        return ""
    if len(frame) == 1:
        one = (_ONE_HIGHER if pattern is _HIGHER else _ONE_LOWER).text(language)
        name = str(frame["name"].iloc[0])
        if noun_of(comparison).en == "group":
            name = _GROUP.text(language).format(name=name)
        return sentence(one.format(name=name, reference=reference))
    facts = {
        "count": counted_rows(comparison, len(frame), language),
        "are": "are",
        "names": listing(list(frame["name"]), language),
        "reference": reference,
    }
    return sentence(pattern.text(language).format(**facts))
