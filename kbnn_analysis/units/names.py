"""From names as people write them to codes of one vintage.

A name resolves only where its comparable spelling equals that of exactly one unit. Everything
else is listed with the nearest candidates: never guessed, never dropped.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from kbnn_analysis.errors import UsageError, nearest
from kbnn_analysis.units.crosswalk import crosswalk
from kbnn_analysis.units.registry import as_vintage
from kbnn_analysis.units.spelling import Spelling, spell
from kbnn_analysis.units.vintages import Unit, Vintage

Reason = Literal["unknown", "ambiguous", "not a city", "other vintage", "empty"]


@dataclass(frozen=True)
class Unresolved:
    """A name without a code, why, and what may have been meant.

    Parameters
    ----------
    name : str
        As it was written.
    candidates : tuple of str
        Likely units as "Thái Nguyên (19)", best first; may be empty.
    reason : str
        "unknown"; "ambiguous" (fits several units); "not a city" (it names a city, but the unit
        of that name is a province: the district-level city is another office); "other vintage"
        (a province of before 2025-07-01; the candidate is what it is now part of); "empty".
    """

    name: str
    candidates: tuple[str, ...] = ()
    reason: Reason = "unknown"

    def __str__(self) -> str:
        told = {
            "unknown": "is no unit of this list",
            "ambiguous": "fits several units",
            "not a city": "names a city, but the unit of that name is a province",
            "other vintage": "is a unit of another list, not of this one",
            "empty": "is empty",
        }[self.reason]
        hint = f"; candidates: {', '.join(self.candidates)}" if self.candidates else ""
        return f"{self.name!r} {told}{hint}"


@dataclass(frozen=True)
class Resolution:
    """What became of a list of names: every distinct one is in exactly one of the two.

    Parameters
    ----------
    codes : dict of str to str
        Name as written -> code.
    unresolved : tuple of Unresolved
        The others, in order of appearance.
    """

    codes: dict[str, str]
    unresolved: tuple[Unresolved, ...] = ()


def resolve_names(names: Iterable[str | None], vintage: str | Path | Vintage) -> Resolution:
    """Find the codes of names, in one vintage.

    Names are compared after Unicode normalisation, without regard to case, blanks, hyphens,
    the place of tone marks and words such as "Tỉnh", "TP.", "KBNN", "Kho bạc Nhà nước tỉnh",
    "province"; a text without any diacritics is compared without them. Codes of the vintage
    ("01") resolve to themselves. "1" does not: a lost leading zero is for its owner to restore.

    Parameters
    ----------
    names : iterable of str
        Names or codes as text; None counts as an empty name.
    vintage : str, Path or Vintage
        In which list of units.

    Returns
    -------
    Resolution
        Codes by name, and the unresolved ones with candidates.

    Raises
    ------
    UsageError
        If a name is not text, or there is no such vintage.

    Examples
    --------
    >>> resolve_names(["KBNN Thái Nguyên", "TP.HCM", "Hoà Bình"], "provinces-63").codes
    {'KBNN Thái Nguyên': '19', 'TP.HCM': '79', 'Hoà Bình': '17'}
    >>> print(resolve_names(["Đắk Lắc"], "provinces-63").unresolved[0])
    'Đắk Lắc' is no unit of this list; candidates: Đắk Lắk (66)
    """
    listed = as_vintage(vintage)
    codes: dict[str, str] = {}
    unresolved: list[Unresolved] = []
    for name in dict.fromkeys("" if name is None else name for name in names):
        if not isinstance(name, str):
            raise UsageError(f"Unit names must be text, got {name!r}; read the column as text.")
        found = _resolve(name, listed)
        if isinstance(found, Unresolved):
            unresolved.append(found)
        else:
            codes[name] = found
    return Resolution(codes, tuple(unresolved))


def _resolve(name: str, vintage: Vintage) -> str | Unresolved:
    index = _index(vintage)
    stripped = "".join(char for char in name if unicodedata.category(char) != "Cf").strip()
    if stripped in index.units:
        return stripped
    wanted = spell(name)
    if not wanted.full:
        return Unresolved(name, reason="empty")
    fitting = index.fitting(wanted)
    if wanted.city and fitting and not any(unit.ever_city for unit in fitting):
        return Unresolved(name, _told(fitting), "not a city")
    if len(fitting) == 1:
        return fitting[0].code
    if fitting:
        return Unresolved(name, _told(fitting), "ambiguous")
    return _unknown(name, wanted, vintage)


def _unknown(name: str, wanted: Spelling, vintage: Vintage) -> Unresolved:
    if vintage.members_of is not None:
        former = _index(as_vintage(vintage.members_of)).fitting(wanted)
        successors = crosswalk(vintage.members_of, vintage)
        now = [vintage.unit(successors[unit.code]) for unit in former if unit.code in successors]
        if now:
            return Unresolved(name, _told(now), "other vintage")
    return Unresolved(name, _told(_index(vintage).nearest(wanted)))


def _told(units: Iterable[Unit]) -> tuple[str, ...]:
    return tuple(f"{unit.name.vi} ({unit.code})" for unit in units)


@dataclass(frozen=True)
class _Index:
    """The units of a vintage by their spellings."""

    units: dict[str, Unit]
    full: dict[str, tuple[str, ...]]
    bare: dict[str, tuple[str, ...]]

    def fitting(self, wanted: Spelling) -> list[Unit]:
        codes = set(self.full.get(wanted.full, ()))
        if wanted.plain:
            codes |= set(self.bare.get(wanted.bare, ()))
        return [unit for code, unit in self.units.items() if code in codes]

    def nearest(self, wanted: Spelling) -> list[Unit]:
        """Return up to three units of similar name, or the code that lost its leading zero."""
        if wanted.bare.startswith("#"):
            likely = ["0" + wanted.bare[1:]] if "0" + wanted.bare[1:] in self.units else []
        else:
            spellings = nearest(wanted.bare, self.bare)
            likely = [code for spelling in spellings for code in self.bare[spelling]]
        return [self.units[code] for code in dict.fromkeys(likely)][:3]


@lru_cache(maxsize=16)
def _index(vintage: Vintage) -> _Index:
    full: dict[str, dict[str, None]] = defaultdict(dict)
    bare: dict[str, dict[str, None]] = defaultdict(dict)
    for unit in vintage.units:
        changed = (name for change in unit.changes for name in change.name)
        names = [*unit.name, *changed, *unit.aliases]
        if not unit.code.isdecimal():  # "VII" and "7"; never 1 for 01
            names.append(unit.code)
        for spelling in map(spell, names):
            full[spelling.full][unit.code] = None
            bare[spelling.bare][unit.code] = None
    return _Index(
        {unit.code: unit for unit in vintage.units},
        {key: tuple(codes) for key, codes in full.items()},
        {key: tuple(codes) for key, codes in bare.items()},
    )
