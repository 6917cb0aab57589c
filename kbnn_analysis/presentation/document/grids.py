"""Tables as grids: from their text, and from the HTML that a notebook keeps."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from kbnn_analysis.presentation.document.model import Align, Cell, Grid, Row
from kbnn_analysis.presentation.tables.layout import TableText

_SKIPPED = {"style", "script", "title", "head"}
_TITLES = {"gt_title": "title", "gt_subtitle": "subtitle"}
_NOTES = {"gt_sourcenote", "gt_footnote"}


def grid_of(table: TableText) -> Grid:
    """Return a table that was laid out as text as a grid."""
    columns = (table.stub, *table.columns)
    head = tuple(Cell(column.heading, column.align, True) for column in columns)
    body: list[Row] = []
    for at, name in enumerate(table.stub.cells):
        if table.groups and (at == 0 or table.groups[at] != table.groups[at - 1]):
            body.append((Cell(table.groups[at], "left", True, columns=len(columns)),))
        cells = (Cell(column.cells[at], column.align) for column in table.columns)
        body.append((Cell(name, "left", True), *cells))
    return Grid((head,), tuple(body), table.title, table.subtitle, table.notes)


def grid_from_html(html: str) -> Grid | None:
    """Return the first table of a fragment of HTML; None where it holds none.

    Tables of great_tables give up their title, groups and notes; in one of pandas, numbers stand
    at the right.
    """
    reader = _TableReader()
    reader.feed(html)
    reader.close()
    return reader.grid() if reader.seen else None


def plain_lines(html: str) -> list[str]:
    """Return the text of a fragment of HTML, line by line.

    Examples
    --------
    >>> plain_lines("<p>98,2%<br>của <b>mọi</b> phiếu</p><style>p {}</style>")
    ['98,2%', 'của mọi phiếu']
    """
    reader = _LineReader()
    reader.feed(html)
    reader.close()
    lines = "".join(reader.parts).split("\n")
    return [line for line in (_tidy(line) for line in lines) if line]


class _LineReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.skipping = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.skipping += tag in _SKIPPED
        if tag in {"p", "div", "br", "li", "h1", "h2", "h3", "h4", "tr"}:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.skipping -= tag in _SKIPPED and self.skipping > 0

    def handle_data(self, data: str) -> None:
        if not self.skipping:
            self.parts.append(data.replace("\n", " "))


class _TableReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen = self.done = self.in_head = self.in_foot = self.is_frame = False
        self.skipping = 0
        self.head: list[list[Cell]] = []
        self.body: list[list[Cell]] = []
        self.told: dict[str, str] = {}
        self.notes: list[str] = []
        self.open: tuple[str, dict[str, str]] | None = None
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.skipping += tag in _SKIPPED
        match tag:
            case "table" if not self.seen:
                self.seen, self.is_frame = True, "dataframe" in given.get("class", "")
            case "thead" | "tfoot" | "tbody":
                self.in_head, self.in_foot = tag == "thead", tag == "tfoot"
            case "tr" if not self.done:
                (self.head if self.in_head else self.body).append([])
            case "th" | "td" | "caption":
                self.open, self.text = (tag, given), []
            case "br":
                self.text.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self.skipping -= tag in _SKIPPED and self.skipping > 0
        if tag == "table":
            self.done = True
        if tag in {"th", "td", "caption"} and self.open and not self.done:
            self._close(*self.open)
            self.open = None

    def handle_data(self, data: str) -> None:
        if self.open and not self.skipping:
            self.text.append(data)

    def _close(self, tag: str, given: dict[str, str]) -> None:
        text, classes = _tidy("".join(self.text)), set(given.get("class", "").split())
        if name := next((_TITLES[each] for each in classes if each in _TITLES), ""):
            self.told[name] = text
        elif tag == "caption":
            self.told["title"] = text
        elif self.in_foot or classes & _NOTES:
            self.notes += [text] if text else []
        else:
            rows = self.head if self.in_head else self.body
            rows = rows or [[]]
            rows[-1].append(self._cell(tag, text, classes, given))

    def _cell(self, tag: str, text: str, classes: set[str], given: dict[str, str]) -> Cell:
        head = tag == "th" or self.in_head or "gt_stub" in classes
        align: Align = "right" if self.is_frame and tag == "td" else "left"
        if classes & {"gt_right"} or "text-align: right" in given.get("style", ""):
            align = "right"
        if classes & {"gt_center"} and "gt_column_spanner_outer" in classes:
            align = "center"
        return Cell(text, align, head, _span(given, "colspan"), _span(given, "rowspan"))

    def grid(self) -> Grid:
        head = tuple(tuple(row) for row in self.head if any(cell.text for cell in row))
        body = tuple(tuple(row) for row in self.body if row)
        return Grid(
            head,
            body,
            self.told.get("title", ""),
            self.told.get("subtitle", ""),
            tuple(self.notes),
        )


def _span(given: dict[str, str], name: str) -> int:
    told = given.get(name, "1")
    return max(int(told), 1) if told.isdigit() else 1


def _tidy(text: str) -> str:
    return re.sub(r"[ \t\r\n]+", " ", text).strip()
