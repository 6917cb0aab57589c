"""Joining tables by unit: only within one vintage, because codes were used again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from kbnn_analysis.errors import UsageError
from kbnn_analysis.units.registry import as_vintage
from kbnn_analysis.units.vintages import Vintage

if TYPE_CHECKING:
    import pandas as pd

AnyVintage = str | Path | Vintage


def reused_codes(left: AnyVintage, right: AnyVintage) -> tuple[str, ...]:
    """Return the codes that name different places in two vintages.

    A code that stays with a unit of the same name, or with a unit of the same extent that was
    only renamed (46 Thừa Thiên Huế, Huế), is not among them.

    Parameters
    ----------
    left, right : str, Path or Vintage
        Two vintages.

    Returns
    -------
    tuple of str
        The codes, in the order of `left`.

    Examples
    --------
    >>> reused_codes("provinces-63", "provinces-34")
    ('15', '24', '44', '52', '80', '82', '91')
    """
    one, other = as_vintage(left), as_vintage(right)
    names = {unit.code: unit for unit in other.units}
    found = []
    for unit in one.units:
        twin = names.get(unit.code)
        if twin is None or twin.name.vi == unit.name.vi:
            continue
        if twin.members != (unit.code,) and unit.members != (twin.code,):
            found.append(unit.code)
    return tuple(found)


def check_same_vintage(left: AnyVintage | None, right: AnyVintage | None) -> Vintage:
    """Return the common vintage of two tables, or refuse to bring them together.

    Parameters
    ----------
    left, right : str, Path, Vintage or None
        The vintage of each table's codes; None where it is not known.

    Returns
    -------
    Vintage
        The common one.

    Raises
    ------
    UsageError
        If one is not known, or they differ.

    Examples
    --------
    >>> check_same_vintage("provinces-63", "provinces-34")
    Traceback (most recent call last):
    ...
    kbnn_analysis.errors.UsageError: Codes of provinces-63 and provinces-34 cannot be joined: 15,
    24, 44, 52, 80, 82, 91 mean other places. Bring both to one vintage first (`recount`).
    """
    if left is None or right is None:
        raise UsageError(
            "Unit codes mean nothing without their vintage (15, 24, 44, 52, 80, 82, 91 changed "
            "meaning on 2025-07-01): name it, for example 'provinces-63'."
        )
    one, other = as_vintage(left), as_vintage(right)
    if one.is_same_list(other):
        return one
    reused = reused_codes(one, other)
    reason = f": {', '.join(reused)} mean other places" if reused else ""
    raise UsageError(
        f"Codes of {one.name} and {other.name} cannot be joined{reason}. Bring both to one "
        "vintage first (`recount`)."
    )


def join_units(
    left: pd.DataFrame,
    right: pd.DataFrame,
    *,
    left_vintage: AnyVintage | None,
    right_vintage: AnyVintage | None,
    unit: str = "unit",
    how: Literal["left", "inner", "outer"] = "left",
) -> pd.DataFrame:
    """Join two tables by unit code, within one vintage.

    Parameters
    ----------
    left : DataFrame
        Any number of rows per unit.
    right : DataFrame
        One row per unit.
    left_vintage, right_vintage : str, Path or Vintage
        The vintage of each table's codes; both must be named, and be the same.
    unit : str
        The column of codes in both tables.
    how : {"left", "inner", "outer"}
        As in pandas.

    Returns
    -------
    DataFrame
        The joined rows.

    Raises
    ------
    UsageError
        If the vintages differ or are not named, a code is not of the vintage, a unit is twice
        in `right`, or another column is in both tables.

    Examples
    --------
    >>> import pandas as pd
    >>> rates = pd.DataFrame({"unit": ["19", "01"], "estimate": [0.98, 0.96]})
    >>> sizes = pd.DataFrame({"unit": ["01", "19"], "offices": [30, 9]})
    >>> join_units(rates, sizes, left_vintage="provinces-63", right_vintage="provinces-63")
      unit  estimate  offices
    0   19      0.98        9
    1   01      0.96       30
    """
    vintage = check_same_vintage(left_vintage, right_vintage)
    for frame in (left, right):
        if unit not in frame.columns:
            raise UsageError(f"Both tables need the column {unit!r} of codes to be joined.")
        check_codes(frame[unit], vintage, unit)
    twice = right.loc[right[unit].duplicated(), unit]
    if len(twice):
        raise UsageError(f"Unit {twice.iloc[0]!r} has several rows in the right table; keep one.")
    both = sorted((set(left.columns) & set(right.columns)) - {unit})
    if both:
        raise UsageError(f"Both tables have {', '.join(map(str, both))}; rename or leave out one.")
    return left.merge(right, on=unit, how=how)


def check_codes(codes: pd.Series, vintage: Vintage, column: str) -> None:
    """Refuse codes that are not text, or not of the vintage.

    Parameters
    ----------
    codes : Series
        A column of codes.
    vintage : Vintage
        The list that they belong to.
    column : str
        What the message calls the column.

    Raises
    ------
    UsageError
        At the first kind of trouble, with up to seven of the values.
    """
    values = list(dict.fromkeys(codes.tolist()))
    numbers = [value for value in values if not isinstance(value, str)]
    if numbers:
        raise UsageError(
            f"Column {column!r} holds {numbers[0]!r}: unit codes are text with their leading "
            "zero, such as '01'; read the column as text."
        )
    unknown = sorted(set(values) - set(vintage.codes))
    if unknown:
        raise UsageError(
            f"Column {column!r} has codes that {vintage.name} does not have: "
            f"{', '.join(map(repr, unknown[:7]))}; names are turned to codes by `resolve_names`."
        )
