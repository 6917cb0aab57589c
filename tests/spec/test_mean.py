"""Mean: the sum of the valid scores over their number; 0 and 6 are no scores."""

import pytest

from kbnn_analysis.inference.estimation import estimate
from kbnn_analysis.inference.measures import mean_score

ANSWERS = """
    weight  overall_treasury
    1       5
    1       4
    2       2
    9       -
    9       n/a
"""


def test_of_all(drawn):
    row = estimate(drawn(ANSWERS), mean_score("overall_treasury")).frame.iloc[0]
    assert row["n"] == 3
    assert row["estimate"] == pytest.approx((5 + 4 + 2) / 3)


def test_with_weights(drawn):
    survey = drawn(ANSWERS, weight="weight")
    row = estimate(survey, mean_score("overall_treasury")).frame.iloc[0]
    assert row["estimate"] == pytest.approx((5 + 4 + 2 * 2) / (1 + 1 + 2))
    assert row["weight_sum"] == 1 + 1 + 2


def test_its_standard_error(drawn):
    row = estimate(drawn(ANSWERS), mean_score("overall_treasury")).frame.iloc[0]
    mean = 11 / 3
    square = ((5 - mean) ** 2 + (4 - mean) ** 2 + (2 - mean) ** 2) / (3 - 1)
    # the two without an answer stay in the design: (n / (n - 1)) of 5 respondents, not of 3
    assert row["std_error"] == pytest.approx((square / 3 * (2 / 3) * (5 / 4)) ** 0.5)
