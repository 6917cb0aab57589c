"""Kinds of respondents, and one question asked of several objects."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference import (
    by_object,
    compare,
    estimate,
    overall_measures,
    rated_objects,
    respondent_kinds,
)
from kbnn_analysis.intake.codebooks import load_codebook

OFFICE, SYSTEM = "overall_treasury", "overall_system"


def test_kinds_are_attributes_of_a_few_levels_with_enough_answers(make_survey) -> None:
    place = np.arange(40)
    survey = make_survey(
        {OFFICE: np.where(place < 38, 5.0, np.nan)},
        {
            "channel": pd.Categorical(np.where(place < 12, "online", "counter")),
            "respondent_type": pd.Categorical(np.where(place < 3, "individual", "budget_unit")),
            "procedure": pd.Categorical(["payment"] * 40),
        },
        unit=["01"] * 20 + ["19"] * 20,
    )
    assert respondent_kinds(survey) == ("channel",)
    assert respondent_kinds(survey, OFFICE, min_n=12) == ("channel",)
    assert respondent_kinds(survey, min_n=13) == ()
    assert respondent_kinds(survey, min_n=3) == ("respondent_type", "channel")


def test_objects_keep_the_covariance_of_people_who_rate_both(make_survey) -> None:
    rng = np.random.default_rng(3)
    office = rng.integers(3, 6, 300).astype(float)
    system = np.where(rng.random(300) < 0.8, office, rng.integers(3, 6, 300))
    survey = make_survey({OFFICE: office, SYSTEM: system})
    rated = by_object(estimate(survey, overall_measures(survey.codebook)), survey.codebook, OFFICE)
    assert rated.by == ("period", "measure", "object")
    assert list(dict.fromkeys(rated.frame["object"])) == ["treasury", "system"]
    pair = compare(rated.where(measure="overall_mean"), "all_pairs")
    row, paired = pair.frame.iloc[0], office - system
    assert {row["object"], row["other"]} == {"treasury", "system"}
    assert abs(row["difference"]) == pytest.approx(abs(paired.mean()))
    # the difference within persons: its variance is that of the paired differences
    assert row["std_error"] == pytest.approx(paired.std(ddof=1) / np.sqrt(300), rel=1e-9)


def test_objects_want_estimates_without_groups_and_two_objects(make_survey) -> None:
    survey = make_survey({OFFICE: [5.0, 4.0], SYSTEM: [5.0, 3.0]}, unit=["01", "19"])
    measures = overall_measures(survey.codebook)
    with pytest.raises(UsageError, match="without groups"):
        by_object(estimate(survey, measures, "unit"), survey.codebook, OFFICE)
    sfo = load_codebook("sfo-2013")
    assert rated_objects(sfo, None) == {}
    assert rated_objects(survey.codebook, "priority_1") == {}
    with pytest.raises(UsageError, match="No other object"):
        by_object(estimate(survey, measures), survey.codebook, "time_waiting")
