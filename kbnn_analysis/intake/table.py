"""Rows of text cells become a table: mark, header, body; what is no table is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from kbnn_analysis.errors import DataError, Problem
from kbnn_analysis.intake.answers import clean, fold
from kbnn_analysis.intake.problems import Tally
from kbnn_analysis.intake.raw import SIMULATED_MARK
from kbnn_analysis.intake.text_columns import Column, ObjectColumn

Row = Sequence[str]
_TOTALS = frozenset(
    fold(word)
    for word in (
        "Tổng", "Tổng cộng", "Tổng số", "Cộng", "Toàn quốc", "Cả nước",
        "Total", "Totals", "Grand total", "Subtotal", "Sum",
    )
)  # fmt: skip
_HEAD = 22
"""The mark, the header and the rows that tell a header from a title."""
_FIRST = frozenset(" \u00a0").union(*({word[0], word[0].upper()} for word in _TOTALS))


@dataclass(frozen=True)
class Table:
    """A table of texts with the row number of each record."""

    frame: pd.DataFrame
    rows: npt.NDArray[np.integer[Any]]
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
    builder = TableBuilder(file)
    builder.add(rows)
    return builder.finish()


class TableBuilder:
    """A table from rows that come piece by piece: the same words whatever the pieces are.

    Nothing is raised before :meth:`finish`, so that all of a file is heard.

    Parameters
    ----------
    file : str
        What errors call it.
    column : callable
        Makes an empty column, see :mod:`kbnn_analysis.intake.text_columns`.
    """

    def __init__(self, file: str, column: Callable[[], Column] = ObjectColumn) -> None:
        self._file, self._make = file, column
        self._seen = 0
        self._head: list[tuple[int, Row]] = []
        self._started = self._simulated = False
        self._refused: DataError | None = None
        self._names: list[str] = []
        self._start = 0
        self._nameless: dict[int, bool] = {}
        self._columns: dict[str, Column] = {}
        self._rows = bytearray()
        self._lengths, self._totals = Tally(), Tally()

    def add(self, rows: Sequence[Row]) -> None:
        """Take the next rows of the file, blank ones included.

        Parameters
        ----------
        rows : sequence of sequences of str
            Rows in the order of the file.
        """
        first = self._seen
        filled = [i for i, row in enumerate(rows) if "".join(row).strip()]
        self._seen += len(rows)
        if self._started:
            self._take([first + i for i in filled], [rows[i] for i in filled])
            return
        self._head += [(first + i, rows[i]) for i in filled]
        if len(self._head) >= _HEAD:
            self._begin()

    def finish(self) -> Table:
        """Return the table, or raise everything that stands in the way of one.

        Returns
        -------
        Table
            The body as text.

        Raises
        ------
        DataError
            As :func:`build_table`.
        """
        if not self._started:
            self._begin()
        if self._refused:
            raise self._refused
        if problems := [*self._unnamed(), *repeated_names(self._names, self._start, self._file)]:
            raise DataError(problems)
        if not self._rows:
            message = "it holds a header and no answers."
            raise _refusal(self._file, "empty", message, "Check the export.")
        problems = [
            *self._lengths.told("more rows have another length.", self._file),
            *self._totals.told("more rows are totals.", self._file),
        ]
        if problems:
            raise DataError(problems)
        columns = {name: column.series() for name, column in self._columns.items()}
        frame = pd.DataFrame(columns, copy=False)
        rows = np.frombuffer(self._rows, dtype=np.int32) + np.int32(1)  # as a person counts them
        return Table(frame, rows, self._simulated)

    def _begin(self) -> None:
        self._started = True
        head, self._head = self._head, []
        self._simulated = bool(head) and is_mark(head[0][1])
        head = head[1:] if self._simulated else head
        if not head:
            hint = "Give a file with a header and answers."
            self._refused = _refusal(self._file, "empty", "it holds no rows.", hint)
            return
        (self._start, header), body = head[0], head[1:]
        rows = [row for _, row in body]
        try:
            self._names = _header(header, rows, self._start, self._file)
        except DataError as error:
            self._refused = error
            return
        self._nameless = {j: False for j, name in enumerate(self._names) if not name}
        self._columns = {name: self._make() for name in self._names if name}
        self._take([i for i, _ in body], rows)

    def _take(self, places: list[int], rows: Sequence[Row]) -> None:
        if self._refused or not rows:
            return
        for j in self._nameless:
            self._nameless[j] |= any(j < len(row) and row[j].strip() for row in rows)
        self._rows += np.array(places, dtype=np.int32).tobytes()
        self._lengths.take(_lengths(rows, places, len(self._names), self._file))
        self._totals.take(_totals(rows, places, self._file))
        if self._lengths.count or self._totals.count:
            return
        columns = zip(*rows, strict=False)  # cells beyond the header are empty
        for name, cells in zip(self._names, columns, strict=False):
            if name:
                self._columns[name].add(cells)

    def _unnamed(self) -> Iterator[Problem]:
        for j in (j for j, holds in self._nameless.items() if holds):
            message = f"column {j + 1} holds values and has no name."
            row, hint = self._start + 1, "Name it."
            yield Problem("unnamed-column", message, self._file, row, suggestion=hint)


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


def _header(header: Row, body: Sequence[Row], start: int, file: str) -> list[str]:
    names = [clean(cell) for cell in header]
    while names and not names[-1]:
        names.pop()
    named = sum(bool(name) for name in names)
    widest = max((_width(row) for row in body[:20]), default=named)
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
    return names


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
    for i, cells in zip(body, rows, strict=True):
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
    for i, cells in zip(body, rows, strict=True):
        for cell in cells[:2]:
            if cell[:1] in _FIRST and len(cell) <= 20 and fold(cell) in _TOTALS:
                yield Problem(
                    "total-row",
                    f"{cell.strip()!r}: a row of totals is not a respondent.",
                    file=file,
                    row=i + 1,
                    value=cell,
                    suggestion="Delete the row.",
                )


def _width(row: Row) -> int:
    return max((j + 1 for j, cell in enumerate(row) if cell.strip()), default=0)


def _refusal(file: str, rule: str, message: str, suggestion: str) -> DataError:
    return DataError([Problem(rule, message, file=file, suggestion=suggestion)])
