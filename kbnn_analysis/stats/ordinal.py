"""Proportional-odds regression of one outcome, with weights and influences."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kbnn_analysis.errors import UsageError
from kbnn_analysis.stats.cumulative import fit_cumulative, log_likelihood, scores
from kbnn_analysis.stats.cumulative_likelihood import cumulative_data

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.intp]
SEPARATED = (
    "the proportional-odds model has no finite fit: a predictor separates the answers; "
    "leave it out or give a small `ridge`, for example 0.5."
)


@dataclass(frozen=True)
class OrdinalFit:
    """A fitted proportional-odds model with K categories and p predictors.

    Parameters
    ----------
    thresholds : ndarray of shape (K - 1,)
        Increasing; P(Y <= j) = expit(thresholds[j] - x'b).
    coefficients : ndarray of shape (p,)
        Log odds ratios of a higher answer per unit of the predictor.
    influence : ndarray of shape (n, K - 1 + p)
        Influence of each respondent on thresholds, then coefficients; scaled so that the sum of
        weight * influence is the first-order change. Feed it to the design's covariance.
    model_covariance : ndarray of shape (K - 1 + p, K - 1 + p)
        Inverse of the observed information, right where the weights are frequencies.
    log_likelihood, null_log_likelihood : float
        Of the model and of thresholds alone.
    ridge : float
        Penalty on the coefficients; 0 for maximum likelihood.
    """

    thresholds: Floats
    coefficients: Floats
    influence: Floats
    model_covariance: Floats
    log_likelihood: float
    null_log_likelihood: float
    ridge: float = 0.0

    @property
    def mcfadden(self) -> float:
        """Return McFadden's R², 1 - log L / log L0."""
        return 1.0 - self.log_likelihood / self.null_log_likelihood


def fit_ordinal(
    predictors: npt.ArrayLike,
    category: npt.ArrayLike,
    weight: npt.ArrayLike | None = None,
    *,
    ridge: float = 0.0,
) -> OrdinalFit:
    """Fit P(Y <= j) = expit(threshold_j - x'b) by weighted (penalized) maximum likelihood.

    Parameters
    ----------
    predictors : array of shape (n, p)
        No constant column: the thresholds stand for it.
    category : array of int, shape (n,)
        0 .. K - 1, every category present, K at least 2.
    weight : array of shape (n,), optional
        Survey or frequency weights; ones by default.
    ridge : float, optional
        Penalty ridge / 2 * b'b. Use a small positive one, and say so, where answers are separated.

    Returns
    -------
    OrdinalFit

    Raises
    ------
    UsageError
        If shapes differ, a category is empty, or the likelihood has no maximum (separation).

    Notes
    -----
    With survey weights this is the pseudo maximum likelihood estimator; its covariance comes from
    the influences, not from `model_covariance`.

    References
    ----------
    McCullagh, P. (1980). *JRSS B* 42, 109-142. In R: ``ordinal::clm(y ~ x, weights = w)``,
    ``survey::svyolr``.

    Examples
    --------
    >>> x = np.array([[0.0], [1], [2], [3], [4], [5]])
    >>> fit_ordinal(x, [0, 1, 0, 1, 2, 1]).coefficients.round(3).tolist()
    [0.951]
    """
    design, answer, weights = _check(predictors, category, weight, ridge)
    data = cumulative_data(answer, weights)
    scale = float(weights.mean())
    fit = fit_cumulative(data, design[data.order], ridge=ridge / scale)
    null = fit_cumulative(data, design[data.order, :0])
    if fit is None or null is None:
        raise UsageError(SEPARATED)
    covariance = np.asarray(np.linalg.inv(fit.information), dtype=np.float64) / scale
    return OrdinalFit(
        thresholds=fit.thresholds[:, 0],
        coefficients=fit.slopes,
        influence=scores(fit, data, design[data.order]) @ covariance,
        model_covariance=covariance,
        log_likelihood=scale * log_likelihood(fit, data),
        null_log_likelihood=scale * log_likelihood(null, data),
        ridge=ridge,
    )


def _check(
    predictors: npt.ArrayLike, category: npt.ArrayLike, weight: npt.ArrayLike | None, ridge: float
) -> tuple[Floats, Integers, Floats]:
    design = np.asarray(predictors, dtype=float)
    answer = np.asarray(category).astype(np.intp)
    weights = np.ones(len(answer)) if weight is None else np.asarray(weight, dtype=float)
    if design.ndim != 2 or len(design) != len(answer) or len(weights) != len(answer):
        raise UsageError(
            f"`predictors` {design.shape}, `category` {answer.shape} and `weight` {weights.shape} "
            "must have the same number of rows."
        )
    if not np.isfinite(design).all():
        raise UsageError("predictors must be complete; leave out or impute first.")
    if ridge < 0:
        raise UsageError(f"`ridge` must be 0 or more; got {ridge}.")
    return design, answer, weights
