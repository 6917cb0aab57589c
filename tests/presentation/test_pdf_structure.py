"""The PDF read by programs other than the one that set it: pikepdf, and a PDF/UA checker."""

from __future__ import annotations

import io
import itertools
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import nbformat.v4 as nbf
import pytest

from kbnn_analysis.presentation import figures, style, tables
from kbnn_analysis.presentation.document import read_document
from kbnn_analysis.presentation.pdf import render_pdf

pikepdf = pytest.importorskip("pikepdf")
LONG = "Đây là một câu dài để báo cáo có hơn một trang. " * 60


@pytest.fixture(scope="module", params=["vi", "en"])
def language(request):
    return request.param


@pytest.fixture
def made(make_estimates, language) -> bytes:
    result = make_estimates([0.9, 0.8, 0.7], hidden=[1], simulated=True)
    svg = style.to_svg(figures.plot_estimates(result, language=language))
    raw = tables.table_estimates(result, language=language).as_raw_html()
    outputs = [
        nbf.new_output("display_data", data={"image/svg+xml": svg}, metadata={"alt": "Ba đơn vị"}),
        nbf.new_output("display_data", data={"text/html": raw}),
    ]
    prose = ("# Hỏi?", "## Một", LONG, LONG, "### Hai", "## Ba")
    cells = [nbf.new_markdown_cell(text) for text in prose]
    cells.append(nbf.new_code_cell("run.table(...)", outputs=outputs))
    document = read_document(
        [nbf.new_notebook(cells=cells)],
        language=language,
        title="Báo cáo",
        provenance={"Mã lần chạy": "abc"},
        simulated=True,
    )
    return render_pdf(document)


@pytest.fixture
def file(made) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(made)) as opened:
        yield opened


def elements(node: pikepdf.Object) -> Iterator[tuple[str, pikepdf.Object]]:
    """Yield every element of the structure tree with its role."""
    if isinstance(node, pikepdf.Array):
        for each in node:
            yield from elements(each)
    elif isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            yield str(node.S), node
        if "/K" in node:
            yield from elements(node.K)


def inside(node: pikepdf.Object, role: str) -> list[pikepdf.Object]:
    return [each for name, each in elements(node.get("/K", pikepdf.Array())) if name == role]


def test_it_is_tagged_with_language_and_title(file, language) -> None:
    assert bool(file.Root.MarkInfo.Marked)
    assert str(file.Root.Lang).startswith(language)
    assert bool(file.Root.ViewerPreferences.DisplayDocTitle)
    assert str(file.docinfo.Title) == "Báo cáo"
    with file.open_metadata() as facts:
        assert facts["pdfuaid:part"] == "1"
        assert facts["dc:title"] == "Báo cáo"


def test_headings_come_in_order_and_figures_have_their_text(file) -> None:
    found = list(elements(file.Root.StructTreeRoot))
    levels = [int(role[2:]) for role, _ in found if role[:2] == "/H" and role[2:].isdigit()]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    pictures = [node for role, node in found if role == "/Figure"]
    assert pictures
    assert {str(node.Alt) for node in pictures} == {"Ba đơn vị"}


def test_every_table_names_its_columns(file) -> None:
    found = [node for role, node in elements(file.Root.StructTreeRoot) if role == "/Table"]
    assert len(found) == 2  # the result, and the provenance
    for table in found:
        heads = inside(table, "/TH")
        assert heads
        assert len({len(inside(row, "/TH")) + len(inside(row, "/TD"))
                    for row in inside(table, "/TR")}) == 1  # fmt: skip


def test_outline_leads_to_the_chapters_and_the_promise(file) -> None:
    with file.open_outline() as outline:
        titles = [entry.title for entry in outline.root]
    assert [title.split(" ", 1)[-1].strip() for title in titles[:2]] == ["Một", "Ba"]
    assert len(titles) == 4


def test_fonts_are_embedded_and_pages_are_numbered(file) -> None:
    assert len(file.pages) > 1
    faces = set()
    for page in file.pages:
        for font in page.resources.get("/Font", {}).values():
            inner = font.DescendantFonts[0] if "/DescendantFonts" in font else font
            facts = inner.FontDescriptor
            assert any(name in facts for name in ("/FontFile", "/FontFile2", "/FontFile3"))
            faces.add(str(facts.FontName))
    assert any("BeVietnam" in face.replace(" ", "") for face in faces)


def test_every_page_has_its_number_and_says_that_it_is_simulated(made, tmp_path: Path) -> None:
    if not shutil.which("pdftotext"):
        pytest.skip("needs pdftotext (poppler)")
    path = tmp_path / "report.pdf"
    path.write_bytes(made)
    told = subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True)
    pages = told.stdout.split("\f")[:-1]
    for at, page in enumerate(pages, start=1):
        assert f"{at}/{len(pages)}" in page.replace(" ", "")
        assert style.SIMULATED in page


def test_a_checker_of_pdf_ua_finds_nothing(made, tmp_path: Path) -> None:
    pdfua = pytest.importorskip("pdfua")
    path = tmp_path / "report.pdf"
    path.write_bytes(made)
    report = pdfua.validate(str(path))
    assert [finding.message for finding in report.findings] == []
    assert len([each for each in report.outcomes if not each.skipped_reason]) >= 10


def test_the_checker_of_pdf_ua_can_fail(made, tmp_path: Path) -> None:
    pdfua = pytest.importorskip("pdfua")
    path = tmp_path / "report.pdf"
    with pikepdf.open(io.BytesIO(made)) as file:
        del file.Root.Lang
        file.save(path)
    assert pdfua.validate(str(path)).findings
