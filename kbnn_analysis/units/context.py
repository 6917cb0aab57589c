"""What is known of units besides the answers: a CSV of unit, measure, value, source."""

from __future__ import annotations

import csv
import io
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kbnn_analysis.errors import DataError, Problem, UsageError, nearest
from kbnn_analysis.units.names import resolve_names
from kbnn_analysis.units.vintages import Vintage

if TYPE_CHECKING:  # pandas is heavy: loaded when a file is read
    import pandas as pd

COLUMNS = ("unit", "measure", "value", "source")
NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")
EXTRA = "\0extra"
Row = dict[str, str]


@dataclass(frozen=True)
class UnitContext:
    """Numbers about units that come from elsewhere, such as PCI, PAPI, DDCI or a distance.

    Parameters
    ----------
    numbers : DataFrame, units x measures
        Indexed by unit code; NaN where a unit has no value of a measure.
    sources : dict
        Measure -> where its values come from, as the file says; several are joined by "; ".
    """

    numbers: pd.DataFrame
    sources: dict[str, str]


def read_context(path: Path, vintage: str | Path | Vintage) -> UnitContext:
    """Read a table of numbers about units.

    Parameters
    ----------
    path : Path
        A CSV file in UTF-8, separated by commas, with the columns ``unit`` (name or code),
        ``measure``, ``value`` (a number with a decimal point) and ``source``. The same measure
        must not stand twice for a unit; a unit may lack a measure.
    vintage : str, Path or Vintage
        In which list of units.

    Returns
    -------
    UnitContext
        Measures in the order of the file, units in the official order.

    Raises
    ------
    UsageError
        If there is no such file.
    DataError
        With all problems of the file, each with its row and column.
    """
    import pandas as pd

    file = path.name
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"The context {file} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise DataError(
            [Problem("encoding", "is not UTF-8.", file, suggestion="Save it as CSV UTF-8.")]
        ) from error
    reader = csv.DictReader(io.StringIO(text), restkey=EXTRA, restval="")
    reader.fieldnames = [column.strip() for column in reader.fieldnames or ()]
    _stop(list(_header_problems(reader.fieldnames, file)))
    read = [(reader.line_num, row) for row in reader]
    lines = [line for line, _ in read]
    rows = [{name: str(row[name]).strip() for name in (*COLUMNS, EXTRA) if name in row}
            for _, row in read]  # fmt: skip
    found = resolve_names(dict.fromkeys(row["unit"] for row in rows), vintage)
    unknown = {each.name: str(each) for each in found.unresolved}
    codes = [found.codes.get(row["unit"], "") for row in rows]
    problems = [
        *_row_problems(rows, lines, unknown, file),
        *_repeated(rows, lines, codes, file),
    ]
    _stop(problems or _constant(rows, file))
    frame = pd.DataFrame(rows).assign(code=codes)
    frame["value"] = frame["value"].astype(float)
    table = frame.pivot_table(index="code", columns="measure", values="value", aggfunc="first")
    measures = list(dict.fromkeys(frame["measure"]))
    sources = frame.groupby("measure", sort=False)["source"].unique()
    return UnitContext(
        table[measures].sort_index().rename_axis(index="unit", columns=None),
        {str(name): "; ".join(own) for name, own in sources.items()},
    )


def _stop(problems: Sequence[Problem]) -> None:
    if problems:
        raise DataError(problems)


def _header_problems(header: Sequence[str], file: str) -> Iterator[Problem]:
    if len(header) < 2:
        yield Problem("delimiter", "is not separated by commas.", file, row=1)
        return
    for name in COLUMNS:
        if name not in header:
            yield Problem("missing column", f"has no column {name!r}.", file, row=1)
    for name, times in Counter(header).items():
        if times > 1:
            yield Problem("repeated column", f"{name!r} is there twice.", file, row=1)
        if name not in COLUMNS:
            likely = nearest(name, COLUMNS, most=1)
            hint = f"Did you mean {likely[0]!r}?" if likely else "Remarks go into 'source'."
            message = f"{name!r} is no column of a context."
            yield Problem("unknown column", message, file, row=1, suggestion=hint)


def _row_problems(
    rows: Sequence[Row], numbers: Sequence[int], unknown: dict[str, str], file: str
) -> Iterator[Problem]:
    if not rows:
        yield Problem("empty", "holds no value.", file)
    for number, row in zip(numbers, rows, strict=True):
        if EXTRA in row:
            message = "has more cells than the header; quote a text that holds a comma."
            yield Problem("extra cells", message, file, number, value=row[EXTRA])
        if row["unit"] in unknown:
            told = unknown[row["unit"]] + "."
            yield Problem("unknown unit", told, file, number, "unit", row["unit"])
        for column in ("measure", "source"):
            if not row[column]:
                yield Problem("empty", "is empty.", file, number, column)
        value = row["value"]
        if not NUMBER.fullmatch(value) or not math.isfinite(float(value)):
            message = f"{value!r} is not a number." if value else "is empty."
            hint = "Write it with a decimal point, such as 66.93; leave out what is not known."
            yield Problem("number", message, file, number, "value", value, hint)


def _repeated(
    rows: Sequence[Row], numbers: Sequence[int], codes: Sequence[str], file: str
) -> Iterator[Problem]:
    first: dict[tuple[str, str], int] = {}
    for number, row, code in zip(numbers, rows, codes, strict=True):
        key = (code, row["measure"])
        if code and row["measure"] and key in first:
            message = f"{row['measure']!r} stands for this unit in row {first[key]} already."
            yield Problem("repeated", message, file, number, "unit", row["unit"])
        first.setdefault(key, number)


def _constant(rows: Sequence[Row], file: str) -> list[Problem]:
    told: dict[str, set[float]] = {}
    for row in rows:
        told.setdefault(row["measure"], set()).add(float(row["value"]))
    return [
        Problem("one value", f"{name!r} has one value for all units: it tells none apart.", file,
                column="value", value=str(values.pop()))
        for name, values in told.items()
        if len(values) == 1
    ]  # fmt: skip
