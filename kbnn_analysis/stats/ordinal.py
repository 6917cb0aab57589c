"""Proportional-odds regression with weights, by Newton steps on the exact Hessian."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from kbnn_analysis.errors import UsageError

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.intp]
MOST_STEPS = 60
TOLERANCE = 1e-10
# a standard error of 100 on the log odds, over a predictor's range: the data say nothing of it
LOST_STD_ERROR = 100.0
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


@dataclass(frozen=True)
class _Pieces:
    """Log likelihood, scores and information at one point."""

    value: float
    scores: Floats
    information: Floats


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
    top = int(answer.max())
    null = _thresholds_alone(answer, weights)
    parameters = np.concatenate([null, np.zeros(design.shape[1])])
    null_value = _pieces(parameters[:top], design[:, :0], answer, weights, 0.0).value
    parameters, pieces = _newton(parameters, design, answer, weights, ridge)
    covariance = np.asarray(np.linalg.inv(pieces.information), dtype=np.float64)
    _check_finite(covariance, design, top)
    return OrdinalFit(
        thresholds=parameters[:top],
        coefficients=parameters[top:],
        influence=pieces.scores @ covariance,
        model_covariance=covariance,
        log_likelihood=pieces.value + 0.5 * ridge * float(parameters[top:] @ parameters[top:]),
        null_log_likelihood=null_value,
        ridge=ridge,
    )


def _newton(
    parameters: Floats, design: Floats, answer: Integers, weights: Floats, ridge: float
) -> tuple[Floats, _Pieces]:
    current = _pieces(parameters, design, answer, weights, ridge)
    for _ in range(MOST_STEPS):
        gradient = weights @ current.scores
        gradient[int(answer.max()) :] -= ridge * parameters[int(answer.max()) :]
        step = np.asarray(np.linalg.solve(current.information, gradient), dtype=np.float64)
        if float(gradient @ step) < TOLERANCE * (1.0 + abs(current.value)):
            return parameters + step, _pieces(parameters + step, design, answer, weights, ridge)
        parameters, current = _halve(parameters, step, current, design, answer, weights, ridge)
    raise UsageError(SEPARATED)


def _check_finite(covariance: Floats, design: Floats, top: int) -> None:
    std_error = np.sqrt(np.diag(covariance)[top:]) * np.ptp(design, axis=0)
    if (std_error > LOST_STD_ERROR).any():
        raise UsageError(SEPARATED)


def _halve(
    parameters: Floats,
    step: Floats,
    current: _Pieces,
    design: Floats,
    answer: Integers,
    weights: Floats,
    ridge: float,
) -> tuple[Floats, _Pieces]:
    """Take the Newton step, halved until the likelihood rises and thresholds stay in order."""
    top = int(answer.max())
    for _ in range(40):
        trial = parameters + step
        if (np.diff(trial[:top]) > 0).all():
            pieces = _pieces(trial, design, answer, weights, ridge)
            if pieces.value >= current.value - 1e-12 * abs(current.value):
                return trial, pieces
        step = step / 2.0
    return parameters, current


def _pieces(
    parameters: Floats, design: Floats, answer: Integers, weights: Floats, ridge: float
) -> _Pieces:
    """Return the (penalized) log likelihood, scores per respondent, and observed information."""
    top = int(answer.max())
    slopes = parameters[top:]
    linear = design @ slopes
    bounds = np.concatenate([[-np.inf], parameters[:top], [np.inf]])
    upper, lower = bounds[answer + 1] - linear, bounds[answer] - linear
    # the difference of two survival functions keeps its digits in the upper tail
    flip = lower > 0
    mass = np.where(flip, expit(-lower) - expit(-upper), expit(upper) - expit(lower))
    mass = np.maximum(mass, 1e-300)
    up, low = expit(upper) * expit(-upper), expit(lower) * expit(-lower)
    first_up, first_low = up / mass, -low / mass
    second_up = up * np.tanh(-upper / 2) / mass - first_up**2
    second_low = -low * np.tanh(-lower / 2) / mass - first_low**2
    second_both = -first_up * first_low
    second_up, second_low = np.nan_to_num(second_up), np.nan_to_num(second_low)

    scores = np.zeros((len(answer), top + design.shape[1]))
    rows = np.arange(len(answer))
    below, above = answer < top, answer > 0
    scores[rows[below], answer[below]] = first_up[below]
    scores[rows[above], answer[above] - 1] += first_low[above]
    scores[:, top:] = -(first_up + first_low)[:, None] * design

    information = _information(
        design, answer, top, weights * second_up, weights * second_low, weights * second_both
    )
    information[range(top, top + len(slopes)), range(top, top + len(slopes))] += ridge
    value = float(weights @ np.log(mass)) - 0.5 * ridge * float(slopes @ slopes)
    return _Pieces(value, scores, information)


def _information(
    design: Floats, answer: Integers, top: int, up: Floats, low: Floats, both: Floats
) -> Floats:
    """Return minus the Hessian; thresholds meet only their neighbours."""
    size = top + design.shape[1]
    hessian = np.zeros((size, size))
    per_up = np.bincount(answer, up, top + 1)[:top]
    per_low = np.bincount(answer, low, top + 1)[1:]
    per_both = np.bincount(answer, both, top + 1)[1:top]
    hessian[range(top), range(top)] = per_up + per_low
    hessian[range(top - 1), range(1, top)] = hessian[range(1, top), range(top - 1)] = per_both
    hessian[top:, top:] = (design * (up + low + 2 * both)[:, None]).T @ design
    for threshold in range(top):
        here, next_up = answer == threshold, answer == threshold + 1
        mixed = (up + both)[here] @ design[here] + (low + both)[next_up] @ design[next_up]
        hessian[threshold, top:] = hessian[top:, threshold] = -mixed
    return -hessian


def _thresholds_alone(answer: Integers, weights: Floats) -> Floats:
    cumulated = np.cumsum(np.bincount(answer, weights))[:-1] / weights.sum()
    return np.asarray(np.log(cumulated) - np.log1p(-cumulated))


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
    counts = np.bincount(answer, weights > 0)
    if len(counts) < 2 or (counts == 0).any():
        raise UsageError(
            f"every category 0..{max(len(counts) - 1, 1)} needs an answer; join empty ones first."
        )
    if ridge < 0:
        raise UsageError(f"`ridge` must be 0 or more; got {ridge}.")
    return design, answer, weights
