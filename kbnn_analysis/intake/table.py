"""Rows of text cells become a table: mark, header, body; what is no table is refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from kbnn_analysis.errors import DataError, Problem
from kbnn_analysis.intake.answers import clean, fold
from kbnn_analysis.intake.raw import SIMULATED_MARK

Row = Sequence[str]
_TOTALS = frozenset(
    fold(word)
    for word in (
        "Tổng", "Tổng cộng", "Tổng số", "Cộng", "Toàn quốc", "Cả nước",
        "Total", "Totals", "Grand total", "Subtotal", "Sum",
    )
)  # fmt: skip
_FIRST = frozenset(" \u00a0").union(*({word[0], word[0].upper()} for word in _TOTALS))


@dataclass(frozen=True)
class Table:
    """A table of texts with the row number of each record."""

    frame: pd.DataFrame
    rows: npt.NDArray[np.intp]
    simulated: bool


def build_table(rows: Sequence[Row], file: str) -> Table:
    """Find mark, header and body in the rows of a file.

    Parameters
    ----------
    rows : sequence of sequences of str
        All rows in the order of the file, blank ones included.
    file : str
        What errors call it.

    Returns
    -------
    Table
        The body as text.

    Raises
    ------
    DataError
        For an empty file, a title above the header, unnamed or repeated columns, rows of another
        length, and total rows.

    Examples
    --------
    >>> table = build_table([["id", "q1"], ["a", "5"], [], ["b", ""]], "x.csv")
    >>> table.frame.to_dict("list"), table.rows.tolist()
    ({'id': ['a', 'b'], 'q1': ['5', '']}, [2, 4])
    """
    filled = [i for i, row in enumerate(rows) if "".join(row).strip()]
    simulated = bool(filled) and is_mark(rows[filled[0]])
    filled = filled[1:] if simulated else filled
    if not filled:
        raise _refusal(file, "empty", "it holds no rows.", "Give a file with a header and answers.")
    start, body = filled[0], filled[1:]
    names = _header(rows, start, body, file)
    if not body:
        raise _refusal(file, "empty", "it holds a header and no answers.", "Check the export.")
    problems = [*_lengths(rows, body, len(names), file), *_totals(rows, body, file)]
    if problems:
        raise DataError(problems)
    return Table(_frame(rows, body, names), np.array(body, dtype=np.intp) + 1, simulated)


def is_mark(row: Row) -> bool:
    """Return whether a row is the mark of simulated data, trailing empty cells allowed.

    Parameters
    ----------
    row : sequence of str
        The cells of a row.

    Returns
    -------
    bool
        True for the mark alone.
    """
    cells = [clean(cell) for cell in row]
    return cells[0].casefold() == SIMULATED_MARK.casefold() and not any(cells[1:])


def _header(rows: Sequence[Row], start: int, body: list[int], file: str) -> list[str]:
    names = [clean(cell) for cell in rows[start]]
    while names and not names[-1]:
        names.pop()
    named = sum(bool(name) for name in names)
    widest = max((_width(rows[i]) for i in body[:20]), default=named)
    if named <= max(1, widest // 3) and widest > 1:
        raise DataError(
            [
                Problem(
                    "title",
                    "this looks like a title above the table, not the names of columns.",
                    file=file,
                    row=start + 1,
                    value=next(name for name in names if name)[:60],
                    suggestion="Delete it, so that the header is the first row.",
                )
            ]
        )
    problems = [*_unnamed(rows, names, start, body, file), *repeated_names(names, start, file)]
    if problems:
        raise DataError(problems)
    return names


def _unnamed(
    rows: Sequence[Row], names: list[str], start: int, body: list[int], file: str
) -> Iterator[Problem]:
    for j, name in enumerate(names):
        if not name and any(j < len(rows[i]) and rows[i][j].strip() for i in body):
            message = f"column {j + 1} holds values and has no name."
            yield Problem(
                "unnamed-column", message, file=file, row=start + 1, suggestion="Name it."
            )


def repeated_names(names: Sequence[str], start: int, file: str) -> Iterator[Problem]:
    """Tell of each column name that stands twice, case aside; `start` is the header's index.

    Parameters
    ----------
    names : sequence of str
        The names in the header.
    start : int
        Index of the header among the rows of the file.
    file : str
        What errors call it.
    """
    first: dict[str, int] = {}
    for j, name in enumerate(names):
        if name and first.setdefault(fold(name), j) != j:
            yield Problem(
                "repeated-column",
                f"the name stands at columns {first[fold(name)] + 1} and {j + 1}.",
                file=file,
                row=start + 1,
                column=name,
                suggestion="Rename or delete one.",
            )


def _lengths(rows: Sequence[Row], body: list[int], width: int, file: str) -> Iterator[Problem]:
    for i in body:
        cells = rows[i]
        if len(cells) == width:
            continue
        if len(cells) < width or any(cell.strip() for cell in cells[width:]):
            yield Problem(
                "row-length",
                f"{max(_width(cells), len(cells))} cells under a header of {width}.",
                file=file,
                row=i + 1,
                suggestion="Check its delimiters and quotes.",
            )


def _totals(rows: Sequence[Row], body: list[int], file: str) -> Iterator[Problem]:
    for i in body:
        for cell in rows[i][:2]:
            if cell[:1] in _FIRST and len(cell) <= 20 and fold(cell) in _TOTALS:
                yield Problem(
                    "total-row",
                    f"{cell.strip()!r}: a row of totals is not a respondent.",
                    file=file,
                    row=i + 1,
                    value=cell,
                    suggestion="Delete the row.",
                )


def _frame(rows: Sequence[Row], body: list[int], names: list[str]) -> pd.DataFrame:
    columns = zip(*(rows[i] for i in body), strict=False)  # cells beyond the header are empty
    table = {name: cells for name, cells in zip(names, columns, strict=False) if name}
    return pd.DataFrame(table, dtype=object)  # an Arrow column would cost half the reading time


def _width(row: Row) -> int:
    return max((j + 1 for j, cell in enumerate(row) if cell.strip()), default=0)


def _refusal(file: str, rule: str, message: str, suggestion: str) -> DataError:
    return DataError([Problem(rule, message, file=file, suggestion=suggestion)])
