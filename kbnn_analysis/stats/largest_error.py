"""The largest of many standardized errors, by quasi-random draws with a fixed seed.

Where no integral is at hand (all pairs, correlated estimates) tail probabilities of the largest
error come from draws in which some error is already large: each draw is made to meet one of the
events, and counts as one over the number of events that it meets. Near 5 % this is worth some
fifteen times as many plain draws. Independent random shifts of a Sobol sequence tell the error
of the result, and the fixed seed makes two runs agree to the last digit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import special

from kbnn_analysis.stats.joint_errors import POINTS, SHIFTS, JointErrors

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


class Quantile(NamedTuple):
    """A quantile and its Monte Carlo standard error."""

    value: float
    error: float


@dataclass(frozen=True)
class Errors:
    """Standardized linear contrasts of jointly normal errors.

    Parameters
    ----------
    matrix : ndarray of shape (k, m)
        Contrasts divided by their standard errors.
    two_sided : ndarray of bool, shape (k,)
        Whether the absolute value counts; else the value itself.
    joint : JointErrors
        Errors of the estimates.
    """

    matrix: Floats
    two_sided: Flags
    joint: JointErrors

    @property
    def events(self) -> tuple[npt.NDArray[np.intp], Floats]:
        """Return row and sign of every one-sided event."""
        back = np.flatnonzero(self.two_sided)
        row = np.concatenate([np.arange(len(self.matrix)), back])
        return row, np.concatenate([np.ones(len(self.matrix)), -np.ones(len(back))])


@dataclass(frozen=True)
class TailDraws:
    """Draws beyond a threshold: the largest error and the weight of each, of shape (draws,).

    The probability that the largest error exceeds c, at or above the threshold, is the sum of the
    weights of the draws that do.
    """

    threshold: float
    largest: Floats
    weight: Floats

    def tail(self, value: float) -> float:
        """Return P(largest error > value)."""
        return float(self.weight[self.largest > value].sum())

    def critical(self, alpha: float) -> Quantile:
        """Return the value that is exceeded with probability `alpha`, and its standard error."""
        shifts = zip(np.split(self.largest, SHIFTS), np.split(self.weight, SHIFTS), strict=True)
        single = np.array([_weighted_quantile(x, w * SHIFTS, alpha) for x, w in shifts])
        value = _weighted_quantile(self.largest, self.weight, alpha)
        return Quantile(value, float(single.std(ddof=1) / SHIFTS**0.5))


def standardized(
    matrix: Floats, std_error: Floats, joint: JointErrors, two_sided: Flags | None = None
) -> Errors:
    """Return contrasts as errors with standard deviation 1.

    Parameters
    ----------
    matrix : ndarray of shape (k, m)
        Contrasts.
    std_error : ndarray of shape (k,)
        Their standard errors; contrasts known exactly cannot err and are left out.
    joint : JointErrors
        Errors of the estimates.
    two_sided : ndarray of bool, shape (k,), optional
        Whether absolute values count; by default all do.

    Returns
    -------
    Errors
        The contrasts that can err.
    """
    able = std_error > 0
    both = np.ones(len(matrix), dtype=bool) if two_sided is None else two_sided
    return Errors(matrix[able] / std_error[able, None], both[able], joint)


def critical_value(errors: Errors, alpha: float) -> Quantile:
    """Return the value that the largest error exceeds with probability `alpha`.

    Parameters
    ----------
    errors : Errors
        The contrasts; without any the value is 0.
    alpha : float
        Between 0 and 1/2.

    Returns
    -------
    Quantile
        With its Monte Carlo standard error; 0 for a single event, which needs no draws.

    References
    ----------
    Owen, A. B., Maximov, Y. and Chertkov, M. (2019). Importance sampling the union of rare events.
    *Electronic Journal of Statistics* 13, 231-254. Genz, A. and Bretz, F. (2009). *Computation of
    Multivariate Normal and t Probabilities*; in R: ``mvtnorm::qmvnorm``.

    Examples
    --------
    >>> from kbnn_analysis.stats.contrasts import pair_matrix
    >>> from kbnn_analysis.stats.joint_errors import joint_errors
    >>> three = standardized(pair_matrix(3), np.full(3, 2**0.5), joint_errors(np.eye(3)))
    >>> found = critical_value(three, 0.05)  # Tukey: 3.3145 / sqrt(2)
    >>> bool(abs(found.value - 2.34371) < 0.01), bool(found.error < 0.004)
    (True, True)
    """
    events = len(errors.events[0])
    if events <= 1:
        return Quantile(-float(special.ndtri(alpha)) if events else 0.0, 0.0)
    found = draws_about(errors, alpha)
    return found.critical(alpha)


def draws_about(errors: Errors, alpha: float) -> TailDraws:
    """Draw beyond a threshold that is exceeded with a probability somewhat above `alpha`.

    Parameters
    ----------
    errors : Errors
        At least one contrast.
    alpha : float
        Between 0 and 1/2.

    Returns
    -------
    TailDraws
        Their weights sum to more than `alpha`.
    """
    low = -float(special.ndtri(alpha)) - 1e-3
    high = -float(special.ndtri(alpha / len(errors.events[0])))
    pilot = float(np.quantile(plain_draws(errors, blocks=2), 1 - alpha))
    threshold = float(np.clip(pilot - 0.15, low, high))
    found = tail_draws(errors, threshold)
    while found.weight.sum() <= 1.2 * alpha and threshold > low:
        threshold = max(threshold - 0.2, low)
        found = tail_draws(errors, threshold)
    return found


def tail_draws(errors: Errors, threshold: float) -> TailDraws:
    """Draw errors of which at least one exceeds the threshold.

    Parameters
    ----------
    errors : Errors
        At least one contrast.
    threshold : float
        Threshold c0.

    Returns
    -------
    TailDraws
        Weights are events * P(Z > c0) / (draws * events met).
    """
    row, sign = errors.events
    matrix = errors.matrix.astype(np.float32)
    chance = float(special.ndtr(-threshold))
    largest, met = [], []
    joint, least = errors.joint, np.float32(threshold)
    for number, (drawn, spare) in enumerate(zip(joint.blocks, joint.spare, strict=True)):
        start = np.arange(POINTS) + (number + 0.5) / SHIFTS
        chosen = (start * len(row) // POINTS).astype(int)
        b = errors.matrix[row[chosen]] * sign[chosen, None]
        goal = -special.ndtri(special.ndtr(spare) * chance)
        missing = goal - np.einsum("nm,mn->n", b, drawn)
        moved = drawn + ((b @ joint.covariance) * missing[:, None]).T
        value = _folded(matrix @ moved.astype(np.float32), errors.two_sided)
        largest.append(np.maximum(value.max(axis=0), least))
        beyond = (value > least).view(np.uint8)  # summed as such: twice as fast
        met.append(np.maximum(np.add.reduce(beyond, axis=0, dtype=np.uint32), 1))
    weight = len(row) * chance / (SHIFTS * POINTS * np.concatenate(met))
    return TailDraws(threshold, np.concatenate(largest).astype(np.float64), weight)


def plain_draws(errors: Errors, *, blocks: int = SHIFTS) -> Floats:
    """Draw the largest error, for probabilities that are not small.

    Parameters
    ----------
    errors : Errors
        At least one contrast.
    blocks : int
        How many of the shifts are used.

    Returns
    -------
    ndarray of shape (draws,)
        The largest error of each draw; all of the same weight.
    """
    matrix = errors.matrix.astype(np.float32)
    largest = [
        _folded(matrix @ drawn.astype(np.float32), errors.two_sided).max(axis=0)
        for drawn in errors.joint.blocks[:blocks]
    ]
    return np.concatenate(largest).astype(np.float64)


def _weighted_quantile(largest: Floats, weight: Floats, alpha: float) -> float:
    order = np.argsort(-largest)
    reached = np.cumsum(weight[order])
    return float(np.interp(alpha, reached, largest[order]))


def _folded(value: npt.NDArray[np.float32], two_sided: Flags) -> npt.NDArray[np.float32]:
    """Take absolute values, in place, of the rows that count both ways."""
    if two_sided.all():
        np.abs(value, out=value)
    elif two_sided.any():
        np.abs(value, out=value, where=two_sided[:, None])
    return value
