"""Results on scales: how reliable they are, and how their items behave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from kbnn_analysis.results.result import Result


@dataclass(frozen=True, kw_only=True)
class Reliability(Result):
    """Reliability of scales: a row for each period, scale, group and coefficient.

    ``estimate`` is the coefficient, ``share`` the part of its respondents who gave one and the
    same answer throughout the questionnaire. ``notes["straight_lining"]`` names the scales whose
    reliability may be a product of that. An n of 0 or a missing estimate is a row too.

    Parameters
    ----------
    conf_level : float
        Level of ``conf_low`` and ``conf_high``.
    """

    conf_level: float = 0.95

    required: ClassVar[tuple[str, ...]] = ("n", "estimate", "std_error", "conf_low", "conf_high")


@dataclass(frozen=True, kw_only=True)
class ItemReliability(Result):
    """What each item adds to its scale: correlation with the rest, alpha without it, loading."""

    required: ClassVar[tuple[str, ...]] = ("n", "item_rest", "alpha_dropped", "loading")
