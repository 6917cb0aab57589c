"""The equal-tile map: one square per province, every one as large as any other.

The archipelagos Hoàng Sa and Trường Sa are part of every map of Vietnam: a figure always draws
them, as two labelled boxes at the places given here.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from kbnn_analysis.errors import UsageError
from kbnn_analysis.language import Label
from kbnn_analysis.units.registry import as_vintage, read_data
from kbnn_analysis.units.vintages import Vintage

NOTE = Label(
    "Các quần đảo Hoàng Sa và Trường Sa luôn được thể hiện trên bản đồ.",
    "The Hoang Sa and Truong Sa archipelagos are always shown on the map.",
)


@dataclass(frozen=True)
class Archipelago:
    """A labelled box beside the tiles: its name, the unit it belongs to, row and column."""

    name: Label
    unit: str
    row: int
    col: int


@dataclass(frozen=True)
class TileGrid:
    """Where each unit stands on the tile map.

    Parameters
    ----------
    vintage : str
        Name of the vintage.
    positions : dict of str to (int, int)
        Code -> row (from the north, 0 first) and column (from the west), in official order.
    archipelagos : tuple of Archipelago
        Hoàng Sa and Trường Sa, always drawn.
    note : Label
        The sentence below the map.
    """

    vintage: str
    positions: dict[str, tuple[int, int]]
    archipelagos: tuple[Archipelago, ...]
    note: Label = NOTE

    @property
    def shape(self) -> tuple[int, int]:
        """Return the numbers of rows and columns, the archipelagos included."""
        cells = [*self.positions.values(), *((box.row, box.col) for box in self.archipelagos)]
        return max(row for row, _ in cells) + 1, max(col for _, col in cells) + 1


def tile_grid(vintage: str | Path | Vintage) -> TileGrid:
    """Return the tile map of a vintage.

    Parameters
    ----------
    vintage : str, Path or Vintage
        "provinces-63" or "provinces-34".

    Returns
    -------
    TileGrid
        Every unit on a tile of its own, and both archipelagos.

    Raises
    ------
    UsageError
        If the vintage has no tile map, a unit has no tile, or two units share one.

    Examples
    --------
    >>> grid = tile_grid("provinces-34")
    >>> grid.positions["01"], grid.shape
    ((3, 2), (19, 7))
    """
    listed = as_vintage(vintage)
    archipelagos = _archipelagos(listed.name)
    positions = {unit.code: unit.position for unit in listed.units if unit.position is not None}
    if not archipelagos or not positions:
        raise UsageError(f"{listed.name} has no tile map; provinces-63 and provinces-34 have one.")
    absent = [code for code in listed.codes if code not in positions]
    if absent:
        raise UsageError(f"{listed.name}: no tile for {', '.join(absent)}.")
    grid = TileGrid(listed.name, positions, archipelagos)
    _check_overlap(grid)
    return grid


def _check_overlap(grid: TileGrid) -> None:
    taken = {(box.row, box.col): box.name.vi for box in grid.archipelagos}
    for code, cell in grid.positions.items():
        if cell in taken:
            raise UsageError(f"{grid.vintage}: {taken[cell]} and {code} share the tile {cell}.")
        taken[cell] = code


def _archipelagos(vintage: str) -> tuple[Archipelago, ...]:
    return tuple(
        Archipelago(
            Label(row["name_vi"], row["name_en"]), row["unit"], int(row["row"]), int(row["col"])
        )
        for row in csv.DictReader(io.StringIO(read_data("archipelagos.csv")))
        if row["vintage"] == vintage
    )
