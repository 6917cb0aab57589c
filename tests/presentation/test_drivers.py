"""Driver results as tables, figures and sentences: nothing hidden shows, no cause is claimed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PathCollection

from kbnn_analysis.disclosure import disclose
from kbnn_analysis.language import Label
from kbnn_analysis.presentation.figures import caption_of
from kbnn_analysis.presentation.figures.drivers import plot_drivers, plot_penalty_reward
from kbnn_analysis.presentation.figures.quadrants import plot_quadrants
from kbnn_analysis.presentation.narrative.drivers import (
    describe_drivers,
    describe_penalty_reward,
    describe_priorities,
    describe_quadrants,
)
from kbnn_analysis.presentation.style import SIMULATED, to_svg
from kbnn_analysis.presentation.tables.drivers import (
    DRIVERS,
    QUADRANTS,
    driver_table,
    table_drivers,
    table_penalty_reward,
    table_priorities,
    table_quadrants,
)
from kbnn_analysis.results import (
    Coefficients,
    Diagnosis,
    Drivers,
    PenaltyReward,
    Priorities,
    Quadrants,
)

NAMES = {"staff": Label("Thái độ", "Staff"), "time": Label("Thời gian", "Time")}
LABELS = {
    "driver": NAMES,
    "outcome": {"overall": Label("Hài lòng chung", "Overall")},
    "contrast": {"penalty": Label("mất", "penalty"), "reward": Label("cộng", "reward")},
}
NOTES = {
    "respondents": 500, "respondents_in_model": 480, "dropped_no_outcome": 5,
    "dropped_not_applicable": 10, "dropped_missing": 5, "fit_measure": "R²", "cut": "mean",
    "cut_share": 0.5, "cut_performance": 4.4, "moving": 0.1, "conf_level": 0.95,
}  # fmt: skip
KEYS = {"period": "2023-1", "outcome": "overall", "driver": ["staff", "time"]}
COMMON = {"method": "m", "labels": LABELS, "notes": NOTES}


def made_drivers(**changes) -> Drivers:
    frame = pd.DataFrame(
        KEYS
        | {"n": [480, 480], "df": 90.0, "fit": 0.48, "estimate": [0.3, 0.18], "std_error": 0.01}
        | {"conf_low": 0.1, "conf_high": 0.4, "share": [0.625, 0.375], "share_low": [0.58, 0.33]}
        | {"share_high": [0.67, 0.42], "rank": [1.0, 2.0], "rank_low": [1, 2], "rank_high": [1, 2]}
        | {"stated": [2.1, 2.6], "stated_low": [2, 2.5], "stated_high": [2.2, 2.7]}
        | {"stated_rank": [2.0, 1.0]}
        | changes
    )
    by = ("period", "outcome", "driver")
    return Drivers(frame=frame, by=by, covariance=np.eye(2) * 1e-4, **COMMON)


def made_quadrants(n: int = 480) -> Quadrants:
    frame = pd.DataFrame(
        KEYS
        | {"n": [n, 480], "performance": [4.5, 4.3], "performance_low": [4.45, 4.25]}
        | {"performance_high": [4.55, 4.35], "share": [0.375, 0.625], "share_low": [0.33, 0.58]}
        | {"share_high": [0.42, 0.67], "quadrant": ["ample", "concentrate"]}
        | {"prob_quadrant": [0.7, 0.99], "quadrant_other_cut": ["keep", "concentrate"]}
    )
    return Quadrants(frame=frame, by=("period", "outcome", "driver"), **COMMON)


def made_contrasts() -> PenaltyReward:
    frame = pd.DataFrame(
        {"period": "2023-1", "outcome": "overall", "driver": ["staff", "staff", "time", "time"]}
        | {"contrast": ["penalty", "reward"] * 2, "n": 60, "estimate": [-0.5, 0.1, -0.2, 0.2]}
        | {"std_error": 0.05, "p_value": 0.001, "p_adjusted": 0.002, "conf_low": -0.6}
        | {"conf_high": 0.3, "factor_type": ["basic", "basic", "performance", "performance"]}
    )
    return PenaltyReward(frame=frame, by=("period", "outcome", "driver", "contrast"), **COMMON)


def made_priorities(low: float = 0.1) -> Priorities:
    frame = pd.DataFrame(
        KEYS
        | {"n": 480, "performance": [4.5, 4.3], "share_not_satisfied": [0.02, 0.04]}
        | {"share": [0.4, 0.6], "estimate": [0.2, 0.3], "std_error": 0.05}
        | {"conf_low": [low, low], "conf_high": [0.3, 0.4], "rank": [2.0, 1.0]}
    )
    return Priorities(frame=frame, by=("period", "outcome", "driver"), **COMMON)


def test_the_table_says_shares_ranks_and_who_is_in_the_model() -> None:
    table = driver_table(made_drivers(), DRIVERS, "vi", title="Tỷ trọng")
    cells = {column.heading: column.cells for column in table.columns}
    assert cells["Tỷ trọng"] == ("62,5%", "37,5%")
    assert cells["Khoảng tin cậy của tỷ trọng"] == ("58,0–67,0", "33,0–42,0")
    assert cells["Thứ hạng có thể"] == ("1", "2")
    assert table.stub.cells == ("Thái độ", "Thời gian")
    assert table.subtitle == "Hài lòng chung, đợt I năm 2023"
    assert any("480 trong 500" in note for note in table.notes)
    assert any("không phải quan hệ nhân quả" in note for note in table.notes)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_table_has_both_languages(language) -> None:
    shown = [
        (table_drivers, made_drivers()),
        (table_quadrants, made_quadrants()),
        (table_penalty_reward, made_contrasts()),
        (table_priorities, made_priorities()),
    ]
    cause = "causes" if language == "en" else "nhân quả"
    for table, result in shown:
        html = table(result, language=language).as_raw_html()
        assert cause in html
        assert NAMES["staff"].text(language) in html


def test_a_hidden_driver_shows_nothing_anywhere() -> None:
    hidden = disclose(made_quadrants(n=7))
    table = driver_table(hidden, QUADRANTS, "en", title="t")
    assert all(column.cells[0] == "hidden" for column in table.columns)
    svg = to_svg(plot_quadrants(hidden, language="en"))
    assert "Not shown" in svg
    assert "Staff" not in describe_quadrants(hidden, "en")
    covariance = disclose(made_drivers(n=[7, 480])).covariance
    assert np.isnan(covariance[0]).all()


def test_the_sentence_names_a_leader_only_if_the_ranks_do() -> None:
    clear = describe_drivers(made_drivers(), "en")
    assert clear.startswith("“Staff” goes most closely with the overall: 62.5%")
    assert "respondents name “Time” as mattering most, which differs from" in clear
    unclear = describe_drivers(made_drivers(rank_low=[1, 1], rank_high=[2, 2]), "en")
    assert unclear.startswith("The data do not say which driver")


def test_quadrants_types_and_changes_are_told_with_their_doubt() -> None:
    told = describe_quadrants(made_quadrants(), "en")
    assert "“Time” matters more than the cut but scores below it (probability at least 95%)" in told
    assert "uncertain for “Staff”" in told
    assert "is higher among the very satisfied for “Staff”" in describe_penalty_reward(
        made_contrasts(), "en"
    )
    first = describe_priorities(made_priorities(), "en")
    assert "“Time”: +0.30 percentage points (0.10–0.40)" in first
    assert "not a forecast" in first
    none = describe_priorities(made_priorities(low=-0.1), "vi")
    assert none.startswith("Không chênh lệch dự đoán nào")


def test_figures_write_names_marks_and_that_data_are_simulated() -> None:
    svg = to_svg(plot_drivers(replace(made_drivers(), simulated=True), language="vi"))
    assert SIMULATED in svg
    assert svg.index("Thái độ") > 0
    assert "Tỷ trọng của từng nhân tố" in svg
    ax = plot_penalty_reward(made_contrasts(), language="en")
    assert [tick.get_text() for tick in ax.get_yticklabels()] == [
        "Staff (basic)",
        "Time (performance)",
    ]
    quadrants = plot_quadrants(made_quadrants(), language="en")
    marks = [each for each in quadrants.collections if isinstance(each, PathCollection)]
    assert len({tuple(mark.get_facecolor()[0]) for mark in marks}) == 2  # open where uncertain


def test_figures_say_what_they_are() -> None:
    frame = pd.DataFrame({"period": "2023-1", "driver": ["a", "b"], "other": ["b", "a"], "n": 9})
    pairs = Diagnosis(
        frame=frame.assign(estimate=0.4), by=("period", "driver", "other"), method="", notes={}
    )
    assert caption_of(pairs, "en").startswith("Correlation of each pair of drivers")
    assert caption_of(pairs, "vi").startswith("Tương quan của từng cặp nhân tố")
    signs = Diagnosis(
        frame=frame.drop(columns="other").assign(estimate=0.4), by=("period", "driver"), method=""
    )
    assert "sign of quality" in caption_of(signs, "en")
    frame = pd.DataFrame({"period": "2023-1", "outcome": "y", "term": ["a"], "role": "driver"})
    numbers = dict.fromkeys(Coefficients.required[1:], 1.0)
    model = Coefficients(
        frame=frame.assign(**numbers), by=("period", "outcome", "term"), method="",
        covariance=np.eye(1),
    )  # fmt: skip
    assert caption_of(model, "en").startswith("Coefficient of each term of the model")
