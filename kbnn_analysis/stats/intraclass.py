"""Intra-class correlation: how alike two respondents of the same unit are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from kbnn_analysis.errors import UsageError


@dataclass(frozen=True)
class IntraClass:
    """One-way analysis of variance of answers within units.

    Parameters
    ----------
    icc : float
        Part of the variance of single answers that lies between units; may be below zero.
    conf_low, conf_high : float
        Exact for equal sizes and normal answers (Searle); close otherwise.
    between, within : float
        Mean squares.
    size : float
        Mean size m0 that stands for unequal sizes.
    f, p_value : float
        F statistic of equal units and its p-value.
    """

    icc: float
    conf_low: float
    conf_high: float
    between: float
    within: float
    size: float
    f: float
    p_value: float


def icc_anova(
    n: npt.ArrayLike,
    mean: npt.ArrayLike,
    sum_of_squares: npt.ArrayLike,
    *,
    conf_level: float = 0.95,
) -> IntraClass:
    """Return the ANOVA intra-class correlation from the size, mean and spread of each unit.

    Parameters
    ----------
    n : array of shape (m,)
        Answers of each unit; units without answers are left out.
    mean : array of shape (m,)
    sum_of_squares : array of shape (m,)
        Sum of squared deviations from the unit's own mean.
    conf_level : float

    Returns
    -------
    IntraClass

    Raises
    ------
    UsageError
        If fewer than two units have answers, or no unit has two.

    References
    ----------
    Donner, A. (1986). *International Statistical Review* 54, 67-82. In R: ``anova(lm(y ~ unit))``.

    Examples
    --------
    >>> found = icc_anova([5, 5, 5], [1.0, 2.0, 3.0], [4.0, 4.0, 4.0])
    >>> round(found.icc, 3)
    0.444
    """
    n, mean, ss = (np.asarray(part, dtype=float) for part in (n, mean, sum_of_squares))
    seen = n > 0
    n, mean, ss = n[seen], mean[seen], ss[seen]
    m, total = len(n), float(n.sum())
    if m < 2 or total <= m:
        raise UsageError(f"an ICC needs two units, one with two answers; got {m} with {total:g}.")
    between = float(n @ (mean - n @ mean / total) ** 2) / (m - 1)
    within = float(ss.sum()) / (total - m)
    size = (total - float(n @ n) / total) / (m - 1)
    if between == within == 0:
        raise UsageError("all answers are the same; an ICC has no meaning here.")
    f = between / within if within > 0 else np.inf
    tail = (1.0 - conf_level) / 2.0
    low, high = (f / stats.f.ppf(q, m - 1, total - m) for q in (1.0 - tail, tail))
    return IntraClass(
        _icc(f, size),
        _icc(float(low), size),
        _icc(float(high), size),
        between,
        within,
        size,
        f,
        float(stats.f.sf(f, m - 1, total - m)),
    )


def icc_from_counts(
    count: npt.ArrayLike, n: npt.ArrayLike, *, conf_level: float = 0.95
) -> IntraClass:
    """Return the intra-class correlation of yes/no answers from counts per unit.

    Parameters
    ----------
    count, n : array of shape (m,)
        Answers that meet the measure, and all valid answers.
    conf_level : float

    Returns
    -------
    IntraClass

    Examples
    --------
    >>> round(icc_from_counts([90, 70, 95], [100, 100, 100]).icc, 3)
    0.122
    """
    x, size = np.asarray(count, dtype=float), np.asarray(n, dtype=float)
    seen = size > 0
    rate = x[seen] / size[seen]
    return icc_anova(size[seen], rate, size[seen] * rate * (1 - rate), conf_level=conf_level)


def _icc(f: float, size: float) -> float:
    return float((f - 1.0) / (f + size - 1.0)) if np.isfinite(f) else 1.0
