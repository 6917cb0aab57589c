"""Estimates of measures by group, with the full design-based covariance of all rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference.grouping import (
    Groups,
    group_respondents,
    level_labels,
    within_periods,
)
from kbnn_analysis.inference.intervals import (
    SCALED_BETA,
    IntervalMethod,
    choose_interval,
    mean_interval,
    proportion_interval,
)
from kbnn_analysis.inference.measures import Measure
from kbnn_analysis.inference.quotients import GroupQuotients, estimate_quotients
from kbnn_analysis.inference.replication import Replication, replicated
from kbnn_analysis.inference.survey_design import (
    ASSUMPTIONS,
    TARGETS,
    FrameCounts,
    FrameTotals,
    calibrated_to,
    design_sentence,
    survey_design_arrays,
)
from kbnn_analysis.intake.survey import Survey
from kbnn_analysis.language import Label
from kbnn_analysis.periods import parse_period
from kbnn_analysis.results import Estimates, Labels, MeasureInfo
from kbnn_analysis.stats.design import DesignArrays, LonelyPsu
from kbnn_analysis.stats.proportions import Interval

Floats = npt.NDArray[np.float64]

# The covariance holds rows x rows numbers: this many are 0.8 GB.
MOST_ROWS = 10_000


def estimate(
    survey: Survey,
    measures: Measure | Sequence[Measure],
    by: str | Sequence[str] = (),
    *,
    interval: IntervalMethod = "auto",
    conf_level: float = 0.95,
    lonely_psu: LonelyPsu | None = None,
    frame_counts: FrameCounts | None = None,
    frame_totals: FrameTotals | None = None,
    replication: Replication | None = None,
) -> Estimates:
    """Estimate measures by group with the covariance of all rows.

    Every measure is a quotient of weighted sums; its covariance is Taylor-linearized with the
    survey's weights, strata, PSUs and finite population. Groups keep the whole design. A group
    without degrees of freedom (one respondent, or one PSU) has no standard error: R prints 0.

    Parameters
    ----------
    survey : Survey
        Validated answers with their design.
    measures : Measure or sequence of Measure
        What to estimate.
    by : str or sequence of str
        Attributes that form the groups; "unit" for the unit. All combinations are rows.
    interval : str
        Interval of proportions; "auto" follows the design, see
        :func:`kbnn_analysis.inference.intervals.choose_interval`. Means get an interval that
        is Student's t in the middle of their scale and stays on it near its ends.
    conf_level : float
        Level of the intervals.
    lonely_psu : {"adjust", "fail", "remove", "average"}, optional
        What a stratum with one sampling unit does, if not what the design says.
    frame_counts : mapping, optional
        Attribute -> level -> number in the population: the weights are post-stratified (one
        attribute) or raked (several) to it, and the covariance knows.
    frame_totals : mapping, optional
        Numeric attribute -> total in the population, with the frame counts or with "population"
        -> number of all: the weights are calibrated linearly (GREG).
    replication : Replication, optional
        Replicate weights in the place of linearization; see
        :mod:`kbnn_analysis.inference.replication`.

    Returns
    -------
    Estimates
        Rows measure by measure, groups in the order of their levels; absent groups have n = 0. Of
        a stacked survey the groups of each period follow those of the period before.

    Raises
    ------
    UsageError
        If a name does not exist, an option does not fit the design, or the rows are too many.

    References
    ----------
    R: ``survey::svyby(~y, ~group, design, svymean, covmat = TRUE)``, ``svyciprop``, ``degf``.
    """
    chosen = [measures] if isinstance(measures, Measure) else list(measures)
    names = (by,) if isinstance(by, str) else tuple(by)
    groups = within_periods(survey, group_respondents(survey, names))
    _check_request(chosen, len(groups), conf_level)
    calibrated = calibrated_to(frame_counts, frame_totals)
    if calibrated and replication:
        raise UsageError(
            "Calibrate or replicate: replicate weights come calibrated, or not at all."
        )
    design = survey_design_arrays(survey, frame_counts, frame_totals)
    parts = estimate_quotients(survey, chosen, groups, design, lonely_psu)
    if replication is not None:
        parts = replicated(parts, survey, chosen, groups, replication)
    infos = {measure.name: measure.info(survey) for measure in chosen}
    ends = _intervals(parts, groups, chosen, list(infos.values()), design, interval, conf_level)
    return Estimates(
        frame=_frame(chosen, groups, parts, ends),
        by=("period", "measure", *names),
        method=_method(survey, design_sentence(survey, calibrated), ends, conf_level, replication),
        labels=_labels(survey, infos, names),
        notes={
            **_notes(survey, design, ends, conf_level, lonely_psu),
            "calibrated": calibrated,
            "replication": replication.kind if replication else None,
            "replicates": replication.count if replication else None,
        },
        simulated=survey.simulated,
        covariance=parts.covariance,
        measures=infos,
        conf_level=conf_level,
        breaks=survey.breaks,
    )


def _check_request(measures: Sequence[Measure], groups: int, conf_level: float) -> None:
    names = [measure.name for measure in measures]
    if not names or len(set(names)) != len(names):
        raise UsageError("`measures` must hold at least one measure, each name once.")
    if not 0 < conf_level < 1:
        raise UsageError(f"`conf_level` must lie between 0 and 1; got {conf_level!r}.")
    if len(names) * groups > MOST_ROWS:
        raise UsageError(
            f"{len(names)} measures in {groups} groups are more than {MOST_ROWS} rows with one "
            "covariance; estimate fewer at a time."
        )


class _Ends(NamedTuple):
    low: Floats
    high: Floats
    methods: tuple[str, ...]


def _intervals(
    parts: GroupQuotients,
    groups: Groups,
    measures: Sequence[Measure],
    infos: Sequence[MeasureInfo],
    design: DesignArrays,
    interval: str,
    conf_level: float,
) -> _Ends:
    """Return the intervals of each measure and period by itself: a later one moves no earlier."""
    periods = groups.levels["period"].nunique()
    size = len(groups) // periods
    intervals: list[Interval] = []
    methods: list[str] = []
    paired = [pair for pair in zip(measures, infos, strict=True) for _ in range(periods)]
    for number, (measure, info) in enumerate(paired):
        rows = parts.rows(slice(number * size, (number + 1) * size))
        method = choose_interval(interval, design, pools=measure.pools)
        if info.kind == "mean":
            intervals.append(mean_interval(rows, conf_level, info.low, info.high))
            methods.append(SCALED_BETA)
        else:
            intervals.append(proportion_interval(rows, method, conf_level))
            methods.append(method)
    low = np.concatenate([each.low for each in intervals])
    high = np.concatenate([each.high for each in intervals])
    return _Ends(low, high, tuple(dict.fromkeys(methods)))


def _frame(
    measures: Sequence[Measure], groups: Groups, parts: GroupQuotients, ends: _Ends
) -> pd.DataFrame:
    ratios, number = parts.ratios, len(groups)
    has_count = np.repeat([m.rule != "mean" and not m.pools for m in measures], number)
    keys = pd.concat([groups.levels] * len(measures), ignore_index=True)
    keys.insert(1, "measure", np.repeat([measure.name for measure in measures], number))
    values = {
        "n": ratios.n,
        "count": np.where(has_count, parts.met, np.nan),
        "n_eff": ratios.n_eff,
        "weight_sum": ratios.weight_sum,
        "df": parts.df,
        "deff": parts.deff,
        "estimate": ratios.estimate,
        "std_error": np.sqrt(parts.covariance.diagonal()),
        "conf_low": ends.low,
        "conf_high": ends.high,
    }
    return keys.assign(**values)


def _labels(survey: Survey, infos: dict[str, MeasureInfo], by: tuple[str, ...]) -> Labels:
    periods = {name: parse_period(name) for name in survey.periods or (survey.period,)}
    labels = {name: dict(level_labels(survey, name)) for name in by}
    labels["column"] = {
        each.name: each.label.label for each in survey.codebook.attributes if each.name in by
    }
    labels["measure"] = {name: info.label for name, info in infos.items()}
    labels["period"] = {
        name: Label(each.label("vi"), each.label("en")) for name, each in periods.items()
    }
    return labels


def _method(
    survey: Survey, design: str, ends: _Ends, conf_level: float, replication: Replication | None
) -> str:
    target = survey.design.target
    how = f"covariance by {replication.told}" if replication else "Taylor-linearized covariance"
    return (
        f"Quotients of weighted sums with {how} ({design}); "
        f"{100 * conf_level:g} % intervals: {', '.join(ends.methods)}; target: "
        f"{TARGETS[target].en} ({ASSUMPTIONS[target].en})."
    )


def _notes(
    survey: Survey, design: DesignArrays, ends: _Ends, conf_level: float, lonely_psu: str | None
) -> dict[str, Any]:
    declared, stage = survey.design, design.stages[0]
    proportions = [method for method in ends.methods if method != SCALED_BETA]
    return {
        "target": declared.target,
        "assumption": ASSUMPTIONS[declared.target].en,
        "assumption_vi": ASSUMPTIONS[declared.target].vi,
        "interval": ", ".join(proportions) or SCALED_BETA,
        "interval_of_means": SCALED_BETA if SCALED_BETA in ends.methods else None,
        "conf_level": conf_level,
        "weighted": declared.weight is not None,
        "strata": declared.strata,
        "psu": declared.psu,
        "fpc": declared.fpc,
        "lonely_psu": lonely_psu or design.lonely_psu,
        "lonely_strata": int(((stage.n_psu == 1) & (stage.not_sampled > 1e-7)).sum()),
        "codebook": f"{survey.codebook.name} {survey.codebook.version}",
        "assumed": survey.codebook.assumed,
        "unit_vintage": survey.unit_vintage,
        "respondents": len(survey),
    }
