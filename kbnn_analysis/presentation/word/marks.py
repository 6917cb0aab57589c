"""What Word keeps in its XML and python-docx has no words for."""

from __future__ import annotations

from typing import Any

from docx.document import Document as WordFile
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from kbnn_analysis.language import Language

_CODES: dict[Language, str] = {"vi": "vi-VN", "en": "en-GB"}


def set_language(file: WordFile, language: Language) -> None:
    """Say in which language the file is, for spelling and for those who listen."""
    defaults = file.styles.element.find(qn("w:docDefaults"))
    marks = defaults.iter(qn("w:lang")) if defaults is not None else ()
    for mark in marks:
        for name in ("val", "eastAsia"):
            mark.set(qn(f"w:{name}"), _CODES[language])


def drop_leftovers(file: WordFile) -> None:
    """Leave out what python-docx's empty file brings along: its picture and a bibliography."""
    for relations in (file.part.rels, file.part.package.rels):
        kinds = {key: relation.reltype for key, relation in relations.items()}
        for key, kind in kinds.items():
            if kind.endswith(("/customXml", "/thumbnail")):
                del relations[key]


def page_number(paragraph: Any) -> None:
    """Write the number of the page and of all pages as fields."""
    paragraph.alignment = 1
    _field(paragraph.add_run(), "PAGE")
    paragraph.add_run(" / ")
    _field(paragraph.add_run(), "NUMPAGES")


def _field(run: Any, name: str) -> None:
    for kind, text in (("begin", ""), ("", name), ("end", "")):
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run._r.append(mark)


def describe_picture(shape: Any, text: str, number: int) -> None:
    """Give a picture its text for those who do not see it."""
    facts = shape._inline.docPr
    facts.set("descr", text)
    facts.set("name", f"Figure {number}")


def describe_table(table: Any, text: str) -> None:
    """Give a table its title for those who do not see it."""
    mark = OxmlElement("w:tblCaption")
    mark.set(qn("w:val"), text)
    table._tbl.tblPr.append(mark)


def repeat_row(row: Any) -> None:
    """Let a heading row stand on every page that its table reaches."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def keep_row_whole(row: Any) -> None:
    """Let no page break fall into a row."""
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def keep_with_next(row: Any) -> None:
    """Let a row stand on the page of what follows it."""
    for cell in row.cells:
        for paragraph in cell.paragraphs:
            paragraph.paragraph_format.keep_with_next = True


def set_in(table: Any, left: float) -> None:
    """Set a table in by so many cm, so that the text of its cells begins at the margin or in it."""
    mark = OxmlElement("w:tblInd")
    mark.set(qn("w:w"), str(round(left / 2.54 * 1440)))
    mark.set(qn("w:type"), "dxa")
    table._tbl.tblPr.append(mark)


def line_below(cell: Any, *, strong: bool) -> None:
    """Draw a line under a cell."""
    borders = OxmlElement("w:tcBorders")
    line = OxmlElement("w:bottom")
    for name, value in (
        ("val", "single"),
        ("sz", "8" if strong else "4"),
        ("color", "1F2A33" if strong else "D5DBE0"),
    ):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    cell._tc.get_or_add_tcPr().append(borders)


def shade(cell: Any, color: str) -> None:
    """Give a cell a ground."""
    mark = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", color)):
        mark.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(mark)
