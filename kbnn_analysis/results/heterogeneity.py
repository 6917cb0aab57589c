"""Whether units differ beyond chance, and by how much."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from kbnn_analysis.results.estimates import MeasureInfo
from kbnn_analysis.results.result import Result


@dataclass(frozen=True, kw_only=True)
class Heterogeneity(Result):
    """One row for each set of units: Cochran's Q, tau, I² and the intra-class correlation.

    ``estimate`` is the mean of the units' true values, ``std_error`` its error; ``tau`` the spread
    of true values in the measure's own unit; ``conf_low`` and ``conf_high`` hold the true value of
    a new unit like these (prediction interval); ``statistic``, ``df`` and ``p_value`` belong to Q.

    Parameters
    ----------
    conf_level : float
    measures : mapping
        Measure name -> :class:`MeasureInfo`.
    """

    conf_level: float = 0.95
    measures: Mapping[str, MeasureInfo] = field(default_factory=dict)

    required: ClassVar[tuple[str, ...]] = (
        "units",
        "estimate",
        "std_error",
        "conf_low",
        "conf_high",
        "tau",
        "tau_low",
        "tau_high",
        "i_squared",
        "i_squared_low",
        "i_squared_high",
        "icc",
        "statistic",
        "df",
        "p_value",
    )
