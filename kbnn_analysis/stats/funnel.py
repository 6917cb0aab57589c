"""Funnel: which units lie beyond what chance, and the usual spread, allow about a target."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from kbnn_analysis.errors import UsageError, check_one_of
from kbnn_analysis.stats.control_limits import mid_distribution, rate_limit
from kbnn_analysis.stats.overdispersion import Overdispersion, overdispersion

Floats = npt.NDArray[np.float64]
ADJUSTMENTS = ("none", "multiplicative", "additive")


@dataclass(frozen=True)
class RateFunnel:
    """A fitted funnel of rates.

    Parameters
    ----------
    target : float
    spread : Overdispersion
    adjust : str
        How `spread` is allowed for.
    n : ndarray of shape (m,)
        Answers of each unit, effective where the design says so.
    p_value : ndarray of shape (m,)
        Two-sided mid-p of each unit being on target.
    z : ndarray of shape (m,)
        The normal score of that p-value, with its side.
    """

    target: float
    spread: Overdispersion
    adjust: str
    n: Floats
    p_value: Floats
    z: Floats

    @property
    def phi(self) -> float:
        """Return the factor by which limits widen; 1 unless the adjustment is multiplicative."""
        return max(1.0, self.spread.phi) if self.adjust == "multiplicative" else 1.0

    @property
    def rho(self) -> float:
        """Return the intra-class correlation of the beta-binomial; 0 unless additive."""
        if self.adjust != "additive":
            return 0.0
        return min(self.spread.tau2 / (self.target * (1.0 - self.target)), 0.5)

    def limits(self, level: float, n: npt.ArrayLike | None = None) -> tuple[Floats, Floats]:
        """Return lower and upper control limits of rates from n answers (the units' own)."""
        if not 0.0 < level < 1.0:
            raise UsageError(f"`level` must be between 0 and 1; got {level}.")
        size = (self.n if n is None else np.asarray(n, dtype=float)) / self.phi
        tail = (1.0 - level) / 2.0
        low, high = (rate_limit(p, size, self.target, self.rho) for p in (tail, 1.0 - tail))
        return low, high


def rate_funnel(
    count: npt.ArrayLike,
    n: npt.ArrayLike,
    *,
    target: float | None = None,
    adjust: str = "additive",
    winsorize: float = 0.1,
) -> RateFunnel:
    """Return the funnel of m rates.

    Parameters
    ----------
    count, n : array of shape (m,)
        Answers that meet the measure and all answers, n above zero; effective counts allowed.
    target : float, optional
        Rate expected of all; the pooled rate by default.
    adjust : {"additive", "multiplicative", "none"}
        Allow for the usual spread between units by a beta-binomial of variance tau² between units,
        by counting phi answers as one, or not at all. Spread under what chance gives never
        narrows the limits.
    winsorize : float
        As for :func:`overdispersion`.

    Returns
    -------
    RateFunnel

    Raises
    ------
    UsageError
        If a unit has no answers, or the target is not between 0 and 1 (all answers alike).

    References
    ----------
    Spiegelhalter, D. J. (2005). *Statistics in Medicine* 24, 1185-1202.

    Examples
    --------
    >>> funnel = rate_funnel([95, 180, 98, 150, 70], [100, 200, 100, 152, 100], adjust="none")
    >>> funnel.z.round(1).tolist()
    [1.4, -0.5, 2.8, 3.9, -5.9]
    """
    check_one_of("adjust", adjust, ADJUSTMENTS)
    x, size = np.asarray(count, dtype=float), np.asarray(n, dtype=float)
    if not (size > 0).all() or not ((x >= 0) & (x <= size)).all():
        raise UsageError("every unit of a funnel needs answers, and counts from 0 to n.")
    centre = float(x.sum() / size.sum()) if target is None else float(target)
    if not 0.0 < centre < 1.0:
        raise UsageError(f"`target` must be between 0 and 1; got {centre:g}.")
    error = np.sqrt(centre * (1.0 - centre) / size)
    spread = overdispersion(x / size, centre, error, winsorize=winsorize)
    plain = RateFunnel(centre, spread, adjust, size, np.empty(0), np.empty(0))
    below = mid_distribution(x / plain.phi, size / plain.phi, centre, plain.rho)
    above = mid_distribution((size - x) / plain.phi, size / plain.phi, 1.0 - centre, plain.rho)
    p_value = np.minimum(2.0 * np.minimum(below, above), 1.0)
    side = np.where(below > above, 1.0, -1.0)
    z = side * stats.norm.isf(np.maximum(p_value, 1e-300) / 2.0)
    return RateFunnel(centre, spread, adjust, size, p_value, z)


def mean_limits(
    target: float, std_error: npt.ArrayLike, tau2: float, phi: float, level: float
) -> tuple[Floats, Floats]:
    """Return normal control limits of means about a target.

    Parameters
    ----------
    target : float
    std_error : array of shape (m,)
    tau2, phi : float
        Additive variance (0 for none) and multiplicative factor (1 for none).
    level : float

    Returns
    -------
    tuple of ndarray of shape (m,)

    Examples
    --------
    >>> low, high = mean_limits(4.0, [0.1], 0.0, 1.0, 0.95)
    >>> low.round(3).tolist(), high.round(3).tolist()
    ([3.804], [4.196])
    """
    reach = stats.norm.ppf(0.5 + level / 2.0) * np.sqrt(
        phi * np.asarray(std_error, dtype=float) ** 2 + tau2
    )
    return np.asarray(target - reach), np.asarray(target + reach)
