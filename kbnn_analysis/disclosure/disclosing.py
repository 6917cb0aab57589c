"""The one door: a result in, the same result fit to share out."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from kbnn_analysis.disclosure.finishing import finish
from kbnn_analysis.disclosure.released import levels_of
from kbnn_analysis.disclosure.rounding import round_counts
from kbnn_analysis.disclosure.rules import PROTECTS, Rules, first_reason, hidden_rows
from kbnn_analysis.errors import DisclosureError
from kbnn_analysis.results import VOCABULARY, Result

AnyResult = TypeVar("AnyResult", bound=Result)
COUNTED_NOTES = (
    "respondents",
    "answers",
    "respondents_in_model",
    "dropped_no_outcome",
    "dropped_not_applicable",
    "dropped_missing",
)


def disclose(result: AnyResult, rules: Rules | None = None) -> AnyResult:
    """Return the same result, fit to share.

    A hidden row keeps its keys, is marked in ``suppressed`` and says why in
    ``suppressed_reason``; every other declared column is missing, never zero. A row whose share
    has a small side, or whose mean lies at an end of the scale, shows a bound (``band``) and its
    base, and nothing else. What is shown is rounded by its base, intervals outward; ``display``
    is the value as it may be printed. The covariance is withheld: compute first, disclose last.

    Parameters
    ----------
    result : Result
        Any result with a rule.
    rules : Rules, optional
        The limits; the public profile by default.

    Returns
    -------
    Result
        Of the same type. ``notes`` hold the limits: ``disclosed`` (fewest answers), ``min_side``
        and ``profile``. A result that was disclosed by limits as strict comes back as it is.

    Raises
    ------
    DisclosureError
        If the type of `result` has no rule, or it was disclosed before by laxer limits.

    Examples
    --------
    >>> from kbnn_analysis.results import Estimates
    >>> frame = pd.DataFrame(
    ...     {"period": "2023-1", "measure": "m", "unit": ["19", "01", "08"], "n": [9, 254, 254],
    ...      "estimate": [1.0, 0.961, 0.871], "std_error": [0.0, 0.01, 0.02],
    ...      "conf_low": [0.7, 0.93, 0.83], "conf_high": [1.0, 0.98, 0.91]}
    ... )
    >>> few = Estimates(frame=frame, by=("period", "measure", "unit"), method="Wilson",
    ...     covariance=np.diag([0.0, 1e-4, 4e-4]))
    >>> disclose(few).frame[["unit", "n", "estimate", "display", "suppressed"]]
      unit      n  estimate display  suppressed
    0   19    NaN       NaN               True
    1   01  255.0       NaN   ≥ 96%      False
    2   08  255.0      0.87     87%      False
    """
    rules = rules or Rules()
    if result.notes.get("disclosed"):
        return _again(result, rules)
    why = first_reason(hidden_rows(result, rules), _withheld(result, rules))
    shown, more = finish(result, _blank(result, why != ""), rules)
    why = first_reason(why, more)
    frame = _marked(_emptied(shown, result, why != ""), result, why)
    changes: dict[str, Any] = {"frame": frame, "notes": _notes(result, frame, rules, why)}
    if "covariance" in {each.name for each in fields(result)}:
        size = len(frame)
        changes["covariance"] = np.full((size, size), np.nan)
    return replace(result, **changes)


def _again(result: AnyResult, rules: Rules) -> AnyResult:
    done = (int(result.notes["disclosed"]), int(result.notes.get("min_side") or 0))
    if done[0] >= rules.min_n and done[1] >= rules.side:
        return result
    raise DisclosureError(
        f"This {type(result).__name__} was disclosed by laxer limits ({done[0]} answers, {done[1]} "
        f"on a side) than {rules.min_n} and {rules.side}; disclose the original."
    )


def _withheld(result: Result, rules: Rules) -> npt.NDArray[np.object_]:
    values = result.frame[list(result.by)].astype(str).itertuples(index=False, name=None)
    told = (rules.withheld.intersection(levels_of(result.by, each)) for each in values)
    return np.array([PROTECTS if each else "" for each in told], dtype=object)


def _blank(result: Result, hidden: npt.NDArray[np.bool_]) -> pd.DataFrame:
    """Return the frame with floats for numbers, hidden rows emptied before anything is computed."""
    frame = result.to_frame()
    for column in _values(frame, result):
        text = VOCABULARY[str(column)].kind in {"text", "flag"}
        frame[column] = frame[column].astype(object if text else float)
    return _emptied(frame, result, hidden)


def _emptied(frame: pd.DataFrame, result: Result, hidden: npt.NDArray[np.bool_]) -> pd.DataFrame:
    frame = frame.copy()
    for column in _values(frame, result):
        empty = "" if column in {"band", "display"} and column not in result.frame else np.nan
        frame[column] = frame[column].mask(hidden, empty)
    return frame


def _values(frame: pd.DataFrame, result: Result) -> list[str]:
    marks = {"suppressed", "suppressed_reason"}
    return [str(name) for name in frame.columns[len(result.by) :] if name not in marks]


def _marked(frame: pd.DataFrame, result: Result, why: npt.NDArray[np.object_]) -> pd.DataFrame:
    before = result.frame.get("suppressed", pd.Series(False, index=frame.index)).astype(bool)
    told = result.frame.get("suppressed_reason", pd.Series("", index=frame.index)).fillna("")
    frame["suppressed"] = before | (why != "")
    frame["suppressed_reason"] = np.where(why != "", why, told.to_numpy(dtype=object))
    return frame


def _notes(
    result: Result, shown: pd.DataFrame, rules: Rules, why: npt.NDArray[np.object_]
) -> dict[str, Any]:
    counted = {
        name: int(round_counts(float(result.notes[name])))
        for name in COUNTED_NOTES
        if isinstance(result.notes.get(name), int | float)
    }
    return {
        **result.notes,
        **counted,
        **_reference(result, shown),
        "disclosed": rules.min_n,
        "min_side": rules.side,
        "profile": rules.profile,
        "hidden": int((why != "").sum()),
    }


def _reference(result: Result, shown: pd.DataFrame) -> dict[str, str]:
    """Return an empty reference where its own estimate is not shown: it may be the best unit."""
    if not {"unit", "estimate"} <= set(shown.columns) or "reference" not in result.notes:
        return {}
    own = shown.loc[shown["unit"].astype(str) == str(result.notes["reference"]), "estimate"]
    return {} if own.notna().any() else {"reference": ""}
