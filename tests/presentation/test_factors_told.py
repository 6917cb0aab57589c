"""How many factors, how the codebook's fit, and coefficients by level of the answer, in words."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kbnn_analysis.language import Label
from kbnn_analysis.presentation.narrative.factors import (
    describe_collinearity,
    describe_factor_count,
    describe_factor_fit,
)
from kbnn_analysis.presentation.narrative.partial import describe_partial
from kbnn_analysis.presentation.tables import table_exploration
from kbnn_analysis.results import Coefficients, Diagnosis, FactorFit

ITEMS = {"polite": Label("Lịch sự", "Polite"), "quick": Label("Nhanh", "Quick")}
FIT = {
    "n": 400, "statistic": 30.0, "df": 20, "p_value": 0.07, "cfi": 0.98, "tli": 0.97,
    "rmsea": 0.04, "rmsea_low": 0.0, "rmsea_high": 0.06, "srmr": 0.03,
}  # fmt: skip


def roots(values: list[float], factors: int) -> Diagnosis:
    frame = pd.DataFrame(
        {
            "period": "2023-1", "factor": [str(k + 1) for k in range(len(values))], "n": 400,
            "eigenvalue": values, "eigenvalue_noise": 1.2,
        }
    )  # fmt: skip
    return Diagnosis(frame=frame, by=("period", "factor"), method="", notes={"factors": factors})


def fit(**changed: float) -> FactorFit:
    frame = pd.DataFrame([{"period": "2023-1", "model": "ordinal", **FIT, **changed}])
    labels = {"model": {"ordinal": Label("2 nhóm tiêu chí", "2 factors")}}
    return FactorFit(frame=frame, by=("period", "model"), method="", labels=labels)


def test_a_general_factor_is_told_from_several() -> None:
    general = describe_factor_count(roots([6.0, 1.1, 0.9], 1), "en")
    assert general.startswith("Parallel analysis: 1 factor above noise.")
    assert "first eigenvalue is 6.00 (noise: 1.20), the second 1.10" in general
    assert "one general impression" in general
    several = describe_factor_count(roots([4.0, 1.9, 0.9], 2), "vi")
    assert several.startswith("Phân tích song song: 2 nhân tố vượt mức của nhiễu.")
    assert "ấn tượng chung" not in several


def test_fit_is_told_against_its_limits() -> None:
    good = describe_factor_fit(fit(), "en")
    assert "(2 factors; 400 complete answers): CFI 0.98, RMSEA 0.04 (0.00–0.06)" in good
    assert "meets the three usual limits (CFI from 0.95" in good
    for worse in ({"cfi": 0.94}, {"rmsea": 0.07}, {"srmr": 0.09}):
        assert "misses some" in describe_factor_fit(fit(**worse), "en")
    assert "không đạt mọi ngưỡng" in describe_factor_fit(fit(cfi=0.5), "vi")
    hidden = fit()
    hidden = FactorFit(
        frame=hidden.frame.assign(suppressed=True), by=hidden.by, method="", labels=hidden.labels
    )
    assert "CFI" not in describe_factor_fit(hidden, "en")


@pytest.mark.parametrize(("largest", "said"), [(4.9, "4.9 (quick); below 5"), (8.2, "5 or more")])
def test_the_most_collinear_question_is_named(largest: float, said: str) -> None:
    frame = pd.DataFrame(
        {"period": "2023-1", "item": ["polite", "quick"], "n": 400, "r_squared": 0.5,
         "vif": [2.0, largest]}
    )  # fmt: skip
    found = Diagnosis(frame=frame, by=("period", "item"), method="", labels={"item": ITEMS})
    assert said in describe_collinearity(found, "en")


def test_loadings_stand_in_a_column_for_each_factor() -> None:
    frame = pd.DataFrame(
        {
            "period": "2023-1", "item": ["polite", "polite", "quick", "quick"],
            "factor": ["1", "2", "1", "2"], "n": 400, "loading": [0.81, -0.02, 0.03, 0.72],
        }
    )  # fmt: skip
    pattern = Diagnosis(
        frame=frame, by=("period", "item", "factor"), method="", labels={"item": ITEMS}
    )
    html = table_exploration(pattern, language="en").as_raw_html()
    assert "Factor 1" in html
    assert "Factor 2" in html
    row = html[html.index(">Polite<") : html.index(">Quick<")]
    assert row.index("0.81") < row.index("−0.02")
    assert "0.72" not in row


def partial(*, merged: bool = False, **columns: object) -> Coefficients:
    frame = pd.DataFrame(
        {
            "period": "2023-1", "outcome": "y", "term": ["time>3", "time>4", "staff"],
            "role": "driver", "n": 500, "estimate": [0.4, 1.2, 0.9], "std_error": 0.1, "df": 40.0,
            "statistic": 1.0, "p_value": 0.01, "conf_low": 0.1, "conf_high": 2.0, **columns,
        }
    )  # fmt: skip
    return Coefficients(
        frame=frame,
        by=("period", "outcome", "term"),
        method="",
        covariance=np.eye(3),
        labels={"term": {"time": Label("Thời gian", "Time")}},
        notes={"free": "time", "merged": merged},
    )


def test_coefficients_are_told_by_level_of_the_answer() -> None:
    told = describe_partial(partial(), "en")
    assert "of time is +0.40 for an answer above 3 and +1.20 for an answer above 4." in told
    assert "taken together" not in told
    assert "not causes" in told
    assert "được gộp lại" in describe_partial(partial(merged=True), "vi")
    assert describe_partial(partial(suppressed=True), "en") == "The model is not shown."
