"""An annex shows results of every kind: each has its table, and a title that tells it apart."""

from __future__ import annotations

import inspect
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kbnn_analysis.disclosure import Rules, disclose
from kbnn_analysis.inference import best_set, compare, funnel, heterogeneity, rank
from kbnn_analysis.inference.respondents_needed import respondents_to_settle
from kbnn_analysis.language import Label
from kbnn_analysis.presentation import tables
from kbnn_analysis.presentation.document.grids import grid_from_html
from kbnn_analysis.presentation.driver_words import coefficients_word
from kbnn_analysis.presentation.rows import title_of
from kbnn_analysis.presentation.tables import drivers, scales, table_of, views
from kbnn_analysis.presentation.tables.cells import column_cells
from kbnn_analysis.presentation.tables.choosing import TABLES
from kbnn_analysis.presentation.tables.titles import title_by_kind
from kbnn_analysis.results import Diagnosis, Drivers, InvariantItems

# of no kind of their own
FOR_ANY = {
    "table_result", "table_diagnosis", "table_alignment", "table_exploration",
    "table_correlations", "table_eigenvalues",
}  # fmt: skip
FURTHER = {"table_precision", "table_unit_reliability"}  # second views of a kind


def test_every_kind_of_table_can_be_chosen() -> None:
    rooms = (views, drivers, scales)
    made = {
        function
        for room in rooms
        for name, function in inspect.getmembers(room, inspect.isfunction)
        if name.startswith("table_") and function.__module__ == room.__name__
    }
    assert {function.__name__ for function in made - set(TABLES.values())} <= FOR_ANY | FURTHER
    assert tables.table_of is table_of


def test_results_of_one_measure_are_told_apart_by_their_titles(make_estimates) -> None:
    made = make_estimates([0.6, 0.7, 0.8])
    results = [made, compare(made), funnel(made), rank(made), heterogeneity(made), best_set(made)]
    for language in ("vi", "en"):
        titles = {title_by_kind(each, language) for each in results}
        assert len(titles) == len(results)
        for each in results:
            shown = table_of(each, language=language).as_raw_html()
            assert title_by_kind(each, language).replace("–", "–") in shown
    assert "Mine" in table_of(made, language="en", title="Mine").as_raw_html()


def test_a_result_of_no_known_kind_is_shown_with_all_its_columns(make_estimates) -> None:
    made = make_estimates([0.6, 0.7])
    frame = made.to_frame()[["period", "unit", "n", "suppressed", "suppressed_reason"]]
    other = Diagnosis(
        frame=frame.assign(share_missing=[0.1, 0.2]),
        by=("period", "unit"),
        method="Counts.",
        labels=made.labels,
        notes=made.notes,
    )
    shown = table_of(other, language="en").as_raw_html()
    assert "10.0%" in shown
    assert "Thái Nguyên" in shown
    assert Drivers in TABLES


@pytest.mark.parametrize(
    ("by", "column", "title"),
    [
        ("other", "estimate", "Correlations of the drivers, period I/2023"),
        ("factor", "eigenvalue", "Number of factors: eigenvalues, period I/2023"),
        ("item", "vif", "Multicollinearity, period I/2023"),
    ],
)
def test_what_was_found_about_drivers_has_a_title_of_its_own(by, column, title) -> None:
    frame = pd.DataFrame({"period": "2023-1", "driver": ["a", "b"], by: ["a", "b"], "n": 500})
    keys = ("period", "driver", by)
    found = Diagnosis(frame=frame.assign(**{column: 1.5}), by=keys, method="Counts.")
    assert title_by_kind(found, "en") == title


def test_loadings_of_an_exploration_are_a_row_an_item_and_a_column_a_factor() -> None:
    frame = pd.DataFrame(
        {"period": "2023-1", "item": ["a", "a", "b", "b"], "factor": ["1", "2", "1", "2"]}
        | {"n": 500, "loading": [0.9, 0.1, 0.2, 0.8]}
    )
    found = Diagnosis(frame=frame, by=("period", "item", "factor"), method="Loadings.")
    shown = table_of(found, language="en").as_raw_html()
    assert "Loadings of exploratory factors, period I/2023" in shown
    assert shown.partition("<tbody")[2].count("<tr") == 2
    assert "Factor 2" in shown
    assert ">Item<" in shown


def test_correlations_are_a_square_whose_columns_go_by_the_number_of_the_row() -> None:
    names = {"a": Label("Thời gian", "Time"), "b": Label("Thái độ", "Staff")}
    frame = pd.DataFrame(
        {"period": "2023-1", "driver": ["a", "a", "b", "b"], "other": ["a", "b", "a", "b"]}
        | {"n": [500, 400, 400, 450], "estimate": [1.0, 0.5, 0.5, 1.0]}
    )
    found = Diagnosis(
        frame=frame,
        by=("period", "driver", "other"),
        method="Correlations.",
        labels={"driver": names, "other": names},
    )
    shown = table_of(found, language="vi").as_raw_html()
    grid = grid_from_html(shown)
    assert [cell.text for cell in grid.head[-1]] == ["Nhân tố", "1", "2"]
    assert [[cell.text for cell in row] for row in grid.body] == [
        ["1. Thời gian", "1,00", "0,50"], ["2. Thái độ", "0,50", "1,00"],
    ]  # fmt: skip
    assert grid.notes[0].startswith("Mỗi hệ số tương quan dựa trên 400 đến 500 phiếu hợp lệ.")


def test_eigenvalues_are_numbered_as_factors_not_as_criteria() -> None:
    frame = pd.DataFrame({"period": "2023-1", "factor": ["1", "2"], "n": 500})
    frame = frame.assign(eigenvalue=[6.0, 0.9], eigenvalue_noise=[1.2, 1.1])
    found = Diagnosis(frame=frame, by=("period", "factor"), method="Roots.")
    assert ">Nhân tố thứ<" in table_of(found, language="vi").as_raw_html()


@pytest.mark.parametrize(
    ("notes", "title"),
    [
        ({"model": "linear"}, "Hệ số của mô hình"),
        ({"model": "ordinal"}, "Hệ số của mô hình thứ bậc"),
        ({"model": "linear", "icc": 0.1}, "Hệ số của mô hình có hằng số riêng cho từng đơn vị"),
        ({"model": "ordinal", "free": "a"}, "Hệ số khi được khác nhau theo mức trả lời"),
    ],
)
def test_tables_of_coefficients_say_of_which_model(notes, title) -> None:
    assert coefficients_word(notes, "vi") == title


def test_items_after_alignment_name_their_scale() -> None:
    keys = {"period": "2023-1", "scale": "staff", "item": ["a", "b"], "parameter": "loading"}
    frame = pd.DataFrame({**keys, "n": 500, "units": 63, "estimate": 0.5})
    frame = frame.assign(share=0.0, r_squared=0.9)
    found = InvariantItems(
        frame=frame,
        by=("period", "scale", "item", "parameter"),
        method="Alignment.",
        labels={"scale": {"staff": Label("Thái độ", "Staff")}},
    )
    assert title_by_kind(found, "vi") == "Câu hỏi sau căn chỉnh – Thái độ, đợt I năm 2023"


def test_differences_have_the_decimals_that_were_released(make_counted) -> None:
    for base, has_decimals in ((300, False), (30_000, True)):
        made = make_counted([base * 0.61, base * 0.72, base * 0.83], [base] * 3)
        shared = disclose(compare(made), Rules())
        shown = grid_from_html(table_of(shared, language="en").as_raw_html())
        told = [cell.text for row in shown.body for cell in row[1:3]]
        assert any("." in text for text in told) is has_decimals, told


def test_no_row_is_printed_where_no_number_needed_may_be_told(make_estimates) -> None:
    needed = respondents_to_settle(make_estimates([0.9, 0.8, 0.7]))
    told = replace(needed, frame=needed.frame.assign(n_needed=float("nan"), difference=np.nan))
    full, empty = (
        grid_from_html(table_of(each, language="en").as_raw_html()) for each in (needed, told)
    )
    assert len(full.body) == 3
    assert empty.body == ()


def test_remarks_that_only_hidden_rows_would_have_take_no_column(make_estimates) -> None:
    made = make_estimates([0.9, 0.8, 0.7], hidden=[1])
    for value, columns in ((np.nan, 0), (0.01, 1)):
        frame = made.frame.assign(shrunken=value)
        assert len(list(column_cells(replace(made, frame=frame), ["shrunken"], "vi"))) == columns


def test_a_title_does_not_name_the_period_compared_with_as_a_group(make_estimates) -> None:
    made = make_estimates([0.9, 0.8])
    labels = {**made.labels, "column": {"earlier": Label("So với", "Against")}}
    frame = made.frame.assign(earlier="2022-2")[[*made.by, "earlier", *made.frame.columns[3:]]]
    found = replace(made, frame=frame, by=(*made.by, "earlier"), labels=labels)
    assert "so với" not in title_of(found, "vi")
