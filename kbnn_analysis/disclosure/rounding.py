"""R4 and R17: how finely a released number is written, and outward rounding of intervals."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

COUNT_STEP = 5
ONE_DECIMAL_FROM = 1000
TWO_DECIMALS_FROM = 2000
COMPLEMENT_FOR_TWO = 10
PROBABILITY_STEP = 0.05
_EPSILON = 1e-9  # keeps 0.97 * 100 = 97.00000000000001 from being rounded outward


def round_counts(counts: npt.ArrayLike) -> Floats:
    """Return counts rounded to the nearest multiple of five.

    Examples
    --------
    >>> round_counts([12, 13, 1323]).tolist()
    [10.0, 15.0, 1325.0]
    """
    return np.round(np.asarray(counts, dtype=float) / COUNT_STEP) * COUNT_STEP


def two_digits(values: npt.ArrayLike) -> Floats:
    """Return positive numbers rounded up to two significant digits.

    Examples
    --------
    >>> two_digits([433981.0, 85.0, 0.0, np.inf, np.nan]).tolist()
    [440000.0, 85.0, 0.0, inf, nan]
    """
    given = np.asarray(values, dtype=float)
    usable = np.isfinite(given) & (given > 0)
    step = 10.0 ** (np.floor(np.log10(np.where(usable, given, 10.0))) - 1)
    return np.where(usable, np.ceil(given / step - _EPSILON) * step, given)


def share_decimals(n: npt.ArrayLike, smaller_side: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Return the decimals of a percentage: 0, 1 from 1,000 answers, 2 from 2,000 and ten outside.

    Examples
    --------
    >>> share_decimals([150, 1200, 19248, 2500], [20, 20, 600, 9]).tolist()
    [0, 1, 2, 1]
    """
    base, side = np.asarray(n, dtype=float), np.asarray(smaller_side, dtype=float)
    two = (base >= TWO_DECIMALS_FROM) & (side >= COMPLEMENT_FOR_TWO - _EPSILON)
    return np.where(two, 2, np.where(base >= ONE_DECIMAL_FROM, 1, 0)).astype(np.int64)


def mean_decimals(n: npt.ArrayLike) -> npt.NDArray[np.int64]:
    """Return the decimals of a mean score: one, and two from 2,000 answers.

    Examples
    --------
    >>> mean_decimals([150, 19248]).tolist()
    [1, 2]
    """
    return np.where(np.asarray(n, dtype=float) >= TWO_DECIMALS_FROM, 2, 1).astype(np.int64)


def nearest(values: npt.ArrayLike, decimals: npt.ArrayLike) -> Floats:
    """Return values rounded to their own number of decimals.

    Examples
    --------
    >>> nearest([0.96789, 0.5], [2, 1]).tolist()
    [0.97, 0.5]
    """
    scale = _scale(decimals)
    return np.asarray(np.round(np.asarray(values, dtype=float) * scale) / scale, dtype=np.float64)


def downward(values: npt.ArrayLike, decimals: npt.ArrayLike) -> Floats:
    """Return lower ends rounded down, so that an interval only grows.

    Examples
    --------
    >>> downward([0.9389, 0.97], [2, 2]).tolist()
    [0.93, 0.97]
    """
    scale = _scale(decimals)
    return np.asarray(np.floor(np.asarray(values, dtype=float) * scale + _EPSILON) / scale)


def upward(values: npt.ArrayLike, decimals: npt.ArrayLike) -> Floats:
    """Return upper ends rounded up.

    Examples
    --------
    >>> upward([0.9884, 0.97], [2, 2]).tolist()
    [0.99, 0.97]
    """
    scale = _scale(decimals)
    return np.asarray(np.ceil(np.asarray(values, dtype=float) * scale - _EPSILON) / scale)


def round_probabilities(values: npt.ArrayLike) -> Floats:
    """Return probabilities to five points.

    Examples
    --------
    >>> round_probabilities([0.42, 0.985]).round(2).tolist()
    [0.4, 1.0]
    """
    steps = np.round(np.asarray(values, dtype=float) / PROBABILITY_STEP)
    return np.asarray(np.round(steps * PROBABILITY_STEP, 2), dtype=np.float64)


def _scale(decimals: npt.ArrayLike) -> Floats:
    return np.asarray(10.0 ** np.asarray(decimals, dtype=float), dtype=np.float64)
