"""The outcome of a model: a score, a yes or no, or an ordered category."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from kbnn_analysis.errors import UsageError, check_one_of
from kbnn_analysis.inference.measures import Measure, mean_score, two_box
from kbnn_analysis.intake.survey import Survey
from kbnn_analysis.language import Label

Floats = npt.NDArray[np.float64]
Model = Literal["linear", "logit", "ordinal"]

MODEL_SENTENCES: dict[Model, str] = {
    "linear": "linear regression of the score",
    "logit": "logistic regression",
    "ordinal": "proportional-odds regression of the answer",
}


@dataclass(frozen=True)
class Outcome:
    """The outcome per respondent, NaN where there is no valid answer, and what it is called.

    For an ordinal model ``score`` holds codes 0 .. K - 1 of the answers that occur.
    """

    name: str
    label: Label
    score: Floats
    items: tuple[str, ...]
    rule: str


def read_outcome(survey: Survey, outcome: str | Measure, model: Model) -> Outcome:
    """Return the outcome as the model needs it.

    Parameters
    ----------
    survey : Survey
        The answers.
    outcome : str or Measure
        An item, taken as its score ("linear"), as satisfied or not ("logit") or as its answer
        ("ordinal"); or a measure, for example ``top_box(item)`` in a logistic model.
    model : {"linear", "logit", "ordinal"}

    Returns
    -------
    Outcome

    Raises
    ------
    UsageError
        If the model is unknown or cannot have such an outcome.
    """
    check_one_of("model", model, get_args(Model))
    if model == "ordinal":
        return _ordered(survey, outcome)
    measure = outcome
    if isinstance(measure, str):
        measure = mean_score(measure) if model == "linear" else two_box(measure)
    info, quotient = measure.info(survey), measure.quotient(survey)
    valid = quotient.denominator > 0
    values = np.full(len(survey), np.nan)
    values[valid] = quotient.numerator[valid] / quotient.denominator[valid]
    if model == "logit" and not np.isin(values[valid], (0.0, 1.0)).all():
        raise UsageError(
            f"a logistic model needs a yes or no for each respondent; {measure.name!r} is not: "
            "take two_box or top_box of one item."
        )
    return Outcome(measure.name, info.label, values, measure.items, info.rule)


def _ordered(survey: Survey, outcome: str | Measure) -> Outcome:
    if not isinstance(outcome, str):
        raise UsageError(
            f"an ordinal model takes the answers of an item, not the measure {outcome.name!r}; "
            f"write {outcome.items[0]!r}."
        )
    score = survey.score(outcome)
    codes = np.full(len(score), np.nan)
    valid = np.isfinite(score)
    codes[valid] = np.unique(score[valid], return_inverse=True)[1]
    label = survey.codebook.item(outcome).label.label
    return Outcome(outcome, label, codes, (outcome,), "answer")
