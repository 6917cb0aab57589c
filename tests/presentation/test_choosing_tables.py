"""An annex shows results of every kind: each has its table, and a title that tells it apart."""

from __future__ import annotations

import inspect

import pandas as pd
import pytest

from kbnn_analysis.inference import best_set, compare, funnel, heterogeneity, rank
from kbnn_analysis.presentation import tables
from kbnn_analysis.presentation.tables import drivers, scales, table_of, views
from kbnn_analysis.presentation.tables.choosing import TABLES
from kbnn_analysis.presentation.tables.titles import title_by_kind
from kbnn_analysis.results import Diagnosis, Drivers

# of no kind of their own
FOR_ANY = {"table_result", "table_diagnosis", "table_alignment", "table_exploration"}
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
        ("other", "estimate", "Correlations of the drivers – Period I/2023"),
        ("factor", "eigenvalue", "Number of factors: eigenvalues – Period I/2023"),
        ("item", "vif", "Multicollinearity – Period I/2023"),
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
    assert "Loadings of exploratory factors – Period I/2023" in shown
    assert shown.partition("<tbody")[2].count("<tr") == 2
    assert "Factor 2" in shown
    assert ">Item<" in shown
