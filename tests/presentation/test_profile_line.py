"""The profile and its promise stand on every page of every form, in either language."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from pathlib import Path

import docx
import nbformat.v4 as nbf
import openpyxl
import pytest

from kbnn_analysis.language import LANGUAGES
from kbnn_analysis.presentation.document import Document, read_document
from kbnn_analysis.presentation.excel import Sheet, render_excel
from kbnn_analysis.presentation.narrative.promise import profile_line
from kbnn_analysis.presentation.pdf import render_pdf
from kbnn_analysis.presentation.report import render_page
from kbnn_analysis.presentation.word import render_word

LONG = "Đây là một câu dài để báo cáo có hơn một trang. " * 120


@pytest.fixture(params=LANGUAGES)
def language(request):
    return request.param


@pytest.fixture(params=["public", "restricted"])
def profile(request):
    return request.param


@pytest.fixture
def document(language, profile) -> Document:
    cells = [nbf.new_markdown_cell(text) for text in ("# Hỏi?", "## Một", LONG, LONG)]
    return read_document(
        [nbf.new_notebook(cells=cells)], language=language, title="Báo cáo", profile=profile
    )


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", text)


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
def test_every_page_of_the_pdf(document, tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(render_pdf(document))
    asked = ["pdftotext", "-layout", str(path), "-"]
    pages = subprocess.run(asked, capture_output=True, check=True).stdout.decode().split("\f")[:-1]
    assert len(pages) > 2
    line = profile_line(document.language, document.profile)
    assert all(line in plain(page) for page in pages)


def test_every_page_of_the_word_file(document) -> None:
    file = docx.Document(io.BytesIO(render_word(document)))
    line = profile_line(document.language, document.profile)
    for section in file.sections:
        assert not section.different_first_page_header_footer
        assert line in [each.text for each in section.footer.paragraphs]


def test_every_sheet_of_the_workbook(make_estimates, language, profile) -> None:
    sheets = [Sheet("a", make_estimates([0.9, 0.8])), Sheet("b", make_estimates([0.7, 0.6]))]
    made = render_excel(sheets, language=language, title="x", profile=profile)
    line = profile_line(language, profile)
    book = openpyxl.load_workbook(io.BytesIO(made))
    assert len(book.worksheets) == 3
    for number, page in enumerate(book.worksheets):
        assert line in page.oddFooter.left.text
        assert number == 0 or page["A3"].value == line


def test_the_page_in_the_browser(document) -> None:
    page = render_page(document)
    assert profile_line(document.language, document.profile) in page
