"""A survey of very many respondents read block by block for one model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from kbnn_analysis.inference.drivers.cases import Cases
from kbnn_analysis.inference.drivers.outcomes import Model, Outcome, read_outcome
from kbnn_analysis.inference.drivers.scores import DriverScores, Level, driver_scores
from kbnn_analysis.inference.measures import Measure
from kbnn_analysis.inference.respondent_rows import survey_parts
from kbnn_analysis.intake.survey import Survey

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Block:
    """Some respondents: where they stand, and the complete cases among them.

    Attributes
    ----------
    place : slice
    keep : ndarray of bool, shape (n_b,)
    outcome : ndarray of shape (m_b,)
    drivers : ndarray of shape (m_b, p)
    """

    place: slice
    keep: npt.NDArray[np.bool_]
    outcome: Floats
    drivers: Floats


@dataclass(frozen=True)
class Reduced:
    """What a model needs of very many respondents, whose scores are not kept."""

    outcome: Outcome
    scores: DriverScores
    cases: Cases


@dataclass(frozen=True)
class Reader:
    """Reads outcome and drivers of a survey in blocks.

    Attributes
    ----------
    survey : Survey
    asked : str or Measure
        The outcome that was asked for.
    names : sequence of str, optional
        The drivers that were asked for.
    model : {"linear", "logit", "ordinal"}
    level : {"factor", "item"}
    outcome : Outcome
    scores : DriverScores
        What is read; scores of nobody.
    facts : dict
        Respondents kept and dropped by reason, of the blocks that were read.
    """

    survey: Survey
    asked: str | Measure
    names: Sequence[str] | None
    model: Model
    level: Level
    outcome: Outcome
    scores: DriverScores
    facts: dict[str, int] = field(default_factory=dict)

    def blocks(self, weight: Floats) -> Iterator[Block]:
        """Yield all respondents; those to whom a driver does not apply are no complete cases."""
        items = [*self.outcome.items, *(item for each in self.scores.items for item in each)]
        of = [] if isinstance(self.asked, str) else [name for name, _ in self.asked.within]
        model: Model = "linear" if self.model == "ordinal" else self.model  # answers, not codes
        self.facts.clear()
        for place, part in survey_parts(self.survey, items, of):
            y = read_outcome(part, self.asked, model).score
            own = driver_scores(part, self.names, self.level)
            answered = np.isfinite(y)
            applies = np.asarray(~own.not_applicable.any(axis=1))
            keep = answered & applies & np.isfinite(own.scores).all(axis=1) & (weight[place] > 0)
            self._count(answered, applies, keep)
            yield Block(place, keep, y[keep], own.scores[keep])

    def _count(
        self,
        answered: npt.NDArray[np.bool_],
        applies: npt.NDArray[np.bool_],
        keep: npt.NDArray[np.bool_],
    ) -> None:
        told = {
            "respondents": len(keep),
            "respondents_in_model": int(keep.sum()),
            "dropped_no_outcome": int((~answered).sum()),
            "dropped_not_applicable": int((answered & ~applies).sum()),
            "dropped_missing": int((answered & applies & ~keep).sum()),
        }
        for name, number in told.items():
            self.facts[name] = self.facts.get(name, 0) + number


def block_reader(
    survey: Survey,
    outcome: str | Measure,
    drivers: Sequence[str] | None,
    model: Model,
    level: Level,
) -> Reader:
    """Return the reader of an outcome and its drivers; names are checked before a row is read.

    Parameters
    ----------
    survey : Survey
    outcome : str or Measure
    drivers : sequence of str, optional
    model : {"linear", "logit", "ordinal"}
    level : {"factor", "item"}

    Returns
    -------
    Reader

    Raises
    ------
    UsageError
        As :func:`~kbnn_analysis.inference.drivers.study.read_study`.
    """
    nobody = empty(survey)
    return Reader(
        survey, outcome, drivers, model, level,
        read_outcome(nobody, outcome, model), driver_scores(nobody, drivers, level),
    )  # fmt: skip


def empty(survey: Survey) -> Survey:
    """Return a survey of nobody with the same columns."""
    return replace(
        survey,
        scores=survey.scores.iloc[:0],
        not_applicable=survey.not_applicable.iloc[:0],
        attributes=survey.attributes.iloc[:0],
    )
