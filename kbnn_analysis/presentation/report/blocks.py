"""The blocks of a document as HTML."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from html import escape

from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation.document import (
    Block,
    Cell,
    Code,
    Figure,
    Grid,
    Heading,
    KeyFigures,
    Listing,
    Messages,
    Paragraph,
    Preformatted,
    Question,
    Quote,
    Span,
    Text,
)
from kbnn_analysis.presentation.document.model import Spans
from kbnn_analysis.presentation.report.svg import inline_svg
from kbnn_analysis.presentation.wording import word

_CODE = Label("Mã lệnh", "Code")
_SETUP = Label("Thiết lập và tham số", "Set-up and parameters")
_MESSAGES = Label("Thông báo của chương trình", "Messages of the program")
_TABLE = Label("Bảng số liệu", "Table of figures")
_WIDE = ((10, "table widest"), (8, "table wide"))
"""From so many columns on a table is set smaller, so that a laptop shows it whole."""
_NUMBER = r"[−+]?\d+(?:[.,]\d+)*%?"
_BOUND = re.compile(rf"(?<![\w.,]){_NUMBER}(?:–{_NUMBER}| [^\W\d_]+)")
_NAME = "Kho bạc Nhà nước"


def block_html(block: Block, language: Language) -> str:
    """Return a block as HTML; all its text is escaped."""
    match block:
        case Text(blocks, said):
            name = "said" if said else "prose"
            return f'<div class="{name}">{_all(blocks, language)}</div>'
        case Heading(depth, number, spans, anchor):
            tag = f"h{min(depth + 1, 6)}"
            told = f'<span class="number">{number}</span> {spans_html(spans)}'
            return f'<{tag} id="{anchor}">{told}</{tag}>'
        case Question(spans):
            return f'<p class="question">{spans_html(spans)}</p>'
        case Paragraph(spans):
            return f"<p>{spans_html(spans)}</p>"
        case Listing(items, ordered):
            tag = "ol" if ordered else "ul"
            inner = "".join(f"<li>{_item(item, language)}</li>" for item in items)
            return f"<{tag}>{inner}</{tag}>"
        case Quote(blocks):
            return f"<blockquote>{_all(blocks, language)}</blockquote>"
        case Preformatted(text):
            return f'<pre tabindex="0">{escape(text)}</pre>'
    return _exhibit_html(block, language)


def _exhibit_html(block: Grid | KeyFigures | Figure | Code | Messages, language: Language) -> str:
    match block:
        case Grid():
            return grid_html(block, language)
        case KeyFigures():
            return _key_figures_html(block)
        case Figure():
            return figure_html(block, language)
        case Code(source, is_setup):
            label = (_SETUP if is_setup else _CODE).text(language)
            return _folded(label, f'<pre tabindex="0"><code>{escape(source)}</code></pre>')
        case Messages(text):
            return _folded(_MESSAGES.text(language), f'<pre tabindex="0">{escape(text)}</pre>')


def bound_html(text: str) -> str:
    """Return text as HTML in which no line parts an interval, or a number from its word.

    Examples
    --------
    >>> bound_html("62 đơn vị: 20,7–23,3% & hơn")
    '<span class="whole">62 đơn</span> vị: <span class="whole">20,7–23,3%</span> &amp; hơn'
    """
    return _BOUND.sub(r'<span class="whole">\g<0></span>', escape(text))


def title_html(text: str) -> str:
    """Return the heading of a page as HTML; no line parts the name of the State Treasury."""
    return bound_html(text).replace(_NAME, f'<span class="whole">{_NAME}</span>')


def spans_html(spans: Spans) -> str:
    """Return spans as HTML."""
    return "".join(_span(span) for span in spans)


def grid_html(grid: Grid, language: Language) -> str:
    """Return a table as HTML: a caption, heads with their scope, notes under it."""
    number = word("table_number", language, number=str(grid.number)) if grid.number else ""
    title = grid.title or _TABLE.text(language)
    label = escape(f"{number} {title}".strip())  # titles alone may come twice
    parts = []
    if grid.title:
        told = f'<span class="number">{number}</span> ' if number else ""
        under = f'<span class="subtitle">{escape(grid.subtitle)}</span>' if grid.subtitle else ""
        parts.append(f"<caption><span>{told}{bound_html(grid.title)}{under}</span></caption>")
    if grid.head:
        parts.append(f"<thead>{''.join(_row(row, 'col', grid.width) for row in grid.head)}</thead>")
    body = "".join(_row(row, "row", grid.width) for row in grid.body)
    parts.append(f"<tbody>\n{body}</tbody>")
    notes = "".join(f"<p>{bound_html(note)}</p>" for note in grid.notes)
    under = f'<div class="notes">{notes}</div>' if notes else ""
    table = f"<table>{''.join(parts)}</table>{under}"
    name = next((name for least, name in _WIDE if grid.width >= least), "table")
    return f'<div class="{name}" role="region" tabindex="0" aria-label="{label}">{table}</div>'


def _key_figures_html(block: KeyFigures) -> str:
    parts = [
        f'<div><dt>{escape(each.label)}</dt><dd class="value">{escape(each.value)}</dd>'
        + "".join(f"<dd>{escape(text)}</dd>" for text in (each.interval, each.note) if text)
        + "</div>"
        for each in block.figures
    ]
    return f'<dl class="key-figures">{"".join(parts)}</dl>'


def figure_html(figure: Figure, language: Language) -> str:
    """Return a figure as HTML: SVG as an element of the page, a picture as data."""
    alt = escape(figure.alt)
    if figure.format == "svg":
        drawing = inline_svg(figure.data.decode(), f"f{figure.number}-", alt)
    else:
        encoded = base64.b64encode(figure.data).decode("ascii")
        drawing = f'<img src="data:image/{figure.format};base64,{encoded}" alt="{alt}">'
    told = figure_caption(figure, language)
    caption = f"<figcaption>{bound_html(told)}</figcaption>" if told else ""
    return f'<figure class="figure" tabindex="0">{drawing}{caption}</figure>'


def figure_caption(figure: Figure, language: Language) -> str:
    """Return the number of a figure, with its caption where it has one."""
    number = word("figure_number", language, number=str(figure.number)) if figure.number else ""
    return " ".join(part for part in (number, figure.caption) if part)


def _row(row: tuple[Cell, ...], scope: str, width: int) -> str:
    group = len(row) == 1 and row[0].columns == width and width > 1 and row[0].head
    cells = "".join(_cell(cell, "rowgroup" if group else scope) for cell in row)
    opening = '<tr class="group">' if group else "<tr>"
    return f"{opening}{cells}</tr>\n"


def _cell(cell: Cell, scope: str) -> str:
    tag = "th" if cell.head else "td"
    told = f' scope="{scope}"' if cell.head else ""
    told += f' class="{cell.align}"' if cell.align != "left" else ""
    told += f' colspan="{cell.columns}"' if cell.columns > 1 else ""
    told += f' rowspan="{cell.rows}"' if cell.rows > 1 else ""
    return f"<{tag}{told}>{escape(cell.text)}</{tag}>"


def _span(span: Span) -> str:
    told = escape(span.text) if span.code else bound_html(span.text)
    told = told.replace("\n", "<br>")
    for wanted, tag in ((span.code, "code"), (span.italic, "em"), (span.bold, "strong")):
        told = f"<{tag}>{told}</{tag}>" if wanted else told
    return f'<a href="{escape(span.link)}">{told}</a>' if span.link else told


def _item(blocks: tuple[Block, ...], language: Language) -> str:
    if len(blocks) == 1 and isinstance(blocks[0], Paragraph):
        return spans_html(blocks[0].spans)
    return _all(blocks, language)


def _all(blocks: Iterable[Block], language: Language) -> str:
    return "\n".join(block_html(block, language) for block in blocks)


def _folded(label: str, inner: str) -> str:
    return f'<details class="code"><summary>{escape(label)}</summary>{inner}</details>'
