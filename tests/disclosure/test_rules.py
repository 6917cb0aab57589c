"""A hidden row hides all of it, and every kind of result has a rule."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import kbnn_analysis.inference  # noqa: F401  (registers every kind of result)
from kbnn_analysis.disclosure import Rules, disclose, hidden_rows
from kbnn_analysis.errors import DisclosureError, UsageError
from kbnn_analysis.inference import respondents_to_settle
from kbnn_analysis.inference.aggregates import estimates_from_counts
from kbnn_analysis.language import Label
from kbnn_analysis.results import Comparison, Diagnosis, Estimates, MeasureInfo, Result


def estimates(counts: list[float]) -> Estimates:
    size = len(counts)
    frame = pd.DataFrame(
        {
            "period": "2023-1",
            "measure": "m",
            "unit": [f"{code:02d}" for code in range(size)],
            "n": counts,
            "estimate": 3.4,
            "std_error": 0.01,
            "conf_low": 3.2,
            "conf_high": 3.6,
        }
    )
    return Estimates(
        frame=frame,
        by=("period", "measure", "unit"),
        method="test",
        covariance=np.eye(size) * 1e-4,
        measures={"m": MeasureInfo("m", "mean", "1", "mean", Label.same("m"), ("q",), 1.0, 5.0)},
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
    assert np.isnan(shown.covariance).all()


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


def test_profiles_have_floors_that_only_rise() -> None:
    assert (Rules().side, Rules(profile="restricted").side) == (10, 5)
    assert Rules(profile="restricted", min_side=8).side == 8
    with pytest.raises(UsageError, match="`min_side` may be raised above 10"):
        Rules(min_side=9)
    with pytest.raises(UsageError, match="profile"):
        Rules(profile="secret")  # type: ignore[arg-type]


def test_the_profile_stands_in_the_notes() -> None:
    notes = disclose(estimates([50.0]), Rules(profile="restricted")).notes
    assert (notes["profile"], notes["disclosed"], notes["min_side"]) == ("restricted", 10, 5)


def test_a_result_disclosed_by_laxer_limits_is_refused() -> None:
    once = disclose(estimates([50.0]), Rules(profile="restricted"))
    with pytest.raises(DisclosureError, match="laxer limits"):
        disclose(once, Rules())


def test_withheld_rows_say_that_they_protect_another() -> None:
    rules = Rules(withheld=frozenset({("2023-1", "m", "unit=01")}))
    shown = disclose(estimates([50.0, 60.0]), rules).frame
    assert shown["suppressed"].tolist() == [False, True]
    assert shown["suppressed_reason"][1] == "hidden to protect another figure"


def test_one_dominating_weight_hides_the_row() -> None:
    result = estimates([50.0, 60.0])
    frame = result.frame.assign(n_eff=[3.0, 40.0])
    shown = disclose(replace(result, frame=frame)).frame
    assert shown["suppressed"].tolist() == [True, False]


def test_differences_of_shares_need_both_sides_of_both_units() -> None:
    frame = pd.DataFrame(
        {"period": "2023-1", "measure": "m", "unit": ["19", "01"], "other": "mean",
         "n": [297.0, 300.0], "difference": [0.0123, 0.0031], "std_error": 0.01,
         "statistic": 1.234, "df": np.nan, "p_value": 0.0123, "p_adjusted": 0.2,
         "conf_low": -0.0071, "conf_high": 0.0219, "side": [4.0, 40.0]}
    )  # fmt: skip
    share = MeasureInfo("m", "two_box", "1", "proportion", Label.same("m"))
    made = Comparison(
        frame=frame, by=("period", "measure", "unit", "other"), method="x", measures={"m": share}
    )
    shown = disclose(made, Rules(profile="restricted")).frame
    assert shown["suppressed"].tolist() == [True, False]
    assert shown.loc[1, ["difference", "conf_low", "conf_high"]].tolist() == [0.0, -0.01, 0.03]
    assert shown["side"].isna().all()
    unknown = replace(made, frame=frame.drop(columns="side"))
    assert disclose(unknown).frame["suppressed"].all()


@pytest.mark.parametrize(("n", "named"), [(9, ""), (40, ""), (400, "best")])
def test_the_best_unit_is_not_named_where_it_is_hidden(n: int, named: str) -> None:
    """Of 9 answers nothing is told, 40 unanimous ones are a bound; 360 of 400 may be named."""
    met = n if n < 400 else 360
    frame = pd.DataFrame({"unit": ["best", "b", "c"], "count": [met, 250, 200], "n": [n, 300, 300]})
    info = MeasureInfo("share", "two_box", "1", "proportion", Label.same("share"), ("q",))
    made = respondents_to_settle(
        estimates_from_counts(frame, info, period="2023-1"), reference="best", min_n=5
    )
    assert made.notes["reference"] == "best"
    shown = disclose(made)
    assert shown.notes["reference"] == named
    assert "best" not in shown.method


def needed_against_the_best(met: int) -> pd.DataFrame:
    frame = pd.DataFrame({"unit": ["a", "b", "c"], "count": [met, 250, 200], "n": 300})
    info = MeasureInfo("share", "two_box", "1", "proportion", Label.same("share"), ("q",))
    made = estimates_from_counts(frame, info, period="2023-1")
    shown = disclose(respondents_to_settle(made, reference="a"), Rules()).frame
    assert made.frame["estimate"].gt(0).all()
    return shown[shown["unit"] != "a"]


def test_answers_needed_do_not_tell_a_rate_that_is_not_shown() -> None:
    against = needed_against_the_best(299)
    assert against[["difference", "n_needed"]].isna().all().all()
    against = needed_against_the_best(270)
    assert against["difference"].notna().all()
    digits = [f"{value:.6g}".strip("0") for value in against["n_needed"]]
    assert max(map(len, digits)) <= 2  # six would give the difference, and with it both rates


def test_small_signs_of_quality_are_written_by_their_bound() -> None:
    frame = pd.DataFrame(
        {"period": "2023-1", "flag": ["a", "b"], "n": [19634, 19634], "count": [0, 2081],
         "share": [0.0, 2081 / 19634]}
    )  # fmt: skip
    made = Diagnosis(frame=frame, by=("period", "flag"), method="x", notes={"respondents": 19634})
    shown = disclose(made)
    assert shown.frame["share"].tolist() == [0.001, 0.106]
    assert np.isnan(shown.frame["count"][0])
    assert shown.frame["count"][1] == 2080
    assert shown.notes["respondents"] == 19635


def test_counts_that_a_sentence_quotes_are_rounded() -> None:
    result = replace(
        estimates([40.0]), notes={"respondents_in_model": 2838, "dropped_not_applicable": 2}
    )
    notes = disclose(result).notes
    assert (notes["respondents_in_model"], notes["dropped_not_applicable"]) == (2840, 0)


def test_a_shrunken_rate_does_not_show_what_the_direct_one_must_not() -> None:
    met = [197, 191, 189, 188]
    frame = pd.DataFrame({"unit": ["a", "b", "c", "d"], "count": met, "n": 200})
    info = MeasureInfo("share", "two_box", "1", "proportion", Label.same("share"), ("q",))
    needed = respondents_to_settle(estimates_from_counts(frame, info, period="2023-1"))
    assert 200 * (1 - needed.frame["estimate"][0]) > 5, "its shrunken rate would be shown"
    shown = disclose(needed, Rules(profile="restricted")).frame
    assert shown["display"][0] == "≥ 98%"
    assert shown.loc[0, ["direct", "estimate", "difference", "n_needed"]].isna().all()
