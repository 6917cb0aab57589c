"""How wide the columns of a printed table are: so that its rows take the fewest lines."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from kbnn_analysis.presentation.document.model import Cell, Grid
from kbnn_analysis.presentation.fonts import text_width

_STEP = 0.1  # cm by which columns are tried wider
_TIE = 0.1  # of a line: what a cell weighs that is not the highest of its row
_NAME = 4.0  # em that names may ask for beyond their longest word
SMALLEST = 0.8  # what letters may become of themselves
_SAFE = 1.01  # what sets the page may round otherwise
_HEADS = 2.0  # rows that a row of headings counts for: it comes again on every page

Lines = NDArray[np.float64]


def column_widths(grid: Grid, whole: float, *, em: float, gap: float) -> list[float]:
    """Return the widths of the columns, together as wide as the page.

    No column is narrower than its longest word where the page has room for that. What is left goes
    where it saves most lines, and at last to all columns alike.

    Parameters
    ----------
    grid : Grid
        The table; cells over several columns do not count.
    whole : float
        Width of the page without its margins.
    em : float
        Size of the letters, in the unit of `whole`.
    gap : float
        Room at both sides of a cell together.

    Returns
    -------
    list of float
        One width for each column.

    Examples
    --------
    >>> head = (Cell("Unit", head=True), Cell("Valid answers", "right", True))
    >>> grid = Grid((head,), ((Cell("Hà Nội", head=True), Cell("830", "right")),))
    >>> column_widths(grid, 10.0, em=0.3, gap=0.4)
    [4.418, 5.582]
    """
    rows = [row for row in (*grid.head, *grid.body) if len(row) == grid.width]
    heads = {id(row) for row in grid.head}
    weights = np.array([_HEADS if id(row) in heads else 1.0 for row in rows])
    columns = [
        [_words(row[at], em, bold=id(row) in heads) for row in rows] for at in range(grid.width)
    ]
    blank = text_width("n") * em / 2
    made = [max((max(words, default=0.0) for words in cells), default=0.0) for cells in columns]
    room = whole - gap * len(columns)
    if sum(made) >= room:
        return [round((each + gap) * whole / (sum(made) + whole - room), 3) for each in made]
    made = _widened(columns, made, weights, room, blank)
    rest = (room - sum(made)) / len(made)
    return [round(each + gap + rest, 3) for each in made]


def fitting(grid: Grid, whole: float, *, em: float, gap: float) -> float:
    """Return by what the letters of a crowded table are smaller, so that its words are not cut.

    Names of rows have their line where that is possible.
    """
    rows = [row for row in (*grid.head, *grid.body) if len(row) == grid.width]
    heads = {id(row) for row in grid.head}
    least = [
        max(max(_words(row[at], em, bold=id(row) in heads), default=0.0) for row in rows)
        for at in range(grid.width if rows else 0)
    ]
    if not least:
        return 1.0
    blank = text_width("n") * em / 2
    name = max(_joined(_words(row[0], em, bold=False), blank) for row in rows)
    wanted = sum(least) + min(max(name - least[0], 0.0), _NAME * em)
    return min(max((whole - gap * len(least)) / wanted, SMALLEST), 1.0)


def row_lines(grid: Grid, widths: Sequence[float], *, em: float, gap: float) -> list[int]:
    """Return in how many lines each row stands, in columns of these widths."""
    heads = {id(row) for row in grid.head}
    blank = text_width("n") * em / 2
    return [
        max(
            _broken(_words(cell, em, bold=id(row) in heads), round(width - gap, 3), blank)
            for cell, width in zip(row, widths, strict=False)
        )
        if len(row) == len(widths)
        else 1
        for row in (*grid.head, *grid.body)
    ]


def _widened(
    columns: Sequence[Sequence[tuple[float, ...]]],
    made: list[float],
    weights: Lines,
    room: float,
    blank: float,
) -> list[float]:
    """Give room to the column where it saves most lines for its width, again and again."""
    shape = len(weights)
    options = [_options(cells, width, blank) for cells, width in zip(columns, made, strict=True)]
    now = [_lines(cells, width, blank) for cells, width in zip(columns, made, strict=True)]
    while True:
        left, best = room - sum(made), (0.0, -1, 0.0, now[0])
        for at, tried in enumerate(options):
            others = [lines for place, lines in enumerate(now) if place != at]
            highest = np.max(others, axis=0) if others else np.ones(shape)
            before = np.maximum(highest, now[at]) + _TIE * now[at]
            for width, lines in tried:
                more = width - made[at]
                if more <= 0 or more > left + 1e-9:
                    continue
                after = np.maximum(highest, lines) + _TIE * lines
                saved = float(weights @ (before - after)) / more
                if saved > best[0] + 1e-9:
                    best = (saved, at, width, lines)
        if best[1] < 0:
            return made
        made[best[1]], now[best[1]] = best[2], best[3]


def _options(
    cells: Sequence[tuple[float, ...]], least: float, blank: float
) -> list[tuple[float, Lines]]:
    """Return the widths worth trying for a column, with the lines of its cells in each."""
    most = max((_joined(words, blank) for words in cells), default=0.0)
    steps = np.arange(least, most + _STEP, _STEP)
    found: list[tuple[float, Lines]] = []
    for width in (float(step) for step in steps[1:]):
        lines = _lines(cells, width, blank)
        if not found or not np.array_equal(found[-1][1], lines):
            found.append((width, lines))
    return found


def _lines(cells: Sequence[tuple[float, ...]], width: float, blank: float) -> Lines:
    return np.array([_broken(words, round(width, 3), blank) for words in cells], dtype=float)


@lru_cache(maxsize=100_000)
def _broken(words: tuple[float, ...], width: float, blank: float) -> int:
    """Return in how many lines words of these widths stand."""
    lines, used = 1, -blank
    for word in words:
        if used + blank + word > width + 0.002 and used >= 0:
            lines, used = lines + 1, word
        else:
            used += blank + word
    return lines


def _joined(words: Sequence[float], blank: float) -> float:
    return sum(words) + blank * max(len(words) - 1, 0)


def unparted(cell: Cell) -> str:
    """Return the text of a cell, an interval of numbers with spaces at which no line ends."""
    return cell.text.replace(" ", "\u00a0") if _is_number(cell) else cell.text


def _is_number(cell: Cell) -> bool:
    return cell.align == "right" and not cell.head and any(map(str.isdigit, cell.text))


def _words(cell: Cell, em: float, *, bold: bool) -> tuple[float, ...]:
    """Return the widths of the words of a cell; an interval of numbers is one word."""
    words = [cell.text] if _is_number(cell) else cell.text.split()
    return tuple(text_width(word, "Bold" if bold else "Regular") * em * _SAFE for word in words)
