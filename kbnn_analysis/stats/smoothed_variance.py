"""A variance for units whose answers all agree: a variance of zero would claim certainty."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from kbnn_analysis.errors import UsageError

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

RULE = (
    "a unit without spread gets the binomial variance of (x + 1/2) / (n + 1), with n divided by "
    "the median design effect of the other units where that is above 1"
)


def smoothed_variance(
    estimate: npt.ArrayLike,
    n: npt.ArrayLike,
    *,
    deff: float = 1.0,
    low: float = 0.0,
    high: float = 1.0,
) -> Floats:
    """Return the variance that stands in for an estimated variance of zero.

    The estimate is mapped to m on 0 .. 1, with n* = n / deff answers of which x = n* m meet the
    measure; the variance is q (1 - q) / n* with q = (x + 1/2) / (n* + 1). For a mean this is the
    largest variance that a bounded scale allows at that mean, hence cautious.

    Parameters
    ----------
    estimate, n : array of shape (m,)
        Estimates and answers.
    deff : float
        Design effect taken over from other units; at least 1 is used.
    low, high : float
        Ends of the scale of the estimate.

    Returns
    -------
    ndarray of shape (m,)
        Variances on the scale of the estimate, above zero.

    Raises
    ------
    UsageError
        If an n is unknown or not above 0.

    References
    ----------
    Agresti, A. and Caffo, B. (2000). *The American Statistician* 54, 280-288, for intervals and
    tests of differences after adding to the counts.

    Examples
    --------
    >>> smoothed_variance([1.0], [199]).round(7).tolist()
    [1.25e-05]
    """
    size = np.asarray(n, dtype=float) / max(deff, 1.0)
    if not (size > 0).all():
        raise UsageError(
            "A unit has no variance and no n to smooth it from: add n, or leave the unit out."
        )
    share = (np.asarray(estimate, dtype=float) - low) / (high - low)
    q = (share * size + 0.5) / (size + 1.0)
    return np.asarray(q * (1.0 - q) / size * (high - low) ** 2)


def median_deff(deff: npt.ArrayLike, usable: Flags) -> float:
    """Return the median design effect of the usable units; 1 where none is known.

    Parameters
    ----------
    deff : array of shape (m,)
        Design effects, NaN where unknown.
    usable : ndarray of bool, shape (m,)
        Units with a variance above zero.

    Returns
    -------
    float
        The median.

    Examples
    --------
    >>> median_deff([1.2, 0.0, 1.8, np.nan], np.array([True, False, True, True]))
    1.5
    """
    values = np.asarray(deff, dtype=float)
    known = values[usable & np.isfinite(values)]
    return float(np.median(known)) if len(known) else 1.0
