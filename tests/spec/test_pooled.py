"""Pooled over items: all satisfied answers over all valid answers, whoever gave them."""

import pytest

from kbnn_analysis.inference.estimation import estimate
from kbnn_analysis.inference.measures import pooled
from kbnn_analysis.language import Label

ANSWERS = """
    time_on_time  time_waiting  time_notice
    5             4             2
    5             -             n/a
    1             1             5
    -             -             -
"""
ITEMS = ["time_on_time", "time_waiting", "time_notice"]
NAME = Label("thời gian", "time")


def test_share_satisfied(drawn):
    row = estimate(drawn(ANSWERS), pooled(ITEMS, "two_box", "time", NAME)).frame.iloc[0]
    assert row["estimate"] == pytest.approx((2 + 1 + 1) / (3 + 1 + 3))
    assert row["n"] == 3  # respondents with at least one valid answer


def test_mean(drawn):
    row = estimate(drawn(ANSWERS), pooled(ITEMS, "mean", "time", NAME)).frame.iloc[0]
    assert row["estimate"] == pytest.approx((11 + 5 + 7) / (3 + 1 + 3))
