"""The unit of each respondent: resolved in a vintage, or the text as it stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from kbnn_analysis.errors import Problem
from kbnn_analysis.intake.answers import clean, fold
from kbnn_analysis.intake.codebook import Attribute
from kbnn_analysis.intake.problems import Cells, Complaint, shorten
from kbnn_analysis.intake.values import read_attribute
from kbnn_analysis.language import Label
from kbnn_analysis.periods import Period
from kbnn_analysis.units import Unresolved, Vintage, as_vintage, resolve_names


@dataclass(frozen=True)
class UnitValues:
    """Codes of units as a categorical of all units, and their names."""

    series: pd.Series
    labels: Mapping[str, Label]
    vintage: str | None = None
    problems: tuple[Problem, ...] = ()
    announced: tuple[str, ...] = field(default=())


def read_units(
    cells: Cells, attribute: Attribute, vintage: str | Path | Vintage | None, period: Period
) -> UnitValues:
    """Turn the texts of the unit column into units.

    Parameters
    ----------
    cells : Cells
        The column.
    attribute : Attribute
        The codebook's unit attribute.
    vintage : str, Path or Vintage, optional
        The list of administrative units; without one the units are the texts as they are.
    period : Period
        Decides the names of units that changed theirs within the vintage.

    Returns
    -------
    UnitValues
        Every unit of the vintage is a level, with or without respondents. An unresolved name or
        an empty cell is a problem: nothing is guessed and nobody is dropped.
    """
    if vintage is None:
        return _as_they_are(cells, attribute)
    listed = _names_of(as_vintage(vintage), period)
    codes, texts = cells.distinct()
    resolution = resolve_names(texts, listed)
    wrong = {found.name: _complaint(found) for found in resolution.unresolved}
    place = {code: i for i, code in enumerate(listed.codes)}
    wanted = [place[resolution.codes[t]] if t in resolution.codes else -1 for t in texts]
    levels = pd.Index(listed.codes, dtype=str)
    units = pd.Categorical.from_codes(np.array(wanted, dtype=np.int16)[codes], categories=levels)
    said = _outdated(listed, period, cells)
    return UnitValues(
        pd.Series(units), listed.labels(), listed.name, tuple(cells.problems(wrong)), said
    )


def _names_of(vintage: Vintage, period: Period) -> Vintage:
    """Return the units with their names at the period's end, as far as the list was in force."""
    day = max(period.end, vintage.valid_from or period.end)
    return vintage.on(min(day, vintage.valid_to or day))


def _as_they_are(cells: Cells, attribute: Attribute) -> UnitValues:
    found = read_attribute(cells, attribute.model_copy(update={"kind": "category"}))
    blank = {t: _BLANK for t in cells.distinct()[1] if not clean(t)}
    labels = {code: text.label for code, text in attribute.levels.items()} or {
        str(level): Label.same(str(level)) for level in found.series.cat.categories
    }
    problems = (*found.problems, *cells.problems(blank))
    return UnitValues(found.series, labels, None, problems, _near_twins(cells, list(labels)))


_BLANK = Complaint("unit", "the unit is missing.", "Fill it in, or remove the respondent.")


def _complaint(found: Unresolved) -> Complaint:
    if found.reason == "empty":
        return _BLANK
    likely = ", ".join(found.candidates[:3])
    hint = f"Candidates: {likely}." if likely else "Write a name or code of the list of units."
    told = str(replace(found, name=shorten(found.name), candidates=()))
    return Complaint("unit", f"{told}.", hint)


def _near_twins(cells: Cells, levels: list[str]) -> tuple[str, ...]:
    alike: dict[str, list[str]] = defaultdict(list)
    for level in levels:
        alike[fold(level)].append(level)
    twins = [" / ".join(names) for names in alike.values() if len(names) > 1]
    if not twins:
        return ()
    return (f"{cells.file}: units that differ in case alone stay apart: {', '.join(twins)}.",)


def _outdated(vintage: Vintage, period: Period, cells: Cells) -> tuple[str, ...]:
    if vintage.in_force(period.start) and vintage.in_force(period.end):
        return ()
    return (f"{cells.file}: {vintage.name} was not in force throughout {period.id}.",)
