"""The importance of predictors for any fit: R², McFadden's and the latent R² of logit models.

Every subset of a plan is fitted; its fit and the influence of each respondent on it add up, with
the plan's weights, to the values of the predictors and their influences. The sum of the values is
the fit of the model with all predictors, beyond the model with the base columns alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

import numpy as np
import numpy.typing as npt

from kbnn_analysis.errors import UsageError, check_one_of
from kbnn_analysis.stats.coalitions import CoalitionPlan
from kbnn_analysis.stats.cumulative_likelihood import cumulative_data
from kbnn_analysis.stats.subset_game import PseudoFit, SubsetGame

Floats = npt.NDArray[np.float64]
CHUNK = 64
MOST_NUMBERS = 16_000_000  # of a chunk: many rows take fewer subsets at a time


@dataclass(frozen=True)
class FitImportance:
    """How a measure of fit divides among p predictors.

    Parameters
    ----------
    fit : float
        Of all predictors, beyond the base columns; the values sum to it.
    base_fit : float
        Of the base columns alone; 0 where there are none.
    parts : ndarray of shape (p,)
    influence : ndarray of shape (n, p)
        Influence of each respondent on each value, without the weight.
    sampling_error : ndarray of shape (p,)
        Standard error from sampling orders; 0 where all subsets were fitted.
    fits : ndarray of shape (C,)
        Fit of every subset of the plan, beyond the base columns.
    """

    fit: float
    base_fit: float
    parts: Floats
    influence: Floats
    sampling_error: Floats
    fits: Floats

    @property
    def shares(self) -> Floats:
        """Return the values as parts of the fit; they sum to one."""
        return self.parts / self.fit

    @property
    def share_influence(self) -> Floats:
        """Return the influence of each respondent on each share, shape (n, p)."""
        total = self.influence.sum(axis=1, keepdims=True)
        return np.asarray((self.influence - self.shares * total) / self.fit)


def linear_importance(
    predictors: npt.ArrayLike,
    outcome: npt.ArrayLike,
    weight: npt.ArrayLike,
    plan: CoalitionPlan,
) -> FitImportance:
    """Return how R² divides by a plan; for all subsets of single predictors ``lmg`` is faster.

    Parameters
    ----------
    predictors : array of shape (n, p)
        Complete cases.
    outcome : array of shape (n,)
    weight : array of shape (n,)
    plan : CoalitionPlan
        For example Owen's, for items within factors.

    Returns
    -------
    FitImportance

    Raises
    ------
    UsageError
        If values are missing or predictors are linearly dependent.

    Notes
    -----
    With e the residual of a subset's fit, the influence on its R² is
    (z² - e² - R² z²) / sum(w z²), z being the centred outcome.

    Examples
    --------
    >>> from kbnn_analysis.stats.coalitions import owen_plan
    >>> x = np.array([[1.0, 2], [2, 1], [3, 4], [4, 3], [5, 5]])
    >>> made = linear_importance(x, [1.0, 2, 2, 4, 5], np.ones(5), owen_plan([0, 0]))
    >>> bool(np.isclose(made.parts.sum(), made.fit))
    True
    """
    x, y = np.asarray(predictors, dtype=float), np.asarray(outcome, dtype=float)
    w = _complete(x, y, weight)
    centred = x - np.average(x, axis=0, weights=w)
    z = y - np.average(y, weights=w)
    moments, cross = (centred * w[:, None]).T @ centred, centred.T @ (w * z)
    total = float(w @ z**2)
    if np.linalg.cond(moments / np.sqrt(np.outer(moments.diagonal(), moments.diagonal()))) > 1e12:
        raise UsageError("the predictors are linearly dependent; leave one of them out.")
    slopes = np.zeros((x.shape[1], len(plan.members)))
    for place, members in enumerate(plan.members):
        if members.any():
            slopes[members, place] = np.linalg.solve(
                moments[np.ix_(members, members)], cross[members]
            )
    fits = cross @ slopes / total
    influence = np.zeros((len(y), x.shape[1]))
    for chunk in _chunks(len(plan.members), len(y)):
        residual = z[:, None] - centred @ slopes[:, chunk]
        change = (z**2)[:, None] * (1.0 - fits[chunk]) - residual**2
        influence += change @ plan.weights[:, chunk].T / total
    return FitImportance(
        float(_full(plan, fits)),
        0.0,
        plan.weights @ fits,
        influence,
        plan.sampling_error(fits),
        fits,
    )


def pseudo_importance(
    predictors: npt.ArrayLike,
    category: npt.ArrayLike,
    weight: npt.ArrayLike,
    plan: CoalitionPlan,
    *,
    base: npt.ArrayLike | None = None,
    fit: PseudoFit = "mcfadden",
    ridge: float = 0.0,
) -> FitImportance:
    """Return how the pseudo-R² of a logit or proportional-odds model divides by a plan.

    Parameters
    ----------
    predictors : array of shape (n, p)
        Complete cases.
    category : array of int, shape (n,)
        0 .. K - 1; K = 2 is the logistic model.
    weight : array of shape (n,)
    plan : CoalitionPlan
        Every subset of it is fitted.
    base : array of shape (n, b), optional
        Columns that stand in every model (respondent type, channel): what the predictors add is
        divided.
    fit : {"mcfadden", "latent"}
        1 - log L / log L of the base model; or the explained part of the variance of the latent
        answer, V / (V + pi²/3) with V the variance of the linear predictor (McKelvey and Zavoina).
    ridge : float
        Penalty ridge / 2 times the squared slopes, on weights of mean 1.

    Returns
    -------
    FitImportance

    Raises
    ------
    UsageError
        If values are missing or a subset has no finite fit.

    Notes
    -----
    At a maximum of the likelihood the coefficients do not move log L in first order, so that the
    influence on log L is the respondent's own term of it. Fits start from that of a subset of one
    predictor less.

    References
    ----------
    McFadden, D. (1974). *Frontiers in Econometrics*, 105-142. McKelvey, R. D. and Zavoina, W.
    (1975). *Journal of Mathematical Sociology* 4, 103-120. Azen, R. and Traxel, N. (2009).
    *Journal of Educational and Behavioral Statistics* 34, 319-347. In R: ``domir::domir``.

    Examples
    --------
    >>> from kbnn_analysis.stats.coalitions import shapley_plan
    >>> x = np.array([[1.0, 2], [2, 1], [3, 4], [4, 3], [5, 5], [2, 3]])
    >>> made = pseudo_importance(x, [0, 1, 1, 0, 1, 0], np.ones(6), shapley_plan(2))
    >>> bool(np.isclose(made.parts.sum(), made.fit))
    True
    """
    check_one_of("fit", fit, get_args(PseudoFit))
    x, answer = np.asarray(predictors, dtype=float), np.asarray(category).astype(np.intp)
    held = np.zeros((len(x), 0)) if base is None else np.asarray(base, dtype=float)
    w = _complete(np.column_stack([x, held]), answer.astype(float), weight)
    data = cumulative_data(answer, w)
    game = SubsetGame(data, x[data.order], held[data.order], fit, ridge)
    fits, influence = _sweep(game, plan)
    back = np.empty_like(influence)
    back[data.order] = influence / w.sum()
    return FitImportance(
        float(_full(plan, fits)),
        game.base_fit,
        plan.weights @ fits,
        back,
        plan.sampling_error(fits),
        fits,
    )


def _sweep(game: SubsetGame, plan: CoalitionPlan) -> tuple[Floats, Floats]:
    """Fit every subset, the small ones first; return the fits and n times the influences."""
    fits = np.zeros(len(plan.members))
    influence = np.zeros((len(game.x), plan.members.shape[1]))
    order = np.argsort(plan.members.sum(axis=1), kind="stable")
    for chunk in _chunks(len(order), len(game.x)):
        places = order[chunk]
        changes = np.empty((len(game.x), len(places)))
        for column, place in enumerate(places):
            members = tuple(np.flatnonzero(plan.members[place]).tolist())
            fit = game.fitted(members)
            value, change = game.measure(fit, game.columns(members))
            latent = game.measure == game.latent
            fits[place] = value - (game.base_fit if latent else 0.0)
            changes[:, column] = change - (game.base_influence if latent else 0.0)
        influence += changes @ plan.weights[:, places].T
    return fits, influence


def _chunks(count: int, rows: int) -> list[slice]:
    step = max(min(CHUNK, MOST_NUMBERS // max(rows, 1)), 1)
    return [slice(start, min(start + step, count)) for start in range(0, count, step)]


def _full(plan: CoalitionPlan, fits: Floats) -> float:
    whole = np.flatnonzero(plan.members.all(axis=1))
    return float(fits[whole[0]])


def _complete(columns: Floats, outcome: Floats, weight: npt.ArrayLike) -> Floats:
    weights = np.asarray(weight, dtype=float)
    if columns.ndim != 2 or not len(columns) == len(outcome) == len(weights):
        raise UsageError(
            f"predictors {columns.shape}, outcome {outcome.shape} and `weight` {weights.shape} "
            "must have the same number of rows."
        )
    if not (np.isfinite(columns).all() and np.isfinite(outcome).all()):
        raise UsageError("predictors and outcome must be complete; leave out or impute first.")
    return weights
