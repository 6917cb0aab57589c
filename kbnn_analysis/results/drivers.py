"""What goes with satisfaction: coefficients, importance, quadrants, penalty and reward, priorities.

None of these results claims a cause. ``outcome`` and ``driver`` (or ``term``) are always `by`
columns; one more attribute stands between them where drivers were studied by group.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from kbnn_analysis.results.result import Result


@dataclass(frozen=True, kw_only=True)
class Coefficients(Result):
    """Coefficients of a model of the outcome; ``covariance`` is that of ``estimate``.

    `by` is period, outcome, an attribute if groups were modelled, term. ``role`` says whether a
    term is a driver, an adjustment or a context of the unit.
    """

    covariance: npt.NDArray[np.float64]
    conf_level: float = 0.95

    required: ClassVar[tuple[str, ...]] = (
        "role", "n", "estimate", "std_error", "df", "statistic", "p_value", "conf_low", "conf_high",
    )  # fmt: skip

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "covariance", _aligned(self.covariance, self))


@dataclass(frozen=True, kw_only=True)
class Drivers(Result):
    """Importance of the drivers of an outcome; ``covariance`` is that of ``share``.

    `by` is period, outcome, an attribute if groups were studied, driver. ``estimate`` is the part
    of the model's ``fit`` that goes with the driver, ``share`` that part over the fit.
    """

    covariance: npt.NDArray[np.float64]
    conf_level: float = 0.95

    required: ClassVar[tuple[str, ...]] = (
        "n", "fit", "estimate", "std_error", "share", "share_low", "share_high", "rank", "rank_low",
        "rank_high",
    )  # fmt: skip

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "covariance", _aligned(self.covariance, self))


@dataclass(frozen=True, kw_only=True)
class Dominance(Result):
    """Importance by several methods, or what a driver adds to models of so many ``others``."""

    required: ClassVar[tuple[str, ...]] = ("n", "estimate")


@dataclass(frozen=True, kw_only=True)
class DriverTests(Result):
    """Tests of the model's assumptions or of differences between groups, one row a driver."""

    required: ClassVar[tuple[str, ...]] = ("n", "statistic", "df", "p_value")


@dataclass(frozen=True, kw_only=True)
class Quadrants(Result):
    """Importance against performance, and how sure the place of each driver is."""

    conf_level: float = 0.95

    required: ClassVar[tuple[str, ...]] = (
        "n", "performance", "performance_low", "performance_high", "share", "share_low",
        "share_high", "quadrant", "prob_quadrant",
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class PenaltyReward(Result):
    """What dissatisfaction costs and what delight adds; three ``contrast`` rows a driver."""

    conf_level: float = 0.95

    required: ClassVar[tuple[str, ...]] = (
        "n", "estimate", "std_error", "p_value", "conf_low", "conf_high", "factor_type",
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Priorities(Result):
    """Performance, importance, who is not yet satisfied, and the predicted change of the rate.

    ``estimate`` is the change in percentage points: it is small, and keeps its digits so.
    """

    conf_level: float = 0.95

    required: ClassVar[tuple[str, ...]] = (
        "n", "performance", "share_not_satisfied", "estimate", "std_error", "conf_low", "conf_high",
        "rank",
    )  # fmt: skip


def _aligned(given: npt.ArrayLike, result: Result) -> npt.NDArray[np.float64]:
    covariance = np.array(given, dtype=float)
    rows = len(result.frame)
    if covariance.shape != (rows, rows):
        raise ValueError(
            f"{type(result).__name__}: covariance is {covariance.shape} for {rows} rows"
        )
    covariance.setflags(write=False)
    return covariance
