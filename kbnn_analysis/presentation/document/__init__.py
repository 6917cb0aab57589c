"""A report before it takes a form: one document, from which HTML, PDF and Word are made."""

from kbnn_analysis.presentation.document.grids import grid_of
from kbnn_analysis.presentation.document.model import (
    Block,
    Cell,
    Code,
    Document,
    Figure,
    Grid,
    Heading,
    KeyFigure,
    KeyFigures,
    Listing,
    Messages,
    Paragraph,
    Preformatted,
    Question,
    Quote,
    Span,
    Text,
    spans_text,
)
from kbnn_analysis.presentation.document.reading import read_document

__all__ = [
    "Block",
    "Cell",
    "Code",
    "Document",
    "Figure",
    "Grid",
    "Heading",
    "KeyFigure",
    "KeyFigures",
    "Listing",
    "Messages",
    "Paragraph",
    "Preformatted",
    "Question",
    "Quote",
    "Span",
    "Text",
    "grid_of",
    "read_document",
    "spans_text",
]
