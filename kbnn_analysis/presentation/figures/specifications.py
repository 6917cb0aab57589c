"""Shares and possible ranks of the drivers in every specification, side by side."""

from __future__ import annotations

from string import ascii_lowercase

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from kbnn_analysis.language import Language
from kbnn_analysis.presentation import numbers, rows
from kbnn_analysis.presentation.driver_words import driver_heading, driver_word
from kbnn_analysis.presentation.figures import parts
from kbnn_analysis.presentation.style import BLUE, INK, MUTED, ORANGE, head, new_figure, styled
from kbnn_analysis.results import Drivers

GAP = 1.0  # empty rows between drivers


@styled
def plot_specifications(
    shares: Drivers, *, language: Language, axes: tuple[Axes, Axes] | None = None
) -> tuple[Axes, Axes]:
    """Draw the share of each driver (left) and its possible ranks (right) in each specification.

    Drivers stand in the order of their shares as reported, in the first specification, whose marks
    are diamonds; within a driver the specifications keep their order and their letters.

    Parameters
    ----------
    shares : Drivers
        Of ``compare_specifications``.
    language : {"vi", "en"}
        Language of labels and numbers.
    axes : pair of Axes, optional
        Two axes that share their rows; a figure of the right height is made where left out.

    Returns
    -------
    pair of Axes
        What was drawn on.
    """
    drawn = rows.shown(shares, "share")
    names = [str(name) for name in dict.fromkeys(shares.frame["specification"])]
    frame = _placed(shares.frame[drawn], names)
    alone = axes is None
    if axes is None:
        height = max(round(frame["place"].max() + GAP) if len(frame) else 0, 3)
        made = new_figure(height, columns=2, ratios=(1.6, 1.0), row_height=0.3)[1]
        axes = (made[0], made[1])
    left, right = axes
    first = (frame["specification"] == names[0]).to_numpy(dtype=bool)
    for own, color, marker in ((~first, BLUE, "o"), (first, ORANGE, "D")):
        _draw(left, right, frame[own], color, marker)
    _name(left, shares, frame, names, language)
    parts.value_axis(left, "proportion", language)
    level = numbers.percent(shares.conf_level, language, decimals=0)
    left.set_xlabel(driver_word("share_short", language, level=level))
    right.set_xlabel(driver_heading("rank_set", language))
    right.set_xlim(0.4, max([2.0, *frame["rank_high"]]) + 0.6)
    right.xaxis.set_major_locator(MaxNLocator(nbins=8, integer=True))
    right.tick_params(axis="both", which="both", length=0, labelleft=False)
    key = [
        f"{letter}: {rows.value_label(shares, 'specification', name, language)}"
        for letter, name in zip(ascii_lowercase, names, strict=False)
    ]
    told = "; ".join(key) + "."
    notes = [told, driver_word("no_cause", language), *parts.not_shown(shares, drawn, language)]
    parts.note_below(left, notes)
    head(left, driver_word("specifications", language), simulated=shares.simulated, whole=alone)
    return left, right


def _placed(frame: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Return the rows with their places: driver by driver, the largest share as reported first."""
    main = frame[frame["specification"] == names[0]].sort_values("share", ascending=False)
    order = list(dict.fromkeys([*main["driver"], *frame["driver"]]))
    step = len(names) + GAP
    place = [
        order.index(driver) * step + names.index(name)
        for driver, name in zip(frame["driver"], frame["specification"], strict=True)
    ]
    return frame.assign(place=np.array(place, dtype=float))


def _draw(left: Axes, right: Axes, frame: pd.DataFrame, color: str, marker: str) -> None:
    place = frame["place"].to_numpy(float)
    shown = frame.assign(
        estimate=frame["share"], conf_low=frame["share_low"], conf_high=frame["share_high"]
    )
    parts.intervals(left, shown, place, color=color, marker=marker)
    low, high = frame["rank_low"].to_numpy(float), frame["rank_high"].to_numpy(float)
    right.hlines(place, low - 0.3, high + 0.3, color=color, linewidth=3.4, alpha=0.35)
    right.scatter(frame["rank"], place, s=9, color=INK, marker="|", linewidths=1.0, zorder=3)


def _name(
    ax: Axes, shares: Drivers, frame: pd.DataFrame, names: list[str], language: Language
) -> None:
    """Write each driver beside the middle of its rows, and a letter at every row."""
    middle = frame.groupby("driver", sort=False)["place"].mean()
    told = [rows.value_label(shares, "driver", str(name), language) for name in middle.index]
    ax.set_yticks(middle.to_numpy(float), told, fontsize=8.5)
    letters = [ascii_lowercase[names.index(name)] for name in frame["specification"]]
    for place, letter in zip(frame["place"], letters, strict=True):
        ax.annotate(
            letter, (0.0, place), xycoords=ax.get_yaxis_transform(), xytext=(-2, 0),
            textcoords="offset points", ha="right", va="center", fontsize=5.5, color=MUTED,
        )  # fmt: skip
    ax.tick_params(axis="y", length=0, pad=10)
    ax.set_ylim(float(frame["place"].max() if len(frame) else 0) + GAP, -GAP)
