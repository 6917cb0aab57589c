"""Everybody gives the same answer: numbers or a plain refusal, and nothing printed is 100 %."""

from __future__ import annotations

import numpy as np
import pytest

from kbnn_analysis.disclosure import disclose
from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference import (
    best_set,
    compare,
    estimate,
    funnel,
    heterogeneity,
    mean_score,
    rank,
    respondents_to_settle,
    shrink,
    top_box,
)
from kbnn_analysis.inference.drivers import analyse_drivers, fit_drivers

OUTCOME = "overall_treasury"
BY_UNIT = (best_set, compare, funnel, heterogeneity, rank, respondents_to_settle, shrink)


@pytest.fixture
def alike(make_survey):
    """400 respondents of 4 units and 40 offices who all answer 5."""
    office = np.repeat(np.arange(40), 10)
    items = dict.fromkeys((OUTCOME, "staff_attitude", "time_waiting"), np.full(400, 5.0))
    attributes = {"office": office.astype(str)}
    return make_survey(items, attributes, unit=office // 10, psu="office", target="process")


@pytest.mark.parametrize("measure", [top_box, mean_score])
@pytest.mark.parametrize("ask", BY_UNIT, ids=lambda each: each.__name__)
def test_units_that_are_all_alike(alike, ask, measure) -> None:
    made = estimate(alike, [measure(OUTCOME)], "unit")
    try:
        shown = disclose(ask(made)).frame
    except UsageError:  # nothing to tell apart, in words
        return
    told = set(shown.get("display", [])) | set(shown.get("band", []))
    assert not told & {"100%", "5.0", "5"}


def test_levels_are_bounds(alike) -> None:
    shown = disclose(estimate(alike, [top_box(OUTCOME), mean_score(OUTCOME)], "unit")).frame
    assert set(shown["display"]) == {"≥ 90%", "≥ 4.9"}
    assert shown[["estimate", "conf_low", "conf_high"]].isna().all(axis=None)


@pytest.mark.parametrize("ask", [analyse_drivers, fit_drivers])
def test_nothing_drives_what_does_not_vary(alike, ask) -> None:
    with pytest.raises(UsageError):
        ask(alike, OUTCOME, ["staff", "time"])
