"""Totals: how many people of the population stand behind a measure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from kbnn_analysis.results.estimates import MeasureInfo
from kbnn_analysis.results.result import Result


@dataclass(frozen=True, kw_only=True)
class Totals(Result):
    """Weighted numbers by group with the covariance of all rows.

    ``estimate`` is the sum of the weights of those who meet the measure: people of the population
    where the weights add up to it. ``count`` and ``n`` are unweighted.

    Parameters
    ----------
    covariance : ndarray of shape (rows, rows)
        Design-based covariance; NaN where unknown.
    measures : mapping
        Measure name -> :class:`MeasureInfo`.
    conf_level : float
        Level of ``conf_low`` and ``conf_high``.
    """

    covariance: npt.NDArray[np.float64]
    measures: Mapping[str, MeasureInfo] = field(default_factory=dict)
    conf_level: float = 0.95

    required: ClassVar[tuple[str, ...]] = (
        "n",
        "count",
        "estimate",
        "std_error",
        "conf_low",
        "conf_high",
    )
