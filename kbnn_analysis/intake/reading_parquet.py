"""Parquet files: every column as text, so that no hidden category travels along."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pandas as pd

from kbnn_analysis.errors import DataError, Problem
from kbnn_analysis.intake.answers import clean
from kbnn_analysis.intake.cell_text import cell_text
from kbnn_analysis.intake.raw import SIMULATED_MARK, RawResponses
from kbnn_analysis.intake.source_file import SourceFile
from kbnn_analysis.intake.table import repeated_names

MAX_UNPACKED = 1_000_000_000


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
    table = _load(source)
    names = [clean(str(name)) for name in table.column_names]
    _refuse_nested(table, source.name)
    if problems := [*repeated_names(names, 0, source.name)]:
        raise DataError(problems)
    if table.num_rows == 0:
        raise _refusal(source.name, "empty", "it holds columns and no answers.")
    columns = {name: _texts(table.column(i)) for i, name in enumerate(names)}
    frame = pd.DataFrame(columns, dtype=object)
    _refuse_nul(frame, source.name)
    return RawResponses(
        frame=frame,
        rows=np.arange(2, table.num_rows + 2, dtype=np.intp),
        source=source.name,
        sha256=source.sha256,
        simulated=_is_simulated(table.schema.metadata),
    )


def _load(source: SourceFile) -> Any:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(io.BytesIO(source.content))
        groups = range(file.metadata.num_row_groups)
        unpacked = sum(file.metadata.row_group(i).total_byte_size for i in groups)
        if unpacked > MAX_UNPACKED:
            message = f"it unpacks to {unpacked / 1e6:,.0f} MB."
            raise _refusal(source.name, "bomb", message)
        return file.read(use_threads=False)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _refusal(source.name, "broken", "the Parquet file is damaged or cut off.") from error


def _refuse_nested(table: Any, file: str) -> None:
    import pyarrow as pa

    problems = [
        Problem(
            "nested-column",
            "a cell holds a list or a record.",
            file=file,
            column=str(column.name),
            suggestion="Write one plain value per cell.",
        )
        for column in table.schema
        if pa.types.is_nested(column.type) or pa.types.is_binary(column.type)
    ]
    if problems:
        raise DataError(problems)


def _texts(column: Any) -> list[str]:
    return [cell_text(value) for value in column.to_pylist()]


def _refuse_nul(frame: pd.DataFrame, file: str) -> None:
    for name, texts in frame.items():
        if (found := texts.str.contains("\0", regex=False)).any():
            row = int(np.flatnonzero(found)[0]) + 2
            message = "the cell holds a NUL character."
            raise DataError([Problem("nul", message, file, row, str(name))])


def _is_simulated(metadata: dict[bytes, bytes] | None) -> bool:
    marks = SIMULATED_MARK.encode()
    return any(marks in value for value in (metadata or {}).values())


def _refusal(file: str, rule: str, message: str) -> DataError:
    return DataError([Problem(rule, message, file=file, suggestion="Export it again.")])
