"""The same answers, two targets: these offices in this period, or the process behind them."""

import pytest

from kbnn_analysis.inference.estimation import estimate
from kbnn_analysis.inference.measures import two_box

ANSWERS = """
    office  clients  overall_treasury
    a       4        5
    a       4        5
    b       4        5
    b       4        1
    c       4        1
    c       4        1
"""


def of(survey):
    return estimate(survey, two_box("overall_treasury")).frame.iloc[0]


def test_period_offices_are_strata(drawn):
    row = of(drawn(ANSWERS, target="period", strata="office"))
    within = 2 / 1 * ((1 / 2) ** 2 + (1 / 2) ** 2) / 6**2  # only office b differs within
    assert row["std_error"] == pytest.approx(within**0.5)
    assert row["df"] == 6 - 3


def test_period_with_the_number_of_clients(drawn):
    row = of(drawn(ANSWERS, target="period", strata="office", fpc="clients"))
    within = (1 - 2 / 4) * 2 / 1 * ((1 / 2) ** 2 + (1 / 2) ** 2) / 6**2
    assert row["std_error"] == pytest.approx(within**0.5)


def test_process_offices_are_sampling_units(drawn):
    row = of(drawn(ANSWERS, target="process", psu="office"))
    between = 3 / 2 * ((2 / 2) ** 2 + 0 + (2 / 2) ** 2) / 6**2
    assert row["std_error"] == pytest.approx(between**0.5)
    assert row["df"] == 3 - 1
