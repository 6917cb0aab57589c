"""Set a document with typst; the same document gives the same bytes."""

from __future__ import annotations

import functools
import json
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kbnn_analysis.presentation import fonts
from kbnn_analysis.presentation.document import Document, Figure
from kbnn_analysis.presentation.document.shrinking import sharing_pages
from kbnn_analysis.presentation.narrative.promise import profile_line, promise_paragraphs
from kbnn_analysis.presentation.pdf.parts import block_data, figure_height
from kbnn_analysis.presentation.pdf.placing import (
    Places,
    keep_notes,
    let_through,
    places_of,
)
from kbnn_analysis.presentation.report.page import WORDS
from kbnn_analysis.presentation.style import SIMULATED

if TYPE_CHECKING:
    import typst

PAGE = 25.4  # cm of text on a page
EPOCH = 0  # typst writes a time of making where it is given none; a file must not know its clock


def render_pdf(document: Document, *, contents: bool = True, foot: str = "") -> bytes:
    """Return a document as PDF.

    Parameters
    ----------
    document : Document
        What it says. Code is left out.
    contents : bool
        False leaves the contents out and sets everything closer, for a sheet of one page.
    foot : str
        Stands at the foot of every page; the title where it is left out.

    Returns
    -------
    bytes
        PDF/UA-1: tagged, with outline, language, title, and a text for every figure.

    Examples
    --------
    >>> from kbnn_analysis.presentation.document import Paragraph, Span
    >>> said = Paragraph((Span("98,2% hài lòng"),))
    >>> render_pdf(Document("Báo cáo", "vi", (said,)))[:5]
    b'%PDF-'
    """
    told = _told(document, contents=contents, foot=foot)
    made = _compiled(_template(), told, format="pdf", pdf_standards=["ua-1"], timestamp=EPOCH)
    assert isinstance(made, bytes)
    return made


def page_pictures(document: Document, *, contents: bool = True, dpi: int = 100) -> list[bytes]:
    """Return the pages of the PDF as PNG, to look at them or to compare them.

    Parameters
    ----------
    document : Document
        What it says.
    contents : bool
        As for :func:`render_pdf`.
    dpi : int
        Points per inch.
    """
    told = _told(document, contents=contents)
    made = _compiled(_template(), told, format="png", ppi=float(dpi))
    return made if isinstance(made, list) else [made]


def _told(document: Document, *, contents: bool, foot: str = "") -> dict[str, Any]:
    language = document.language
    promise, not_promised = promise_paragraphs(language, document.profile)
    told = {
        "title": document.title,
        "subtitle": document.subtitle,
        "language": language,
        "simulated": SIMULATED if document.simulated else "",
        "contents": contents,
        "foot": foot or document.title,
        "profile": profile_line(language, document.profile),
        "blocks": block_data(sharing_pages(document.blocks, figure_height, PAGE), language),
        "promise": promise,
        "not_promised": not_promised,
        "provenance": [list(pair) for pair in document.provenance.items()],
        "words": {name: label.text(language) for name, label in WORDS.items()},
    }
    if not contents:
        return told
    told = let_through(told, functools.partial(_places, "<figure>"))
    return keep_notes(told, functools.partial(_places, "<notes>"))


def _places(kind: str, told: dict[str, Any]) -> Places:
    """Return where each figure begins, or the notes of each table."""
    import typst

    inputs = {"doc": json.dumps(told, ensure_ascii=False)}
    found = typst.query(_template(), kind, font_paths=_fonts(), sys_inputs=inputs)
    return places_of(found)


def figure_png(figure: Figure, *, dpi: int = 200) -> bytes:
    """Return a figure as PNG, for forms that cannot draw SVG; always in the shipped font."""
    if figure.format == "png":
        return figure.data
    main = (
        "#let doc = json(bytes(sys.inputs.doc))\n"
        "#set page(width: auto, height: auto, margin: 0pt)\n"
        '#image(bytes(doc.data), format: "svg")\n'
    )
    made = _compiled(main.encode(), {"data": figure.data.decode()}, format="png", ppi=float(dpi))
    return made[0] if isinstance(made, list) else made


def _compiled(main: bytes, told: dict[str, Any], **options: Any) -> bytes | list[bytes]:
    text = json.dumps(told, ensure_ascii=False)
    made = _compiler().compile(input=main, sys_inputs={"doc": text}, **options)
    assert made is not None, "typst returned nothing"
    return made


@functools.cache
def _compiler() -> typst.Compiler:
    import typst  # late: a heavy import

    return typst.Compiler(font_paths=_fonts())


@functools.cache
def _fonts() -> typst.Fonts:
    import typst

    return typst.Fonts(
        include_system_fonts=False,
        # Greek letters and signs that Be Vietnam Pro lacks come from typst's own fonts
        include_embedded_fonts=True,
        font_paths=[Path(fonts.__file__).parent],
    )


@functools.cache
def _template() -> bytes:
    return files(__package__).joinpath("template", "report.typ").read_bytes()
