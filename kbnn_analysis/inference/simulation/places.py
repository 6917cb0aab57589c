"""The provinces that the simulation speaks of: 63 to 2025-06-30, 34 from 2025-07-01.

The simulated world is built on the 63; a period after the merger names the province that took a
place in.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from kbnn_analysis.periods import parse_period
from kbnn_analysis.units.registry import load_vintage, vintage_for


@dataclass(frozen=True)
class Place:
    """A province of the 63 with the province of the 34 that took it in.

    Examples
    --------
    >>> next(place for place in load_places() if place.code == "06").name_34
    'Thái Nguyên'
    """

    code: str
    name: str
    code_34: str
    name_34: str


@cache
def load_places() -> tuple[Place, ...]:
    """Return the 63 provinces in the order of their codes.

    Examples
    --------
    >>> len(load_places()), load_places()[0].name
    (63, 'Hà Nội')
    """
    names = {unit.code: unit.name.vi for unit in load_vintage("provinces-63").units}
    places = [
        Place(code, names[code], unit.code, unit.name.vi)
        for unit in load_vintage("provinces-34").units
        for code in unit.members
    ]
    return tuple(sorted(places, key=lambda place: place.code))


def place_units(period: str) -> list[tuple[str, str]]:
    """Return for each of the 63 places the code and name of its unit in a period.

    Examples
    --------
    >>> place_units("2023-1")[3], place_units("2025-2")[3]
    (('06', 'Bắc Kạn'), ('19', 'Thái Nguyên'))
    """
    when = parse_period(period)
    vintage = vintage_for(when)
    names = load_vintage(vintage).on(when.end).labels()  # Thừa Thiên Huế is Huế from 2025
    old = vintage == "provinces-63"
    codes = [place.code if old else place.code_34 for place in load_places()]
    return [(code, names[code].vi) for code in codes]
