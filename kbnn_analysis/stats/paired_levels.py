"""Levels of units in two periods, shrunken together: what change remains, what falls back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import optimize

from kbnn_analysis.errors import UsageError
from kbnn_analysis.stats.change_posterior import change_posterior

Floats = npt.NDArray[np.float64]
FEWEST = 5
CHANGE = np.array([-1.0, 1.0])


@dataclass(frozen=True)
class PairedLevels:
    """The change of m units, after each has learnt from the others.

    Parameters
    ----------
    mean : ndarray of shape (2,)
        Mean of the true levels, earlier and later.
    spread : ndarray of shape (2, 2)
        Covariance of the true levels over units (REML).
    levels : ndarray of shape (m, 2)
        Posterior means of the true levels.
    change, low, high : ndarray of shape (m,)
        Posterior mean of the true change, and its interval.
    regression : ndarray of shape (m,)
        Change expected of each unit from its earlier estimate if its true level kept its distance
        from the mean: what chance alone gives back.
    """

    mean: Floats
    spread: Floats
    levels: Floats
    change: Floats
    low: Floats
    high: Floats
    regression: Floats


def paired_levels(
    estimate: npt.ArrayLike, covariance: npt.ArrayLike, *, conf_level: float = 0.95
) -> PairedLevels:
    """Shrink the levels of two periods jointly, by a bivariate normal model.

    True levels are bivariate normal over units, with a mean and a covariance found by restricted
    maximum likelihood; estimates are normal about them with the known covariance of their errors,
    that between the periods included. Levels take the spread as found; changes and their intervals
    are averaged over what it may be, for an interval at the spread found holds far too seldom where
    few units changed (:mod:`kbnn_analysis.stats.change_posterior`).

    Parameters
    ----------
    estimate : array of shape (m, 2)
        Earlier and later estimates.
    covariance : array of shape (m, 2, 2)
        Covariance of the two errors of each unit, positive definite.
    conf_level : float
        Level of the posterior intervals.

    Returns
    -------
    PairedLevels

    Raises
    ------
    UsageError
        If there are fewer than five units.

    References
    ----------
    Berkey, C. S. et al. (1998). *Statistics in Medicine* 17, 2537-2550. Regression to the mean:
    Barnett, A. G., van der Pols, J. C. and Dobson, A. J. (2005). *International Journal of
    Epidemiology* 34, 215-220. R: ``metafor::rma.mv(random = ~ period | unit, struct = "UN")``.

    Examples
    --------
    >>> y = np.column_stack([np.linspace(0.9, 0.98, 9), np.linspace(0.92, 0.98, 9)])
    >>> found = paired_levels(y, np.broadcast_to(np.diag([4e-4, 4e-4]), (9, 2, 2)))
    >>> bool(abs(found.change[0]) < 0.02), bool(found.regression[0] > found.regression[-1])
    (True, True)
    """
    y, V = np.asarray(estimate, dtype=float), np.asarray(covariance, dtype=float)
    if len(y) < FEWEST:
        raise UsageError(f"Shrinking change takes {FEWEST} units or more; got {len(y)}.")
    scale = float(np.sqrt(np.trace(np.cov(y.T)) / 2)) or 1.0
    root = _fit(y / scale, V / scale**2) * scale
    spread = root @ root.T
    precision = np.linalg.inv(spread + V)
    of_mean = np.linalg.inv(precision.sum(axis=0))
    mean = of_mean @ np.einsum("iab,ib->a", precision, y)
    kept = np.einsum("ab,ibc->iac", spread, precision)
    levels = mean + np.einsum("iab,ib->ia", kept, y - mean)
    change = change_posterior(y, V, conf_level=conf_level)
    back = (V[:, 0, 1] - V[:, 0, 0]) / (spread[0, 0] + V[:, 0, 0])
    regression = mean @ CHANGE + back * (y[:, 0] - mean[0])
    return PairedLevels(mean, spread, levels, change.mean, change.low, change.high, regression)


def _fit(y: Floats, V: Floats) -> Floats:
    """Return the lower root of the spread: the best of several starts, the boundary included."""
    sd = np.sqrt(np.maximum(np.var(y, axis=0, ddof=1) - V.mean(axis=0).diagonal(), 1e-4))
    starts = [(sd[0], share * sd[1], np.sqrt(1 - share**2) * sd[1]) for share in (0.9, 0.5, 0.0)]
    fits = [
        optimize.minimize(_deviance, start, args=(y, V), method="Nelder-Mead",
                          options={"xatol": 1e-9, "fatol": 1e-11, "maxiter": 4000})
        for start in starts
    ]  # fmt: skip
    best = min(fits, key=lambda fit: float(fit.fun))
    return _root(best.x)


def _root(values: Floats) -> Floats:
    return np.array([[values[0], 0.0], [values[1], values[2]]])


def _deviance(values: Floats, y: Floats, V: Floats) -> float:
    """Return minus twice the restricted log-likelihood, but for a constant."""
    root = _root(values)
    total = root @ root.T + V
    precision = np.linalg.inv(total)
    information = precision.sum(axis=0)
    mean = np.linalg.solve(information, np.einsum("iab,ib->a", precision, y))
    gap = y - mean
    fit = np.einsum("ia,iab,ib->", gap, precision, gap)
    return float(np.linalg.slogdet(total)[1].sum() + np.linalg.slogdet(information)[1] + fit)
