"""What all forms share: widths of columns, notes told once, the promise of the profile."""

from __future__ import annotations

import nbformat.v4 as nbf
import pytest

from kbnn_analysis.presentation import tables
from kbnn_analysis.presentation.document import Cell, Code, Grid, Text, read_document
from kbnn_analysis.presentation.document.folds import joined_code
from kbnn_analysis.presentation.document.silent import without_silent_sections
from kbnn_analysis.presentation.document.widths import SMALLEST, column_widths, fitting
from kbnn_analysis.presentation.fonts import text_width
from kbnn_analysis.presentation.report.page import render_page
from kbnn_analysis.presentation.wording import word


def grid(names: list[str], heads: list[str], value: str) -> Grid:
    head = (Cell("Nhân tố", head=True), *(Cell(text, "right", True) for text in heads))
    body = tuple((Cell(name, head=True), *(Cell(value, "right") for _ in heads)) for name in names)
    return Grid((head,), body)


def test_names_keep_their_line_and_headings_of_numbers_break() -> None:
    long = "Biểu mẫu điện tử dễ hiểu, dễ thao tác"
    made = column_widths(
        grid([long] * 20, ["Chênh lệch dự đoán (điểm %)"] * 4, "0,03"), 16.6, em=0.3, gap=0.36
    )
    assert sum(made) == pytest.approx(16.6, abs=0.01)
    assert made[0] >= 0.3 * text_width(long) + 0.36
    assert min(made[1:]) >= 0.3 * text_width("Chênh", "Bold")
    assert max(made[1:]) == pytest.approx(min(made[1:]))


def test_a_crowded_table_stays_on_its_page() -> None:
    made = column_widths(grid(["Tên"], ["Khoảng"] * 9, "−0,01 đến 0,14"), 16.6, em=0.3, gap=0.4)
    assert sum(made) == pytest.approx(16.6, abs=0.02)
    assert min(made) > 0


def test_words_at_the_right_get_the_room_that_saves_most_lines() -> None:
    heads = (Cell("Nhân tố", head=True), Cell("Tỷ trọng", "right", True), Cell("Ô", "left", True))
    told = "Dịch vụ công trực tuyến; Công khai thủ tục hành chính; Hướng dẫn, giải thích"
    rows = tuple(
        (Cell(name, head=True), Cell("22,0%", "right"), Cell(text))
        for name, text in (("Thái độ", told), ("Kết quả", told), ("Thời gian", "–"))
    )
    name, number, words = column_widths(Grid((heads,), rows), 12.0, em=0.3, gap=0.36)
    assert words > 2 * name > 0
    assert name >= 0.3 * text_width("Thời gian") + 0.36
    assert number >= 0.3 * text_width("22,0%") + 0.36


def document(make_estimates, language="vi", **given):
    outputs = [
        nbf.new_output("display_data", data={"text/html": table.as_raw_html()})
        for table in (
            tables.table_estimates(
                make_estimates([0.9, 0.8], hidden=[1], simulated=True), language=language
            ),
        )
        * 2
    ]
    cells = [nbf.new_code_cell("run.table(...)", outputs=outputs)]
    return read_document([nbf.new_notebook(cells=cells)], language=language, title="A", **given)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_notes_are_told_once_but_source_and_reason_stand_everywhere(
    make_estimates, language
) -> None:
    found = document(make_estimates, language)
    first, second = (block for block in found.blocks if isinstance(block, Grid))
    assert word("n_means", language) in first.notes
    assert word("n_means", language) not in second.notes
    assert word("see_notes", language, numbers="1", s="") in second.notes
    for each in (first, second):
        assert each.notes[-1] == word("source_simulated", language)
        assert any(note.startswith(("Ẩn:", "Hidden:")) for note in each.notes)


def test_identity_and_promise_stand_once(make_estimates) -> None:
    shown = nbf.new_output(
        "display_data", data={"text/markdown": "| | |\n|-|-|\n| a | b |"},
        metadata={"role": "identity"},
    )  # fmt: skip
    book = nbf.new_notebook(cells=[nbf.new_code_cell("run.identity()", outputs=[shown])])
    page = render_page(read_document([book], language="en", title="A", provenance={"a": "b"}))
    assert page.count("<dd>b</dd>") == 1
    assert "<td>b</td>" not in page


def test_the_promise_is_that_of_the_profile(make_estimates) -> None:
    public = render_page(document(make_estimates, "en"))
    restricted = render_page(document(make_estimates, "en", profile="restricted"))
    assert "any group of fewer than ten" in public
    assert "any group of fewer than ten" not in restricted
    assert "any group of fewer than five" in restricted


def test_code_that_shows_nothing_is_folded_with_what_uses_it() -> None:
    said, prose = Text((), said=True), Text(())
    cells = [Code("import", True), Code("open", True), Code("a"), Code("b"), said, Code("c")]
    found = list(joined_code([prose, *cells, prose, Code("d"), said, Code("e"), said, Code("f")]))
    told = [each.source if isinstance(each, Code) else each for each in found]
    assert told == [
        prose, "import\n\nopen", said, "a\n\nb\n\nc", prose, said, "d\n\ne", said, "f"
    ]  # fmt: skip
    alone = [Code("x"), prose, Code("y")]
    assert list(joined_code(alone)) == alone


def test_names_of_rows_stay_whole_before_long_headings_do() -> None:
    heads = ["Số phiếu hợp lệ", "Ước lượng trực tiếp", "Xác suất thuộc 5 đơn vị đứng đầu"]
    head = (Cell("Đơn vị", head=True), *(Cell(text, "right", True) for text in heads))
    row = (Cell("Thừa Thiên Huế", head=True), *(Cell("1.090", "right") for _ in heads))
    grid = Grid((head,), (row,))
    wide, tight = (column_widths(grid, whole, em=0.3, gap=0.4) for whole in (12.0, 9.0))
    assert wide[0] >= tight[0] >= text_width("Thừa Thiên Huế") * 0.3 + 0.4
    assert sum(tight) == pytest.approx(9.0, abs=0.01)


def silent(*sources: str) -> list[str]:
    """Return what is left of cells: text, code that showed something (!) and code that did not."""
    cells = [
        nbf.new_markdown_cell(each)
        if each.startswith("#")
        else nbf.new_code_cell(
            each,
            outputs=[nbf.new_output("display_data", {})] if each.endswith("!") else [],
            execution_count=None if each.endswith("?") else 1,
        )
        for each in sources
    ]
    return [str(cell["source"]) for cell in without_silent_sections(cells)]


def test_headings_of_sections_that_tell_nothing_are_left_out() -> None:
    assert silent("## A", "x!", "## B", "y", "## C", "z!") == ["## A", "x!", "y", "## C", "z!"]
    assert silent("## A", "### B", "x", "### C", "y") == ["x", "y"]
    assert silent("## A", "x", "### B", "y!") == ["## A", "x", "### B", "y!"]
    assert silent("## A\n\nProse.", "x") == ["## A\n\nProse.", "x"]
    assert silent("## A", "x?") == ["## A", "x?"]  # it was never asked
    assert silent("# A", "x", "## B", "## C") == ["# A", "x", "## B", "## C"]


def test_letters_of_a_crowded_table_are_smaller_rather_than_cut() -> None:
    heads = ["Valid answers", "Answers before", "Difference", "95% confidence interval"] * 2
    crowded = grid(["Bà Rịa – Vũng Tàu"], [*heads, "Regression to the mean"], "−54 to 44")
    share = fitting(crowded, 16.6, em=0.3, gap=0.36)
    assert SMALLEST <= share < 1
    widths = column_widths(crowded, 16.6, em=0.3 * share, gap=0.36)
    longest = 0.3 * share * text_width("Regression", "Bold")
    assert widths[-1] >= longest + 0.36
    assert fitting(grid(["Hà Nội"], heads[:2], "830"), 16.6, em=0.3, gap=0.36) == 1.0
