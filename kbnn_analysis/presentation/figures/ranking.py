"""A ranking with what it does not know: estimates beside the ranks that the data allow."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from kbnn_analysis.language import Language
from kbnn_analysis.presentation import rows
from kbnn_analysis.presentation.figures import parts
from kbnn_analysis.presentation.style import (
    BLUE,
    INK,
    ORANGE,
    head,
    new_figure,
    styled,
)
from kbnn_analysis.presentation.wording import word
from kbnn_analysis.results import Result


@styled
def plot_ranking(
    ranking: Result, *, language: Language, title: str = "", axes: tuple[Axes, Axes] | None = None
) -> tuple[Axes, Axes]:
    """Draw estimates with intervals at the left and rank intervals at the right.

    Units that could rank first are diamonds in another colour; the others are dots. Hidden and
    unranked units have no position: they are named under the figure.

    Parameters
    ----------
    ranking : Ranking
        Estimates with ``rank_low`` and ``rank_high``.
    language : {"vi", "en"}
        Language of labels and numbers.
    title : str
        Title; the measure and the period where it is left out.
    axes : pair of Axes, optional
        Two axes that share their rows; a figure of the right height is made where left out.

    Returns
    -------
    pair of Axes
        What was drawn on.
    """
    drawn = rows.shown(ranking) & ranking.frame["rank_low"].notna()
    frame = ranking.frame.assign(name=rows.row_labels(ranking, language))[drawn]
    frame = rows.by_estimate(ranking, frame)
    alone = axes is None
    if axes is None:
        made = new_figure(max(len(frame), 3), columns=2, ratios=(1.25, 1.0))[1]
        axes = (made[0], made[1])
    left, right = axes
    leading = leading_rows(frame)
    _estimates(left, frame, leading, language)
    _rank_sets(right, frame, leading)
    parts.name_rows(left, list(frame["name"]))
    kind = rows.kinds(ranking)[0] if len(ranking.frame) else "mean"
    parts.value_axis(left, kind, language)
    left.set_xlabel(rows.interval_heading(ranking, language))
    right.set_xlabel(rows.column_heading(ranking, "rank_set", language))
    right.tick_params(axis="both", length=0, labelleft=False)
    parts.note_below(
        left, [word("rank_means", language), *parts.not_shown(ranking, drawn, language)]
    )
    told = title or rows.title_of(ranking, language)
    head(left, told, simulated=ranking.simulated, whole=alone)
    return left, right


def leading_rows(frame: pd.DataFrame) -> np.ndarray:
    """Return which units could rank first; none of them where all could."""
    able = (frame["rank_low"] == 1).to_numpy(dtype=bool)
    return able & (not able.all())


def _estimates(ax: Axes, frame: pd.DataFrame, leading: np.ndarray, language: Language) -> None:
    place = np.arange(len(frame))
    parts.intervals(
        ax,
        frame[leading],
        place[leading],
        color=ORANGE,
        marker="D",
        label=word("could_lead", language),
    )
    parts.intervals(ax, frame[~leading], place[~leading], label=word("others", language))
    if leading.any():
        parts.key_above(ax, columns=2)


def _rank_sets(ax: Axes, frame: pd.DataFrame, leading: np.ndarray) -> None:
    place = np.arange(len(frame))
    colors = np.where(leading, ORANGE, BLUE)
    low, high = frame["rank_low"].to_numpy(float), frame["rank_high"].to_numpy(float)
    width = 5.0 if len(frame) <= 30 else 3.4
    ax.hlines(place, low - 0.35, high + 0.35, colors=list(colors), linewidth=width, alpha=0.35)
    if "rank" in frame:
        ax.scatter(frame["rank"], place, s=9, color=INK, marker="|", linewidths=1.0, zorder=3)
    # units that are ranked but not drawn still take places
    ax.set_xlim(0.2, max(len(frame), 1, *high) + 0.8)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=7, integer=True))
