"""Wald tests of several statistics at once, with the degrees of freedom of the design."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import stats

from kbnn_analysis.errors import UsageError

Floats = npt.NDArray[np.float64]


class WaldTest(NamedTuple):
    """F statistic, its numerator and denominator degrees of freedom, and the p-value."""

    statistic: float
    numerator_df: int
    df: float
    p_value: float


def wald_test(estimate: npt.ArrayLike, covariance: npt.ArrayLike, df: float) -> WaldTest:
    """Test that all statistics are zero.

    Parameters
    ----------
    estimate : array of shape (k,)
    covariance : array of shape (k, k)
        Directions without variance are left out and lower the numerator degrees of freedom.
    df : float
        Degrees of freedom of the covariance: PSUs minus strata. Infinity for a chi-squared test.

    Returns
    -------
    WaldTest
        F = W / q * (df - q + 1) / df on q and df - q + 1 degrees of freedom.

    Raises
    ------
    UsageError
        If there are fewer degrees of freedom than statistics.

    Notes
    -----
    The adjusted Wald test of Korn and Graubard (1990, *American Statistician* 44, 270-276). In R:
    ``survey::regTermTest(method = "Wald")`` is W / q on q and ddf degrees of freedom.

    Examples
    --------
    >>> wald_test([2.0, 0.0], np.eye(2), float("inf")).p_value.__round__(4)
    0.1353
    """
    values = np.asarray(estimate, dtype=float)
    matrix = np.asarray(covariance, dtype=float)
    roots, axes = np.linalg.eigh(matrix)
    kept = roots > 1e-12 * max(float(roots.max(initial=0.0)), 1e-300)
    rank = int(kept.sum())
    if rank == 0 or df - rank + 1 <= 0:
        raise UsageError(
            f"{rank} statistics cannot be tested with {df:g} degrees of freedom; test fewer, or "
            "use a design with more sampling units."
        )
    chi = float(((axes[:, kept].T @ values) ** 2 / roots[kept]).sum())
    if np.isinf(df):
        return WaldTest(chi / rank, rank, df, float(stats.chi2.sf(chi, rank)))
    left = df - rank + 1
    statistic = chi / rank * left / df
    return WaldTest(statistic, rank, left, float(stats.f.sf(statistic, rank, left)))


def holm(p_values: npt.ArrayLike) -> Floats:
    """Return p-values adjusted by Holm's method; missing ones stay missing and do not count.

    Parameters
    ----------
    p_values : array of shape (k,)

    Returns
    -------
    ndarray of shape (k,)

    References
    ----------
    Holm, S. (1979). *Scandinavian Journal of Statistics* 6, 65-70. R: ``p.adjust(p, "holm")``.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03]).round(2).tolist()
    [0.03, 0.06, 0.06]
    """
    given = np.asarray(p_values, dtype=float)
    adjusted = np.full(given.shape, np.nan)
    known = np.flatnonzero(np.isfinite(given))
    order = known[np.argsort(given[known], kind="stable")]
    factors = len(order) - np.arange(len(order))
    adjusted[order] = np.minimum(np.maximum.accumulate(given[order] * factors), 1.0)
    return adjusted
