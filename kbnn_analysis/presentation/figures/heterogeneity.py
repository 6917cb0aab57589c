"""How much units differ beyond chance: where their true values lie, and what part is chance."""

from __future__ import annotations

import textwrap

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from kbnn_analysis.language import Language
from kbnn_analysis.presentation import rows
from kbnn_analysis.presentation.figures import parts
from kbnn_analysis.presentation.style import BLUE, GREEN, head, new_figure, styled
from kbnn_analysis.presentation.wording import word
from kbnn_analysis.results import Heterogeneity


@styled
def plot_heterogeneity(
    found: Heterogeneity,
    *,
    language: Language,
    title: str = "",
    axes: tuple[Axes, Axes] | None = None,
) -> tuple[Axes, Axes]:
    """Draw a row for each measure: where a new unit is expected, and I² with its interval.

    Parameters
    ----------
    found : Heterogeneity
        Measures of one kind (all proportions or all means).
    language : {"vi", "en"}
        Language of labels and numbers.
    title : str
        Title; the period, or the measure, where it is left out.
    axes : pair of Axes, optional
        Two axes that share their rows.

    Returns
    -------
    pair of Axes
        What was drawn on.
    """
    drawn = rows.shown(found, "tau")
    frame = found.frame.assign(name=rows.row_labels(found, language))[drawn]
    alone = axes is None
    if axes is None:
        made = new_figure(max(len(frame), 2) + 1, columns=2, row_height=1.3, ratios=(1.3, 1.0))[1]
        axes = (made[0], made[1])
    left, right = axes
    place = np.arange(len(frame))
    _spread(left, frame, place, language)
    _part(right, frame, place)
    parts.name_rows(left, ["\n".join(textwrap.wrap(name, 30)) for name in frame["name"]])
    parts.value_axis(left, rows.kinds(found)[0], language)
    parts.value_axis(right, "proportion", language)
    right.set_xlim(-0.02, 1.02)
    for ax, column in ((left, "prediction"), (right, "i_squared")):
        ax.xaxis.set_major_locator(MaxNLocator(nbins=4, steps=[1, 2, 2.5, 5, 10]))
        ax.set_xlabel("\n".join(textwrap.wrap(rows.column_heading(found, column, language), 26)))
    right.tick_params(axis="y", labelleft=False)
    left_out = parts.not_shown(found, drawn, language)
    parts.note_below(left, [word("spread_drawn", language), *left_out])
    told = title or _title(found, language)
    head(left, told, simulated=found.simulated, whole=alone)
    return left, right


def _title(found: Heterogeneity, language: Language) -> str:
    if len(set(found.frame["measure"])) == 1:
        return rows.title_of(found, language)
    periods = {rows.period_label(str(each), language) for each in found.frame["period"]}
    return ", ".join([word("between_units", language), *(periods if len(periods) == 1 else ())])


def _spread(ax: Axes, frame: pd.DataFrame, place: np.ndarray, language: Language) -> None:
    mean, tau = (frame[name].to_numpy(float) for name in ("estimate", "tau"))
    parts.intervals(ax, frame, place)
    ax.hlines(place, mean - tau, mean + tau, color=BLUE, linewidth=5.0, alpha=0.35, zorder=2)


def _part(ax: Axes, frame: pd.DataFrame, place: np.ndarray) -> None:
    low, high = (frame[f"i_squared_{end}"].to_numpy(float) for end in ("low", "high"))
    ax.hlines(place, low, high, color=GREEN, linewidth=1.8, alpha=0.5, zorder=2)
    ax.scatter(frame["i_squared"], place, s=26, marker="D", color=GREEN, linewidths=0, zorder=3)
