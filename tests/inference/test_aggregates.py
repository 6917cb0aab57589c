"""Aggregate-only input: what is known is used, what is not known stays missing and is said."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference.aggregates import (
    estimates_from_counts,
    estimates_from_published,
    require_precision,
)
from kbnn_analysis.inference.estimation import estimate
from kbnn_analysis.inference.measures import two_box
from kbnn_analysis.language import Label
from kbnn_analysis.results import MeasureInfo

RATE = MeasureInfo("satisfied", "published", "1", "proportion", Label("hài lòng", "satisfied"))
INDEX = MeasureInfo("index", "published", "1", "mean", Label.same("index"), low=0, high=100)


def test_counts_give_what_the_answers_would_have_given(make_survey):
    score, unit = [5, 4, 2, 5, 5, 1, 4, 4, 4, 3], list("aaaaabbbbb")
    answers = estimate(
        make_survey({"overall_treasury": score}, unit=unit), two_box("overall_treasury"), by="unit"
    ).frame
    ours = estimates_from_counts(answers[["unit", "count", "n"]], RATE, period="I/2023").frame
    for column in ("period", "unit", "n", "count", "estimate", "conf_low", "conf_high"):
        assert ours[column].tolist() == pytest.approx(answers[column].tolist())
    p, n = ours["estimate"], ours["n"]
    np.testing.assert_allclose(ours["std_error"], np.sqrt(p * (1 - p) / n))


def test_an_empty_or_unknown_group_is_a_row():
    frame = pd.DataFrame({"unit": ["a", "b", "c"], "count": [9, 0, 5], "n": [10, 0, None]})
    result = estimates_from_counts(frame, RATE, period="2023-1")
    assert result.frame["estimate"].isna().tolist() == [False, True, True]
    assert result.frame["conf_low"].isna().tolist() == [False, True, True]
    assert np.isnan(result.frame["n"][2])
    assert np.isnan(result.covariance[0, 1])
    assert result.covariance[0, 0] == pytest.approx(0.009)


def test_a_rate_without_n_has_no_precision_and_what_needs_it_says_so():
    frame = pd.DataFrame({"unit": ["19"], "estimate": [0.9819]})
    result = estimates_from_published(frame, RATE, period="2023-1", source="press")
    row = result.frame.iloc[0]
    assert row["estimate"] == 0.9819
    assert row[["n", "std_error", "conf_low", "conf_high"]].isna().all()
    with pytest.raises(UsageError, match="A ranking needs standard errors"):
        require_precision(result, "A ranking")
    assert result.notes["source"] == "press"


def test_a_rate_with_n_has_a_binomial_interval():
    frame = pd.DataFrame({"unit": ["a", "b"], "estimate": [0.9, 1.0], "n": [100, None]})
    result = estimates_from_published(frame, RATE, period="2023-1")
    counts = pd.DataFrame({"unit": ["a"], "count": [90], "n": [100]})
    same = estimates_from_counts(counts, RATE, period="2023-1")
    columns = ["std_error", "conf_low", "conf_high"]
    assert result.frame.loc[0, columns].tolist() == same.frame.loc[0, columns].tolist()
    assert result.frame.loc[1, columns].isna().all()
    require_precision(result, "A ranking")


def test_a_published_standard_error_is_used():
    frame = pd.DataFrame({"unit": ["a"], "estimate": [84.09], "std_error": [0.5]})
    row = estimates_from_published(frame, INDEX, period="2024").frame.iloc[0]
    assert row["conf_high"] - row["conf_low"] == pytest.approx(2 * 0.5 * 1.959963984540054)


def test_a_mean_with_n_alone_has_no_precision():
    frame = pd.DataFrame({"unit": ["a"], "estimate": [84.09], "n": [600]})
    assert np.isnan(estimates_from_published(frame, INDEX, period="2024").frame["std_error"][0])


@pytest.mark.parametrize(
    ("make", "columns", "info", "match"),
    [
        (estimates_from_counts, {"count": [11], "n": [10]}, RATE, "row 1"),
        (estimates_from_counts, {"count": [0.5], "n": [10]}, RATE, "whole"),
        (estimates_from_counts, {"count": [1], "N": [10]}, RATE, "no column 'n'"),
        (estimates_from_counts, {"count": ["x"], "n": [10]}, RATE, "`count` must be a number"),
        (estimates_from_counts, {"count": [1], "n": [2]}, INDEX, "estimates_from_published"),
        (estimates_from_published, {"estimate": [98.19]}, RATE, "write a rate as 0.98"),
        (estimates_from_published, {"estimate": [101]}, INDEX, "between 0 and 100"),
        (estimates_from_published, {"estimate": [0.5], "n": [-1]}, RATE, "not be negative"),
    ],
)
def test_impossible_figures_are_refused(make, columns, info, match):
    with pytest.raises(UsageError, match=match):
        make(pd.DataFrame({"unit": ["a"], **columns}), info, period="2023-1")
