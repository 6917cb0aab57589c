"""Groups of respondents as codes: one category list, so that an absent group is a visible row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference.regions import REGION, region_names
from kbnn_analysis.intake.survey import Survey
from kbnn_analysis.language import Label

Codes = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Groups:
    """The groups of one or more attributes.

    Attributes
    ----------
    code : ndarray of shape (n,)
        Group of each respondent, -1 where an attribute is missing.
    levels : DataFrame, groups x attributes
        Text levels of every group, all combinations, in order.
    """

    code: Codes
    levels: pd.DataFrame

    def __len__(self) -> int:
        return len(self.levels)


def group_respondents(survey: Survey, by: Sequence[str]) -> Groups:
    """Return the groups of all combinations of levels of the `by` attributes.

    Parameters
    ----------
    survey : Survey
        The answers.
    by : sequence of str
        Attributes; "unit" for the unit. Empty for one group of all.

    Returns
    -------
    Groups
        Codes and levels; combinations without respondents are kept.

    Raises
    ------
    UsageError
        If an attribute does not exist or is named twice.
    """
    if len(set(by)) != len(by) or {"period", "measure"} & set(by):
        raise UsageError("`by` names attributes, each once; period and measure are always there.")
    code = np.zeros(len(survey), dtype=np.intp)
    levels = []
    for name in by:
        own, names = attribute_levels(survey, name)
        code = np.where((code < 0) | (own < 0), -1, code * len(names) + own)
        levels.append(names)
    if not by:
        return Groups(code, pd.DataFrame(index=[0]))
    index = pd.MultiIndex.from_product(levels, names=list(by))
    return Groups(code, index.to_frame(index=False))


def within_periods(survey: Survey, groups: Groups) -> Groups:
    """Return the groups of each period of a stacked survey, period by period.

    Parameters
    ----------
    survey : Survey
        The answers.
    groups : Groups
        Groups of the same respondents, whatever their period.

    Returns
    -------
    Groups
        With the level ``period`` first; of one period where surveys were not stacked.
    """
    if not survey.periods:
        levels = groups.levels.copy()
        levels.insert(0, "period", survey.period)
        return Groups(groups.code, levels)
    codes, periods = attribute_levels(survey, "period")
    code = np.where(groups.code < 0, -1, codes * len(groups) + groups.code)
    levels = pd.concat([groups.levels] * len(periods), ignore_index=True)
    levels.insert(0, "period", np.repeat(periods, len(groups)))
    return Groups(code, levels)


def attribute_levels(survey: Survey, name: str) -> tuple[Codes, list[str]]:
    """Return an attribute as codes (-1 for missing) and its levels as text.

    Parameters
    ----------
    survey : Survey
        The answers.
    name : str
        An attribute.

    Returns
    -------
    codes : ndarray of int, shape (n,)
        Code of each respondent.
    levels : list of str
        All levels: a category's own list, otherwise what occurs, sorted.
    """
    values = survey.attribute(name)
    if not isinstance(values.dtype, pd.CategoricalDtype):
        values = values.astype("string").astype("category")
    codes = np.asarray(values.cat.codes, dtype=np.intp)
    return codes, [str(level) for level in values.cat.categories]


def level_labels(survey: Survey, name: str) -> Mapping[str, Label]:
    """Return what the levels of an attribute are called; empty where nothing is known.

    Parameters
    ----------
    survey : Survey
        The answers with their codebook.
    name : str
        An attribute.

    Returns
    -------
    mapping
        Level -> label.
    """
    if name in ("unit", survey.codebook.unit):
        return dict(survey.unit_labels)
    for attribute in survey.codebook.attributes:
        if attribute.name == name:
            return {level: text.label for level, text in attribute.levels.items()}
    return region_names(survey.unit_vintage) if name == REGION else {}
