"""Rubin's rules: one estimate from several completed data sets."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kbnn_analysis.errors import UsageError

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Pooled:
    """Pooled estimates of k statistics.

    Parameters
    ----------
    estimate : ndarray of shape (k,)
        Mean over the imputations.
    covariance : ndarray of shape (k, k)
        Within, plus between times 1 + 1/m.
    within, between : ndarray of shape (k,)
        The two variances.
    df : ndarray of shape (k,)
        Barnard and Rubin's degrees of freedom.
    fmi : ndarray of shape (k,)
        Fraction of the information on each statistic that is missing.
    """

    estimate: Floats
    covariance: Floats
    within: Floats
    between: Floats
    df: Floats
    fmi: Floats


def pool(
    estimates: npt.ArrayLike, covariances: npt.ArrayLike, complete_df: npt.ArrayLike = np.inf
) -> Pooled:
    """Pool the estimates of m completed data sets.

    Parameters
    ----------
    estimates : array of shape (m, k)
        The estimates of each.
    covariances : array of shape (m, k, k)
        Their covariances.
    complete_df : float or array of shape (k,)
        Degrees of freedom if nothing had been missing.

    Returns
    -------
    Pooled

    Raises
    ------
    UsageError
        If there are fewer than two data sets.

    References
    ----------
    Rubin, D. B. (1987). *Multiple Imputation for Nonresponse in Surveys*. Barnard, J. and Rubin,
    D. B. (1999). *Biometrika* 86, 948-955. In R: ``mice::pool.scalar(Q, U, n, k,
    rule = "rubin1987")``.

    Examples
    --------
    >>> found = pool([[1.0], [1.2], [0.8]], np.full((3, 1, 1), 0.04), 100)
    >>> found.estimate.round(2), found.df.round(1), found.fmi.round(2)
    (array([1.]), array([5.3]), array([0.67]))
    """
    q, u = np.asarray(estimates, dtype=float), np.asarray(covariances, dtype=float)
    m = len(q)
    if m < 2:
        raise UsageError(f"Rubin's rules need two imputations or more; got {m}.")
    centred = q - q.mean(axis=0)
    between = centred.T @ centred / (m - 1)
    covariance = u.mean(axis=0) + (1 + 1 / m) * between
    within, spread = np.diag(u.mean(axis=0)), np.diag(between)
    df, fmi = _freedom(within, spread, m, np.asarray(complete_df, dtype=float))
    return Pooled(q.mean(axis=0), covariance, within, spread, df, fmi)


def _freedom(within: Floats, between: Floats, m: int, complete: Floats) -> tuple[Floats, Floats]:
    added = (1 + 1 / m) * between
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(within + added > 0, added / (within + added), 0.0)
        old = (m - 1) / share**2
        finite = np.isfinite(complete)
        room = np.where(finite, complete, 1.0)
        seen = np.where(finite, (room + 1) / (room + 3) * room * (1 - share), np.inf)
        df = 1 / (1 / old + 1 / seen)
        increase = added / within
        fmi = (increase + 2 / (df + 3)) / (increase + 1)
    return np.asarray(df), np.asarray(np.where(share > 0, fmi, 0.0))
