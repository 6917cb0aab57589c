"""Who the respondents are: the attributes that divide them into a few kinds."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from kbnn_analysis.inference.grouping import attribute_levels
from kbnn_analysis.intake.survey import Survey

MOST_LEVELS = 8


def respondent_kinds(
    survey: Survey, item: str | None = None, *, min_n: int = 10
) -> tuple[str, ...]:
    """Return the categories that divide the respondents into a few kinds.

    Parameters
    ----------
    survey : Survey
        The answers.
    item : str, optional
        Only those who answered it count.
    min_n : int
        A kind of fewer respondents is no kind that a report can speak of.

    Returns
    -------
    tuple of str
        Attributes in the codebook's order, the unit apart: those of which two to eight levels
        occur, two of them with `min_n` respondents or more.
    """
    book = survey.codebook
    told = [each.name for each in book.attributes if each.kind == "category"]
    there = [name for name in told if name != book.unit and name in survey.attributes]
    answered = np.isfinite(survey.score(item)) if item else np.ones(len(survey), dtype=bool)
    return tuple(name for name in there if _divides(survey, name, answered, min_n))


def _divides(survey: Survey, name: str, answered: npt.NDArray[np.bool_], min_n: int) -> bool:
    codes, levels = attribute_levels(survey, name)
    counts = np.bincount(codes[answered & (codes >= 0)], minlength=len(levels))
    return 2 <= (counts > 0).sum() <= MOST_LEVELS and bool((counts >= min_n).sum() >= 2)
