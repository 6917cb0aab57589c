"""Two-box: the share of valid answers that the codebook counts as satisfied (4 and 5)."""

import pytest

from kbnn_analysis.inference.estimation import estimate
from kbnn_analysis.inference.measures import two_box

ANSWERS = """
    unit  weight  overall_treasury
    19    1       5
    19    1       4
    19    3       3
    19    1       -
    24    1       1
    24    2       5
    24    1       n/a
"""


def test_of_all(drawn):
    row = estimate(drawn(ANSWERS), two_box("overall_treasury")).frame.iloc[0]
    assert (row["count"], row["n"]) == (3, 5)
    assert row["estimate"] == 3 / 5


def test_by_unit(drawn):
    frame = estimate(drawn(ANSWERS), two_box("overall_treasury"), by="unit").frame
    assert frame["estimate"].tolist() == [2 / 3, 1 / 2]


def test_with_weights(drawn):
    survey = drawn(ANSWERS, weight="weight")
    frame = estimate(survey, two_box("overall_treasury"), by="unit").frame
    assert frame["estimate"].tolist() == pytest.approx([(1 + 1) / (1 + 1 + 3), 2 / (1 + 2)])
    assert frame["n_eff"].tolist() == pytest.approx([(1 + 1 + 3) ** 2 / (1 + 1 + 9), 9 / 5])
