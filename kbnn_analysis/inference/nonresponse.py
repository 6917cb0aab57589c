"""Non-response weighting classes: those who answered stand for the silent of their class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference.grouping import attribute_levels
from kbnn_analysis.intake.survey import Survey
from kbnn_analysis.stats.nonresponse import weighting_class_weights

WEIGHT = "nonresponse_weight"


def weight_for_nonresponse(survey: Survey, classes: str, asked: Mapping[str, float]) -> Survey:
    """Divide the weights by the response rate of each class.

    Right if, within a class, those who answered do not differ from those who did not; nothing in
    the answers can show it. The rates count as known in later variances, mildly conservative.

    Parameters
    ----------
    survey : Survey
        Those who answered.
    classes : str
        Attribute that holds the class.
    asked : mapping
        Level -> how many were asked, the silent ones included; the sum of their sampling weights
        where the survey is weighted.

    Returns
    -------
    Survey
        With the attribute "nonresponse_weight" as its weight.

    Raises
    ------
    UsageError
        If a class has no number, more answered than were asked, or none answered.

    References
    ----------
    Oh and Scheuren (1983); Little (1986), *International Statistical Review* 54.

    Examples
    --------
    >>> import pandas as pd
    >>> from kbnn_analysis.intake import load_codebook
    >>> from kbnn_analysis.intake.survey import Design
    >>> scores = pd.DataFrame({"time_waiting": [5.0, 4.0, 3.0]})
    >>> survey = Survey(
    ...     scores=scores, not_applicable=scores.isna(), design=Design(), period="2023-1",
    ...     attributes=pd.DataFrame({"channel": ["online", "online", "counter"]}),
    ...     codebook=load_codebook("kbnn-assumed"))
    >>> weight_for_nonresponse(survey, "channel", {"online": 10, "counter": 20}).weights()
    array([ 5.,  5., 20.])
    """
    codes, levels = attribute_levels(survey, classes)
    if (codes < 0).any():
        raise UsageError(f"{int((codes < 0).sum())} respondents have no class {classes!r}.")
    weight = survey.weights()
    answered = np.bincount(codes, weights=weight, minlength=len(levels))
    lacking = [name for name, sum_ in zip(levels, answered, strict=True) if sum_ > 0
               and name not in asked]  # fmt: skip
    unknown = sorted(set(asked) - set(levels))
    if lacking or unknown:
        what = f"lacks {lacking[0]!r}" if lacking else f"has {unknown[0]!r}, which does not exist"
        raise UsageError(f"`asked` {what}; the classes are {', '.join(levels)}.")
    wanted = np.array([float(asked.get(name, 0.0)) for name in levels])
    if (over := np.flatnonzero(answered > wanted * (1 + 1e-9))).size:
        at = over[0]
        raise UsageError(
            f"`asked`: {wanted[at]:g} were asked in {levels[at]!r}, but {answered[at]:g} answered."
        )
    silent = np.flatnonzero(wanted > answered)
    adjusted = weighting_class_weights(
        np.concatenate([weight, (wanted - answered)[silent]]),
        np.arange(len(weight) + len(silent)) < len(weight),
        np.concatenate([codes, silent]),
    )
    attributes = survey.attributes.assign(**{WEIGHT: adjusted.weight[: len(weight)]})
    return replace(survey, attributes=attributes, design=replace(survey.design, weight=WEIGHT))
