"""Completed copies of a survey, and who answered carelessly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from kbnn_analysis.intake.quality import respondent_flags
from kbnn_analysis.intake.survey import Survey
from kbnn_analysis.stats.imputation import impute

Flags = npt.NDArray[np.bool_]
MOST_LEVELS = 10
"""A category with more levels is no background of the imputation."""


def completed_surveys(
    survey: Survey,
    items: Sequence[str],
    *,
    rng: np.random.Generator,
    m: int = 20,
    rounds: int = 5,
) -> Iterator[Survey]:
    """Yield m surveys in which the missing answers to `items` are filled in.

    Any analysis of a Survey can be run on each and pooled with
    :func:`kbnn_analysis.stats.rubin.pool`.

    Parameters
    ----------
    survey : Survey
        The answers.
    items : sequence of str
        Items that impute one another.
    rng : Generator
        Source of the draws.
    m, rounds : int
        Copies, and passes over the items for each.

    Yields
    ------
    Survey
        Not-applicable answers stay missing.
    """
    names = list(items)
    answers = np.column_stack([survey.score(name) for name in names])
    absent = survey.not_applicable[names].to_numpy(dtype=bool)
    background = _background(survey)
    copies = impute(answers, rng, keep_missing=absent, background=background, m=m, rounds=rounds)
    for filled in copies:
        scores = survey.scores.copy()
        scores[names] = filled
        yield replace(survey, scores=scores)


def careless_respondents(survey: Survey) -> Flags:
    """Return who shows a sign of careless answering: a straight line, or too fast to have read."""
    flags = respondent_flags(survey)
    told = [flags[name] for name in ("straight_line", "too_fast") if name in flags]
    return np.asarray(np.logical_or.reduce([flag.to_numpy(dtype=bool) for flag in told]))


def _background(survey: Survey) -> npt.NDArray[np.float64] | None:
    """Return dummies of the categories with up to ten levels, and the weight if there is one."""
    parts = []
    for attribute in survey.codebook.attributes:
        if attribute.name not in survey.attributes or attribute.kind != "category":
            continue
        values = survey.attribute(attribute.name).astype("string").fillna("?")
        if 1 < values.nunique() <= MOST_LEVELS:
            dummies = pd.get_dummies(values, drop_first=True)
            parts.append(dummies.to_numpy(dtype=float))
    if survey.design.weight is not None:
        parts.append(survey.weights()[:, None])
    return np.hstack(parts) if parts else None
