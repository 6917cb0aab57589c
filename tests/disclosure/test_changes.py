"""Change shows both periods or neither, and nothing finer than the smaller of the two allows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kbnn_analysis.disclosure import Rules, disclose
from kbnn_analysis.inference import change, join_periods, rank_change
from kbnn_analysis.inference.aggregates import estimates_from_counts
from kbnn_analysis.language import Label
from kbnn_analysis.results import Estimates, MeasureInfo

RATE = MeasureInfo("satisfied", "two_box", "1", "proportion", Label.same("satisfied"))
NUMBERS = ["n", "n_earlier", "estimate", "estimate_earlier", "difference", "conf_low", "p_value"]


def periods(first: list[tuple[int, int]], second: list[tuple[int, int]]) -> Estimates:
    made = []
    for period, told in (("2023-1", first), ("2023-2", second)):
        frame = pd.DataFrame(told, columns=["count", "n"])
        frame["unit"] = [f"{unit:02d}" for unit in range(len(told))]
        made.append(estimates_from_counts(frame, RATE, period=period))
    return join_periods(made)


@pytest.mark.parametrize("small", [(9, 9), (3, 60), (57, 60), (60, 60), (0, 60)])
@pytest.mark.parametrize("when", [0, 1])
def test_one_period_that_may_not_be_shown_hides_the_row(small, when):
    plain = [(40, 60), (45, 60), (30, 60)]
    told = [plain, list(plain)]
    told[when][1] = small
    found = periods(*told)
    for result in (change(found), rank_change(found)):
        shown = disclose(result).frame
        assert shown["suppressed"].tolist() == [False, True, False]
        numbers = shown.drop(columns=["suppressed", "suppressed_reason", *result.by])
        values = numbers.loc[1].replace("", np.nan)
        assert values.isna().all(), values.dropna()


def test_numbers_are_as_coarse_as_the_smaller_period():
    shown = disclose(change(periods([(700, 800)], [(5501, 6000)]))).frame.iloc[0]
    assert shown["estimate"] == 0.92  # 0.9168 of 6,000 would have two decimals
    assert shown["estimate_earlier"] == 0.88
    assert shown["difference"] == 0.04
    assert shown["conf_low"] <= 0.0418 <= shown["conf_high"]
    assert shown["n"] == 6000
    assert np.isnan(shown["side"])
    assert shown["display"] == "92%"


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(1, 300), st.integers(0, 300)), min_size=2, max_size=4))
def test_a_stricter_profile_shows_no_more(pairs):
    first = [(min(x, n), n) for n, x in pairs]
    found = change(periods(first, [(min(7 * x % 300, n), n) for n, x in pairs]))
    public = disclose(found, Rules()).frame["suppressed"]
    restricted = disclose(found, Rules(profile="restricted")).frame["suppressed"]
    assert (public | ~restricted).all()


def test_ranks_of_few_answers_are_not_told():
    shown = disclose(rank_change(periods([(12, 24), (60, 80)], [(50, 80), (60, 80)]))).frame
    assert np.isnan(shown["rank_low"][0])
    assert shown["rank_low"][1] == 1
