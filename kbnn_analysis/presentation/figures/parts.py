"""What several figures share: scales with units, intervals, the list of what is not shown."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from kbnn_analysis.language import Language
from kbnn_analysis.presentation import numbers, rows
from kbnn_analysis.presentation.style import BLUE, MUTED, figure_of
from kbnn_analysis.presentation.wording import word
from kbnn_analysis.results import Result

MOST_NAMED = 24


def value_axis(ax: Axes, kind: numbers.Kind, language: Language) -> None:
    """Write the values of the x axis with their unit, in the numbers of the language."""
    ax.xaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 2.5, 5, 10]))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: tick(value, kind, language)))
    ax.tick_params(axis="x", length=0)


def tick(value: float, kind: numbers.Kind, language: Language) -> str:
    """Write a tick without needless decimals."""
    scaled = round(100 * value if kind == "proportion" else value, 6)
    text = numbers.number(scaled, language, decimals=0 if scaled == round(scaled) else 1)
    return f"{text}%" if kind == "proportion" else text


def name_rows(ax: Axes, names: list[str]) -> None:
    """Give every row its name, the first on top, with air above and below."""
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0)
    ax.tick_params(axis="y", labelsize=8.5 if len(names) <= 30 else 7)


def intervals(
    ax: Axes,
    frame: pd.DataFrame,
    where: np.ndarray,
    *,
    color: str = BLUE,
    marker: str = "o",
    label: str = "",
) -> None:
    """Draw estimates as marks on their intervals."""
    low, high = frame["conf_low"].to_numpy(float), frame["conf_high"].to_numpy(float)
    ax.hlines(where, low, high, color=color, linewidth=1.8, alpha=0.45, zorder=2)
    size = 26 if len(frame) <= 30 else 15
    ax.scatter(
        frame["estimate"],
        where,
        s=size,
        color=color,
        marker=marker,
        zorder=3,
        linewidths=0,
        label=label or None,
    )


def note_rows(lines: list[str]) -> int:
    """Return how many rows of labels the notes below take, so that a figure has room for them."""
    return round(0.7 * len(_wrapped(lines)))


def _wrapped(lines: list[str], width: int = 118) -> list[str]:
    return [part for line in lines if line for part in textwrap.wrap(line, width)]


def note_below(ax: Axes, lines: list[str], *, width: int = 118) -> None:
    """Write notes under the whole figure."""
    wrapped = _wrapped(lines, width)
    if wrapped:
        whole = figure_of(ax)
        whole.supxlabel(
            "\n".join(wrapped), x=0.01, ha="left", fontsize=7, color=MUTED, linespacing=1.5
        )


def not_shown(result: Result, drawn: pd.Series, language: Language) -> list[str]:
    """Name the rows that are not drawn, in their own order and without any position."""
    labels = np.array(rows.row_labels(result, language), dtype=object)
    hidden = rows.hidden(result)
    reasons = set(rows.reasons(result, language)) - {""}
    why = f" ({', '.join(reasons)})" if len(reasons) == 1 else ""
    lines = []
    if hidden.any():
        told = f"{word('not_shown', language)}{why}"
        lines.append(f"{told}: {named(list(labels[hidden.to_numpy()]), language)}.")
    empty = (~drawn & ~hidden).to_numpy()
    if empty.any():
        lines.append(f"{word('not_drawn', language)}: {named(list(labels[empty]), language)}.")
    return lines


def named(labels: Sequence[str], language: Language) -> str:
    """Return names for a note; of very many the first, for the table tells them all.

    Examples
    --------
    >>> named(["a", "b"], "en")
    'a, b'
    >>> named(list("abcdefghijklmnopqrstuvwxyz"), "en")[-28:]
    ' x and 2 more, see the table'
    """
    if len(labels) <= MOST_NAMED:
        return ", ".join(labels)
    rest = word("and_more", language, number=str(len(labels) - MOST_NAMED))
    return f"{', '.join(labels[:MOST_NAMED])} {rest}"


def key_above(ax: Axes, *, columns: int) -> None:
    """Write the key above the axes, so that nothing drawn is covered."""
    ax.legend(
        loc="lower right",
        bbox_to_anchor=(1.0, 1.0),
        ncols=columns,
        borderaxespad=0.2,
        handletextpad=0.4,
        columnspacing=1.2,
        handlelength=1.2,
    )
