"""Comparisons: differences of estimates with what speaks for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from kbnn_analysis.results.estimates import MeasureInfo
from kbnn_analysis.results.result import Result


@dataclass(frozen=True, kw_only=True)
class Comparison(Result):
    """Differences of one measure and period, unit minus ``other``.

    The last `by` column is always ``other``: a unit, or "mean" for the mean of all. ``n`` is the
    smaller of the two numbers of answers. Intervals hold as ``notes["interval"]`` says.

    Parameters
    ----------
    conf_level : float
        Level of the intervals; a difference is found where ``p_adjusted`` is at most one minus it.
    """

    measures: Mapping[str, MeasureInfo] = field(default_factory=dict)
    conf_level: float = 0.95

    required: ClassVar[tuple[str, ...]] = (
        "n",
        "difference",
        "std_error",
        "statistic",
        "df",
        "p_value",
        "p_adjusted",
        "conf_low",
        "conf_high",
    )


@dataclass(frozen=True, kw_only=True)
class LetterGroups(Result):
    """Units with letters; two units share a letter exactly when they were not found to differ."""

    measures: Mapping[str, MeasureInfo] = field(default_factory=dict)
    conf_level: float = 0.95

    required: ClassVar[tuple[str, ...]] = (
        "n",
        "estimate",
        "std_error",
        "conf_low",
        "conf_high",
        "letters",
    )
