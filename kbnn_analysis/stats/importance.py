"""Relative importance of correlated predictors in a linear model, with design-ready influences."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kbnn_analysis.errors import UsageError
from kbnn_analysis.stats.dominance import Dominance, dominance, shapley_weights
from kbnn_analysis.stats.subset_fit import r_squared_gradient, subset_r_squared

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Importance:
    """How R² divides among p predictors.

    Parameters
    ----------
    r_squared : float
        R² of the model with all predictors; the values sum to it.
    values : ndarray of shape (p,)
        Part of R² that each predictor accounts for.
    influence : ndarray of shape (n, p)
        Influence of each respondent on each value; their design-based covariance is that of the
        values.
    dominance : Dominance
        Conditional and complete dominance over all subsets.
    """

    r_squared: float
    values: Floats
    influence: Floats
    dominance: Dominance

    @property
    def shares(self) -> Floats:
        """Return the values as parts of R²; they sum to one."""
        return self.values / self.r_squared

    @property
    def share_influence(self) -> Floats:
        """Return the influence of each respondent on each share, of shape (n, p)."""
        total = self.influence.sum(axis=1, keepdims=True)
        return np.asarray((self.influence - self.shares * total) / self.r_squared)


def lmg(predictors: npt.ArrayLike, outcome: npt.ArrayLike, weight: npt.ArrayLike) -> Importance:
    """Return the LMG (Shapley) decomposition of R² with its influences.

    Estimated is the division of R² in the population that the weights stand for. Nothing causal
    is claimed: a share says how much of the explained spread goes with a predictor, averaged over
    all orders in which predictors may enter.

    Parameters
    ----------
    predictors : array of shape (n, p)
        Complete cases, p at most 20.
    outcome : array of shape (n,)
    weight : array of shape (n,)
        Design weights; ones where there are none.

    Returns
    -------
    Importance

    Raises
    ------
    UsageError
        If shapes differ, values are missing, or a predictor is redundant.

    Notes
    -----
    R²(S) is a function of the covariance matrix alone, so the influence of respondent i on a value
    is z_i' G z_i, with z_i the standardized record and G the gradient of the value by the
    correlation matrix. G comes from one backward pass over all subsets.

    References
    ----------
    Lindeman, R. H., Merenda, P. F. and Gold, R. Z. (1980). *Introduction to Bivariate and
    Multivariate Analysis*. Grömping, U. (2007). *The American Statistician* 61, 139-147.
    In R: ``relaimpo::calc.relimp(lm(y ~ ., d), type = "lmg")``.

    Examples
    --------
    >>> x = np.array([[1.0, 2], [2, 1], [3, 4], [4, 3], [5, 5]])
    >>> result = lmg(x, [1.0, 2, 2, 4, 5], np.ones(5))
    >>> bool(np.isclose(result.values.sum(), result.r_squared))
    True
    """
    record, covariance = _moments(predictors, outcome, weight)
    fit = subset_r_squared(covariance)
    game = dominance(fit.r_squared)
    standard = record / np.sqrt(np.diag(covariance))
    influence = np.column_stack(
        [
            _quadratic(standard, r_squared_gradient(fit, shapley_weights(fit.n_predictors, player)))
            for player in range(fit.n_predictors)
        ]
    )
    return Importance(float(fit.r_squared[-1]), game.shapley, influence, game)


def relative_weights(correlation: npt.ArrayLike) -> Floats:
    """Return Johnson's relative weights: R² divided by way of orthogonal counterparts.

    Parameters
    ----------
    correlation : array of shape (p + 1, p + 1)
        Correlation of the predictors and, last, of the outcome.

    Returns
    -------
    ndarray of shape (p,)
        Parts of R²; they sum to it. Quick for any p, close to LMG but not equal to it.

    References
    ----------
    Johnson, J. W. (2000). *Multivariate Behavioral Research* 35, 1-19. In R: ``rwa::rwa``.

    Examples
    --------
    >>> relative_weights([[1.0, 0.0, 0.6], [0.0, 1.0, 0.4], [0.6, 0.4, 1.0]]).round(2).tolist()
    [0.36, 0.16]
    """
    matrix = np.asarray(correlation, dtype=float)
    roots, axes = np.linalg.eigh(matrix[:-1, :-1])
    loadings = (axes * np.sqrt(np.clip(roots, 0.0, None))) @ axes.T
    coefficients = np.linalg.solve(loadings, matrix[:-1, -1])
    return np.asarray(loadings**2 @ coefficients**2)


def _moments(
    predictors: npt.ArrayLike, outcome: npt.ArrayLike, weight: npt.ArrayLike
) -> tuple[Floats, Floats]:
    record = np.column_stack([np.asarray(predictors, float), np.asarray(outcome, float)])
    weights = np.asarray(weight, dtype=float)
    if weights.shape != (len(record),):
        raise UsageError(f"`weight` must hold {len(record)} numbers; got shape {weights.shape}.")
    if not np.isfinite(record).all():
        raise UsageError("predictors and outcome must be complete; leave out or impute first.")
    centred = record - np.average(record, axis=0, weights=weights)
    return centred, (centred * weights[:, None]).T @ centred / weights.sum()


def _quadratic(record: Floats, matrix: Floats) -> Floats:
    return np.asarray(np.einsum("ij,ij->i", record @ matrix, record))
