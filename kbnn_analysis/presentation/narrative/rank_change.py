"""Whose rank changed beyond chance: told by the fewest places, never by a bare rank."""

from __future__ import annotations

import pandas as pd

from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation import numbers, rows
from kbnn_analysis.presentation.change_words import named
from kbnn_analysis.presentation.wording import capital, counted, sentence
from kbnn_analysis.results import RankChange

_NOTHING = Label("Không có đơn vị nào xếp hạng được ở cả hai đợt",
                 "No unit could be ranked in both periods")  # fmt: skip
_NONE = Label(
    "Trong {count} xếp hạng được ở cả hai đợt, không thể nói đơn vị nào đã đổi thứ hạng",
    "Of the {count} ranked in both periods, none can be said to have changed its rank",
)
_GAINED = Label("{count} chắc chắn lên hạng: {names}", "{count} surely gained places: {names}")
_LOST = Label("{count} chắc chắn xuống hạng: {names}", "{count} surely lost places: {names}")
_REST = Label("thứ hạng của {count} còn lại có thể không đổi",
              "the rank of the other {count} may be the same as before")  # fmt: skip
_NAMED = Label("{name} (ít nhất {places} bậc)", "{name} (at least {places})")


def describe_rank_change(change: RankChange, language: Language) -> str:
    """Say which units moved for sure and by how many places at least.

    Parameters
    ----------
    change : RankChange
        Disclosed where it is shared.
    language : {"vi", "en"}
        Language of the sentences.

    Returns
    -------
    str
        Up to three sentences; units in their own order.
    """
    frame = change.frame.assign(name=rows.row_labels(change, language, ("unit",)))
    frame = frame[rows.shown(change, "moved_low")]
    if frame.empty:
        return sentence(_NOTHING.text(language))
    gained, lost = frame[frame["moved_low"] > 0], frame[frame["moved_high"] < 0]
    rest = len(frame) - len(gained) - len(lost)
    if rest == len(frame):
        return sentence(_NONE.text(language).format(count=_units(rest, language)))
    told = [
        _named(pattern, part, places, language)
        for pattern, part, places in (
            (_GAINED, gained, gained["moved_low"]),
            (_LOST, lost, -lost["moved_high"]),
        )
        if len(part)
    ]
    if rest:
        told.append(_REST.text(language).format(count=_units(rest, language)))
    return " ".join(sentence(capital(each)) for each in told)


def _units(number: int, language: Language) -> str:
    return counted(number, language, "đơn vị", "unit")


def _named(pattern: Label, part: pd.DataFrame, places: pd.Series, language: Language) -> str:
    names = [
        _NAMED.text(language).format(name=name, places=numbers.count(least, language))
        for name, least in zip(part["name"], places, strict=True)
    ]
    told = named(names, language)
    return pattern.text(language).format(count=_units(len(part), language), names=told)
