"""Parquet files: every column as text, so that no hidden category travels along."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from kbnn_analysis.errors import DataError, Problem
from kbnn_analysis.intake.answers import clean
from kbnn_analysis.intake.cell_text import cell_text
from kbnn_analysis.intake.raw import SIMULATED_MARK, RawResponses
from kbnn_analysis.intake.source_file import SourceFile
from kbnn_analysis.intake.table import repeated_names
from kbnn_analysis.intake.text_columns import CodedColumn, Column, ObjectColumn

MAX_UNPACKED = 1_000_000_000
MAX_LARGE_UNPACKED = 40_000_000_000
ROWS_AT_ONCE = 50_000


def read_parquet(source: SourceFile) -> RawResponses:
    """Read a Parquet file.

    Parameters
    ----------
    source : SourceFile
        The file.

    Returns
    -------
    RawResponses
        The table as text. Rows are numbered as in a spreadsheet: the first record is row 2.

    Raises
    ------
    DataError
        If it is no Parquet file, is damaged, too large, or has nested columns.
    """
    if source.kind != "parquet" or not source.content.endswith(b"PAR1"):
        was = "a pickle, which is never opened" if source.kind == "pickle" else "something else"
        raise _refusal(source.name, "wrong-extension", f"this is no Parquet file but {was}.")
    read = _read(io.BytesIO(source.content), source.name, ObjectColumn, MAX_UNPACKED)
    return _responses(read, source.name, source.sha256)


def read_large_parquet(path: Path) -> RawResponses:
    """Read a large Parquet file piece by piece, with the rules of :func:`read_parquet`.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    RawResponses
        The table; its columns are categoricals or Arrow texts.

    Raises
    ------
    DataError
        As :func:`read_parquet`.
    """
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    read = _read(path, path.name, CodedColumn, MAX_LARGE_UNPACKED)
    return _responses(read, path.name, digest)


class _Read(NamedTuple):
    columns: dict[str, Column]
    rows: int
    simulated: bool


def _responses(read: _Read, file: str, digest: str) -> RawResponses:
    return RawResponses(
        frame=pd.DataFrame({name: column.series() for name, column in read.columns.items()}),
        rows=np.arange(2, read.rows + 2, dtype=np.intp),
        source=file,
        sha256=digest,
        simulated=read.simulated,
    )


def _read(source: Any, file: str, column: Callable[[], Column], most: int) -> _Read:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(source) as opened:
            groups = range(opened.metadata.num_row_groups)
            unpacked = sum(opened.metadata.row_group(i).total_byte_size for i in groups)
            if unpacked > most:
                raise _refusal(file, "bomb", f"it unpacks to {unpacked / 1e6:,.0f} MB.")
            names = _names(opened.schema_arrow, file)
            rows = opened.metadata.num_rows
            if rows == 0:
                raise _refusal(file, "empty", "it holds columns and no answers.")
            columns = {name: column() for name in names}
            _fill(columns, opened.iter_batches(ROWS_AT_ONCE, use_threads=False), file)
            return _Read(columns, rows, _is_simulated(opened.schema_arrow.metadata))
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _refusal(file, "broken", "the Parquet file is damaged or cut off.") from error


def _names(schema: Any, file: str) -> list[str]:
    _refuse_nested(schema, file)
    names = [clean(str(name)) for name in schema.names]
    if problems := [*repeated_names(names, 0, file)]:
        raise DataError(problems)
    return names


def _fill(columns: dict[str, Column], batches: Iterable[Any], file: str) -> None:
    nul: dict[str, int] = {}
    row = 2
    for batch in batches:
        for (name, column), values in zip(columns.items(), batch.columns, strict=True):
            texts = _texts(values)
            column.add(texts)
            if name not in nul and (found := [i for i, text in enumerate(texts) if "\0" in text]):
                nul[name] = row + found[0]
        row += batch.num_rows
    for name in (name for name in columns if name in nul):
        raise DataError([Problem("nul", "the cell holds a NUL character.", file, nul[name], name)])


def _refuse_nested(schema: Any, file: str) -> None:
    import pyarrow as pa

    problems = [
        Problem(
            "nested-column",
            "a cell holds a list or a record.",
            file=file,
            column=str(column.name),
            suggestion="Write one plain value per cell.",
        )
        for column in schema
        if pa.types.is_nested(column.type) or pa.types.is_binary(column.type)
    ]
    if problems:
        raise DataError(problems)


def _texts(column: Any) -> list[str]:
    return [cell_text(value) for value in column.to_pylist()]


def _is_simulated(metadata: dict[bytes, bytes] | None) -> bool:
    marks = SIMULATED_MARK.encode()
    return any(marks in value for value in (metadata or {}).values())


def _refusal(file: str, rule: str, message: str) -> DataError:
    return DataError([Problem(rule, message, file=file, suggestion="Export it again.")])
