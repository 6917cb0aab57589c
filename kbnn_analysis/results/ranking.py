"""A ranking: ranks that never stand without the ranks that the data allow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from kbnn_analysis.results.estimates import Best, MeasureInfo
from kbnn_analysis.results.result import Result


@dataclass(frozen=True, kw_only=True)
class Ranking(Result):
    """Units of one measure and period with confidence sets for their ranks.

    ``rank_low`` and ``rank_high`` are required: a bare league table cannot be made. Units that are
    left unranked (too few answers) keep their row and have no rank. ``tier`` groups the ranked
    units: nobody is surely better than a unit of tier A; among the others nobody is surely better
    than one of tier B; and so on.

    Parameters
    ----------
    conf_level : float
        Level of ``conf_low`` and ``conf_high``; the level of the sets is ``notes["rank_level"]``.
    """

    measures: Mapping[str, MeasureInfo] = field(default_factory=dict)
    conf_level: float = 0.95

    required: ClassVar[tuple[str, ...]] = (
        "n",
        "estimate",
        "std_error",
        "conf_low",
        "conf_high",
        "rank",
        "rank_low",
        "rank_high",
    )

    @property
    def best(self) -> Best:
        """Return which estimates are best: the measure's own direction, or the one asked for."""
        return "low" if self.notes.get("best") == "low" else "high"


@dataclass(frozen=True, kw_only=True)
class BestUnits(Result):
    """Which units of one measure and period may be among the best (or the last) few.

    ``included`` marks the set; ``notes["tau"]`` tells how many are meant. There is no rank in it:
    units of the set stand in no order.
    """

    measures: Mapping[str, MeasureInfo] = field(default_factory=dict)
    conf_level: float = 0.95

    required: ClassVar[tuple[str, ...]] = (
        "n",
        "estimate",
        "std_error",
        "conf_low",
        "conf_high",
        "included",
    )

    @property
    def best(self) -> Best:
        """Return which estimates are best: the measure's own direction, or the one asked for."""
        return "low" if self.notes.get("best") == "low" else "high"
