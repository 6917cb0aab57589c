"""Result on missing answers: the same estimates under several treatments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from kbnn_analysis.results.estimates import MeasureInfo
from kbnn_analysis.results.result import Result


@dataclass(frozen=True, kw_only=True)
class MissingComparison(Result):
    """Estimates by treatment of missing answers, with and without careless respondents.

    ``difference`` is the estimate less that of all available answers; ``fmi`` the fraction of
    the information that is missing, where answers were imputed.

    Parameters
    ----------
    measures : mapping
        Measure name -> :class:`MeasureInfo`.
    conf_level : float
        Level of ``conf_low`` and ``conf_high``.
    """

    measures: Mapping[str, MeasureInfo] = field(default_factory=dict)
    conf_level: float = 0.95

    required: ClassVar[tuple[str, ...]] = (
        "n", "df", "estimate", "std_error", "conf_low", "conf_high", "difference", "fmi",
    )  # fmt: skip
