"""The vintages of units: three shipped, and any other by a user's own table."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Protocol

from kbnn_analysis.errors import UsageError, check_one_of
from kbnn_analysis.language import Label
from kbnn_analysis.units.tables import parse_table, read_table
from kbnn_analysis.units.vintages import Change, Vintage

VINTAGES = ("provinces-63", "provinces-34", "treasury-regions-385")


class Span(Protocol):
    """Anything with a first and a last day, such as a survey period."""

    @property
    def start(self) -> date:
        """Return the first day."""

    @property
    def end(self) -> date:
        """Return the last day."""


def load_vintage(name: str | Path) -> Vintage:
    """Return a vintage of units.

    Parameters
    ----------
    name : str or Path
        "provinces-63" (to 2025-06-30), "provinces-34" (from 2025-07-01),
        "treasury-regions-385" (Decision 385, 2025-03-15 to 2025-06-30), or the path of a CSV
        table of other units (see :mod:`kbnn_analysis.units.tables` for its columns).

    Returns
    -------
    Vintage
        The units in official order.

    Raises
    ------
    UsageError
        If there is neither such a vintage nor such a file.
    DataError
        If the user's table has problems; it lists all of them.

    Examples
    --------
    >>> load_vintage("provinces-63").unit("15").name.vi
    'Yên Bái'
    >>> load_vintage("provinces-34").unit("15").name.vi
    'Lào Cai'
    """
    if name in VINTAGES:
        return _shipped(str(name))
    path = Path(name)
    if path.suffix.lower() != ".csv":
        check_one_of("vintage", str(name), [*VINTAGES, "a path that ends in .csv"])
    if path.stem in VINTAGES:
        raise UsageError(f"{path.name}: {path.stem} is a shipped vintage; rename the table.")
    return read_table(path, _shipped_codes)


def as_vintage(vintage: str | Path | Vintage) -> Vintage:
    """Return the vintage that is meant: itself, or the one of that name or path.

    Parameters
    ----------
    vintage : str, Path or Vintage
        What a user gave.

    Returns
    -------
    Vintage
        The vintage.

    Examples
    --------
    >>> as_vintage(load_vintage("provinces-34")).name
    'provinces-34'
    """
    return vintage if isinstance(vintage, Vintage) else load_vintage(vintage)


def vintage_for(period: Span) -> str:
    """Return the province vintage that was in force throughout a period.

    Parameters
    ----------
    period : Span
        Anything with `start` and `end`, such as a survey period.

    Returns
    -------
    str
        "provinces-63" or "provinces-34".

    Raises
    ------
    UsageError
        If the period lies across 2025-07-01.

    Examples
    --------
    >>> from kbnn_analysis.periods import parse_period
    >>> vintage_for(parse_period("2025-1")), vintage_for(parse_period("2025-2"))
    ('provinces-63', 'provinces-34')
    """
    for name in ("provinces-63", "provinces-34"):
        vintage = load_vintage(name)
        if vintage.in_force(period.start) and vintage.in_force(period.end):
            return name
    raise UsageError(
        f"{period.start} to {period.end} lies across 2025-07-01, when 63 provinces became 34; "
        "name the vintage of its codes: provinces-63 or provinces-34."
    )


@cache
def _shipped(name: str) -> Vintage:
    vintage = parse_table(name, read_data(f"{name}.csv"), f"{name}.csv", _shipped_codes)
    changes = _changes(name)
    units = tuple(replace(unit, changes=changes.get(unit.code, ())) for unit in vintage.units)
    return replace(vintage, units=units)


def _shipped_codes(name: str) -> tuple[str, ...] | None:
    return _shipped(name).codes if name in VINTAGES else None


def _changes(vintage: str) -> dict[str, tuple[Change, ...]]:
    found: dict[str, tuple[Change, ...]] = {}
    for row in csv.DictReader(io.StringIO(read_data("changes.csv"))):
        if row["vintage"] == vintage:
            name = Label(row["name_vi"], row["name_en"])
            change = Change(date.fromisoformat(row["since"]), row["kind"], name)
            found[row["code"]] = (*found.get(row["code"], ()), change)
    return found


def read_data(file: str) -> str:
    """Return the text of one of the shipped tables.

    Parameters
    ----------
    file : str
        Its name in the folder ``data``.

    Returns
    -------
    str
        The text.

    Examples
    --------
    >>> read_data("changes.csv").splitlines()[0]
    'vintage,code,since,kind,name_vi,name_en'
    """
    return (resources.files(__package__) / "data" / file).read_text(encoding="utf-8")
