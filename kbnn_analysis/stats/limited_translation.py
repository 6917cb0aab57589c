"""Bound how far a unit may be drawn towards the others, so that one far from all stays there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kbnn_analysis.errors import UsageError
from kbnn_analysis.stats.proportions import Interval

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Limited:
    """Estimates that were drawn towards each other no further than a bound.

    Parameters
    ----------
    estimate : ndarray of shape (m,)
    std_error : ndarray of shape (m,)
        Root mean squared error of the estimate under the posterior.
    interval : Interval
        ``low`` and ``high``, each of shape (m,).
    limited : ndarray of bool of shape (m,)
        Where the bound was reached.
    """

    estimate: Floats
    std_error: Floats
    interval: Interval
    limited: npt.NDArray[np.bool_]


def limit_translation(
    mean: npt.ArrayLike,
    sd: npt.ArrayLike,
    interval: Interval,
    direct: npt.ArrayLike,
    error: npt.ArrayLike,
    direct_interval: Interval,
    *,
    most: float = 1.0,
) -> Limited:
    """Return shrunken estimates that lie within `most` standard errors of the direct ones.

    Shrinking errs little on average over units, and much for one that is unlike the others. Where
    the posterior mean lies further from the direct estimate than the bound, the estimate stops
    there and the interval takes in the direct one as well, so that the truth of a unit far from
    all others is held as often as by its own answers alone. Other units keep their posterior.

    Parameters
    ----------
    mean, sd : array of shape (m,)
        Of the posterior.
    interval : Interval
        Of the posterior.
    direct, error : array of shape (m,)
        Direct estimates and their standard errors.
    direct_interval : Interval
        At the level of `interval`.
    most : float
        Standard errors that an estimate may be moved by. At 0 nothing is shrunken.

    Returns
    -------
    Limited

    Raises
    ------
    UsageError
        If `most` is negative or not a number.

    Notes
    -----
    One standard error is what Fay and Herriot allowed in the census. For a unit moderately far
    from the others whose own answers weigh little, intervals still hold less often than they say:
    the price of being short for the others.

    References
    ----------
    Efron, B. and Morris, C. (1972). *JASA* 67, 130-139. Fay, R. E. and Herriot, R. A. (1979).
    *JASA* 74, 269-277.

    Examples
    --------
    >>> near, own = Interval(np.array([3.0]), np.array([5.0])), Interval(*np.array([[6.0], [10.0]]))
    >>> found = limit_translation([4.0], [0.5], near, [8.0], [1.0], own)
    >>> float(found.estimate[0]), float(found.interval.low[0]), float(found.interval.high[0])
    (7.0, 3.0, 10.0)
    """
    if not most >= 0.0:
        raise UsageError(f"`most` must be 0 or more standard errors; got {most}.")
    shrunk, own, reach = (np.asarray(each, dtype=float) for each in (mean, direct, error))
    estimate = np.clip(shrunk, own - most * reach, own + most * reach)
    limited = estimate != shrunk
    return Limited(
        estimate=estimate,
        std_error=np.hypot(np.asarray(sd, dtype=float), estimate - shrunk),
        interval=Interval(
            np.where(limited, np.minimum(interval.low, direct_interval.low), interval.low),
            np.where(limited, np.maximum(interval.high, direct_interval.high), interval.high),
        ),
        limited=np.asarray(limited),
    )
