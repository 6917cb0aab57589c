"""Delimited text: delimiter found, quotes and sizes held to, every row kept with its number."""

from __future__ import annotations

import csv
import io
import itertools
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from kbnn_analysis.errors import DataError, Problem, check_one_of
from kbnn_analysis.intake.encodings import decode
from kbnn_analysis.intake.raw import RawResponses
from kbnn_analysis.intake.source_file import SourceFile
from kbnn_analysis.intake.table import Table, TableBuilder, is_mark
from kbnn_analysis.intake.text_columns import CodedColumn
from kbnn_analysis.intake.text_stream import open_large_text

DELIMITERS = (",", ";", "\t", "|")
ROWS_AT_ONCE = 20_000
_HEAD_SIGNS = 200_100
_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


def read_csv(
    source: SourceFile, *, delimiter: str | None = None, encoding: str | None = None
) -> RawResponses:
    """Read delimited text.

    Parameters
    ----------
    source : SourceFile
        The file.
    delimiter : {",", ";", tab, "|"}, optional
        Found from the first rows if not given.
    encoding : str, optional
        Found from the bytes if not given.

    Returns
    -------
    RawResponses
        The table as text.

    Raises
    ------
    DataError
        If the file is no table of text.
    """
    check_delimiter(delimiter)
    decoded = decode(source.content, source.name, encoding)
    text, told = _told_delimiter(decoded.text)
    used = delimiter or told or sniff_delimiter(text)
    builder = TableBuilder(source.name)
    _read_rows(io.StringIO(text, newline=""), used, builder, source.name, told is not None)
    how = Decision(source.sha256, decoded.encoding, decoded.announced, used)
    return _responses(source.name, builder.finish(), how)


def read_large_csv(
    path: Path, *, delimiter: str | None = None, encoding: str | None = None
) -> RawResponses:
    """Read a large file of delimited text piece by piece, with the rules of :func:`read_csv`.

    Encoding and delimiter are decided once. Texts that come back are held as codes.

    Parameters
    ----------
    path : Path
        The file.
    delimiter, encoding : str, optional
        As for :func:`read_csv`.

    Returns
    -------
    RawResponses
        The table; its columns are categoricals or Arrow texts.

    Raises
    ------
    DataError
        If the file is no table of text; nothing of it is kept.
    """
    check_delimiter(delimiter)
    large = open_large_text(path, encoding)
    text, told = _told_delimiter(large.head(_HEAD_SIGNS))
    used = delimiter or told or sniff_delimiter(text)
    builder = TableBuilder(path.name, CodedColumn)
    lines = large.lines()
    if told is not None:
        next(lines)
    _read_rows(lines, used, builder, path.name, told is not None)
    how = Decision(large.sha256, large.encoding, large.announced, used)
    return _responses(path.name, builder.finish(), how)


class Decision(NamedTuple):
    """How a file was read."""

    sha256: str
    encoding: str
    announced: tuple[str, ...]
    delimiter: str


def check_delimiter(delimiter: str | None) -> None:
    """Refuse a delimiter that is none."""
    if delimiter is not None:
        check_one_of("delimiter", delimiter, DELIMITERS)


def _responses(file: str, table: Table, how: Decision) -> RawResponses:
    used = how.delimiter
    said = () if used == "," else (f"{file}: the delimiter is the {_NAMES[used]}.",)
    return RawResponses(
        frame=table.frame,
        rows=table.rows,
        source=file,
        sha256=how.sha256,
        encoding=how.encoding,
        delimiter=used,
        simulated=table.simulated,
        announced=(*how.announced, *said),
    )


def sniff_delimiter(text: str) -> str:
    r"""Return the delimiter under which the first rows agree best on a number of cells.

    Parameters
    ----------
    text : str
        The text of the file.

    Returns
    -------
    str
        One of comma, semicolon, tab, bar; the comma if nothing speaks for another.

    Examples
    --------
    >>> sniff_delimiter("id;rate\n1;98,19\n2;97,5\n"), sniff_delimiter("id\tq1\na\t5\n")
    (';', '\t')
    """
    head = "\n".join(text[:200_000].splitlines()[:60])
    return max(DELIMITERS, key=lambda delimiter: _agreement(head, delimiter))


def _agreement(head: str, delimiter: str) -> tuple[float, int]:
    try:
        rows = [row for row in csv.reader(io.StringIO(head), delimiter=delimiter) if any(row)]
    except csv.Error:
        return 0.0, 0
    rows = rows[1:] if rows and is_mark(rows[0]) else rows
    if not rows or len(rows[0]) < 2:
        return 0.0, 0
    same = sum(len(row) == len(rows[0]) for row in rows) / len(rows)
    return same, len(rows[0])


def _told_delimiter(text: str) -> tuple[str, str | None]:
    """Take Excel's ``sep=;`` line away and return what it says."""
    first, _, rest = text.partition("\n")
    told = first.strip().strip('"').casefold()
    if told.startswith("sep=") and told[4:] in DELIMITERS:
        return rest, told[4:]
    return text, None


def _read_rows(
    lines: Iterable[str], delimiter: str, builder: TableBuilder, file: str, skipped: bool
) -> None:
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    seen = 0
    if skipped:
        builder.add([[]])
        seen = 1
    rows: list[list[str]] = []
    try:
        while True:
            rows.extend(itertools.islice(reader, ROWS_AT_ONCE))  # keeps what came before an error
            if not rows:
                return
            builder.add(rows)
            seen, rows = seen + len(rows), []
    except csv.Error as error:
        raise DataError([_csv_problem(error, seen + len(rows) + 1, file)]) from error


def _csv_problem(error: csv.Error, row: int, file: str) -> Problem:
    if "field limit" in str(error):
        return Problem(
            "huge-field",
            "a cell holds more text than an answer can; an open quote may swallow the rest.",
            file=file,
            row=row,
            suggestion="Close the quote or shorten the text.",
        )
    return Problem(
        "open-quote",
        "a quotation mark is opened and not closed properly.",
        file=file,
        row=row,
        suggestion='Close it, or write a quote inside a text twice ("").',
    )
