"""Which question or factor stands highest and lowest, and which cannot be told from them."""

from __future__ import annotations

import pandas as pd

from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation import numbers, rows
from kbnn_analysis.presentation.change_words import row_names
from kbnn_analysis.presentation.narrative.hidden import describe_nothing
from kbnn_analysis.presentation.wording import counted, inside, sentence
from kbnn_analysis.results import Estimates

_ENDS = Label(
    "{what} cao nhất ở {high} và thấp nhất ở {low}",
    "{what} is highest for {high} and lowest for {low}",
)
_ONLY = Label("{what} ở {high}", "{what} for {high}")
_VALUE = Label("“{name}”: {value} ({interval}: {ends})", "“{name}”: {value} ({interval}: {ends})")
_ALIKE = Label(
    "Khoảng tin cậy của hai mức này chồng lên nhau, nên thứ tự có thể chỉ do ngẫu nhiên",
    "The intervals of these two overlap, so that their order may be chance",
)
_NEAR = Label(
    "Khoảng tin cậy của {top} khác chồng lên khoảng của mức cao nhất, của {bottom} khác chồng lên "
    "khoảng của mức thấp nhất",
    "The intervals of {top} overlap that of the highest, those of {bottom} that of the lowest",
)
_NEAR_TOP = Label(
    "Khoảng tin cậy của {top} khác chồng lên khoảng của mức cao nhất, không khoảng nào khác chồng "
    "lên khoảng của mức thấp nhất",
    "The intervals of {top} overlap that of the highest, no other overlaps that of the lowest",
)
_NEAR_BOTTOM = Label(
    "Khoảng tin cậy của {bottom} khác chồng lên khoảng của mức thấp nhất, không khoảng nào khác "
    "chồng lên khoảng của mức cao nhất",
    "The intervals of {bottom} overlap that of the lowest, no other overlaps that of the highest",
)


def describe_extremes(estimates: Estimates, language: Language) -> str:
    """Say which of several measures of one rule is highest and which lowest, with their intervals.

    Parameters
    ----------
    estimates : Estimates
        Measures of one rule in one period, such as the shares very satisfied by question;
        disclosed where they are shared. Not for units: those need their rank intervals.
    language : {"vi", "en"}
        Language of the sentences.

    Returns
    -------
    str
        One to three sentences; overlapping intervals are told as such.
    """
    rule, names = row_names(estimates, language)
    if len(names) == 1 and ": " in names[0]:
        name, _, rule = names[0].rpartition(": ")
        names = [name]
    places = pd.array(rows.decimals(estimates), dtype="Int64")
    frame = estimates.frame.assign(name=names, places=places)
    shown = frame[rows.shown(estimates)].sort_values("estimate", kind="stable")
    if shown.empty:
        return describe_nothing(estimates, language)
    low, high = shown.iloc[0], shown.iloc[-1]
    what = inside(rule) if rule else Label("kết quả", "the result").text(language)
    what = f"the {what}" if language == "en" and rule else what
    ends = {
        "high": _told(estimates, high, language),
        "low": _told(estimates, low, language),
        "what": what,
    }
    if len(shown) == 1:
        return sentence(_ONLY.text(language).format(**ends))
    told = [_ENDS.text(language).format(**ends)]
    if low["conf_high"] >= high["conf_low"]:
        told.append(_ALIKE.text(language))
    else:
        told.append(_near(shown, language))
    return " ".join(sentence(each) for each in told if each)


def _near(shown: pd.DataFrame, language: Language) -> str:
    low, high = shown.iloc[0], shown.iloc[-1]
    between = shown.iloc[1:-1]
    top = int((between["conf_high"] >= high["conf_low"]).sum())
    bottom = int((between["conf_low"] <= low["conf_high"]).sum())
    if not top + bottom:
        return ""
    others = [counted(number, language, "chỉ tiêu", "other measure") for number in (top, bottom)]
    near = _NEAR if top and bottom else _NEAR_TOP if top else _NEAR_BOTTOM
    return near.text(language).format(top=others[0], bottom=others[1])


def _told(estimates: Estimates, row: pd.Series, language: Language) -> str:
    kind = rows.kind_of(estimates, str(row["measure"]))
    places = None if pd.isna(row["places"]) else int(row["places"])
    return _VALUE.text(language).format(
        name=row["name"],
        value=numbers.value(row["estimate"], language, kind=kind, decimals=places),
        interval=inside(rows.interval_heading(estimates, language)),
        ends=numbers.interval(
            row["conf_low"], row["conf_high"], language, kind=kind, decimals=places
        ),
    )
