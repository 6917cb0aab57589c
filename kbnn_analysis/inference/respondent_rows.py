"""What an estimate sees of respondents: each of them, or the patterns of very many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference.grouping import Groups, attribute_levels
from kbnn_analysis.inference.measures import Measure
from kbnn_analysis.intake.survey import Survey
from kbnn_analysis.stats.design import DesignArrays
from kbnn_analysis.stats.patterns import find_patterns

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]

PATTERNS_FROM = 500_000
"""Respondents from which on patterns take less memory than they cost time."""
MOST_HELD = 2_000_000
"""Respondents whose every answer fits into 2 GB beside what is computed from them."""
MOST_TOTALS = 30_000_000
"""Numbers of sampling units times statistics that are held at once."""
BLOCK = 200_000


@dataclass(frozen=True)
class RespondentRows:
    """Quotients with group and design, row by row.

    Attributes
    ----------
    numerator, denominator : ndarray of shape (rows, measures)
        One respondent or one pattern a row.
    code : ndarray of shape (rows,)
        Group, -1 for none.
    design : DesignArrays
        Of the same rows.
    """

    numerator: Floats
    denominator: Floats
    code: Codes
    design: DesignArrays


def respondent_rows(
    survey: Survey, measures: Sequence[Measure], groups: Groups, design: DesignArrays
) -> RespondentRows:
    """Return respondents, or their patterns where there are very many and weights are plain.

    A pattern is a set of respondents of one sampling unit, stratum and group with the same
    numerators and denominators. Estimates and covariances from patterns are the same numbers.

    Parameters
    ----------
    survey : Survey
        The answers.
    measures : sequence of Measure
        What is estimated.
    groups : Groups
        Group of every respondent.
    design : DesignArrays
        Design of the same respondents.

    Returns
    -------
    RespondentRows
        Patterns from 500,000 respondents on, unless the weights were calibrated.

    Raises
    ------
    UsageError
        If each respondent must be held and they are too many.
    """
    if len(survey) >= PATTERNS_FROM and not design.auxiliaries and len(design.stages) == 1:
        return _patterns(survey, measures, groups, design)
    check_held(
        len(survey), "a calibrated weight" if design.auxiliaries else "a design of two stages"
    )
    numerator, denominator = _quotients(survey, measures)
    return RespondentRows(numerator, denominator, groups.code, design)


def unit_totals_suffice(survey: Survey, design: DesignArrays, statistics: int) -> bool:
    """Return whether a survey is large, of one stage, and its sampling units' totals are few.

    Parameters
    ----------
    survey : Survey
        The answers.
    design : DesignArrays
        Their design.
    statistics : int
        Number of statistics, of each of which every sampling unit has a total.
    """
    stage, large = design.stages[0], len(survey) >= PATTERNS_FROM
    plain = not design.auxiliaries and len(design.stages) == 1 and stage.psu is not None
    return large and plain and len(stage.psu_stratum) * statistics <= MOST_TOTALS


def units_alone(design: DesignArrays) -> DesignArrays:
    """Return the design of the sampling units themselves, each a row of weight one.

    Parameters
    ----------
    design : DesignArrays
        With sampling units.
    """
    stage, count = design.stages[0], len(design.stages[0].psu_stratum)
    return DesignArrays(
        np.ones(count),
        (replace(stage, stratum=stage.psu_stratum, psu=np.arange(count)),),
        lonely_psu=design.lonely_psu,
        linked=design.linked,
    )


def check_held(respondents: int, needing: str) -> None:
    """Refuse what holds every respondent where they are too many.

    Parameters
    ----------
    respondents : int
        Their number.
    needing : str
        What holds them, as the start of a sentence goes on.

    Raises
    ------
    UsageError
        If there are more than `MOST_HELD`.

    Examples
    --------
    >>> check_held(10_000_000, "`by`")
    Traceback (most recent call last):
    ...
    kbnn_analysis.errors.UsageError: `by` holds every respondent and takes at most 2,000,000; \
these are 10,000,000: do without it, or take a random part of them.
    """
    if respondents > MOST_HELD:
        raise UsageError(
            f"{needing} holds every respondent and takes at most {MOST_HELD:,}; these are "
            f"{respondents:,}: do without it, or take a random part of them."
        )


def _quotients(survey: Survey, measures: Sequence[Measure]) -> tuple[Floats, Floats]:
    quotients = [measure.quotient(survey) for measure in measures]
    numerator = np.column_stack([part.numerator for part in quotients])
    return numerator, np.column_stack([part.denominator for part in quotients])


def _patterns(
    survey: Survey, measures: Sequence[Measure], groups: Groups, design: DesignArrays
) -> RespondentRows:
    stage, many = design.stages[0], len(measures)
    unit = stage.stratum if stage.psu is None else stage.psu

    def blocks() -> Iterator[tuple[list[npt.NDArray[np.generic]], Floats]]:
        items = [item for measure in measures for item in measure.items]
        names = [name for measure in measures for name, _ in measure.within]
        for place, part in survey_parts(survey, items, names):
            numerator, denominator = _quotients(part, measures)
            weight = design.weight[place]
            keys = [unit[place], groups.code[place], weight > 0]
            yield [*keys, *numerator.T, *denominator.T], weight

    found = find_patterns(blocks())
    own = found.columns[0].astype(np.intp)
    by_unit = stage.psu is not None
    kept = replace(
        stage,
        stratum=stage.psu_stratum[own] if by_unit else own,
        psu=own if by_unit else None,
    )
    return RespondentRows(
        numerator=np.column_stack(found.columns[3 : 3 + many]),
        denominator=np.column_stack(found.columns[3 + many :]),
        code=found.columns[1].astype(np.intp),
        design=DesignArrays(
            found.weight,
            (kept,),
            count=found.count,
            weight_square=found.weight_square,
            lonely_psu=design.lonely_psu,
            linked=design.linked,
        ),
    )


def survey_parts(
    survey: Survey, items: Sequence[str], names: Sequence[str]
) -> Iterator[tuple[slice, Survey]]:
    """Yield a survey in blocks of respondents, with some items and attributes only.

    Parameters
    ----------
    survey : Survey
        The answers.
    items, names : sequence of str
        Items and attributes to keep; attributes keep all their levels in every block.

    Yields
    ------
    (slice, Survey)
        Which respondents, and their answers.
    """
    attributes = {}
    for name in dict.fromkeys(names):
        codes, levels = attribute_levels(survey, name)
        attributes[name] = pd.Series(pd.Categorical.from_codes(codes, categories=pd.Index(levels)))
    wanted = list(dict.fromkeys(items))
    for item in wanted:
        if item not in survey.scores:
            survey.score(item)  # tells what is near
    frame = pd.DataFrame(attributes, index=pd.RangeIndex(len(survey)))
    for start in range(0, len(survey), BLOCK):
        place = slice(start, start + BLOCK)
        part = replace(
            survey,
            scores=survey.scores[wanted].iloc[place],
            not_applicable=survey.not_applicable[wanted].iloc[place],
            attributes=frame.iloc[place],
            comments=None,
            rows=None,
        )
        yield place, part
