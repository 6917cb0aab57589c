"""Several periods as one survey, so that their estimates have one covariance."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pandas as pd

from kbnn_analysis.errors import UsageError
from kbnn_analysis.intake.instruments import instrument_breaks, same_answers
from kbnn_analysis.intake.survey import Design, Survey
from kbnn_analysis.intake.survey_recount import recount_survey
from kbnn_analysis.periods import parse_period
from kbnn_analysis.results.breaks import Break

PERIOD = "period"


def stack_surveys(surveys: Sequence[Survey]) -> Survey:
    """Stack the surveys of several periods; the latest says what is analysed.

    Each period keeps its own weights, strata and sampling units; units of one identifier that
    were sampled in several periods are one unit observed again, which is where the covariance
    between periods comes from. Identifiers must therefore keep their meaning. Units of an older
    vintage are recounted to the latest one, respondent by respondent. Items that were not asked,
    or on other answers, are missing in that period; all that differs is told in ``breaks``.

    Parameters
    ----------
    surveys : sequence of Survey
        Two or more, of different periods, in any order.

    Returns
    -------
    Survey
        With the attribute ``period``, whose levels are ``periods`` in time.

    Raises
    ------
    UsageError
        If there are fewer than two, a period stands twice, simulated answers meet real ones,
        designs are declared in different ways, or units cannot be recounted.

    Examples
    --------
    >>> from kbnn_analysis.intake.survey import Design
    >>> from kbnn_analysis.intake import load_codebook
    >>> def one(period):
    ...     rows = pd.DataFrame({"overall_treasury": [5.0, 4.0]})
    ...     return Survey(scores=rows, not_applicable=rows.isna(), attributes=rows[[]],
    ...         design=Design(), codebook=load_codebook("kbnn-assumed"), period=period)
    >>> both = stack_surveys([one("2023-2"), one("2023-1")])
    >>> both.periods, both.attribute("period").tolist()
    (('2023-1', '2023-2'), ['2023-1', '2023-1', '2023-2', '2023-2'])
    """
    ordered = sorted(surveys, key=lambda survey: parse_period(survey.period))
    _check(ordered)
    latest = ordered[-1]
    strata, psu = (_as_sampled(ordered, part) for part in ("strata", "psu"))
    kept = [_keep_sampled(survey, (strata, psu)) for survey in ordered]
    moved = [recount_survey(survey, latest.unit_vintage) for survey in kept]
    return replace(
        latest,
        scores=_joined([_scores(survey, latest) for survey in moved]),
        not_applicable=_joined([_not_applicable(survey, latest) for survey in moved]),
        attributes=_attributes(moved),
        design=replace(latest.design, strata=strata, psu=psu),
        comments=None,
        rows=None,
        source=", ".join(survey.source for survey in ordered),
        sha256=" ".join(survey.sha256 for survey in ordered),
        announced=tuple(said for survey in ordered for said in survey.announced),
        periods=tuple(survey.period for survey in ordered),
        breaks=_breaks(ordered),
    )


def _check(ordered: Sequence[Survey]) -> None:
    if len(ordered) < 2:
        raise UsageError("Stacking takes the surveys of two periods or more.")
    periods = [survey.period for survey in ordered]
    twice = [period for period in periods if periods.count(period) > 1]
    if twice:
        raise UsageError(f"The period {twice[0]} stands twice; give each period once.")
    latest = ordered[-1]
    for survey in ordered[:-1]:
        pair = f"{survey.period} and {latest.period}"
        if survey.periods or latest.periods:
            raise UsageError("Stack single periods, all at once; one of these is stacked already.")
        if survey.simulated != latest.simulated:
            raise UsageError(f"One of {pair} is simulated and the other real: never compare them.")
        if survey.design != latest.design:
            raise UsageError(
                f"{pair} declare different designs ({_told(survey.design)}; "
                f"{_told(latest.design)}). Declare them alike, or estimate each period by itself "
                "and use join_periods, which takes them as independent."
            )
        if survey.unit_vintage is None and latest.unit_vintage is not None:
            raise UsageError(f"{pair}: only one has a vintage of units; name it for both.")
    if any(PERIOD in survey.attributes for survey in ordered):
        raise UsageError("An attribute is called 'period'; rename it in the codebook to stack.")


def _told(design: Design) -> str:
    parts = {each.name: getattr(design, each.name) for each in fields(design)}
    return ", ".join(f"{part} {name}" for part, name in parts.items() if name)


def _unit_columns(survey: Survey) -> set[str]:
    return {"unit", *([survey.codebook.unit] if survey.codebook.unit else [])}


def _as_sampled(ordered: Sequence[Survey], part: str) -> str | None:
    """Return the attribute of a design part; a copy where it is a unit that is recounted."""
    name: str | None = getattr(ordered[-1].design, part)
    if name is None or name not in _unit_columns(ordered[-1]):
        return name
    recounted = len({survey.unit_vintage for survey in ordered}) > 1
    return f"{name}_as_sampled" if recounted else name


def _keep_sampled(survey: Survey, names: tuple[str | None, ...]) -> Survey:
    copies = {
        name: survey.attribute(name.removesuffix("_as_sampled")).astype("string")
        .radd(f"{survey.unit_vintage} ")
        for name in names
        if name is not None and name.endswith("_as_sampled")
    }  # fmt: skip
    return replace(survey, attributes=survey.attributes.assign(**copies)) if copies else survey


def _scores(survey: Survey, latest: Survey) -> pd.DataFrame:
    """Return the answers to the latest items; missing where they were not asked that way."""
    kept = [
        name
        for name in latest.scores.columns
        if name in survey.scores.columns
        and same_answers(survey.codebook, latest.codebook, str(name))
    ]
    return survey.scores[kept].reindex(columns=latest.scores.columns)


def _not_applicable(survey: Survey, latest: Survey) -> pd.DataFrame:
    columns = latest.not_applicable.columns
    found = survey.not_applicable.reindex(columns=columns)
    return found.where(found.notna(), False).astype(bool)


def _attributes(surveys: Sequence[Survey]) -> pd.DataFrame:
    columns = surveys[-1].attributes.columns
    made = {
        str(name): _column([survey.attributes.get(name) for survey in surveys], surveys)
        for name in columns
    }
    names = [survey.period for survey in surveys]
    whose = np.repeat(names, [len(survey) for survey in surveys])
    made[PERIOD] = pd.Series(pd.Categorical(whose, categories=names))
    return pd.DataFrame(made)


def _column(parts: list[pd.Series | None], surveys: Sequence[Survey]) -> pd.Series:
    """Return one attribute of all periods; the levels of the latest period come first."""
    filled = [
        pd.Series(np.nan, index=range(len(survey)), dtype=object) if part is None else part
        for part, survey in zip(parts, surveys, strict=True)
    ]
    kinds = {str(part.dtype) for part in filled}
    levels: dict[str, None] = {}
    for part in reversed(filled):
        if isinstance(part.dtype, pd.CategoricalDtype):
            levels |= dict.fromkeys(part.cat.categories)
    if not levels:
        whole: pd.Series = _joined(filled)
        return whole if len(kinds) == 1 else whole.infer_objects()
    values = _joined([part.astype(object) for part in filled])
    return pd.Series(pd.Categorical(values, categories=list(levels)))


def _joined(parts: Sequence[Any]) -> Any:
    return pd.concat(list(parts), ignore_index=True)


def _breaks(ordered: Sequence[Survey]) -> tuple[Break, ...]:
    latest = ordered[-1]
    found: list[Break] = []
    for survey, following in itertools.pairwise(ordered):
        pair = (survey.period, following.period)
        found += instrument_breaks(survey.codebook, following.codebook, pair)
        if survey.unit_vintage != following.unit_vintage:
            found.append(Break(*pair, "vintage"))
    for survey in ordered[:-1]:  # answers are kept as far as they fit the latest instrument
        found += instrument_breaks(survey.codebook, latest.codebook, (survey.period, latest.period))
    return tuple(dict.fromkeys([*found, *(each for survey in ordered for each in survey.breaks)]))
