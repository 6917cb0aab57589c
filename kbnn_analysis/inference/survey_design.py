"""From a survey's declared design to arrays, and to the assumption its intervals rest on."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference.grouping import attribute_levels
from kbnn_analysis.intake.survey import Survey, Target
from kbnn_analysis.language import Label
from kbnn_analysis.stats.calibration import Margin, poststratify, rake
from kbnn_analysis.stats.design import DesignArrays, design_arrays

FrameCounts = Mapping[str, Mapping[str, float]]

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
        "các đơn vị được coi như mẫu ngẫu nhiên, không hiệu chỉnh tổng thể hữu hạn",
        "the offices count as a random sample, without a finite population correction",
    ),
    "self-selected": Label(
        "người trả lời tự chọn: khoảng tin cậy chỉ đúng nếu họ không khác những người không "
        "trả lời; không hiệu chỉnh tổng thể hữu hạn",
        "self-selected: the intervals hold only if those who answered do not differ from those "
        "who did not; no finite population correction",
    ),
}


def survey_design_arrays(survey: Survey, frame_counts: FrameCounts | None = None) -> DesignArrays:
    """Return the declared design of a survey as arrays.

    Parameters
    ----------
    survey : Survey
        The answers with their design.
    frame_counts : mapping, optional
        Attribute -> level -> number in the population. One attribute post-stratifies the weights,
        several rake them; covariances then use the residuals.

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
    fpc = None
    if design.fpc is not None:
        fpc = survey.attribute(design.fpc).to_numpy(dtype=float)
        if not np.isfinite(fpc).all():
            raise UsageError(f"`fpc`: the attribute {design.fpc!r} has missing population sizes.")
    arrays = design_arrays(
        survey.weights(), strata=survey.codes(design.strata), psu=survey.codes(design.psu), fpc=fpc
    )
    if not frame_counts:
        return arrays
    margins = [_margin(survey, name, counts) for name, counts in frame_counts.items()]
    return poststratify(arrays, margins[0]) if len(margins) == 1 else rake(arrays, margins)


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


def design_sentence(survey: Survey, frame_counts: FrameCounts | None = None) -> str:
    """Return the design in words: what weighs, what is a stratum, what is a PSU.

    Parameters
    ----------
    survey : Survey
        The answers with their design.
    frame_counts : mapping, optional
        What the weights were calibrated to.

    Returns
    -------
    str
        Part of an English sentence.
    """
    design = survey.design
    parts = [
        f"weights {design.weight}" if design.weight else "equal weights",
        f"strata {design.strata}" if design.strata else "",
        f"PSUs {design.psu}" if design.psu else "respondents as sampling units",
        f"finite population {design.fpc}" if design.fpc else "",
        f"calibrated to frame counts of {' and '.join(frame_counts)}" if frame_counts else "",
    ]
    return ", ".join(part for part in parts if part)
