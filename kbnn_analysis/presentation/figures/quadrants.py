"""Importance against performance, with both intervals and the cuts; correlations as a heatmap."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Bbox

from kbnn_analysis.language import Language
from kbnn_analysis.presentation import numbers, rows
from kbnn_analysis.presentation.driver_words import QUADRANTS, driver_word
from kbnn_analysis.presentation.figures import parts
from kbnn_analysis.presentation.style import (
    BLUE,
    INK,
    MUTED,
    PAPER,
    head,
    new_figure,
    styled,
)
from kbnn_analysis.results import Result

SURE = 0.95
_CORNERS = {
    "concentrate": (0.01, 0.99, "left", "top"),
    "keep": (0.99, 0.99, "right", "top"),
    "low_priority": (0.01, 0.01, "left", "bottom"),
    "ample": (0.99, 0.01, "right", "bottom"),
}


_PLACES = (
    ((5, 4), "left", "bottom"),
    ((5, -4), "left", "top"),
    ((-5, 4), "right", "bottom"),
    ((-5, -4), "right", "top"),
    ((0, 22), "center", "bottom"),
    ((0, -22), "center", "top"),
    ((0, 32), "center", "bottom"),
    ((0, -32), "center", "top"),
)


@styled
def plot_quadrants(quadrants: Result, *, language: Language, ax: Axes | None = None) -> Axes:
    """Draw performance to the right and importance upwards, with the intervals of both.

    A driver whose quadrant is not certain (probability below 95 %) is an open mark.

    Parameters
    ----------
    quadrants : Quadrants
        Drivers with their places.
    language : {"vi", "en"}
        Language of labels and numbers.
    ax : Axes, optional
        Where to draw; a figure is made where it is left out.

    Returns
    -------
    Axes
        What was drawn on.
    """
    drawn = rows.shown(quadrants, "share")
    frame = quadrants.frame.assign(name=rows.row_labels(quadrants, language, ("driver",)))[drawn]
    alone = ax is None
    ax = ax or new_figure(18)[1][0]
    _cuts(ax, quadrants, language)
    for row in frame.to_dict(orient="records"):
        _mark(ax, {str(key): value for key, value in row.items()})
    ax.xaxis.set_major_locator(MaxNLocator(7, steps=[1, 2, 5, 10]))  # no 4.43, 4.45, 4.48
    ax.xaxis.set_major_formatter(lambda value, _: numbers.number(value, language))
    ax.tick_params(axis="both", length=0)
    ax.yaxis.set_major_formatter(lambda value, _: parts.tick(value, "proportion", language))
    ax.set_xlabel(driver_word("performance_axis", language))
    ax.set_ylabel(driver_word("share_only", language))
    ax.margins(0.12)
    _name(ax, frame.sort_values("share", ascending=False).to_dict(orient="records"))
    sure = numbers.percent(SURE, language, decimals=0)
    cut = driver_word(str(quadrants.notes.get("cut", "mean")), language)
    notes = [
        driver_word("cut_note", language, cut=cut),
        driver_word("uncertain", language, sure=sure) + ".",
        driver_word("no_cause", language),
    ]
    parts.note_below(ax, [*notes, *parts.not_shown(quadrants, drawn, language)])
    head(ax, driver_word("quadrants", language), simulated=quadrants.simulated, whole=alone)
    return ax


@styled
def plot_correlations(correlations: Result, *, language: Language, ax: Axes | None = None) -> Axes:
    """Draw the correlations of the drivers as a heatmap with the numbers written in.

    Parameters
    ----------
    correlations : Diagnosis
        Of ``correlate_drivers``.
    language : {"vi", "en"}
        Language of labels and numbers.
    ax : Axes, optional
        Where to draw; a figure is made where it is left out.

    Returns
    -------
    Axes
        What was drawn on.
    """
    drawn = rows.shown(correlations)
    names = list(dict.fromkeys(correlations.frame["driver"]))
    values = correlations.frame["estimate"].where(drawn)
    table = correlations.frame.assign(estimate=values).pivot(
        index="driver", columns="other", values="estimate"
    )
    matrix = table.loc[names, names].to_numpy(float)
    alone = ax is None
    ax = ax or new_figure(max(2 * len(names), 6))[1][0]
    ax.imshow(matrix, cmap="Blues", vmin=0.0, vmax=1.0, aspect="auto")
    for at, line in enumerate(matrix):
        for across, value in enumerate(line[: at + 1]):
            text = numbers.number(value, language)
            color = PAPER if value > 0.6 else INK
            ax.text(across, at, text, ha="center", va="center", fontsize=7.5, color=color)
    told = [rows.value_label(correlations, "driver", name, language) for name in names]
    ax.set_xticks(range(len(names)), told, rotation=30, ha="right")
    ax.set_yticks(range(len(names)), told)
    ax.grid(visible=False)
    title = driver_word("correlations", language)
    head(ax, title, simulated=correlations.simulated, whole=alone)
    return ax


def _cuts(ax: Axes, quadrants: Result, language: Language) -> None:
    notes = quadrants.notes
    if notes.get("cut_share") is not None:
        ax.axhline(float(notes["cut_share"]), color=MUTED, linewidth=0.8, linestyle="--")
        ax.axvline(float(notes["cut_performance"]), color=MUTED, linewidth=0.8, linestyle="--")
    for name, (x, y, side, level) in _CORNERS.items():
        ax.text(
            x, y, QUADRANTS[name].text(language), transform=ax.transAxes, ha=side, va=level,
            fontsize=8, color=MUTED, style="italic",
        )  # fmt: skip


def _mark(ax: Axes, row: dict[str, object]) -> None:
    value = {key: float(str(row[key])) for key in row if key.startswith(("share", "performance"))}
    x, y = value["performance"], value["share"]
    ax.hlines(y, value["performance_low"], value["performance_high"], color=BLUE, alpha=0.45)
    ax.vlines(x, value["share_low"], value["share_high"], color=BLUE, alpha=0.45)
    sure = float(str(row["prob_quadrant"])) >= SURE
    ax.scatter([x], [y], s=30, facecolor=BLUE if sure else PAPER, edgecolor=BLUE, zorder=3)


def _name(ax: Axes, found: list[dict[Hashable, Any]]) -> None:
    """Write each name where it covers neither another name nor a mark; the figure has its size."""
    ax.figure.canvas.draw()
    marks = [_around(ax, row) for row in found]
    taken: list[Bbox] = []
    for row in found:
        best = None
        for (right, up), side, level in _PLACES:
            text = ax.annotate(
                str(row["name"]), (row["performance"], row["share"]), xytext=(right, up),
                textcoords="offset points", fontsize=7.5, ha=side, va=level, zorder=4,
            )  # fmt: skip
            box = text.get_window_extent()
            cost = sum(10 * box.overlaps(each) for each in taken)
            cost += sum(box.overlaps(each) for pair in marks for each in pair)
            cost += 20 * (box.x0 < ax.bbox.x0 or box.x1 > ax.bbox.x1)
            if best is None or cost < best[0]:
                if best:
                    best[1].remove()
                best = (cost, text, box)
            else:
                text.remove()
        if best:
            taken.append(best[2])


def _around(ax: Axes, row: dict[Hashable, Any]) -> tuple[Bbox, Bbox]:
    """Return what the two intervals of a mark cover, in pixels."""
    x, y = float(row["performance"]), float(row["share"])
    across = [(row["performance_low"], y), (row["performance_high"], y)]
    upwards = [(x, row["share_low"]), (x, row["share_high"])]
    lines = (ax.transData.transform(each) for each in (across, upwards))
    first, second = (Bbox(line).padded(2) for line in lines)
    return first, second
