"""R4 for change: everything to the coarser of the two periods' decimals, intervals outward."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from kbnn_analysis.disclosure import rounding
from kbnn_analysis.disclosure.ranks import LEAST_FOR_A_RANK
from kbnn_analysis.disclosure.rules import Rules
from kbnn_analysis.results import Change

_NEAREST = ("estimate", "estimate_earlier", "difference", "shrunken", "regression")
_DOWN = ("conf_low", "shrunken_low")
_UP = ("conf_high", "shrunken_high", "std_error")
_RANKS = (
    "rank_low", "rank_high", "rank_low_earlier", "rank_high_earlier", "moved_low", "moved_high",
)  # fmt: skip


def finish_change(result: Change, frame: pd.DataFrame) -> pd.DataFrame:
    """Return changes as finely as the period with fewer answers may be written.

    Parameters
    ----------
    result : Change
        Tells shares from means.
    frame : DataFrame
        Its frame, hidden rows empty.
    """
    shown = frame.copy()
    kinds = [getattr(result.measures.get(str(name)), "kind", "") for name in frame["measure"]]
    is_share = np.array([kind != "mean" for kind in kinds], dtype=bool)
    n = np.fmin(frame["n"].to_numpy(dtype=float), frame["n_earlier"].to_numpy(dtype=float))
    side = frame["side"].to_numpy(dtype=float)
    places = np.where(
        is_share, rounding.share_decimals(n, side) + 2, rounding.mean_decimals(n)
    ).astype(np.int64)
    ours = ~np.isnan(n)
    for names, how in ((_NEAREST, rounding.nearest), (_DOWN, rounding.downward),
                       (_UP, rounding.upward)):  # fmt: skip
        for name in names:
            if name in frame:
                _put(shown, name, how(frame[name], places), ours)
    _put(shown, "statistic", rounding.nearest(frame["statistic"], 1), ours)
    _put(shown, "correlation", rounding.nearest(frame["correlation"], 1), ours)
    for name in ("p_value", "p_adjusted"):
        _put(shown, name, rounding.upward(frame[name], 2), ours)
    for name in ("n", "n_earlier"):
        _put(shown, name, rounding.round_counts(frame[name]), ours)
    shown["side"] = np.nan
    shown["display"] = [
        ""
        if np.isnan(value) or not mine
        else f"{100 * value:.{decimals - 2}f}%"
        if share
        else f"{value:.{decimals}f}"
        for value, decimals, share, mine in zip(
            shown["estimate"].astype(float), places, is_share, ours, strict=True
        )
    ]
    return shown


def finish_rank_change(frame: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """Return rank sets of units with enough answers in both periods to be called by a rank (R10).

    Parameters
    ----------
    frame : DataFrame
        Of a :class:`~kbnn_analysis.results.RankChange`, hidden rows empty.
    rules : Rules
        The limits of the release.
    """
    shown = frame.copy()
    fewest = np.fmin(frame["n"].to_numpy(dtype=float), frame["n_earlier"].to_numpy(dtype=float))
    ranked = np.isnan(fewest) | (fewest >= max(LEAST_FOR_A_RANK, rules.min_n))
    for name in _RANKS:
        shown[name] = shown[name].where(ranked)
    for name in ("n", "n_earlier"):
        shown[name] = rounding.round_counts(frame[name])
    shown["side"] = np.nan
    return shown


def _put(
    shown: pd.DataFrame, name: str, values: npt.NDArray[np.float64], ours: npt.NDArray[np.bool_]
) -> None:
    shown[name] = np.where(ours, values, shown[name].to_numpy(dtype=float))
