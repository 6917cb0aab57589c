"""An older survey told in the units of a newer vintage, respondent by respondent."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from kbnn_analysis.errors import UsageError
from kbnn_analysis.intake.survey import Survey
from kbnn_analysis.units import as_vintage, crosswalk


def recount_survey(survey: Survey, vintage: str | None) -> Survey:
    """Return a survey with each respondent's unit in another vintage.

    Answers move as a whole to the unit that took theirs in, so that every rate is counted anew;
    no rate is ever averaged. Strata and sampling units are not touched.

    Parameters
    ----------
    survey : Survey
        Validated answers with units of a vintage.
    vintage : str, optional
        The vintage wanted; None, or the survey's own, leaves it as it is.

    Returns
    -------
    Survey
        All units of the new vintage are levels, with or without respondents.

    Raises
    ------
    UsageError
        If there is no way from the old units to the new ones, or a unit has no place in it.

    Examples
    --------
    >>> from kbnn_analysis.intake import Design, load_codebook
    >>> codes = list(as_vintage("provinces-63").codes)
    >>> units = pd.Series(pd.Categorical(["06", "19"], categories=codes))
    >>> rows = pd.DataFrame({"overall_treasury": [5.0, 4.0]})
    >>> old = Survey(scores=rows, not_applicable=rows.isna(),
    ...     attributes=pd.DataFrame({"unit": units, "province": units}),
    ...     design=Design(), period="2023-1", unit_vintage="provinces-63",
    ...     codebook=load_codebook("kbnn-assumed"))
    >>> recount_survey(old, "provinces-34").attribute("unit").tolist()  # Bắc Kạn joined Thái Nguyên
    ['19', '19']
    """
    if vintage is None or survey.unit_vintage == vintage:
        return survey
    if survey.unit_vintage is None:
        raise UsageError(f"{survey.period}: the survey has no vintage of units to recount from.")
    wanted = as_vintage(vintage)
    places = crosswalk(survey.unit_vintage, wanted)
    names = ["unit", survey.codebook.unit] if survey.codebook.unit else ["unit"]
    moved = {name: _moved(survey, str(name), places, wanted.codes) for name in names}
    return replace(
        survey,
        attributes=survey.attributes.assign(**moved),
        unit_labels=wanted.labels(),
        unit_vintage=wanted.name,
    )


def _moved(survey: Survey, name: str, places: dict[str, str], codes: tuple[str, ...]) -> pd.Series:
    old = survey.attribute(name).astype(object)
    new = old.map(places)
    lost = new.isna() & old.notna()
    if lost.any():
        raise UsageError(
            f"{survey.period}: unit {old[lost].iloc[0]!r} has no place in the new list."
        )
    return pd.Series(pd.Categorical(new, categories=pd.Index(codes, dtype=str)), index=old.index)
