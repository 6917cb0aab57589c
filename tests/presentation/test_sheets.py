"""Sheets of units and the index of periods: one page, disclosed results only, links that stay."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from kbnn_analysis.errors import DisclosureError, UsageError
from kbnn_analysis.presentation.document import Grid, spans_text
from kbnn_analysis.presentation.document.model import Paragraph, walk
from kbnn_analysis.presentation.pdf import render_pdf
from kbnn_analysis.presentation.report import Entry, headline_figures, render_index, render_page
from kbnn_analysis.presentation.sheets import SheetFacts, province_sheet
from kbnn_analysis.results import Ranking


@pytest.fixture
def facts(make_estimates, make_ranking):
    units = make_estimates([0.9, 0.8, 0.7], hidden=[1], simulated=True)
    whole = units.take(units.frame.index.to_numpy()[:1])
    whole = replace(whole, frame=whole.frame.drop(columns="unit"), by=("period", "measure"))
    ranked = make_ranking([0.9, 0.8, 0.7], [(1, 2), None, (1, 2)], hidden=[1])
    ranking = Ranking(frame=ranked.frame, by=ranked.by, method=ranked.method, notes=ranked.notes)
    return SheetFacts(units=units, whole=whole, ranking=ranking)


def told(sheet) -> str:
    said = [each for each in walk(sheet.blocks) if isinstance(each, Paragraph)]
    return " ".join(spans_text(each.spans) for each in said)


def test_a_sheet_holds_its_unit_against_the_country(facts) -> None:
    sheet = province_sheet(facts, "00", language="vi")
    assert sheet.title == "Thái Nguyên"
    assert "cả nước 90,0%" in told(sheet)
    assert "1–2 trong 2 đơn vị" in told(sheet)
    assert any(isinstance(block, Grid) for block in sheet.blocks)


def test_a_hidden_unit_says_why_and_shows_nothing(facts) -> None:
    sheet = province_sheet(facts, "01", language="en")
    assert told(sheet) == "Hà Nội: no figures are shown (fewer than 10 valid answers)."
    assert "80" not in render_page(sheet, contents=False).split("<main")[1].split("<footer")[0]


def test_a_note_on_hidden_cells_stands_only_where_there_are_some(facts) -> None:
    for unit, there in (("00", False), ("01", False)):  # nothing of a hidden unit is laid out
        sheet = province_sheet(facts, unit, language="vi")
        notes = [note for block in sheet.blocks if isinstance(block, Grid) for note in block.notes]
        assert any(note.startswith("Ẩn") for note in notes) is there


def test_a_sheet_is_one_page(facts) -> None:
    made = render_pdf(province_sheet(facts, "00", language="vi"), contents=False)
    assert len(re.findall(rb"/Type\s*/Page\b", made)) == 1


def test_undisclosed_results_are_refused(facts) -> None:
    open_units = replace(facts.units, notes={})
    with pytest.raises(DisclosureError, match="not disclosed"):
        SheetFacts(units=open_units, whole=facts.whole)


def test_unknown_units_and_headlines_are_refused(facts) -> None:
    with pytest.raises(UsageError, match="no results for unit"):
        province_sheet(facts, "99", language="vi")
    with pytest.raises(UsageError, match="headline"):
        province_sheet(facts, "00", language="vi", headline="x")


def test_index_lists_the_newest_first(make_estimates) -> None:
    figures = headline_figures(make_estimates([0.9]), "vi")
    entries = [
        Entry(period, figures, (("HTML", f"{period}/report.html"),), simulated=True)
        for period in ("2023-1", "2024-1", "2023-2")
    ]
    page = render_index(entries, language="vi")
    assert re.findall(r'id="p-([\d-]+)"', page) == ["2024-1", "2023-2", "2023-1"]
    assert "90,0%" in page
    assert 'href="2024-1/report.html"' in page
    assert page == render_index(entries, language="vi")


@pytest.mark.parametrize(
    "address", ["https://x.org", "/etc/passwd", "../x", "a/../b", "javascript:1"]
)
def test_index_links_stay_in_their_folder(address) -> None:
    with pytest.raises(UsageError, match="stay in its folder"):
        render_index([Entry("2023-1", (), (("x", address),))], language="vi")
