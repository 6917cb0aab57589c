"""Tables and sentences of scales: verdicts in both languages, nothing hidden is told."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from kbnn_analysis.disclosure import disclose
from kbnn_analysis.language import LANGUAGES, Label, Language
from kbnn_analysis.presentation import tables
from kbnn_analysis.presentation.narrative import (
    describe_alignment,
    describe_invariance,
    describe_missing,
    describe_reliability,
)
from kbnn_analysis.results import (
    Invariance,
    InvariantItems,
    MeasureInfo,
    MissingComparison,
    Reliability,
    Result,
)

LABELS = {
    "scale": {"staff": Label("Công chức", "Staff"), "time": Label("Thời gian", "Time")},
    "group": {"06": Label("Bắc Kạn", "Bac Kan")},
    "item": {"polite": Label("Lịch sự", "Polite")},
    "parameter": {"intercept": Label("hệ số chặn", "intercept")},
}


def reliability(
    alphas: list[float], shares: list[float], n: int = 500, flagged: str = ""
) -> Reliability:
    rows = [
        {
            "period": "2023-1",
            "scale": scale,
            "coefficient": coefficient,
            "n": n,
            "estimate": alpha - drop,
            "std_error": 0.01,
            "conf_low": alpha - drop - 0.02,
            "conf_high": alpha - drop + 0.02,
            "share": share,
        }
        for scale, alpha, share in zip(("staff", "time"), alphas, shares, strict=True)
        for coefficient, drop in (("alpha", 0.0), ("alpha_without_straight_lines", 0.1))
    ]
    return Reliability(
        frame=pd.DataFrame(rows),
        by=("period", "scale", "coefficient"),
        method="test",
        labels=LABELS,
        notes={"straight_lining": flagged},
    )


def test_reliable_scales_are_told() -> None:
    found = reliability([0.91, 0.84], [0.1, 0.1])
    assert describe_reliability(found, "en") == (
        "Cronbach's alpha runs from 0.84 (time) to 0.91 (staff). Every scale reaches 0.80."
    )
    assert describe_reliability(found, "vi") == (
        "Hệ số Cronbach alpha từ 0,84 (thời gian) đến 0,91 (công chức). Mọi thang đo đạt từ 0,80."
    )


def test_weak_scales_are_named() -> None:
    told = describe_reliability(reliability([0.91, 0.6], [0.1, 0.1]), "en")
    assert "Below 0.70: time" in told


def test_straight_lining_is_a_warning() -> None:
    found = reliability([0.99, 0.84], [0.51, 0.1], flagged="staff")
    told = describe_reliability(found, "en")
    assert "Warning: for staff" in told
    assert "51.0% of them; alpha 0.89 without them" in told
    assert "Cảnh báo: ở công chức" in describe_reliability(found, "vi")


def test_hidden_scales_are_not_told() -> None:
    found = disclose(reliability([0.99, 0.84], [0.51, 0.1], n=8, flagged="staff"))
    told = describe_reliability(found, "en")
    assert told == "No scale could be computed."


@pytest.mark.parametrize("language", LANGUAGES)
def test_verdicts_of_invariance(language: Language) -> None:
    rows = {"n": 500, "units": 2, "cfi": 0.99, "rmsea": 0.02, "srmr": 0.01, "difference": 0.0}
    frame = pd.DataFrame(
        [
            {"period": "2023-1", "scale": "staff", "level": "scalar", **rows}
            | {"statistic": 1.0, "df": 3, "p_value": 0.8}
        ]
    )
    found = Invariance(
        frame=frame,
        by=("period", "scale", "level"),
        method="test",
        labels=LABELS,
        notes={"scalar": "staff", "metric": "time", "none": "", "left_out": "06"},
    )
    told = describe_invariance(found, language)
    expected = {
        "en": [
            "Means may be compared between the groups for: staff.",
            "Relations may be compared, means may not, for: time.",
            "Bac Kan",
        ],
        "vi": ["Có thể so sánh điểm trung bình giữa các nhóm đối với: công chức.", "Bắc Kạn"],
    }
    for part in expected[language]:
        assert part in told
    assert tables.table_invariance(found, language=language).as_raw_html()


def alignment(share: float, comparable: bool) -> InvariantItems:
    frame = pd.DataFrame(
        {
            "period": ["2023-1"],
            "scale": ["staff"],
            "item": ["polite"],
            "parameter": ["intercept"],
            "n": [5000],
            "units": [63],
            "estimate": [4.4],
            "share": [share],
            "r_squared": [0.9],
        }
    )
    return InvariantItems(
        frame=frame,
        by=("period", "scale", "item", "parameter"),
        method="test",
        labels=LABELS,
        notes={
            "comparable": comparable,
            "share_broken": share,
            "rank_correlation": 0.97,
            "largest_rank_change": 7.0,
            "left_out": "06",
        },
    )


def test_verdicts_of_alignment() -> None:
    told = describe_alignment(alignment(0.3, False), "en")
    assert "means should not be compared" in told
    assert "“Polite · intercept” (30.0%)" in told
    assert "7 places at most" in told
    fine = describe_alignment(alignment(0.0, True), "vi")
    assert "có thể so sánh điểm trung bình" in fine
    assert "Không câu hỏi nào khác biệt" in fine


def comparison(change: float) -> MissingComparison:
    info = MeasureInfo("m", "two_box", "1", "proportion", Label("Hài lòng", "Satisfied"))
    frame = pd.DataFrame(
        {
            "period": "2023-1",
            "measure": "m",
            "treatment": ["available", "listwise"],
            "respondents": "all",
            "n": [900.0, 700.0],
            "df": 800.0,
            "estimate": [0.9, 0.9 + change],
            "std_error": 0.01,
            "conf_low": [0.88, 0.88 + change],
            "conf_high": [0.92, 0.92 + change],
            "difference": [0.0, change],
            "fmi": float("nan"),
        }
    )
    return MissingComparison(
        frame=frame,
        by=("period", "measure", "treatment", "respondents"),
        method="test",
        measures={"m": info},
    )


def test_treatments_that_matter_are_told_from_those_that_do_not() -> None:
    assert "less than the sampling error" in describe_missing(comparison(0.01), "en")
    told = describe_missing(comparison(-0.05), "en")
    assert "−5 percentage points" in told
    assert "more than the sampling error" in told
    assert "không được gán bù" in describe_missing(comparison(0.01), "vi")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("make", "result"),
    [
        (tables.table_reliability, reliability([0.9, 0.8], [0.1, 0.2])),
        (tables.table_alignment, alignment(0.1, True)),
        (tables.table_missing, comparison(0.01)),
    ],
)
def test_tables_in_both_languages_and_hidden(make, result: Result, language: Language) -> None:
    html = make(result, language=language).as_raw_html()
    assert "nan" not in html.lower().replace("financ", "")
    few = replace(result, frame=result.frame.assign(n=3))
    hidden = make(disclose(few), language=language).as_raw_html()
    assert ("ẩn" if language == "vi" else "hidden") in hidden
