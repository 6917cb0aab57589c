"""Who is in a model, and what of them is in it: outcome, drivers, terms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from kbnn_analysis.errors import UsageError, check_one_of
from kbnn_analysis.inference.drivers.outcomes import Outcome
from kbnn_analysis.inference.drivers.scores import DriverScores
from kbnn_analysis.inference.drivers.terms import Terms
from kbnn_analysis.inference.grouping import attribute_levels
from kbnn_analysis.inference.respondent_rows import check_held
from kbnn_analysis.inference.survey_design import survey_design_arrays
from kbnn_analysis.intake.survey import Survey
from kbnn_analysis.language import Label
from kbnn_analysis.stats.design import DesignArrays, LonelyPsu, design_arrays
from kbnn_analysis.stats.domains import domain_degrees_of_freedom
from kbnn_analysis.stats.influences import Influences
from kbnn_analysis.stats.linearization import influence_covariance

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
NotApplicable = Literal["drop", "indicator"]
BLOCK = 200_000
RARE = 30
"""Fewest respondents for an indicator: a dummy of a handful separates the answers."""


@dataclass(frozen=True)
class Members:
    """The m respondents of patterns: the pattern, sampling unit and weight of each."""

    pattern: npt.NDArray[np.int32]
    unit: npt.NDArray[np.int32]
    weight: Floats
    units: int

    def totals(self, influence: Floats, power: int = 1) -> Floats:
        """Return weighted sums by sampling unit, (units, k), of what patterns have, (rows, k).

        With `power` 2 the squares of what each respondent adds are summed.
        """
        sums = np.zeros((self.units, influence.shape[1]))
        for part in self.blocks():
            unit, weight = self.unit[part], self.weight[part]
            for column, values in enumerate(influence.T):
                own = (weight * values[self.pattern[part]]) ** power
                sums[:, column] += np.bincount(unit, own, self.units)
        return sums

    def blocks(self) -> Iterator[slice]:
        """Yield where the respondents stand, a block at a time."""
        return (slice(at, at + BLOCK) for at in range(0, len(self.weight), BLOCK))


@dataclass(frozen=True)
class Cases:
    """The complete cases of one model, and the design of all respondents.

    Attributes
    ----------
    keep : ndarray of bool, shape (n,)
        Who is in the model; the others stay in the design with influence 0.
    outcome, weight : ndarray of shape (m,)
    drivers : ndarray of shape (m, p)
    terms : Terms
        With columns of shape (m, a).
    design : DesignArrays
    df : float
        PSUs minus strata among those kept; in a model with context, units minus context terms
        minus 1.
    facts : dict
        Numbers of respondents kept and dropped, by reason.
    squared_sums : ndarray of shape (units, p + 1, p + 1), optional
        Where rows stand for the respondents of sampling units: the sums of products of constant
        and drivers with squared weights.
    members : Members, optional
        Where rows are patterns and the design has sampling units: who has them. Influences that
        leave a fit are then totals by sampling unit, and the design is that of the units.
    """

    keep: Flags
    outcome: Floats
    weight: Floats
    drivers: Floats
    terms: Terms
    design: DesignArrays
    df: float
    facts: dict[str, int]
    squared_sums: Floats | None = None
    members: Members | None = None

    @property
    def mean_weight(self) -> float:
        """Return the mean weight of a respondent in the model."""
        return float(self.weight.sum() / self.facts["respondents_in_model"])

    @property
    def unit(self) -> npt.NDArray[np.intp] | None:
        """Return the sampling unit of each respondent kept; None where respondents are units."""
        psu = self.design.stages[0].psu
        return None if psu is None else psu[self.keep]

    @property
    def units(self) -> int:
        """Return the number of sampling units of the design."""
        return len(self.design.stages[0].psu_stratum)

    def by_unit(self, influence: Floats) -> Floats:
        """Return influences of rows as the design takes them: totals where rows are patterns."""
        return influence if self.members is None else self.members.totals(influence)

    def covariance(self, influence: Floats, lonely_psu: LonelyPsu | None = None) -> Floats:
        """Return the design-based covariance of statistics of these cases."""
        spread = self.spread(influence)
        return influence_covariance(Influences(spread), self.design, lonely_psu=lonely_psu)

    def spread(self, influence: Floats) -> Floats:
        """Return influences for all respondents: 0 for those who are not in the model."""
        full = np.zeros((len(self.keep), influence.shape[1]))
        full[self.keep] = influence
        return full


def complete_cases(
    survey: Survey,
    outcome: Outcome,
    scores: DriverScores,
    terms: Terms,
    *,
    within: Flags | None = None,
    not_applicable: NotApplicable = "drop",
    calibrated: DesignArrays | None = None,
) -> Cases:
    """Return the respondents with an outcome, all drivers and all terms.

    Parameters
    ----------
    survey : Survey
        The answers with their design.
    outcome : Outcome
    scores : DriverScores
    terms : Terms
    within : ndarray of bool, optional
        The group studied; everybody by default.
    not_applicable : {"drop", "indicator"}
        What becomes of a respondent to whom a whole driver does not apply: "drop" leaves the
        respondent out; "indicator" gives the mean score and a dummy that says so, so that the
        driver's coefficient is that among those to whom it applies. Where that would be a dummy of
        fewer than 30 respondents of the survey, they are left out.
    calibrated : DesignArrays, optional
        The design with calibrated weights; the declared one by default.

    Returns
    -------
    Cases

    Raises
    ------
    UsageError
        If too few respondents are left.
    """
    check_one_of("not_applicable", not_applicable, get_args(NotApplicable))
    inside = np.ones(len(survey), dtype=bool) if within is None else within
    values, absent = scores.scores, scores.not_applicable
    if not_applicable == "indicator":
        common = absent.sum(axis=0) >= RARE
        values, terms = _with_indicators(survey, scores, terms, common)
        absent = absent & ~common
    answered = inside & np.isfinite(outcome.score)
    applies = answered & ~absent.any(axis=1)
    keep = applies & np.isfinite(values).all(axis=1) & np.isfinite(terms.columns).all(axis=1)
    design, has_context = calibrated or survey_design_arrays(survey), "context" in terms.roles
    keep &= design.weight > 0
    own = terms.take(keep)
    needed = values.shape[1] + own.columns.shape[1] + 2
    check_enough(int(keep.sum()), needed)
    if has_context:
        design = _units_as_psus(survey, design)
    df = float(domain_degrees_of_freedom(design, keep, None, 1)[0])
    return Cases(
        keep=keep,
        outcome=outcome.score[keep],
        weight=design.weight[keep],
        drivers=values[keep],
        terms=own,
        design=design,
        df=df - own.roles.count("context") if has_context else df,
        facts={
            "respondents": int(inside.sum()),
            "respondents_in_model": int(keep.sum()),
            "dropped_no_outcome": int((inside & ~answered).sum()),
            "dropped_not_applicable": int((answered & ~applies).sum()),
            "dropped_missing": int((applies & ~keep).sum()),
        },
    )


def within_units(cases: Cases) -> Cases:
    """Return patterns, who have members, as rows of each sampling unit with their weights there.

    Raises
    ------
    UsageError
        If there are too many of them.
    """
    who = cases.members
    assert who is not None, "only patterns have members"
    pairs = who.unit.astype(np.int64) * len(cases.outcome) + who.pattern
    found, place = np.unique(pairs, return_inverse=True)
    check_held(len(found), "leaving out each of few sampling units in turn")
    unit, pattern = np.divmod(found, len(cases.outcome))
    stage = cases.design.stages[0]
    weight = np.bincount(place, who.weight, len(found)).astype(float)
    kept = replace(stage, stratum=stage.psu_stratum[unit], psu=unit)
    return replace(
        cases,
        keep=np.ones(len(found), dtype=bool),
        outcome=cases.outcome[pattern],
        weight=weight,
        drivers=cases.drivers[pattern],
        terms=replace(cases.terms, columns=cases.terms.columns[pattern]),
        design=replace(cases.design, weight=weight, stages=(kept,)),
        members=None,
    )


def answer_codes(cases: Cases) -> npt.NDArray[np.intp]:
    """Return the answers of the complete cases as codes 0 .. K - 1 of those that occur."""
    return np.asarray(np.unique(cases.outcome, return_inverse=True)[1], dtype=np.intp)


def check_enough(respondents: int, needed: int) -> None:
    """Refuse a model with hardly more parameters than complete respondents."""
    if respondents <= needed:
        raise UsageError(
            f"only {respondents} complete respondents for {needed} parameters; use fewer "
            "drivers, `not_applicable` = 'indicator', or a larger group."
        )


def _with_indicators(
    survey: Survey, scores: DriverScores, terms: Terms, common: Flags
) -> tuple[Floats, Terms]:
    values = scores.scores.copy()
    means = np.array(
        [np.average(column[ok := np.isfinite(column)], weights=survey.weights()[ok])
         for column in values.T]
    )  # fmt: skip
    flags = scores.not_applicable & common
    values[flags] = np.broadcast_to(means, values.shape)[flags]
    names = [f"{name}=not_applicable" for name in scores.names]
    own = [(name, scores.labels[base]) for name, base in zip(names, scores.names, strict=True)]
    labels = {name: Label(f"{b.vi}: không áp dụng", f"{b.en}: not applicable") for name, b in own}
    kept = tuple(name for name, wanted in zip(names, common, strict=True) if wanted)
    return values, Terms(
        terms.names + kept,
        {**terms.labels, **labels},
        terms.roles + ("adjustment",) * len(kept),
        np.hstack([terms.columns, flags[:, common].astype(float)]),
    )


def _units_as_psus(survey: Survey, design: DesignArrays) -> DesignArrays:
    """Return the design in which units are the sampling units: context varies between them only."""
    codes, _ = attribute_levels(survey, "unit")
    if (codes < 0).any():
        raise UsageError("`context` needs the unit of every respondent.")
    return design_arrays(design.weight, psu=codes, lonely_psu=design.lonely_psu)
