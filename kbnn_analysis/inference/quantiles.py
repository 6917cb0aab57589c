"""Quantiles of scores by group, with their intervals and the covariance of all rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference.estimation import estimate
from kbnn_analysis.inference.grouping import Groups, group_respondents, within_periods
from kbnn_analysis.inference.measures import Measure
from kbnn_analysis.inference.survey_design import (
    FrameCounts,
    calibrated_to,
    design_sentence,
    survey_design_arrays,
)
from kbnn_analysis.intake.survey import Survey
from kbnn_analysis.language import Label
from kbnn_analysis.results import Estimates, MeasureInfo
from kbnn_analysis.stats.design import DesignArrays, LonelyPsu
from kbnn_analysis.stats.domains import ratio_by_domain
from kbnn_analysis.stats.linearization import influence_covariance
from kbnn_analysis.stats.quantiles import QuantileInterval, Quantiles, quantile_estimates

Floats = npt.NDArray[np.float64]
TOLD: dict[QuantileInterval, str] = {
    "order": "order statistics at the effective size",
    "woodruff": "Woodruff",
}


def estimate_quantiles(
    survey: Survey,
    measure: Measure,
    level: float | Sequence[float] = 0.5,
    by: str | Sequence[str] = (),
    *,
    conf_level: float = 0.95,
    lonely_psu: LonelyPsu | None = None,
    frame_counts: FrameCounts | None = None,
    interval: QuantileInterval = "order",
) -> Estimates:
    """Estimate quantiles of a score by group.

    Scores of a few levels make quantiles that jump: the interval then often has the width of no
    level or of one. The covariance is that of the shares at or below each quantile, each turned
    into the scale of the score by Woodruff's slope, so that quantiles may be compared.

    Parameters
    ----------
    survey : Survey
        Validated answers with their design.
    measure : Measure
        The mean score of one item (:func:`kbnn_analysis.inference.mean_score`).
    level : float or sequence of float
        Between 0 and 1; 0.5 is the median.
    by : str or sequence of str
        Attributes that form the groups.
    conf_level : float
        Level of the intervals.
    lonely_psu : {"adjust", "fail", "remove", "average"}, optional
        What a stratum with one sampling unit does, if not what the design says.
    frame_counts : mapping, optional
        As in :func:`kbnn_analysis.inference.estimation.estimate`.
    interval : {"order", "woodruff"}
        As in :func:`quantile_estimates`; an end that few answers leave open is that of the scale.

    Returns
    -------
    Estimates
        Rows level by level, measures named such as "time_waiting_mean:q50".

    Raises
    ------
    UsageError
        If the measure is no mean score of one item, or a level does not lie between 0 and 1.

    References
    ----------
    Woodruff (1952), *JASA* 47. In R: ``survey::svyquantile(qrule = "math",
    interval.type = "mean")``.
    """
    levels = np.unique(np.atleast_1d(np.asarray(level, dtype=float)))
    if measure.rule != "mean" or measure.pools:
        raise UsageError("Quantiles are of the scores of one item: give `mean_score(item)`.")
    names = (by,) if isinstance(by, str) else tuple(by)
    groups = within_periods(survey, group_respondents(survey, names))
    options = {"conf_level": conf_level, "lonely_psu": lonely_psu, "frame_counts": frame_counts}
    means = estimate(survey, measure, names, **options)  # type: ignore[arg-type]
    design = survey_design_arrays(survey, frame_counts)
    part = measure.quotient(survey)
    values = np.where(part.denominator > 0, part.numerator, np.nan)
    found = _by_group(values, design, levels, groups, conf_level, lonely_psu, interval)
    covariance = _covariance(values, design, groups, found, lonely_psu)
    infos = {f"{measure.name}:q{100 * each:g}": _info(means, measure, each) for each in levels}
    design_told = design_sentence(survey, calibrated_to(frame_counts, None))
    return replace(
        means,
        frame=_frame(means, infos, found, covariance),
        covariance=covariance,
        measures=infos,
        labels={**means.labels, "measure": {name: each.label for name, each in infos.items()}},
        method=(
            f"Weighted quantiles ({design_told}); {100 * conf_level:g} % intervals: "
            f"{TOLD[interval]}; {means.notes['assumption']}."
        ),
        notes={**means.notes, "interval": interval, "interval_of_means": interval},
    )


def _by_group(
    values: Floats,
    design: DesignArrays,
    levels: Floats,
    groups: Groups,
    conf_level: float,
    lonely_psu: LonelyPsu | None,
    interval: QuantileInterval,
) -> list[Quantiles]:
    """Return the quantiles of each group; NaN where no one has a value."""
    nothing = np.full(len(levels), np.nan)
    empty = Quantiles(levels, nothing, nothing, nothing, nothing)
    found = []
    for group in range(len(groups)):
        inside = groups.code == group
        some = (inside & np.isfinite(values) & (design.weight > 0)).any()
        made = (
            quantile_estimates(
                values,
                design,
                levels,
                inside=inside,
                conf_level=conf_level,
                lonely_psu=lonely_psu,
                interval=interval,
            )
            if some
            else empty
        )
        found.append(made)
    return found


def _covariance(
    values: Floats,
    design: DesignArrays,
    groups: Groups,
    found: list[Quantiles],
    lonely_psu: LonelyPsu | None,
) -> Floats:
    at = np.column_stack([each.estimate for each in found])  # levels x groups
    own = np.where(groups.code >= 0, at[:, groups.code], np.nan).T
    valid = np.isfinite(values)[:, None] & np.isfinite(own)
    below = (valid & (np.nan_to_num(values)[:, None] <= np.nan_to_num(own))).astype(float)
    shares = ratio_by_domain(below, valid.astype(float), design.weight, groups.code, len(groups))
    covariance = influence_covariance(shares.influences, design, lonely_psu=lonely_psu)
    error = np.column_stack([each.std_error for each in found]).ravel()
    own_error = np.sqrt(covariance.diagonal())
    missing = np.where(error == 0, 0.0, np.nan)  # the share of all, or a quantile that cannot move
    slope = np.divide(error, own_error, out=missing, where=own_error > 0)
    return np.asarray(covariance * np.outer(slope, slope))


def _info(means: Estimates, measure: Measure, level: float) -> MeasureInfo:
    info = means.measures[measure.name]
    percent = f"{100 * level:g}"
    told = Label(f"{info.label.vi}: phân vị {percent}", f"{info.label.en}: quantile {percent}")
    if level == 0.5:
        told = Label(f"{info.label.vi}: trung vị", f"{info.label.en}: median")
    return replace(info, name=f"{measure.name}:q{percent}", rule=f"quantile {percent}", label=told)


def _frame(
    means: Estimates, infos: dict[str, MeasureInfo], found: list[Quantiles], covariance: Floats
) -> pd.DataFrame:
    frame = pd.concat([means.frame.assign(measure=name) for name in infos], ignore_index=True)
    scale = next(iter(infos.values()))
    ends = {
        "estimate": [each.estimate for each in found],
        "conf_low": [np.maximum(each.conf_low, scale.low) for each in found],
        "conf_high": [np.minimum(each.conf_high, scale.high) for each in found],
    }
    told = {name: np.column_stack(each).ravel() for name, each in ends.items()}
    return frame.assign(**told, std_error=np.sqrt(covariance.diagonal()), deff=np.nan)
