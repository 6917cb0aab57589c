"""Rows of two periods side by side, with variances that small rates cannot make too small."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kbnn_analysis.errors import UsageError, check_one_of
from kbnn_analysis.inference.comparable import comparable_units
from kbnn_analysis.periods import parse_period
from kbnn_analysis.results import Estimates

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]


@dataclass(frozen=True)
class PeriodPairs:
    """The rows of a later period with their rows of an earlier one.

    Parameters
    ----------
    periods : tuple of str
        All periods of the estimates in time.
    pair : tuple of str
        The earlier and the later period.
    later, earlier : ndarray of int, shape (k,)
        Rows in the estimates; ``earlier`` is -1 where there is none.
    usable : ndarray of bool, shape (k,)
        Whether both may enter a comparison (enough answers, a standard error).
    covariance : ndarray of shape (rows, rows)
        Covariance of all rows; variances of rates at least those of the common rate.
    df : ndarray of shape (rows,)
        Degrees of freedom, NaN for the normal distribution.
    size : ndarray of shape (rows,)
        Answers behind each rate, divided by the median design effect; NaN for other measures.
    """

    periods: tuple[str, ...]
    pair: tuple[str, str]
    later: Places
    earlier: Places
    usable: npt.NDArray[np.bool_]
    covariance: Floats
    df: Floats
    size: Floats


def period_pairs(
    estimates: Estimates, current: str | None, against: str, *, min_n: int
) -> PeriodPairs:
    """Pair each row of a period with the same row of an earlier one.

    Parameters
    ----------
    estimates : Estimates
        Two periods or more.
    current : str, optional
        The later period; the last one where left out.
    against : str
        "previous", "first", or a period before the later one.
    min_n : int
        Fewest answers in either period.

    Returns
    -------
    PeriodPairs
        In the order of the later period's rows.

    Raises
    ------
    UsageError
        If there is no earlier period, or a period is not there.
    """
    periods = tuple(sorted(estimates.frame["period"].unique(), key=parse_period))
    pair = _pair(periods, current, against)
    keys = list(estimates.frame[list(estimates.by)].itertuples(index=False, name=None))
    place = {key: row for row, key in enumerate(keys)}
    later = np.array([row for row, key in enumerate(keys) if key[0] == pair[1]], dtype=np.intp)
    earlier = np.array([place.get((pair[0], *keys[row][1:]), -1) for row in later], dtype=np.intp)
    covariance, df, sizes, fit = _variances(estimates, pair, min_n)
    usable = fit[later] & np.where(earlier >= 0, fit[earlier], False)
    return PeriodPairs(periods, pair, later, earlier, usable, covariance, df, sizes)


def _pair(periods: Sequence[str], current: str | None, against: str) -> tuple[str, str]:
    later = periods[-1] if current is None else parse_period(current).id
    check_one_of("current", later, periods)
    before = list(periods[: periods.index(later)])
    if not before:
        raise UsageError(
            f"Change needs an earlier period; the estimates hold {', '.join(periods)} alone. "
            "Stack the surveys of several periods first."
        )
    if against in ("previous", "first"):
        return (before[-1] if against == "previous" else before[0]), later
    earlier = parse_period(against).id
    check_one_of("against", earlier, before)
    return earlier, later


def _variances(
    estimates: Estimates, pair: tuple[str, str], min_n: int
) -> tuple[Floats, Floats, Floats, npt.NDArray[np.bool_]]:
    """Return the covariance with raised variances, df, sizes, and which rows may be compared.

    Each variance is raised by its own factor, covariances with both: correlations stay.
    """
    frame = estimates.frame
    size = len(frame)
    df = frame["df"].to_numpy(float) if "df" in frame else np.full(size, np.nan)
    df = np.array(df)
    own = np.array(estimates.covariance.diagonal())
    raised, usable, sizes = own.copy(), np.zeros(size, dtype=bool), np.full(size, np.nan)
    for period in pair:
        for measure in frame.loc[frame["period"] == period, "measure"].unique():
            chosen = ((frame["period"] == period) & (frame["measure"] == measure)).to_numpy()
            rows = np.flatnonzero(chosen)
            if not np.isfinite(own[rows]).any():
                continue
            units = comparable_units(estimates.take(rows), min_n=min_n, purpose="Change")
            found = rows[units.rows]
            raised[found], df[found] = units.raised_covariance.diagonal(), units.df
            usable[found], sizes[found] = True, units.size
    some = usable & (own > 0)
    factor = np.where(some, np.sqrt(raised / np.where(some, own, 1.0)), 1.0)
    covariance = estimates.covariance * factor[:, None] * factor
    covariance = np.where(np.isnan(covariance), 0.0, covariance)
    covariance[np.diag_indices(size)] = np.where(usable, raised, 0.0)
    return covariance, df, sizes, usable
