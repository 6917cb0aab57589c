"""Tables and CSV: formats, hidden rows, escaping, formulas, same bytes."""

from __future__ import annotations

import io
import unicodedata
from dataclasses import replace

import pandas as pd
import pytest

from kbnn_analysis.language import Label
from kbnn_analysis.presentation import rows, tables
from kbnn_analysis.presentation.tables.cells import column_cells
from kbnn_analysis.presentation.tables.naming import names_and_groups
from kbnn_analysis.presentation.tables.views import RANKING, ranking_order


def test_ranking_puts_hidden_and_unranked_units_last_without_order(make_ranking) -> None:
    ranking = make_ranking([0.9, 0.99, 0.95, 0.97], [(2, 2), None, None, (1, 1)], hidden=[2])
    assert ranking_order(ranking) == [3, 0, 1, 2]


def test_hidden_row_shows_nothing_but_its_name(make_ranking) -> None:
    ranking = make_ranking([0.9, 0.99], [(1, 1), (1, 2)], hidden=[1])
    table = tables.lay_out(ranking, RANKING, language="vi")
    assert [column.cells[1] for column in table.columns] == ["ẩn"] * len(table.columns)
    assert "Ẩn: ít hơn 10 phiếu hợp lệ." in table.notes


def test_numbers_and_headings_follow_the_language(make_estimates) -> None:
    made = make_estimates([0.9819], n=[1323.0])
    html = tables.table_estimates(made, language="vi").as_raw_html()
    for text in ("98,2%", "1.323", "95,2–99,7", "Tỉnh, thành phố", "Khoảng tin cậy 95%"):
        assert text in html
    assert "98.2%" in tables.table_estimates(made, language="en").as_raw_html()


@pytest.mark.parametrize(
    ("questions", "rules", "names", "groups"),
    [
        ("AABB", "xyxy", ["X", "Y", "X", "Y"], ["A", "A", "B", "B"]),
        ("ABC", "xxx", ["A", "B", "C"], []),
        ("AA", "xy", ["X", "Y"], ["A", "A"]),
        ("AB", "xy", ["A: x", "B: y"], []),
        ("ABA", "xxy", ["A: x", "B: x", "A: y"], []),
    ],
)
def test_what_names_of_rows_share_is_told_once(
    make_estimates, questions, rules, names, groups
) -> None:
    made = make_estimates([0.5] * len(rules))
    codes = [f"m{at}" for at in range(len(rules))]
    told = zip(codes, questions, rules, strict=True)
    labels = {code: Label.same(f"{question}: {rule}") for code, question, rule in told}
    result = replace(
        made,
        frame=made.frame.assign(measure=codes, unit="00"),
        labels={**made.labels, "measure": labels},
        measures={code: next(iter(made.measures.values())) for code in codes},
    )
    assert names_and_groups(result, "vi") == (names, groups)


def test_p_values_have_the_decimals_of_their_release(make_estimates) -> None:
    made = make_estimates([0.5, 0.6])
    for values, told in (([0.68, 1.0], "0,68"), ([0.684, 1.0], "0,684")):
        frame = made.frame.assign(p_value=values)
        (column,) = column_cells(replace(made, frame=frame), ("p_value",), "vi")
        assert column.cells[0] == told


def test_a_difference_has_the_decimals_of_its_levels_where_they_are_told(make_estimates) -> None:
    made = make_estimates([0.81])
    bare = made.frame.drop(columns="display", errors="ignore")
    whole = bare.assign(difference=-0.08, conf_low=-0.24, conf_high=0.1)
    assert rows.decimals(replace(made, frame=whole)) == [0]
    told = whole.assign(display="80.46%")
    assert rows.decimals(replace(made, frame=told)) == [2]


def test_names_are_escaped(make_estimates) -> None:
    hostile = {"00": Label.same("<script>alert(1)</script>")}
    html = tables.table_estimates(
        make_estimates([0.9], labels=hostile), language="vi"
    ).as_raw_html()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_same_table_has_same_bytes_and_another_one_another_id(make_estimates) -> None:
    def html(value: float) -> str:
        return str(tables.table_estimates(make_estimates([value]), language="vi").as_raw_html())

    assert html(0.9) == html(0.9)
    assert tables.lay_out(make_estimates([0.9]), ["n"], language="vi").fingerprint not in html(0.8)


@pytest.mark.parametrize("simulated", [True, False])
def test_csv_says_that_it_is_simulated(make_estimates, simulated) -> None:
    text = tables.csv_text(make_estimates([0.9], simulated=simulated), "vi")
    assert text.startswith("DỮ LIỆU MÔ PHỎNG / SIMULATED DATA\n") is simulated
    table = tables.table_estimates(make_estimates([0.9], simulated=simulated), language="en")
    assert ("SIMULATED DATA" in table.as_raw_html()) is simulated


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "＝", " ="])
def test_csv_has_no_formula(make_estimates, start) -> None:
    labels = {"00": Label.same(f"{start}1+1")}
    frame = tables.csv_frame(make_estimates([0.9], labels=labels), "vi")
    assert frame["unit_label"][0] == f"'{start}1+1"


def test_csv_reads_back_and_hides(make_estimates) -> None:
    made = make_estimates([1 / 3, 0.5], hidden=[1])
    back = pd.read_csv(io.StringIO(tables.csv_text(made, "en")), dtype={"unit": str})
    assert back["unit"].tolist() == ["00", "01"]
    assert back["estimate"][0] == pytest.approx(1 / 3, rel=1e-9)
    assert back.loc[1, ["n", "estimate", "std_error", "conf_low", "conf_high"]].isna().all()
    assert back["suppressed_reason"][1] == "fewer than 10 valid answers"


def test_texts_are_composed_unicode(make_estimates) -> None:
    html = str(tables.table_estimates(make_estimates([0.9]), language="vi").as_raw_html())
    assert unicodedata.is_normalized("NFC", html)
