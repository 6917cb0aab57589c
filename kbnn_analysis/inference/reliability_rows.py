"""One row of a reliability result: the coefficient with its error, interval and straight lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.stats import t as t_law

from kbnn_analysis.inference.coefficient_errors import CoefficientError, coefficient_error
from kbnn_analysis.inference.grouping import Groups
from kbnn_analysis.inference.scale_coefficients import (
    WITHOUT_LINES,
    GroupCoefficient,
    group_coefficients,
)
from kbnn_analysis.inference.scales import ItemScale
from kbnn_analysis.stats.design import DesignArrays
from kbnn_analysis.stats.reliability import feldt_interval

Row = dict[str, Any]
Flags = npt.NDArray[np.bool_]


class Wanted(NamedTuple):
    """Which interval at which level, and whether ordinal coefficients are wanted."""

    interval: str
    conf_level: float
    ordinal: bool


def reliability_rows(
    scale: ItemScale, groups: Groups, straight: Flags, design: DesignArrays, wanted: Wanted
) -> Iterator[Row]:
    """Yield the rows of a scale, group by group.

    Parameters
    ----------
    scale : ItemScale
        The scale with all answers.
    groups : Groups
        Groups of all respondents.
    straight : ndarray of bool, shape (n,)
        Who gave one and the same answer throughout the questionnaire.
    design : DesignArrays
        Of all respondents.
    wanted : Wanted
        Options.

    Yields
    ------
    dict
        Levels of the group, then declared columns.
    """
    levels = groups.levels.to_dict(orient="records")
    for number, level in enumerate(levels):
        inside = scale.complete & (groups.code == number)
        found = group_coefficients(scale.answers, inside, straight, design, ordinal=wanted.ordinal)
        for coefficient in found:
            row = _row(coefficient, straight, design, wanted, scale)
            yield {**{str(key): value for key, value in level.items()}, **row}


def _row(
    found: GroupCoefficient, straight: Flags, design: DesignArrays, wanted: Wanted, scale: ItemScale
) -> Row:
    counted = found.counted
    error = coefficient_error(found, scale.answers, design)
    low, high = _interval(found.estimate, error, wanted.conf_level)
    if wanted.interval == "feldt" and found.name.startswith("alpha") and error.known:
        k = len(scale.items)
        low, high = feldt_interval(found.estimate, int(counted.sum()), k, wanted.conf_level)
    share = float("nan")
    if found.name != WITHOUT_LINES and design.weight[counted].sum() > 0:
        share = float(np.average(straight[counted], weights=design.weight[counted]))
    return {
        "coefficient": found.name,
        "n": int(counted.sum()),
        "df": error.df,
        "estimate": found.estimate,
        "std_error": error.relative * (1.0 - found.estimate),
        "conf_low": low,
        "conf_high": high,
        "share": share,
    }


def _interval(estimate: float, error: CoefficientError, level: float) -> tuple[float, float]:
    if not error.known or error.df < 1:
        return float("nan"), float("nan")
    left = (1.0 - estimate) * np.exp(-error.bias)
    reach = float(t_law.ppf((1 + level) / 2, error.df)) * error.relative
    return float(1 - left * np.exp(reach)), float(1 - left * np.exp(-reach))
