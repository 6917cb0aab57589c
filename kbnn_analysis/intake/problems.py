"""Problems of a data file: gathered per cell, told as one table, written safely as CSV."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from kbnn_analysis.errors import Problem, UsageError

MOST_PER_COLUMN = 1_000
"""Beyond so many wrong cells of a column, one line counts the rest."""
_MOST_VALUE = 60
_FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")


Codes = npt.NDArray[np.integer[Any]]


class Complaint(NamedTuple):
    """What is wrong with a text, wherever in the column it stands."""

    rule: str
    message: str
    suggestion: str = ""


@dataclass(frozen=True)
class Cells:
    """One column of a file: its texts and where they stand."""

    file: str
    column: str
    texts: pd.Series
    rows: npt.NDArray[np.integer[Any]]

    def distinct(self) -> tuple[Codes, list[str]]:
        """Return a code per cell, and the texts that the codes stand for.

        Returns
        -------
        tuple of (ndarray of int, list of str)
            Codes aligned with the cells; texts by code.
        """
        if self.texts.dtype == "category":  # small codes, in the order of the file
            levels = [str(text) for text in self.texts.cat.categories]
            return np.asarray(self.texts.cat.codes), levels
        codes, texts = pd.factorize(self.texts)
        return codes, [str(text) for text in texts]

    def problems(self, wrong: Mapping[str, Complaint]) -> list[Problem]:
        """Return one problem per cell whose text is complained of, in the order of the file.

        Parameters
        ----------
        wrong : mapping of str to Complaint
            Text of the column -> what is wrong with it.

        Returns
        -------
        list of Problem
            The first 1,000 cells, then one line that counts the rest.
        """
        if not wrong:
            return []
        places = np.flatnonzero(self.texts.isin(list(wrong)).to_numpy())
        told = [self._problem(int(i), wrong) for i in places[:MOST_PER_COLUMN]]
        if len(places) > MOST_PER_COLUMN:
            more = f"{len(places) - MOST_PER_COLUMN:,} more cells of this column are wrong."
            told.append(Problem("more", more, file=self.file, column=self.column))
        return told

    def _problem(self, i: int, wrong: Mapping[str, Complaint]) -> Problem:
        text = str(self.texts.iloc[i])
        rule, message, suggestion = wrong[text]
        row = int(self.rows[i])
        return Problem(rule, message, self.file, row, self.column, shorten(text), suggestion)


class Tally:
    """Problems of one kind: the first 1,000 of them, and how many there are."""

    def __init__(self) -> None:
        self.count = 0
        self._first: list[Problem] = []

    def take(self, problems: Iterable[Problem]) -> None:
        """Count problems and keep the first ones."""
        for problem in problems:
            self.count += 1
            if self.count <= MOST_PER_COLUMN:
                self._first.append(problem)

    def told(self, rest: str, file: str, column: str = "") -> list[Problem]:
        """Return the problems kept, and one that counts the rest in the words of `rest`."""
        more = self.count - len(self._first)
        told = [Problem("more", f"{more:,} {rest}", file=file, column=column)] if more else []
        return [*self._first, *told]


def shorten(text: str) -> str:
    """Return the beginning of a text, fit for a message.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        At most 60 characters.

    Examples
    --------
    >>> len(shorten("x" * 100))
    60
    """
    return text if len(text) <= _MOST_VALUE else text[: _MOST_VALUE - 1] + "…"


def problems_frame(problems: Sequence[Problem]) -> pd.DataFrame:
    """Return problems as a table: file, row, column, value, rule, message, suggestion.

    Parameters
    ----------
    problems : sequence of Problem
        For example ``error.problems`` of a DataError.

    Returns
    -------
    DataFrame
        One row per problem; ``row`` is missing for problems of a whole column or file.
    """
    order = ["file", "row", "column", "value", "rule", "message", "suggestion"]
    if sorted(order) != sorted(field.name for field in fields(Problem)):
        raise ValueError("Problem has other fields than the table of problems")
    frame = pd.DataFrame([problem.as_dict() for problem in problems], columns=order)
    return frame.astype({"row": "Int64"})


def write_problems(problems: Sequence[Problem], path: str | Path) -> Path:
    """Write problems as CSV that opens in Excel, whole or not at all.

    Cells that a spreadsheet would take for a formula are given a leading apostrophe.

    Parameters
    ----------
    problems : sequence of Problem
        What to write.
    path : str or Path
        Where; an existing file is replaced.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    UsageError
        If the folder cannot be written to.
    """
    path = Path(path)
    frame = problems_frame(problems)
    for column in frame.columns.drop("row"):
        frame[column] = [safe_cell(str(text)) for text in frame[column]]
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        os.close(handle)
        try:
            frame.to_csv(name, index=False, encoding="utf-8-sig", lineterminator="\r\n")
            Path(name).replace(path)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"{path} cannot be written ({error.strerror}).") from error
    return path


def safe_cell(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        The text, with a leading apostrophe where it needs one.

    Examples
    --------
    >>> safe_cell("=1+1"), safe_cell("Hà Nội")
    ("'=1+1", 'Hà Nội')
    """
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA_STARTS) else text
