"""Newton steps for cumulative logit models: proportional odds, partial odds, the binary logit."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from kbnn_analysis.stats.cumulative_likelihood import (
    CumulativeData,
    CumulativeFit,
    column_sums,
    likelihood_at,
)
from kbnn_analysis.stats.moment_rows import product_sums

Floats = npt.NDArray[np.float64]
MOST_STEPS = 80
# a slope this uncertain over the range of its predictor: the answers are separated
LOST_STD_ERROR = 100.0


def fit_cumulative(
    data: CumulativeData,
    predictors: Floats,
    *,
    start: Floats | None = None,
    ridge: float = 0.0,
    tolerance: float = 1e-12,
) -> CumulativeFit | None:
    """Fit logit P(Y <= j) = z'a_j - x'b by Newton steps.

    Parameters
    ----------
    data : CumulativeData
    predictors : ndarray of shape (n, p)
        Sorted as `data`, with one slope for all thresholds.
    start : ndarray of shape ((K - 1) q + p,), optional
        Where to begin; thresholds alone by default.
    ridge : float
        Penalty ridge / 2 * b'b, on weights of mean 1.
    tolerance : float
        Stop when the step before the last promised less than this of the log likelihood's size.

    Returns
    -------
    CumulativeFit or None
        None where there is no finite maximum (separation).
    """
    parameters = _first(data, predictors.shape[1]) if start is None else start
    current = likelihood_at(parameters, data, predictors, ridge)
    if current is None:
        return None
    for _ in range(MOST_STEPS):
        gradient = score_sum(current, data, predictors, ridge)
        try:
            step = np.asarray(np.linalg.solve(current.information, gradient), dtype=np.float64)
        except np.linalg.LinAlgError:
            return None
        gain = float(gradient @ step)
        if not np.isfinite(gain) or np.abs(step).max() > 1e6:
            return None
        value = _value(current, data, ridge)
        trial = _climb(current.parameters, step, value, data, predictors, ridge)
        if trial is None or gain < tolerance * (1.0 + abs(value)):
            found = trial or current
            return None if ridge == 0.0 and _lost(found, predictors) else found
        current = trial
    return None


def score_sum(fit: CumulativeFit, data: CumulativeData, predictors: Floats, ridge: float) -> Floats:
    """Return the gradient of the penalized log likelihood, thresholds first."""
    up, low = data.weight * fit.toward_upper, data.weight * fit.toward_lower
    by_threshold = [
        column_sums(data.shifting[data.rows(j)], up[data.rows(j)])
        + column_sums(data.shifting[data.rows(j + 1)], low[data.rows(j + 1)])
        for j in range(data.n_thresholds)
    ]
    slopes = -column_sums(predictors, up + low) - ridge * fit.slopes
    return np.concatenate([*by_threshold, slopes])


def log_likelihood(fit: CumulativeFit, data: CumulativeData) -> float:
    """Return the weighted log likelihood, without penalty."""
    return float((data.weight * fit.log_mass).sum())


def scores(fit: CumulativeFit, data: CumulativeData, predictors: Floats) -> Floats:
    """Return the score of each respondent in the order they were given, shape (n, parameters)."""
    q = data.shifting.shape[1]
    made = np.zeros((len(data.order), data.n_thresholds * q + predictors.shape[1]))
    for j in range(data.n_thresholds):
        here, above, block = data.rows(j), data.rows(j + 1), slice(j * q, (j + 1) * q)
        made[here, block] += fit.toward_upper[here, None] * data.shifting[here]
        made[above, block] += fit.toward_lower[above, None] * data.shifting[above]
    made[:, data.n_thresholds * q :] = -(fit.toward_upper + fit.toward_lower)[:, None] * predictors
    for column in made.T:  # one by one: there may be millions of rows
        column[data.order] = column.copy()
    return made


def _first(data: CumulativeData, slopes: int) -> Floats:
    sums = np.add.reduceat(data.weight, data.starts[:-1])
    share = np.cumsum(sums)[:-1] / sums.sum()
    thresholds = np.zeros((data.n_thresholds, data.shifting.shape[1]))
    thresholds[:, 0] = np.log(share) - np.log1p(-share)
    return np.concatenate([thresholds.ravel(), np.zeros(slopes)])


def _lost(fit: CumulativeFit, predictors: Floats) -> bool:
    """Return whether the data say nothing of a slope: the likelihood is flat to infinity."""
    if not len(fit.slopes):
        return False
    variance = np.diag(np.linalg.pinv(fit.information, hermitian=True))[fit.thresholds.size :]
    error = np.sqrt(np.maximum(variance, 0.0))
    if (error < 1.0).all() and (variance > 0).all():
        return False  # spares the ranges of the predictors
    return bool((error * np.ptp(predictors, axis=0) > LOST_STD_ERROR).any())


def _value(fit: CumulativeFit, data: CumulativeData, ridge: float) -> float:
    return log_likelihood(fit, data) - 0.5 * ridge * float(fit.slopes @ fit.slopes)


def _climb(
    parameters: Floats,
    step: Floats,
    value: float,
    data: CumulativeData,
    predictors: Floats,
    ridge: float,
) -> CumulativeFit | None:
    """Take the step, halved until the likelihood rises and logits stay in order."""
    for _ in range(40):
        trial = likelihood_at(parameters + step, data, predictors, ridge)
        if trial is not None and _value(trial, data, ridge) >= value - 1e-12 * abs(value):
            return trial
        step = step / 2.0
    return None


def unit_information(
    thresholds: Floats,
    slopes: Floats,
    predictors: Floats,
    weight: Floats,
    unit: npt.NDArray[np.intp],
    count: int,
) -> Floats:
    """Return the expected information on thresholds and slopes by unit, (count, k, k).

    Parameters
    ----------
    thresholds : ndarray of shape (K - 1,)
        One for each cumulative logit; a binary logit has its intercept with the sign turned.
    slopes : ndarray of shape (p,)
    predictors : ndarray of shape (n, p)
    weight : ndarray of shape (n,)
    unit : ndarray of int, shape (n,)
    count : int
        Number of units.

    Returns
    -------
    ndarray of shape (count, K - 1 + p, K - 1 + p)
        Sums over the units are the Fisher information.

    Examples
    --------
    >>> x = np.array([[-1.0], [1.0]])
    >>> found = unit_information(np.zeros(1), np.zeros(1), x, np.ones(2), np.zeros(2, int), 1)
    >>> np.abs(found[0]).tolist()
    [[0.5, 0.0], [0.0, 0.5]]
    """
    below = expit(thresholds[None, :] - (predictors @ slopes)[:, None])
    steep = below * (1.0 - below)
    mass = np.diff(np.column_stack([np.zeros(len(below)), below, np.ones(len(below))]), axis=1)
    mass = np.maximum(mass, 1e-12)
    top, size = len(thresholds), len(thresholds) + len(slopes)
    own = steep**2 * (1.0 / mass[:, :-1] + 1.0 / mass[:, 1:])
    beside = -steep[:, :-1] * steep[:, 1:] / mass[:, 1:-1]
    rows = own.copy()
    rows[:, :-1] += beside
    rows[:, 1:] += beside
    made = np.zeros((count, size, size))
    for j in range(top):
        made[:, j, j] = np.bincount(unit, weight * own[:, j], count)
        if j + 1 < top:
            made[:, j, j + 1] = np.bincount(unit, weight * beside[:, j], count)
            made[:, j + 1, j] = made[:, j, j + 1]
        for p, column in enumerate(predictors.T):
            made[:, j, top + p] = -np.bincount(unit, weight * rows[:, j] * column, count)
            made[:, top + p, j] = made[:, j, top + p]
    made[:, top:, top:] = product_sums(predictors, weight * rows.sum(axis=1), unit, count)
    return made
