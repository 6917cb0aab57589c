"""Differences on their intervals, and which of all pairs can be told apart."""

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
    PALE,
    head,
    new_figure,
    styled,
)
from kbnn_analysis.presentation.wording import word
from kbnn_analysis.results import Result

_SIDES = (("higher", BLUE, "^"), ("lower", ORANGE, "v"))


@styled
def plot_comparison(
    comparison: Result, *, language: Language, title: str = "", ax: Axes | None = None
) -> Axes:
    """Draw one row for each difference: a mark on its interval, beside the line of no difference.

    Differences that the data support are filled triangles up or down; the others are open dots.
    Rows keep the order of the result: units in the order of their differences would be a ranking.

    Parameters
    ----------
    comparison : Comparison
        Against the mean, a reference, or few pairs; many pairs go to :func:`plot_pairs`.
    language : {"vi", "en"}
        Language of labels and numbers.
    title : str
        Title; the measure and the period where it is left out.
    ax : Axes, optional
        Where to draw; a figure of the right height is made where it is left out.

    Returns
    -------
    Axes
        What was drawn on.
    """
    drawn = rows.shown(comparison, "difference")
    frame = comparison.frame.assign(name=rows.row_labels(comparison, language))[drawn]
    notes = [_margin_note(comparison, language), *parts.not_shown(comparison, drawn, language)]
    alone = ax is None
    ax = ax or new_figure(max(len(frame), 2) + parts.note_rows(notes))[1][0]
    _margin(ax, comparison)
    ax.axvline(0.0, color=INK, linewidth=0.9, zorder=1.5)
    place, found = np.arange(len(frame)), rows.found_different(comparison)[drawn].to_numpy()
    up = frame["difference"].to_numpy(dtype=float) > 0
    for (name, color, marker), side in zip(_SIDES, (found & up, found & ~up), strict=True):
        _marks(ax, frame[side], place[side], color, marker, word(name, language))
    _marks(ax, frame[~found], place[~found], MUTED, "o", word("not_apart", language), filled=False)
    parts.name_rows(ax, list(frame["name"]))
    _difference_axis(ax, comparison, language)
    if len(frame):
        parts.key_above(ax, columns=3)
    parts.note_below(ax, notes)
    told = title or rows.title_of(comparison, language)
    head(ax, told, simulated=comparison.simulated, whole=alone)
    return ax


@styled
def plot_pairs(
    comparison: Result, *, language: Language, title: str = "", ax: Axes | None = None
) -> Axes:
    """Draw which of all pairs of units can be told apart, as a square of marks.

    A triangle up says that the unit of the row is higher than that of the column, a triangle down
    that it is lower, a dot that they were not found to differ. Units keep the order of the result.

    Parameters
    ----------
    comparison : Comparison
        All pairs.
    language : {"vi", "en"}
        Language of labels.
    title : str
        Title; the measure and the period where it is left out.
    ax : Axes, optional
        Where to draw.

    Returns
    -------
    Axes
        What was drawn on.
    """
    drawn = rows.shown(comparison, "difference")
    column = comparison.by[-2]
    frame = comparison.frame
    units = list(dict.fromkeys([*frame[column], *frame["other"]]))
    at = {unit: place for place, unit in enumerate(units)}
    alone = ax is None
    ax = ax or new_figure(len(units), row_height=16.0 / max(len(units), 20))[1][0]
    first = frame[column].map(at).to_numpy()
    second = frame["other"].map(at).to_numpy()
    up = (frame["difference"] > 0).to_numpy()
    found = (rows.found_different(comparison) & drawn).to_numpy()
    size = float(np.clip(1100 / len(units), 5.0, 40.0))
    _cells(ax, first, second, found & up, found & ~up, size, language)
    plain = (drawn & ~rows.found_different(comparison)).to_numpy()
    _both(ax, first[plain], second[plain], size / 5, "o", MUTED, word("not_apart", language))
    _names(ax, [rows.value_label(comparison, column, str(unit), language) for unit in units])
    parts.key_above(ax, columns=3)
    hidden = int((~drawn).sum())
    note = word("pairs_hidden", language, count=numbers.count(hidden, language)) if hidden else ""
    parts.note_below(ax, [word("pairs_mean", language), note])
    told = title or rows.title_of(comparison, language)
    head(ax, told, simulated=comparison.simulated, whole=alone)
    return ax


def _margin(ax: Axes, comparison: Result) -> None:
    margin = comparison.notes.get("margin")
    if margin:
        ax.axvspan(-float(margin), float(margin), color=PALE, zorder=0)


def _margin_note(comparison: Result, language: Language) -> str:
    margin = rows.margin_text(comparison, language)
    return word("margin_mean", language, margin=margin) if margin else ""


def _marks(
    ax: Axes,
    frame: pd.DataFrame,
    where: np.ndarray,
    color: str,
    marker: str,
    label: str,
    *,
    filled: bool = True,
) -> None:
    low, high = (frame[name].to_numpy(float) for name in ("conf_low", "conf_high"))
    ax.hlines(where, low, high, color=color, linewidth=1.8, alpha=0.45, zorder=2)
    ax.scatter(
        frame["difference"],
        where,
        s=26,
        marker=marker,
        facecolors=color if filled else "white",
        edgecolors=color,
        linewidths=1.0,
        zorder=3,
        label=label,
    )


def _difference_axis(ax: Axes, comparison: Result, language: Language) -> None:
    share = bool(len(comparison.frame)) and rows.kinds(comparison)[0] == "proportion"

    def tick(value: float, _: object) -> str:
        scaled = round(100 * value if share else value, 6)
        whole = scaled == round(scaled)
        text = numbers.number(abs(scaled), language, decimals=0 if whole else 1)
        return text if not scaled else ("+" if scaled > 0 else "−") + text

    ax.xaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 2.5, 5, 10]))
    ax.xaxis.set_major_formatter(FuncFormatter(tick))
    ax.tick_params(axis="x", length=0)
    what = word("difference_in_points" if share else "difference_in_scale", language)
    ax.set_xlabel(f"{what} · {rows.interval_heading(comparison, language)}")


def _cells(
    ax: Axes,
    first: np.ndarray,
    second: np.ndarray,
    higher: np.ndarray,
    lower: np.ndarray,
    size: float,
    language: Language,
) -> None:
    for (name, color, marker), straight, turned in zip(
        _SIDES, (higher, lower), (lower, higher), strict=True
    ):
        x = np.concatenate([second[straight], first[turned]])
        y = np.concatenate([first[straight], second[turned]])
        label = word(f"row_{name}", language)
        ax.scatter(x, y, s=size, marker=marker, color=color, linewidths=0, label=label)


def _both(
    ax: Axes,
    first: np.ndarray,
    second: np.ndarray,
    size: float,
    marker: str,
    color: str,
    label: str,
) -> None:
    x, y = np.concatenate([second, first]), np.concatenate([first, second])
    ax.scatter(x, y, s=size, marker=marker, color=color, linewidths=0, label=label)


def _names(ax: Axes, names: list[str]) -> None:
    parts.name_rows(ax, names)
    small = 7.5 if len(names) <= 30 else 5.0
    ax.set_xticks(range(len(names)), names, rotation=90)
    ax.set_xlim(-0.6, len(names) - 0.4)
    ax.tick_params(axis="both", length=0, labelsize=small)
    ax.grid(visible=False)
