"""The socio-economic region of each respondent's unit, as an attribute to study by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd

from kbnn_analysis.errors import UsageError
from kbnn_analysis.intake.survey import Survey
from kbnn_analysis.language import Label
from kbnn_analysis.units import Vintage, load_vintage
from kbnn_analysis.units.registry import VINTAGES

REGION = "region"
REGION_LABEL = Label("vùng", "region")


def with_regions(survey: Survey, vintage: str | Path | Vintage | None = None) -> Survey:
    """Return the survey with the attribute "region", for ``by="region"``.

    Parameters
    ----------
    survey : Survey
        Answers with units.
    vintage : str, Path or Vintage, optional
        Where the regions of the units stand; by default the shipped vintage of the survey.

    Returns
    -------
    Survey
        Levels are the regions' Vietnamese names, in the order in which the units first name them.

    Raises
    ------
    UsageError
        If the survey has no units, or no regions of them are known.

    Examples
    --------
    >>> list(region_names("provinces-63"))[:2]
    ['Đồng bằng sông Hồng', 'Trung du và miền núi phía Bắc']
    """
    if survey.unit_vintage is None:
        raise UsageError("regions are those of administrative units; this survey has none.")
    known = _regions(survey.unit_vintage if vintage is None else vintage)
    if not known:
        raise UsageError(
            f"no regions of the units of {survey.unit_vintage!r} are known; give the `vintage` "
            "whose table has the columns region_vi and region_en."
        )
    named = survey.attribute("unit").astype("string").map({k: v.vi for k, v in known.items()})
    levels = list(dict.fromkeys(label.vi for label in known.values()))
    attributes = survey.attributes.assign(**{REGION: pd.Categorical(named, categories=levels)})
    return replace(survey, attributes=attributes)


def region_names(vintage: str | Path | Vintage | None) -> dict[str, Label]:
    """Return what the regions of a vintage are called; nothing where none are known."""
    return {label.vi: label for label in _regions(vintage).values()}


def _regions(vintage: str | Path | Vintage | None) -> Mapping[str, Label]:
    if vintage is None or (isinstance(vintage, str) and vintage not in VINTAGES
                           and not vintage.endswith(".csv")):  # fmt: skip
        return {}  # a table of one's own is known by its name only
    units = (vintage if isinstance(vintage, Vintage) else load_vintage(vintage)).units
    return {unit.code: unit.region for unit in units if unit.region is not None}
