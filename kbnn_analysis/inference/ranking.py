"""Ranks of units with the sets of ranks that the data allow."""

from __future__ import annotations

from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from kbnn_analysis.errors import UsageError, check_one_of
from kbnn_analysis.inference.comparable import Comparable, comparable_units
from kbnn_analysis.inference.direction import best_end
from kbnn_analysis.results import Best, Estimates
from kbnn_analysis.results.ranking import Ranking
from kbnn_analysis.stats.binomial_ranks import binomial_rank_sets
from kbnn_analysis.stats.rank_sets import Kind, RankSets, Sides, independent, rank_sets
from kbnn_analysis.stats.tiers import tier_name, tiers

Floats = npt.NDArray[np.float64]
RankMethod = Literal["normal", "exact"]


def rank(
    estimates: Estimates,
    *,
    min_n: int = 10,
    level: float = 0.95,
    kind: Kind = "simultaneous",
    sides: Sides = "two",
    stepwise: bool = True,
    best: Best | None = None,
    method: RankMethod = "normal",
) -> Ranking:
    """Rank units of one measure and period, with confidence sets for their ranks.

    Parameters
    ----------
    estimates : Estimates
        One row for each unit, with their covariance.
    min_n : int
        Units with fewer valid answers are left unranked: the rank of a hidden unit could be read
        from the gaps between the others.
    level : float
        Level of the rank sets.
    kind : {"simultaneous", "marginal"}
        Whether the level holds for all units together, as it must where units are chosen by their
        result ("the first"), or for each unit alone, as for one that was named beforehand.
    sides : {"two", "lower", "upper"}
        Whether sets bound the rank from both sides, or only the best or the worst possible rank.
    stepwise : bool
        Step down; never wider.
    best : {"high", "low"}, optional
        Which estimates are best; the measure says by default.
    method : {"normal", "exact"}
        "normal" works from the full covariance and fits every design; "exact" needs counts of
        independent answers of equal weight, and holds for every sample size.

    Returns
    -------
    Ranking
        With ``rank`` (ties share the mean), ``rank_low``, ``rank_high`` and ``tier``; missing for
        unranked units.

    Raises
    ------
    UsageError
        If there is more than one measure or period, an option does not fit, or a variance is
        neither known nor to be had from n.

    References
    ----------
    Mogstad, M., Romano, J. P., Shaikh, A. M. and Wilhelm, D. (2024). Inference for Ranks.
    *Review of Economic Studies* 91, 476-518. In R: ``csranks::csranks``.

    Examples
    --------
    >>> frame = pd.DataFrame(
    ...     {"period": "2023-1", "measure": "m", "unit": ["19", "01"], "n": [200, 250],
    ...      "count": [200, 190], "estimate": [1.0, 0.76], "std_error": [0.0, 0.027],
    ...      "conf_low": [0.98, 0.70], "conf_high": [1.0, 0.81]}
    ... )
    >>> few = Estimates(frame=frame, by=("period", "measure", "unit"), method="Wilson",
    ...     covariance=np.diag([0.0, 0.027**2]))
    >>> rank(few).frame[["unit", "rank", "rank_low", "rank_high"]].to_numpy().tolist()
    [['19', 1.0, 1.0, 1.0], ['01', 2.0, 2.0, 2.0]]
    """
    check_one_of("method", method, get_args(RankMethod))
    best = best_end(estimates, best)
    units = comparable_units(estimates, min_n=min_n, purpose="A ranking")
    chosen: dict[str, Any] = {"level": level, "kind": kind, "sides": sides}
    sign = 1.0 if best == "high" else -1.0
    sets = None
    if len(units.rows) >= 2:
        if method == "exact":
            sets = binomial_rank_sets(*_counts(estimates, units, best), **chosen)
        else:
            theta, V = sign * units.estimate, units.covariance
            least = units.least_spread
            sets = rank_sets(theta, V, df=units.df, stepwise=stepwise, least_spread=least, **chosen)
    notes = {
        **estimates.notes,
        **units.facts,
        **_facts(units, sets, method, stepwise),
        "rank_sets": kind,
        "rank_sides": sides,
        "rank_level": level,
        "best": best,
        "min_n": min_n,
        "unranked": units.left_out,
    }
    kept = [*estimates.by, "n", "estimate", "std_error", "conf_low", "conf_high"]
    return Ranking(
        frame=_ranked(estimates.to_frame()[kept], units, sets, sign),
        by=estimates.by,
        method=f"{ranking_sentence(notes)} {estimates.method}",
        labels=estimates.labels,
        notes=notes,
        simulated=estimates.simulated,
        measures=estimates.measures,
        conf_level=estimates.conf_level,
    )


def ranking_sentence(notes: dict[str, Any]) -> str:
    """Return one English sentence on how the sets of a ranking were made.

    Parameters
    ----------
    notes : dict
        Notes of the ranking.

    Returns
    -------
    str
        Level, kind, tests, source of the critical value with its error, rule for zero variance.
    """
    whom = "all units together" if notes["rank_sets"] == "simultaneous" else "each unit alone"
    ends = {"two": "", "lower": ", best rank only", "upper": ", worst rank only"}
    told = (
        f"Ranks with {100 * notes['rank_level']:g} % confidence sets for {whom}"
        f"{ends[notes['rank_sides']]}, from tests of pairwise differences (Mogstad, Romano, Shaikh "
        f"and Wilhelm); {notes['rank_critical']}"
    )
    if notes["rank_method"] == "normal" and notes["pooled_errors"]:
        told += "; standard errors of differences are at least those of equal proportions"
    if notes["rank_method"] == "normal" and notes["smoothed"]:
        told += f"; {notes['zero_variance']} ({notes['smoothed']} units)"
    return f"{told}."


def _ranked(
    frame: pd.DataFrame, units: Comparable, sets: RankSets | None, sign: float
) -> pd.DataFrame:
    columns = {name: np.full(len(frame), np.nan) for name in ("rank", "rank_low", "rank_high")}
    tier = np.full(len(frame), "", dtype=object)
    columns["rank"][units.rows] = pd.Series(sign * units.estimate).rank(ascending=False).to_numpy()
    if sets is not None:
        columns["rank_low"][units.rows] = sets.low
        columns["rank_high"][units.rows] = sets.high
        tier[units.rows] = [tier_name(int(number)) for number in tiers(sets.better)]
    elif len(units.rows):  # a single unit has no competitor
        columns["rank_low"][units.rows] = columns["rank_high"][units.rows] = 1.0
        tier[units.rows] = tier_name(1)
    return frame.assign(**columns, tier=tier)


def _counts(estimates: Estimates, units: Comparable, best: str) -> tuple[Floats, Floats]:
    notes = estimates.notes
    if notes.get("weighted") or notes.get("psu"):
        why = "are weighted" if notes.get("weighted") else "come from declared PSUs"
        raise UsageError(
            f"`method` 'exact' takes answers as independent and equal, but these {why}; "
            "use 'normal'."
        )
    frame = estimates.frame.iloc[units.rows]
    count = frame["count"].to_numpy(dtype=float) if "count" in frame else units.n * np.nan
    if np.isnan(count).any():
        raise UsageError(
            "`method` 'exact' needs the column count for every unit: means, pooled items and "
            "published rates have none. Use 'normal'."
        )
    return (count if best == "high" else units.n - count), units.n


def _facts(
    units: Comparable, sets: RankSets | None, method: str, stepwise: bool
) -> dict[str, object]:
    facts: dict[str, object] = {
        "rank_method": method,
        "pooled_errors": bool(units.least_spread.any()),
        "stepwise": stepwise or method == "exact",
        "critical_low": None,
        "critical_high": None,
        "critical_error": None,
    }
    if sets is None:
        return {**facts, "rank_critical": "fewer than two units to compare"}
    if method == "exact":
        told = "one-sided Fisher tests of every pair with Holm's step-down, for every sample size"
        return {**facts, "rank_critical": told}
    low, high = float(sets.critical.min()), float(sets.critical.max())
    exact = sets.error == 0 and independent(units.covariance)
    source = (
        "quadrature" if exact else f"quasi-Monte Carlo, fixed seed, standard error {sets.error:.4f}"
    )
    reach = f"{low:.3f}" if high - low < 5e-4 else f"{low:.3f} to {high:.3f}"
    step = "step-down" if stepwise else "single step"
    return {
        **facts,
        "critical_low": low,
        "critical_high": high,
        "critical_error": sets.error,
        "rank_critical": f"critical value {reach} by {source}, {step}",
    }
