"""From the units of one vintage to those of another: counts are added up, nothing else.

A crosswalk goes from members to the units that they make up, whole units into whole units. It
has no way back, and none between two groupings that cut across each other.
"""

from __future__ import annotations

from pathlib import Path

from kbnn_analysis.errors import UsageError
from kbnn_analysis.units.registry import as_vintage, load_vintage
from kbnn_analysis.units.vintages import Vintage


def crosswalk(source: str | Path | Vintage, target: str | Path | Vintage) -> dict[str, str]:
    """Return the target's code for each code of the source.

    Parameters
    ----------
    source, target : str, Path or Vintage
        Two vintages; the target's units are made up of the source's, directly or by way of
        another vintage.

    Returns
    -------
    dict of str to str
        Source code -> target code, in the source's official order. Source units that a user's
        own table does not place are absent.

    Raises
    ------
    UsageError
        If the target's units are not made up of the source's: 34 provinces back into 63, or
        between the 34 and the treasury regions of Decision 385, which cut across each other.

    Examples
    --------
    >>> crosswalk("provinces-63", "provinces-34")["15"]  # Yên Bái -> Lào Cai
    '15'
    >>> crosswalk("provinces-63", "treasury-regions-385")["19"]
    'VII'
    """
    start, goal = as_vintage(source), as_vintage(target)
    found = _upward(start, goal)
    if found is not None:
        return found
    if _upward(goal, start) is not None:
        raise UsageError(
            f"{start.name} cannot be split into {goal.name}: several units became one, and what "
            "each contributed is not known. Go back to the answers by their old units."
        )
    raise UsageError(
        f"There is no crosswalk from {start.name} to {goal.name}{_straddling(start, goal)}."
    )


def straddling_units(left: str | Path | Vintage, right: str | Path | Vintage) -> tuple[str, ...]:
    """Return the units of `left` whose members lie in more than one unit of `right`.

    Parameters
    ----------
    left, right : str, Path or Vintage
        Two groupings of the same vintage.

    Returns
    -------
    tuple of str
        Codes of `left`; empty where it nests in `right`.

    Raises
    ------
    UsageError
        If the two are not groupings of the same vintage.

    Examples
    --------
    >>> len(straddling_units("provinces-34", "treasury-regions-385"))
    17
    """
    one, other = as_vintage(left), as_vintage(right)
    if one.members_of is None or one.members_of != other.members_of:
        raise UsageError(f"{one.name} and {other.name} are not groupings of the same units.")
    place = {code: unit.code for unit in other.units for code in unit.members}
    return tuple(
        unit.code for unit in one.units if len({place.get(code) for code in unit.members}) > 1
    )


def _upward(source: Vintage, target: Vintage) -> dict[str, str] | None:
    """Compose the steps from members to wholes; None where they do not lead to the target."""
    if source.is_same_list(target):
        return {code: code for code in source.codes}
    if target.members_of is None:
        return None
    below = _upward(source, load_vintage(target.members_of))
    if below is None:
        return None
    place = {code: unit.code for unit in target.units for code in unit.members}
    return {code: place[middle] for code, middle in below.items() if middle in place}


def _straddling(left: Vintage, right: Vintage) -> str:
    if left.members_of is None or left.members_of != right.members_of:
        return ""
    count = len(straddling_units(left, right))
    return (
        f": both group {left.members_of}, but {count} of the {len(left)} units straddle two or "
        f"more of the other. Recount both from {left.members_of}"
    )
