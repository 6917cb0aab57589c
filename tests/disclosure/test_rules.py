"""A hidden row hides all of it, and every kind of result has a rule."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import kbnn_analysis.inference  # noqa: F401  (registers every kind of result)
from kbnn_analysis.disclosure import Rules, disclose, hidden_rows
from kbnn_analysis.errors import DisclosureError, UsageError
from kbnn_analysis.results import Estimates, Result


def estimates(counts: list[float]) -> Estimates:
    size = len(counts)
    frame = pd.DataFrame(
        {
            "period": "2023-1",
            "measure": "m",
            "unit": [f"{code:02d}" for code in range(size)],
            "n": counts,
            "estimate": 0.97,
            "std_error": 0.01,
            "conf_low": 0.95,
            "conf_high": 0.99,
        }
    )
    return Estimates(
        frame=frame,
        by=("period", "measure", "unit"),
        method="test",
        covariance=np.eye(size) * 1e-4,
    )


def test_every_kind_of_result_has_its_own_rule() -> None:
    fallback = hidden_rows.dispatch(Result)
    without = [
        name
        for name, kind in Result.kinds.items()
        if kind.__module__.startswith("kbnn_analysis") and hidden_rows.dispatch(kind) is fallback
    ]
    assert not without, f"register a disclosure rule for {', '.join(without)}"


def test_a_kind_without_a_rule_is_refused() -> None:
    class Unknown(Result):
        pass

    try:
        result = Unknown(frame=pd.DataFrame({"n": [5]}), by=(), method="x")
        with pytest.raises(DisclosureError, match="no disclosure rule"):
            disclose(result)
    finally:
        del Result.kinds["Unknown"]


@given(st.lists(st.integers(0, 40), min_size=1, max_size=8), st.integers(10, 30))
def test_nothing_of_a_small_row_is_left(counts: list[int], minimum: int) -> None:
    shown = disclose(estimates([float(n) for n in counts]), Rules(min_n=minimum))
    small = np.array(counts) < minimum
    numbers = shown.frame[["n", "estimate", "std_error", "conf_low", "conf_high"]]
    assert numbers[small].isna().all(axis=None)
    assert numbers[~small].notna().all(axis=None)
    assert (shown.frame["suppressed"] == small).all()
    assert np.isnan(shown.covariance[small]).all()
    assert np.isnan(shown.covariance[:, small]).all()


@given(st.lists(st.integers(0, 40), min_size=1, max_size=8))
def test_raising_the_floor_never_reveals_more(counts: list[int]) -> None:
    result = estimates([float(n) for n in counts])
    hidden = [disclose(result, Rules(min_n=k)).frame["suppressed"] for k in (10, 20, 35)]
    assert (hidden[0] <= hidden[1]).all()
    assert (hidden[1] <= hidden[2]).all()


def test_disclosing_twice_changes_nothing() -> None:
    once = disclose(estimates([3.0, 12.0]))
    twice = disclose(once)
    pd.testing.assert_frame_equal(once.frame, twice.frame)


def test_the_original_is_untouched() -> None:
    result = estimates([3.0, 12.0])
    disclose(result)
    assert result.frame["n"].tolist() == [3.0, 12.0]


def test_a_published_rate_without_n_is_no_answer_of_ours() -> None:
    assert not disclose(estimates([np.nan])).frame["suppressed"].any()


def test_the_floor_cannot_be_lowered() -> None:
    with pytest.raises(UsageError, match="never lowered"):
        Rules(min_n=9)


def test_a_hidden_row_says_why_and_is_never_zero() -> None:
    row = disclose(estimates([4.0])).frame.iloc[0]
    assert row["suppressed_reason"] == "fewer than 10 valid answers"
    assert not (row == 0).any()
