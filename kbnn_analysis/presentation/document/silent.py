"""Sections that tell nothing: their heading is left out, so that no reader looks for their text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

_BARE = re.compile(r"\s*(#{2,})[^\n]*\s*")

Cell = Mapping[str, Any]


def without_silent_sections(cells: Sequence[Cell]) -> list[Cell]:
    """Return the cells without headings under which code ran and showed nothing.

    Parameters
    ----------
    cells : sequence of mapping
        Cells of one language, in their order.

    Returns
    -------
    list of mapping
        A heading with prose stays, and so does one with sections that tell something.
    """
    kept: list[Cell] = []  # the last cell first
    for cell in reversed(cells):
        level = _level(cell)
        if level and _is_silent(kept[::-1], level):
            continue
        kept.append(cell)
    return kept[::-1]


def _is_silent(after: Sequence[Cell], level: int) -> bool:
    ran = False
    for cell in after:
        if cell["cell_type"] == "code":
            if cell.get("outputs") or not cell.get("execution_count"):
                return False
            ran = True
        else:
            found = re.match(r"\s*(#+)", "".join(cell["source"]))
            return ran and found is not None and len(found[1]) <= level
    return ran


def _level(cell: Cell) -> int:
    """Return the level of a cell that is a heading and nothing else; 0 for any other."""
    found = _BARE.fullmatch("".join(cell["source"])) if cell["cell_type"] == "markdown" else None
    return len(found[1]) if found else 0
