"""Quantiles of weighted data with Woodruff's intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from kbnn_analysis.errors import UsageError
from kbnn_analysis.stats.design import DesignArrays, LonelyPsu
from kbnn_analysis.stats.domains import domain_degrees_of_freedom, ratio_by_domain
from kbnn_analysis.stats.linearization import influence_covariance

Floats = npt.NDArray[np.float64]


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
) -> Quantiles:
    """Estimate quantiles with Woodruff's design-based intervals.

    The interval of the share at or below the quantile (Student's t) is turned into values; the
    standard error is its length over twice the t quantile.

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

    Returns
    -------
    Quantiles
        Estimates, standard errors, intervals.

    Raises
    ------
    UsageError
        If a level is not between 0 and 1, or no one has a value.

    References
    ----------
    Woodruff (1952), JASA 47. R: ``svyquantile(qrule = "math", interval.type = "mean")``.

    Examples
    --------
    >>> from kbnn_analysis.stats.design import design_arrays
    >>> found = quantile_estimates(np.arange(100.0), design_arrays(np.ones(100)), [0.5])
    >>> found.estimate, found.conf_low, found.conf_high
    (array([49.]), array([40.]), array([59.]))
    """
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
    return Quantiles(wanted, estimate, (high - low) / (2 * t), low, high)
