"""What a row that is not hidden may show: bands and roundings by type of result."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import singledispatch

import numpy as np
import numpy.typing as npt
import pandas as pd

from kbnn_analysis.disclosure import rounding
from kbnn_analysis.disclosure.changes import finish_change, finish_rank_change
from kbnn_analysis.disclosure.ranks import finish_ranks
from kbnn_analysis.disclosure.rules import FEW_FOR_SHARE, Rules, reasons
from kbnn_analysis.disclosure.sides import Bases, bands, too_few_for_a_share
from kbnn_analysis.results import (
    BestUnits,
    Change,
    Comparison,
    Diagnosis,
    Estimates,
    Funnel,
    LetterGroups,
    MissingComparison,
    Priorities,
    RankChange,
    Ranking,
    Reliability,
    RespondentsNeeded,
    Result,
    Shrinkage,
    Totals,
)

Floats = npt.NDArray[np.float64]
Finished = tuple[pd.DataFrame, npt.NDArray[np.object_]]

COUNTS = ("n", "n_eff", "n_needed")
# The rate and n say all that a count says, rounded apart it says more; beside a weighted rate it
# gives the unweighted one. Weights are never printed (R7).
NEVER = ("count", "weight_sum")
KEPT_WITH_A_BAND = {"n", "band", "display", "target", "suppressed", "suppressed_reason"}
LOW = (
    "conf_low", "limit_low", "warn_low", "performance_low", "share_low", "tau_low",
    "i_squared_low", "rmsea_low", "stated_low",
)  # fmt: skip
HIGH = tuple(f"{name.removesuffix('_low')}_high" for name in LOW)
VALUES = ("estimate", "direct", "target", "difference")
ENDS = ("conf", "limit", "warn")
MODEL_DECIMALS = 3
_OTHERS: dict[str, Callable[[npt.ArrayLike], Floats]] = {
    "deff": lambda values: rounding.nearest(values, 1),
    "statistic": lambda values: rounding.nearest(values, 1),
    "p_value": lambda values: rounding.upward(values, 2),
    "p_adjusted": lambda values: rounding.upward(values, 2),
    "reliability": lambda values: rounding.nearest(values, 2),
    "fmi": lambda values: rounding.nearest(values, 2),
    "prob_best": rounding.round_probabilities,
    "prob_top": rounding.round_probabilities,
}
UNTOUCHED = {"df", "units", "rank", "rank_low", "rank_high", "stated_rank", "statistic"}


@singledispatch
def finish(result: Result, frame: pd.DataFrame, rules: Rules) -> Finished:
    """Return the frame as it may be shown, and why further rows must be hidden.

    Results of models are written to three decimals, intervals outward, probabilities to five
    points and counts to five.
    """
    return _model_numbers(frame), _nothing(frame)


@finish.register(BestUnits)
@finish.register(Estimates)
@finish.register(LetterGroups)
@finish.register(MissingComparison)
def _(result: Result, frame: pd.DataFrame, rules: Rules) -> Finished:
    return _sided(result, frame, rules, "estimate", "band")


@finish.register(RespondentsNeeded)
def _(result: Result, frame: pd.DataFrame, rules: Rules) -> Finished:
    """Write answers needed in two digits: more would give the difference, and with it a rate.

    Differences from a unit whose own rate is not shown would give that rate as well. The sides are
    those of the direct rate: a shrunken one lies further from the end of the scale.
    """
    shown, more = _sided(result, frame, rules, "direct", "band")
    shown["n_needed"] = rounding.two_digits(shown["n_needed"])
    own = shown["estimate"][frame["unit"].astype(str) == str(result.notes.get("reference"))]
    if own.isna().all():
        shown[["difference", "n_needed"]] = np.nan
    return shown, more


@finish.register(Shrinkage)
def _(result: Shrinkage, frame: pd.DataFrame, rules: Rules) -> Finished:
    shown, more = _sided(result, frame, rules, "direct", "band")
    return finish_ranks(shown, rules, result.best), more


@finish.register(Ranking)
def _(result: Ranking, frame: pd.DataFrame, rules: Rules) -> Finished:
    shown, more = _sided(result, frame, rules, "estimate", "band")
    return finish_ranks(shown, rules, result.best), more


@finish.register(Funnel)
def _(result: Result, frame: pd.DataFrame, rules: Rules) -> Finished:
    return _sided(result, frame, rules, "estimate", "display")


@finish.register(Comparison)
def _(result: Comparison, frame: pd.DataFrame, rules: Rules) -> Finished:
    shown = _model_numbers(frame)
    kinds = [getattr(result.measures.get(str(name)), "kind", "") for name in frame["measure"]]
    is_share = np.array([kind != "mean" for kind in kinds], dtype=bool)
    side = frame.get("side", pd.Series(np.inf, index=frame.index)).to_numpy(dtype=float)
    n = frame["n"].to_numpy(dtype=float)
    places = np.where(is_share, rounding.share_decimals(n, side) + 2, rounding.mean_decimals(n))
    for name in ("difference", "conf_low", "conf_high", "std_error"):
        how = {"conf_low": rounding.downward, "difference": rounding.nearest}
        shown[name] = how.get(name, rounding.upward)(frame[name], places)
    shown["statistic"] = rounding.nearest(frame["statistic"], 1)
    for name in ("p_value", "p_adjusted", "p_equivalence"):
        if name in frame:
            shown[name] = rounding.upward(frame[name], 2)
    return shown, _nothing(frame)


@finish.register(Totals)
def _(result: Totals, frame: pd.DataFrame, rules: Rules) -> Finished:
    """Write numbers of people in fives, intervals and errors outward."""
    shown = frame.copy()
    for name in ("n", "count", "weight_sum", "estimate"):
        shown[name] = rounding.round_counts(frame[name])
    shown["conf_low"] = rounding.COUNT_STEP * np.floor(frame["conf_low"] / rounding.COUNT_STEP)
    for name in ("conf_high", "std_error"):
        shown[name] = rounding.COUNT_STEP * np.ceil(frame[name] / rounding.COUNT_STEP)
    return shown, _nothing(frame)


@finish.register(Change)
def _(result: Change, frame: pd.DataFrame, rules: Rules) -> Finished:
    return finish_change(result, frame), _nothing(frame)


@finish.register(RankChange)
def _(result: RankChange, frame: pd.DataFrame, rules: Rules) -> Finished:
    return finish_rank_change(frame, rules), _nothing(frame)


@finish.register(Diagnosis)
def _(result: Result, frame: pd.DataFrame, rules: Rules) -> Finished:
    base = float(result.notes.get("respondents") or np.nan)
    n = frame["n"].to_numpy(dtype=float)
    return _shares_of_people(frame, np.where(np.isnan(base), n, base), rules), _nothing(frame)


@finish.register(Priorities)
@finish.register(Reliability)
def _(result: Result, frame: pd.DataFrame, rules: Rules) -> Finished:
    n = frame["n"].to_numpy(dtype=float)
    return _shares_of_people(frame, n, rules), _nothing(frame)


def _sided(
    result: Result, frame: pd.DataFrame, rules: Rules, value: str, band_column: str
) -> Finished:
    bases = bases_of(result, frame, value)
    ours = ~np.isnan(bases.n)
    text = bands(bases, rules.side)
    banded = text != ""
    few = pd.Series(too_few_for_a_share(bases, rules.side), index=frame.index)
    shown = _rounded(frame, bases, ours)
    for column in shown.columns[len(result.by) :]:
        if column not in KEPT_WITH_A_BAND:
            shown[column] = shown[column].mask(banded)
    if band_column == "display" and "band" in shown:
        shown["band"] = shown["band"].mask(banded)
    else:
        shown["band"] = text
    shown["display"] = np.where(banded, text, _display(shown["estimate"], bases, ours))
    return shown, reasons(few, FEW_FOR_SHARE.format(k=2 * rules.side))


def bases_of(result: Result, frame: pd.DataFrame, value: str) -> Bases:
    """Return what the sides of each row are found from.

    A measure that is not declared is taken for a share where all its values lie within 0 and 1.
    """
    known: Mapping[str, object] = getattr(result, "measures", {})
    size = len(frame)
    names = frame["measure"].astype(str) if "measure" in frame else pd.Series("", frame.index)
    low, high, is_share = np.zeros(size), np.ones(size), np.ones(size, dtype=bool)
    numbers = result.frame[value].astype(float)
    for name in names.unique():
        rows = (names == name).to_numpy()
        info = known.get(name)
        ends = (getattr(info, "low", 0.0), getattr(info, "high", 1.0))
        if info is None and not numbers[rows].dropna().between(0, 1).all():
            ends = (float(np.floor(numbers[rows].min())), float(np.ceil(numbers[rows].max())))
        low[rows], high[rows] = ends
        is_share[rows] = ends == (0.0, 1.0) and getattr(info, "kind", "") != "mean"
    count = frame["count"].to_numpy(dtype=float) if "count" in frame else np.full(size, np.nan)
    return Bases(
        n=frame["n"].to_numpy(dtype=float),
        value=frame[value].to_numpy(dtype=float),
        count=np.where(is_share, count, np.nan),
        is_share=is_share,
        low=low,
        high=high,
    )


def _rounded(frame: pd.DataFrame, bases: Bases, ours: npt.NDArray[np.bool_]) -> pd.DataFrame:
    """Return values to the decimals of their base; published rows without n stay as they came."""
    shown, places = frame.copy(), bases.places
    made: dict[str, Floats] = {}
    for name in VALUES:
        if name in frame:
            made[name] = rounding.nearest(frame[name], places)
    for end in ENDS:
        if f"{end}_low" in frame:
            made[f"{end}_low"] = rounding.downward(frame[f"{end}_low"], places)
            made[f"{end}_high"] = rounding.upward(frame[f"{end}_high"], places)
    if "std_error" in frame:
        made["std_error"] = rounding.upward(frame["std_error"], places)
    made |= {name: rounding.round_counts(frame[name]) for name in COUNTS if name in frame}
    for name, how in _OTHERS.items():
        if name in frame:
            made[name] = how(frame[name])
    made |= {name: np.full(len(frame), np.nan) for name in NEVER if name in frame}
    for name, values in made.items():
        shown[name] = np.where(ours, values, frame[name].to_numpy(dtype=float))
    return shown


def _display(values: pd.Series, bases: Bases, ours: npt.NDArray[np.bool_]) -> list[str]:
    rows = zip(values.astype(float), bases.is_share, bases.decimals, ours, strict=True)
    return [
        "" if np.isnan(value) or not mine
        else f"{100 * value:.{places}f}%" if share
        else f"{value:.{places}f}"
        for value, share, places, mine in rows
    ]  # fmt: skip


def _shares_of_people(frame: pd.DataFrame, base: Floats, rules: Rules) -> pd.DataFrame:
    """Write shares of respondents by R4; a share of fewer than k people by its upper bound."""
    shown = _model_numbers(frame)
    for name in ("share", "share_missing", "share_not_applicable", "share_not_satisfied"):
        if name not in frame:
            continue
        share = frame[name].to_numpy(dtype=float)
        people = base * np.fmin(share, 1 - share)
        places = rounding.share_decimals(base, people) + 2
        bound = rounding.upward((rules.side - 1) / base, np.fmax(places, 3))
        small = base * share < rules.side - 1e-9
        nearly_all = base * (1 - share) < rules.side - 1e-9
        kept = np.where(small, np.fmin(bound, 1.0), rounding.nearest(share, places))
        shown[name] = np.where(nearly_all & ~small, np.fmax(1 - bound, 0.0), kept)
        if name == "share" and "count" in shown:
            shown["count"] = rounding.round_counts(shown["count"].mask(small | nearly_all))
    return shown


def _model_numbers(frame: pd.DataFrame) -> pd.DataFrame:
    shown = frame.copy()
    for name in shown.columns:
        if name in UNTOUCHED or not pd.api.types.is_float_dtype(shown[name]):
            continue
        values = shown[name].to_numpy(dtype=float)
        if name == "side":  # exact, for the rules alone
            shown[name] = np.nan
        elif name in COUNTS:
            shown[name] = rounding.round_counts(values)
        elif str(name).startswith("prob_"):
            shown[name] = rounding.round_probabilities(values)
        elif name in LOW:
            shown[name] = rounding.downward(values, MODEL_DECIMALS)
        elif name in HIGH or str(name).startswith("p_"):
            shown[name] = rounding.upward(values, MODEL_DECIMALS)
        else:
            shown[name] = rounding.nearest(values, MODEL_DECIMALS)
    return shown


def _nothing(frame: pd.DataFrame) -> npt.NDArray[np.object_]:
    return np.full(len(frame), "", dtype=object)
