"""Sheets of units and the index of periods: one page, disclosed results only, links that stay."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kbnn_analysis.disclosure import Rules, disclose
from kbnn_analysis.errors import DisclosureError, UsageError
from kbnn_analysis.inference import change, compare, funnel, join_periods, shrink
from kbnn_analysis.language import Label
from kbnn_analysis.presentation.document import Grid, spans_text
from kbnn_analysis.presentation.document.model import Paragraph, walk
from kbnn_analysis.presentation.pdf import render_pdf
from kbnn_analysis.presentation.report import Entry, headline_figures, render_index, render_page
from kbnn_analysis.presentation.sheets import SheetFacts, province_sheet
from kbnn_analysis.results import Change, Ranking


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


def test_a_sheet_says_of_which_survey_it_is(facts) -> None:
    sheet = province_sheet(facts, "00", language="vi", survey="Khảo sát mức độ hài lòng")
    assert sheet.subtitle == "Khảo sát mức độ hài lòng · Đợt I năm 2023"
    assert province_sheet(facts, "00", language="vi").subtitle == "Đợt I năm 2023"


@pytest.fixture
def since(make_counted):
    """Return a maker of disclosed changes from an earlier period of the given counts."""

    def make(count, n, earlier_count, earlier_n, **changed) -> Change:
        later = make_counted(count, n)
        earlier = make_counted(earlier_count, earlier_n)
        earlier = replace(earlier, frame=earlier.frame.assign(period="2022-2"))
        return disclose(change(join_periods([earlier, replace(later, **changed)])), Rules())

    return make


def test_a_sheet_tells_its_change_with_the_interval(facts, since) -> None:
    moved = since([190, 150, 140], [200] * 3, [150, 150, 140], [200] * 3)
    for language, words in (
        ("en", ("From period II/2022 to period I/2023,", "rose by 20 percentage points")),
        ("vi", ("Từ đợt II năm 2022 đến đợt I năm 2023,", "tăng 20 điểm phần trăm")),
    ):
        text = told(province_sheet(replace(facts, change=moved), "00", language=language))
        for word in words:
            assert word in text
        assert re.search(r"(interval|95%): 11–29", text)
    alike = told(province_sheet(replace(facts, change=moved), "02", language="en"))
    assert "cannot be told apart from unchanged" in alike


def test_a_change_that_rules_hide_is_told_without_numbers(facts, since) -> None:
    few = since([190, 5, 140], [200, 8, 200], [6, 5, 140], [8, 8, 200])
    text = told(province_sheet(replace(facts, change=few), "00", language="en"))
    (line,) = re.findall(r"From period II/2022.*", text)
    assert "not shown" in line or "too few answers" in line
    assert "percentage points" not in line
    assert "percentage points" not in told(
        province_sheet(replace(facts, change=few), "01", language="en")
    )


def test_a_sheet_sets_its_unit_beside_the_common_level(facts, make_counted) -> None:
    counted = make_counted([190, 120, 150], [200] * 3)
    beside = disclose(compare(counted, center="units"), Rules())
    assert "higher, beyond chance" in told(
        province_sheet(replace(facts, comparison=beside), "00", language="en")
    )
    assert "Chênh lệch với trung bình của các đơn vị là +" in told(
        province_sheet(replace(facts, comparison=beside), "00", language="vi")
    )


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


LONG = Label(
    "Mức độ hài lòng chung đối với Kho bạc Nhà nước nơi giao dịch: tỷ lệ rất hài lòng",
    "Overall satisfaction with the treasury where one transacts: share very satisfied",
)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_sheet_that_says_everything_is_one_page(facts, make_counted, since, language) -> None:
    info = replace(facts.units.measures["overall_two_box"], label=LONG)
    count, n = [190, 120, 150], [200] * 3
    counted = make_counted(count, n)
    found = {
        "comparison": compare(counted),
        "shrinkage": shrink(counted),
        "funnel": funnel(counted),
    }
    three = [
        disclose(replace(counted, frame=counted.frame.assign(measure=name)), Rules())
        for name in ("a", "b", "c")
    ]
    units = replace(
        three[0],
        frame=pd.concat([each.frame for each in three], ignore_index=True),
        covariance=np.eye(9),
        measures=dict.fromkeys(("a", "b", "c"), info),
    )
    whole = units.take(np.array([0, 3, 6]))
    whole = replace(whole, frame=whole.frame.drop(columns="unit"), by=("period", "measure"))
    moved = since(count, n, [150, 120, 150], n)
    moved = replace(moved, measures=dict.fromkeys(moved.measures, info))
    full = replace(
        facts, units=units, whole=whole, change=moved,
        **{name: disclose(result, Rules()) for name, result in found.items()},
    )  # fmt: skip
    provenance = {
        f"Mục số {at}": "một-tệp-có-tên-dài.csv, SHA-256 1549c4c81e437375" for at in range(9)
    }
    sheet = province_sheet(full, "00", language=language, provenance=provenance)
    assert len(told(sheet)) > 600
    made = render_pdf(sheet, contents=False)
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
