"""How a fit divides among predictors when the weights of sampling units change.

The factors of the units are those of a bootstrap or of a jackknife. R² needs the moments of each
unit alone, and is exact. A pseudo-R² takes one Newton step from the fit of all respondents: the
log likelihood of a subset at its new maximum is the old fit's, under the new weights, plus half
the step's promise, with the unit sums of likelihood, score and information.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, get_args

import numpy as np
import numpy.typing as npt
from scipy.special import xlogy

from kbnn_analysis.errors import check_one_of
from kbnn_analysis.stats.coalitions import CoalitionPlan
from kbnn_analysis.stats.cumulative import scores, unit_information
from kbnn_analysis.stats.cumulative_likelihood import CumulativeFit, cumulative_data
from kbnn_analysis.stats.moment_rows import product_sums
from kbnn_analysis.stats.subset_game import LOGISTIC_VARIANCE, PseudoFit, SubsetGame

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]
MOST_CURVED = 2_000
"""With more units their own information is not kept: it moves with the sum of the weights."""


class Replicates(NamedTuple):
    """Parts (R, p) of the fit (R,) in each replicate; the parts sum to the fit."""

    parts: Floats
    fit: Floats

    @property
    def shares(self) -> Floats:
        """Return the parts over the fit."""
        return np.asarray(self.parts / self.fit[:, None])


def linear_replicates(covariances: Floats, plan: CoalitionPlan) -> Replicates:
    """Return how R² divides by a plan, for each of several covariance matrices.

    Parameters
    ----------
    covariances : ndarray of shape (R, p + 1, p + 1)
        Of the predictors and, last, the outcome.
    plan : CoalitionPlan

    Returns
    -------
    Replicates

    Examples
    --------
    >>> from kbnn_analysis.stats.coalitions import shapley_plan
    >>> one = np.array([[[1.0, 0.0, 0.6], [0.0, 1.0, 0.4], [0.6, 0.4, 1.0]]])
    >>> linear_replicates(one, shapley_plan(2)).parts.round(2).tolist()
    [[0.36, 0.16]]
    """
    fits = np.zeros((len(covariances), len(plan.members)))
    total = covariances[:, -1, -1]
    for place, members in enumerate(plan.members):
        if members.any():
            own = np.flatnonzero(members)
            cross = covariances[:, own, -1]
            inner = covariances[:, own[:, None], own[None, :]]
            slopes = np.linalg.solve(inner, cross[:, :, None])[:, :, 0]
            fits[:, place] = (cross * slopes).sum(axis=1) / total
    return _divided(fits, plan)


def pseudo_replicates(
    predictors: npt.ArrayLike,
    category: npt.ArrayLike,
    weight: npt.ArrayLike,
    plan: CoalitionPlan,
    unit: Codes,
    factors: Floats,
    *,
    base: npt.ArrayLike | None = None,
    fit: PseudoFit = "mcfadden",
    ridge: float = 0.0,
) -> Replicates:
    """Return how the pseudo-R² of a logit or proportional-odds model divides in each replicate.

    Parameters
    ----------
    predictors : array of shape (n, p)
        Complete cases.
    category : array of int, shape (n,)
        0 .. K - 1; K = 2 is the logistic model.
    weight : array of shape (n,)
    plan : CoalitionPlan
    unit : ndarray of int, shape (n,)
        Sampling unit of each respondent.
    factors : ndarray of shape (R, units)
        What the weights of each unit are multiplied by.
    base : array of shape (n, b), optional
        Columns that stand in every model.
    fit : {"mcfadden", "latent"}
    ridge : float

    Returns
    -------
    Replicates

    Notes
    -----
    The likelihood after one step errs in third order of the change of the weights, the latent fit
    in second. Against refits of 40 bootstrap replicates of 40 offices of 15 the standard errors of
    the shares differ by 1 % (McFadden) and up to 7 % (latent).

    Examples
    --------
    >>> from kbnn_analysis.stats.coalitions import shapley_plan
    >>> x = np.array([[1.0, 2], [2, 1], [3, 4], [4, 3], [5, 5], [2, 3]])
    >>> same = np.ones((1, 6))
    >>> made = pseudo_replicates(
    ...     x, [0, 1, 1, 0, 1, 0], np.ones(6), shapley_plan(2), np.arange(6), same)
    >>> bool(np.isclose(made.parts.sum(), made.fit[0]))
    True
    """
    check_one_of("fit", fit, get_args(PseudoFit))
    x, w = np.asarray(predictors, dtype=float), np.asarray(weight, dtype=float)
    held = np.zeros((len(x), 0)) if base is None else np.asarray(base, dtype=float)
    data = cumulative_data(np.asarray(category).astype(np.intp), w)
    game = SubsetGame(data, x[data.order], held[data.order], fit, ridge)
    units = _Units(unit[data.order], factors, data.weight)
    empty = _Step.of(game, units, game.null, ())
    fits = np.zeros((len(factors), len(plan.members)))
    for place in np.argsort(plan.members.sum(axis=1), kind="stable"):
        members = tuple(np.flatnonzero(plan.members[place]).tolist())
        if not members:
            continue
        step = _Step.of(game, units, game.fitted(members), members)
        if fit == "mcfadden":
            fits[:, place] = 1.0 - step.log_likelihood / empty.log_likelihood
        else:
            fits[:, place] = step.latent - empty.latent
    return _divided(fits, plan)


@dataclass(frozen=True)
class _Units:
    """Units of the sorted rows, the factors, and the weights."""

    code: Codes
    factors: Floats
    weight: Floats

    def sums(self, columns: Floats) -> Floats:
        """Return weighted sums by unit under the factors, (R, k)."""
        count = self.factors.shape[1]
        by_unit = [np.bincount(self.code, self.weight * each, count) for each in columns.T]
        return np.asarray(self.factors @ np.array(by_unit).reshape(columns.shape[1], count).T)


@dataclass(frozen=True)
class _Step:
    """The fit of a subset after one Newton step under new weights."""

    log_likelihood: Floats
    latent: Floats

    @classmethod
    def of(
        cls, game: SubsetGame, units: _Units, fit: CumulativeFit, members: tuple[int, ...]
    ) -> _Step:
        columns, data = game.columns(members), game.data
        if not columns.shape[1]:  # thresholds alone: exact, from the counts of the answers
            answer = np.repeat(np.arange(data.n_thresholds + 1), np.diff(data.starts))
            counts = units.sums(np.eye(data.n_thresholds + 1)[answer])
            part = counts / counts.sum(axis=1, keepdims=True)
            return cls(xlogy(counts, part).sum(axis=1), np.zeros(len(counts)))
        own = scores(fit, data, columns)[data.order]
        gradient = units.sums(own)
        gradient[:, data.n_thresholds :] -= game.ridge * fit.slopes
        moved = _solve(game, units, fit, columns, gradient)
        value = units.sums(fit.log_mass[:, None])[:, 0] + 0.5 * (gradient * moved).sum(axis=1)
        latent = np.zeros(len(value))
        if game.measure == game.latent:
            latent = _latent(units, columns, fit.slopes + moved[:, data.n_thresholds :])
        return cls(value, latent)


def _solve(
    game: SubsetGame, units: _Units, fit: CumulativeFit, columns: Floats, gradient: Floats
) -> Floats:
    count = units.factors.shape[1]
    if count > MOST_CURVED:
        size = units.sums(np.ones((len(columns), 1))) / units.weight.sum()
        return np.asarray(np.linalg.solve(fit.information, gradient.T).T / size)
    top = game.data.n_thresholds
    own = unit_information(
        fit.thresholds[:, 0], fit.slopes, columns, units.weight, units.code, count
    )
    whole = (units.factors @ own.reshape(count, -1)).reshape(-1, *own.shape[1:])
    places = np.arange(top, own.shape[1])
    whole[:, places, places] += game.ridge
    return np.asarray(np.linalg.solve(whole, gradient[:, :, None])[:, :, 0])


def _latent(units: _Units, columns: Floats, slopes: Floats) -> Floats:
    """Return V / (V + pi²/3), V the variance of the linear predictor under the new weights."""
    count, ones = units.factors.shape[1], np.column_stack([np.ones(len(columns)), columns])
    moments = product_sums(ones, units.weight, units.code, count)
    whole = (units.factors @ moments.reshape(count, -1)).reshape(-1, *moments.shape[1:])
    whole = whole / whole[:, :1, :1]
    spread = whole[:, 1:, 1:] - whole[:, 1:, :1] * whole[:, :1, 1:]
    variance = np.einsum("ri,rij,rj->r", slopes, spread, slopes)
    return np.asarray(variance / (variance + LOGISTIC_VARIANCE))


def _divided(fits: Floats, plan: CoalitionPlan) -> Replicates:
    whole = int(np.flatnonzero(plan.members.all(axis=1))[0])
    return Replicates(np.asarray(fits @ plan.weights.T), fits[:, whole])
