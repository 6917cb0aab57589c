"""Do the units differ at all? One row of answers for each measure and period."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kbnn_analysis.errors import UsageError, check_one_of
from kbnn_analysis.inference.effective_counts import UnitSet, unit_column, unit_sets
from kbnn_analysis.results import Estimates
from kbnn_analysis.results.heterogeneity import Heterogeneity
from kbnn_analysis.stats.heterogeneity import heterogeneity as spread_of_units
from kbnn_analysis.stats.intraclass import icc_anova
from kbnn_analysis.stats.random_effects import METHODS


def heterogeneity(
    estimates: Estimates, *, method: str = "REML", conf_level: float = 0.95, min_n: int = 10
) -> Heterogeneity:
    """Return Cochran's Q, tau, I² and the intra-class correlation of each set of units.

    Parameters
    ----------
    estimates : Estimates
        By unit.
    method : {"REML", "ML", "PM", "DL"}
        How the spread tau is estimated.
    conf_level : float
    min_n : int
        Units with fewer answers are left out.

    Returns
    -------
    Heterogeneity

    Raises
    ------
    UsageError
        If no two units have enough answers, or an option does not exist.

    Notes
    -----
    Sampling variances are smoothed (:func:`smooth_variances`): a unit at 100 % has none of its own,
    and units of small variance would otherwise pull the mean towards 100 %. Units are taken as
    independent. The ICC is that of one-way ANOVA on effective counts.

    Examples
    --------
    >>> from kbnn_analysis.inference.aggregates import estimates_from_counts
    >>> from kbnn_analysis.language import Label
    >>> from kbnn_analysis.results import MeasureInfo
    >>> rate = MeasureInfo("satisfied", "published", "1", "proportion", Label.same("satisfied"))
    >>> counts = pd.DataFrame({"unit": list("ABC"), "count": [95, 180, 99], "n": [100, 200, 100]})
    >>> found = heterogeneity(estimates_from_counts(counts, rate, period="2023-1")).frame
    >>> found[["units", "tau", "i_squared", "p_value"]].round(3)
       units    tau  i_squared  p_value
    0      3  0.042      0.814    0.003
    """
    check_one_of("method", method, METHODS)
    if not 0.0 < conf_level < 1.0:
        raise UsageError(f"`conf_level` must be between 0 and 1; got {conf_level}.")
    unit = unit_column(estimates)
    keys = tuple(name for name in estimates.by if name != unit)
    rows = [
        {**dict(zip(keys, units.key, strict=True)), **_row(units, method, conf_level)}
        for units in unit_sets(estimates, min_n=min_n)
    ]
    return Heterogeneity(
        frame=pd.DataFrame(rows),
        by=keys,
        method=(
            f"Random effects by {method} on smoothed variances, Q-profile interval of tau, "
            f"{100 * conf_level:g} % prediction interval; units under {min_n} answers left out."
        ),
        labels=estimates.labels,
        notes={
            **estimates.notes,
            "tau_method": method,
            "conf_level": conf_level,
            "min_n": min_n,
        },
        simulated=estimates.simulated,
        measures=estimates.measures,
        conf_level=conf_level,
    )


def _row(units: UnitSet, method: str, conf_level: float) -> dict[str, float]:
    found = spread_of_units(
        units.estimate, units.smoothed_variance, method=method, conf_level=conf_level
    )
    low, high = found.prediction_interval
    i2_low, i2_high = found.i2_interval
    return {
        "units": len(units.rows),
        "n": float(units.n.sum()),
        "estimate": float(found.fit.coefficients[0]),
        "std_error": float(np.sqrt(found.fit.covariance[0, 0])),
        "conf_low": max(low, units.info.low),
        "conf_high": min(high, units.info.high),
        "tau": float(np.sqrt(found.tau2)),
        "tau_low": float(np.sqrt(found.tau2_low)),
        "tau_high": float(np.sqrt(found.tau2_high)),
        "i_squared": found.i2,
        "i_squared_low": i2_low,
        "i_squared_high": i2_high,
        "icc": _icc(units),
        "statistic": found.q,
        "df": float(found.df),
        "p_value": found.p_value,
    }


def _icc(units: UnitSet) -> float:
    if units.info.kind == "proportion":
        squares = units.n_eff * units.estimate * (1.0 - units.estimate)
    else:
        squares = units.n**2 * units.variance
    return icc_anova(units.n_eff, units.estimate, squares).icc
