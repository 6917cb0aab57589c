"""R2, R3 and R8: a share with a small side, or a mean at the end of its scale, becomes a band."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kbnn_analysis.disclosure.rounding import mean_decimals, nearest, share_decimals

Floats = npt.NDArray[np.float64]
COARSE_BELOW = 200  # answers under which a band is written in steps of five points
_EPSILON = 1e-9


@dataclass(frozen=True)
class Bases:
    """What the sides of each row are found from, one value for each row.

    Parameters
    ----------
    n : ndarray
        Valid unweighted answers; NaN where nothing of ours lies behind a row.
    value : ndarray
        The estimate on its own scale.
    count : ndarray
        Unweighted answers that meet a share; NaN where unknown: n times the value is taken.
    is_share : ndarray of bool
        Whether the row is a share; else it is a mean.
    low, high : ndarray
        The ends of the scale.
    """

    n: Floats
    value: Floats
    count: Floats
    is_share: npt.NDArray[np.bool_]
    low: Floats
    high: Floats

    @property
    def upper_gap(self) -> Floats:
        """Return the answers outside a share; for a mean the points that miss the highest."""
        met = np.where(np.isnan(self.count), self.n * self.value, self.count)
        return np.where(self.is_share, self.n - met, self.n * (self.high - self.value))

    @property
    def lower_gap(self) -> Floats:
        """Return the answers that meet a share; for a mean the points above the lowest."""
        met = np.where(np.isnan(self.count), self.n * self.value, self.count)
        return np.where(self.is_share, met, self.n * (self.value - self.low))

    @property
    def decimals(self) -> npt.NDArray[np.int64]:
        """Return the decimals in which a row may be written: of the percentage, or of the mean."""
        shares = share_decimals(self.n, np.fmin(self.upper_gap, self.lower_gap))
        return np.where(self.is_share, shares, mean_decimals(self.n))

    @property
    def places(self) -> npt.NDArray[np.int64]:
        """Return the decimals of the value itself: two more for a share, which is 0 to 1."""
        return np.where(self.is_share, self.decimals + 2, self.decimals)


def too_few_for_a_share(bases: Bases, side: int) -> npt.NDArray[np.bool_]:
    """Return the shares whose base is under two sides: a band of them would tell too much.

    With fewer than 2k answers both sides may be small, and a band that names one of them narrows
    the other.
    """
    return np.asarray(bases.is_share & (bases.n < 2 * side))


def bands(bases: Bases, side: int) -> npt.NDArray[np.object_]:
    """Return the band of each row in plain signs ("≥ 95%", "≤ 1.1"); empty where none is needed.

    A share is a band where fewer than `side` answers lie on one side, thus always at 0 % and
    100 %: the bound is 1 - (side - 1)/n, rounded down to whole percents, to five below 200
    answers. `side` counts stay possible even for somebody who knows n. A mean is a band where
    fewer than `side` points separate all its answers from an end of the scale.

    Parameters
    ----------
    bases : Bases
    side : int
        Fewest answers on either side.

    Returns
    -------
    ndarray of str

    Examples
    --------
    >>> rates = Bases(n=np.array([297.0, 120, 40]), value=np.array([0.99, 1.0, 0.5]),
    ...     count=np.array([294.0, 120, 20]), is_share=np.array([True] * 3),
    ...     low=np.zeros(3), high=np.ones(3))
    >>> bands(rates, 10).tolist()
    ['≥ 96%', '≥ 90%', '']
    """
    rows = zip(
        bases.n, bases.upper_gap, bases.lower_gap, bases.is_share, bases.low, bases.high,
        bases.decimals, nearest(bases.value, bases.places), strict=True,
    )  # fmt: skip
    return np.array([_band(side, *row) for row in rows], dtype=object)


def _band(
    side: int, n: float, upper: float, lower: float, share: bool, low: float, high: float,
    decimals: int, shown: float,
) -> str:  # fmt: skip
    if np.isnan(n) or np.isnan(upper):
        return ""
    within = (side - 1) / n
    step = 10.0**-decimals
    if upper < side - _EPSILON or shown >= high - _EPSILON:
        if share:
            return f"≥ {_percent_down(1 - within, n, step if upper >= side else 0)}%"
        return f"≥ {_down(min(high - within, high - step), step):.{decimals}f}"
    if lower < side - _EPSILON or shown <= low + _EPSILON:
        if share:
            return f"≤ {_mirror(_percent_down(1 - within, n, step if lower >= side else 0))}%"
        return f"≤ {_down(max(low + within, low + step) + step - _EPSILON, step):.{decimals}f}"
    return ""


def _percent_down(bound: float, n: float, rounded_to_end: float) -> str:
    """Return the bound in percent; in the rate's own step where only rounding reached the end."""
    if rounded_to_end:
        return f"{100 - rounded_to_end:.{max(0, round(-np.log10(rounded_to_end)))}f}"
    percent = int(np.floor(100 * bound + _EPSILON))
    return str(percent - percent % 5 if n < COARSE_BELOW else percent)


def _mirror(percent: str) -> str:
    decimals = len(percent.partition(".")[2])
    return f"{100 - float(percent):.{decimals}f}"


def _down(value: float, step: float) -> float:
    return float(np.floor(value / step + _EPSILON) * step)
