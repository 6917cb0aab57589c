"""Scales are compared where enough groups have enough complete answers in which items vary."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kbnn_analysis.inference.comparable_scales import alignable_scales, comparable_scales
from kbnn_analysis.inference.drivers import driver_scope
from kbnn_analysis.inference.invariance import check_invariance

STAFF = ("staff_attitude", "staff_capacity", "staff_responsive", "staff_integrity")


@pytest.fixture
def survey(make_survey):
    """Return 720 respondents, 60 in each of 12 units, of two kinds."""
    rng = np.random.default_rng(4)
    general = rng.normal(size=720)
    items = {name: np.clip(np.rint(4 + general + rng.normal(0, 0.7, 720)), 1, 5) for name in STAFF}
    kinds = pd.Categorical(np.where(np.arange(720) % 2, "a", "b"))
    return make_survey(items, {"respondent_type": kinds}, unit=np.repeat(np.arange(12), 60))


def test_scales_with_enough_answers_in_enough_groups(survey) -> None:
    assert comparable_scales(survey, "respondent_type") == {"staff": STAFF}
    assert alignable_scales(survey) == {"staff": STAFF}
    assert comparable_scales(survey, None) == {}
    assert comparable_scales(survey, "channel") == {}
    scope = driver_scope(survey, None)
    assert scope.grouping == "respondent_type"
    assert "no scale has enough" in scope.missing("en", "scales")


def test_groups_of_few_or_of_equal_answers_do_not_count(survey) -> None:
    few = survey.scores.copy()
    few.loc[few.index % 2 == 1, STAFF[0]] = np.nan
    assert comparable_scales(replace(survey, scores=few), "respondent_type") == {}
    assert alignable_scales(replace(survey, scores=few)) == {}
    equal = survey.scores.copy()
    equal.loc[equal.index % 2 == 1, STAFF[0]] = 5.0
    assert comparable_scales(replace(survey, scores=equal), "respondent_type") == {}


def test_what_is_found_can_be_tested(survey) -> None:
    found = comparable_scales(survey, "respondent_type")
    held = check_invariance(survey, "respondent_type", found)
    assert held.notes["scalar"] == "staff"
