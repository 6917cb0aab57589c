"""Who may be among the best? A set of units instead of a first place."""

from __future__ import annotations

import numpy as np

from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference.comparable import comparable_units
from kbnn_analysis.inference.direction import best_end
from kbnn_analysis.results import Best, Estimates
from kbnn_analysis.results.ranking import BestUnits
from kbnn_analysis.stats import best_sets


def best_set(
    estimates: Estimates,
    tau: int = 1,
    *,
    min_n: int = 10,
    level: float = 0.95,
    best: Best | None = None,
) -> BestUnits:
    """Return the units that may be among the best `tau`; with the other end, among the last.

    Parameters
    ----------
    estimates : Estimates
        One row for each unit of one measure and period.
    tau : int
        How many are best.
    min_n : int
        Units with fewer valid answers are left out.
    level : float
        Probability of holding all of the truly best `tau`.
    best : {"high", "low"}, optional
        Which estimates are meant; those that the measure calls best by default. "low" where high
        estimates are good gives the set of the last.

    Returns
    -------
    BestUnits
        All units; ``included`` marks the set and is missing for units left out.

    Raises
    ------
    UsageError
        If there is more than one measure or period, fewer than two units, or tau does not fit.

    References
    ----------
    Mogstad et al. (2024); in R: ``csranks::cstaubest``, ``csranks::cstauworst``.

    Examples
    --------
    >>> import pandas as pd
    >>> from kbnn_analysis.inference.aggregates import estimates_from_counts
    >>> from kbnn_analysis.language import Label
    >>> from kbnn_analysis.results import MeasureInfo
    >>> info = MeasureInfo("satisfied", "published", "1", "proportion", Label.same("satisfied"))
    >>> counts = pd.DataFrame({"unit": ["A", "B", "C"], "count": [99, 98, 70], "n": [100] * 3})
    >>> best_set(estimates_from_counts(counts, info, period="2023-1")).frame["included"].tolist()
    [1.0, 1.0, 0.0]
    """
    own = best_end(estimates, None)
    best = best or own
    best_end(estimates, best)
    units = comparable_units(estimates, min_n=min_n, purpose="A set of the best")
    if len(units.rows) < 2:
        raise UsageError(f"A set of the best needs two units with {min_n} answers or more.")
    theta = units.estimate if best == "high" else -units.estimate
    found = best_sets.best_set(
        theta,
        units.covariance,
        tau=tau,
        df=units.df,
        level=level,
        least_spread=units.least_spread,
    )
    included = np.full(len(estimates.frame), np.nan)
    included[units.rows] = found.member
    kept = [*estimates.by, "n", "estimate", "std_error", "conf_low", "conf_high"]
    ends = "best" if best == "high" else "lowest"
    source = "quadrature" if found.error == 0 else f"quasi-Monte Carlo (s.e. {found.error:.4f})"
    return BestUnits(
        frame=estimates.to_frame()[kept].assign(included=included),
        by=estimates.by,
        method=(
            f"{100 * level:g} % confidence set for the {tau} {ends} of {len(units.rows)} units "
            f"(Mogstad, Romano, Shaikh and Wilhelm; critical values by {source}). "
            f"{estimates.method}"
        ),
        labels=estimates.labels,
        notes={
            **estimates.notes,
            **units.facts,
            "tau": tau,
            "best": best,
            "last": best != own,
            "rank_level": level,
            "critical_error": found.error,
            "included": int(found.member.sum()),
            "min_n": min_n,
        },
        simulated=estimates.simulated,
        measures=estimates.measures,
        conf_level=estimates.conf_level,
    )
