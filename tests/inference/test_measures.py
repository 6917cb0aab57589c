"""Measures are quotients per respondent with a named, versioned rule."""

from __future__ import annotations

import numpy as np
import pytest

from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference.measures import (
    RULE_VERSIONS,
    mean_score,
    pooled,
    top_box,
    two_box,
)
from kbnn_analysis.language import Label

ITEM = "overall_treasury"
SCORES = [5, 4, 3, np.nan, 1]


@pytest.mark.parametrize(
    ("make", "numerator"),
    [(two_box, [1, 1, 0, 0, 0]), (top_box, [1, 0, 0, 0, 0]), (mean_score, [5, 4, 3, 0, 1])],
)
def test_numerator_and_denominator_by_rule(make, numerator, make_survey):
    quotient = make(ITEM).quotient(make_survey({ITEM: SCORES}))
    np.testing.assert_array_equal(quotient.numerator, numerator)
    np.testing.assert_array_equal(quotient.denominator, [1, 1, 1, 0, 1])


def test_among_is_missing_outside(make_survey):
    survey = make_survey({ITEM: SCORES}, {"channel": ["online", "counter"] * 2 + ["online"]})
    quotient = two_box(ITEM).among(channel="online").quotient(survey)
    np.testing.assert_array_equal(quotient.denominator, [1, 0, 1, 0, 1])
    assert (quotient.numerator <= quotient.denominator).all()


def test_among_can_be_narrowed_twice(make_survey):
    survey = make_survey(
        {ITEM: SCORES},
        {"channel": ["online"] * 4 + ["counter"], "procedure": ["payment"] * 2 + ["other"] * 3},
    )
    twice = two_box(ITEM).among(channel="online").among(procedure="payment")
    once = two_box(ITEM).among(channel="online", procedure="payment")
    np.testing.assert_array_equal(twice.quotient(survey), once.quotient(survey))
    assert twice.quotient(survey).denominator.sum() == 2


def test_rule_version_scale_and_labels_are_told(make_survey):
    survey = make_survey({ITEM: SCORES})
    info = mean_score(ITEM).info(survey)
    assert (info.kind, info.low, info.high) == ("mean", 1, 5)
    assert (info.rule, info.version) == ("mean", RULE_VERSIONS["mean"])
    share = two_box(ITEM).info(survey)
    assert (share.kind, share.low, share.high) == ("proportion", 0, 1)
    item = survey.codebook.item(ITEM).label
    assert share.label.vi.startswith(item.vi)
    assert share.label.vi.endswith("tỷ lệ hài lòng")


def test_stated_importance_has_no_satisfied_answers(make_survey):
    with pytest.raises(UsageError, match="declares no `satisfied`"):
        two_box("priority_time").quotient(make_survey({"priority_time": [1, 2, 3]}))


@pytest.mark.parametrize(
    ("items", "rule", "match"),
    [
        ([], "mean", "at least one item"),
        ([ITEM, ITEM], "mean", "each once"),
        ([ITEM], "median", "`rule` must be one of"),
    ],
)
def test_impossible_pools_are_refused(items, rule, match):
    with pytest.raises(UsageError, match=match):
        pooled(items, rule, "x", Label.same("x"))


def test_items_of_different_scales_are_not_pooled(make_survey):
    survey = make_survey({ITEM: [5, 4], "priority_time": [1, 2]})
    measure = pooled([ITEM, "priority_time"], "mean", "x", Label.same("x"))
    with pytest.raises(UsageError, match="cannot be pooled"):
        measure.info(survey)
