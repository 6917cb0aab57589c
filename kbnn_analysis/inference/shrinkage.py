"""Shrink estimates towards each other and say what remains of their ranks."""

from __future__ import annotations

from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from kbnn_analysis.errors import UsageError, check_one_of
from kbnn_analysis.inference.direction import best_end
from kbnn_analysis.inference.effective_counts import UnitSet, unit_column, unit_sets
from kbnn_analysis.inference.shrunken_intervals import shrunken_intervals
from kbnn_analysis.results import Best, Estimates
from kbnn_analysis.results.shrinkage import Shrinkage
from kbnn_analysis.stats.logit_posterior import logit_posterior
from kbnn_analysis.stats.normal_posterior import normal_posterior
from kbnn_analysis.stats.posterior import Posterior
from kbnn_analysis.stats.posterior_ranks import PosteriorRanks, posterior_ranks
from kbnn_analysis.stats.rate_posterior import rate_posterior
from kbnn_analysis.stats.sample_size import n_for_reliability

Floats = npt.NDArray[np.float64]
Model = Literal["auto", "beta-binomial", "logit", "normal"]


def shrink(
    estimates: Estimates,
    *,
    model: Model = "auto",
    covariates: pd.DataFrame | None = None,
    conf_level: float = 0.95,
    top: int | float = 5,
    min_n: int = 10,
    reliability: float = 0.8,
    best: Best | None = None,
    limit: float | None = 1.0,
) -> Shrinkage:
    """Return shrunken estimates, posterior rank intervals, P(best) and P(top).

    Parameters
    ----------
    estimates : Estimates
        By unit; each measure, period and further group is a model of its own.
    model : {"auto", "beta-binomial", "logit", "normal"}
        "auto" takes the beta-binomial for proportions and the normal for means; with `covariates`
        the random-intercept logit for proportions. "normal" with covariates is Fay and Herriot's
        model, and fits rates or means that were only published with a standard error.
    covariates : DataFrame, optional
        Numbers by unit (its index), for "logit" and "normal": what units are expected to differ
        by. They are standardized; an intercept is added.
    conf_level : float
        Level of the posterior intervals of estimates and ranks.
    top : int or float
        The leading group: so many units, or below 1 that share of the units (0.1 for the top 10 %).
    min_n : int
        Units with fewer answers are left out, as in a ranking.
    reliability : float
        What ``n_needed`` aims at: the answers a unit needs to be reliable to this degree.
    best : {"high", "low"}, optional
        Which values rank first; the measure says by default.
    limit : float, optional
        Standard errors by which an estimate may be moved from the unit's own; a unit that reaches
        it has an interval that takes in its direct one, see :func:`limit_translation`. With None
        the model alone decides, and the interval of a unit unlike all others may miss its truth.

    Returns
    -------
    Shrinkage

    Raises
    ------
    UsageError
        If an option does not fit, or no two units have enough answers.

    Notes
    -----
    Where a design is declared, a rate from n answers counts as one from n / deff, with deff pooled
    over the units of the set; for the normal model variances are smoothed the same way. Units are
    taken as independent given the model: a covariance between them is not used. Ranks are the
    model's whatever `limit` is. The beta-binomial is averaged over one and two groups of units, see
    :func:`rate_posterior`; a study of known truths stands in docs/validation/ranking.md.

    Examples
    --------
    >>> from kbnn_analysis.inference.aggregates import estimates_from_counts
    >>> from kbnn_analysis.language import Label
    >>> from kbnn_analysis.results import MeasureInfo
    >>> rate = MeasureInfo("satisfied", "published", "1", "proportion", Label.same("satisfied"))
    >>> counts = pd.DataFrame({"unit": list("ABCDE"), "count": [95, 180, 100, 150, 80],
    ...     "n": [100, 200, 100, 152, 100]})
    >>> found = shrink(estimates_from_counts(counts, rate, period="2023-1"), top=2).frame
    >>> found[["unit", "direct", "estimate", "rank_low", "rank_high"]].round(3)
      unit  direct  estimate  rank_low  rank_high
    0    A   0.950     0.947       2.0        4.0
    1    B   0.900     0.900       3.0        4.0
    2    C   1.000     0.995       1.0        2.0
    3    D   0.987     0.984       1.0        3.0
    4    E   0.800     0.806       5.0        5.0
    """
    check_one_of("model", model, get_args(Model))
    if not 0.0 < conf_level < 1.0:
        raise UsageError(f"`conf_level` must be between 0 and 1; got {conf_level}.")
    columns = {name: np.full(len(estimates.frame), np.nan) for name in Shrinkage.required}
    columns["n"] = estimates.frame["n"].to_numpy(dtype=float)
    used: list[dict[str, Any]] = []
    end = best_end(estimates, best)
    for units in unit_sets(estimates, min_n=min_n, needs_n=model in {"beta-binomial", "logit"}):
        chosen = _chosen(model, units, with_covariates=covariates is not None)
        posterior, facts = _posterior(estimates, units, chosen, covariates)
        size = _leading(top, len(units.rows))
        ranks = posterior_ranks(posterior)
        ranks = ranks if end == "high" else ranks.reversed
        found = {
            **_values(units, posterior, conf_level, np.inf if limit is None else limit),
            **_reliability(units, posterior, reliability),
            **_ranks(ranks, conf_level, size),
        }
        for name, values in found.items():
            columns[name][units.rows] = values
        used.append({**facts, "deff": round(units.deff, 6), "top": size})
    return Shrinkage(
        frame=estimates.frame[list(estimates.by)].assign(**columns),
        by=estimates.by,
        method=_method(used, conf_level, min_n, reliability, covariates, limit),
        labels=estimates.labels,
        notes={
            **estimates.notes,
            **{name: _one_or_all([each[name] for each in used]) for name in used[0]},
            "statement": "posterior",
            "best": end,
            "conf_level": conf_level,
            "min_n": min_n,
            "reliability": reliability,
            "limit": limit,
            "covariates": None if covariates is None else _names(covariates),
        },
        simulated=estimates.simulated,
        measures=estimates.measures,
        conf_level=conf_level,
    )


def _chosen(model: str, units: UnitSet, *, with_covariates: bool) -> str:
    if model == "auto":
        of_rates = "logit" if with_covariates else "beta-binomial"
        return of_rates if units.rates_of_counts else "normal"
    if model != "normal" and units.info.kind != "proportion":
        raise UsageError(f"{units.info.name} is a mean; only model='normal' can shrink it.")
    return model


def _posterior(
    estimates: Estimates, units: UnitSet, model: str, covariates: pd.DataFrame | None
) -> tuple[Posterior, dict[str, Any]]:
    if model == "beta-binomial":
        if covariates is not None:
            raise UsageError("`covariates` need model='logit' or 'normal'.")
        found = rate_posterior(units.count, units.n_eff)
        return found.posterior, {"model": model, "prob_two_groups": round(found.prob_two, 4)}
    design = None if covariates is None else covariate_matrix(estimates, units, covariates)
    facts = {"model": model, "prob_two_groups": None}
    if model == "logit":
        return logit_posterior(units.count, units.n_eff, design), facts
    return normal_posterior(units.estimate, units.sampling_variance, design), facts


def covariate_matrix(estimates: Estimates, units: UnitSet, covariates: pd.DataFrame) -> Floats:
    """Return the covariates of the units used, standardized, after a column of ones.

    Raises
    ------
    UsageError
        If a unit has no row in `covariates`, or one that is not complete.
    """
    names = estimates.frame[unit_column(estimates)].astype(str).iloc[units.rows]
    absent = [name for name in names if name not in covariates.index]
    if absent:
        raise UsageError(f"`covariates` has no row for {', '.join(map(str, absent[:5]))}.")
    values = covariates.loc[list(names)].apply(pd.to_numeric, errors="coerce").to_numpy(dtype=float)
    if not np.isfinite(values).all():
        where = ", ".join(map(str, names[~np.isfinite(values).all(axis=1)][:5]))
        raise UsageError(f"`covariates` must be complete numbers; they are not for {where}.")
    spread = np.where(values.std(axis=0) > 0, values.std(axis=0), 1.0)
    return np.column_stack([np.ones(len(values)), (values - values.mean(axis=0)) / spread])


def _values(
    units: UnitSet, posterior: Posterior, conf_level: float, limit: float
) -> dict[str, Floats]:
    found = shrunken_intervals(units, posterior, conf_level, limit)
    return {
        "direct": units.estimate,
        "estimate": found.estimate,
        "std_error": found.std_error,
        "conf_low": found.interval.low,
        "conf_high": found.interval.high,
    }


def _reliability(units: UnitSet, posterior: Posterior, aim: float) -> dict[str, Floats]:
    return {
        "reliability": posterior.reliability,
        "n_needed": np.ceil(n_for_reliability(units.n, posterior.reliability, aim)),
    }


def _ranks(ranks: PosteriorRanks, conf_level: float, top: int) -> dict[str, Floats]:
    low, high = ranks.interval(conf_level)
    return {
        "rank": ranks.expected,
        "rank_low": low.astype(float),
        "rank_high": high.astype(float),
        "prob_best": ranks.best,
        "prob_top": ranks.top(top),
    }


def _leading(top: int | float, units: int) -> int:
    if top <= 0 or (top >= 1 and int(top) != top):
        raise UsageError(f"`top` must be a number of units, or a share below 1; got {top}.")
    return min(int(top), units) if top >= 1 else max(1, int(np.ceil(top * units - 1e-9)))


def _one_or_all(values: list[Any]) -> Any:
    distinct = list(dict.fromkeys(values))
    return distinct[0] if len(distinct) == 1 else ", ".join(map(str, distinct))


def _about(covariates: pd.DataFrame | None) -> str:
    return "" if covariates is None else f" about a line in {_names(covariates)}"


def _names(covariates: pd.DataFrame) -> str:
    return ", ".join(map(str, covariates.columns))


def _method(
    used: list[dict[str, Any]],
    conf_level: float,
    min_n: int,
    reliability: float,
    covariates: pd.DataFrame | None,
    limit: float | None,
) -> str:
    models = _one_or_all([each["model"] for each in used])
    return (
        f"Posterior ({models} model{_about(covariates)}, spread of units integrated over) with "
        f"{100 * conf_level:g} % intervals of values and ranks; answers count as n / deff "
        f"(deff {_one_or_all([each['deff'] for each in used])}); units under {min_n} answers are "
        f"left out; n_needed is for a reliability of {reliability:g}.{_limited(limit)} It holds on "
        f"average over units like these, and is not a confidence set of ranks."
    )


def _limited(limit: float | None) -> str:
    if limit is None:
        return ""
    return (
        f" No estimate is moved by more than {limit:g} standard error(s) from the unit's own; "
        "where it would be, the interval takes in the direct one."
    )
