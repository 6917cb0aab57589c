"""What stands on which page: figures let text by, tables keep their notes, groups their names."""

from __future__ import annotations

import itertools
import shutil
import subprocess

import pytest

from kbnn_analysis.presentation.document import (
    Cell,
    Document,
    Figure,
    Grid,
    Heading,
    Paragraph,
    Span,
    Text,
)
from kbnn_analysis.presentation.pdf import render_pdf
from kbnn_analysis.presentation.pdf.placing import keep_notes, let_through

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


def table(rows: int, groups: int = 1) -> Grid:
    head = (Cell("Đơn vị", head=True), Cell("Số phiếu", "right", True))
    body = []
    for group in range(groups):
        if groups > 1:
            body.append((Cell(f"Nhóm {group}.", head=True, columns=2),))
        body += [(Cell(f"Hàng {group}-{at}.", head=True), Cell("5", "right")) for at in range(rows)]
    return Grid((head,), tuple(body), "Bảng thử", notes=("Ghi chú của bảng.", "Nguồn của bảng."))


@pytest.mark.parametrize("above", range(0, 33, 2))
def test_a_short_table_stands_whole_with_its_title_and_notes(above) -> None:
    lines = [words(f"Dòng {at}.") for at in range(above)]
    pages = pages_of(heading("Một"), *lines, table(9))
    (page,) = [page for page in pages if "Bảng thử" in page]
    assert all(told in page for told in ("Hàng 0-0.", "Hàng 0-8.", "Nguồn của bảng."))


@pytest.mark.parametrize("above", range(0, 33))
def test_notes_and_names_of_groups_never_stand_without_rows(above) -> None:
    lines = [words(f"Dòng {at}.") for at in range(above)]
    pages = pages_of(heading("Một"), *lines, table(5, groups=6))
    assert any("Hàng 5-4." in page and "Nguồn của bảng." in page for page in pages)
    for page in pages:
        told = [line.strip() for line in page.splitlines()]
        for at, line in enumerate(told):
            if line.startswith("Nhóm"):
                assert told[at + 1].startswith("Hàng"), page
    for before, after in itertools.pairwise(pages):
        begun = [line.strip() for line in after.splitlines() if "Hàng" in line or "Nhóm" in line]
        if begun and "Hàng" in before:
            assert begun[0].startswith("Nhóm"), after


def test_tables_are_set_looser_only_where_that_brings_their_notes_along() -> None:
    rows = {"kind": "table", "notes": ["Nguồn."]}
    asked = []

    def places(told):
        asked.append([block.get("loose", False) for block in told["blocks"]])
        apart = not asked[-1][1]
        return [{"page": 2, "y": 400.0}, {"page": 3, "y": 62.4 if apart else 90.0}]

    made = keep_notes({"blocks": [rows, rows, {"kind": "paragraph"}]}, places)
    assert [block.get("loose", False) for block in made["blocks"]] == [False, True, False]
    assert len(asked) == 2
