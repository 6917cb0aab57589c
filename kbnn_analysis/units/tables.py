"""Reading a table of units: the shipped ones and a user's own have the same form.

Columns: ``code, name_vi, name_en, valid_from, valid_to``; and, where wanted, ``kind, region_vi,
region_en, members_of, members, aliases, row, col, note, source``. Lists are separated by ``|``,
dates written 2025-07-01, an open date left empty.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from kbnn_analysis.errors import DataError, Problem, UsageError, nearest
from kbnn_analysis.language import Label
from kbnn_analysis.units.spelling import spell
from kbnn_analysis.units.vintages import Unit, Vintage

REQUIRED = ("code", "name_vi", "name_en", "valid_from", "valid_to")
OPTIONAL = (
    "kind",
    "region_vi",
    "region_en",
    "members_of",
    "members",
    "aliases",
    "row",
    "col",
    "note",
    "source",
)
Row = dict[str, str]
MemberCodes = Callable[[str], tuple[str, ...] | None]


def read_table(path: Path, member_codes: MemberCodes) -> Vintage:
    """Read a user's table of units; its vintage is called as the file without ``.csv``.

    Parameters
    ----------
    path : Path
        A CSV file in UTF-8, separated by commas.
    member_codes : callable
        Vintage name -> its codes, or None for an unknown vintage.

    Returns
    -------
    Vintage
        In the order of the file.

    Raises
    ------
    UsageError
        If there is no such file.
    DataError
        With all problems of the table.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"The table of units {path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise DataError(
            [Problem("encoding", "is not UTF-8.", path.name, suggestion="Save it as CSV UTF-8.")]
        ) from error
    return parse_table(path.stem, text, path.name, member_codes)


def parse_table(name: str, text: str, file: str, member_codes: MemberCodes) -> Vintage:
    """Turn the text of a table into a vintage, or raise with all its problems.

    Parameters
    ----------
    name : str
        Name of the vintage.
    text : str
        The CSV text.
    file : str
        What problems call the file.
    member_codes : callable
        Vintage name -> its codes, or None for an unknown vintage.

    Returns
    -------
    Vintage
        In the order of the table.

    Raises
    ------
    DataError
        With all problems of the table.
    """
    reader = csv.DictReader(io.StringIO(text), restkey="\0extra", restval="")
    header = [column.strip() for column in reader.fieldnames or ()]
    _stop(_header_problems(header, file))
    reader.fieldnames = header
    read = [(reader.line_num, _clean(row)) for row in reader]
    numbers, rows = [number for number, _ in read], [row for _, row in read]
    _stop([*_row_problems(rows, numbers, file), *_table_problems(rows, file, member_codes)])
    return Vintage(
        name,
        tuple(_unit(row) for row in rows),
        _date(rows[0]["valid_from"]),
        _date(rows[0]["valid_to"]),
        rows[0].get("members_of") or None,
    )


def _clean(row: dict[str, str]) -> Row:
    return {
        column: (value if isinstance(value, str) else "|".join(value)).strip()
        for column, value in row.items()
    }


def _stop(problems: list[Problem]) -> None:
    if problems:
        raise DataError(problems)


def _header_problems(header: list[str], file: str) -> list[Problem]:
    problems = [
        Problem("missing column", f"has no column {name!r}.", file)
        for name in REQUIRED
        if name not in header
    ]
    if problems and len(header) == 1:
        return [Problem("delimiter", "is not separated by commas.", file, row=1)]
    for name, times in Counter(header).items():
        if times > 1:
            problems.append(Problem("repeated column", f"{name!r} is there twice.", file, row=1))
        if name not in (*REQUIRED, *OPTIONAL):
            likely = nearest(name, [*REQUIRED, *OPTIONAL], most=1)
            hint = f"Did you mean {likely[0]!r}?" if likely else "Remarks go into 'note'."
            message = f"{name!r} is no column of a table of units."
            problems.append(Problem("unknown column", message, file, row=1, suggestion=hint))
    return problems


def _row_problems(rows: list[Row], numbers: list[int], file: str) -> Iterator[Problem]:
    for number, row in zip(numbers, rows, strict=True):
        if "\0extra" in row:
            message = "has more cells than the header; quote a text that holds a comma."
            yield Problem("extra cells", message, file, number, value=row["\0extra"])
        for column in ("code", "name_vi", "name_en"):
            if not row[column]:
                yield Problem("empty", "is empty.", file, number, column)
        for column in ("valid_from", "valid_to"):
            if row[column] and _date(row[column]) is None:
                message = f"{row[column]!r} is not a date like 2025-07-01."
                yield Problem("date", message, file, number, column, row[column])
        for column in ("row", "col"):
            if not row.get(column, "0").isdecimal():
                message = f"{row[column]!r} is not a whole number."
                yield Problem("number", message, file, number, column, row[column])


def _table_problems(rows: list[Row], file: str, member_codes: MemberCodes) -> Iterator[Problem]:
    if not rows:
        yield Problem("empty", "holds no unit.", file)
        return
    yield from _repeated("code", [row["code"] for row in rows], file)
    yield from _repeated("name_vi", [spell(row["name_vi"]).full for row in rows], file)
    codes = [row["code"] for row in rows]
    if all(code.isdecimal() for code in codes) and len({len(code) for code in codes}) > 1:
        message = "mixes codes of different length; leading zeros may be lost."
        yield Problem("code length", message, file, column="code", value=min(codes, key=len))
    for column in ("valid_from", "valid_to", "members_of"):
        if len({row.get(column, "") for row in rows}) > 1:
            message = "differs between rows; one table is one vintage."
            yield Problem("one vintage", message, file, column=column)
    dates = _date(rows[0]["valid_from"]), _date(rows[0]["valid_to"])
    if dates[0] and dates[1] and dates[0] > dates[1]:
        yield Problem("date", "ends before it begins.", file, 2, "valid_to", rows[0]["valid_to"])
    yield from _member_problems(rows, file, member_codes)


def _member_problems(rows: list[Row], file: str, member_codes: MemberCodes) -> Iterator[Problem]:
    members = [code for row in rows for code in _list(row.get("members", ""))]
    source = rows[0].get("members_of", "")
    if not source and not members:
        return
    known = member_codes(source)
    if known is None:
        message = f"{source!r} is not a shipped vintage; members need one to belong to."
        yield Problem("members_of", message, file, column="members_of", value=source)
        return
    yield from _repeated("members", members, file)
    for code in sorted(set(members) - set(known)):
        message = f"{code!r} is no code of {source}."
        yield Problem("unknown member", message, file, column="members", value=code)


def _repeated(column: str, values: list[str], file: str) -> Iterator[Problem]:
    for value, times in Counter(values).items():
        if times > 1 and value:
            message = f"{value!r} is there {times} times."
            yield Problem("repeated", message, file, column=column, value=value)


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("|") if part.strip())


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def _unit(row: Row) -> Unit:
    region = Label(row.get("region_vi", ""), row.get("region_en", ""))
    placed = row.get("row") and row.get("col")
    return Unit(
        code=row["code"],
        name=Label(row["name_vi"], row["name_en"]),
        kind=row.get("kind") or "unit",
        region=region if region.vi else None,
        members=_list(row.get("members", "")),
        aliases=_list(row.get("aliases", "")),
        position=(int(row["row"]), int(row["col"])) if placed else None,
    )
