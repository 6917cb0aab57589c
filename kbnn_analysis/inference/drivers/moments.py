"""Linear models of very many respondents: a few rows for each sampling unit say all they need.

With sampling units, coefficients, R², its parts and their design-based covariance depend on the
respondents through the weighted sums of products within each unit alone, because every influence is
a quadratic form of constant, outcome and drivers. These sums are added up block by block, and each
unit is then written as as many rows as there are columns, with the same sums.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from kbnn_analysis.inference.drivers.cases import Cases, check_enough
from kbnn_analysis.inference.drivers.outcomes import Outcome, read_outcome
from kbnn_analysis.inference.drivers.scores import DriverScores, Level, driver_scores
from kbnn_analysis.inference.drivers.terms import Terms, model_terms
from kbnn_analysis.inference.measures import Measure
from kbnn_analysis.inference.respondent_rows import PATTERNS_FROM, survey_parts
from kbnn_analysis.inference.survey_design import survey_design_arrays
from kbnn_analysis.intake.survey import Survey
from kbnn_analysis.stats.design import DesignArrays
from kbnn_analysis.stats.domains import domain_degrees_of_freedom
from kbnn_analysis.stats.moment_rows import moment_rows, product_sums

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class MomentStudy:
    """What a linear driver model needs of very many respondents."""

    outcome: Outcome
    scores: DriverScores
    terms: Terms
    cases: Cases


def moments_suffice(survey: Survey) -> bool:
    """Return whether a survey is large and has the sampling units that sums are added up by."""
    design = survey.design
    one_stage = design.psu is not None and not (design.second_psu or design.second_fpc)
    return len(survey) >= PATTERNS_FROM and one_stage


def read_moments(
    survey: Survey, outcome: str | Measure, drivers: Sequence[str] | None, level: Level
) -> MomentStudy:
    """Read a survey block by block into rows with the same sums of products in each PSU.

    Parameters
    ----------
    survey : Survey
        With declared PSUs.
    outcome : str or Measure
    drivers : sequence of str, optional
    level : {"factor", "item"}

    Returns
    -------
    MomentStudy
        Respondents to whom a driver does not apply are left out, as with "drop".

    Raises
    ------
    UsageError
        As :func:`~kbnn_analysis.inference.drivers.study.read_study`.
    """
    none = replace(
        survey,
        scores=survey.scores.iloc[:0],
        not_applicable=survey.not_applicable.iloc[:0],
        attributes=survey.attributes.iloc[:0],
    )
    found, scores = read_outcome(none, outcome, "linear"), driver_scores(none, drivers, level)
    items = [*found.items, *(item for each in scores.items for item in each)]
    names = [] if isinstance(outcome, str) else [name for name, _ in outcome.within]
    design = survey_design_arrays(survey)
    psu, many = design.stages[0].psu, len(scores.names)
    assert psu is not None, "moments are added up by PSU"
    units = len(design.stages[0].psu_stratum)
    sums = np.zeros((units, many + 2, many + 2))
    squares = np.zeros((units, many + 1, many + 1))
    facts: dict[str, int] = {}
    shift: Floats | None = None
    for place, part in survey_parts(survey, items, names):
        y = read_outcome(part, outcome, "linear").score
        own = driver_scores(part, drivers, level)
        answered = np.isfinite(y)
        applies = np.asarray(~own.not_applicable.any(axis=1))
        weight = design.weight[place]
        keep = answered & applies & np.isfinite(own.scores).all(axis=1) & (weight > 0)
        _count(facts, answered, applies, keep)
        columns = np.column_stack([np.ones(int(keep.sum())), y[keep], own.scores[keep]])
        if shift is None and len(columns):  # sums about a middle lose fewer digits
            shift = np.r_[0.0, columns[:, 1:].mean(axis=0)]
        columns -= 0.0 if shift is None else shift
        sums += product_sums(columns, weight[keep], psu[place][keep], units)
        alone = np.delete(columns, 1, axis=1)
        squares += product_sums(alone, weight[keep] ** 2, psu[place][keep], units)
    check_enough(facts["respondents_in_model"], many + 2)
    terms = model_terms(none, (), None)
    assert shift is not None, "enough respondents have a middle"
    return MomentStudy(found, scores, terms, _cases(sums, squares, shift, design, terms, facts))


def _count(
    facts: dict[str, int],
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
        facts[name] = facts.get(name, 0) + number


def _cases(
    sums: Floats,
    squares: Floats,
    shift: Floats,
    design: DesignArrays,
    terms: Terms,
    facts: dict[str, int],
) -> Cases:
    rows, stage = moment_rows(sums), design.stages[0]
    columns = rows.columns + shift
    everyone = np.ones(len(rows.weight), dtype=bool)
    back = np.eye(len(shift) - 1)  # from columns about a middle to the columns
    back[0, 1:] = shift[2:]
    kept = replace(stage, stratum=stage.psu_stratum[rows.unit], psu=rows.unit)
    own = DesignArrays(rows.weight, (kept,), lonely_psu=design.lonely_psu, linked=design.linked)
    return Cases(
        keep=everyone,
        outcome=columns[:, 1],
        weight=rows.weight,
        drivers=columns[:, 2:],
        terms=replace(terms, columns=np.zeros((len(everyone), 0))),
        design=own,
        df=float(domain_degrees_of_freedom(own, everyone, None, 1)[0]),
        facts=facts,
        squared_sums=back.T @ squares @ back,
    )
