"""The parts of a document. All text is plain text: each form escapes it in its own way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from kbnn_analysis.language import Language

Align = Literal["left", "right", "center"]
KEY_FIGURES = "key-figures"
"""How an output of a notebook says that it holds key figures."""


@dataclass(frozen=True)
class Span:
    """A run of text in one look; ``link`` is an address or empty."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    link: str = ""


Spans: TypeAlias = tuple[Span, ...]


@dataclass(frozen=True)
class Heading:
    """A numbered heading; depth 1 is a chapter."""

    depth: int
    number: str
    spans: Spans
    anchor: str


@dataclass(frozen=True)
class Question:
    """The question that a report of one notebook answers: above its chapters, without number."""

    spans: Spans


@dataclass(frozen=True)
class Paragraph:
    """Sentences."""

    spans: Spans


@dataclass(frozen=True)
class Listing:
    """A list; each item is a few blocks."""

    items: tuple[tuple[Block, ...], ...]
    ordered: bool = False


@dataclass(frozen=True)
class Quote:
    """Blocks that are quoted."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Preformatted:
    """Text that keeps its spaces and lines."""

    text: str


@dataclass(frozen=True)
class Cell:
    """A cell of a table; ``head`` where it names a row, a column or a group of rows."""

    text: str
    align: Align = "left"
    head: bool = False
    columns: int = 1
    rows: int = 1


Row: TypeAlias = tuple[Cell, ...]


@dataclass(frozen=True)
class Grid:
    """A table with all its cells written out.

    Parameters
    ----------
    head, body : tuple of rows
        A row of the body with one head cell over all columns names the group below it.
    title, subtitle : str
        What it shows.
    notes : tuple of str
        Stand under it.
    number : int
        Its number in the document; 0 for one without.
    """

    head: tuple[Row, ...]
    body: tuple[Row, ...]
    title: str = ""
    subtitle: str = ""
    notes: tuple[str, ...] = ()
    number: int = 0

    @property
    def width(self) -> int:
        """Return the number of columns."""
        rows = (*self.head, *self.body)
        return max((sum(cell.columns for cell in row) for row in rows), default=0)


@dataclass(frozen=True)
class KeyFigure:
    """A figure to print large, in words: a bound or that it is hidden where the rules say so.

    The interval is empty where there is none to show; the note says what the interval is, or why
    the value is hidden.
    """

    label: str
    value: str
    interval: str = ""
    note: str = ""


@dataclass(frozen=True)
class KeyFigures:
    """The few figures that everybody takes away."""

    figures: tuple[KeyFigure, ...]


@dataclass(frozen=True)
class Figure:
    """A picture with the text for those who do not see it; ``share`` of its size where printed."""

    data: bytes
    format: Literal["svg", "png", "jpeg", "gif"]
    alt: str
    caption: str = ""
    number: int = 0
    share: float = 1.0


@dataclass(frozen=True)
class Code:
    """What a cell ran; shown folded on screen and nowhere else."""

    source: str
    is_setup: bool = False


@dataclass(frozen=True)
class Messages:
    """What the program said beside its results."""

    text: str


@dataclass(frozen=True)
class Text:
    """Blocks of one cell: prose of the notebook, or sentences ``said`` by its code."""

    blocks: tuple[Block, ...]
    said: bool = False


Block: TypeAlias = (
    Heading
    | Question
    | Paragraph
    | Listing
    | Quote
    | Preformatted
    | Grid
    | KeyFigures
    | Figure
    | Code
    | Messages
    | Text
)


@dataclass(frozen=True)
class Document:
    """A report or a sheet.

    Parameters
    ----------
    title, subtitle : str
        Its heading.
    language : {"vi", "en"}
        Language of all words that a form adds.
    blocks : tuple of blocks
        What it says.
    provenance : mapping
        What it was made from, in the words to print.
    simulated : bool
        True where its data were simulated: every form says so on every page.
    profile : str
        Profile of the disclosure rules: the promise at the end names its numbers.
    """

    title: str
    language: Language
    blocks: tuple[Block, ...]
    subtitle: str = ""
    provenance: Mapping[str, str] = field(default_factory=dict)
    simulated: bool = False
    profile: str = "public"

    @property
    def headings(self) -> list[Heading]:
        """Return the headings in their order."""
        return [block for block in walk(self.blocks) if isinstance(block, Heading)]


def walk(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield every block, and those inside it."""
    for block in blocks:
        yield block
        if isinstance(block, Text | Quote):
            yield from walk(block.blocks)
        elif isinstance(block, Listing):
            for item in block.items:
                yield from walk(item)


def spans_text(spans: Spans) -> str:
    """Return the text of spans without their looks."""
    return "".join(span.text for span in spans)
