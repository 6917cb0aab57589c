"""The limits of a release, and which rows of a result they hide.

Rules are named as in docs/disclosure.md: R1 base, R2 both sides, R3 band, R4 rounding, R6 a hidden
row hides all of it, R7 dominance, R9 models. A new type of result joins by registering its own
:func:`hidden_rows`; a test refuses a type without one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import singledispatch
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from kbnn_analysis.errors import DisclosureError, UsageError, check_one_of
from kbnn_analysis.results import (
    BestUnits,
    Change,
    Coefficients,
    Comparison,
    Diagnosis,
    Dominance,
    Drivers,
    DriverTests,
    Estimates,
    FactorFit,
    Funnel,
    Heterogeneity,
    Invariance,
    InvariantItems,
    ItemReliability,
    LetterGroups,
    Loadings,
    MissingComparison,
    PenaltyReward,
    Priorities,
    Quadrants,
    RankChange,
    Ranking,
    Reliability,
    RespondentsNeeded,
    Result,
    Shrinkage,
    Totals,
)

Profile = Literal["public", "restricted"]
PROFILES: tuple[Profile, ...] = get_args(Profile)
FLOOR = 10
SIDE_FLOOR: dict[Profile, int] = {"public": 10, "restricted": 5}
LEAST_DF = 10  # R9: residual degrees of freedom of a model
# Two weights over 67 % of the base need an effective number under 2 / 0.67² (Cauchy-Schwarz), one
# weight over 50 % one under 4: a row above this is dominated by nobody (R7).
LEAST_EFFECTIVE = 2 / 0.67**2


@dataclass(frozen=True)
class Rules:
    """The limits of a release.

    Parameters
    ----------
    min_n : int
        Fewest valid unweighted answers behind any number shown; ten or more.
    profile : {"public", "restricted"}
        "public" for everything that is shared; "restricted" for readers bound by the same duty.
    min_side : int, optional
        Fewest answers on either side of a share. The profile's by default (public 10, restricted
        5); it may be raised, never lowered.
    withheld : frozenset of tuple
        Keys (the `by` values) of rows that the audit of a release hides to protect others.

    Raises
    ------
    UsageError
        If a limit is under the profile's floor.

    Examples
    --------
    >>> Rules(min_n=5)
    Traceback (most recent call last):
    ...
    kbnn_analysis.errors.UsageError: `min_n` may be raised above 10, never lowered; got 5.
    >>> Rules(profile="restricted").side
    5
    """

    min_n: int = FLOOR
    profile: Profile = "public"
    min_side: int | None = None
    withheld: frozenset[tuple[str, ...]] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        check_one_of("profile", self.profile, PROFILES)
        _check_floor("min_n", self.min_n, FLOOR)
        _check_floor("min_side", self.side, SIDE_FLOOR[self.profile])

    @property
    def side(self) -> int:
        """Return the fewest answers that either side of a share must have."""
        return SIDE_FLOOR[self.profile] if self.min_side is None else self.min_side


FEW = "fewer than {k} valid answers"
SMALL_SIDE = "fewer than {k} answers on one side of a share"
FEW_FOR_SHARE = "fewer than {k} valid answers for a share"
LOW_DF = "fewer than {k} degrees of freedom"
DOMINATED = "one or two weights dominate"
PROTECTS = "hidden to protect another figure"


@singledispatch
def hidden_rows(result: Result, rules: Rules) -> npt.NDArray[np.object_]:
    """Return why each row must be hidden, empty where it may be shown: the rule of a type.

    Raises
    ------
    DisclosureError
        If the type of `result` has no rule.
    """
    raise DisclosureError(
        f"{type(result).__name__} has no disclosure rule; register one with `hidden_rows`."
    )


def few_answers(frame: pd.DataFrame, rules: Rules) -> npt.NDArray[np.object_]:
    """Return R1's reason for rows whose `n` is under the minimum; a missing n is no base.

    Figures that were published by others as a rate without n carry no answers of ours.
    """
    few = frame["n"].notna() & (frame["n"].astype(float) < rules.min_n)
    return reasons(few, FEW.format(k=rules.min_n))


def reasons(rows: pd.Series, reason: str) -> npt.NDArray[np.object_]:
    """Return a reason for the rows that are marked, an empty text for the others."""
    return np.where(rows.to_numpy(dtype=bool), reason, "").astype(object)


def first_reason(*told: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """Return for each row the first reason that is given."""
    found = told[0].copy()
    for other in told[1:]:
        found = np.where(found == "", other, found)
    return found.astype(object)


@hidden_rows.register(Diagnosis)
@hidden_rows.register(Dominance)
@hidden_rows.register(Drivers)
@hidden_rows.register(DriverTests)
@hidden_rows.register(FactorFit)
@hidden_rows.register(Invariance)
@hidden_rows.register(InvariantItems)
@hidden_rows.register(ItemReliability)
@hidden_rows.register(Loadings)
@hidden_rows.register(PenaltyReward)
@hidden_rows.register(Priorities)
@hidden_rows.register(Quadrants)
@hidden_rows.register(Reliability)
def _(result: Result, rules: Rules) -> npt.NDArray[np.object_]:
    return few_answers(result.frame, rules)


@hidden_rows.register(BestUnits)
@hidden_rows.register(Estimates)
@hidden_rows.register(Funnel)
@hidden_rows.register(LetterGroups)
@hidden_rows.register(MissingComparison)
@hidden_rows.register(Ranking)
@hidden_rows.register(RespondentsNeeded)
@hidden_rows.register(Shrinkage)
def _(result: Result, rules: Rules) -> npt.NDArray[np.object_]:
    return first_reason(few_answers(result.frame, rules), _dominated(result.frame))


@hidden_rows.register(Comparison)
def _(result: Comparison, rules: Rules) -> npt.NDArray[np.object_]:
    """Hide differences of shares unless both units have both sides, as ``side`` must tell.

    A difference from a figure that is shown gives the unit's own rate.
    """
    frame = result.frame
    kinds = [getattr(result.measures.get(str(name)), "kind", "") for name in frame["measure"]]
    shares = pd.Series([kind != "mean" for kind in kinds], index=frame.index)
    side = frame.get("side", pd.Series(np.nan, index=frame.index)).astype(float)
    small = shares & frame["n"].notna() & ~(side >= rules.side)
    told = SMALL_SIDE.format(k=rules.side)
    return first_reason(few_answers(frame, rules), reasons(small, told))


@hidden_rows.register(Change)
@hidden_rows.register(RankChange)
def _(result: Result, rules: Rules) -> npt.NDArray[np.object_]:
    """Hide a row unless both periods have enough answers and both sides, as ``side`` tells.

    With the level of one period, which is published, a difference gives that of the other.
    """
    frame = result.frame
    fewest = frame["n"].astype(float).combine(frame["n_earlier"].astype(float), np.fmin)
    ours = fewest.notna()
    side = frame.get("side", pd.Series(np.nan, index=frame.index)).astype(float)
    few = ours & (fewest < rules.min_n)
    small = ours & ~(side >= rules.side)
    return first_reason(
        reasons(few, FEW.format(k=rules.min_n)), reasons(small, SMALL_SIDE.format(k=rules.side))
    )


@hidden_rows.register(Coefficients)
def _(result: Result, rules: Rules) -> npt.NDArray[np.object_]:
    """Hide terms of few degrees of freedom, and those of a level with few answers (R9)."""
    frame = result.frame
    side = frame.get("side", pd.Series(np.nan, index=frame.index)).astype(float)
    few = reasons(side < rules.min_n, FEW.format(k=rules.min_n))
    return first_reason(few_answers(frame, rules), few, _low_df(frame))


@hidden_rows.register(Totals)
def _(result: Totals, rules: Rules) -> npt.NDArray[np.object_]:
    """Hide totals unless both sides of the share they count have enough answers."""
    count, n = (result.frame[name].astype(float) for name in ("count", "n"))
    small = ~((count >= rules.side) & (n - count >= rules.side))
    told = reasons(small, SMALL_SIDE.format(k=rules.side))
    return first_reason(few_answers(result.frame, rules), told)


@hidden_rows.register(Heterogeneity)
def _(result: Result, rules: Rules) -> npt.NDArray[np.object_]:
    return _low_df(result.frame)


def _dominated(frame: pd.DataFrame) -> npt.NDArray[np.object_]:
    if "n_eff" not in frame:
        return reasons(pd.Series(False, index=frame.index), "")
    return reasons(frame["n_eff"].astype(float) < LEAST_EFFECTIVE, DOMINATED)


def _low_df(frame: pd.DataFrame) -> npt.NDArray[np.object_]:
    return reasons(frame["df"].astype(float) < LEAST_DF, LOW_DF.format(k=LEAST_DF))


def _check_floor(name: str, value: int, floor: int) -> None:
    if value < floor:
        raise UsageError(f"`{name}` may be raised above {floor}, never lowered; got {value}.")
