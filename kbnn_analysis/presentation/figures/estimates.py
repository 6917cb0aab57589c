"""Estimates as dots on their intervals."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from kbnn_analysis.language import Language
from kbnn_analysis.presentation import numbers, rows
from kbnn_analysis.presentation.change_words import row_names
from kbnn_analysis.presentation.figures import parts
from kbnn_analysis.presentation.style import head, new_figure, styled
from kbnn_analysis.results import Result


@styled
def plot_estimates(
    estimates: Result,
    *,
    language: Language,
    title: str = "",
    ax: Axes | None = None,
    sort: bool = True,
) -> Axes:
    """Draw one row for each estimate: a dot, its interval, its value at the right.

    Parameters
    ----------
    estimates : Estimates
        Of one kind (all proportions or all means).
    language : {"vi", "en"}
        Language of labels and numbers.
    title : str
        Title; the measure and the period where it is left out.
    ax : Axes, optional
        Where to draw; a figure of the right height is made where it is left out.
    sort : bool
        Highest first; False keeps the order of the result. Periods and units always keep theirs:
        units in the order of their estimates are a ranking, which needs its rank intervals.

    Returns
    -------
    Axes
        What was drawn on.
    """
    drawn = rows.shown(estimates)
    notes = parts.not_shown(estimates, drawn, language)
    frame = estimates.frame.assign(
        name=row_names(estimates, language)[1], told=rows.released(estimates, language)
    )[drawn]
    if sort and not {"period", "unit"} & set(rows.varying(estimates)):
        frame = frame.sort_values("estimate", ascending=False, kind="stable")
    alone = ax is None
    room = max(0, parts.note_rows(notes) - 1)
    ax = ax or new_figure(max(len(frame), 2) + room)[1][0]
    kind = rows.kinds(estimates)[0] if len(estimates.frame) else "mean"
    place = np.arange(len(frame))
    parts.intervals(ax, frame, place)
    parts.name_rows(ax, list(frame["name"]))
    parts.value_axis(ax, kind, language)
    for at, value, told in zip(place, frame["estimate"], frame["told"], strict=True):
        text = told or numbers.value(value, language, kind=kind)
        ax.annotate(text, (1.01, at), xycoords=ax.get_yaxis_transform(), va="center", fontsize=7.5)
    ax.set_xlabel(rows.interval_heading(estimates, language))
    parts.note_below(ax, notes)
    told = title or rows.title_of(estimates, language)
    head(ax, told, simulated=estimates.simulated, whole=alone)
    return ax
