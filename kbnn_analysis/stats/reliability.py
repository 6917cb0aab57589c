"""How consistently items measure one thing: alpha, omega, and what each item adds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import f as f_law

from kbnn_analysis.errors import UsageError
from kbnn_analysis.stats.factors import fit_factors

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Reliability:
    """Cronbach's alpha of k items answered by n respondents.

    Parameters
    ----------
    alpha : float
        At most 1; the lower bound of reliability where errors are uncorrelated.
    influence : ndarray of shape (n,)
        Influence of each respondent on alpha.
    item_rest : ndarray of shape (k,)
        Correlation of each item with the sum of the others.
    alpha_dropped : ndarray of shape (k,)
        Alpha without the item; NaN for two items.
    n, k : int
        Respondents and items.
    """

    alpha: float
    influence: Floats
    item_rest: Floats
    alpha_dropped: Floats
    n: int
    k: int


def cronbach_alpha(items: npt.ArrayLike, weight: npt.ArrayLike | None = None) -> Reliability:
    """Return Cronbach's alpha with its influences.

    Parameters
    ----------
    items : array of shape (n, k)
        Complete answers, all in the same direction.
    weight : array of shape (n,), optional
        Design weights; ones by default.

    Returns
    -------
    Reliability

    Raises
    ------
    UsageError
        If there are fewer than two items, answers are missing, or nothing varies.

    Notes
    -----
    A high alpha is no proof of one dimension, and straight-lining raises it: look at the share of
    straight lines beside it.

    References
    ----------
    Cronbach, L. J. (1951). *Psychometrika* 16, 297-334. In R: ``psych::alpha(d)$total$raw_alpha``.

    Examples
    --------
    >>> answers = np.array([[1.0, 2, 1], [2, 2, 3], [4, 4, 4], [5, 4, 5]])
    >>> round(cronbach_alpha(answers).alpha, 3)
    0.956
    """
    answers = np.asarray(items, dtype=float)
    weights = np.ones(len(answers)) if weight is None else np.asarray(weight, dtype=float)
    _check(answers)
    centred = answers - np.average(answers, axis=0, weights=weights)
    covariance = (centred * weights[:, None]).T @ centred / weights.sum()
    k = answers.shape[1]
    total, parts = float(covariance.sum()), float(np.trace(covariance))
    if total <= 0:
        raise UsageError("the sum of the items does not vary; alpha is undefined.")
    own, together = (centred**2).sum(axis=1) - parts, centred.sum(axis=1) ** 2 - total
    return Reliability(
        alpha=_alpha(covariance),
        influence=k / (k - 1) * (parts * together / total - own) / total,
        item_rest=_item_rest(covariance),
        alpha_dropped=np.array(
            [_alpha(np.delete(np.delete(covariance, item, 0), item, 1)) for item in range(k)]
        ),
        n=len(answers),
        k=k,
    )


def feldt_interval(alpha: float, n: int, k: int, level: float = 0.95) -> tuple[float, float]:
    """Return Feldt's exact interval of alpha for normal answers of a simple random sample.

    Parameters
    ----------
    alpha : float
        Sample alpha.
    n, k : int
        Respondents and items.
    level : float
        Confidence level.

    Returns
    -------
    tuple of float
        Lower and upper end.

    References
    ----------
    Feldt, L. S., Woodruff, D. J. and Salih, F. A. (1987). *Applied Psychological Measurement* 11,
    93-103. In R: ``psych::alpha.ci(alpha, n, k)``.

    Examples
    --------
    >>> low, high = feldt_interval(0.8, 100, 5)
    >>> round(low, 3), round(high, 3)
    (0.731, 0.856)
    """
    first, second = n - 1, (n - 1) * (k - 1)
    tail = (1 - level) / 2
    low = 1 - (1 - alpha) * f_law.ppf(1 - tail, first, second)
    high = 1 - (1 - alpha) * f_law.ppf(tail, first, second)
    return float(low), float(high)


def omega_total(covariance: npt.ArrayLike) -> float:
    """Return McDonald's omega: the common factor's part of the variance of the sum.

    Parameters
    ----------
    covariance : array of shape (k, k)
        Covariance of the items; give polychoric correlations for ordinal omega.

    Returns
    -------
    float

    Raises
    ------
    UsageError
        If there are fewer than three items, or the matrix is not positive definite.

    References
    ----------
    McDonald, R. P. (1999). *Test Theory*. In R: one-factor ``lavaan::cfa``, then
    ``semTools::reliability``.

    Examples
    --------
    >>> loads = np.array([0.9, 0.8, 0.7, 0.6])
    >>> round(omega_total(np.outer(loads, loads) + np.diag(1 - loads**2)), 4)
    0.8411
    """
    matrix = np.asarray(covariance, dtype=float)
    scale = np.sqrt(np.diag(matrix))
    fit = fit_factors(matrix / np.outer(scale, scale))
    common = float((fit.loadings[:, 0] * scale).sum()) ** 2
    return common / (common + float((fit.uniqueness * scale**2).sum()))


def _alpha(covariance: Floats) -> float:
    k = len(covariance)
    if k < 2:
        return float("nan")
    return float(k / (k - 1) * (1 - np.trace(covariance) / covariance.sum()))


def _item_rest(covariance: Floats) -> Floats:
    with_sum = covariance.sum(axis=1)
    own = np.diag(covariance)
    rest = covariance.sum() - 2 * with_sum + own
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray((with_sum - own) / np.sqrt(own * rest))


def _check(answers: Floats) -> None:
    if answers.ndim != 2 or answers.shape[1] < 2:
        raise UsageError(f"alpha needs at least two items; got an array of shape {answers.shape}.")
    if not np.isfinite(answers).all():
        raise UsageError("alpha needs complete answers; leave out or impute first.")
