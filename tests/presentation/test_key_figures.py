"""The figures above a summary: released text only, the same in every form."""

from __future__ import annotations

import io
import re

import docx
import nbformat.v4 as nbf
import pytest

from kbnn_analysis.presentation.document import KeyFigures, read_document
from kbnn_analysis.presentation.document.model import KEY_FIGURES
from kbnn_analysis.presentation.narrative.key_figures import key_figures, key_figures_table
from kbnn_analysis.presentation.pdf import render_pdf
from kbnn_analysis.presentation.pdf.parts import block_data
from kbnn_analysis.presentation.report import render_page
from kbnn_analysis.presentation.word import render_word


def document(text: str, language: str = "vi", role: str = KEY_FIGURES):
    shown = nbf.new_output(
        "display_data", data={"text/markdown": text, "text/plain": text}, metadata={"role": role}
    )
    book = nbf.new_notebook(cells=[nbf.new_code_cell("run.key_figures(first)", outputs=[shown])])
    return read_document([book], language=language, title="A")


def test_a_value_stands_with_its_interval_in_the_numbers_of_the_language(make_estimates) -> None:
    made = make_estimates([0.9819], n=[1323.0])
    assert key_figures_table(made, "vi").splitlines() == [
        "| Tỷ lệ hài lòng |",
        "| --- |",
        "| 98,2% |",
        "| 95,2–99,7% |",
        "| Khoảng tin cậy 95% |",
    ]
    assert key_figures_table(made, "en").splitlines()[2:4] == ["| 98.2% |", "| 95.2–99.7% |"]


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_hidden_figure_gives_no_digit_but_that_of_its_reason(make_estimates, language) -> None:
    (figure,) = key_figures(make_estimates([0.5], hidden=[0]), language)
    assert figure.interval == ""
    assert not re.search(r"\d", figure.value)
    assert re.findall(r"\d+", figure.note) == ["10"]


@pytest.mark.parametrize(("value", "told"), [(0.0, "0.0%"), (1.0, "100.0%")])
def test_nobody_and_everybody_keep_their_intervals(make_estimates, value, told) -> None:
    (figure,) = key_figures(make_estimates([value], n=[40.0]), "en")
    assert figure.value == told
    assert figure.interval.endswith("%")
    assert figure.interval not in {"0.0–0.0%", "100.0–100.0%"}


def test_every_form_prints_what_was_released_and_nothing_else(make_estimates) -> None:
    made = document(key_figures_table(make_estimates([0.9819, 0.5, 0.8], hidden=[1]), "vi"))
    (block,) = (each for each in made.blocks if isinstance(each, KeyFigures))
    told = [text for each in block.figures for text in vars(each).values() if text]
    assert len(told) == 4 + 3 + 4
    page = render_page(made)
    assert re.findall(r"<d[td][^>]*>([^<]*)</d[td]>", page.partition("</dl>")[0]) == told
    (data,) = (each for each in block_data(made.blocks, "vi") if each["kind"] == "key-figures")
    assert [text for each in data["figures"] for text in each if text] == told
    assert render_pdf(made).startswith(b"%PDF")
    table = docx.Document(io.BytesIO(render_word(made))).tables[0]
    assert [p.text for cell in table.rows[0].cells for p in cell.paragraphs] == told


def test_a_table_of_another_form_stays_a_table(make_estimates) -> None:
    text = key_figures_table(make_estimates([0.9]), "en")
    for made in (document(text, role="other"), document("| a |\n| --- |\n| 1 |\n")):
        assert not any(isinstance(each, KeyFigures) for each in made.blocks)
        assert "<table>" in render_page(made)
