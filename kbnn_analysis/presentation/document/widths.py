"""How wide the columns of a printed table are: by what their cells hold, as browsers do it."""

from __future__ import annotations

from collections.abc import Sequence

from kbnn_analysis.presentation.document.model import Cell, Grid

_NAME = 20  # letters of a name that should stand in one line


def column_widths(grid: Grid, whole: float, *, letter: float, gap: float) -> list[float]:
    """Return the widths of the columns, together as wide as the page.

    No column is narrower than its longest word where the page has room for that; what is left goes
    first to columns of words, then to the headings of numbers, then to the names of the rows.

    Parameters
    ----------
    grid : Grid
        The table; cells over several columns do not count.
    whole : float
        Width of the page without its margins.
    letter : float
        Width of a common letter, in the unit of `whole`.
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
    >>> column_widths(grid, 10.0, letter=0.2, gap=0.4)
    [7.0, 3.0]
    """
    columns = [_column(grid, at) for at in range(grid.width)]
    name = min(_most(columns[0]), _NAME) * letter + gap
    for least in (_least, _entries, _words):
        made = [least(cells) * letter + gap for cells in columns]
        if sum(made) + max(name - made[0], 0.0) <= whole:
            break
    if sum(made) >= whole:
        return [round(each * whole / sum(made), 3) for each in made]
    made[0] += max(0.0, min(name - made[0], whole - sum(made)))
    for numbers in (False, True):
        wanted = [
            max(_most(cells) * letter + gap - now, 0.0) if _is_numbers(cells) is numbers else 0.0
            for cells, now in zip(columns, made, strict=True)
        ]
        share = min(1.0, (whole - sum(made)) / sum(wanted)) if sum(wanted) else 0.0
        made = [now + share * more for now, more in zip(made, wanted, strict=True)]
    made[0] += whole - sum(made)
    return [round(each, 3) for each in made]


def _column(grid: Grid, at: int) -> list[Cell]:
    rows = (*grid.head, *grid.body)
    return [row[at] for row in rows if len(row) == grid.width]


def _least(cells: Sequence[Cell]) -> int:
    """Return the letters that must not break: words, whole numbers; a heading has three lines."""
    whole = [cell.text for cell in cells if cell.align == "right" and not cell.head]
    words = [word for text in _texts(cells) for word in text.split()]
    third = max((-(-len(cell.text) // 3) + 2 for cell in cells[:1] if cell.head), default=0)
    digits = [-(-len(text) * 9 // 8) for text in whole]  # wider than letters
    return max(third, *digits, *map(len, words), 0)


def _entries(cells: Sequence[Cell]) -> int:
    """Return the letters that must not break where a heading breaks at every blank."""
    return max(_words(cells), *(len(c.text) for c in cells if c.align == "right" and not c.head), 0)


def _words(cells: Sequence[Cell]) -> int:
    """Return the letters of the longest word or number."""
    whole = [c.text for c in cells if c.align == "right" and not c.head and _has_digit(c.text)]
    digits = [-(-len(text) * 9 // 8) for text in whole]
    words = [word for text in _texts(cells) for word in text.split()]
    return max(*digits, *map(len, words), 0, 0)


def _has_digit(text: str) -> bool:
    return any(letter.isdigit() for letter in text)


def _most(cells: Sequence[Cell]) -> int:
    """Return the letters that are best kept in one line."""
    return max((len(text) for text in _texts(cells)), default=0)


def _is_numbers(cells: Sequence[Cell]) -> bool:
    body = [cell for cell in cells if not cell.head]
    return bool(body) and all(cell.align == "right" for cell in body)


def _texts(cells: Sequence[Cell]) -> list[str]:
    return [cell.text for cell in cells]
