"""How much of a page the blocks of a Word file take, about: Word itself decides when it opens it.

The sizes are those that the writer sets, with the line spacing of its template.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import singledispatch
from typing import Any

from kbnn_analysis.presentation.document import (
    Figure,
    Grid,
    Heading,
    KeyFigures,
    Listing,
    Paragraph,
    Preformatted,
    Question,
    Quote,
    Text,
    spans_text,
)
from kbnn_analysis.presentation.document.widths import column_widths, fitting, row_lines
from kbnn_analysis.presentation.fonts import text_width
from kbnn_analysis.presentation.pdf.parts import figure_height

PAGE = 25.2  # cm that text may take of a page
WIDTH = 16.6
LINE = {12: 0.56, 10: 0.47, 9: 0.42}  # cm of a line, by the size of its letters in points
ROW = 0.1  # cm that a row of a table takes beside its lines
NARROW = 0.84  # the face of the file beside the shipped one, of the same size
TABLE_EM = 0.9 * 10 / 72 * 2.54  # cm: letters of 10 pt, narrower than the shipped ones
KEY_FIGURES = 3.6  # label, value, interval, note and the line below
HEADINGS = {1: 1.7, 2: 1.1, 3: 0.9, 4: 0.9}


@dataclass(frozen=True)
class Piece:
    """What is set in one go: its height, the least part that may stand alone, what it takes along.

    All in cm.
    """

    height: float
    step: float
    along: float = 0.0


@singledispatch
def pieces(block: Any) -> Iterator[Piece]:
    """Yield the pieces of a block, from the top; code and messages have none."""
    yield from ()


@pieces.register(Text)
@pieces.register(Quote)
def _inner(block: Text | Quote) -> Iterator[Piece]:
    for inner in block.blocks:
        yield from pieces(inner)


@pieces.register
def _heading(block: Heading) -> Iterator[Piece]:
    height = HEADINGS[min(block.depth, 4)]
    yield Piece(height, height, along=2 * LINE[12])


@pieces.register(Paragraph)
@pieces.register(Question)
def _paragraph(block: Paragraph | Question) -> Iterator[Piece]:
    yield Piece(lines(spans_text(block.spans), 12) * LINE[12] + 0.21, LINE[12])


@pieces.register
def _listing(block: Listing) -> Iterator[Piece]:
    for item in block.items:
        for inner in item:
            if isinstance(inner, Paragraph):
                height = lines(spans_text(inner.spans), 12, WIDTH - 0.7) * LINE[12]
                yield Piece(height, LINE[12])
            else:
                yield from pieces(inner)


@pieces.register
def _preformatted(block: Preformatted) -> Iterator[Piece]:
    yield Piece(len(block.text.splitlines()) * LINE[12] + 0.21, LINE[12])


@pieces.register
def _grid(block: Grid) -> Iterator[Piece]:
    title = lines(block.title, 12) * LINE[12] + lines(block.subtitle, 11) * LINE[10]
    em = TABLE_EM * fitting(block, WIDTH, em=TABLE_EM, gap=0.4)
    widths = column_widths(block, WIDTH, em=em, gap=0.4)
    rows = [each * LINE[10] + ROW for each in row_lines(block, widths, em=em, gap=0.4)]
    notes = sum(lines(note, 9) for note in block.notes) * LINE[9] + 0.6
    yield Piece(title + 0.4 + sum(rows[:2]), title + sum(rows[:2]))
    for row in rows[2:]:
        yield Piece(row, row)
    yield Piece(notes, notes)


@pieces.register
def _key_figures(block: KeyFigures) -> Iterator[Piece]:
    yield Piece(KEY_FIGURES, KEY_FIGURES)


@pieces.register
def _figure(block: Figure) -> Iterator[Piece]:
    height = figure_height(block) + 1.0
    yield Piece(height, height)


def lines(text: str, size: int, width: float = WIDTH) -> int:
    """Return in how many lines a text stands, at a size of letters in points."""
    if not text:
        return 0
    wide = text_width(text) * NARROW * size / 72 * 2.54
    return int(wide // (width * 0.97)) + 1


def laid(below: float, parts: Sequence[Piece]) -> float:
    """Return how much of the last page is taken once pieces follow on a page taken so far.

    Parameters
    ----------
    below : float
        What is taken of the page, from the top.
    parts : sequence of Piece
        What follows.
    """
    for part in parts:
        if below + part.height + part.along <= PAGE:
            below += part.height
        elif part.step < part.height and below + part.step <= PAGE:
            fitting = int((PAGE - below) // part.step) * part.step
            below = part.height - fitting
        else:
            below = part.height
    return below
