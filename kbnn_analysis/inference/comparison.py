"""Differences between units, from the full covariance of their estimates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from kbnn_analysis.errors import UsageError, check_one_of
from kbnn_analysis.inference.comparable import Comparable, comparable_units
from kbnn_analysis.inference.comparison_plan import (
    MEAN,
    Center,
    Plan,
    comparison_column,
    plan_contrasts,
)
from kbnn_analysis.language import Label
from kbnn_analysis.results import Estimates, Labels
from kbnn_analysis.results.comparison import Comparison
from kbnn_analysis.stats.contrasts import Contrasts, contrasts
from kbnn_analysis.stats.joint_errors import is_diagonal
from kbnn_analysis.stats.multiplicity import Adjustment, adjust_p, equivalence_p, simultaneous
from kbnn_analysis.stats.rate_contrasts import rate_contrasts

Floats = npt.NDArray[np.float64]
INTERVALS = {
    "none": "each difference by itself",
    "benjamini-hochberg": "each difference by itself",
    "bonferroni": "all differences together, by Bonferroni",
    "holm": "all differences together, by Bonferroni",
    "max-t": "all differences together, by the largest of them",
}


def compare(
    estimates: Estimates,
    against: str | Mapping[str, str] = MEAN,
    adjust: Adjustment = "max-t",
    *,
    level: float = 0.95,
    center: Center = "units",
    margin: float | None = None,
    min_n: int = 10,
) -> Comparison:
    """Compare units with their mean, with one of them, or all with each other.

    Parameters
    ----------
    estimates : Estimates
        One measure and period; one further `by` column tells the units apart.
    against : "mean", "all_pairs" or mapping
        The mean of all units (each of which is part of it: the covariance sees to that), all
        pairs, or one unit: ``{"unit": "19"}``.
    adjust : {"max-t", "holm", "bonferroni", "benjamini-hochberg", "none"}
        How p-values and intervals allow for the number of differences. "max-t" sets each against
        the largest of all; Holm and Benjamini-Hochberg have no intervals of their own, and
        ``notes["interval"]`` says which stand beside them.
    level : float
        Level of the intervals.
    center : {"units", "answers"}
        The mean of units as equals, or weighted by their weight sums (their n where there are no
        weights): the level of all respondents.
    margin : float, optional
        Adds ``p_equivalence``: two one-sided tests that the difference is within the margin (on
        the measure's scale: 0.01 is one point), adjusted like the others; by Holm for "max-t".
    min_n : int
        Units with fewer answers are left out, of the mean as well: they could be found from it.

    Returns
    -------
    Comparison
        Unit minus other. Units left out are rows without values, and not among all pairs.

    Raises
    ------
    UsageError
        If an option does not fit, or there are fewer than two units.

    Notes
    -----
    Differences of rates get intervals and p-values from the exact limits of the single rates
    (:mod:`kbnn_analysis.stats.rate_contrasts`): near 100 % a symmetric error is either too small,
    so that a small unanimous unit differs from all others, or finds next to nothing. The standard
    error printed is at least that of the common rate. Means, and rates published without n, have
    symmetric intervals. Simulated in docs/validation/comparisons.md.

    Where degrees of freedom are declared, each difference has Student's t with Satterthwaite's.
    For max-t it is turned into a normal score, and the largest score is referred to the normal
    distribution with the covariance of the differences.

    References
    ----------
    Hothorn, Bretz and Westfall (2008), *Biometrical Journal* 50. In R:
    ``emmeans::contrast(method = "eff" | "pairwise" | "trt.vs.ctrl", adjust = "mvt" | "holm")``.

    Examples
    --------
    >>> from kbnn_analysis.inference.aggregates import estimates_from_counts
    >>> from kbnn_analysis.results import MeasureInfo
    >>> info = MeasureInfo("satisfied", "published", "1", "proportion", Label.same("satisfied"))
    >>> counts = pd.DataFrame({"unit": ["A", "B", "C"], "count": [99, 95, 70], "n": [100] * 3})
    >>> found = compare(estimates_from_counts(counts, info, period="2023-1"), "mean", "holm")
    >>> found.frame[["unit", "other", "difference", "p_adjusted"]].round(3)
      unit other  difference  p_adjusted
    0    A  mean        0.11       0.000
    1    B  mean        0.07       0.008
    2    C  mean       -0.18       0.000
    """
    check_one_of("adjust", adjust, get_args(Adjustment))
    check_one_of("center", center, get_args(Center))
    if not 0.5 < level < 1:
        raise UsageError(f"`level` must lie between 0.5 and 1; got {level!r}.")
    if margin is not None and not margin > 0:
        raise UsageError(f"`margin` must be above 0, on the measure's scale; got {margin!r}.")
    column = comparison_column(estimates)
    units = comparable_units(estimates, min_n=min_n, purpose="A comparison")
    if len(units.rows) < 2:
        raise UsageError(f"A comparison needs two units with {min_n} answers or more.")
    plan = plan_contrasts(estimates, units, column, against, center)
    covariance = units.raised_covariance
    found = _contrasts(plan, units, covariance)
    limits = _limits(found, covariance, adjust, level, plan.reference)
    notes = _notes(estimates, units, limits, plan, adjust, level, center, margin)
    return Comparison(
        frame=_frame(estimates, units, plan, found, limits, adjust, margin, column),
        by=(*estimates.by, "other"),
        method=f"{_sentence(notes)} {estimates.method}",
        labels=_labels(estimates.labels, column),
        notes=notes,
        simulated=estimates.simulated,
        measures=estimates.measures,
        conf_level=level,
    )


def _contrasts(plan: Plan, units: Comparable, covariance: Floats) -> Contrasts:
    if not units.exact:
        return contrasts(plan.matrix, units.estimate, covariance, units.df)
    return rate_contrasts(plan.matrix, units.estimate, covariance, units.size, units.df)


@dataclass(frozen=True)
class _Limits:
    p_adjusted: Floats
    critical: float
    error: float


def _limits(
    found: Contrasts, covariance: Floats, adjust: Adjustment, level: float, reference: int | None
) -> _Limits:
    if adjust == "max-t":
        exact = reference if reference is not None and is_diagonal(covariance) else None
        joint = simultaneous(found, covariance, level, reference=exact)
        return _Limits(joint.p_adjusted, joint.critical, joint.error)
    tests = len(found.difference) if adjust in {"bonferroni", "holm"} else 1
    critical = -float(special.ndtri((1 - level) / (2 * tests)))
    return _Limits(adjust_p(found.p_value, adjust), critical, 0.0)


def _frame(
    estimates: Estimates,
    units: Comparable,
    plan: Plan,
    found: Contrasts,
    limits: _Limits,
    adjust: Adjustment,
    margin: float | None,
    column: str,
) -> pd.DataFrame:
    names = estimates.frame[column].astype(str).to_numpy(dtype=object)[units.rows]
    other_n = np.where(plan.second < 0, np.inf, units.n[plan.second])
    low, high = found.ends(limits.critical)
    values = {
        "other": np.where(plan.second < 0, MEAN, names[plan.second]),
        "n": np.minimum(units.n[plan.first], other_n),
        "side": _least_side(estimates, units, plan),
        "difference": found.difference,
        "std_error": found.std_error,
        "statistic": found.statistic,
        "df": np.where(np.isfinite(found.df), found.df, np.nan),
        "p_value": found.p_value,
        "p_adjusted": limits.p_adjusted,
        "conf_low": low,
        "conf_high": high,
    }
    if margin is not None:
        method = "holm" if adjust == "max-t" else adjust
        values["p_equivalence"] = adjust_p(equivalence_p(found, margin), method)
    keys = estimates.frame[list(estimates.by)].iloc[units.rows[plan.first]].reset_index(drop=True)
    made = keys.assign(**values)
    return made if plan.kind == "all_pairs" else _with_left_out(made, estimates, units, plan)


def _least_side(estimates: Estimates, units: Comparable, plan: Plan) -> Floats:
    """Return the fewest answers on either side of the rates compared; NaN for other measures."""
    if "count" not in estimates.frame:
        return np.full(len(plan.first), np.nan)
    count = estimates.frame["count"].to_numpy(dtype=float, na_value=np.nan)[units.rows]
    side = np.minimum(count, units.n - count)
    other = np.where(plan.second < 0, np.inf, side[plan.second])
    return np.asarray(np.minimum(side[plan.first], other))


def _with_left_out(
    made: pd.DataFrame, estimates: Estimates, units: Comparable, plan: Plan
) -> pd.DataFrame:
    """Give units without a comparison their row, in their place; a reference has none."""
    at = units.rows[plan.first]
    skipped = np.setdiff1d(np.arange(len(estimates.frame)), units.rows)
    keys = estimates.frame[[*estimates.by, "n"]].iloc[skipped].assign(other=made["other"].iloc[0])
    whole = pd.concat([made.set_index(at), keys]) if len(skipped) else made.set_index(at)
    return whole.sort_index()[list(made.columns)]


def _labels(labels: Labels, column: str) -> Labels:
    mean = Label("trung bình các đơn vị", "mean of all units")
    columns = {**labels.get("column", {}), "other": Label("So với", "Against")}
    return {**labels, "other": {**labels.get(column, {}), MEAN: mean}, "column": columns}


def _notes(
    estimates: Estimates,
    units: Comparable,
    limits: _Limits,
    plan: Plan,
    adjust: str,
    level: float,
    center: str,
    margin: float | None,
) -> dict[str, Any]:
    return {
        **estimates.notes,
        **units.facts,
        "against": plan.told,
        "adjust": adjust,
        "interval": INTERVALS[adjust],
        "interval_of_means": None,
        "conf_level": level,
        "center": center if plan.kind == MEAN else None,
        "margin": margin,
        "critical": limits.critical,
        "critical_error": limits.error,
        "limits": "exact" if units.exact else "symmetric",
        "pooled_errors": bool((units.common_variance > 0).any()),
    }


def _sentence(notes: dict[str, Any]) -> str:
    told = (
        f"Differences {notes['against']}, from the full covariance; p-values adjusted by "
        f"{notes['adjust']}; {100 * notes['conf_level']:g} % intervals for {notes['interval']}"
    )
    if notes["critical_error"]:
        told += f" (quasi-Monte Carlo, standard error {notes['critical_error']:.4f})"
    if notes["margin"]:
        told += f"; equivalence within {notes['margin']:g} by two one-sided tests"
    if notes["limits"] == "exact":
        told += "; limits recovered from the exact ones of each rate (Zou and Donner)"
    if notes["pooled_errors"]:
        told += "; the standard error of a rate is at least that of the common rate"
    if notes["smoothed"]:
        told += f"; {notes['zero_variance']} ({notes['smoothed']} units)"
    return f"{told}."
