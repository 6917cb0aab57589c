"""Numbers by language; a missing value is never a zero."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbnn_analysis.presentation import numbers


@pytest.mark.parametrize("missing", [None, float("nan"), np.nan, pd.NA])
@pytest.mark.parametrize("write", [numbers.number, numbers.percent, numbers.count, numbers.points])
def test_missing_is_a_dash_not_a_zero(write, missing) -> None:
    assert write(missing, "vi") == "–"


@given(st.floats(0, 1, exclude_min=True, exclude_max=True))
def test_only_nobody_and_everybody_read_as_0_and_100(share: float) -> None:
    shown = numbers.percent(share, "en")
    assert shown not in {"0.0%", "100.0%"}


@given(st.floats(-1e6, 1e6))
def test_the_two_languages_differ_only_in_their_signs(value: float) -> None:
    vi, en = numbers.number(value, "vi"), numbers.number(value, "en")
    assert vi.translate(str.maketrans(",.", ".,")) == en


@given(st.floats(-1e6, 1e6))
def test_a_written_number_reads_back(value: float) -> None:
    text = numbers.number(value, "en").replace(",", "").replace("−", "-")
    assert math.isclose(float(text), value, abs_tol=0.00501)


def test_no_minus_zero() -> None:
    assert numbers.number(-0.0001, "en") == "0.00"
    assert numbers.signed(-0.0001, "en") == "0.00"


def test_interval_with_a_negative_end_does_not_use_a_dash_between() -> None:
    assert numbers.interval(-0.01, 0.02, "en") == "−1.0 to 2.0"
    assert numbers.interval(-0.01, 0.02, "vi") == "−1,0 đến 2,0"
    assert numbers.interval(0.1, float("nan"), "vi") == "–"


def test_everybody_and_nobody() -> None:
    assert numbers.percent(1.0, "vi") == "100,0%"
    assert numbers.percent(0.0, "vi") == "0,0%"
