"""Models of very many respondents fitted to their distinct answers, each with its weight.

Likelihood and sums of squares are sums over respondents, so that a fit to patterns is the fit to
respondents. For the covariance each respondent keeps the number of his pattern: influences of the
patterns are then added up by sampling unit. Without sampling units, patterns are formed within
strata and carry the sums of squared weights.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from kbnn_analysis.inference.drivers.blocks import Reader, Reduced, block_reader, empty
from kbnn_analysis.inference.drivers.cases import Cases, Members, check_enough
from kbnn_analysis.inference.drivers.outcomes import Model
from kbnn_analysis.inference.drivers.scores import Level
from kbnn_analysis.inference.drivers.terms import model_terms
from kbnn_analysis.inference.measures import Measure
from kbnn_analysis.inference.respondent_rows import PATTERNS_FROM, units_alone
from kbnn_analysis.inference.survey_design import survey_design_arrays
from kbnn_analysis.intake.survey import Survey
from kbnn_analysis.stats.design import DesignArrays
from kbnn_analysis.stats.domains import domain_degrees_of_freedom
from kbnn_analysis.stats.patterns import Patterns, code_patterns, find_patterns

Floats = npt.NDArray[np.float64]
_Key = Sequence[npt.NDArray[np.generic]]


def patterns_suffice(survey: Survey) -> bool:
    """Return whether a survey is large and of one sampling stage."""
    one_stage = not (survey.design.second_psu or survey.design.second_fpc)
    return len(survey) >= PATTERNS_FROM and one_stage


def read_patterns(
    survey: Survey,
    outcome: str | Measure,
    drivers: Sequence[str] | None,
    model: Model,
    level: Level,
) -> Reduced:
    """Read a survey block by block into distinct answers with weights.

    Parameters
    ----------
    survey : Survey
    outcome : str or Measure
    drivers : sequence of str, optional
    model : {"linear", "logit", "ordinal"}
    level : {"factor", "item"}
        Factors have few distinct scores, many items nearly as many as there are respondents.

    Returns
    -------
    Reduced
        Respondents to whom a driver does not apply are left out, as with "drop".

    Raises
    ------
    UsageError
        As :func:`~kbnn_analysis.inference.drivers.study.read_study`.
    """
    read = block_reader(survey, outcome, drivers, model, level)
    by_units = survey.design.psu is not None
    cases = _of_units(read, *_units(survey)) if by_units else _of_respondents(read)
    return Reduced(read.outcome, read.scores, cases)


def _of_respondents(read: Reader) -> Cases:
    """Return patterns within strata: each respondent is a sampling unit."""
    design = survey_design_arrays(read.survey)
    stage = design.stages[0]
    found = find_patterns(
        ([stage.stratum[b.place][b.keep], b.outcome, *b.drivers.T], design.weight[b.place][b.keep])
        for b in read.blocks(design.weight)
    )
    own = DesignArrays(
        found.weight,
        (replace(stage, stratum=found.columns[0].astype(np.intp)),),
        count=found.count,
        weight_square=found.weight_square,
        lonely_psu=design.lonely_psu,
    )
    return _cases(read, found, found.columns[1:], own, np.ones(len(found), dtype=bool))


def _units(survey: Survey) -> tuple[DesignArrays, npt.NDArray[np.int32], Floats]:
    """Return the design of the units, and the unit and weight of each respondent, held small."""
    design = survey_design_arrays(survey)
    stage, weight = design.stages[0], design.weight
    assert stage.psu is not None
    alike = weight.size > 0 and np.ptp(weight) == 0
    held = np.broadcast_to(weight[:1].copy(), weight.shape) if alike else weight
    return units_alone(design), stage.psu.astype(np.int32), held


def _of_units(
    read: Reader, design: DesignArrays, unit: npt.NDArray[np.int32], weight: Floats
) -> Cases:
    """Return patterns of all, and who has them in which sampling unit."""
    kept = []

    def keys() -> Iterator[tuple[_Key, Floats]]:
        for block in read.blocks(weight):
            kept.append(block.keep)
            yield [block.outcome, *block.drivers.T], weight[block.place][block.keep]

    found, code = code_patterns(keys())
    keep = np.concatenate(kept)
    own = weight[keep] if weight.strides[0] else weight[: int(keep.sum())]
    members = Members(code, unit[keep], own, len(design))
    present = np.bincount(members.unit, minlength=len(design)) > 0
    return _cases(read, found, found.columns, design, present, members)


def _cases(
    read: Reader,
    found: Patterns,
    columns: _Key,
    design: DesignArrays,
    present: npt.NDArray[np.bool_],
    members: Members | None = None,
) -> Cases:
    check_enough(read.facts["respondents_in_model"], len(columns) + 1)
    terms = model_terms(empty(read.survey), (), None)
    return Cases(
        keep=np.ones(len(design), dtype=bool),
        outcome=np.asarray(columns[0], dtype=float),
        weight=found.weight,
        drivers=np.column_stack(columns[1:]).astype(float),
        terms=replace(terms, columns=np.zeros((len(found), 0))),
        design=design,
        df=float(domain_degrees_of_freedom(design, present, None, 1)[0]),
        facts=read.facts,
        members=members,
    )
