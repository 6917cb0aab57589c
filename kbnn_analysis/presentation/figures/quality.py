"""What was found in the data, as bars."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from kbnn_analysis.language import Language
from kbnn_analysis.presentation import numbers, rows
from kbnn_analysis.presentation.figures import parts
from kbnn_analysis.presentation.style import BLUE, MUTED, head, new_figure, styled
from kbnn_analysis.results import Result

SHARES = ("share", "share_missing", "share_not_applicable")
_LOOKS = ((BLUE, ""), (MUTED, "////"), (MUTED, "...."))


@styled
def plot_quality(
    diagnosis: Result, *, language: Language, title: str = "", ax: Axes | None = None
) -> Axes:
    """Draw the shares that the checks found; several shares of one row stand end to end.

    Parameters
    ----------
    diagnosis : Diagnosis
        Rows of flags with ``share``, or rows of items with ``share_missing`` and
        ``share_not_applicable``.
    language : {"vi", "en"}
        Language of labels and numbers.
    title : str
        Title; the measure and the period where it is left out.
    ax : Axes, optional
        Where to draw.

    Returns
    -------
    Axes
        What was drawn on.
    """
    columns = [name for name in SHARES if name in diagnosis.frame]
    drawn = rows.shown(diagnosis, columns[0])
    frame = diagnosis.frame.assign(name=rows.row_labels(diagnosis, language))[drawn]
    alone = ax is None
    ax = ax or new_figure(max(len(frame), 2))[1][0]
    ends = _bars(ax, frame, columns, diagnosis, language)
    for at, (end, values) in enumerate(zip(ends, frame[columns].to_numpy(), strict=True)):
        text = " + ".join(numbers.percent(value, language) for value in values)
        ax.annotate(
            text, (end, at), xytext=(4, 0), textcoords="offset points", va="center", fontsize=7.5
        )
    parts.name_rows(ax, list(frame["name"]))
    ax.set_xlim(0, max(1.3 * float(ends.max()), 0.01) if len(ends) else 1)
    parts.value_axis(ax, "proportion", language)
    if len(columns) > 1:
        parts.key_above(ax, columns=len(columns))
    parts.note_below(ax, parts.not_shown(diagnosis, drawn, language))
    told = title or rows.title_of(diagnosis, language)
    head(ax, told, simulated=diagnosis.simulated, whole=alone)
    return ax


def _bars(
    ax: Axes, frame: pd.DataFrame, columns: list[str], diagnosis: Result, language: Language
) -> np.ndarray:
    left = np.zeros(len(frame))
    for name, (color, hatch) in zip(columns, _LOOKS, strict=False):
        width = frame[name].fillna(0).to_numpy(dtype=float)
        label = rows.column_heading(diagnosis, name, language)
        ax.barh(
            range(len(frame)),
            width,
            left=left,
            height=0.6,
            label=label,
            color=color if not hatch else "white",
            edgecolor=color,
            hatch=hatch,
            linewidth=0.6,
        )
        left = left + width
    return left
