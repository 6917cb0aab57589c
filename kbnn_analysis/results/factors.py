"""Results on factors: how a factor model fits, its loadings, and whether it holds everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from kbnn_analysis.results.result import Result


@dataclass(frozen=True, kw_only=True)
class FactorFit(Result):
    """How factor models fit: chi-square, CFI, TLI, RMSEA with its 90 % interval, SRMR."""

    required: ClassVar[tuple[str, ...]] = (
        "n", "statistic", "df", "p_value", "cfi", "tli", "rmsea", "rmsea_low", "rmsea_high", "srmr",
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Loadings(Result):
    """Standardized loadings of the items and correlations of the factors.

    Parameters
    ----------
    conf_level : float
        Level of ``conf_low`` and ``conf_high``.
    """

    conf_level: float = 0.95

    required: ClassVar[tuple[str, ...]] = ("n", "estimate", "std_error", "conf_low", "conf_high")


@dataclass(frozen=True, kw_only=True)
class Invariance(Result):
    """Whether a scale measures alike in groups: rows configural, metric, scalar.

    ``difference`` is the change of the CFI from the row before, ``statistic``, ``df`` and
    ``p_value`` the test of that change. ``notes["verdict"]`` says what may be compared.
    """

    required: ClassVar[tuple[str, ...]] = (
        "n", "units", "cfi", "rmsea", "srmr", "difference", "statistic", "df", "p_value",
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class InvariantItems(Result):
    """Which items measure alike in all units after alignment: a row an item and a parameter.

    ``share`` is the part of the units in which the parameter differs from the common one,
    ``r_squared`` how far the units' factor means and variances explain its differences.
    ``notes["verdict"]`` says what may be compared.
    """

    required: ClassVar[tuple[str, ...]] = ("n", "units", "estimate", "share", "r_squared")
