"""One reading of the survey for all driver analyses: outcome, drivers, cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference.drivers.cases import Cases, NotApplicable, complete_cases
from kbnn_analysis.inference.drivers.model_patterns import patterns_suffice, read_patterns
from kbnn_analysis.inference.drivers.moments import moments_suffice, read_moments
from kbnn_analysis.inference.drivers.outcomes import Model, Outcome, read_outcome
from kbnn_analysis.inference.drivers.scores import DriverScores, Level, driver_scores
from kbnn_analysis.inference.drivers.terms import Terms, model_terms
from kbnn_analysis.inference.grouping import attribute_levels
from kbnn_analysis.inference.measures import Measure
from kbnn_analysis.inference.respondent_rows import check_held
from kbnn_analysis.inference.survey_design import (
    FrameCounts,
    FrameTotals,
    survey_design_arrays,
)
from kbnn_analysis.intake.stacking import PERIOD
from kbnn_analysis.intake.survey import Survey

FEWEST = 50
"""Fewest respondents of a group that is studied: below, a model of several drivers says nothing."""


@dataclass(frozen=True)
class Group:
    """A group that is studied by itself: its key columns and its complete cases."""

    key: dict[str, str]
    cases: Cases


@dataclass(frozen=True)
class Study:
    """What a survey holds for a driver analysis.

    Attributes
    ----------
    outcome : Outcome
    scores : DriverScores
    terms : Terms
    groups : tuple of Group
    by : tuple of str
        The attribute that forms the groups; empty for one group of all and for periods.
    """

    outcome: Outcome
    scores: DriverScores
    terms: Terms
    groups: tuple[Group, ...]
    by: tuple[str, ...]

    @property
    def cases(self) -> list[Cases]:
        """Return the complete cases of each group."""
        return [group.cases for group in self.groups]

    @property
    def reduced(self) -> bool:
        """Return whether rows are patterns or sums, and scores those of nobody."""
        return len(self.outcome.score) == 0


def read_study(
    survey: Survey,
    outcome: str | Measure,
    drivers: Sequence[str] | None,
    model: Model,
    *,
    level: Level = "factor",
    adjust: Sequence[str] = (),
    context: pd.DataFrame | None = None,
    by: str | None = None,
    not_applicable: NotApplicable = "drop",
    conf_level: float = 0.95,
    moments: bool = False,
    patterns: bool = False,
    frame_counts: FrameCounts | None = None,
    frame_totals: FrameTotals | None = None,
) -> Study:
    """Read outcome, drivers and complete cases of a survey.

    With `moments` a linear model of very many respondents in sampling units gets a few rows for
    each unit that give the same numbers, and scores of nobody: for those who need no respondents.
    With `patterns` very many respondents become their distinct answers, with weights; in models
    other than the linear one only for those who need totals by sampling unit. Calibrated weights
    differ between respondents, so that neither is taken with `frame_counts` or `frame_totals`. All
    else holds every respondent.

    Raises
    ------
    UsageError
        If a name does not exist, the outcome is among the drivers, no group has enough
        respondents, several periods would be taken for one, respondents are too many to be held, or
        weights are to be calibrated beside a context of units.
    """
    if survey.periods and by != PERIOD:
        raise UsageError("these are the answers of several periods; give `by` = 'period'.")
    if not 0 < conf_level < 1:
        raise UsageError(f"`conf_level` must lie between 0 and 1; got {conf_level!r}.")
    calibrated = None
    if frame_counts or frame_totals:
        if context is not None:
            raise UsageError("weights are not calibrated beside `context`; drop one of them.")
        calibrated = survey_design_arrays(survey, frame_counts, frame_totals)
    plain = not adjust and context is None and by is None and calibrated is None
    if plain and not_applicable == "drop":
        made = None
        if moments and model == "linear" and moments_suffice(survey):
            made = read_moments(survey, outcome, drivers, level)
        elif patterns and patterns_suffice(survey):
            made = read_patterns(survey, outcome, drivers, model, level)
        if made is not None:
            _refuse_shared(made.outcome, made.scores)
            terms = made.cases.terms
            return Study(made.outcome, made.scores, terms, (Group({}, made.cases),), ())
    asked = {"`adjust`": adjust, "`context`": context is not None, "`by`": by is not None,
             "`frame_counts` or `frame_totals`": calibrated is not None,
             "`not_applicable` = 'indicator'": not_applicable == "indicator"}  # fmt: skip
    needing = [name for name, given in asked.items() if given] or ["this driver analysis"]
    check_held(len(survey), needing[0])
    found, scores = read_outcome(survey, outcome, model), driver_scores(survey, drivers, level)
    _refuse_shared(found, scores)
    terms = model_terms(survey, adjust, context)
    groups = tuple(
        Group(
            key,
            complete_cases(
                survey,
                found,
                scores,
                terms,
                within=inside,
                not_applicable=not_applicable,
                calibrated=calibrated,
            ),
        )
        for key, inside in _groups(survey, by)
    )
    return Study(found, scores, terms, groups, () if by in (None, PERIOD) else (by,))


def _refuse_shared(found: Outcome, scores: DriverScores) -> None:
    shared = sorted(set(found.items) & {item for items in scores.items for item in items})
    if shared:
        raise UsageError(f"{', '.join(shared)} cannot be outcome and driver at once.")


def _groups(survey: Survey, by: str | None) -> list[tuple[dict[str, str], npt.NDArray[np.bool_]]]:
    if by is None:
        return [({}, np.ones(len(survey), dtype=bool))]
    codes, levels = attribute_levels(survey, by)
    found = [({by: level}, codes == code) for code, level in enumerate(levels)]
    kept = [(key, inside) for key, inside in found if inside.sum() >= FEWEST]
    if not kept:
        raise UsageError(f"no level of {by!r} has {FEWEST} respondents; study all together.")
    return kept
