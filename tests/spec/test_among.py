"""Among: the measure exists only there, and everyone else stays in the survey's design."""

import pytest

from kbnn_analysis.inference.estimation import estimate
from kbnn_analysis.inference.measures import two_box

ANSWERS = """
    channel  office  overall_treasury
    online   a       5
    online   a       2
    counter  a       5
    online   b       4
    counter  b       1
    counter  c       1
    counter  d       5
"""


def test_of_online_users(drawn):
    measure = two_box("overall_treasury").among(channel="online")
    row = estimate(drawn(ANSWERS, target="process", psu="office"), measure).frame.iloc[0]
    assert (row["count"], row["n"]) == (2, 3)
    # residuals / 3 by office: a (1/3 - 2/3) / 3, b (1/3) / 3, c and d 0 but counted
    squares = (1 / 9) ** 2 + (1 / 9) ** 2
    assert row["std_error"] == pytest.approx((squares * 4 / (4 - 1)) ** 0.5)
