"""A funnel: each unit against what is expected of all, with its band in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal, get_args

import pandas as pd

from kbnn_analysis.language import Label
from kbnn_analysis.results.estimates import MeasureInfo
from kbnn_analysis.results.result import Result, check_frame

Band = Literal["better than expected", "as expected", "worse than expected"]
BANDS: tuple[Band, ...] = get_args(Band)
BAND_LABELS: dict[str, Label] = {
    "better than expected": Label("tốt hơn mức kỳ vọng", "better than expected"),
    "as expected": Label("trong mức kỳ vọng", "as expected"),
    "worse than expected": Label("kém hơn mức kỳ vọng", "worse than expected"),
}


@dataclass(frozen=True, kw_only=True)
class Funnel(Result):
    """Units against a target, with control limits and bands.

    ``limit_low`` and ``limit_high`` are the control limits that ``notes["limit_level"]`` names,
    ``warn_low`` and ``warn_high`` those of ``notes["warn_level"]``. ``band`` is one of
    :data:`BANDS` by ``notes["rule"]``; None where the unit was left out.

    Parameters
    ----------
    lines : DataFrame
        The limits over a range of answers, for drawing: the `by` columns but the unit's, then
        ``n``, ``target`` and the four limits. It tells nothing of any unit.
    conf_level : float
        Level of the control limits.
    measures : mapping
        Measure name -> :class:`MeasureInfo`.
    """

    lines: pd.DataFrame
    conf_level: float = 0.998
    measures: Mapping[str, MeasureInfo] = field(default_factory=dict)

    required: ClassVar[tuple[str, ...]] = (
        "n",
        "estimate",
        "target",
        "limit_low",
        "limit_high",
        "warn_low",
        "warn_high",
        "statistic",
        "p_value",
        "p_adjusted",
        "band",
    )
    line_columns: ClassVar[tuple[str, ...]] = (
        "n",
        "target",
        "limit_low",
        "limit_high",
        "warn_low",
        "warn_high",
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        names = [name for name in self.lines.columns if name not in self.line_columns]
        check_frame(self.lines, (*names, "n"), self.line_columns[1:], "Funnel.lines")
        object.__setattr__(self, "lines", self.lines.reset_index(drop=True).copy())
