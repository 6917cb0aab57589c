"""A survey as one Arrow table, one row per respondent, and back without a difference."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from kbnn_analysis.intake.archive_record import ArchiveRecord, encode_record
from kbnn_analysis.intake.codebook import Scale
from kbnn_analysis.intake.compact import COMPACT_FROM, held_flags
from kbnn_analysis.intake.survey import Survey

if TYPE_CHECKING:
    import numpy.typing as npt

ROWS_AT_ONCE = 250_000
PERIOD, ROW = "period", "row"
OUTSIDE = ".not_applicable"
"""Ends the name of the column that tells where an item did not apply; absent if it always did."""


def archive_tables(survey: Survey, record: ArchiveRecord) -> Iterator[Any]:
    """Yield a survey as Arrow tables of one schema, a quarter of a million rows each.

    Answers are small whole numbers, empty where there is none; categories are dictionaries; the
    period stands in every row, so that all periods can be laid below each other.

    Parameters
    ----------
    survey : Survey
        Validated answers.
    record : ArchiveRecord
        What their metadata are to say.

    Yields
    ------
    pyarrow.Table
        Columns ``period``, ``row``, the items, ``<item>.not_applicable`` where someone said so,
        the attributes, and the comments last.
    """
    said = [name for name in survey.scores.columns if survey.not_applicable[name].any()]
    for start in range(0, max(len(survey), 1), ROWS_AT_ONCE):
        yield _table(survey, record, said, slice(start, start + ROWS_AT_ONCE))


def _table(survey: Survey, record: ArchiveRecord, said: Sequence[str], part: slice) -> Any:
    import pyarrow as pa

    scores = survey.scores.iloc[part]
    zeros = pa.array(np.zeros(len(scores), dtype=np.int8))
    columns = {PERIOD: pa.DictionaryArray.from_arrays(zeros, [survey.period])}
    if survey.rows is not None:
        columns[ROW] = pa.array(survey.rows[part].astype(np.int32))
    for item in scores.columns:
        columns[item] = _answers(scores[item], survey.codebook.scale_of(item))
        if item in said:
            outside = survey.not_applicable[item].iloc[part]
            columns[f"{item}{OUTSIDE}"] = pa.array(outside.to_numpy(dtype=bool))
    for name, values in survey.attributes.items():
        columns[str(name)] = _attribute(values.iloc[part])
    if survey.comments is not None:
        comments = survey.comments.iloc[part]
        columns[str(comments.name)] = pa.array(comments, from_pandas=True)
    return pa.table(columns).replace_schema_metadata(encode_record(record))


def archived_survey(
    names: Sequence[str], read: Callable[[str], Any], record: ArchiveRecord
) -> Survey:
    """Return the survey that the columns of an Arrow table hold.

    Parameters
    ----------
    names : sequence of str
        Columns of what :func:`archive_tables` yields.
    read : callable
        Returns a column of that name; one at a time is asked for, so that memory holds one twice.
    record : ArchiveRecord
        Its record.

    Returns
    -------
    Survey
        Equal to the one that was archived, in values and types.
    """
    book, found = record.codebook, set(names)
    items = [item.name for item in book.items]
    scores = {name: _scores(read(name)) for name in items}
    outside = {}
    for name in items:
        column = read(f"{name}{OUTSIDE}") if f"{name}{OUTSIDE}" in found else None
        outside[name] = held_flags(_outside(column, record.respondents))
    known = {ROW, PERIOD, *items, *(f"{name}{OUTSIDE}" for name in items), book.comment}
    values = {
        name: _series(read(name), record.levels.get(name)) for name in names if name not in known
    }
    comments = None
    if book.comment in found:
        comments = read(book.comment).to_pandas().astype("str").rename(book.comment)
    return Survey(
        scores=pd.DataFrame(scores),
        not_applicable=pd.DataFrame(outside),
        attributes=pd.DataFrame(values, index=pd.RangeIndex(record.respondents)),
        comments=comments,
        design=record.design,
        codebook=book,
        period=record.period,
        source=record.source,
        sha256=record.sha256,
        unit_labels=record.unit_labels,
        unit_vintage=record.unit_vintage,
        simulated=record.simulated,
        rows=read(ROW).to_numpy().astype(np.intp) if ROW in found else None,
        announced=record.announced,
    )


def _answers(scores: pd.Series, scale: Scale) -> Any:
    import pyarrow as pa

    values = scores.to_numpy(dtype=float)
    none = np.isnan(values)
    small = scale.low >= -128 and scale.high <= 127
    kind = np.int8 if small else np.int32
    return pa.array(np.where(none, 0.0, values).astype(kind), mask=none)


def _attribute(values: pd.Series) -> Any:
    import pyarrow as pa

    if values.dtype == "category":
        codes = values.cat.codes.to_numpy()
        levels = pa.array([str(level) for level in values.cat.categories], type=pa.string())
        return pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), levels)
    return pa.array(values, from_pandas=True)


def _scores(column: Any) -> npt.NDArray[np.float64] | pd.Series:
    if len(column) >= COMPACT_FROM:
        return pd.Series(pd.arrays.ArrowExtensionArray(column))
    return np.asarray(column.to_pandas().to_numpy(dtype=float))


def _outside(column: Any, rows: int) -> npt.NDArray[np.bool_]:
    if column is None:
        return np.zeros(rows, dtype=bool)
    return np.asarray(column.to_numpy(), dtype=bool)


def _series(column: Any, levels: list[str] | None) -> pd.Series:
    values = column.to_pandas()
    if levels is not None:
        return pd.Series(pd.Categorical(values, categories=pd.Index(levels, dtype=str)))
    if values.dtype.kind == "M":  # Parquet has no whole seconds
        return pd.Series(values.astype("datetime64[s]"))
    return pd.Series(values)
