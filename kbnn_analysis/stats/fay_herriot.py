"""Shrunken estimates from a fitted random-effects (Fay-Herriot) model, with their true error."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kbnn_analysis.errors import UsageError
from kbnn_analysis.stats.random_effects import RandomEffects, checked_model, fit_random_effects

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Eblup:
    """Empirical best linear unbiased predictions of m units.

    Parameters
    ----------
    estimate : ndarray of shape (m,)
        reliability * direct + (1 - reliability) * fitted.
    mse : ndarray of shape (m,)
        Prasad-Rao estimate of the mean squared error, g1 + g2 + 2 g3.
    naive_mse : ndarray of shape (m,)
        g1 + g2: what it would be were tau² known (what ``metafor::blup`` prints, squared).
    reliability : ndarray of shape (m,)
        tau² / (tau² + v): weight of the unit's own answers; one minus the shrinkage.
    fit : RandomEffects
    """

    estimate: Floats
    mse: Floats
    naive_mse: Floats
    reliability: Floats
    fit: RandomEffects


def eblup(
    estimate: npt.ArrayLike,
    variance: npt.ArrayLike,
    covariates: npt.ArrayLike | None = None,
    *,
    method: str = "REML",
) -> Eblup:
    """Return Fay-Herriot predictions: each unit borrows from the others what it lacks itself.

    Parameters
    ----------
    estimate, variance : array of shape (m,)
        Direct estimates and their sampling variances, taken as known, all above zero.
    covariates : array of shape (m, p), optional
        Including the column of ones.
    method : {"REML", "DL"}
        The 2 g3 correction holds for these two; ML and PM need other terms.

    Returns
    -------
    Eblup

    Raises
    ------
    UsageError
        As told by :func:`fit_random_effects`.

    Notes
    -----
    g1 = r v with r the reliability; g2 = (1 - r)² x'Vx; g3 = v² / (tau² + v)³ Var(tau²). Normal
    errors and effects are assumed. At tau² = 0 everything is shrunk to the fitted value.

    References
    ----------
    Prasad, N. G. N. and Rao, J. N. K. (1990). *JASA* 85, 163-171. Datta, G. S. and Lahiri, P.
    (2000). *Statistica Sinica* 10, 613-627. In R: ``sae::mseFH(y ~ x, v)``; ``metafor::blup``.

    Examples
    --------
    >>> found = eblup([0.9, 0.95, 0.98, 0.99], [4e-4, 2e-4, 1e-4, 1e-4])
    >>> found.estimate.round(3).tolist()
    [0.914, 0.951, 0.978, 0.988]
    """
    y, v, X = checked_model(estimate, variance, covariates)
    if method not in {"REML", "DL"}:
        raise UsageError(f"`method` must be REML or DL for predictions; got {method!r}.")
    fit = fit_random_effects(y, v, X, method=method)
    reliability = fit.tau2 / (fit.tau2 + v)
    naive = reliability * v + (1 - reliability) ** 2 * np.einsum(
        "ij,jk,ik->i", X, fit.covariance, X
    )
    g3 = v**2 / (fit.tau2 + v) ** 3 * _tau2_variance(v, fit.tau2)
    return Eblup(
        reliability * y + (1 - reliability) * fit.fitted, naive + 2 * g3, naive, reliability, fit
    )


def smooth_variances(
    variance: npt.ArrayLike, n: npt.ArrayLike, level: npt.ArrayLike | None = None
) -> Floats:
    """Return sampling variances by one rule for all units instead of each unit's own noisy one.

    A unit at 100 % has an estimated variance of zero, which no model can use; and a variance from
    few respondents is itself a guess that goes with the estimate. The rule is v_i = c h_i / n_i,
    with h_i = level (1 - level) for proportions and 1 for means, and c such that the
    sum of n_i v_i stays what it was.

    Parameters
    ----------
    variance : array of shape (m,)
        Estimated sampling variances; missing ones are left out of the rule, and filled by it.
    n : array of shape (m,)
        Respondents behind each.
    level : array of shape (m,) or float, optional
        For proportions, the rate at which the variance is taken: best the pooled rate.

    Returns
    -------
    ndarray of shape (m,)

    Raises
    ------
    UsageError
        If no variance is above zero.

    References
    ----------
    Rao, J. N. K. and Molina, I. (2015). *Small Area Estimation*, 2nd ed., section 6.4.1.

    Examples
    --------
    >>> smooth_variances([0.002, 0.0, 0.001], [10, 20, 20], 0.9).round(5).tolist()
    [0.00133, 0.00067, 0.00067]
    """
    v, size = np.asarray(variance, dtype=float), np.asarray(n, dtype=float)
    rate = None if level is None else np.broadcast_to(np.asarray(level, dtype=float), v.shape)
    height = np.ones(v.shape) if rate is None else rate * (1 - rate)
    known = np.isfinite(v)
    if not (v[known] > 0).any():
        raise UsageError("no sampling variance is above zero; there is nothing to smooth from.")
    constant = float((v * size)[known].sum() / height[known].sum())
    return np.asarray(constant * height / size)


def _tau2_variance(v: Floats, tau2: float) -> float:
    return float(2.0 / np.sum(1.0 / (tau2 + v) ** 2))
