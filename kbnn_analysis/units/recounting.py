"""Counts of one vintage re-aggregated to another; shares and means are refused.

The share of a merged province is not the sum, nor the mean, of its parts' shares: recount the
numerator and the denominator, and divide afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kbnn_analysis.errors import UsageError
from kbnn_analysis.units.crosswalk import crosswalk
from kbnn_analysis.units.joining import check_codes
from kbnn_analysis.units.registry import as_vintage
from kbnn_analysis.units.spelling import bare_letters
from kbnn_analysis.units.vintages import Vintage

if TYPE_CHECKING:  # pandas is heavy, and its frames bring all that is needed here
    import pandas as pd

_NOT_COUNTS = frozenset(
    re.findall(
        "[a-z]+",
        """estimate estimates rate rates share shares pct percent percentage proportion ratio
        mean average median score index std error se conf deff eff df statistic difference rank
        prob probability p odds weight reliability squared fmi ty tyle diem hang chiso""",
    )
)


def recount(
    frame: pd.DataFrame,
    *,
    source: str | Path | Vintage,
    target: str | Path | Vintage,
    unit: str = "unit",
    counts: Sequence[str] = ("n", "count"),
    by: Sequence[str] = (),
) -> pd.DataFrame:
    """Add up the counts of the source's units to those of the target.

    Parameters
    ----------
    frame : DataFrame
        One row per unit of the source, and per combination of the `by` columns; every unit has
        a row (0 where nobody answered, missing where the count is not known).
    source, target : str, Path or Vintage
        The vintage of the frame's codes, and the one wanted.
    unit : str
        Column of codes.
    counts : sequence of str
        Columns of whole numbers, 0 or more, or missing.
    by : sequence of str
        Columns that tell apart the rows of one unit, such as period and measure.

    Returns
    -------
    DataFrame
        `by`, `unit` and `counts` (Int64), all units of the target in official order. A sum with
        a missing part is missing. Other columns are left out: they do not add up.

    Raises
    ------
    UsageError
        If a column is no count, a unit is unknown, twice or without a row, or there is no
        crosswalk.

    Examples
    --------
    >>> import pandas as pd
    >>> codes = as_vintage("provinces-63").codes
    >>> frame = pd.DataFrame({"unit": codes, "n": 100, "count": 97})
    >>> recounted = recount(frame, source="provinces-63", target="provinces-34")
    >>> recounted.set_index("unit").loc["79"].to_dict()
    {'n': 300, 'count': 291}
    """
    start, goal = as_vintage(source), as_vintage(target)
    places = crosswalk(start, goal)
    _check_columns(frame, [*by, unit, *counts])
    for column in counts:
        _check_count(frame, column)
    check_codes(frame[unit], start, unit)
    _check_rows(frame, unit, list(by), start, places)
    moved = frame[[*by, unit]].copy()
    moved[unit] = frame[unit].astype(str).map(places)
    for column in counts:
        moved[column] = frame[column].astype("Float64").astype("Int64")
    sums = moved.groupby([*by, unit], sort=False, observed=True, dropna=False)[list(counts)]
    return _in_order(sums.sum(skipna=False).reset_index(), unit, list(by), goal)


def _check_columns(frame: pd.DataFrame, wanted: list[str]) -> None:
    missing = [name for name in wanted if name not in frame.columns]
    if missing:
        raise UsageError(f"The table has no column {', '.join(missing)}; name those to recount.")
    if len(set(wanted)) < len(wanted):
        raise UsageError("`unit`, `counts` and `by` must name different columns.")


def _check_count(frame: pd.DataFrame, column: str) -> None:
    """Refuse by name what says that it is a rate, and by value what cannot be a count."""
    values = frame[column]
    reason = ""
    if _NOT_COUNTS & set(re.split(r"[\W_0-9]+", bare_letters(column))) or "%" in column:
        reason = "is a share, rate, mean or rank by its name"
    elif values.dtype.kind not in "iuf":
        reason = f"holds {values.dtype}, not whole numbers"
    elif (values.dropna() < 0).any() or (values.dropna() % 1 != 0).any():
        reason = "has values that are negative or not whole"
    if reason:
        raise UsageError(
            f"Only counts add up over units: column {column!r} {reason}. Recount numerator and "
            "denominator, then divide."
        )


def _check_rows(
    frame: pd.DataFrame, unit: str, by: list[str], source: Vintage, places: dict[str, str]
) -> None:
    keys = frame[[*by, unit]].astype({unit: str})
    repeated = keys.duplicated()
    if repeated.any():
        code = keys.loc[repeated, unit].iloc[0]
        raise UsageError(f"Unit {code!r} has several rows; name in `by` what tells them apart.")
    unplaced = [code for code in source.codes if code not in places]
    if unplaced:
        raise UsageError(f"The target has no place for {source.name} {_listed(unplaced)}.")
    groups = [group for _, group in keys.groupby(by, dropna=False)] if by else [keys]
    for group in groups:
        absent = sorted(set(source.codes) - set(group[unit]))
        if absent:
            raise UsageError(
                f"Units of {source.name} without a row: {_listed(absent)}. Add them with 0 where "
                "nobody answered, or with a missing count."
            )


def _listed(codes: list[str]) -> str:
    more = f" and {len(codes) - 7} more" if len(codes) > 7 else ""
    return ", ".join(codes[:7]) + more


def _in_order(sums: pd.DataFrame, unit: str, by: list[str], target: Vintage) -> pd.DataFrame:
    """Keep groups as they first appeared, units in official order."""
    group = sums.groupby(by, sort=False, dropna=False).ngroup() if by else 0 * sums.index
    place = sums[unit].map({code: place for place, code in enumerate(target.codes)})
    order = sums.assign(_group=group, _place=place).sort_values(["_group", "_place"]).index
    return sums.loc[order].reset_index(drop=True)
