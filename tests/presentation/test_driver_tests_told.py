"""What tests of drivers show is said with the joint test first."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kbnn_analysis.language import Label
from kbnn_analysis.presentation.narrative.drivers import describe_driver_tests
from kbnn_analysis.presentation.tables.drivers import table_driver_tests
from kbnn_analysis.presentation.tables.titles import sheet_title
from kbnn_analysis.results import DriverTests


def made(joint: float, single: float, test: str = "equal drivers") -> DriverTests:
    frame = pd.DataFrame(
        {
            "period": "2023-1",
            "outcome": "y",
            "driver": ["staff", "time", "all"],
            "n": 500,
            "statistic": 1.0,
            "df": 40.0,
            "p_value": [single / 2, 0.6, joint],
            "p_adjusted": [single, 0.6, np.nan],
        }
    )
    labels = {"driver": {"staff": Label("Công chức", "Staff"), "time": Label("Thời gian", "Time")}}
    return DriverTests(
        frame=frame,
        by=("period", "outcome", "driver"),
        method="",
        labels=labels,
        notes={"test": test, "conf_level": 0.95},
    )


@pytest.mark.parametrize(
    ("joint", "single", "said"),
    [
        (0.0001, 0.001, "The groups differ in staff (all drivers together: p <0.001)."),
        (0.01, 0.2, "Taken together the groups differ (p = 0.010), but no single driver"),
        (0.3, 0.01, "singly they do in staff, which may be chance."),
        (0.3, 0.5, "The groups are not shown to differ"),
    ],
)
def test_the_joint_test_speaks_first(joint: float, single: float, said: str) -> None:
    assert said in describe_driver_tests(made(joint, single), "en")


def test_odds_are_told_in_both_languages() -> None:
    tests = made(0.01, 0.2, "proportional odds")
    assert describe_driver_tests(tests, "en").startswith("Taken together the coefficients are not")
    assert "hệ số không như nhau ở mọi mức" in describe_driver_tests(tests, "vi")


def test_a_hidden_joint_test_says_nothing() -> None:
    assert describe_driver_tests(made(np.nan, np.nan), "en") == "No driver is shown."


@pytest.mark.parametrize(
    ("by", "vi", "en"), [("period", "đợt", "periods"), ("region", "vùng", "regions")]
)
def test_groups_are_called_what_they_are(by: str, vi: str, en: str) -> None:
    tests = replace(made(0.3, 0.5), notes={**made(0.3, 0.5).notes, "by": by, "joint": "smallest"})
    assert describe_driver_tests(tests, "vi").startswith(f"Không thấy các {vi} khác nhau")
    assert describe_driver_tests(tests, "en").startswith(f"The {en} are not shown to differ")
    html = table_driver_tests(tests, language="en").as_raw_html()
    assert f"Tests of whether the {en} differ" in html
    assert "too few degrees of freedom" in html
    assert sheet_title(tests, "vi").startswith(f"Kiểm định: các {vi} có khác nhau không")
