"""The units of one measure and period that may be compared, ready for arithmetic."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference.aggregates import require_precision
from kbnn_analysis.results import Estimates
from kbnn_analysis.stats.rank_sets import pooled_spread
from kbnn_analysis.stats.smoothed_variance import RULE, median_deff, smoothed_variance

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
NO_VARIANCE = 1e-15  # of the squared width of the scale


@dataclass(frozen=True)
class Comparable:
    """Units with enough answers, with a variance for each.

    Parameters
    ----------
    rows : ndarray of int, shape (m,)
        Their rows in the estimates.
    left_out : int
        Rows that were left out.
    estimate, n, df : ndarray of shape (m,)
        Estimates, answers (NaN where unknown), degrees of freedom (NaN: normal).
    covariance : ndarray of shape (m, m)
        Covariance, smoothed where a unit had no variance.
    smoothed : int
        How many units were smoothed.
    least_spread : ndarray of shape (m, m)
        Least standard errors of differences: those of equal proportions, at n over the median
        design effect; 0 for means and where n is unknown.
    common_variance : ndarray of shape (m,)
        Variance of each rate were it the common one; 0 for means and where n is unknown.
    size : ndarray of shape (m,)
        n over the median design effect; NaN for means, full counts, and where n is unknown.
    """

    rows: npt.NDArray[np.intp]
    left_out: int
    estimate: Floats
    n: Floats
    df: Floats
    covariance: Floats
    smoothed: int
    least_spread: Floats
    common_variance: Floats
    size: Floats

    @property
    def raised_covariance(self) -> Floats:
        """Return the covariance with each variance at least that of the common rate.

        A small unit whose few answers happen to agree looks far too sure of itself; among 63
        equal provinces it would stand out in every second survey.
        """
        own = np.diag(self.covariance)
        factor = np.sqrt(np.maximum(self.common_variance, own) / np.where(own > 0, own, 1.0))
        factor = np.where(own > 0, factor, 1.0)
        return np.asarray(self.covariance * factor[:, None] * factor)

    @property
    def exact(self) -> bool:
        """Return whether each unit has a rate of so many answers, as exact limits need."""
        return bool(np.isfinite(self.size).all())

    @property
    def facts(self) -> dict[str, object]:
        """Return what a result's notes must tell of it."""
        return {
            "units": len(self.rows),
            "left_out": self.left_out,
            "smoothed": self.smoothed,
            "zero_variance": RULE,
        }


def comparable_units(estimates: Estimates, *, min_n: int, purpose: str) -> Comparable:
    """Choose the units that may be compared and see to their variances.

    Left out are rows without an estimate or a standard error, suppressed ones, and those with
    fewer than `min_n` answers: a hidden value could be found from the others otherwise. Rates that
    were published without n stay in where a standard error is known.

    A variance of zero is replaced (:mod:`kbnn_analysis.stats.smoothed_variance`), unless a finite
    population was declared and the estimate lies inside its scale: then everyone answered, and the
    value is known exactly.

    Parameters
    ----------
    estimates : Estimates
        One measure, one period.
    min_n : int
        Least number of answers.
    purpose : str
        What needs them, for the sentence of an error: "A ranking".

    Returns
    -------
    Comparable
        The units.

    Raises
    ------
    UsageError
        If there are several measures or periods, no standard errors, or a unit without a variance
        has no n.
    """
    _check_one(estimates.frame, purpose)
    if not min_n >= 1:
        raise UsageError(f"`min_n` must be 1 or more; got {min_n!r}.")
    require_precision(estimates, purpose)
    frame, variance = estimates.frame, np.diag(estimates.covariance)
    estimate, n = _numbers(frame, "estimate"), _numbers(frame, "n")
    usable = np.isfinite(estimate) & np.isfinite(variance) & ~(n < min_n)
    if "suppressed" in frame:
        usable &= ~frame["suppressed"].fillna(False).to_numpy(dtype=bool)
    rows = np.flatnonzero(usable)
    covariance = np.array(estimates.covariance[np.ix_(rows, rows)])
    df = _numbers(frame, "df")[rows]
    flat = _without_variance(estimates, rows, covariance, df)
    if flat.any():
        filled = _filled(estimates, rows, flat)
        covariance[flat, :] = covariance[:, flat] = 0.0
        covariance[flat, flat] = filled
        df[flat] = np.nan
    size = _sizes(estimates, rows, np.diag(covariance) > 0, ~flat)
    return Comparable(
        rows,
        len(frame) - len(rows),
        estimate[rows],
        n[rows],
        df,
        covariance,
        int(flat.sum()),
        _least_spread(estimate[rows], size),
        _common_variance(estimate[rows], size),
        size,
    )


def _sizes(
    estimates: Estimates, rows: npt.NDArray[np.intp], uncertain: Flags, varies: Flags
) -> Floats:
    """Return n over the median design effect; NaN for means, unknown n, and full counts."""
    n, deff = (_numbers(estimates.frame, name)[rows] for name in ("n", "deff"))
    names = estimates.frame["measure"].unique()
    info = estimates.measures.get(str(names[0])) if len(names) else None
    if info is None or info.kind != "proportion" or not len(rows):
        return np.full(len(rows), np.nan)
    known = np.where((n > 0) & uncertain, n, np.nan)
    return np.asarray(known / max(median_deff(deff, varies), 1e-6))


def _least_spread(rate: Floats, size: Floats) -> Floats:
    """Return the spread of equal proportions, pair by pair; 0 where a size is unknown."""
    known = np.isfinite(size)
    spread = pooled_spread(rate, np.where(known, size, 1.0))
    return np.where(known[:, None] & known, spread, 0.0)


def _common_variance(rate: Floats, size: Floats) -> Floats:
    known = np.isfinite(size)
    if not known.any():
        return np.zeros(len(rate))
    common = float(np.average(rate[known], weights=size[known]))
    return np.where(known, common * (1 - common) / np.where(known, size, 1.0), 0.0)


def _check_one(frame: pd.DataFrame, purpose: str) -> None:
    for column in ("period", "measure"):
        found = frame[column].unique()
        if len(found) > 1:
            raise UsageError(
                f"{purpose} takes one {column} at a time, it got {', '.join(map(str, found[:3]))}; "
                f"choose with .where({column}=...)."
            )


def _without_variance(
    estimates: Estimates, rows: npt.NDArray[np.intp], covariance: Floats, df: Floats
) -> Flags:
    low, high = _scale(estimates)
    flat = np.diag(covariance) <= NO_VARIANCE * (high - low) ** 2
    if not estimates.notes.get("fpc"):
        return flat
    value = _numbers(estimates.frame, "estimate")[rows]
    return np.asarray(flat & ~((value > low) & (value < high) & ~(df <= 0)))


def _filled(estimates: Estimates, rows: npt.NDArray[np.intp], flat: Flags) -> Floats:
    low, high = _scale(estimates)
    value, n = (_numbers(estimates.frame, name)[rows] for name in ("estimate", "n"))
    if not ((value[flat] >= low) & (value[flat] <= high)).all():
        raise UsageError(
            "A unit has no variance and the scale of its measure is not known: declare the measure "
            "in `measures`, or leave the unit out."
        )
    deff = median_deff(_numbers(estimates.frame, "deff")[rows], ~flat)
    return smoothed_variance(value[flat], n[flat], deff=deff, low=low, high=high)


def _scale(estimates: Estimates) -> tuple[float, float]:
    names = estimates.frame["measure"].unique()
    info = estimates.measures.get(str(names[0])) if len(names) else None
    return (info.low, info.high) if info else (0.0, 1.0)


def _numbers(frame: pd.DataFrame, name: str) -> Floats:
    if name not in frame:
        return np.full(len(frame), np.nan)
    return np.array(frame[name].to_numpy(dtype=float, na_value=np.nan))
