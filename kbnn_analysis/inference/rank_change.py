"""By how many places a unit may have moved: ranks of two periods, never without their sets."""

from __future__ import annotations

import numpy as np

from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference.change_rows import least_side, row_reasons, taken
from kbnn_analysis.inference.direction import best_end
from kbnn_analysis.inference.period_pairs import PeriodPairs, period_pairs
from kbnn_analysis.inference.ranking import rank
from kbnn_analysis.language import Label
from kbnn_analysis.results import Best, Estimates, RankChange
from kbnn_analysis.results.breaks import SEVERE


def rank_change(
    estimates: Estimates,
    *,
    current: str | None = None,
    against: str = "previous",
    min_n: int = 10,
    level: float = 0.95,
    best: Best | None = None,
) -> RankChange:
    """Bound the places that each unit has gained or lost between two periods.

    Simultaneous rank sets are found in each period, each at a level that leaves half of the error
    to the other; a unit moved by no fewer and no more places than the two sets allow. The bounds
    hold for all units together, whatever the covariance between the periods; they are cautious.
    Only units with enough answers in both periods are ranked, among each other.

    Parameters
    ----------
    estimates : Estimates
        One measure by unit, two periods or more.
    current, against, min_n
        As in :func:`kbnn_analysis.inference.change.change`.
    level : float
        Level of the bounds, for all units together.
    best : {"high", "low"}, optional
        Which estimates are best; the measure says by default.

    Returns
    -------
    RankChange
        Every unit of the later period.

    Raises
    ------
    UsageError
        If there are several measures, or no earlier period.

    References
    ----------
    Mogstad, M., Romano, J. P., Shaikh, A. M. and Wilhelm, D. (2024), as in :func:`rank`;
    Bonferroni over the two periods.

    Examples
    --------
    >>> import pandas as pd
    >>> from kbnn_analysis.inference.aggregates import estimates_from_counts
    >>> from kbnn_analysis.inference.joining_periods import join_periods
    >>> from kbnn_analysis.results import MeasureInfo
    >>> info = MeasureInfo("satisfied", "published", "1", "proportion", Label.same("satisfied"))
    >>> periods = [
    ...     estimates_from_counts(
    ...         pd.DataFrame({"unit": ["A", "B"], "count": x, "n": 400}), info, period=when)
    ...     for x, when in (([380, 200], "2023-1"), ([200, 380], "2023-2"))]
    >>> found = rank_change(join_periods(periods)).frame
    >>> found[["unit", "moved_low", "moved_high"]].to_numpy().tolist()
    [['A', -1.0, -1.0], ['B', 1.0, 1.0]]
    """
    if estimates.frame["measure"].nunique() > 1:
        raise UsageError("Ranks of several measures differ; choose one with .where(measure=...).")
    best = best_end(estimates, best)
    pairs = period_pairs(estimates, current, against, min_n=min_n)
    reasons = row_reasons(estimates, pairs)
    usable = pairs.usable & np.array([not SEVERE & set(each) for each in reasons], dtype=bool)
    columns = _sets(estimates, pairs, usable, 1 - (1 - level) / 2, min_n, best)
    frame = estimates.frame
    keys = frame[list(estimates.by)].iloc[pairs.later].reset_index(drop=True)
    made = keys.assign(
        earlier=pairs.pair[0],
        n=taken(frame, "n", pairs.later),
        n_earlier=taken(frame, "n", pairs.earlier),
        side=np.fmin(*(least_side(estimates, rows) for rows in (pairs.later, pairs.earlier))),
        **columns,
        comparable=usable,
        reason=[", ".join(each) for each in reasons],
    )
    head = Label("So với", "Against")
    names = {**estimates.labels.get("column", {}), "earlier": head}
    return RankChange(
        frame=made,
        by=(*estimates.by, "earlier"),
        method=(
            f"Simultaneous rank sets of both periods among the {int(usable.sum())} units ranked in "
            f"both; together they bound the places moved at {100 * level:g} %. {estimates.method}"
        ),
        labels={
            **estimates.labels, "earlier": estimates.labels.get("period", {}), "column": names,
        },
        notes={**estimates.notes, "rank_level": level, "best": best, "later": pairs.pair[1],
               "earlier": pairs.pair[0], "min_n": min_n, "units": int(usable.sum())},
        simulated=estimates.simulated,
        measures=estimates.measures,
    )  # fmt: skip


def _sets(
    estimates: Estimates,
    pairs: PeriodPairs,
    usable: np.ndarray,
    level: float,
    min_n: int,
    best: Best,
) -> dict[str, np.ndarray]:
    names = ("rank_low", "rank_high", "rank_low_earlier", "rank_high_earlier")
    columns = {name: np.full(len(pairs.later), np.nan) for name in names}
    for ending, rows in (("", pairs.later), ("_earlier", pairs.earlier)):
        if usable.sum() < 2:
            break
        found = rank(estimates.take(rows[usable]), level=level, min_n=min_n, best=best).frame
        for end in ("rank_low", "rank_high"):
            columns[f"{end}{ending}"][usable] = found[end].to_numpy(dtype=float)
    columns["moved_low"] = columns["rank_low_earlier"] - columns["rank_high"]
    columns["moved_high"] = columns["rank_high_earlier"] - columns["rank_low"]
    return columns
