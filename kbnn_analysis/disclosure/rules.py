"""What a result must withhold before it may be shared.

Two rules hold from the first report on: no statistic from fewer than ten valid answers (R1), and a
hidden row hides everything about it (R6). A new type of result joins by registering its own
:func:`disclose`; a test refuses a type without one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import singledispatch
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from kbnn_analysis.errors import DisclosureError, UsageError
from kbnn_analysis.results import VOCABULARY, Diagnosis, Estimates, Result

FLOOR = 10
AnyResult = TypeVar("AnyResult", bound=Result)


@dataclass(frozen=True)
class Rules:
    """The limits of a release.

    Parameters
    ----------
    min_n : int
        Fewest valid unweighted answers behind any number shown. It may be raised, never lowered
        below ten.

    Raises
    ------
    UsageError
        If `min_n` is under ten.

    Examples
    --------
    >>> Rules(min_n=5)
    Traceback (most recent call last):
    ...
    kbnn_analysis.errors.UsageError: `min_n` may be raised above 10, never lowered; got 5.
    """

    min_n: int = FLOOR

    def __post_init__(self) -> None:
        if self.min_n < FLOOR:
            raise UsageError(
                f"`min_n` may be raised above {FLOOR}, never lowered; got {self.min_n}."
            )

    @property
    def reason(self) -> str:
        """Return the words that stand in a hidden row."""
        return f"fewer than {self.min_n} valid answers"


@singledispatch
def hidden_rows(result: Result, rules: Rules) -> npt.NDArray[np.bool_]:
    """Return which rows of a result must be hidden: the rule a new type must register.

    Raises
    ------
    DisclosureError
        If the type of `result` has no rule.
    """
    raise DisclosureError(
        f"{type(result).__name__} has no disclosure rule; register one with `hidden_rows`."
    )


def few_answers(frame: pd.DataFrame, rules: Rules) -> npt.NDArray[np.bool_]:
    """Return the rows whose `n` is under the minimum; a missing n (published input) is no base.

    Figures that were published by others as a rate without n carry no answers of ours.
    """
    return (frame["n"].notna() & (frame["n"] < rules.min_n)).to_numpy(dtype=bool)


@hidden_rows.register(Estimates)
@hidden_rows.register(Diagnosis)
def _(result: Result, rules: Rules) -> npt.NDArray[np.bool_]:
    return few_answers(result.frame, rules)


def disclose(result: AnyResult, rules: Rules | None = None) -> AnyResult:
    """Return the same result, fit to share: rows from too few answers hold nothing any more.

    A hidden row keeps its keys, is marked in ``suppressed``, and says why in
    ``suppressed_reason``; every other declared column is missing, never zero.

    Parameters
    ----------
    result : Result
        Any result with a rule.
    rules : Rules, optional
        The limits; ten valid answers by default.

    Returns
    -------
    Result
        Of the same type, with ``notes["disclosed"]`` set to the minimum that was applied.

    Raises
    ------
    DisclosureError
        If the type of `result` has no rule.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> frame = pd.DataFrame(
    ...     {"period": "2023-1", "measure": "m", "unit": ["19", "01"], "n": [9, 250],
    ...      "estimate": [1.0, 0.96], "std_error": [0.0, 0.01], "conf_low": [0.7, 0.93],
    ...      "conf_high": [1.0, 0.98]}
    ... )
    >>> few = Estimates(frame=frame, by=("period", "measure", "unit"), method="Wilson",
    ...     covariance=np.diag([0.0, 1e-4]))
    >>> shown = disclose(few).frame
    >>> shown[["unit", "n", "estimate", "suppressed"]]
      unit      n  estimate  suppressed
    0   19    NaN       NaN        True
    1   01  250.0      0.96       False
    """
    rules = rules or Rules()
    hidden = hidden_rows(result, rules)
    changes: dict[str, Any] = {
        "frame": _blank(result, hidden, rules),
        "notes": {**result.notes, "disclosed": rules.min_n, "hidden": int(hidden.sum())},
    }
    if isinstance(result, Estimates):
        changes["covariance"] = _blank_covariance(result.covariance, hidden)
    return replace(result, **changes)


def _blank(result: Result, hidden: npt.NDArray[np.bool_], rules: Rules) -> pd.DataFrame:
    frame = result.to_frame()
    for column in frame.columns[len(result.by) :]:
        if column in {"suppressed", "suppressed_reason"}:
            continue
        text = VOCABULARY[str(column)].kind == "text"
        frame[column] = frame[column].astype(object if text else float).mask(hidden)
    already = frame.get("suppressed", pd.Series(False, index=frame.index)).astype(bool)
    frame["suppressed"] = already | hidden
    reasons = frame.get("suppressed_reason", pd.Series("", index=frame.index))
    frame["suppressed_reason"] = reasons.where(~pd.Series(hidden, index=frame.index), rules.reason)
    return frame


def _blank_covariance(
    covariance: npt.NDArray[np.float64], hidden: npt.NDArray[np.bool_]
) -> npt.NDArray[np.float64]:
    blanked = covariance.copy()
    blanked[hidden, :] = np.nan
    blanked[:, hidden] = np.nan
    return blanked
