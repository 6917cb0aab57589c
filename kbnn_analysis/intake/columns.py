"""Which column of the file is which item or attribute of the codebook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kbnn_analysis.errors import Problem, nearest
from kbnn_analysis.intake.answers import fold
from kbnn_analysis.intake.codebook import Attribute, Codebook, Item
from kbnn_analysis.intake.codebook_checks import RESERVED
from kbnn_analysis.intake.problems import shorten


@dataclass(frozen=True)
class ColumnMatch:
    """Codebook name -> column of the file, and what to say of the others."""

    columns: Mapping[str, str]
    problems: tuple[Problem, ...]
    announced: tuple[str, ...]


def match_columns(
    found: list[str], codebook: Codebook, needed: frozenset[str], file: str
) -> ColumnMatch:
    """Match the columns of a file with a codebook, by names and aliases.

    Parameters
    ----------
    found : list of str
        The file's columns.
    codebook : Codebook
        The instrument.
    needed : frozenset of str
        Attributes that must be there beside the codebook's required ones.
    file : str
        What problems call it.

    Returns
    -------
    ColumnMatch
        The columns, and problems: a needed column missing, two columns for one name, a column
        that is nearly one of the codebook's, or has a name of the workbench itself.
    """
    names = {fold(text): r.name for r in _records(codebook) for text in (r.name, *r.aliases)}
    columns: dict[str, str] = {}
    problems: list[Problem] = []
    unknown = []
    for column in found:
        name = names.get(fold(column))
        if name is None:
            unknown.append(column)
        elif name in columns:
            message = f"it stands for {name}, and so does column {columns[name]!r}."
            problems.append(
                Problem(
                    "repeated-column", message, file, None, shorten(column), "", "Keep one of them."
                )
            )
        else:
            columns[name] = column
    absent = [record for record in _records(codebook) if record.name not in columns]
    problems += _missing(absent, unknown, codebook, needed, file)
    problems += _suspicious(unknown, [r for r in absent if not _needed(r, codebook, needed)], file)
    return ColumnMatch(columns, tuple(problems), tuple(_said(unknown, absent, file)))


def _missing(
    absent: list[Item | Attribute],
    unknown: list[str],
    codebook: Codebook,
    needed: frozenset[str],
    file: str,
) -> Iterator[Problem]:
    for record in absent:
        if not _needed(record, codebook, needed):
            continue
        likely = nearest(record.name, unknown, most=1)
        hint = f"Is it {likely[0]!r}?" if likely else "Add it, or name it as in the codebook."
        message = f"the column is missing ({record.label.en})."
        yield Problem("missing-column", message, file, None, record.name, "", hint)


def _suspicious(unknown: list[str], absent: list[Item | Attribute], file: str) -> Iterator[Problem]:
    for column in unknown:
        if fold(column) in RESERVED:
            message = "the name belongs to the workbench itself."
            hint = "Rename it, or declare it as an alias in the codebook."
            yield Problem("reserved-column", message, file, None, shorten(column), "", hint)
        likely = nearest(fold(column), [fold(record.name) for record in absent], most=1)
        if likely and abs(len(likely[0]) - len(column)) <= 2 and _close(fold(column), likely[0]):
            message = "no item or attribute has this name."
            hint = f"Rename it to {likely[0]!r} if that is meant."
            yield Problem("unknown-column", message, file, None, shorten(column), "", hint)


def _said(unknown: list[str], absent: list[Item | Attribute], file: str) -> Iterator[str]:
    if unknown:
        told = ", ".join(shorten(column) for column in sorted(unknown)[:10])
        more = f" and {len(unknown) - 10} more" if len(unknown) > 10 else ""
        yield f"{file}: columns not in the codebook, kept out: {told}{more}."
    if absent:
        yield f"{file}: not in the file: {', '.join(record.name for record in absent)}."


def _needed(record: Item | Attribute, codebook: Codebook, needed: frozenset[str]) -> bool:
    return record.required or record.name in needed or record.name == codebook.unit


def _close(left: str, right: str) -> bool:
    """Return whether two names differ by a slip of one or two letters, and not by a number."""
    digits = ["".join(filter(str.isdigit, name)) for name in (left, right)]
    return digits[0] == digits[1] and bool(nearest(left, [right])) and _slips(left, right) <= 2


def _slips(left: str, right: str) -> int:
    """Return the edit distance of two names."""
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        above, row = row, [i]
        for j, b in enumerate(right, 1):
            row.append(min(above[j] + 1, row[-1] + 1, above[j - 1] + (a != b)))
    return row[-1]


def _records(codebook: Codebook) -> tuple[Item | Attribute, ...]:
    return (*codebook.items, *codebook.attributes)
