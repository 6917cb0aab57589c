"""A unit and a vintage: the list of administrative units as it stood in a span of time.

A code means nothing without its vintage: seven codes of 2025-06-30 were given to other
provinces on the next day.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from kbnn_analysis.errors import UsageError, nearest
from kbnn_analysis.language import Label

_KIND_FIRST = {
    "province": Label("Tỉnh {}", "{} Province"),
    "city": Label("Thành phố {}", "{} City"),
}


@dataclass(frozen=True)
class Change:
    """A unit's new kind and name from a day on, within one vintage."""

    since: date
    kind: str
    name: Label


@dataclass(frozen=True)
class Unit:
    """One administrative unit.

    Parameters
    ----------
    code : str
        Text; a leading zero belongs to it.
    name : Label
        Name without the words province, city.
    kind : str
        "province", "city" (centrally run), "treasury_region", or a user's own word.
    region : Label, optional
        One of the six socio-economic regions; None where the vintage has none.
    members : tuple of str
        Codes of the vintage in `Vintage.members_of` that make up this unit.
    aliases : tuple of str
        Further spellings that are met in practice.
    position : tuple of int, optional
        Row and column on the tile map.
    changes : tuple of Change
        What changed while the vintage was in force, oldest first.
    """

    code: str
    name: Label
    kind: str = "unit"
    region: Label | None = None
    members: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    position: tuple[int, int] | None = None
    changes: tuple[Change, ...] = ()

    @property
    def full_name(self) -> Label:
        """Return the name with its kind: "Tỉnh Thái Nguyên", "Thai Nguyen Province"."""
        frame = _KIND_FIRST.get(self.kind, Label("{}", "{}"))
        english = self.name.en if self.name.en.endswith("City") else frame.en.format(self.name.en)
        return Label(frame.vi.format(self.name.vi), english)

    @property
    def ever_city(self) -> bool:
        """Return whether the unit was a city at any time of its vintage."""
        return "city" in {self.kind, *(change.kind for change in self.changes)}

    def on(self, day: date) -> Unit:
        """Return the unit with the kind and name that it had on `day`."""
        past = [change for change in self.changes if change.since <= day]
        return replace(self, kind=past[-1].kind, name=past[-1].name) if past else self


@dataclass(frozen=True)
class Vintage:
    """A list of units in official order, with the days on which it was in force.

    Parameters
    ----------
    name : str
        For example "provinces-63".
    units : tuple of Unit
        In official order.
    valid_from, valid_to : date, optional
        First and last day in force; None where open or not recorded.
    members_of : str, optional
        The vintage whose units are joined to make these units.
    """

    name: str
    units: tuple[Unit, ...]
    valid_from: date | None = None
    valid_to: date | None = None
    members_of: str | None = None

    def __len__(self) -> int:
        return len(self.units)

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the codes in official order."""
        return tuple(unit.code for unit in self.units)

    def labels(self) -> dict[str, Label]:
        """Return code -> name in both languages, in official order."""
        return {unit.code: unit.name for unit in self.units}

    def is_same_list(self, other: Vintage) -> bool:
        """Return whether both are the same list, perhaps seen on different days."""
        return (self.name, self.codes) == (other.name, other.codes)

    def unit(self, code: str) -> Unit:
        """Return the unit with this code.

        Raises
        ------
        UsageError
            If the vintage has no such code.
        """
        for unit in self.units:
            if unit.code == code:
                return unit
        likely = nearest(str(code), self.codes, most=3)
        hint = f"; codes like it: {', '.join(likely)}." if likely else "."
        raise UsageError(f"{self.name} has no unit with code {code!r}{hint}")

    def in_force(self, day: date) -> bool:
        """Return whether the list was in force on `day`."""
        return (self.valid_from or date.min) <= day <= (self.valid_to or date.max)

    def on(self, day: date) -> Vintage:
        """Return the vintage with every unit's kind and name as on `day`.

        Raises
        ------
        UsageError
            If the vintage was not in force on `day`.
        """
        if not self.in_force(day):
            first, last = self.valid_from or "(not recorded)", self.valid_to or "today"
            raise UsageError(f"{self.name} was in force from {first} to {last}, not on {day}.")
        return replace(self, units=tuple(unit.on(day) for unit in self.units))
