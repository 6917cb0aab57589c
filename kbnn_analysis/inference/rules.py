"""Rules: how one answer counts in a numerator. Named and versioned, so that a change shows."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from kbnn_analysis.errors import UsageError
from kbnn_analysis.intake.codebook import Scale
from kbnn_analysis.intake.survey import Survey
from kbnn_analysis.language import Label

Floats = npt.NDArray[np.float64]
Rule = Literal["two_box", "top_box", "mean", "level"]

RULE_VERSIONS: dict[Rule, str] = {"two_box": "1", "top_box": "1", "mean": "1", "level": "1"}
RULE_LABELS: dict[Rule, Label] = {
    "two_box": Label("tỷ lệ hài lòng", "share satisfied"),
    "top_box": Label("tỷ lệ rất hài lòng", "share very satisfied"),
    "mean": Label("điểm trung bình", "mean score"),
    "level": Label("tỷ lệ chọn một mức trả lời", "share of one answer"),
}


class Quotient(NamedTuple):
    """Numerator and denominator per respondent, shape (n,); both 0 where nothing is valid."""

    numerator: Floats
    denominator: Floats


def item_quotient(survey: Survey, item: str, rule: Rule, code: int | None = None) -> Quotient:
    """Return numerator and denominator of one item under a rule.

    Parameters
    ----------
    survey : Survey
        The answers.
    item : str
        Item of the codebook.
    rule : {"two_box", "top_box", "mean", "level"}
        What the numerator is.
    code : int, optional
        The answer that counts under the rule "level".

    Returns
    -------
    Quotient
        Both 0 where there is no valid answer.

    Raises
    ------
    UsageError
        If the item does not exist or its scale declares no such box.
    """
    score = survey.score(item)
    valid = np.isfinite(score)
    if rule == "mean":
        met = np.where(valid, score, 0.0)
    else:
        box = (code,) if code is not None else _box(survey.codebook.scale_of(item), item, rule)
        met = np.isin(score, box).astype(float)
    return Quotient(met, valid.astype(float))


def _box(scale: Scale, item: str, rule: Rule) -> tuple[int, ...]:
    box = scale.satisfied if rule == "two_box" else scale.top
    if not box:
        word = "satisfied" if rule == "two_box" else "top"
        raise UsageError(f"The scale of {item!r} declares no `{word}` answers for {rule}.")
    return box
