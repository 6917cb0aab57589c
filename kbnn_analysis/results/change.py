"""Change: differences between periods, with what forbids reading them as change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from kbnn_analysis.results.breaks import Break
from kbnn_analysis.results.estimates import MeasureInfo
from kbnn_analysis.results.result import Result


@dataclass(frozen=True, kw_only=True)
class Change(Result):
    """Later minus earlier, row by row; the last `by` column is always ``earlier``.

    A row that cannot be compared keeps its place: ``comparable`` is false and ``reason`` tells
    why (:data:`kbnn_analysis.results.breaks.REASONS`, joined by commas). ``shrunken`` is the
    change that is expected once each unit has learnt from the others, ``regression`` what would be
    expected of a unit that did not change at all: that far, an extreme unit falls back by chance.

    Parameters
    ----------
    conf_level : float
        Level of the intervals; a change is found where ``p_adjusted`` is at most one minus it.
    breaks : tuple of Break
        What differs between the periods.
    """

    measures: Mapping[str, MeasureInfo] = field(default_factory=dict)
    conf_level: float = 0.95
    breaks: tuple[Break, ...] = ()

    required: ClassVar[tuple[str, ...]] = (
        "n",
        "n_earlier",
        "estimate",
        "estimate_earlier",
        "difference",
        "std_error",
        "statistic",
        "df",
        "p_value",
        "p_adjusted",
        "conf_low",
        "conf_high",
        "comparable",
        "reason",
    )


@dataclass(frozen=True, kw_only=True)
class RankChange(Result):
    """Ranks that the data allow in two periods, and by how many places a unit may have moved.

    There is no bare rank in it. ``moved_low`` and ``moved_high`` bound the places gained (above
    zero: towards the first rank) for all units together, at the level ``notes["rank_level"]``.
    """

    measures: Mapping[str, MeasureInfo] = field(default_factory=dict)

    required: ClassVar[tuple[str, ...]] = (
        "n",
        "n_earlier",
        "rank_low",
        "rank_high",
        "rank_low_earlier",
        "rank_high_earlier",
        "moved_low",
        "moved_high",
        "comparable",
        "reason",
    )
