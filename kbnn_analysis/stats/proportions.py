"""Intervals for proportions: binomial ones, and design-adjusted ones for surveys.

With clustered offices a plain binomial interval misses far too often, so that
:func:`korn_graubard_interval` is the choice whenever sampling units are declared. All functions
are vectorised and hold at 0 and 100 %.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

import numpy as np
import numpy.typing as npt
from scipy import special, stats

from kbnn_analysis.errors import UsageError, check_one_of

Floats = npt.NDArray[np.float64]
BinomialInterval = Literal["wilson", "clopper-pearson", "jeffreys", "agresti-coull"]


class Interval(NamedTuple):
    """Lower and upper ends, arrays of one shape."""

    low: Floats
    high: Floats


def binomial_interval(
    count: npt.ArrayLike,
    n: npt.ArrayLike,
    *,
    method: BinomialInterval = "wilson",
    conf_level: float = 0.95,
) -> Interval:
    """Return a binomial interval for independent answers of equal weight.

    Wilson inverts the score test and is close to its level for all p; Clopper-Pearson never covers
    less than its level; Jeffreys has equal tails under the Beta(1/2, 1/2) prior and ends at 0 and 1
    where the count does; Agresti-Coull is Wilson's centre with a Wald half width.

    Parameters
    ----------
    count, n : array
        Answers that meet the measure, and all answers; they need not be whole numbers, for use
        with effective sizes. n = 0 gives NaN.
    method : {"wilson", "clopper-pearson", "jeffreys", "agresti-coull"}
        Interval.
    conf_level : float
        Between 0 and 1.

    Returns
    -------
    Interval
        ``low`` and ``high``, within 0 and 1.

    Raises
    ------
    UsageError
        If a count is negative or above its n, or the level is not between 0 and 1.

    References
    ----------
    Brown, Cai and DasGupta (2001), Statistical Science 16. R: ``binom::binom.confint``,
    ``prop.test(correct = FALSE)``, ``binom.test``.

    Examples
    --------
    >>> low, high = binomial_interval(200, 200)
    >>> round(float(low), 4), float(high)
    (0.9812, 1.0)
    """
    check_one_of("method", method, get_args(BinomialInterval))
    x, size = np.broadcast_arrays(np.asarray(count, dtype=float), np.asarray(n, dtype=float))
    if (x < 0).any() or (x > size).any():
        raise UsageError("`count` must lie between 0 and `n`.")
    tail = _tail(conf_level)
    with np.errstate(invalid="ignore", divide="ignore"):
        if method == "clopper-pearson":
            low, high = _beta_ends(x, size, tail, 0.0)
        elif method == "jeffreys":
            low, high = _beta_ends(x, size, tail, 0.5)
        else:
            low, high = _score_ends(x, size, tail, method)
    empty = size <= 0
    return Interval(np.where(empty, np.nan, low), np.where(empty, np.nan, high))


def korn_graubard_interval(
    estimate: npt.ArrayLike,
    variance: npt.ArrayLike,
    n: npt.ArrayLike,
    df: npt.ArrayLike,
    *,
    conf_level: float = 0.95,
    n_eff_limit: npt.ArrayLike | None = None,
    n_eff_fallback: npt.ArrayLike | None = None,
) -> Interval:
    r"""Return the Clopper-Pearson interval at the effective size of the design.

    The effective size is :math:`n^* = \hat p (1 - \hat p) / \hat V \cdot (t_{n-1} / t_{df})^2` with
    the upper quantiles of Student's t; the second factor pays for few degrees of freedom. The ends
    are quantiles of Beta(n* p, n* (1 - p) + 1) and Beta(n* p + 1, n* (1 - p)). At 0 and 100 %, with
    no variance or no degrees of freedom, :math:`n^*` is `n_eff_fallback`.

    Parameters
    ----------
    estimate, variance, n, df : array
        Proportion, its design-based variance, answers and degrees of freedom, by domain.
    conf_level : float
        Between 0 and 1.
    n_eff_limit : array, optional
        The effective size is cut off there; by default at `n`, as NCHS recommends. Infinity gives
        R's behaviour.
    n_eff_fallback : array, optional
        Effective size where the design gives none; by default `n`.

    Returns
    -------
    Interval
        ``low`` and ``high``, within 0 and 1; NaN where n is 0.

    References
    ----------
    Korn and Graubard (1998), Survey Methodology 24. Parker et al. (2017), NCHS Vital and Health
    Statistics 2(175). R: ``survey::svyciprop(method = "beta")``, without its cut-off.

    Examples
    --------
    >>> low, high = korn_graubard_interval(0.97, 0.0004, 297, 10)
    >>> round(float(low), 3), round(float(high), 3)
    (0.886, 0.997)
    """
    p, v, size, dof = _broadcast(estimate, variance, n, df)
    tail = _tail(conf_level)
    limit = size if n_eff_limit is None else np.broadcast_to(_float(n_eff_limit), p.shape)
    spare = size if n_eff_fallback is None else np.broadcast_to(_float(n_eff_fallback), p.shape)
    known = (v > 0) & (dof > 0) & (p > 0) & (p < 1)
    ratio = stats.t.ppf(1 - tail, np.maximum(size - 1, 1)) / stats.t.ppf(1 - tail, _at_least_1(dof))
    n_eff = np.divide(p * (1 - p), v, out=np.array(spare, dtype=float), where=known)
    n_eff = np.minimum(np.where(known, n_eff * ratio**2, n_eff), np.where(known, limit, np.inf))
    with np.errstate(invalid="ignore", divide="ignore"):
        low, high = _beta_ends(n_eff * p, n_eff, tail, 0.0)
    empty = (size <= 0) | np.isnan(p)
    return Interval(np.where(empty, np.nan, low), np.where(empty, np.nan, high))


def logit_interval(
    estimate: npt.ArrayLike,
    variance: npt.ArrayLike,
    df: npt.ArrayLike,
    *,
    conf_level: float = 0.95,
) -> Interval:
    """Return the t interval on the logit scale, turned back to proportions.

    Parameters
    ----------
    estimate, variance, df : array
        Proportion, its design-based variance and degrees of freedom.
    conf_level : float
        Between 0 and 1.

    Returns
    -------
    Interval
        NaN at 0 and 100 %, where the logit does not exist; use Korn-Graubard there.

    References
    ----------
    R: ``survey::svyciprop(method = "logit")``.

    Examples
    --------
    >>> low, high = logit_interval(0.9, 0.001, 30)
    >>> round(float(low), 3), round(float(high), 3)
    (0.815, 0.949)
    """
    p, v, dof = _broadcast(estimate, variance, df)
    inside = (p > 0) & (p < 1) & (v > 0) & (dof > 0)
    safe = np.where(inside, p, 0.5)
    quantile = stats.t.ppf(1 - _tail(conf_level), _at_least_1(dof))
    half = quantile * np.sqrt(np.where(inside, v, 0.0)) / (safe * (1 - safe))
    centre = special.logit(safe)
    low, high = special.expit(centre - half), special.expit(centre + half)
    return Interval(np.where(inside, low, np.nan), np.where(inside, high, np.nan))


def _beta_ends(x: Floats, n: Floats, tail: float, prior: float) -> tuple[Floats, Floats]:
    more = 1.0 - prior
    low = special.betaincinv(x + prior, n - x + more, tail)
    high = special.betaincinv(x + more, n - x + prior, 1 - tail)
    return np.where(x <= 0, 0.0, low), np.where(x >= n, 1.0, high)


def _score_ends(x: Floats, n: Floats, tail: float, method: str) -> tuple[Floats, Floats]:
    z = float(special.ndtri(1 - tail))
    p, wide = x / n, n + z * z
    centre = (x + z * z / 2) / wide
    if method == "wilson":
        half = z / wide * np.sqrt(n * p * (1 - p) + z * z / 4)
    else:
        half = z * np.sqrt(centre * (1 - centre) / wide)
    low, high = np.maximum(centre - half, 0.0), np.minimum(centre + half, 1.0)
    if method == "wilson":  # exact at the ends, where rounding would leave 1e-17
        return np.where(x <= 0, 0.0, low), np.where(x >= n, 1.0, high)
    return low, high


def _tail(conf_level: float) -> float:
    if not 0 < conf_level < 1:
        raise UsageError(f"`conf_level` must lie between 0 and 1; got {conf_level!r}.")
    return (1 - conf_level) / 2


def _float(values: npt.ArrayLike) -> Floats:
    return np.asarray(values, dtype=float)


def _broadcast(*arrays: npt.ArrayLike) -> tuple[Floats, ...]:
    return tuple(np.broadcast_arrays(*(_float(array) for array in arrays)))


def _at_least_1(df: Floats) -> Floats:
    return np.maximum(df, 1.0)
