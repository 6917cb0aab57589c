"""Dangers of pages, drawings and tables."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from kbnn_analysis.disclosure import FLOOR

MOST_ROWS = 5000
MOST_MARKS = 1500  # in a drawing without numbers beside it
MARKS_A_ROW, OTHER_MARKS = 3, 50  # a value, its ends or a second value; ticks and legend
_ACTIVE = re.compile(
    rb"<\s*(script|iframe|object|embed|form|foreignObject|applet|base)\b|\son[a-z]{3,}\s*=\s*[\"']|"
    rb"javascript:|vbscript:|data:text/html|http-equiv=[\"']?refresh",
    re.IGNORECASE,
)
_LOADS = re.compile(
    rb"<(?:img|link|source|video|audio|use|image)\b[^>]*\b(?:src|href)=[\"'](?:https?:)?//",
    re.IGNORECASE,
)
# What matplotlib writes for points of several sizes or forms: a path for each.
_POINTS = re.compile(rb'<g id="PathCollection_\d+">(.*?)(?=<g id="[A-Z]|</svg>)', re.DOTALL)
_SPREADSHEET = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def html_findings(raw: bytes) -> Iterator[str]:
    """Yield what a page must not hold: scripts, handlers, things loaded from elsewhere."""
    plain = re.sub(rb"<(pre|code)\b.*?</\1>", b"", raw, flags=re.DOTALL)
    match = _ACTIVE.search(plain)
    if match:
        yield f"holds active content ({match.group(0)[:20].decode('ascii', 'replace').strip()})"
    if _LOADS.search(plain):
        yield "loads something from another place"
    if b'class="dataframe"' in raw:
        yield "shows a raw data frame; show results with run.table"


def svg_findings(raw: bytes) -> Iterator[str]:
    """Yield what a drawing must not hold: scripts, tooltips, data."""
    match = _ACTIVE.search(raw)
    if match:
        yield f"holds active content ({match.group(0)[:20].decode('ascii', 'replace').strip()})"
    if re.search(rb"<title>|<desc>|data-[a-z]+=", raw):
        yield "holds tooltips or hidden data"


def mark_findings(raw: bytes, numbers: bytes | None) -> Iterator[str]:
    """Yield whether a drawing has more marks than its numbers have rows for.

    Parameters
    ----------
    raw : bytes
        The drawing, as SVG.
    numbers : bytes or None
        The CSV file beside it.
    """
    most = MOST_MARKS
    if numbers is not None:
        rows = max(0, len(_rows_of(numbers.decode("utf-8-sig", "replace"))) - 1)
        most = MARKS_A_ROW * rows + OTHER_MARKS
    points = b"".join(_POINTS.findall(raw))
    marks = raw.count(b"<use ") + raw.count(b"<circle ") + points.count(b"<path ")
    if marks > most:
        yield "draws more marks than results have rows: points of respondents?"


def table_findings(raw: bytes) -> Iterator[str]:
    """Yield what a CSV must not hold: formulas, many rows, small or unrounded bases."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        yield "is not UTF-8"
        return
    rows = _rows_of(text)
    if len(rows) > MOST_ROWS:
        yield f"has more than {MOST_ROWS} rows"
    for number, row in enumerate(rows[1:], start=2):
        if any(_formula(cell) for cell in row):
            yield f"holds a cell that a spreadsheet would run (row {number})"
            break
    yield from _base_findings(rows)


def _rows_of(text: str) -> list[list[str]]:
    """Return the header and the rows of a CSV file, without the line that marks simulated data."""
    rows = list(csv.reader(io.StringIO(text)))
    return rows[1:] if rows and len(rows[0]) == 1 else rows


def _base_findings(rows: list[list[str]]) -> Iterator[str]:
    if not rows or "n" not in rows[0]:
        return
    header = rows[0]
    if "suppressed" not in header:
        yield "was not disclosed: it says nowhere what is hidden"
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != len(header):
            yield f"has a row of another length (row {number})"
            return
        told = dict(zip(header, row, strict=True))
        if told["n"] and not _rounded_base(told["n"]):
            yield f"shows an n that is small or not rounded (row {number})"
            return
        shown = {told.get(name, "") for name in ("n", "estimate", "conf_low", "rank")} - {""}
        if told.get("suppressed") == "True" and shown:
            yield f"shows numbers in a hidden row (row {number})"
            return


def _rounded_base(cell: str) -> bool:
    try:
        return float(cell) >= FLOOR and float(cell) % 5 == 0
    except ValueError:
        return False


def _formula(cell: str) -> bool:
    if not cell.startswith(_SPREADSHEET):
        return False
    try:
        float(cell)
    except ValueError:
        return True
    return False
