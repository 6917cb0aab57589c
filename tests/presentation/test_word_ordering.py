"""In a Word file, figures that need a new page let text of their chapter go before them."""

from __future__ import annotations

import io

import docx
import pytest

from kbnn_analysis.presentation.document import (
    Cell,
    Code,
    Document,
    Figure,
    Grid,
    Heading,
    Paragraph,
    Span,
    Text,
)
from kbnn_analysis.presentation.document.shrinking import BESIDE, LEAST, sharing_pages
from kbnn_analysis.presentation.pdf.parts import figure_height
from kbnn_analysis.presentation.word import render_word
from kbnn_analysis.presentation.word.heights import PAGE, Piece, laid, pieces
from kbnn_analysis.presentation.word.ordering import filled


def figure(number: int, cm: float) -> Figure:
    points = cm / 2.54 * 72
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 470 {points}"></svg>'
    return Figure(svg.encode(), "svg", "Cột", "Chú thích", number)


def words(told: str) -> Text:
    return Text((Paragraph((Span(told),)),))


def heading(told: str, depth: int = 1) -> Text:
    return Text((Heading(depth, "1", (Span(told),), told),))


def table(rows: int, groups: bool = False) -> Grid:
    head = (Cell("Đơn vị", head=True), Cell("Số phiếu", "right", True))
    body = [(Cell(f"Hàng {at}", head=True), Cell("5", "right")) for at in range(rows)]
    if groups:
        body.insert(rows // 2, (Cell("Nhóm", head=True, columns=2),))
    return Grid((head,), tuple(body), "Bảng thử", notes=("Nguồn.",))


LONG = words("Một câu dài để có nhiều dòng. " * 90)
AFTER, LATER = words("Câu theo sau. " * 40), words("Câu sau nữa.")


def test_text_of_the_chapter_goes_before_a_figure_that_would_leave_a_page_empty() -> None:
    tall = figure(1, 18.0)
    assert filled([heading("Một"), LONG, tall, AFTER]) == [heading("Một"), LONG, AFTER, tall]


def test_a_figure_that_fits_stays_where_it_was_put() -> None:
    low = figure(1, 6.0)
    blocks = [heading("Một"), words("Trước."), low, AFTER]
    assert filled(blocks) == blocks


def test_the_next_chapter_waits_and_figures_keep_their_order() -> None:
    first, second = figure(1, 18.0), figure(2, 18.0)
    chapter = [heading("Một"), LONG, first, second, AFTER]
    made = filled([*chapter, heading("Hai"), LATER])
    assert made[-2:] == [heading("Hai"), LATER]
    assert [each for each in made if isinstance(each, Figure)] == [first, second]
    assert made.index(AFTER) < made.index(first)


def test_no_figure_follows_a_heading_that_it_does_not_belong_to() -> None:
    tall = figure(1, 18.0)
    made = filled([heading("Một"), LONG, tall, heading("Mục", 2), AFTER])
    assert made.index(heading("Mục", 2)) < made.index(AFTER) < made.index(tall)


def test_code_takes_no_room_and_is_left_out() -> None:
    assert filled([Code("secret()"), LATER]) == [LATER]


def test_a_table_takes_what_its_rows_and_notes_take() -> None:
    (first, *rows, notes) = pieces(table(30))
    whole = first.height + sum(each.height for each in rows) + notes.height
    assert len(rows) == 29
    assert 30 * 0.5 < whole < 30 * 0.7
    assert laid(0.0, [first, *rows, notes]) == pytest.approx(whole)


def test_what_does_not_fit_begins_a_page_and_lines_fill_the_one_before() -> None:
    assert laid(PAGE - 1.0, [Piece(5.0, 5.0)]) == 5.0
    assert laid(PAGE - 1.0, [Piece(5.0, 0.5)]) == pytest.approx(4.0)
    assert laid(PAGE - 1.0, [Piece(0.8, 0.8, along=1.0)]) == 0.8


def test_short_tables_and_names_of_groups_stay_with_what_follows() -> None:
    blocks = (table(5), table(30, groups=True))
    made = render_word(Document("Báo cáo", "vi", blocks))
    short, long = docx.Document(io.BytesIO(made)).tables
    kept = [
        [row.cells[0].paragraphs[0].paragraph_format.keep_with_next is True for row in each.rows]
        for each in (short, long)
    ]
    assert all(kept[0])
    named = [row.cells[0].text for row in long.rows].index("Nhóm")
    assert [at for at, stays in enumerate(kept[1]) if stays] == [named, 30, 31]


def test_two_high_figures_in_a_row_share_a_page_but_stay_legible() -> None:
    pair = (figure(1, 13.0), Code("plot()"), figure(2, 13.4))
    first, second = sharing_pages(pair, figure_height, PAGE)
    assert figure_height(first) + figure_height(second) + 2 * BESIDE <= PAGE + 0.1
    assert LEAST <= first.share == second.share < 1
    low = (figure(1, 6.0), figure(2, 6.0))
    assert sharing_pages(low, figure_height, PAGE) == low
    high = (figure(1, 20.0), figure(2, 20.0))
    assert sharing_pages(high, figure_height, PAGE) == high
    apart = (figure(1, 13.0), words("Giữa."), figure(2, 13.0))
    assert sharing_pages(apart, figure_height, PAGE) == apart
