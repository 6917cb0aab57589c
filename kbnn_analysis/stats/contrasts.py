"""Contrasts of estimates: differences with the standard errors that the full covariance gives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from kbnn_analysis.errors import UsageError
from kbnn_analysis.stats.student import normal_score, student_value

Floats = npt.NDArray[np.float64]
ROUNDING = 1e-13


@dataclass(frozen=True)
class Contrasts:
    """Linear contrasts K theta of m estimates.

    Parameters
    ----------
    matrix : ndarray of shape (k, m)
        The contrasts K; rows sum to zero for comparisons.
    difference, std_error, df : ndarray of shape (k,)
        Estimates of the contrasts, their standard errors and degrees of freedom (inf: normal).
    """

    matrix: Floats
    difference: Floats
    std_error: Floats
    df: Floats

    @property
    def statistic(self) -> Floats:
        """Return difference over standard error; without an error 0 for none, else infinite."""
        return ratio(self.difference, self.std_error)

    @property
    def score(self) -> Floats:
        """Return the statistic as a normal score, see :func:`normal_score`."""
        return normal_score(self.statistic, self.df)

    @property
    def p_value(self) -> Floats:
        """Return two-sided p-values."""
        return np.asarray(2.0 * special.ndtr(-np.abs(self.score)))

    def ends(self, score: float) -> tuple[Floats, Floats]:
        """Return lower and upper ends of intervals, of shape (k,), at a normal score."""
        half = student_value(score, self.df) * self.std_error
        return self.difference - half, self.difference + half

    def score_within(self, margin: float) -> Floats:
        """Return normal scores of |difference| < margin: the lesser of both one-sided ones."""
        inside = ratio(margin - np.abs(self.difference), self.std_error)
        return normal_score(inside, self.df)

    def covariance(self, of_estimates: Floats) -> Floats:
        """Return the covariance of the contrasts, K V K'."""
        return np.asarray(self.matrix @ of_estimates @ self.matrix.T)


def contrasts(
    matrix: npt.ArrayLike,
    estimate: npt.ArrayLike,
    covariance: npt.ArrayLike,
    df: npt.ArrayLike | None = None,
) -> Contrasts:
    """Return the contrasts of estimates.

    The standard error is sqrt(k' V k), so that correlated estimates, and a mean that contains the
    unit itself, need no special case. Degrees of freedom follow Satterthwaite from those of the
    single variances: (sum k_i^2 v_i)^2 / sum(k_i^4 v_i^2 / df_i); covariances do not enter there.

    Parameters
    ----------
    matrix : array of shape (k, m)
        One contrast a row.
    estimate : array of shape (m,)
        Estimates.
    covariance : array of shape (m, m)
        Their covariance.
    df : array of shape (m,), optional
        Degrees of freedom of each variance; NaN, infinite or left out: the normal distribution.

    Returns
    -------
    Contrasts
        Differences with standard errors and degrees of freedom.

    Raises
    ------
    UsageError
        If the shapes do not fit.

    References
    ----------
    Satterthwaite, F. E. (1946). *Biometrics Bulletin* 2, 110-114. In R: ``emmeans::contrast``;
    for two independent samples ``t.test`` (Welch).

    Examples
    --------
    >>> found = contrasts(pair_matrix(2), [0.98, 0.95], np.diag([1e-4, 3e-4]))
    >>> found.difference.round(4).tolist(), found.std_error.round(4).tolist()
    ([0.03], [0.02])
    """
    K, theta, V = (np.asarray(each, dtype=float) for each in (matrix, estimate, covariance))
    if theta.ndim != 1 or V.shape != (len(theta),) * 2 or K.shape[1:] != theta.shape:
        raise UsageError(
            f"contrasts {K.shape}, estimates {theta.shape} and covariance {V.shape} do not fit."
        )
    own = K**2 * np.diag(V)
    scale = own.sum(axis=1)
    variance = np.einsum("ij,ij->i", K @ V, K)
    variance = np.where(variance > ROUNDING * scale, variance, 0.0)
    return Contrasts(K, K @ theta, np.sqrt(variance), _satterthwaite(own, scale, df))


def pair_matrix(units: int) -> Floats:
    """Return the contrasts of all pairs: the first of each minus the second.

    Parameters
    ----------
    units : int
        Number of estimates m.

    Returns
    -------
    ndarray of shape (m (m - 1) / 2, m)
        Pairs (0, 1), (0, 2), ..., (1, 2), ...

    Examples
    --------
    >>> pair_matrix(3).tolist()
    [[1.0, -1.0, 0.0], [1.0, 0.0, -1.0], [0.0, 1.0, -1.0]]
    """
    first, second = np.triu_indices(units, k=1)
    matrix = np.zeros((len(first), units))
    row = np.arange(len(first))
    matrix[row, first], matrix[row, second] = 1.0, -1.0
    return matrix


def mean_matrix(weight: npt.ArrayLike) -> Floats:
    """Return the contrasts of each unit with the weighted mean of all, itself included.

    Parameters
    ----------
    weight : array of shape (m,)
        Weights of the units, not negative; ones give the plain mean.

    Returns
    -------
    ndarray of shape (m, m)
        I - 1 w' with w summing to one.

    Examples
    --------
    >>> mean_matrix([1, 3]).tolist()
    [[0.75, -0.75], [-0.25, 0.25]]
    """
    w = np.asarray(weight, dtype=float)
    if not (np.isfinite(w).all() and (w >= 0).all() and w.sum() > 0):
        raise UsageError("the weights of a mean must be known, not negative, and not all zero.")
    return np.asarray(np.eye(len(w)) - w / w.sum())


def reference_matrix(units: int, reference: int) -> Floats:
    """Return the contrasts of each unit with one of them; the row of the reference is zero.

    Parameters
    ----------
    units : int
        Number of estimates m.
    reference : int
        Position of the reference.

    Returns
    -------
    ndarray of shape (m, m)
        I - 1 e'.

    Examples
    --------
    >>> reference_matrix(2, 1).tolist()
    [[1.0, -1.0], [0.0, 0.0]]
    """
    matrix = np.eye(units)
    matrix[:, reference] -= 1.0
    return matrix


def ratio(difference: Floats, std_error: Floats) -> Floats:
    """Return difference over standard error; with no error, 0 for no difference, else infinite."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found = difference / std_error
    return np.where((difference == 0) & (std_error == 0), 0.0, found)


def _satterthwaite(own: Floats, scale: Floats, df: npt.ArrayLike | None) -> Floats:
    """Return the degrees of freedom; `own` holds k^2 v, of shape (k, m)."""
    if df is None:
        return np.full(len(scale), np.inf)
    nu = np.broadcast_to(np.asarray(df, dtype=float), own.shape[1:])
    spent = own**2 @ np.where(np.isnan(nu), 0.0, 1.0 / np.maximum(nu, 1.0))
    with np.errstate(divide="ignore", invalid="ignore"):
        found = scale**2 / spent
    return np.where(spent > 0, found, np.inf)
