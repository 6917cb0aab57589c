"""What two finished runs have otherwise: what was asked, what made them, numbers, figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kbnn_analysis.language import LANGUAGES
from kbnn_analysis.runs.differing_tables import TableDifference, compare_tables
from kbnn_analysis.runs.files import sha256_of
from kbnn_analysis.runs.records import read_record

TOLERANCE = 1e-9
NOTHING = "–"  # what a record does not hold, and what it holds as none
PARTS = ("parameters", "identity", "notebooks", "environment")


@dataclass(frozen=True)
class Change:
    """A value that two records have otherwise; None where one of them has none.

    Parameters
    ----------
    name : str
        Part of the record and name in it, such as ``parameters.design.psu``.
    was, now : str, optional
        The values as text.
    """

    name: str
    was: str | None
    now: str | None


@dataclass(frozen=True)
class FigurePair:
    """A figure that looks otherwise; None where one run does not have it."""

    name: str
    was: Path | None
    now: Path | None


@dataclass(frozen=True)
class Differences:
    """What two runs have otherwise.

    Parameters
    ----------
    titles : tuple of str
        What the two runs are called.
    simulated : bool
        Whether the answers of either are simulated.
    changes : tuple of Change
        Parameters, inputs, code, notebooks and packages.
    tables : tuple of TableDifference
        Tables with numbers beyond the tolerance, other words or other rows.
    figures : tuple of FigurePair
        Figures that are not the same byte for byte.
    tolerance : float
        Difference, relative or absolute, up to which two numbers count as equal.
    """

    titles: tuple[str, str]
    simulated: bool
    changes: tuple[Change, ...] = ()
    tables: tuple[TableDifference, ...] = ()
    figures: tuple[FigurePair, ...] = ()
    tolerance: float = TOLERANCE

    @property
    def none(self) -> bool:
        """Return whether nothing differs."""
        return not (self.changes or self.tables or self.figures)

    @property
    def names(self) -> tuple[str, str]:
        """Return the shortest names that tell the two runs apart."""
        was, now = (title.partition(" (")[0] for title in self.titles)
        return (was, now) if was != now else self.titles

    def told(self) -> str:
        """Return what differs as a sentence of counts."""
        cells = sum(len(table.cells) for table in self.tables)
        parts = (
            _count(len(self.changes), "value") + " asked for or made from",
            _count(len(self.tables), "table") + f" ({_count(cells, 'cell')})",
            _count(len(self.figures), "figure"),
        )
        return "nothing." if self.none else f"{', '.join(parts)}."


def compare_runs(was: Path, now: Path, *, tolerance: float = TOLERANCE) -> Differences:
    """Compare two finished runs, of one period or of two.

    Runs of the same key with the same sums are not opened. Numbers are compared in the tables of
    one language: those of the others hold the same.

    Parameters
    ----------
    was, now : Path
        Folders of finished runs.
    tolerance : float
        Difference, relative or absolute, up to which two numbers count as equal.

    Raises
    ------
    UsageError
        If a folder holds no finished run, or a table of it cannot be read.
    """
    records = read_record(was), read_record(now)
    titles = _title(was, records[0]), _title(now, records[1])
    simulated = any(record["identity"].get("simulated") for record in records)
    if all(records[0][part] == records[1][part] for part in ("key", "files")):
        return Differences(titles, simulated, tolerance=tolerance)
    return Differences(
        titles,
        simulated,
        tuple(_changes(*records)),
        tuple(_tables(was, now, tolerance)),
        tuple(_figures(was, now)),
        tolerance,
    )


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _title(folder: Path, record: Mapping[str, Any]) -> str:
    return f"{folder.name} ({record['key']})"


def _changes(was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Change]:
    before, after = dict(_told(was)), dict(_told(now))
    for name in dict.fromkeys([*before, *after]):
        if (before.get(name) or NOTHING) != (after.get(name) or NOTHING):
            yield Change(name, before.get(name), after.get(name))


def _told(record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for part in PARTS:
        yield from _flat(part, record.get(part, {}))
    yield "lock", str(record.get("lock_sha256", ""))


def _flat(name: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(f"{name}.{key}", inner)
    elif isinstance(value, list) and any(isinstance(each, Mapping) for each in value):
        for each in value:  # such as earlier periods
            yield from _flat(f"{name}.{each.get('period', '')}", each)
    elif isinstance(value, list):
        yield name, ", ".join(map(str, value))
    else:
        yield name, NOTHING if value is None else str(value)


def _tables(was: Path, now: Path, tolerance: float) -> Iterator[TableDifference]:
    for _, before, after in _pairs(was, now, "tables", ".csv"):
        found = compare_tables(before, after, tolerance)
        if found is not None:
            yield found


def _figures(was: Path, now: Path) -> Iterator[FigurePair]:
    for name, before, after in _pairs(was, now, "figures", ".svg"):
        if before is None or after is None or sha256_of(before) != sha256_of(after):
            yield FigurePair(name, before, after)


def _pairs(
    was: Path, now: Path, kind: str, ending: str
) -> Iterator[tuple[str, Path | None, Path | None]]:
    """Give each file of a kind, in the first language that both runs have or else in any."""
    here = [{path.name: path for path in (each / kind).glob(f"*{ending}")} for each in (was, now)]
    stems = sorted({name.removesuffix(ending).rpartition(".")[0] for each in here for name in each})
    for stem in stems:
        # the page is in English
        names = [f"{stem}.{language}{ending}" for language in sorted(LANGUAGES)]
        both = [name for name in names if name in here[0] and name in here[1]]
        was_path, now_path = (_first(both or names, each) for each in here)
        yield stem, was_path, now_path


def _first(names: list[str], there: Mapping[str, Path]) -> Path | None:
    return next((there[name] for name in names if name in there), None)
