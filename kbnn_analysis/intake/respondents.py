"""Which rows are respondents: the rows that were asked for, each respondent once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from kbnn_analysis.errors import DataError, Problem, UsageError, nearest
from kbnn_analysis.intake.answers import clean, fold
from kbnn_analysis.intake.problems import Cells, Tally, shorten
from kbnn_analysis.intake.raw import RawResponses
from kbnn_analysis.intake.text_columns import cleaned, repeated
from kbnn_analysis.units import Vintage, resolve_names


@dataclass(frozen=True)
class Respondents:
    """The raw answers of distinct respondents, what was wrong, and what is to be said."""

    raw: RawResponses
    problems: tuple[Problem, ...] = ()
    announced: tuple[str, ...] = ()


def select_rows(
    raw: RawResponses,
    select: Mapping[str, str] | None,
    columns: Mapping[str, str],
    unit: str | None = None,
    vintage: str | Path | Vintage | None = None,
) -> RawResponses:
    """Return the rows of a file that holds several waves or groups.

    Parameters
    ----------
    raw : RawResponses
        The file.
    select : mapping of str to str, optional
        Column, or its name in the codebook -> the text that its cells must have.
    columns : mapping of str to str
        Codebook name -> column of the file.
    unit : str, optional
        Codebook name of the units: with a vintage, all ways to write the unit are chosen.
    vintage : str, Path or Vintage, optional
        The vintage of the units.

    Returns
    -------
    RawResponses
        The chosen rows, with their row numbers.

    Raises
    ------
    UsageError
        If there is no such column, or a value is not text.
    DataError
        If no row has the values.
    """
    keep = np.ones(len(raw), dtype=bool)
    for name, value in (select or {}).items():
        if not isinstance(value, str):
            raise UsageError(f"`select`: {name} must be text, got {value!r}; quote it.")
        column = _column(raw, name, columns)
        codes, texts = Cells(raw.source, column, raw.frame[column], raw.rows).distinct()
        same = np.array([fold(text) == fold(value) for text in texts], dtype=bool)
        if vintage is not None and unit is not None and column == columns.get(unit):
            same |= _same_unit(texts, value, vintage)
        here = same[codes]
        if not here.any():
            raise DataError([_no_row(raw, column, value)])
        keep &= here
    if not keep.any():
        message = f"no row has all of {dict(select or {})}."
        raise DataError([Problem("select", message, file=raw.source)])
    return _rows(raw, keep)


def _same_unit(
    texts: Iterable[str], value: str, vintage: str | Path | Vintage
) -> npt.NDArray[np.bool_]:
    listed = list(texts)
    found = resolve_names([value, *listed], vintage).codes
    wanted = found.get(value)
    same = [wanted is not None and found.get(text) == wanted for text in listed]
    return np.array(same, dtype=bool)


def distinct_respondents(
    raw: RawResponses, id_column: str | None, columns: list[str]
) -> Respondents:
    """Keep equal copies of a respondent once; respondents with differing answers are problems.

    Parameters
    ----------
    raw : RawResponses
        The chosen rows.
    id_column : str or None
        The column of respondent numbers; without it nothing is known of copies.
    columns : list of str
        The columns whose cells are compared: those that the codebook knows.

    Returns
    -------
    Respondents
        The first of each set of equal copies.
    """
    if id_column is None:
        said = f"{raw.source}: without respondent numbers, repeated answers cannot be seen."
        return Respondents(raw, announced=(said,))
    ids = cleaned(raw.frame[id_column])
    again = repeated(ids)
    if again.any():
        again &= (ids != "").to_numpy(dtype=bool)
    if not again.any():
        return Respondents(raw)
    places = np.flatnonzero(again)
    cells = raw.frame[columns].iloc[places].apply(lambda column: cleaned(column).astype(object))
    copies = cells.assign(**{id_column: ids.iloc[places].astype(object)})
    copies.index = pd.Index(places)
    equal = copies.duplicated(keep="first")
    rest = copies[~equal]
    clash = rest[rest.duplicated(id_column, keep=False)]
    keep = np.ones(len(raw), dtype=bool)
    keep[copies.index[equal]] = False
    said = f"{raw.source}: {int(equal.sum())} equal copies of respondents were left out."
    return Respondents(
        _rows(raw, keep),
        _all_conflicts(raw, id_column, clash),
        (said,) if equal.any() else (),
    )


def blank_respondents(raw: RawResponses, id_column: str | None) -> tuple[Problem, ...]:
    """Return a problem per row without a respondent number.

    Parameters
    ----------
    raw : RawResponses
        The chosen rows.
    id_column : str or None
        The column of respondent numbers.

    Returns
    -------
    tuple of Problem
        In the order of the file.
    """
    if id_column is None:
        return ()
    blank = np.flatnonzero((cleaned(raw.frame[id_column]) == "").to_numpy(dtype=bool))
    told, hint = "the respondent has no number.", "Number every respondent."
    found = Tally()
    found.take(
        Problem("respondent", told, raw.source, int(raw.rows[i]), id_column, "", hint)
        for i in blank
    )
    return tuple(found.told("more respondents have no number.", raw.source, id_column))


def _all_conflicts(raw: RawResponses, id_column: str, clash: pd.DataFrame) -> tuple[Problem, ...]:
    found = Tally()
    found.take(_conflicts(raw, id_column, clash))
    return tuple(found.told("more rows answer differently.", raw.source, id_column))


def _conflicts(raw: RawResponses, id_column: str, clash: pd.DataFrame) -> Iterator[Problem]:
    first: dict[str, int] = {}
    numbers = clash[id_column]
    for place, number in zip(numbers.index.to_numpy(dtype=int), numbers, strict=True):
        row = int(raw.rows[place])
        if first.setdefault(number, row) == row:
            continue
        yield Problem(
            "respondent",
            f"respondent {shorten(number)!r} answered differently in row {first[number]}.",
            raw.source,
            row,
            id_column,
            shorten(number),
            "Keep one of the rows, or give each respondent an own number.",
        )


def _column(raw: RawResponses, name: str, columns: Mapping[str, str]) -> str:
    if name in columns:
        return columns[name]
    if name in raw.frame.columns:
        return name
    likely = nearest(name, [*columns, *raw.frame.columns], most=1)
    hint = f"did you mean {likely[0]!r}?" if likely else "see the header."
    raise UsageError(f"`select`: {raw.source} has no column {name!r}; {hint}")


def _no_row(raw: RawResponses, column: str, value: str) -> Problem:
    found = sorted({clean(text) for text in raw.frame[column].unique()})
    told = ", ".join(shorten(text) for text in found[:8]) + (" ..." if len(found) > 8 else "")
    message = f"no row has {value!r}."
    return Problem("select", message, raw.source, None, column, value, f"It has: {told}.")


def _rows(raw: RawResponses, keep: npt.NDArray[np.bool_]) -> RawResponses:
    if keep.all():
        return raw
    frame = raw.frame.loc[keep].reset_index(drop=True)
    for name, texts in frame.items():
        if texts.dtype == "category":  # texts of other rows are not this survey's
            frame[name] = texts.cat.remove_unused_categories()
    return replace(raw, frame=frame, rows=raw.rows[keep])
