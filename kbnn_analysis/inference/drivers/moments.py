"""Linear models of very many respondents: a few rows for each sampling unit say all they need.

With sampling units, coefficients, R², its parts and their design-based covariance depend on the
respondents through the weighted sums of products within each unit alone, because every influence is
a quadratic form of constant, outcome and drivers. These sums are added up block by block, and each
unit is then written as as many rows as there are columns, with the same sums.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from kbnn_analysis.inference.drivers.blocks import Reduced, block_reader, empty
from kbnn_analysis.inference.drivers.cases import Cases, check_enough
from kbnn_analysis.inference.drivers.scores import Level
from kbnn_analysis.inference.drivers.terms import Terms, model_terms
from kbnn_analysis.inference.measures import Measure
from kbnn_analysis.inference.respondent_rows import PATTERNS_FROM
from kbnn_analysis.inference.survey_design import survey_design_arrays
from kbnn_analysis.intake.survey import Survey
from kbnn_analysis.stats.design import DesignArrays
from kbnn_analysis.stats.domains import domain_degrees_of_freedom
from kbnn_analysis.stats.moment_rows import moment_rows, product_sums

Floats = npt.NDArray[np.float64]


def moments_suffice(survey: Survey) -> bool:
    """Return whether a survey is large and has the sampling units that sums are added up by."""
    design = survey.design
    one_stage = design.psu is not None and not (design.second_psu or design.second_fpc)
    return len(survey) >= PATTERNS_FROM and one_stage


def read_moments(
    survey: Survey, outcome: str | Measure, drivers: Sequence[str] | None, level: Level
) -> Reduced:
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
    Reduced
        Respondents to whom a driver does not apply are left out, as with "drop".

    Raises
    ------
    UsageError
        As :func:`~kbnn_analysis.inference.drivers.study.read_study`.
    """
    read = block_reader(survey, outcome, drivers, "linear", level)
    design = survey_design_arrays(survey)
    psu, many = design.stages[0].psu, len(read.scores.names)
    assert psu is not None, "moments are added up by PSU"
    units = len(design.stages[0].psu_stratum)
    sums = np.zeros((units, many + 2, many + 2))
    squares = np.zeros((units, many + 1, many + 1))
    shift: Floats | None = None
    for block in read.blocks(design.weight):
        weight, unit = design.weight[block.place][block.keep], psu[block.place][block.keep]
        columns = np.column_stack([np.ones(len(block.outcome)), block.outcome, block.drivers])
        if shift is None and len(columns):  # sums about a middle lose fewer digits
            shift = np.r_[0.0, columns[:, 1:].mean(axis=0)]
        columns -= 0.0 if shift is None else shift
        sums += product_sums(columns, weight, unit, units)
        squares += product_sums(np.delete(columns, 1, axis=1), weight**2, unit, units)
    check_enough(read.facts["respondents_in_model"], many + 2)
    terms = model_terms(empty(survey), (), None)
    assert shift is not None, "enough respondents have a middle"
    cases = _cases(sums, squares, shift, design, terms, read.facts)
    return Reduced(read.outcome, read.scores, cases)


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
