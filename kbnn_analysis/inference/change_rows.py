"""A row in two periods: what differs between them besides the result, and what both tell."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from kbnn_analysis.inference.period_pairs import PeriodPairs
from kbnn_analysis.results import Estimates
from kbnn_analysis.results.breaks import REASONS, Reason, breaks_between

Floats = npt.NDArray[np.float64]
NUMBERS_RATIO = 2.0  # answers more than doubled or halved: others than before may have answered


def row_reasons(estimates: Estimates, pairs: PeriodPairs) -> list[tuple[Reason, ...]]:
    """Return what differs between the periods, row by row.

    Parameters
    ----------
    estimates : Estimates
        The estimates with their breaks.
    pairs : PeriodPairs
        The rows of both periods.

    Returns
    -------
    list of tuple of str
        Reasons; ``precision`` where a standard error is unknown although there is an estimate.
    """
    frame, told = estimates.frame, []
    n, value = (frame[name].to_numpy(dtype=float, na_value=np.nan) for name in ("n", "estimate"))
    error = frame["std_error"].to_numpy(dtype=float, na_value=np.nan)
    for late, early in zip(pairs.later, pairs.earlier, strict=True):
        info = estimates.measures.get(str(frame["measure"].iloc[late]))
        known = breaks_between(
            estimates.breaks, pairs.periods, pairs.pair, info.items if info else ()
        )
        both = [late, early] if early >= 0 else [late]
        vague = bool((np.isfinite(value[both]) & np.isnan(error[both]) & ~(n[both] > 0)).any())
        ratio = n[late] / n[early] if early >= 0 and n[early] > 0 else np.nan
        uneven = bool(ratio > NUMBERS_RATIO or ratio < 1 / NUMBERS_RATIO)
        more: list[tuple[bool, Reason]] = [(vague, "precision"), (uneven, "numbers")]
        found = {*known, *(reason for said, reason in more if said)}
        told.append(tuple(reason for reason in REASONS if reason in found))
    return told


def taken(frame: pd.DataFrame, name: str, rows: npt.NDArray[np.intp]) -> Floats:
    """Return a column at the given rows; NaN for row -1."""
    values = frame[name].to_numpy(dtype=float, na_value=np.nan)
    return np.where(rows >= 0, values[rows], np.nan)


def least_side(estimates: Estimates, rows: npt.NDArray[np.intp]) -> Floats:
    """Return the fewest answers on either side of a share, or points from an end of a scale.

    Parameters
    ----------
    estimates : Estimates
        The estimates.
    rows : ndarray of int, shape (k,)
        Rows; -1 for none.

    Returns
    -------
    ndarray of shape (k,)
        NaN where n is unknown.
    """
    frame = estimates.frame
    infos = [estimates.measures.get(str(name)) for name in frame["measure"]]
    low = np.array([info.low if info else 0.0 for info in infos])
    high = np.array([info.high if info else 1.0 for info in infos])
    n, value = (frame[name].to_numpy(dtype=float, na_value=np.nan) for name in ("n", "estimate"))
    met, rest = n * (value - low), n * (high - value)
    if "count" in frame:
        count = frame["count"].to_numpy(dtype=float, na_value=np.nan)
        met, rest = (
            np.where(np.isnan(count), met, count),
            np.where(np.isnan(count), rest, n - count),
        )
    side = np.minimum(met, rest)
    return np.where(rows >= 0, side[rows], np.nan)
