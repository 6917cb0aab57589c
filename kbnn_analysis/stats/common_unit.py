"""The largest of the differences that share one unit, by quadrature: no Monte Carlo.

Given the error of the common unit, its differences to independent units are independent, so that
a tail probability of their largest is a one-dimensional integral.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import optimize, special

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

REACH = 6.5  # standard deviations of the common unit; beyond lies 8e-11
LARGEST_STEP, STEP = 0.25, 0.6  # in standard deviations of the common and of the sharpest unit
SMALLEST_RATIO = 0.01


@dataclass(frozen=True)
class CommonUnit:
    """The differences of one unit to k others, all independent and normal.

    Parameters
    ----------
    own : float
        Standard error of the common unit.
    others : ndarray of shape (k,)
        Standard errors of the others.
    above : ndarray of bool, shape (k,)
        Whether an error by which the other seems too high counts.
    below : ndarray of bool, shape (k,)
        Whether an error by which the other seems too low counts.
    """

    own: float
    others: Floats
    above: Flags
    below: Flags

    def without(self, above: Flags, below: Flags) -> CommonUnit:
        """Return the same unit with some of its errors no longer counted."""
        return replace(self, above=self.above & ~above, below=self.below & ~below)


def exceedance(unit: CommonUnit, value: float) -> float:
    """Return the probability that the largest standardized error is above `value`.

    With e_j = s_j x the error of the common unit and d_k^2 = s_j^2 + s_k^2,

        1 - integral of phi(x) prod_k [Phi((s_j x + c d_k) / s_k) - Phi((s_j x - c d_k) / s_k)] dx,

    one of the two terms falling away where only one direction counts; by the trapezoidal rule,
    whose error falls exponentially once the step is below the smallest s_k / s_j.

    Parameters
    ----------
    unit : CommonUnit
        The differences.
    value : float
        Critical value c, not negative.

    Returns
    -------
    float
        Probability; exact to about 1e-10, in relative terms too for small ones.

    References
    ----------
    Dunnett, C. W. (1955). *JASA* 50, 1096-1121. In R: ``mvtnorm::pmvnorm``.

    Examples
    --------
    >>> three = CommonUnit(1.0, np.ones(2), np.full(2, True), np.full(2, True))
    >>> round(exceedance(three, 2.212132), 4)  # Dunnett, two against a control
    0.05
    """
    others = np.maximum(unit.others, SMALLEST_RATIO * unit.own)
    symmetric = bool((unit.above == unit.below).all())
    nodes, weights = _grid(unit.own, float(others.min()), value, symmetric=symmetric)
    reach = value * np.hypot(unit.own, others) / others
    shift = nodes[:, None] * (unit.own / others)
    missed = np.where(unit.above, special.ndtr(-shift - reach), 0.0)
    missed += np.where(unit.below, special.ndtr(shift - reach), 0.0)
    with np.errstate(divide="ignore"):
        some = -np.expm1(np.log1p(-np.minimum(missed, 1.0)).sum(axis=1))
    return float(weights @ some)


def critical_value(unit: CommonUnit, alpha: float) -> float:
    """Return the value that the largest standardized error exceeds with probability `alpha`.

    Parameters
    ----------
    unit : CommonUnit
        The differences; at least one direction of one of them counts.
    alpha : float
        Between 0 and 1/2.

    Returns
    -------
    float
        Critical value, to 1e-9.

    Examples
    --------
    >>> one = CommonUnit(1.0, np.ones(1), np.array([True]), np.array([True]))
    >>> round(critical_value(one, 0.05), 6)
    1.959964
    """
    counted = int(unit.above.sum() + unit.below.sum())
    low, high = (-float(special.ndtri(alpha / size)) for size in (1, counted))
    if counted == 1:
        return low

    def gap(value: float) -> float:
        """Return the log of the chance beyond `value` over the wanted one."""
        return float(np.log(exceedance(unit, value) / alpha))

    found = _secant(gap, 0.8 * high + 0.2 * low, high)
    if low - 1e-6 <= found <= high + 1e-6:
        return found
    return float(optimize.brentq(gap, low - 1e-6, high + 1e-6, xtol=1e-10))


def _secant(gap: Callable[[float], float], x: float, last: float) -> float:
    """Return the root, four or five steps away on the log scale; NaN where it is not found."""
    y, y_last = gap(x), gap(last)
    for _ in range(12):
        if abs(y) < 1e-10:
            return x
        if y == y_last:
            break
        step = y * (x - last) / (y - y_last)
        last, y_last, x = x, y, x - step
        y = gap(x)
    return float("nan")


def _grid(own: float, smallest: float, value: float, *, symmetric: bool) -> tuple[Floats, Floats]:
    """Return nodes and weights for the error of the common unit, half of them if symmetric."""
    if own == 0.0:
        return np.zeros(1), np.ones(1)
    step = min(LARGEST_STEP, STEP * smallest / own)
    size = int(np.ceil(max(REACH, value + 2.0) / step))
    nodes = np.arange(0.0 if symmetric else -size, size + 1) * step
    weights = np.exp(-0.5 * nodes**2) * (step / np.sqrt(2 * np.pi))
    if symmetric:
        weights[1:] *= 2.0
    return np.asarray(nodes, dtype=np.float64), np.asarray(weights, dtype=np.float64)
