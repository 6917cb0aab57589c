"""A figure that does not fit leaves no half-empty page: what follows in its chapter is let by."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from kbnn_analysis.presentation.document import Document, Figure, Heading, Paragraph, Span, Text
from kbnn_analysis.presentation.pdf import render_pdf
from kbnn_analysis.presentation.pdf.placing import let_through

pytestmark = pytest.mark.skipif(not shutil.which("pdftotext"), reason="needs pdftotext (poppler)")
TALL = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 480" width="400" height="480">'
    b'<rect width="400" height="480" fill="#0072B2"/></svg>'
)


def words(told: str) -> Text:
    return Text((Paragraph((Span(told),)),))


def heading(told: str, depth: int = 1) -> Text:
    return Text((Heading(depth, "1", (Span(told),), told),))


def pages_of(*blocks) -> list[str]:
    made = render_pdf(Document("Báo cáo", "vi", blocks))
    asked = ["pdftotext", "-layout", "-", "-"]
    told = subprocess.run(asked, input=made, capture_output=True, check=True).stdout.decode()
    return told.split("\f")[:-1]


LONG, FIGURE = "Một câu dài. " * 180, Figure(TALL, "svg", "Cột", "Chú thích", 1)


def test_text_after_a_figure_fills_the_page_before_it() -> None:
    pages = pages_of(heading("Một"), words(LONG), FIGURE, words("Câu theo sau."))
    assert "Câu theo sau." in pages[0]
    assert "Chú thích" in pages[1]


def test_the_next_chapter_waits_for_the_figure() -> None:
    pages = pages_of(heading("Một"), words(LONG), FIGURE, heading("Hai"), words("Câu theo sau."))
    assert "Chú thích" in pages[1]
    assert "Câu theo sau." not in pages[0]


def test_a_figure_that_fits_stays_where_it_was_put() -> None:
    (page, *_) = pages_of(heading("Một"), words("Trước."), FIGURE, words("Sau."))
    assert page.index("Trước.") < page.index("Chú thích") < page.index("Sau.")


def test_each_figure_is_decided_once() -> None:
    blocks = [{"kind": "figure"}, {"kind": "paragraph"}] * 5
    asked = []

    def places(told):
        asked.append(told)
        return [{"page": 2, "y": 62.0}] * 5

    made = let_through({"blocks": blocks}, places)
    assert len(asked) == 5
    assert [each.get("floats", False) for each in made["blocks"][::2]] == [True] * 5
