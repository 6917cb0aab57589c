"""The tile map: every unit a tile of one size, coloured by class, its value written in it."""

from __future__ import annotations

import textwrap
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from kbnn_analysis.language import Language
from kbnn_analysis.presentation import rows
from kbnn_analysis.presentation.figures import parts
from kbnn_analysis.presentation.maps.classes import Look, classify
from kbnn_analysis.presentation.maps.placing import archipelago_box, key_of_classes, unit_note
from kbnn_analysis.presentation.style import MUTED, RULE, head, new_figure, styled
from kbnn_analysis.results import Result
from kbnn_analysis.units import TileGrid, Vintage, load_vintage, tile_grid

TILE_HEIGHT = 0.95  # cm


@styled
def plot_tiles(
    result: Result,
    vintage: str | Path | Vintage,
    *,
    language: Language,
    title: str = "",
    column: str = "estimate",
    ax: Axes | None = None,
) -> Axes:
    """Draw units as tiles, where they lie in the country; Hoàng Sa and Trường Sa always too.

    Colour is the class of the value, and the value stands in the tile. Hidden units are hatched,
    a value given as a bound is dotted; neither has a colour.

    Parameters
    ----------
    result : Result
        One measure and one period, by unit; a funnel is coloured by its bands.
    vintage : str, Path or Vintage
        "provinces-63" or "provinces-34"; units of the vintage without a row stay empty.
    language : {"vi", "en"}
        Language of names and numbers.
    title : str
        Title; the measure and the period where it is left out.
    column : str
        Column that is shown.
    ax : Axes, optional
        Where to draw.

    Returns
    -------
    Axes
        What was drawn on.

    Raises
    ------
    UsageError
        If the vintage has no tile map, or the result has units that are not of the vintage.
    """
    listed = vintage if isinstance(vintage, Vintage) else load_vintage(vintage)
    grid = tile_grid(listed)
    key = classify(result, language, column=column)
    unit_note(result, listed)
    alone = ax is None
    height, width = grid.shape
    ax = ax or new_figure(height, row_height=TILE_HEIGHT)[1][0]
    names = {unit.code: unit.name.text(language) for unit in listed.units}
    for code, (row, col) in grid.positions.items():
        _tile(ax, row, col, names[code], key.looks.get(code))
    for box in grid.archipelagos:
        archipelago_box(ax, (box.col, box.row, 1.0, 1.0), box.name.text(language))
    ax.set_xlim(-0.02, width + 0.02)
    ax.set_ylim(height + 0.02, -0.02)
    ax.set_axis_off()
    key_of_classes(ax, key.entries, at=(0.0, _free_row(grid)))
    parts.note_below(ax, [grid.note.text(language)])
    told = title or rows.title_of(result, language)
    head(ax, told, simulated=result.simulated, whole=alone)
    return ax


def _tile(ax: Axes, row: int, col: int, name: str, look: Look | None) -> None:
    look = look or Look("#ffffff", "–")
    ax.add_patch(
        Rectangle(
            (col + 0.03, row + 0.04),
            0.94,
            0.92,
            facecolor=look.color,
            edgecolor=MUTED if look.hatch else RULE,
            linewidth=0.6,
            hatch=look.hatch,
        )
    )
    ax.text(
        col + 0.5,
        row + 0.34,
        "\n".join(textwrap.wrap(name, 12, break_long_words=False)),
        ha="center",
        va="center",
        fontsize=5.8,
        color=look.ink,
        linespacing=1.05,
        bbox=_backing(look),
    )
    ax.text(
        col + 0.5,
        row + 0.76,
        look.text,
        ha="center",
        va="center",
        fontsize=7.2,
        weight="bold",
        color=look.ink,
        bbox=_backing(look),
    )


def _backing(look: Look) -> dict[str, object] | None:
    """Return a plain ground for text on a hatched tile, so that it can be read."""
    if not look.hatch:
        return None
    return {"facecolor": "#ffffff", "edgecolor": "none", "pad": 0.8}


def _free_row(grid: TileGrid) -> int:
    """Return the first row from which the west of the map is free for the key."""
    taken = [row for row, col in grid.positions.values() if col < 2]
    below = [row for row in taken if row < grid.shape[0] / 2]
    return max(below) + 3
