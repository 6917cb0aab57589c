"""PDF, Word and Excel: one document, the same bytes, structure for those who listen."""

from __future__ import annotations

import io
import re
import time
import zipfile
from dataclasses import replace

import docx
import nbformat.v4 as nbf
import openpyxl
import pandas as pd
import pytest

from kbnn_analysis.inference.drivers.correlations import COLUMNS
from kbnn_analysis.presentation import figures, style, tables
from kbnn_analysis.presentation.document import Grid, read_document
from kbnn_analysis.presentation.excel import Sheet, render_excel
from kbnn_analysis.presentation.excel.cells import sheet_columns, sheet_heading
from kbnn_analysis.presentation.pdf import render_pdf
from kbnn_analysis.presentation.word import render_word
from kbnn_analysis.results import VOCABULARY, Comparison, Diagnosis

HOSTILE = "#pagebreak() = A *b* $x$ \\ <script> @ref =1+1"


@pytest.fixture
def document(make_estimates):
    made = make_estimates([0.9, 0.8, 0.7], hidden=[1], simulated=True)
    svg = style.to_svg(figures.plot_estimates(made, language="vi"))
    raw = tables.table_estimates(made, language="vi").as_raw_html()
    outputs = [
        nbf.new_output("display_data", data={"image/svg+xml": svg}, metadata={"alt": "Ba đơn vị"}),
        nbf.new_output("display_data", data={"text/html": raw}),
        nbf.new_output("display_data", data={"text/markdown": "**98,2%** *hài lòng*\n\n- a\n- b"}),
    ]
    cells = [nbf.new_markdown_cell(text) for text in ("# Hỏi?", "## Một", HOSTILE, "### Hai")]
    cells.append(nbf.new_code_cell("secret_code()", outputs=outputs))
    return read_document(
        [nbf.new_notebook(cells=cells)],
        language="vi",
        title="Báo cáo",
        subtitle="Đợt I năm 2023",
        provenance={"Mã lần chạy": "abc"},
        simulated=True,
    )


def test_the_document_holds_the_table_with_its_groups_and_notes(document) -> None:
    grid = next(block for block in document.blocks if isinstance(block, Grid))
    assert grid.head[0][0].text == "Tỉnh, thành phố"
    assert [row[0].text for row in grid.body] == ["Thái Nguyên", "Hà Nội", "Bắc Kạn"]
    assert {cell.text for cell in grid.body[1][1:]} == {"ẩn"}
    assert any("Nguồn" in note for note in grid.notes)
    assert grid.number == 1


def test_pdf_is_tagged_and_made_for_everybody(document) -> None:
    made = render_pdf(document)
    assert b"/MarkInfo" in made
    assert b"/StructTreeRoot" in made
    assert b"pdfuaid:part" in made
    assert b"(vi)" in made or b"/Lang" in made
    assert b"/Outlines" in made


@pytest.mark.parametrize("render", [render_pdf, render_word])
def test_same_document_same_bytes(document, render) -> None:
    first = render(document)
    time.sleep(1.1)  # clocks in files count seconds
    assert render(document) == first


def test_pdf_grows_with_its_content_and_never_runs_it(document) -> None:
    assert b"secret_code" not in render_pdf(document)
    assert render_pdf(document)[:5] == b"%PDF-"


def test_word_has_real_headings_tables_and_texts(document) -> None:
    file = docx.Document(io.BytesIO(render_word(document)))
    headings = [each.text for each in file.paragraphs if each.style.name.startswith("Heading")]
    assert headings[:2] == ["1  Một", "1.1  Hai"]
    assert file.tables[0].cell(1, 0).text == "Thái Nguyên"
    xml = file.element.xml
    assert "tblHeader" in xml
    assert 'descr="Ba đơn vị"' in xml
    text = "\n".join(each.text for each in file.paragraphs)
    assert "=1+1" in text  # hostile text stays text
    assert "secret_code" not in text
    assert style.SIMULATED in file.sections[0].header.paragraphs[0].text


def test_word_tells_nothing_of_the_machine(document) -> None:
    with zipfile.ZipFile(io.BytesIO(render_word(document))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.namelist()[0] == "[Content_Types].xml"
        assert not [name for name in archive.namelist() if "custom" in name or "thumb" in name]
        core = archive.read("docProps/core.xml").decode()
    assert "python-docx" not in core
    assert re.findall(r"\d{4}-\d\d-\d\dT", core) == ["1980-01-01T", "1980-01-01T"]


@pytest.fixture
def workbook(make_estimates):
    made = make_estimates([0.98191, 0.8, 0.7], hidden=[1], simulated=True)
    labels = {**made.labels["unit"], "00": type(made.labels["unit"]["00"])("=1+1", "=1+1")}
    object.__setattr__(made, "labels", {**made.labels, "unit": labels})

    def make() -> bytes:
        sheets = [Sheet("tỉnh/thành", made), Sheet("tỉnh?thành", made, "=HYPERLINK(1)")]
        return render_excel(sheets, language="vi", title="Báo cáo", provenance={"Dữ liệu": "=x"})

    return make


def test_numbers_are_numbers_as_printed_and_text_is_never_a_formula(workbook) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook()))
    assert book.sheetnames == ["Mục lục", "tỉnh thành", "tỉnh thành 2"]
    page = book["tỉnh thành"]
    assert page["A2"].value == style.SIMULATED
    heads = {cell.value: cell.column for cell in page[4]}
    value = page.cell(5, heads["Ước lượng"])
    assert (value.value, value.number_format) == (0.982, "0.0%")
    assert page["A5"].value == "=1+1"
    for sheet in book:
        for row in sheet.iter_rows():
            assert not any(cell.data_type == "f" for cell in row)


def test_hidden_cells_say_so_and_nothing_is_hidden_from_view(workbook) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook()))
    page = book["tỉnh thành"]
    assert "ẩn" in [cell.value for cell in page[6]]
    assert "ít hơn 10 phiếu hợp lệ" in [cell.value for cell in page[6]]
    assert all(sheet.sheet_state == "visible" for sheet in book)
    assert not any(each.hidden for sheet in book for each in sheet.column_dimensions.values())


def test_same_results_same_workbook(workbook) -> None:
    first = workbook()
    time.sleep(1.1)
    assert workbook() == first


def test_signs_that_the_font_lacks_do_not_stop_the_pdf() -> None:
    book = nbf.new_notebook(cells=[nbf.new_markdown_cell("# ρ → τ ∑ √?")])
    document = read_document([book], language="en", title="ρ → τ", simulated=True)
    assert render_pdf(document).startswith(b"%PDF")


def test_every_column_of_a_sheet_has_a_heading_in_words(make_estimates) -> None:
    made = make_estimates([0.9])
    own = (*made.by, "unit", "respondent_type")
    for name in {*VOCABULARY, *own} - {"display", "suppressed"}:
        for language in ("vi", "en"):
            assert "_" not in sheet_heading(made, name, language)
        if sheet_heading(made, name, "vi") == sheet_heading(made, name, "en"):
            assert name in {"cfi", "tli", "rmsea", "srmr", "r_squared"}


def test_a_difference_and_its_interval_are_in_points(make_estimates) -> None:
    made = make_estimates([0.02])
    frame = made.to_frame().rename(columns={"estimate": "difference"})
    frame = frame.assign(other="mean", statistic=1.0, df=20.0, p_value=0.3, p_adjusted=0.3)
    by = ("period", "measure", "unit", "other")
    compared = Comparison(
        frame=frame[[*by, *Comparison.required]],
        by=by,
        method="Wald.",
        labels=made.labels,
        measures=made.measures,
    )
    cells = dict(sheet_columns(compared, "en"))
    ends = [next(v for k, v in cells.items() if k.endswith(end))[0] for end in (", from", ", to")]
    value = cells["Difference"][0]
    assert value.number == pytest.approx(2)
    assert ends[0].number <= value.number <= ends[1].number
    assert {end.format for end in ends} == {value.format}


def test_numbers_read_in_a_sheet_as_they_do_on_the_page(make_estimates) -> None:
    made = make_estimates([0.9, 0.8])
    frame = made.to_frame().assign(
        p_value=[0.0, 0.032], prob_best=[0.0, 1.0], df=[685.0, 16.85], rank=[1.0, 2.0], included=1
    )
    cells = dict(sheet_columns(replace(made, frame=frame), "vi"))
    least, usual = cells["Giá trị p"]
    assert (least.number, least.format) == (0.001, '[<=0.001]"<0,001";0.000')
    assert (usual.number, usual.format) == (0.032, least.format)
    assert {each.format for each in cells["Xác suất đứng đầu"]} == {'[<0.05]"<5%";[>0.95]">95%";0%'}
    assert [each.format for each in cells["Bậc tự do"]] == ["0", "0.0"]
    assert [each.format for each in cells["Thứ hạng ước lượng"]] == ["0", "0"]
    assert [each.text for each in cells["Thuộc nhóm"]] == ["có", "có"]


def test_a_result_names_its_own_columns_in_a_sheet() -> None:
    frame = pd.DataFrame({"period": "2023-1", "driver": ["a"], "other": ["b"], "n": [500]})
    found = Diagnosis(
        frame=frame.assign(estimate=0.5),
        by=("period", "driver", "other"),
        method="Correlations.",
        labels={"column": COLUMNS},
    )
    heads = [heading for heading, _ in sheet_columns(found, "vi")]
    assert heads[-1] == "Hệ số tương quan"
    assert sheet_heading(found, "other", "vi") == "Nhân tố kia"
