"""The blocks of a document as plain data for the typst template: text, never markup."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from kbnn_analysis.language import Language
from kbnn_analysis.presentation.document import (
    Block,
    Cell,
    Figure,
    Grid,
    Heading,
    KeyFigures,
    Listing,
    Paragraph,
    Preformatted,
    Question,
    Quote,
    Span,
    Text,
)
from kbnn_analysis.presentation.document.model import Spans
from kbnn_analysis.presentation.document.widths import column_widths, fitting, unparted
from kbnn_analysis.presentation.wording import word

HIGHEST = 22.0  # cm that a figure may take of an A4 page
WIDEST = 16.6
SIZE = 8.5  # pt of letters in tables
EM = SIZE / 72 * 2.54  # the same in cm
GAP = 0.355  # cm at both sides of a cell together


def block_data(blocks: Iterable[Block], language: Language) -> list[dict[str, Any]]:
    """Return blocks as data; code and messages of the program are not printed."""
    made = (_block(block, language) for block in blocks)
    return [data for data in made if data]


def _block(block: Block, language: Language) -> dict[str, Any]:
    match block:
        case Text(blocks, said):
            return {"kind": "text", "said": said, "blocks": block_data(blocks, language)}
        case Heading(depth, number, spans, _):
            told = {"kind": "heading", "depth": min(depth, 4), "number": number}
            return told | {"spans": _spans(spans)}
        case Question(spans):
            return {"kind": "question", "spans": _spans(spans)}
        case Paragraph(spans):
            return {"kind": "paragraph", "spans": _spans(spans)}
        case Listing(items, ordered):
            inner = [block_data(item, language) for item in items]
            return {"kind": "list", "ordered": ordered, "items": inner}
        case Quote(blocks):
            return {"kind": "quote", "blocks": block_data(blocks, language)}
        case Preformatted(text):
            return {"kind": "pre", "text": text}
    return _exhibit(block, language)


def _exhibit(block: Block, language: Language) -> dict[str, Any]:
    match block:
        case Grid():
            return _grid(block, language)
        case KeyFigures(figures):
            rows = [[each.label, each.value, each.interval, each.note] for each in figures]
            return {"kind": "key-figures", "figures": rows}
        case Figure():
            return _figure(block, language)
    return {}


def _spans(spans: Spans) -> list[dict[str, Any]]:
    return [_span(span) for span in spans]


def _span(span: Span) -> dict[str, Any]:
    told: dict[str, Any] = {"text": span.text}
    for name in ("bold", "italic", "code", "link"):
        if getattr(span, name):
            told[name] = getattr(span, name)
    return told


def _grid(grid: Grid, language: Language) -> dict[str, Any]:
    number = word("table_number", language, number=str(grid.number)) if grid.number else ""
    share = fitting(grid, WIDEST, em=EM, gap=GAP)
    return {
        "kind": "table",
        "size": round(SIZE * share, 2),
        "title": " ".join(part for part in (number, grid.title) if part),
        "subtitle": grid.subtitle,
        "width": grid.width,
        "columns": column_widths(grid, WIDEST, em=EM * share, gap=GAP),
        "head": [[_cell(cell) for cell in row] for row in grid.head],
        "body": [[_cell(cell) for cell in row] for row in grid.body],
        "notes": list(grid.notes),
    }


def _cell(cell: Cell) -> dict[str, Any]:
    told: dict[str, Any] = {"text": unparted(cell), "align": cell.align, "head": cell.head}
    if cell.columns > 1:
        told["columns"] = cell.columns
    if cell.rows > 1:
        told["rows"] = cell.rows
    return told


def _figure(figure: Figure, language: Language) -> dict[str, Any]:
    number = word("figure_number", language, number=str(figure.number)) if figure.number else ""
    encoded = figure.format != "svg"
    told: dict[str, Any] = {
        "kind": "figure",
        "format": {"jpeg": "jpg"}.get(figure.format, figure.format),
        "data": list(figure.data) if encoded else figure.data.decode(),
        "alt": figure.alt,
        "caption": " ".join(part for part in (number, figure.caption) if part),
        "width": figure_width(figure),
    }
    width, height = _drawn_size(figure)
    return told | ({"height": figure_width(figure) * height / width} if width else {})


def figure_width(figure: Figure) -> float:
    """Return the width in cm in which a figure fits the page, by the shape of its drawing."""
    width, height = _drawn_size(figure)
    if not width:
        return round(WIDEST * figure.share, 2)
    widest = min(WIDEST, width / 72 * 2.54, HIGHEST * width / height)
    return round(widest * figure.share, 2)


def figure_height(figure: Figure) -> float:
    """Return the height in cm that a figure has in that width; half a page where it is unknown."""
    width, height = _drawn_size(figure)
    return figure_width(figure) * height / width if width else HIGHEST / 2


def _drawn_size(figure: Figure) -> tuple[float, float]:
    """Return width and height of a drawing in points; zeros where it does not tell."""
    found = re.search(rb'viewBox="0 0 ([\d.]+) ([\d.]+)"', figure.data)
    if figure.format != "svg" or not found:
        return 0.0, 0.0
    return float(found.group(1)), float(found.group(2))
