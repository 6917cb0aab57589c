"""What can be studied, and what an answer that rarely or often does not apply becomes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference.drivers import analyse_drivers, driver_scope, fit_drivers

OUTCOME = "overall_treasury"


@pytest.fixture
def survey(make_survey):
    """400 respondents; time does not apply to 20 of them, staff to 40."""
    rng = np.random.default_rng(7)
    staff, time, result = (rng.integers(1, 6, 400).astype(float) for _ in range(3))
    latent = 0.5 * staff + 0.3 * time + 0.2 * result + rng.normal(0, 0.5, 400)
    made = make_survey(
        {
            "staff_attitude": staff,
            "time_waiting": time,
            "result_correct": result,
            OUTCOME: np.clip(np.rint(latent), 1, 5),
        },
        {
            "respondent_type": pd.Categorical(rng.choice(["a", "b"], 400)),
            "channel": pd.Categorical(np.where(np.arange(400) < 10, "rare", "common")),
        },
    )
    outside, scores = made.not_applicable.copy(), made.scores.copy()
    outside.loc[:19, "time_waiting"] = True
    outside.loc[100:139, "staff_attitude"] = True
    return replace(made, not_applicable=outside, scores=scores.mask(outside))


def test_groups_must_be_large_enough(survey) -> None:
    scope = driver_scope(survey, OUTCOME)
    assert scope.drivers == scope.alike == ("time", "staff", "result")
    assert scope.kinds == ("respondent_type",)
    assert scope.kind == "respondent_type"
    assert scope.sentence("en") == ""


def test_without_groups_or_outcome_the_reason_is_told(survey) -> None:
    alone = driver_scope(replace(survey, attributes=survey.attributes[["channel"]]), OUTCOME)
    assert alone.kind is None
    assert "no attribute forms groups" in alone.missing("en", "groups")
    none = driver_scope(survey, None)
    assert none.kind is None
    assert "no overall question" in none.missing("en", "groups")
    with pytest.raises(UsageError, match="overall_treasury"):
        driver_scope(survey, "overall_tresury")


def test_a_handful_to_whom_a_driver_does_not_apply_is_left_out(survey) -> None:
    drivers = ["staff", "time", "result"]
    found = fit_drivers(survey, OUTCOME, drivers, not_applicable="indicator")
    terms = set(found.frame["term"])
    assert "staff=not_applicable" in terms
    assert "time=not_applicable" not in terms
    assert found.notes["dropped_not_applicable"] == 20
    assert found.notes["respondents_in_model"] == 380
    dropped = analyse_drivers(survey, OUTCOME, drivers).notes
    assert dropped["dropped_not_applicable"] == 60
