"""Which archived periods can be one table: one codebook, and units of one vintage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kbnn_analysis.errors import UsageError
from kbnn_analysis.intake.archive_file import ArchivedPeriod
from kbnn_analysis.intake.archive_record import ArchiveRecord
from kbnn_analysis.units import as_vintage, crosswalk

Codes = Mapping[str, str]


def agreeing(periods: Sequence[ArchivedPeriod], *, units: bool = True) -> ArchiveRecord:
    """Return the record of periods that can be one table, or say why they cannot.

    Parameters
    ----------
    periods : sequence of ArchivedPeriod
        At least one.
    units : bool, default True
        Whether the vintages of their units must agree too.

    Returns
    -------
    ArchiveRecord
        That of the last period.

    Raises
    ------
    UsageError
        If they were asked with different codebooks, or name units of different vintages.
    """
    records = [each.record for each in periods]
    _one("codebooks", {each.period: each.instrument for each in records})
    if units:
        way = ", or give the vintage that all of them become (`--units provinces-34`)"
        _one("unit vintages", {each.period: each.unit_vintage or "none" for each in records}, way)
    changed = [each.period for each in records if each.codebook != records[0].codebook]
    if changed:
        raise UsageError(
            f"the codebook {records[0].instrument} of {records[0].period} has other contents in "
            f"{', '.join(changed)} under the same version; archive them again with one codebook."
        )
    return records[-1]


def places_in(vintage: str, periods: Sequence[ArchivedPeriod]) -> dict[str, Codes]:
    """Return which unit of a vintage each unit of the periods became.

    Whole units go into whole units, so that each answer keeps its one place.

    Parameters
    ----------
    vintage : str
        Name of the vintage in which all units are to be told.
    periods : sequence of ArchivedPeriod
        Periods with units of that vintage, or of one that became it.

    Returns
    -------
    dict of str to mapping
        Vintage of a period -> code -> code in `vintage`; none for `vintage` itself.

    Raises
    ------
    UsageError
        If the units of a period are of no vintage, were split, or have no place in `vintage`.

    Examples
    --------
    >>> places_in("provinces-34", [])
    {}
    """
    goal = as_vintage(vintage)
    found: dict[str, Codes] = {}
    for record in (each.record for each in periods):
        if record.unit_vintage is None:
            raise UsageError(
                f"`units`: the units of {record.period} are of no vintage and cannot be told in "
                f"{goal.name}; choose other periods."
            )
        if record.unit_vintage in {goal.name, *found}:
            continue
        codes = crosswalk(record.unit_vintage, goal)
        if lost := sorted(set(record.levels.get("unit", [])) - set(codes)):
            raise UsageError(
                f"`units`: {', '.join(lost[:5])} of {record.period} have no place in {goal.name}."
            )
        found[record.unit_vintage] = codes
    return found


def _one(what: str, values: dict[str, str], way: str = "") -> None:
    groups: dict[str, list[str]] = {}
    for period, value in values.items():
        groups.setdefault(value, []).append(period)
    if len(groups) > 1:
        told = "; ".join(f"{', '.join(periods)} ({value})" for value, periods in groups.items())
        raise UsageError(
            f"these periods have different {what} and are not one table: {told}; choose the "
            f"periods of one{way}."
        )
