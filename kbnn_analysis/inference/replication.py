"""Replicate weights for a survey: delivered with it, or made from its design."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference.grouping import Groups
from kbnn_analysis.inference.measures import Measure
from kbnn_analysis.inference.quotients import GroupQuotients
from kbnn_analysis.inference.survey_design import survey_design_arrays
from kbnn_analysis.intake.survey import Survey
from kbnn_analysis.stats.design import DesignArrays
from kbnn_analysis.stats.domains import total_by_domain
from kbnn_analysis.stats.replicate_weights import (
    ReplicateKind,
    bootstrap_replicates,
    given_replicates,
    jackknife_replicates,
)
from kbnn_analysis.stats.replication import Replicates, ratio_draws

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Replication:
    """Replicate weights of the respondents of one survey, and how they came about.

    Parameters
    ----------
    replicates : Replicates
        The weights.
    kind : str
        How they were made: "JK1", "JKn", "BRR", "Fay" or "bootstrap".
    given : bool
        True where they came with the data; then degrees of freedom are found from them.
    """

    replicates: Replicates
    kind: str
    given: bool = False

    @property
    def count(self) -> int:
        """Return the number of replicates."""
        return int(self.replicates.factors.shape[1])

    @property
    def told(self) -> str:
        """Return what they are in words, for the method of a result."""
        return f"{self.count} {'given ' if self.given else ''}replicate weights ({self.kind})"


def given_replication(
    survey: Survey,
    weights: Sequence[str] | Floats,
    kind: ReplicateKind,
    *,
    combined: bool = True,
    rho: float | None = None,
    rscales: npt.ArrayLike | None = None,
    mse: bool = False,
) -> Replication:
    """Take replicate weights as a data producer delivers them.

    Parameters
    ----------
    survey : Survey
        The answers; its weights are the full-sample weights.
    weights : sequence of str, or ndarray of shape (respondents, R)
        Attributes that hold the replicate weights, or the weights themselves.
    kind : {"JK1", "JKn", "BRR", "Fay", "bootstrap"}
        How they were made, see :func:`kbnn_analysis.stats.replicate_weights.given_replicates`.
    combined : bool
        Whether they contain the full weight; False for factors alone.
    rho : float, optional
        Fay's coefficient.
    rscales : array of shape (R,), optional
        Scale of each replicate; needed for "JKn".
    mse : bool
        Deviations from the full-sample estimate instead of the replicates' mean.

    Returns
    -------
    Replication
        For :func:`kbnn_analysis.inference.estimation.estimate`.

    Raises
    ------
    UsageError
        If an attribute does not exist, or shapes or options do not fit.

    References
    ----------
    In R: ``survey::svrepdesign(repweights=, type=, rho=, combined.weights=)``.
    """
    matrix = _matrix(survey, weights)
    own = None if rscales is None else np.asarray(rscales, dtype=float)
    made = given_replicates(
        survey.weights(), matrix, kind, combined=combined, rho=rho, rscales=own, mse=mse
    )
    return Replication(made, kind, given=True)


def jackknife(survey: Survey, *, mse: bool = False) -> Replication:
    """Leave out one sampling unit at a time: JK1, or JKn where there are strata.

    Parameters
    ----------
    survey : Survey
        The answers with their design.
    mse : bool
        Deviations from the full-sample estimate instead of the replicates' mean.

    Returns
    -------
    Replication
        One replicate for each sampling unit.

    References
    ----------
    In R: ``survey::as.svrepdesign(type = "JK1" | "JKn")``.
    """
    made = jackknife_replicates(_own_design(survey), mse=mse)
    return Replication(made, "JKn" if survey.design.strata else "JK1")


def bootstrap(
    survey: Survey, replicates: int, rng: np.random.Generator, *, mse: bool = False
) -> Replication:
    """Draw the rescaling bootstrap of Rao and Wu, sampling units with replacement in strata.

    Parameters
    ----------
    survey : Survey
        The answers with their design.
    replicates : int
        How many.
    rng : Generator
        A named stream of the run.
    mse : bool
        Deviations from the full-sample estimate instead of the replicates' mean.

    Returns
    -------
    Replication
        With its number of replicates.

    References
    ----------
    In R: ``survey::as.svrepdesign(type = "subbootstrap")``.
    """
    made = bootstrap_replicates(_own_design(survey), replicates, rng, mse=mse)
    return Replication(made, "bootstrap")


def replicated(
    parts: GroupQuotients,
    survey: Survey,
    measures: Sequence[Measure],
    groups: Groups,
    replication: Replication,
) -> GroupQuotients:
    """Put the replication covariance in the place of the linearized one.

    A row that some replicate leaves without respondents has no standard error.

    Parameters
    ----------
    parts : GroupQuotients
        Quotients with their linearized covariance.
    survey : Survey
        The answers.
    measures : sequence of Measure
        What was estimated.
    groups : Groups
        Group of every respondent.
    replication : Replication
        Weights for the same respondents.

    Returns
    -------
    GroupQuotients
        The same estimates.

    Raises
    ------
    UsageError
        If the weights belong to another number of respondents.
    """
    made = replication.replicates
    if len(made.weight) != len(survey):
        raise UsageError(
            f"The replicate weights are of {len(made.weight)} respondents, the survey has "
            f"{len(survey)}."
        )
    quotients = [measure.quotient(survey) for measure in measures]
    top, bottom = (
        total_by_domain(np.column_stack(each), groups.code, len(groups))
        for each in zip(*quotients, strict=True)
    )
    full, draws = ratio_draws(top, bottom, made)
    known = np.isfinite(draws).all(axis=0) & np.isfinite(full)
    covariance = np.full((len(full),) * 2, np.nan)
    covariance[np.ix_(known, known)] = made.covariance(draws[:, known], full[known])
    df = _degrees(made, quotients, groups) if replication.given else parts.df
    covariance[df < 1, :] = np.nan
    covariance[:, df < 1] = np.nan
    return replace(parts, covariance=covariance, df=df)


def _own_design(survey: Survey) -> DesignArrays:
    if survey.periods:
        raise UsageError(
            "Replicate weights are made for one period; the covariance between stacked periods is "
            "had by linearization."
        )
    return survey_design_arrays(survey)


def _matrix(survey: Survey, weights: Sequence[str] | Floats) -> Floats:
    if isinstance(weights, np.ndarray):
        return weights
    return np.column_stack([survey.attribute(name).to_numpy(dtype=float) for name in weights])


def _degrees(
    made: Replicates, quotients: Sequence[tuple[Floats, Floats]], groups: Groups
) -> Floats:
    """Return by row the rank of the replicate weights of its respondents, minus one."""
    weights = made.weight[:, None] * made.factors[made.unit]
    ranks = [
        np.linalg.matrix_rank(weights[(denominator > 0) & (groups.code == group)])
        for _, denominator in quotients
        for group in range(len(groups))
    ]
    return np.asarray(ranks, dtype=float) - 1.0
