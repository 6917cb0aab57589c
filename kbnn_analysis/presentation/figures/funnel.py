"""A funnel: units by their number of answers, against the limits that chance sets."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from kbnn_analysis.language import Language
from kbnn_analysis.presentation import numbers, rows
from kbnn_analysis.presentation.figures import parts
from kbnn_analysis.presentation.style import (
    BLUE,
    INK,
    MUTED,
    ORANGE,
    head,
    new_figure,
    styled,
)
from kbnn_analysis.presentation.wording import heading, sentence, word
from kbnn_analysis.results import BAND_LABELS, Funnel

LOOKS = {
    "better than expected": ("^", BLUE, 34),
    "as expected": ("o", MUTED, 15),
    "worse than expected": ("v", ORANGE, 34),
}
LEAST_NAMED = 30


@styled
def plot_funnel(
    funnel: Funnel, *, language: Language, title: str = "", ax: Axes | None = None
) -> Axes:
    """Draw units as marks over their answers, with the expected value and the limits.

    Units better or worse than expected have marks of their own and their name beside them; worse
    ones of fewer than 30 answers stay unnamed. Hidden units have no position.

    Parameters
    ----------
    funnel : Funnel
        One measure and period.
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
    drawn = rows.shown(funnel, "band")
    frame = funnel.frame.assign(name=rows.row_labels(funnel, language, ("unit",)))[drawn]
    alone = ax is None
    ax = ax or new_figure(18)[1][0]
    _limits(ax, funnel, language)
    _units(ax, frame, language)
    _axes(ax, funnel, frame, language)
    left_out = parts.not_shown(funnel, drawn, language)
    parts.note_below(ax, [word("limits_mean", language), *left_out])
    head(
        ax,
        title or rows.title_of(funnel, language),
        simulated=funnel.simulated,
        whole=alone,
    )
    return ax


def _limits(ax: Axes, funnel: Funnel, language: Language) -> None:
    lines = funnel.lines
    levels = {
        name: numbers.percent(float(funnel.notes[f"{name}_level"]), language, decimals=places)
        for name, places in (("limit", 1), ("warn", 0))
    }
    ax.plot(
        lines["n"],
        lines["target"],
        color=INK,
        linewidth=1.0,
        label=word("expected_value", language),
    )
    for name, style, key in (("limit", "-", "control_limits"), ("warn", "--", "warning_limits")):
        label = word(key, language, level=levels[name])
        for side in ("low", "high"):
            ax.plot(
                lines["n"],
                lines[f"{name}_{side}"],
                color=MUTED,
                linestyle=style,
                linewidth=0.9,
                label=label if side == "low" else None,
            )


def _units(ax: Axes, frame: pd.DataFrame, language: Language) -> None:
    for band, (marker, color, size) in LOOKS.items():
        chosen = frame[frame["band"] == band]
        if chosen.empty:
            continue
        ax.scatter(
            chosen["n"],
            chosen["estimate"],
            marker=marker,
            color=color,
            s=size,
            linewidths=0,
            zorder=3,
            label=sentence(BAND_LABELS[band].text(language)).rstrip("."),
        )
    named = frame[(frame["band"] != "as expected") & (frame["n"] >= LEAST_NAMED)]
    _name_units(ax, named)


def _name_units(ax: Axes, named: pd.DataFrame) -> None:
    """Write names beside their marks, each on the side that points away from the limits."""
    for name, n, value, band in zip(
        named["name"], named["n"], named["estimate"], named["band"], strict=True
    ):
        above = band == "better than expected"
        ax.annotate(
            name,
            (n, value),
            xytext=(0, 6 if above else -6),
            textcoords="offset points",
            ha="center",
            va="bottom" if above else "top",
            fontsize=7,
        )


def _axes(ax: Axes, funnel: Funnel, frame: pd.DataFrame, language: Language) -> None:
    kind = rows.kinds(funnel)[0] if len(funnel.frame) else "mean"
    ax.grid(visible=True, axis="both")
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: parts.tick(value, kind, language)))
    ax.xaxis.set_major_locator(MaxNLocator(nbins=7, integer=True))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: numbers.count(value, language)))
    ax.tick_params(length=0)
    ax.set_xlabel(heading("n", language))
    if len(frame):
        ax.set_ylim(*_room(frame, kind))
    ax.legend(
        loc="upper center",
        bbox_to_anchor=(0.5, -0.11),
        ncols=3,
        columnspacing=1.4,
        handlelength=1.6,
    )


def _room(frame: pd.DataFrame, kind: numbers.Kind) -> tuple[float, float]:
    """Return limits that hold every mark and its control limits, with air for the names."""
    low = float(np.nanmin(frame[["estimate", "limit_low"]].to_numpy(dtype=float)))
    high = float(np.nanmax(frame[["estimate", "limit_high"]].to_numpy(dtype=float)))
    air = 0.07 * (high - low)
    top = high + air
    return low - air, min(top, 1.0 + air) if kind == "proportion" else top
