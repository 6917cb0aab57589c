"""Estimates with their full covariance: what every comparison starts from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar, Literal, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from kbnn_analysis.errors import UsageError
from kbnn_analysis.language import Label
from kbnn_analysis.results.breaks import Break
from kbnn_analysis.results.result import Result

Best = Literal["high", "low"]


@dataclass(frozen=True)
class MeasureInfo:
    """What a measure is: its rule, its scale and its name in both languages.

    ``kind`` is "proportion" (0 to 1) or "mean" (``low`` to ``high`` of the answer scale).
    ``best`` tells which end is good: "low" for complaints, or the share not satisfied.
    """

    name: str
    rule: str
    version: str
    kind: Literal["proportion", "mean"]
    label: Label
    items: tuple[str, ...] = ()
    low: float = 0.0
    high: float = 1.0
    best: Best = "high"


@dataclass(frozen=True, kw_only=True)
class Estimates(Result):
    """Estimates by group with the covariance of all rows.

    The `by` columns always begin with ``period`` and ``measure``. Missing groups are rows with
    n = 0 and a missing estimate. A missing n (published rates) stays missing.

    Parameters
    ----------
    covariance : ndarray of shape (rows, rows)
        Design-based covariance of the estimates, aligned with the frame; NaN where unknown.
    measures : mapping
        Measure name -> :class:`MeasureInfo`.
    conf_level : float
        Level of ``conf_low`` and ``conf_high``.
    breaks : tuple of Break
        Where there are several periods: what differs between them besides the results.
    """

    covariance: npt.NDArray[np.float64]
    measures: Mapping[str, MeasureInfo] = field(default_factory=dict)
    conf_level: float = 0.95
    breaks: tuple[Break, ...] = ()

    required: ClassVar[tuple[str, ...]] = ("n", "estimate", "std_error", "conf_low", "conf_high")

    def __post_init__(self) -> None:
        super().__post_init__()
        covariance = np.array(self.covariance, dtype=float)
        rows = len(self.frame)
        if covariance.shape != (rows, rows):
            raise ValueError(f"Estimates: covariance is {covariance.shape} for {rows} rows")
        if self.by[:2] != ("period", "measure"):
            raise ValueError(f"Estimates: `by` must begin with period, measure; it is {self.by}")
        covariance.setflags(write=False)
        object.__setattr__(self, "covariance", covariance)

    def take(self, rows: npt.NDArray[np.intp]) -> Self:
        """Return the given rows, in that order, with their covariance."""
        return replace(
            self,
            frame=self.frame.iloc[rows],
            covariance=self.covariance[np.ix_(rows, rows)],
        )

    def where(self, **values: str | Sequence[str]) -> Self:
        """Return the rows whose `by` columns have the given values, or one of several.

        Raises
        ------
        UsageError
            If a name is not a `by` column, or no row has the values.
        """
        keep = pd.Series(True, index=self.frame.index)
        for column, value in values.items():
            if column not in self.by:
                raise UsageError(f"`{column}` is not one of the columns {', '.join(self.by)}.")
            keep &= self.frame[column].isin([value] if isinstance(value, str) else list(value))
        if not keep.any():
            wanted = ", ".join(f"{column}={value!r}" for column, value in values.items())
            raise UsageError(f"No estimate has {wanted}.")
        return self.take(np.flatnonzero(keep.to_numpy()))

    def measure_info(self, name: str) -> MeasureInfo:
        """Return what is known of a measure."""
        return self.measures[name]
