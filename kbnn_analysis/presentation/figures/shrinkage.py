"""Shrunken estimates beside direct ones, and the posterior ranks."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from kbnn_analysis.language import Language
from kbnn_analysis.presentation import numbers, rows
from kbnn_analysis.presentation.figures import parts
from kbnn_analysis.presentation.style import BLUE, GREEN, INK, MUTED, head, new_figure, styled
from kbnn_analysis.presentation.wording import word
from kbnn_analysis.results import Shrinkage

LEAST_WRITTEN = 0.005


@styled
def plot_shrinkage(
    shrinkage: Shrinkage,
    *,
    language: Language,
    title: str = "",
    axes: tuple[Axes, Axes] | None = None,
) -> tuple[Axes, Axes]:
    """Draw shrunken estimates with posterior intervals, and posterior rank intervals with P(best).

    The direct estimate of each unit is an open diamond, so that what shrinking did can be seen.
    Units without a rank interval have no position: they are named under the figure.

    Parameters
    ----------
    shrinkage : Shrinkage
        One measure and period.
    language : {"vi", "en"}
        Language of labels and numbers.
    title : str
        Title; the measure and the period where it is left out.
    axes : pair of Axes, optional
        Two axes that share their rows.

    Returns
    -------
    pair of Axes
        What was drawn on.
    """
    # in the order of their estimates units are a ranking: none without its rank interval
    drawn = rows.shown(shrinkage) & shrinkage.frame["rank_low"].notna()
    frame = shrinkage.frame.assign(name=rows.row_labels(shrinkage, language, ("unit",)))[drawn]
    frame = rows.by_estimate(shrinkage, frame)
    alone = axes is None
    if axes is None:
        made = new_figure(max(len(frame), 3), columns=2, ratios=(1.25, 1.0))[1]
        axes = (made[0], made[1])
    left, right = axes
    place = np.arange(len(frame))
    parts.intervals(left, frame, place, label=word("shrunken", language))
    _direct(left, frame, place, language)
    _ranks(right, frame, place, language)
    parts.name_rows(left, list(frame["name"]))
    parts.value_axis(left, rows.kinds(shrinkage)[0], language)
    left.set_xlabel(rows.interval_heading(shrinkage, language))
    right.set_xlabel(rows.column_heading(shrinkage, "rank_set", language))
    right.tick_params(axis="both", length=0, labelleft=False)
    parts.key_above(left, columns=2)
    left_out = parts.not_shown(shrinkage, drawn, language)
    parts.note_below(left, [word("posterior_means", language), *left_out])
    told = title or rows.title_of(shrinkage, language)
    head(left, told, simulated=shrinkage.simulated, whole=alone)
    return left, right


def _direct(ax: Axes, frame: pd.DataFrame, place: np.ndarray, language: Language) -> None:
    ax.scatter(
        frame["direct"],
        place,
        s=16 if len(frame) <= 30 else 9,
        marker="D",
        facecolors="none",
        edgecolors=MUTED,
        linewidths=0.8,
        zorder=2.5,
        label=word("direct", language),
    )


def _ranks(ax: Axes, frame: pd.DataFrame, place: np.ndarray, language: Language) -> None:
    low, high = frame["rank_low"].to_numpy(float), frame["rank_high"].to_numpy(float)
    width = 5.0 if len(frame) <= 30 else 3.4
    ax.hlines(place, low - 0.35, high + 0.35, colors=GREEN, linewidth=width, alpha=0.4)
    ax.scatter(frame["rank"], place, s=9, color=INK, marker="|", linewidths=1.0, zorder=3)
    ax.set_xlim(0.2, max(len(frame), 1) + 0.8)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=7, integer=True))
    ax.set_title(
        word("prob_best_right", language), loc="right", size=8, weight="normal", color=MUTED
    )
    for at, probability in zip(place, frame["prob_best"], strict=True):
        if probability >= LEAST_WRITTEN:
            ax.annotate(
                numbers.percent(probability, language, decimals=0),
                (1.01, at),
                xycoords=ax.get_yaxis_transform(),
                va="center",
                fontsize=7.5 if len(frame) <= 30 else 6.5,
                color=BLUE,
            )
