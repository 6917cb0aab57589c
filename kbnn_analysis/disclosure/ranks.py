"""R10: ranks that tell no more than the rounded estimates and the rank intervals beside them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kbnn_analysis.disclosure.rules import Rules
from kbnn_analysis.results import Best

LEAST_FOR_A_RANK = 30
COLUMNS = ("rank", "rank_low", "rank_high")


def finish_ranks(frame: pd.DataFrame, rules: Rules, best: Best = "high") -> pd.DataFrame:
    """Return a frame of rounded estimates with the ranks that may be shown.

    Rank intervals were computed before disclosure and stay. The rank of an estimate follows the
    rounded estimates of the rows that are shown, so that equal figures tie, and is held within
    its interval. Units under 30 answers, hidden and banded ones have no rank: nobody is called
    worst on so few answers.

    Parameters
    ----------
    frame : DataFrame
        With ``n``, ``estimate`` and the rank columns; hidden and banded rows have no estimate.
    rules : Rules
        The limits of the release.
    best : {"high", "low"}
        Which estimates are best.

    Examples
    --------
    >>> frame = pd.DataFrame({"n": [300.0, 300, 20], "estimate": [0.9, 0.9, 0.7],
    ...     "rank": [1.0, 2, 3], "rank_low": [1.0, 1, 1], "rank_high": [2.0, 3, 3]})
    >>> finish_ranks(frame, Rules())["rank"].tolist()
    [1.5, 1.5, nan]
    """
    shown = frame.copy()
    ranked = shown["rank_low"].notna() & shown["estimate"].notna()
    ranked &= ~(shown["n"] < max(LEAST_FOR_A_RANK, rules.min_n))
    for column in COLUMNS:
        shown[column] = shown[column].where(ranked)
    if "tier" in shown:
        shown["tier"] = shown["tier"].where(ranked)
    groups = [name for name in ("period", "measure") if name in shown]
    estimate = shown["estimate"].where(ranked)
    keys = [shown[name] for name in groups]
    grouped = estimate.groupby(keys) if keys else estimate
    order = grouped.rank(ascending=best == "low")
    shown["rank"] = np.clip(order, shown["rank_low"], shown["rank_high"])
    return shown
