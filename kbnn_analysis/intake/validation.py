"""From raw text to a survey: every problem is found first, then one error tells them all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from kbnn_analysis.errors import DataError, Problem, UsageError
from kbnn_analysis.intake.codebook import Codebook
from kbnn_analysis.intake.columns import match_columns
from kbnn_analysis.intake.compact import held_flags, held_scores
from kbnn_analysis.intake.problems import Cells
from kbnn_analysis.intake.raw import RawResponses
from kbnn_analysis.intake.respondents import (
    blank_respondents,
    distinct_respondents,
    select_rows,
)
from kbnn_analysis.intake.survey import Design, Survey
from kbnn_analysis.intake.survey_units import UnitValues, read_units
from kbnn_analysis.intake.text_columns import cleaned_or_none
from kbnn_analysis.intake.values import read_attribute, read_item
from kbnn_analysis.intake.weighting import (
    design_attributes,
    design_problems,
    weight_announcements,
)
from kbnn_analysis.periods import Period, parse_period
from kbnn_analysis.units import Vintage


def validate(
    raw: RawResponses,
    codebook: Codebook,
    design: Design,
    *,
    period: str,
    unit_vintage: str | Path | Vintage | None = None,
    select: Mapping[str, str] | None = None,
) -> Survey:
    """Turn raw responses into a survey, or tell everything that stands in the way.

    Parameters
    ----------
    raw : RawResponses
        What :func:`~kbnn_analysis.intake.reading.read_raw` read.
    codebook : Codebook
        The instrument.
    design : Design
        How the respondents came to answer.
    period : str
        The survey period, in any of its writings.
    unit_vintage : str, Path or Vintage, optional
        The list of administrative units ("provinces-63"); without one, units are what the file
        says.
    select : mapping of str to str, optional
        Column -> text of the rows that belong to this survey, compared as text, where a file
        holds several waves.

    Returns
    -------
    Survey
        Respondents in the order of the file; equal copies are kept once and announced.

    Raises
    ------
    DataError
        With all problems: row, column, value, rule and suggestion of each.
    UsageError
        If an argument is wrong.
    """
    when = parse_period(period)
    parts = design_attributes(design, codebook)
    found = list(raw.frame.columns)
    match = match_columns(found, codebook, frozenset(parts.values()), raw.source)
    chosen = select_rows(raw, select, match.columns, codebook.unit, unit_vintage)
    id_column = match.columns.get(codebook.respondent_id)
    known = distinct_respondents(chosen, id_column, list(match.columns.values()))
    work = _Work(known.raw, codebook, match.columns)
    work.note(match.problems, (*raw.announced, *match.announced))
    work.note((*known.problems, *blank_respondents(known.raw, id_column)), known.announced)
    scores, outside = _items(work)
    units = _units(work, unit_vintage, when)
    attributes = _attributes(work, units, parts)
    _announce_rows(work, scores, outside)
    _announce_days(work, attributes, when)
    if work.problems:
        raise DataError(work.problems)
    return Survey(
        scores=scores,
        not_applicable=outside,
        attributes=attributes,
        comments=_comments(work),
        design=design,
        codebook=codebook,
        period=when.id,
        source=raw.source,
        sha256=raw.sha256,
        unit_labels={} if units is None else units.labels,
        unit_vintage=None if units is None else units.vintage,
        simulated=raw.simulated,
        rows=known.raw.rows,
        announced=tuple(work.announced),
    )


@dataclass
class _Work:
    """The rows at hand, and all that was found so far."""

    raw: RawResponses
    codebook: Codebook
    columns: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)
    announced: list[str] = field(default_factory=list)

    def note(self, problems: tuple[Problem, ...], announced: tuple[str, ...] = ()) -> None:
        self.problems += problems
        self.announced += announced

    def cells(self, name: str) -> Cells | None:
        column = self.columns.get(name)
        if column is None:
            return None
        return Cells(self.raw.source, column, self.raw.frame[column], self.raw.rows)


def _items(work: _Work) -> tuple[pd.DataFrame, pd.DataFrame]:
    nothing = np.zeros(len(work.raw), dtype=np.int8)
    scores, outside = {}, {}
    for item in work.codebook.items:
        cells = work.cells(item.name)
        if cells is None:
            scores[item.name] = held_scores(np.array([np.nan]), nothing)
            outside[item.name] = held_flags(nothing != 0)
            continue
        read = read_item(cells, item, work.codebook.scales[item.scale])
        scores[item.name], outside[item.name] = read.scores, read.not_applicable
        work.note(read.problems)
    return pd.DataFrame(scores, copy=False), pd.DataFrame(outside, copy=False)


def _units(work: _Work, vintage: str | Path | Vintage | None, period: Period) -> UnitValues | None:
    name = work.codebook.unit
    if name is None and vintage is not None:
        raise UsageError(
            f"`unit_vintage`: the codebook {work.codebook.name} has no unit; leave it empty (null)."
        )
    cells = None if name is None else work.cells(name)
    if name is None or cells is None:  # a missing column is a problem noted before
        return None
    units = read_units(cells, work.codebook.attribute(name), vintage, period)
    work.note(units.problems, units.announced)
    return units


def _attributes(work: _Work, units: UnitValues | None, parts: Mapping[str, str]) -> pd.DataFrame:
    values: dict[str, pd.Series] = {} if units is None else {"unit": units.series}
    for attribute in work.codebook.attributes:
        cells = work.cells(attribute.name)
        if cells is None or attribute.name == work.codebook.comment:
            continue
        if attribute.name == work.codebook.unit and units is not None:
            values[attribute.name] = units.series
            continue
        read = read_attribute(cells, attribute)
        values[attribute.name] = read.series
        work.note(read.problems, read.announced)
        for part in (part for part, name in parts.items() if name == attribute.name):
            work.note(tuple(design_problems(part, cells, read.series)))
            if part == "weight":
                work.note((), weight_announcements(cells.file, read.series.to_numpy(dtype=float)))
    return pd.DataFrame(values, index=pd.RangeIndex(len(work.raw)), copy=False)


def _comments(work: _Work) -> pd.Series | None:
    cells = work.cells(work.codebook.comment) if work.codebook.comment else None
    if cells is None:
        return None
    return cleaned_or_none(cells.texts).rename(work.codebook.comment)


def _announce_rows(work: _Work, scores: pd.DataFrame, outside: pd.DataFrame) -> None:
    empty = np.ones(len(scores), dtype=bool)
    for name in scores.columns:
        absent = outside[name].to_numpy(dtype=bool)
        empty &= scores[name].isna().to_numpy() & ~absent
    if empty.all() and not work.problems:
        message = "no respondent gave a valid answer to any item."
        work.note((Problem("all-missing", message, work.raw.source),))
    elif empty.any():
        first = ", ".join(str(row) for row in work.raw.rows[empty][:5])
        more = ", ..." if empty.sum() > 5 else ""
        said = f"{work.raw.source}: {int(empty.sum())} rows answer no item: {first}{more}."
        work.note((), (said,))


def _announce_days(work: _Work, attributes: pd.DataFrame, period: Period) -> None:
    days = [a.name for a in work.codebook.attributes if a.kind == "date" and a.name in attributes]
    for name in days:
        values = attributes[name]
        late = (values < pd.Timestamp(period.start)) | (
            values >= pd.Timestamp(period.end) + pd.Timedelta(days=1)
        )
        if late.any():
            said = f"{work.raw.source}: {int(late.sum())} days of {name} lie outside {period.id}."
            work.note((), (said,))
