"""Contrasts of rates from limits that are exact for each rate, so that 100 % needs no variance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from kbnn_analysis.stats.contrasts import Contrasts, contrasts
from kbnn_analysis.stats.student import normal_score, student_value

Floats = npt.NDArray[np.float64]
# scores at which limits are tabulated: dense where p-values matter
SCORES = np.concatenate([np.arange(0.0, 8.0, 0.05), np.arange(8.0, 36.5, 0.5)])


@dataclass(frozen=True)
class RateContrasts(Contrasts):
    """Contrasts of rates with intervals that need not be symmetric.

    Parameters
    ----------
    down, up : ndarray of shape (k, J)
        How far the interval at each of ``SCORES`` reaches below and above the difference.
    """

    down: Floats
    up: Floats

    @property
    def statistic(self) -> Floats:
        """Return the signed score at which each interval just reaches 0, as Student's t of df."""
        gap = self.difference
        return np.asarray(np.sign(gap) * _score(np.abs(gap), self._towards_zero))

    def ends(self, score: float) -> tuple[Floats, Floats]:
        """Return lower and upper ends, of shape (k,), at a normal score such as 1.96."""
        at = student_value(score, self.df)
        return self.difference - _reach(at, self.down), self.difference + _reach(at, self.up)

    def score_within(self, margin: float) -> Floats:
        """Return normal scores of |difference| < margin: the lesser of both one-sided ones."""
        sides = [_score(margin + sign * self.difference, reach) for sign, reach in self._sides]
        inside = np.abs(self.difference) < margin
        return np.where(inside, normal_score(np.minimum(*sides), self.df), -np.inf)

    @property
    def _towards_zero(self) -> Floats:
        return np.where((self.difference > 0)[:, None], self.down, self.up)

    @property
    def _sides(self) -> tuple[tuple[int, Floats], tuple[int, Floats]]:
        return (1, self.down), (-1, self.up)


def rate_contrasts(
    matrix: npt.ArrayLike,
    rate: npt.ArrayLike,
    covariance: npt.ArrayLike,
    size: npt.ArrayLike,
    df: npt.ArrayLike | None = None,
) -> RateContrasts:
    """Return contrasts of rates by the method of variance estimates recovery.

    The distance of each end from the difference is recovered from those of the single limits:
    sqrt(d' R d) with d the distances of Clopper and Pearson's limits times the coefficients and R
    the correlation of the estimates. A far limit makes a far end, so that intervals are as skew
    as the rates are. Turned round they give p-values: test and interval agree.

    Parameters
    ----------
    matrix : array of shape (k, m)
        One contrast a row.
    rate : array of shape (m,)
        Rates, 0 to 1.
    covariance : array of shape (m, m)
        Their covariance: for the correlations and the standard errors.
    size : array of shape (m,)
        Answers behind each, divided by the design effect where there is one.
    df : array of shape (m,), optional
        Degrees of freedom of each variance; NaN, infinite or left out: none.

    Returns
    -------
    RateContrasts
        Statistics, ends at any score, scores of equivalence.

    Notes
    -----
    Exact limits hold for each rate alone; their combination is approximate, and conservative as
    they are. Simulated in docs/validation/comparisons.md. With degrees of freedom, the score of a
    contrast is Student's t with Satterthwaite's.

    References
    ----------
    Zou, G. Y. and Donner, A. (2008). *Statistics in Medicine* 27, 1693-1702. Newcombe, R. G.
    (1998). *Statistics in Medicine* 17, 873-890. Clopper and Pearson (1934), *Biometrika* 26. In
    R: by hand from ``binom.test(x, n)$conf.int``.

    Examples
    --------
    >>> found = rate_contrasts([[1.0, -1.0]], [0.99, 0.90], np.diag([1e-4, 9e-4]), [100, 100])
    >>> low, high = found.ends(1.959963985)
    >>> low.round(3).tolist(), high.round(3).tolist(), found.statistic.round(2).tolist()
    ([0.022], [0.167], [2.65])
    """
    plain = contrasts(matrix, rate, covariance, df)
    p, n, V = (np.asarray(each, dtype=float) for each in (rate, size, covariance))
    low, high = exact_limits(p, n, SCORES)
    below, above = p[:, None] - low, high - p[:, None]
    plus, minus = np.maximum(plain.matrix, 0.0), np.minimum(plain.matrix, 0.0)
    correlation = _correlation(V)
    return RateContrasts(
        plain.matrix,
        plain.difference,
        plain.std_error,
        plain.df,
        _recovered(plus, below, minus, above, correlation),
        _recovered(plus, above, minus, below, correlation),
    )


def exact_limits(rate: Floats, size: Floats, scores: Floats) -> tuple[Floats, Floats]:
    """Return Clopper and Pearson's limits of each rate at each score.

    Parameters
    ----------
    rate, size : ndarray of shape (m,)
        Rates and answers behind them, which need not be whole.
    scores : ndarray of shape (J,)
        Normal scores, 0 or more.

    Returns
    -------
    low : ndarray of shape (m, J)
        Lower limits, 0 or more.
    high : ndarray of shape (m, J)
        Upper limits, 1 or less.

    Examples
    --------
    >>> low, high = exact_limits(np.array([0.9]), np.array([30.0]), np.array([1.959963985]))
    >>> low.round(4).tolist(), high.round(4).tolist()
    ([[0.7347]], [[0.9789]])
    """
    p, n = rate[:, None], size[:, None]
    tail = special.ndtr(-scores)[None, :]
    low, high = _lower(p * n, n, tail), 1.0 - _lower(n - p * n, n, tail)
    low, high = np.where(p <= 0, 0.0, low), np.where(p >= 1, 1.0, high)
    return np.minimum(low, p), np.maximum(high, p)


def _lower(count: Floats, size: Floats, tail: Floats) -> Floats:
    found = special.betaincinv(np.maximum(count, 1e-12), size - count + 1.0, tail)
    return np.asarray(np.nan_to_num(found, nan=0.0))  # it gives NaN for some limits under 1e-27


def _recovered(
    plus: Floats, first: Floats, minus: Floats, second: Floats, correlation: Floats | None
) -> Floats:
    """Return sqrt(d' R d) at each score, d the distances times their coefficients."""
    if correlation is None:
        return np.sqrt(plus**2 @ first**2 + minus**2 @ second**2)
    squares = np.empty((len(plus), first.shape[1]))
    for at in range(first.shape[1]):
        moved = plus * first[:, at] + minus * second[:, at]
        squares[:, at] = np.einsum("ij,ij->i", moved @ correlation, moved)
    # distances at two scores need not keep their order where rates are correlated
    return np.sqrt(np.maximum.accumulate(np.maximum(squares, 0.0), axis=1))


def _correlation(covariance: Floats) -> Floats | None:
    """Return the correlations; None where there are none."""
    error = np.sqrt(np.diag(covariance))
    both = np.outer(error, error)
    found = np.divide(covariance, both, out=np.zeros_like(covariance), where=both > 0)
    np.fill_diagonal(found, 1.0)
    return None if (np.abs(found - np.eye(len(found))) <= 1e-9).all() else found


def _score(gap: Floats, reach: Floats) -> Floats:
    """Return the score at which an interval reaches as far as `gap`; 0 where it always does."""
    right = (reach < gap[:, None]).sum(axis=1)
    return _interpolated(gap, reach, np.broadcast_to(SCORES, reach.shape), right)


def _reach(score: Floats, reach: Floats) -> Floats:
    """Return how far intervals reach at a score each: the inverse of `_score`."""
    right = np.searchsorted(SCORES, score)
    return _interpolated(score, np.broadcast_to(SCORES, reach.shape), reach, right)


def _interpolated(at: Floats, x: Floats, y: Floats, right: npt.NDArray[np.intp]) -> Floats:
    """Return the cubic through four points about `at`, row by row, between its neighbours."""
    right = np.clip(right, 1, len(SCORES) - 1)
    first = np.clip(right - 2, 0, len(SCORES) - 4)
    four = np.arange(len(at))[:, None], first[:, None] + np.arange(4)
    xs, ys = x[four], y[four]
    found = np.zeros(len(at))
    with np.errstate(divide="ignore", invalid="ignore"):
        for one in range(4):
            others = [other for other in range(4) if other != one]
            part = (at[:, None] - xs[:, others]) / (xs[:, [one]] - xs[:, others])
            found += ys[:, one] * part.prod(axis=1)
    row = np.arange(len(at))
    low, high = y[row, right - 1], y[row, right]
    return np.clip(np.where(np.isfinite(found), found, high), low, high)
