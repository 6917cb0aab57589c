"""Change as a figure: both levels joined at the left, the difference with its interval at right."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation import numbers, rows
from kbnn_analysis.presentation.change_words import change_title, row_names
from kbnn_analysis.presentation.figures import parts
from kbnn_analysis.presentation.narrative.breaks import describe_breaks
from kbnn_analysis.presentation.narrative.change import found_rows
from kbnn_analysis.presentation.style import BLUE, INK, MUTED, ORANGE, head, new_figure, styled
from kbnn_analysis.presentation.wording import capital
from kbnn_analysis.results import Change

_FOUND = Label("Thay đổi vượt quá ngẫu nhiên", "Changed beyond chance")
_OPEN = Label("Không thể phân biệt với không đổi", "Cannot be told apart from unchanged")
_DIFFERENCE = Label("Thay đổi", "Change")
_POINTS = Label("Thay đổi, điểm phần trăm", "Change, percentage points")


@styled
def plot_change(
    change: Change, *, language: Language, title: str = "", axes: tuple[Axes, Axes] | None = None
) -> tuple[Axes, Axes]:
    """Draw each row's two levels and, beside them, the change with its interval.

    What changed beyond chance comes first: rises, then falls; the others keep their own order,
    for an order by chance would be read as a ranking. Rows that are hidden or not comparable are
    named below.

    Parameters
    ----------
    change : Change
        Of one kind (all proportions or all means).
    language : {"vi", "en"}
        Language of labels and numbers.
    title : str
        Title; the measure and the periods where it is left out.
    axes : pair of Axes, optional
        Two axes that share their rows.

    Returns
    -------
    pair of Axes
        What was drawn on.
    """
    drawn = rows.shown(change, "difference")
    names = row_names(change, language)[1]
    frame = change.frame.assign(name=names, found=found_rows(change))
    frame = _sorted(frame[drawn])
    alone = axes is None
    if axes is None:
        made = new_figure(max(len(frame), 2), columns=2, ratios=(1.0, 1.0))[1]
        axes = (made[0], made[1])
    left, right = axes
    kind = rows.kinds(change)[0] if len(change.frame) else "mean"
    _levels(left, change, frame, language)
    _differences(right, frame, kind, language)
    parts.name_rows(left, list(frame["name"]))
    parts.value_axis(left, kind, language)
    left.xaxis.set_major_locator(MaxNLocator(nbins=4, steps=[1, 2, 2.5, 5, 10]))
    right.tick_params(axis="both", length=0, labelleft=False)
    parts.key_above(left, columns=2)
    if len(frame):
        parts.key_above(right, columns=1)
    missing = parts.not_shown(change, drawn, language)
    parts.note_below(left, [describe_breaks(change, language, others=False), *missing])
    told = title or change_title(change, language)
    head(left, told, simulated=change.simulated, whole=alone)
    return left, right


def _sorted(frame: pd.DataFrame) -> pd.DataFrame:
    up = frame["found"] & (frame["difference"] > 0)
    down = frame["found"] & (frame["difference"] < 0)
    found = frame[up | down].sort_values("difference", ascending=False, kind="stable")
    return pd.concat([found, frame[~(up | down)]])


def _levels(ax: Axes, change: Change, frame: pd.DataFrame, language: Language) -> None:
    place = np.arange(len(frame))
    ax.hlines(place, frame["estimate_earlier"], frame["estimate"], color=MUTED, linewidth=1.0)
    size = 22 if len(frame) <= 30 else 11
    marks = (("estimate_earlier", "earlier", "D", "none"), ("estimate", "later", "o", BLUE))
    for column, note, marker, fill in marks:
        ax.scatter(
            frame[column],
            place,
            s=size,
            marker=marker,
            facecolors=fill,
            edgecolors=MUTED if fill == "none" else BLUE,
            linewidths=0.9,
            zorder=3,
            label=capital(rows.period_label(str(change.notes[note]), language)),
        )


def _differences(ax: Axes, frame: pd.DataFrame, kind: numbers.Kind, language: Language) -> None:
    place, found = np.arange(len(frame)), frame["found"].to_numpy(dtype=bool)
    ax.axvline(0.0, color=INK, linewidth=0.8, zorder=1)
    for chosen, color, marker, label in (
        (found, ORANGE, "D", _FOUND),
        (~found, BLUE, "o", _OPEN),
    ):
        if chosen.any():
            part = frame[chosen].assign(estimate=frame["difference"])
            parts.intervals(
                ax, part, place[chosen], color=color, marker=marker, label=label.text(language)
            )
    scale = 100 if kind == "proportion" else 1
    ax.xaxis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: _tick(scale * value, language)))
    ax.set_xlabel((_POINTS if kind == "proportion" else _DIFFERENCE).text(language))


def _tick(value: float, language: Language) -> str:
    rounded = round(value, 6)
    return numbers.signed(rounded, language, decimals=0 if rounded == round(rounded) else 1)
