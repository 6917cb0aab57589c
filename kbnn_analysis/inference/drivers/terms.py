"""Columns of a model beside the drivers: dummies of attributes, context of the unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference.grouping import attribute_levels, level_labels
from kbnn_analysis.intake.survey import Survey
from kbnn_analysis.language import Label

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Terms:
    """Columns of a model beside the drivers: dummies of attributes, context of the unit."""

    names: tuple[str, ...]
    labels: dict[str, Label]
    roles: tuple[str, ...]
    columns: Floats

    def take(self, keep: Flags) -> Terms:
        """Return the terms of some respondents; columns that add nothing are left out.

        Those are columns that do not vary, and repeated ones (items of a factor that never apply
        to the same people).
        """
        columns = self.columns[keep]
        first: dict[bytes, int] = {}
        for place, column in enumerate(columns.T):
            if len(column) and np.ptp(column) > 0:
                first.setdefault(column.tobytes(), place)
        kept = list(first.values())
        return Terms(
            tuple(self.names[place] for place in kept),
            self.labels,
            tuple(self.roles[place] for place in kept),
            columns[:, kept],
        )

    def with_fewest(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return coefficients with ``side``: the fewest respondents behind each dummy.

        Those of its own level or of the level that it is compared with: disclosure control hides
        what so few stand behind. A frame without dummies comes back as it is.
        """
        dummies = {
            name: int(column.sum())
            for name, role, column in zip(self.names, self.roles, self.columns.T, strict=True)
            if role == "adjustment" and "=" in name
        }
        if not dummies:
            return frame
        others: dict[str, int] = {}
        for name, count in dummies.items():
            attribute = name.partition("=")[0]
            others[attribute] = others.get(attribute, len(self.columns)) - count
        fewest = {name: min(n, others[name.partition("=")[0]]) for name, n in dummies.items()}
        return frame.assign(side=frame["term"].map(fewest).astype(float))


def model_terms(
    survey: Survey, adjust: Sequence[str] = (), context: pd.DataFrame | None = None
) -> Terms:
    """Return dummies of attributes and the context of each respondent's unit.

    Parameters
    ----------
    survey : Survey
        The answers.
    adjust : sequence of str
        Attributes; "unit" for fixed effects of units. A category gives a dummy for each level but
        the first, a number stands as it is.
    context : DataFrame, optional
        Covariates of units: index are unit codes, columns are numbers.

    Returns
    -------
    Terms

    Raises
    ------
    UsageError
        If an attribute does not exist, context has a unit twice, is no number, or stands beside
        fixed effects of units, which leave it nothing to explain.
    """
    if isinstance(adjust, str):
        raise UsageError(f"`adjust` is a list of attributes; write [{adjust!r}].")
    if context is not None and {"unit", survey.codebook.unit} & set(adjust):
        raise UsageError("`context` says nothing beside fixed effects of units; drop one of them.")
    parts = [_attribute_terms(survey, name) for name in adjust]
    if context is not None:
        parts.append(_context_terms(survey, context))
    empty = np.zeros((len(survey), 0))
    return Terms(
        tuple(name for part in parts for name in part.names),
        {name: label for part in parts for name, label in part.labels.items()},
        tuple(role for part in parts for role in part.roles),
        np.hstack([empty, *(part.columns for part in parts)]),
    )


def _attribute_terms(survey: Survey, name: str) -> Terms:
    values = survey.attribute(name)
    if pd.api.types.is_numeric_dtype(values):
        column = values.to_numpy(dtype=float)[:, None]
        return Terms((name,), {name: Label.same(name)}, ("adjustment",), column)
    codes, levels = attribute_levels(survey, name)
    present = [code for code in range(len(levels)) if (codes == code).any()]
    known, names, labels = level_labels(survey, name), [], {}
    for code in present[1:]:
        term = f"{name}={levels[code]}"
        names.append(term)
        labels[term] = known.get(levels[code], Label.same(levels[code]))
    columns = (codes[:, None] == np.array(present[1:], dtype=np.intp)).astype(float)
    columns[codes < 0] = np.nan
    return Terms(tuple(names), labels, ("adjustment",) * len(names), columns)


def _context_terms(survey: Survey, context: pd.DataFrame) -> Terms:
    if context.index.has_duplicates:
        raise UsageError("`context` names a unit twice; give one row for each unit.")
    codes = survey.attribute("unit").astype("string")
    columns = [str(column) for column in context.columns]
    keyed = context.set_axis(context.index.astype("string"), axis=0)
    try:
        values = keyed.reindex(codes).to_numpy(dtype=float)
    except (TypeError, ValueError):
        raise UsageError("`context` must hold numbers only, with unit codes as index.") from None
    if columns and not np.isfinite(values).any():
        raise UsageError("no unit of the survey is in the index of `context`; it needs unit codes.")
    labels = {name: Label.same(name) for name in columns}
    return Terms(tuple(columns), labels, ("context",) * len(columns), values)
