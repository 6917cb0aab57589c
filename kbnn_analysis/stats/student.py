"""Student's t on the scale of normal scores, so that different degrees of freedom compare."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import special

Floats = npt.NDArray[np.float64]


def normal_score(statistic: npt.ArrayLike, df: npt.ArrayLike) -> Floats:
    """Return the normal score with the same tail probability as Student's t.

    Statistics with different degrees of freedom become comparable: their largest is set against
    a critical value of normal scores. Exact for one statistic; for the largest of several it takes
    the correlation of the scores to be that of the normal errors.

    Parameters
    ----------
    statistic, df : array
        Student's t and its degrees of freedom; inf leaves the statistic as it is.

    Returns
    -------
    ndarray
        Normal scores.

    Examples
    --------
    >>> normal_score([2.228138852, 1.96], [10, np.inf]).round(6).tolist()
    [1.959964, 1.96]
    """
    t, nu = np.broadcast_arrays(np.asarray(statistic, dtype=float), np.asarray(df, dtype=float))
    student = np.isfinite(nu) & np.isfinite(t)
    if not student.any():
        return np.array(t)
    tail = special.stdtr(np.where(student, nu, 1.0), np.where(student, -np.abs(t), 0.0))
    return np.where(student, -np.sign(t) * special.ndtri(tail), t)


def student_value(score: npt.ArrayLike, df: npt.ArrayLike) -> Floats:
    """Return the t value with the same tail probability as a normal score.

    Parameters
    ----------
    score, df : array
        Normal score and degrees of freedom.

    Returns
    -------
    ndarray
        The inverse of :func:`normal_score`.

    Examples
    --------
    >>> student_value(1.959963985, [10, np.inf]).round(4).tolist()
    [2.2281, 1.96]
    """
    z, nu = np.broadcast_arrays(np.asarray(score, dtype=float), np.asarray(df, dtype=float))
    student = np.isfinite(nu) & np.isfinite(z)
    tail = special.ndtr(-np.abs(np.where(student, z, 0.0)))
    t = -np.sign(z) * special.stdtrit(np.where(student, nu, 1.0), tail)
    return np.where(student, t, z)


def pair_df(variance: Floats, df: npt.ArrayLike) -> Floats:
    """Return Satterthwaite's degrees of freedom of all differences.

    Parameters
    ----------
    variance : ndarray of shape (m,)
        Variances of the estimates.
    df : array of shape (m,)
        Their degrees of freedom; NaN counts as infinite.

    Returns
    -------
    ndarray of shape (m, m)
        Degrees of freedom of estimate k minus estimate j.

    Examples
    --------
    >>> pair_df(np.ones(2), [10, 10])[0, 1].item()
    20.0
    """
    nu = np.broadcast_to(np.asarray(df, dtype=float), variance.shape)
    spent = variance**2 * np.where(np.isnan(nu), 0.0, 1.0 / np.maximum(nu, 1.0))
    total = spent[:, None] + spent
    both = (variance[:, None] + variance) ** 2
    found = np.divide(both, total, out=np.full(both.shape, np.inf), where=total > 0)
    return np.asarray(found, dtype=np.float64)
