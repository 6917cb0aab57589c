"""Write a document with python-docx; the same document gives the same bytes.

The face is Times New Roman, which official documents must use (Decree 30/2020/ND-CP).
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import docx
from docx.document import Document as WordFile
from docx.shared import Cm, Pt, RGBColor

from kbnn_analysis.presentation.document import (
    Block,
    Document,
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
from kbnn_analysis.presentation.document.model import Spans
from kbnn_analysis.presentation.narrative.promise import profile_line, promise_paragraphs
from kbnn_analysis.presentation.pdf.parts import figure_width
from kbnn_analysis.presentation.pdf.writing import figure_png
from kbnn_analysis.presentation.report.blocks import figure_caption
from kbnn_analysis.presentation.report.page import WORDS
from kbnn_analysis.presentation.style import SIMULATED
from kbnn_analysis.presentation.word.marks import (
    describe_picture,
    drop_leftovers,
    page_number,
    set_language,
)
from kbnn_analysis.presentation.word.ordering import filled
from kbnn_analysis.presentation.word.packing import packed
from kbnn_analysis.presentation.word.tables import add_key_figures, add_table

FACE = "Times New Roman"
MADE = datetime(1980, 1, 1, tzinfo=UTC)  # a file must not know its clock
WARN, MUTED = RGBColor(0x8A, 0x3B, 0x00), RGBColor(0x55, 0x61, 0x6B)


def render_word(document: Document) -> bytes:
    """Return a document as a Word file.

    Parameters
    ----------
    document : Document
        What it says. Code is left out; figures become pictures with their text.

    Returns
    -------
    bytes
        A .docx file without macros, comments, or marks of the machine.
    """
    file = docx.Document()
    _prepare(file, document)
    file.add_paragraph(document.title, style="Title")
    if document.subtitle:
        file.add_paragraph(document.subtitle, style="Subtitle")
    for block in filled(document.blocks):
        _add(file, block, document)
    _close(file, document)
    drop_leftovers(file)
    out = io.BytesIO()
    file.save(out)
    return packed(out.getvalue())


def _prepare(file: WordFile, document: Document) -> None:
    section = file.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.2)
    section.top_margin = section.bottom_margin = Cm(2.0)
    _styles(file)
    set_language(file, document.language)
    if document.simulated:
        head = section.header.paragraphs[0].add_run(SIMULATED)
        head.bold, head.font.size, head.font.color.rgb = True, Pt(9), WARN
    page_number(section.footer.paragraphs[0])
    foot = section.footer.add_paragraph()
    foot.add_run(profile_line(document.language, document.profile)).font.size = Pt(7)
    facts: Any = file.core_properties
    facts.title, facts.author, facts.language = document.title, "KBNN", document.language
    facts.subject, facts.comments, facts.keywords = document.subtitle, "", ""
    facts.created = facts.modified = MADE
    facts.last_modified_by, facts.revision = "KBNN", 1


def _styles(file: WordFile) -> None:
    sizes = {"Normal": 12, "Title": 20, "Subtitle": 12, "Heading 1": 16, "Heading 2": 14}
    sizes |= {"Heading 3": 12, "Heading 4": 12, "Caption": 10, "Quote": 12, "List Bullet": 12}
    for name, size in sizes.items():
        style: Any = file.styles[name]
        style.font.name, style.font.size = FACE, Pt(size)
        style.font.color.rgb = RGBColor(0x1F, 0x2A, 0x33)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for mark in list(fonts.attrib):
            if "heme" in mark:  # a theme face would win over ours
                del fonts.attrib[mark]
        for kind in ("ascii", "hAnsi", "eastAsia", "cs"):
            fonts.set(docx.oxml.ns.qn(f"w:{kind}"), FACE)
    normal: Any = file.styles["Normal"]
    normal.paragraph_format.space_after = Pt(6)


def _add(file: WordFile, block: Block, document: Document) -> None:
    match block:
        case Text(blocks, _) | Quote(blocks):
            for inner in blocks:
                _add(file, inner, document)
        case Heading(depth, number, spans, _):
            file.add_heading(f"{number}  {spans_text(spans)}", level=min(depth, 4))
        case Question(spans):
            file.add_paragraph().add_run(spans_text(spans)).bold = True
        case Paragraph(spans):
            _runs(file.add_paragraph(), spans)
        case Listing(items, ordered):
            _list(file, items, "List Number" if ordered else "List Bullet", document)
        case Preformatted(text):
            file.add_paragraph().add_run(text).font.name = "Courier New"
        case _:
            _add_exhibit(file, block, document)


def _add_exhibit(file: WordFile, block: Block, document: Document) -> None:
    match block:
        case Grid():
            add_table(file, block, document.language)
        case KeyFigures():
            add_key_figures(file, block)
        case Figure():
            _figure(file, block, document)


def _runs(paragraph: Any, spans: Spans) -> None:
    for span in spans:
        run = paragraph.add_run(span.text)
        run.bold, run.italic = span.bold or None, span.italic or None
        if span.code:
            run.font.name = "Courier New"
        if span.link.lower().startswith("http") and span.link != span.text:
            paragraph.add_run(f" ({span.link})")


def _list(
    file: WordFile, items: Iterable[tuple[Block, ...]], style: str, document: Document
) -> None:
    for item in items:
        for inner in item:
            if isinstance(inner, Paragraph):
                _runs(file.add_paragraph(style=style), inner.spans)
            else:
                _add(file, inner, document)


def _figure(file: WordFile, figure: Figure, document: Document) -> None:
    picture = io.BytesIO(figure_png(figure))
    paragraph: Any = file.add_paragraph()
    paragraph.paragraph_format.keep_with_next = True
    shape = paragraph.add_run().add_picture(picture, width=Cm(figure_width(figure)))
    describe_picture(shape, figure.alt, figure.number)
    file.add_paragraph(figure_caption(figure, document.language), style="Caption")


def _close(file: WordFile, document: Document) -> None:
    language = document.language
    file.add_heading(WORDS["promise"].text(language), level=1)
    for text in promise_paragraphs(language, document.profile):
        file.add_paragraph(text)
    if document.provenance:
        file.add_heading(WORDS["provenance"].text(language), level=1)
        for name, value in document.provenance.items():
            paragraph = file.add_paragraph()
            paragraph.add_run(f"{name}: ").bold = True
            paragraph.add_run(value)
