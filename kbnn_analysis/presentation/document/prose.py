"""Markdown as blocks: numbered headings with anchors; HTML in it is text, outside pictures too."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, cast

import mistune

from kbnn_analysis.language import Language
from kbnn_analysis.presentation.document.model import (
    Align,
    Block,
    Cell,
    Figure,
    Grid,
    Heading,
    Listing,
    Paragraph,
    Preformatted,
    Question,
    Quote,
    Row,
    Span,
    Spans,
    spans_text,
)
from kbnn_analysis.presentation.numbers import hidden
from kbnn_analysis.presentation.wording import listing, word

Token = dict[str, Any]
_SAFE_LINK = re.compile(r"(https?://|mailto:|#)", re.IGNORECASE)
_PICTURE = re.compile(r"data:image/(png|jpeg|gif);base64,(.*)", re.S)


@dataclass
class Outline:
    """Numbers headings, tables and figures in the order in which they come.

    ``top`` is the Markdown level of a chapter: 1 where several notebooks make the report, 2 where
    the only title of level one is the question that the report answers.
    """

    top: int = 1
    counts: list[int] = field(default_factory=list)
    tables: int = 0
    figures: int = 0
    language: Language = "en"
    told: dict[str, int] = field(default_factory=dict)

    def heading(self, level: int, spans: Spans) -> Block:
        """Give a heading its number; one above the chapters is the question, without number."""
        depth = level - self.top + 1
        if depth < 1:
            return Question(spans)
        self.counts = [*self.counts[:depth], *[0] * (depth - len(self.counts))]
        self.counts[depth - 1] += 1
        number = ".".join(str(max(count, 1)) for count in self.counts)
        return Heading(depth, number, spans, f"s-{number.replace('.', '-')}")

    def table(self, grid: Grid) -> Grid:
        """Give a table its number, if it has a title; its notes are told once in a document."""
        if not grid.title:
            return grid
        self.tables += 1
        return replace(grid, number=self.tables, notes=self._notes(grid.notes))

    def _notes(self, notes: tuple[str, ...]) -> tuple[str, ...]:
        """Return the notes that are new; for those told before, the table where they stand."""
        known = {note: self.told[note] for note in notes if note in self.told}
        new = tuple(note for note in notes if note not in known or stays(note, self.language))
        where = sorted({known[note] for note in known if not stays(note, self.language)})
        self.told = dict.fromkeys(notes, self.tables) | self.told
        if not where:
            return new
        numbers = listing([str(number) for number in where], self.language)
        last = [note for note in new if note == word("source_simulated", self.language)]
        see = word("see_notes", self.language, numbers=numbers, s="s" if len(where) > 1 else "")
        return (*(note for note in new if note not in last), see, *last)

    def figure(self, figure: Figure) -> Figure:
        """Give a figure its number."""
        self.figures += 1
        return replace(figure, number=self.figures)


def stays(note: str, language: Language) -> bool:
    """Return whether a note stands under every table: its source, and why cells are hidden."""
    mark = f"{hidden(language).capitalize()}:"
    return note.startswith(mark) or note == word("source_simulated", language)


def top_level(sources: Iterable[str]) -> int:
    """Return the Markdown level of a chapter.

    Examples
    --------
    >>> top_level(["# Is it good?", "## Method"]), top_level(["# One", "# Two"])
    (2, 1)
    """
    fences = re.compile(r"^(```|~~~).*?^\1", re.S | re.M)
    titles = sum(len(re.findall(r"^# ", fences.sub("", text), re.M)) for text in sources)
    return 2 if titles == 1 else 1


def prose_blocks(source: str, outline: Outline) -> tuple[Block, ...]:
    """Return Markdown as blocks; its headings join the outline."""
    parse = mistune.create_markdown(renderer="ast", plugins=["table"])
    return tuple(_blocks(cast("list[Token]", parse(source)), outline))


def _blocks(tokens: list[Token], outline: Outline) -> Iterator[Block]:
    for token in tokens:
        children = token.get("children", [])
        match token["type"]:
            case "heading":
                yield outline.heading(token["attrs"]["level"], tuple(_spans(children)))
            case "paragraph" | "block_text":
                yield from _paragraph(children, outline)
            case "list":
                items = tuple(tuple(_blocks(item["children"], outline)) for item in children)
                yield Listing(items, bool(token["attrs"].get("ordered")))
            case "block_quote":
                yield Quote(tuple(_blocks(children, outline)))
            case "block_code" | "block_html":
                yield Preformatted(str(token["raw"]).rstrip("\n"))
            case "table":
                yield _table(children)


def _paragraph(children: list[Token], outline: Outline) -> Iterator[Block]:
    spans = tuple(_spans(children))
    if spans_text(spans).strip():
        yield Paragraph(spans)
    for child in children:
        if child["type"] == "image" and (made := _picture(child)):
            yield outline.figure(made)


def _picture(token: Token) -> Figure | None:
    found = _PICTURE.match(token["attrs"]["url"])
    if not found:
        return None
    try:
        data = base64.b64decode(found.group(2), validate=True)
    except binascii.Error:
        return None
    kind = cast("Any", found.group(1))
    return Figure(data, kind, spans_text(tuple(_spans(token["children"]))))


def _spans(tokens: list[Token], look: Span | None = None) -> Iterator[Span]:
    look = look or Span("")
    for token in tokens:
        children = token.get("children", [])
        match token["type"]:
            case "text" | "inline_html":
                yield replace(look, text=str(token["raw"]))
            case "codespan":
                yield replace(look, text=str(token["raw"]), code=True)
            case "softbreak":
                yield replace(look, text=" ")
            case "linebreak":
                yield replace(look, text="\n")
            case "strong":
                yield from _spans(children, replace(look, bold=True))
            case "emphasis":
                yield from _spans(children, replace(look, italic=True))
            case "link":
                url = str(token["attrs"]["url"])
                link = url if _SAFE_LINK.match(url) else ""
                yield from _spans(children, replace(look, link=link))
            case "image" if not _PICTURE.match(token["attrs"]["url"]):
                yield from _spans(children, look)


def _table(parts: list[Token]) -> Grid:
    head: list[Row] = []
    body: list[Row] = []
    for part in parts:
        if part["type"] == "table_head":
            head.append(_row(part["children"]))
        else:
            body += [_row(row["children"]) for row in part["children"]]
    named = [row for row in head if any(cell.text for cell in row)]
    return Grid(tuple(named), tuple(body))


def _row(cells: list[Token]) -> Row:
    return tuple(
        Cell(
            spans_text(tuple(_spans(cell["children"]))),
            cast("Align", cell["attrs"].get("align") or "left"),
            bool(cell["attrs"].get("head")),
        )
        for cell in cells
    )
