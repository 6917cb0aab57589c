"""Two versions of a table, row by row: rows are matched by what they are about."""

from __future__ import annotations

import csv
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kbnn_analysis.errors import UsageError
from kbnn_analysis.presentation.style import SIMULATED

Row = dict[str, str]
Key = tuple[str, ...]
LABEL = "_label"


@dataclass(frozen=True)
class Cell:
    """A cell that two versions of a table have otherwise."""

    row: str
    column: str
    was: str
    now: str


@dataclass(frozen=True)
class TableDifference:
    """How a table differs.

    Parameters
    ----------
    name : str
        The file.
    cells : tuple of Cell
        Cells of rows that both have: numbers beyond the tolerance, other words.
    gone, new : tuple of str
        Rows that only one of the two has; "the table" where only one has the table.
    """

    name: str
    cells: tuple[Cell, ...]
    gone: tuple[str, ...]
    new: tuple[str, ...]


def compare_tables(was: Path | None, now: Path | None, tolerance: float) -> TableDifference | None:
    """Return how two CSV files of results differ; None where they do not.

    A row is known by its grouping columns, those with a column of labels beside them. The period is
    one of them only where a table has several: so that two periods can be compared.

    Raises
    ------
    UsageError
        If a file is not a table of a run.
    """
    if was is None or now is None:
        there = was or now
        name = there.name if there else ""
        return TableDifference(name, (), () if was is None else ("the table",),
                               () if now is None else ("the table",))  # fmt: skip
    if was.read_bytes() == now.read_bytes():
        return None
    before, after = _read(was), _read(now)
    one, other = _keyed(before, [before, after]), _keyed(after, [before, after])
    groups = _groups(before, [before, after])
    cells = [cell for key in one if key in other for cell in _cells(
             _told(key, groups, other[key]), one[key], other[key], tolerance)]  # fmt: skip
    gone, new = (
        [_told(key, groups, a[key]) for key in a if key not in b]
        for a, b in ((one, other), (other, one))
    )
    found = TableDifference(now.name, tuple(cells), tuple(gone), tuple(new))
    return found if cells or gone or new else None


def _read(path: Path) -> list[Row]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines(keepends=True)
        body = lines[1:] if lines and lines[0].strip() == SIMULATED else lines
        return list(csv.DictReader(body, restval="", strict=True))
    except (OSError, ValueError, csv.Error) as problem:
        raise UsageError(f"{path.name} is not a table of a run: {problem}.") from None


def _keyed(rows: list[Row], both: list[list[Row]]) -> dict[Key, Row]:
    """Return rows by what they are about, with a number where several are about the same."""
    groups = _groups(rows, both)
    seen: Counter[Key] = Counter()
    found = {}
    for row in rows:
        key = tuple(row[name] for name in groups)
        seen[key] += 1
        found[(*key, f"#{seen[key]}") if seen[key] > 1 else key] = row
    return found


def _groups(rows: list[Row], both: list[list[Row]]) -> list[str]:
    """Return the columns that tell what a row is about; the period where there are several."""
    groups = [name for name in (rows[0] if rows else {}) if f"{name}{LABEL}" in rows[0]]
    if all(len({row.get("period") for row in each}) <= 1 for each in both):
        groups = [name for name in groups if name != "period"]
    return groups


def _cells(told: str, was: Row, now: Row, tolerance: float) -> list[Cell]:
    return [
        Cell(told, str(name), was.get(name, ""), now.get(name, ""))
        for name in dict.fromkeys([*was, *now])
        if str(name) not in {"period", f"period{LABEL}"}
        and not _equal(was.get(name, ""), now.get(name, ""), tolerance)
    ]


def _equal(was: str, now: str, tolerance: float) -> bool:
    if was == now:
        return True
    try:
        return math.isclose(float(was), float(now), rel_tol=tolerance, abs_tol=tolerance)
    except (TypeError, ValueError):
        return False


def _told(key: Sequence[str], groups: Sequence[str], row: Row) -> str:
    """Return a row in words: its labels, and the number of those that are about the same."""
    words = [row.get(f"{name}{LABEL}") or value for name, value in zip(groups, key, strict=False)]
    return ", ".join([*words, *key[len(groups) :]]) or "the row"
