"""Top-box: the share of valid answers at the top of the scale (5)."""

from kbnn_analysis.inference.estimation import estimate
from kbnn_analysis.inference.measures import top_box

ANSWERS = """
    overall_treasury
    5
    5
    4
    3
    -
    n/a
"""


def test_of_all(drawn):
    row = estimate(drawn(ANSWERS), top_box("overall_treasury")).frame.iloc[0]
    assert (row["count"], row["n"]) == (2, 4)
    assert row["estimate"] == 2 / 4
