"""Quantiles of weighted data with design-based intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
from scipy import special, stats

from kbnn_analysis.errors import UsageError, check_one_of
from kbnn_analysis.stats.design import DesignArrays, LonelyPsu
from kbnn_analysis.stats.domains import domain_degrees_of_freedom, ratio_by_domain
from kbnn_analysis.stats.linearization import influence_covariance

Floats = npt.NDArray[np.float64]
QuantileInterval = Literal["order", "woodruff"]


@dataclass(frozen=True)
class Quantiles:
    """Estimated quantiles; every array has shape (levels,), in the unit of the data."""

    level: Floats
    estimate: Floats
    std_error: Floats
    conf_low: Floats
    conf_high: Floats


def weighted_quantile(values: Floats, weight: Floats, level: npt.ArrayLike) -> Floats:
    """Return the smallest value at which the weighted distribution reaches each level.

    Parameters
    ----------
    values, weight : ndarray of shape (n,)
        Data and weights.
    level : array of shape (k,)
        Levels; those at or below 0 give the smallest value, above 1 the largest.

    Returns
    -------
    ndarray of shape (k,)
        Quantiles, values that occur.

    References
    ----------
    Hyndman and Fan (1996), type 1. R: ``svyquantile(qrule = "math")``.

    Examples
    --------
    >>> weighted_quantile(np.array([3.0, 1.0, 2.0]), np.ones(3), [0.5, 1.0])
    array([2., 3.])
    """
    used = weight > 0
    order = np.argsort(values[used], kind="stable")
    ordered = values[used][order]
    reached = np.cumsum(weight[used][order])
    share = reached / reached[-1]
    place = np.searchsorted(share, np.asarray(level, dtype=float) - 1e-12, side="left")
    return np.asarray(ordered[np.minimum(place, len(ordered) - 1)])


def quantile_estimates(
    values: Floats,
    design: DesignArrays,
    level: npt.ArrayLike,
    *,
    inside: npt.NDArray[np.bool_] | None = None,
    conf_level: float = 0.95,
    lonely_psu: LonelyPsu | None = None,
    interval: QuantileInterval = "order",
) -> Quantiles:
    """Estimate quantiles with design-based intervals.

    "order": the values that a test of the share at or below them does not reject, by the binomial
    distribution at the effective size of the design. It is the interval of order statistics, and
    holds for scores of a few levels and for outer quantiles of few answers as well. "woodruff": the
    interval of the share at or below the estimate (Student's t), turned into values. Of 63
    provinces with 30 answers of five levels each it held the lowest tenth in 83 to 91 % of 95 %.

    Parameters
    ----------
    values : ndarray of shape (n,)
        Data; NaN is missing.
    design : DesignArrays
        The design of the same respondents.
    level : array of shape (k,)
        Levels between 0 and 1.
    inside : ndarray of bool, shape (n,), optional
        The domain; the design stays whole.
    conf_level : float
        Between 0 and 1.
    lonely_psu : str
        What a stratum with one PSU does.
    interval : {"order", "woodruff"}
        Interval.

    Returns
    -------
    Quantiles
        Estimates, standard errors (Woodruff's length over twice the t quantile) and intervals;
        an end of "order" is infinite where the answers are too few to bound it.

    Raises
    ------
    UsageError
        If a level is not between 0 and 1, or no one has a value.

    References
    ----------
    Woodruff (1952), JASA 47. R: ``svyquantile(qrule = "math", interval.type = "mean")``. David and
    Nagaraja (2003), *Order Statistics*, chapter 7. Korn and Graubard (1998), Survey Methodology 24.

    Examples
    --------
    >>> from kbnn_analysis.stats.design import design_arrays
    >>> found = quantile_estimates(np.arange(100.0), design_arrays(np.ones(100)), [0.5])
    >>> found.estimate, found.conf_low, found.conf_high
    (array([49.]), array([39.]), array([60.]))
    """
    check_one_of("interval", interval, get_args(QuantileInterval))
    wanted = np.atleast_1d(np.asarray(level, dtype=float))
    if ((wanted <= 0) | (wanted >= 1)).any():
        raise UsageError("`level` must lie between 0 and 1.")
    valid = np.isfinite(values) & (design.weight > 0)
    valid &= np.ones(len(valid), dtype=bool) if inside is None else inside
    if not valid.any():
        raise UsageError("No one in the domain has a value.")
    weight = np.where(valid, design.weight, 0.0)
    estimate = weighted_quantile(np.where(valid, values, 0.0), weight, wanted)
    below = (np.where(valid, values, np.inf)[:, None] <= estimate).astype(float)
    counts = np.repeat(valid[:, None].astype(float), len(wanted), axis=1)
    shares = ratio_by_domain(below, counts, design.weight)
    covariance = influence_covariance(shares.influences, design, lonely_psu=lonely_psu)
    df = domain_degrees_of_freedom(design, valid, None, 1)[0]
    t = stats.t.ppf((1 + conf_level) / 2, df) if df > 0 else np.nan
    half = t * np.sqrt(covariance.diagonal())
    low = weighted_quantile(values[valid], weight[valid], shares.estimate - half)
    high = weighted_quantile(values[valid], weight[valid], shares.estimate + half)
    error = (high - low) / (2 * t)
    if interval == "order":
        below_it = np.array([_inner_point(values[valid], each) for each in estimate])
        at = (np.where(valid, values, np.inf)[:, None] <= below_it).astype(float)
        inner = ratio_by_domain(at, counts, design.weight)
        variance = influence_covariance(inner.influences, design, lonely_psu=lonely_psu).diagonal()
        size = _effective_size(inner.estimate, variance, weight, design, df, conf_level)
        low, high = _order_ends(values[valid], weight[valid], wanted, size, conf_level)
        counted = np.isinf(size)  # everyone answered: nothing is left to chance
        low, high = (np.where(counted, estimate, end) for end in (low, high))
    return Quantiles(wanted, estimate, error, low, high)


def _inner_point(values: Floats, estimate: float) -> float:
    """Return the estimate, or the value before it where no one lies above: a share of all is 1."""
    if (values > estimate).any() or not (values < estimate).any():
        return estimate
    return float(values[values < estimate].max())


def _effective_size(
    share: Floats, variance: Floats, weight: Floats, design: DesignArrays, df: float, level: float
) -> Floats:
    """Return Korn and Graubard's effective number of answers for shares, at most Kish's."""
    used = weight[weight > 0]
    kish = float(used.sum() ** 2 / (used**2).sum())
    finite = bool(np.isfinite(design.stages[0].population).any())
    spare, limit = (np.inf, np.inf) if finite else (kish, kish)
    tail = (1 + level) / 2
    few = (stats.t.ppf(tail, max(len(used) - 1, 1)) / stats.t.ppf(tail, max(df, 1))) ** 2
    spread = share * (1 - share) * few
    known = (variance > 0) & (spread > 0)
    size = np.divide(spread, variance, out=np.full(len(share), spare), where=known)
    return np.asarray(np.minimum(size, limit))


def _order_ends(
    values: Floats, weight: Floats, level: Floats, size: Floats, conf_level: float
) -> tuple[Floats, Floats]:
    """Return the smallest and largest values whose shares a binomial test does not reject."""
    tail = (1 - conf_level) / 2
    n = np.where(np.isinf(size), 1.0, size)
    # too few answers to reject even a value with none, or all, of them at or below
    open_low, open_high = (1 - level) ** n > tail, level**n > tail
    few = special.bdtrik(tail, n, level) / n
    many = 1.0 - special.bdtrik(tail, n, 1 - level) / n
    low = weighted_quantile(values, weight, np.where(open_low, 0.5, few + 1e-9))
    high = weighted_quantile(values, weight, np.where(open_high, 0.5, many))
    return np.where(open_low, -np.inf, low), np.where(open_high, np.inf, high)
