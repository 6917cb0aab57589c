"""Where keys, names and archipelagos stand on a map, and which units may stand there."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.patches import Patch, Rectangle

from kbnn_analysis.errors import UsageError
from kbnn_analysis.presentation.style import BLUE, INK, PAPER
from kbnn_analysis.results import Result
from kbnn_analysis.units import Vintage


def archipelago_box(ax: Axes, place: tuple[float, float, float, float], name: str) -> None:
    """Draw an archipelago as a labelled box with its islands; always, with or without values."""
    left, top, width, height = place
    ax.add_patch(
        Rectangle(
            (left + 0.03 * width, top + 0.04 * height),
            0.94 * width,
            0.92 * height,
            facecolor=PAPER,
            edgecolor=BLUE,
            linewidth=0.8,
            linestyle=(0, (3, 2)),
        )
    )
    islands = ((0.22, 0.2), (0.4, 0.13), (0.58, 0.24), (0.78, 0.15))
    ax.scatter(
        [left + x * width for x, _ in islands],
        [top + y * height for _, y in islands],
        s=3.5,
        color=BLUE,
        linewidths=0,
    )
    ax.text(
        left + 0.5 * width,
        top + 0.64 * height,
        "\n".join(textwrap.wrap(name, 12, break_long_words=False)),
        ha="center",
        va="center",
        fontsize=5.6,
        color=INK,
        linespacing=1.05,
    )


def key_of_classes(ax: Axes, entries: Sequence[Patch], *, at: tuple[float, float]) -> None:
    """Write the key in the free west of the map."""
    ax.legend(
        handles=list(entries),
        loc="upper left",
        bbox_to_anchor=at,
        bbox_transform=ax.transData,
        borderaxespad=0.0,
        handlelength=1.4,
        handleheight=1.1,
        labelspacing=0.5,
        fontsize=7.5,
    )


def unit_note(result: Result, vintage: Vintage) -> None:
    """Refuse units that are not of the vintage: their codes may mean other places there.

    Raises
    ------
    UsageError
        If there are any.
    """
    strange = sorted({str(code) for code in result.frame["unit"]} - set(vintage.codes))
    if strange:
        raise UsageError(
            f"The result has units that {vintage.name} does not know: {', '.join(strange[:5])}. "
            "Draw it on the map of its own vintage."
        )
