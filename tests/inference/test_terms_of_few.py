"""R9: a model tells nothing of a level with few answers, nor of one compared with such a level."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kbnn_analysis.disclosure import Rules, disclose
from kbnn_analysis.inference.drivers import (
    fit_drivers,
    fit_partial_drivers,
    fit_unit_intercepts,
)

OUTCOME = "overall_treasury"
NUMBERS = ["n", "estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high"]


def answers(make_survey, levels: dict[str, int]):
    """300 respondents of 30 offices in 15 units; so many of each level of channel."""
    rng = np.random.default_rng(3)
    office = np.repeat(np.arange(30), 10)
    staff, time = (np.clip(np.rint(rng.normal(3.5, 1, 300)), 1, 5) for _ in range(2))
    outcome = np.clip(np.rint(0.8 * staff + 0.2 * time + rng.normal(0, 0.9, 300)), 1, 5)
    level = np.repeat(list(levels), list(levels.values()))
    attributes = {
        "office": office.astype(str),
        "channel": pd.Categorical(rng.permutation(level), categories=list(levels)),
    }
    items = {"staff_attitude": staff, "time_waiting": time, OUTCOME: outcome}
    return make_survey(items, attributes, unit=office // 2, psu="office", target="process")


def models(survey):
    """Return a fit of every kind of model that lists its terms."""
    asked = {"adjust": ["channel"]}
    return [
        fit_drivers(survey, OUTCOME, ["staff", "time"], **asked),
        fit_partial_drivers(survey, OUTCOME, ["staff", "time"], free=["staff"], **asked),
        fit_unit_intercepts(survey, OUTCOME, ["staff", "time"], **asked),
    ]


@pytest.mark.parametrize(
    ("levels", "hidden"),
    [
        ({"a": 200, "b": 93, "c": 7}, {"channel=c"}),
        ({"a": 6, "b": 200, "c": 94}, {"channel=b", "channel=c"}),
        ({"a": 150, "b": 50, "c": 100}, set()),
    ],
    ids=["a level of 7", "the level compared with of 6", "many everywhere"],
)
@pytest.mark.parametrize("kind", range(3), ids=["slopes", "partial odds", "random intercepts"])
def test_a_level_of_few_has_no_coefficient(make_survey, levels, hidden, kind) -> None:
    shown = disclose(models(answers(make_survey, levels))[kind], Rules()).frame
    terms = shown["term"].astype(str)
    few = shown[terms.isin(hidden)]
    assert set(few["term"]) == hidden
    assert few[NUMBERS].isna().all(axis=None)
    assert (few["suppressed_reason"] == "fewer than 10 valid answers").all()
    others = shown[terms.str.startswith("channel=") & ~terms.isin(hidden)]
    assert others["estimate"].notna().all()
    assert len(others) == 2 - len(hidden)
    assert shown["side"].isna().all(), "how many they are stays inside"


def test_few_degrees_of_freedom_hide_a_coefficient(make_survey) -> None:
    survey = answers(make_survey, {"a": 150, "b": 150})
    context = pd.DataFrame({"distance": range(15)}, index=[str(code) for code in range(15)])
    made = fit_drivers(survey, OUTCOME, ["staff"], context=context)
    few = made.frame["df"] < 10
    assert 0 < few.sum() < len(few)
    shown = disclose(made).frame
    assert (shown["suppressed"] == few).all()
    assert set(shown.loc[few, "suppressed_reason"]) == {"fewer than 10 degrees of freedom"}
    assert shown.loc[few, NUMBERS].isna().all(axis=None)
