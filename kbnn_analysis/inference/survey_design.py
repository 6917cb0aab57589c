"""From a survey's declared design to arrays, and to the assumption its intervals rest on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference.grouping import attribute_levels
from kbnn_analysis.intake.survey import Survey, Target
from kbnn_analysis.language import Label
from kbnn_analysis.stats.calibration import Margin, calibrate_linear, poststratify, rake
from kbnn_analysis.stats.design import DesignArrays, StageInput, design_arrays

Codes = npt.NDArray[np.intp]
Floats = npt.NDArray[np.float64]
FrameCounts = Mapping[str, Mapping[str, float]]
FrameTotals = Mapping[str, float]
POPULATION = "population"  # the number of all, where no frame counts give it

TARGETS: dict[Target, Label] = {
    "period": Label("các đơn vị này trong đợt khảo sát này", "these offices in this period"),
    "process": Label(
        "quá trình phục vụ đứng sau các đơn vị này", "the process behind these offices"
    ),
    "self-selected": Label("những người tự nguyện trả lời", "self-selected respondents"),
}
ASSUMPTIONS: dict[Target, Label] = {
    "period": Label(
        "trong mỗi tầng, người trả lời được coi như mẫu ngẫu nhiên của khách hàng của đơn vị",
        "within each stratum the respondents count as a random sample of the clients",
    ),
    "process": Label(
        "các điểm giao dịch được coi như một mẫu ngẫu nhiên, không hiệu chỉnh tổng thể hữu hạn",
        "the offices count as a random sample, without a finite population correction",
    ),
    "self-selected": Label(
        "người trả lời tự chọn: khoảng tin cậy chỉ đúng nếu họ không khác những người không "
        "trả lời; không hiệu chỉnh tổng thể hữu hạn",
        "self-selected: the intervals hold only if those who answered do not differ from those "
        "who did not; no finite population correction",
    ),
}


def survey_design_arrays(
    survey: Survey,
    frame_counts: FrameCounts | None = None,
    frame_totals: FrameTotals | None = None,
) -> DesignArrays:
    """Return the declared design of a survey as arrays.

    Parameters
    ----------
    survey : Survey
        The answers with their design.
    frame_counts : mapping, optional
        Attribute -> level -> number in the population. One attribute post-stratifies the weights,
        several rake them; covariances then use the residuals.
    frame_totals : mapping, optional
        Numeric attribute -> its total in the population, and "population" -> the number of all
        where there are no frame counts. The weights are then calibrated linearly to the counts
        and totals together (the generalized regression estimator).

    Returns
    -------
    DesignArrays
        For every covariance of `stats`.

    Raises
    ------
    UsageError
        If weights, strata, PSUs, population sizes or frame counts are missing or do not fit.
    """
    design = survey.design
    if survey.periods:
        if frame_counts or frame_totals:
            raise UsageError("Frame numbers belong to one period; estimate each period by itself.")
        return _stacked_arrays(survey)
    arrays = _arrays(survey, survey.codes(design.strata), survey.codes(design.psu))
    if not frame_counts and not frame_totals:
        return arrays
    margins = [_margin(survey, name, counts) for name, counts in (frame_counts or {}).items()]
    if frame_totals:
        return _calibrated_linearly(survey, arrays, margins, frame_totals)
    return poststratify(arrays, margins[0]) if len(margins) == 1 else rake(arrays, margins)


def _sizes(survey: Survey, part: str) -> npt.NDArray[np.float64] | None:
    name = getattr(survey.design, part)
    if name is None:
        return None
    sizes = survey.attribute(name).to_numpy(dtype=float)
    if not np.isfinite(sizes).all():
        raise UsageError(f"`{part}`: the attribute {name!r} has missing population sizes.")
    return np.asarray(sizes)


def _calibrated_linearly(
    survey: Survey, arrays: DesignArrays, margins: list[Margin], totals: FrameTotals
) -> DesignArrays:
    if not margins and POPULATION not in totals:
        raise UsageError(
            f"`frame_totals` need the number of all: give {POPULATION!r}, or `frame_counts`."
        )
    columns, wanted = [], []
    for margin in margins:
        columns += list(np.eye(len(margin.totals))[margin.code].T)
        wanted += margin.totals.tolist()
    for name, total in totals.items():
        columns.append(np.ones(len(survey)) if name == POPULATION else _numbers(survey, name))
        wanted.append(float(total))
    return calibrate_linear(arrays, np.column_stack(columns), np.array(wanted))


def _numbers(survey: Survey, name: str) -> npt.NDArray[np.float64]:
    values = survey.attribute(name)
    if not pd.api.types.is_numeric_dtype(values):
        raise UsageError(f"`frame_totals`: {name!r} is no number; use `frame_counts` for it.")
    numbers = values.to_numpy(dtype=float)
    if not np.isfinite(numbers).all():
        raise UsageError(f"`frame_totals`: the attribute {name!r} has missing values.")
    return numbers


def _arrays(survey: Survey, strata: Codes | None, psu: Codes | None) -> DesignArrays:
    design = survey.design
    second = StageInput(psu=survey.codes(design.second_psu), fpc=_sizes(survey, "second_fpc"))
    return design_arrays(
        survey.weights(),
        strata=strata,
        psu=psu,
        fpc=_sizes(survey, "fpc"),
        further=[second] if design.second_psu or design.second_fpc else [],
        lonely_psu=design.lonely_psu,
    )


def _stacked_arrays(survey: Survey) -> DesignArrays:
    """Return the design of several periods: each has its own, and PSUs of one name are linked."""
    strata, psu = survey.codes(survey.design.strata), survey.codes(survey.design.psu)
    period = attribute_levels(survey, "period")[0]
    own = period if strata is None else _crossed(period, strata)
    if psu is None:
        return _arrays(survey, own, None)
    arrays = _arrays(survey, own, _crossed(period, psu))
    unit = arrays.stages[0].psu
    assert unit is not None
    linked = np.zeros(len(arrays.stages[0].psu_stratum), dtype=np.intp)
    linked[unit] = psu
    return replace(arrays, linked=linked)


def _crossed(period: Codes, codes: Codes) -> Codes:
    """Return codes that tell periods apart; a missing code stays missing."""
    size = int(codes.max()) + 1 if codes.size else 1
    return np.where(codes < 0, -1, period * size + codes)


def _margin(survey: Survey, name: str, counts: Mapping[str, float]) -> Margin:
    codes, levels = attribute_levels(survey, name)
    unknown = sorted(set(counts) - set(levels))
    if unknown:
        raise UsageError(f"`frame_counts`: {name!r} has no level {unknown[0]!r}.")
    missing = [
        level for code, level in enumerate(levels) if level not in counts and (codes == code).any()
    ]
    if missing or (codes < 0).any():
        what = f"the level {missing[0]!r}" if missing else "respondents without a level"
        raise UsageError(f"`frame_counts` of {name!r} lack a number for {what}.")
    return Margin(codes, np.array([float(counts.get(level, 0.0)) for level in levels]))


def calibrated_to(frame_counts: FrameCounts | None, frame_totals: FrameTotals | None) -> str | None:
    """Return the names of what the weights are calibrated to, None where they are not.

    Parameters
    ----------
    frame_counts, frame_totals : mapping, optional
        As in :func:`survey_design_arrays`.

    Returns
    -------
    str or None
        Names joined by "and".
    """
    return " and ".join([*(frame_counts or {}), *(frame_totals or {})]) or None


def design_sentence(survey: Survey, calibrated: str | None = None) -> str:
    """Return the design in words: what weighs, what is a stratum, what is a PSU.

    Parameters
    ----------
    survey : Survey
        The answers with their design.
    calibrated : str, optional
        What the weights were calibrated to.

    Returns
    -------
    str
        Part of an English sentence.
    """
    design = survey.design
    second = design.second_psu or design.second_fpc
    parts = [
        f"weights {design.weight}" if design.weight else "equal weights",
        f"strata {design.strata}" if design.strata else "",
        f"PSUs {design.psu}" if design.psu else "respondents as sampling units",
        f"finite population {design.fpc}" if design.fpc else "",
        f"second stage {design.second_psu or 'of respondents'}" if second else "",
        f"lonely sampling units: {design.lonely_psu}" if design.lonely_psu != "adjust" else "",
        f"calibrated to frame counts of {calibrated}" if calibrated else "",
    ]
    return ", ".join(part for part in parts if part)
