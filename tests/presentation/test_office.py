"""Word and Excel files opened by another program: LibreOffice reads them and loses nothing."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import nbformat.v4 as nbf
import pytest

from kbnn_analysis.presentation import figures, style, tables
from kbnn_analysis.presentation.document import read_document
from kbnn_analysis.presentation.excel import Sheet, render_excel
from kbnn_analysis.presentation.word import render_word

OFFICE = shutil.which("soffice")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (OFFICE and shutil.which("pdftotext")),
        reason="needs LibreOffice (soffice) and pdftotext",
    ),
]


def read_by_office(folder: Path, name: str, content: bytes) -> str:
    path = folder / name
    path.write_bytes(content)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    convert = [OFFICE, profile, "--headless", "--convert-to", "pdf", "--outdir", folder, path]
    subprocess.run(convert, check=True, capture_output=True, timeout=120)
    told = subprocess.run(
        ["pdftotext", "-layout", path.with_suffix(".pdf"), "-"],
        check=True,
        capture_output=True,
        text=True,
    )
    return " ".join(told.stdout.split())


def test_word_and_excel_open_elsewhere(make_estimates, tmp_path: Path) -> None:
    made = make_estimates([0.98191, 0.8, 0.7], hidden=[1], simulated=True)
    svg = style.to_svg(figures.plot_estimates(made, language="vi"))
    raw = tables.table_estimates(made, language="vi").as_raw_html()
    outputs = [
        nbf.new_output("display_data", data={"image/svg+xml": svg}, metadata={"alt": "Ba đơn vị"}),
        nbf.new_output("display_data", data={"text/html": raw}),
    ]
    cells = [nbf.new_markdown_cell("## Một"), nbf.new_code_cell("x", outputs=outputs)]
    document = read_document(
        [nbf.new_notebook(cells=cells)], language="vi", title="Báo cáo", simulated=True
    )
    word = read_by_office(tmp_path, "report.docx", render_word(document))
    for told in (
        style.SIMULATED,
        "Báo cáo",
        "Bảng 1.",
        "Hình 1.",
        "98,2%",
        "ẩn",
        "Cam kết bảo mật",
    ):
        assert told in word
    book = render_excel([Sheet("tỉnh", made)], language="vi", title="Bảng số liệu")
    sheet = read_by_office(tmp_path, "tables.xlsx", book)
    for told in (style.SIMULATED, "Bảng số liệu", "Thái Nguyên", "98.2%", "ẩn", "ít hơn 10 phiếu"):
        assert told in sheet
    assert "#" not in sheet.replace("#VALUE", "#")  # neither an error nor a column too narrow
