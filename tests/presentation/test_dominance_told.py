"""Measures of importance side by side: who is first by each, and who dominates, in words."""

from __future__ import annotations

import pandas as pd

from kbnn_analysis.disclosure import Rules, disclose
from kbnn_analysis.language import Label
from kbnn_analysis.presentation.narrative.dominance import describe_dominance
from kbnn_analysis.presentation.tables.drivers import table_dominance
from kbnn_analysis.results import Dominance

LABELS = {
    "driver": {
        "staff": Label("Công chức", "Staff"),
        "time": Label("Thời gian", "Time"),
        "result": Label("Kết quả", "Result"),
    },
    "column": {"others": Label("Số nhân tố khác", "Other drivers")},
}


def methods(**columns: object) -> Dominance:
    frame = pd.DataFrame(
        {
            "period": "2023-1", "outcome": "y", "driver": ["time", "staff", "result"], "n": 500,
            "fit": 0.5, "estimate": [0.15, 0.25, 0.1], "share": [0.3, 0.5, 0.2],
            "relative_weight": [0.31, 0.49, 0.2], "alone": [0.3, 0.4, 0.25],
            "last": [0.05, 0.12, 0.02], "vif": [1.4, 1.5, 1.2],
            "dominates": ["", "time, result", ""],
            "dominates_by_size": ["result", "time, result", ""],
            **columns,
        }
    )  # fmt: skip
    return Dominance(frame=frame, by=("period", "outcome", "driver"), method="", labels=LABELS)


def test_all_measures_agree_or_each_names_its_own() -> None:
    told = describe_dominance(methods(), "en")
    assert told.startswith("All 4 measures put staff first (")
    assert "staff adds more than every other driver to every submodel (complete" in told
    some = describe_dominance(methods(dominates=["", "result", ""]), "en")
    assert "staff adds more than result to every submodel" in some
    assert "up to 1.5" in told
    assert "not causes" in told
    other = describe_dominance(methods(last=[0.2, 0.12, 0.02]), "vi")
    assert other.startswith("Nhân tố đứng đầu tùy theo cách đo: công chức theo ")
    assert "; thời gian theo " in other


def test_dominance_is_told_of_the_first_driver_only() -> None:
    assert "completely dominates another" in describe_dominance(methods(dominates=""), "en")
    some = describe_dominance(methods(dominates=["result", "", ""]), "en")
    assert "dominat" not in some


def test_the_table_names_what_is_dominated() -> None:
    html = table_dominance(methods(), language="en").as_raw_html()
    row = html[html.index(">Staff<") : html.index(">Time<")]  # the largest share first
    for text in ("50.0%", "49.0%", "0.40", "0.12", "1.5", "Time; Result"):
        assert text in row, text


def test_what_a_driver_adds_stands_in_a_column_for_each_size() -> None:
    frame = pd.DataFrame(
        {
            "period": "2023-1", "outcome": "y", "driver": ["staff", "staff", "time", "time"],
            "others": ["0", "1", "0", "1"], "n": 500, "estimate": [0.4, 0.12, 0.3, 0.05],
        }
    )  # fmt: skip
    added = Dominance(
        frame=frame, by=("period", "outcome", "driver", "others"), method="", labels=LABELS
    )
    html = table_dominance(added, language="vi").as_raw_html()
    row = html[html.index(">Công chức<") : html.index(">Thời gian<")]
    assert row.index("0,40") < row.index("0,12")
    assert "0,30" not in row


def test_drivers_of_few_answers_are_hidden() -> None:
    few = disclose(methods(n=[500, 9, 500]), Rules())
    assert few.frame["suppressed"].tolist() == [False, True, False]
    told = describe_dominance(few, "en")
    assert "staff" not in told.lower()
    assert "0.40" not in table_dominance(few, language="en").as_raw_html()
