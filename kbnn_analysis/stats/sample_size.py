"""How many respondents it would take."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import stats

from kbnn_analysis.errors import UsageError

Floats = npt.NDArray[np.float64]


def n_for_reliability(n: npt.ArrayLike, reliability: npt.ArrayLike, wanted: float = 0.8) -> Floats:
    """Return the respondents units need for their estimates to be reliable to the wanted degree.

    By Spearman and Brown: with r the reliability from n answers, r / (1 - r) grows as n.

    Parameters
    ----------
    n, reliability : array of shape (m,)
        Answers now, and what they give.
    wanted : float
        Between 0 and 1; 0.8 says that 80 % of the spread seen between units is real.

    Returns
    -------
    ndarray of shape (m,)
        Infinite where units do not differ.

    Raises
    ------
    UsageError
        If `wanted` is not between 0 and 1.

    References
    ----------
    Spearman, C. (1910); Brown, W. (1910). *British Journal of Psychology* 3, 271-322.

    Examples
    --------
    >>> n_for_reliability([200], [0.5], 0.8).round(6).tolist()
    [800.0]
    """
    if not 0.0 < wanted < 1.0:
        raise UsageError(f"`reliability` must be between 0 and 1; got {wanted}.")
    now = np.asarray(reliability, dtype=float)
    with np.errstate(divide="ignore"):
        return np.asarray(np.asarray(n, dtype=float) * (1.0 - now) / now * wanted / (1.0 - wanted))


def n_to_settle(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    variances: tuple[npt.ArrayLike, npt.ArrayLike],
    *,
    conf_level: float = 0.95,
    power: float = 0.8,
) -> Floats:
    """Return the respondents each of two units needs for their difference to be found.

    n = (z_{1 - alpha/2} + z_power)² (s1² + s2²) / difference², equal n in both.

    Parameters
    ----------
    first, second : array
        Values taken as true: shrunken estimates, for direct ones exaggerate the difference.
    variances : pair of arrays
        Variance of one answer in each, times the design effect.
    conf_level, power : float

    Returns
    -------
    ndarray
        Infinite where the two are alike.

    References
    ----------
    Fleiss, J. L., Levin, B. and Paik, M. C. (2003). *Statistical Methods for Rates and
    Proportions*, 3rd ed., ch. 4 (without continuity correction).
    In R: ``power.prop.test`` (close to it; it pools under the null).

    Examples
    --------
    >>> n_to_settle(0.99, 0.98, (0.99 * 0.01, 0.98 * 0.02)).round().tolist()
    2315.0
    """
    reach = stats.norm.ppf(0.5 + conf_level / 2.0) + stats.norm.ppf(power)
    difference = np.asarray(first, dtype=float) - np.asarray(second, dtype=float)
    total = np.asarray(variances[0], dtype=float) + np.asarray(variances[1], dtype=float)
    with np.errstate(divide="ignore"):
        return np.asarray(reach**2 * total / difference**2)
