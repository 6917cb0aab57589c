"""Shrunken estimates with posterior ranks, and how many respondents it would take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from kbnn_analysis.results.estimates import Best, MeasureInfo
from kbnn_analysis.results.result import Result


@dataclass(frozen=True, kw_only=True)
class Shrinkage(Result):
    """Posterior statements on units that learn from one another.

    This is a different statement from a confidence set of ranks: it holds on average over units
    like these, if their true values follow the model; a rank set holds for every unit, whatever
    the true values are, and is wider. ``rank`` is the posterior expected rank, ``rank_low`` and
    ``rank_high`` the posterior interval, ``prob_top`` the probability of being among the best
    ``notes["top"]``. ``n`` counts answers as given; the effective counts that were used follow
    from ``notes["deff"]``. Units left out (too few answers) are rows of missing values.

    Parameters
    ----------
    conf_level : float
        Level of the intervals of estimates and ranks.
    measures : mapping
        Measure name -> :class:`MeasureInfo`.
    """

    conf_level: float = 0.95
    measures: Mapping[str, MeasureInfo] = field(default_factory=dict)

    required: ClassVar[tuple[str, ...]] = (
        "n",
        "direct",
        "estimate",
        "std_error",
        "conf_low",
        "conf_high",
        "reliability",
        "n_needed",
        "rank",
        "rank_low",
        "rank_high",
        "prob_best",
        "prob_top",
    )

    @property
    def best(self) -> Best:
        """Return which estimates are best: the measure's own direction, or the one asked for."""
        return "low" if self.notes.get("best") == "low" else "high"


@dataclass(frozen=True, kw_only=True)
class RespondentsNeeded(Result):
    """How many respondents each of two units needs for their difference to be found.

    Each row compares a unit with ``notes["reference"]``; ``direct`` is the unit's own estimate,
    ``difference`` is between shrunken estimates, reference minus unit, and ``n_needed`` the
    answers either of the two would need.

    Parameters
    ----------
    measures : mapping
        Measure name -> :class:`MeasureInfo`.
    """

    measures: Mapping[str, MeasureInfo] = field(default_factory=dict)

    required: ClassVar[tuple[str, ...]] = ("n", "direct", "estimate", "difference", "n_needed")
