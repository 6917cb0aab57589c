"""Which scales can be tested for meaning the same in groups: enough answers in enough groups."""

from __future__ import annotations

import numpy as np

from kbnn_analysis.inference.grouping import attribute_levels
from kbnn_analysis.inference.invariance import MIN_GROUP
from kbnn_analysis.inference.scales import scales_of
from kbnn_analysis.intake.survey import Survey

FEWEST_ALIGNED = 10
"""Fewest units worth an alignment; below, ``check_invariance`` says more."""


def comparable_scales(
    survey: Survey, by: str | None, *, least: int = 2
) -> dict[str, tuple[str, ...]]:
    """Return the scales that can be compared between the levels of an attribute.

    Parameters
    ----------
    survey : Survey
        The answers.
    by : str or None
        The attribute; None, or one that the survey lacks, gives no scales.
    least : int
        Fewest levels with 50 complete answers in which every item varies.

    Returns
    -------
    dict
        Scale -> its items, for the codebook's factors of three items or more.
    """
    if by is None or by not in survey.attributes:
        return {}
    codes, levels = attribute_levels(survey, by)
    found = {}
    for scale in scales_of(survey, least=3):
        complete = ~np.isnan(scale.answers).any(axis=1)
        parts = (scale.answers[complete & (codes == code)] for code in range(len(levels)))
        usable = [len(own) >= MIN_GROUP and bool((own.std(axis=0) > 0).all()) for own in parts]
        if sum(usable) >= least:
            found[scale.name] = tuple(scale.items)
    return found


def alignable_scales(survey: Survey) -> dict[str, tuple[str, ...]]:
    """Return the scales whose means can be aligned over units: ten units or more can be used."""
    return comparable_scales(survey, "unit", least=FEWEST_ALIGNED)
