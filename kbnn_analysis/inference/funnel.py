"""Funnel plots in numbers: which units are beyond what is expected of all."""

from __future__ import annotations

from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from kbnn_analysis.errors import UsageError, check_one_of
from kbnn_analysis.inference.effective_counts import UnitSet, unit_column, unit_sets
from kbnn_analysis.inference.funnel_parts import (
    Asked,
    Part,
    funnel_of_means,
    funnel_of_rates,
)
from kbnn_analysis.results import Estimates
from kbnn_analysis.results.funnel import Funnel

Floats = npt.NDArray[np.float64]
Adjust = Literal["additive", "multiplicative", "none"]
Rule = Literal["limits", "fdr"]


def funnel(
    estimates: Estimates,
    *,
    target: float | None = None,
    adjust: Adjust = "additive",
    winsorize: float = 0.1,
    limit_level: float = 0.998,
    warn_level: float = 0.95,
    rule: Rule = "limits",
    fdr: float = 0.05,
    min_n: int = 10,
) -> Funnel:
    """Return control limits, z-scores and bands of units against what is expected of all.

    Parameters
    ----------
    estimates : Estimates
        By unit; each measure, period and further group is a funnel of its own.
    target : float, optional
        Value expected of every unit; the pooled one by default.
    adjust : {"additive", "multiplicative", "none"}
        How the usual spread between units is allowed for. "none" asks whether a unit differs from
        the target at all, "additive" whether it stands out from the others.
    winsorize : float
        Part of the units at either end that the spread is not read from in full.
    limit_level, warn_level : float
        Levels of the control limits and of the inner warning limits.
    rule : {"limits", "fdr"}
        Bands by the control limits, or by p-values adjusted so that at most `fdr` of the units
        called better or worse are so by chance (Benjamini-Hochberg).
    fdr : float
    min_n : int
        Units with fewer answers are left out and have no band.

    Returns
    -------
    Funnel

    Raises
    ------
    UsageError
        If an option does not fit, or no two units have enough answers.

    Notes
    -----
    Limits of rates are exact (mid-p, beta-binomial where spread is allowed for), continued between
    whole counts, so that a unit at 100 % is never better than expected for its few answers alone;
    limits of means are normal. Answers count as n / deff. Bands follow the CQC's "expected range".
    The units help to make their own target; with 63 of them the effect is small.

    References
    ----------
    Spiegelhalter, D. J. (2005). *Statistics in Medicine* 24, 1185-1202. Care Quality Commission,
    *NHS patient survey programme: analysis and reporting* (technical documents).

    Examples
    --------
    >>> from kbnn_analysis.inference.aggregates import estimates_from_counts
    >>> from kbnn_analysis.language import Label
    >>> from kbnn_analysis.results import MeasureInfo
    >>> rate = MeasureInfo("satisfied", "published", "1", "proportion", Label.same("satisfied"))
    >>> counts = pd.DataFrame({"unit": list("ABC"), "count": [95, 165, 100], "n": [100, 200, 100]})
    >>> estimates = estimates_from_counts(counts, rate, period="2023-1")
    >>> funnel(estimates, adjust="none").frame["band"].tolist()
    ['as expected', 'worse than expected', 'better than expected']
    """
    check_one_of("adjust", adjust, get_args(Adjust))
    check_one_of("rule", rule, get_args(Rule))
    if not 0.0 < warn_level < limit_level < 1.0:
        raise UsageError(
            f"0 < `warn_level` < `limit_level` < 1 must hold; got {warn_level}, {limit_level}."
        )
    asked = Asked(target, adjust, winsorize, limit_level, warn_level)
    by_set = [
        (units, _banded(units, asked, rule, fdr)) for units in unit_sets(estimates, min_n=min_n)
    ]
    facts = [part.facts for _, part in by_set]
    return Funnel(
        frame=_frame(estimates, by_set),
        by=estimates.by,
        method=_method(asked, rule, fdr, min_n),
        labels=estimates.labels,
        notes={
            **estimates.notes,
            **(facts[0] if len(facts) == 1 else {}),
            "adjust": adjust,
            "winsorize": winsorize,
            "limit_level": limit_level,
            "warn_level": warn_level,
            "rule": rule,
            "fdr": fdr if rule == "fdr" else None,
            "min_n": min_n,
        },
        simulated=estimates.simulated,
        measures=estimates.measures,
        lines=_lines(estimates, by_set),
        conf_level=limit_level,
    )


def _banded(units: UnitSet, asked: Asked, rule: str, fdr: float) -> Part:
    part = (funnel_of_rates if units.info.kind == "proportion" else funnel_of_means)(units, asked)
    part.columns["estimate"] = units.estimate
    part.columns["p_adjusted"] = stats.false_discovery_control(part.columns["p_value"])
    part.columns["band"] = _bands(units, part.columns, rule, fdr)
    return part


def _frame(estimates: Estimates, by_set: list[tuple[UnitSet, Part]]) -> pd.DataFrame:
    frame = estimates.frame[[*estimates.by, "n"]].copy()
    numbers = [name for name in Funnel.required if name not in {"n", "band"}]
    frame[numbers] = np.nan
    frame["band"] = pd.Series([None] * len(frame), dtype=object)
    for units, part in by_set:
        for name, values in part.columns.items():
            frame.loc[units.rows, name] = values
    return frame


def _lines(estimates: Estimates, by_set: list[tuple[UnitSet, Part]]) -> pd.DataFrame:
    keys = [name for name in estimates.by if name != unit_column(estimates)]
    parts = [part.lines.assign(**dict(zip(keys, units.key, strict=True))) for units, part in by_set]
    return pd.concat(parts, ignore_index=True)[[*keys, *Funnel.line_columns]]


def _bands(units: UnitSet, columns: dict[str, Any], rule: str, fdr: float) -> list[str]:
    if rule == "fdr":
        found = columns["p_adjusted"] <= fdr
        better, worse = found & (columns["statistic"] > 0), found & (columns["statistic"] < 0)
    else:
        better = units.estimate > columns["limit_high"]
        worse = units.estimate < columns["limit_low"]
    if units.info.best == "low":
        better, worse = worse, better
    words = np.where(better, "better than expected", "as expected")
    return [str(word) for word in np.where(worse, "worse than expected", words)]


def _method(asked: Asked, rule: str, fdr: float, min_n: int) -> str:
    spread = {
        "none": "no allowance for spread between units",
        "additive": "usual spread between units allowed for (additive, winsorized)",
        "multiplicative": "overdispersion allowed for (multiplicative, winsorized)",
    }[asked.adjust]
    bands = (
        f"bands by {100 * asked.limit_level:g} % control limits"
        if rule == "limits"
        else f"bands at a false discovery rate of {100 * fdr:g} %"
    )
    aim = "the pooled value" if asked.target is None else f"{asked.target:g}"
    return f"Funnel about {aim}, {spread}; {bands}; units under {min_n} answers are left out."
