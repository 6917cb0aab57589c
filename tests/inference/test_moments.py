"""Linear driver models from sums within sampling units are those of the respondents.

Covariances agree to 2e-11 of the largest entry: the normal equations of either lose as many digits.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference import respondent_rows
from kbnn_analysis.inference.drivers import analyse_drivers, fit_drivers, moments
from kbnn_analysis.inference.measures import top_box
from kbnn_analysis.inference.simulation import simulate_period
from kbnn_analysis.intake import Design, Survey, load_codebook, read_raw, validate
from kbnn_analysis.stats.moment_rows import moment_rows, product_sums

ITEM = "overall_treasury"


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    path = tmp_path_factory.mktemp("answers") / "a-SIMULATED.csv"
    path.write_bytes(simulate_period("2023-1", seed=5, scale=0.2).to_csv().encode())
    book, design = load_codebook("kbnn-assumed"), Design(target="process", psu="office")
    read = validate(read_raw(path), book, design, period="2023-1", unit_vintage="provinces-63")
    weight = read.attributes["duration_seconds"].fillna(0.0).clip(upper=900)
    return replace(read, attributes=read.attributes.assign(duration_seconds=weight))


@pytest.fixture
def from_moments(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setattr(moments, "PATTERNS_FROM", 0)
    monkeypatch.setattr(respondent_rows, "BLOCK", 397)
    return monkeypatch


def check_shares(few: pd.DataFrame, full: pd.DataFrame) -> None:
    """Compare all but what rests on degrees of freedom: theirs need the respondents' tails."""
    rests = ["df", "conf_low", "conf_high", "share_low", "share_high"]
    pd.testing.assert_frame_equal(
        few.drop(columns=rests), full.drop(columns=rests), rtol=1e-8, atol=1e-10
    )
    pd.testing.assert_frame_equal(few[rests[1:]], full[rests[1:]], rtol=0.02)
    assert (few["df"] > 30).all()


DESIGNS = [
    Design(target="process", psu="office"),
    Design(target="process", psu="office", strata="province"),
    Design(target="process", psu="office", weight="duration_seconds"),
]


@pytest.mark.parametrize("design", DESIGNS, ids=["psu", "strata", "weights"])
@pytest.mark.parametrize("outcome", [ITEM, top_box(ITEM).among(channel="online")], ids=str)
def test_coefficients(
    survey: Survey, design: Design, outcome: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = replace(survey, design=design)
    full = fit_drivers(asked, outcome)
    monkeypatch.setattr(moments, "PATTERNS_FROM", 0)
    monkeypatch.setattr(respondent_rows, "BLOCK", 397)
    few = fit_drivers(asked, outcome)
    pd.testing.assert_frame_equal(few.frame, full.frame, rtol=1e-9, atol=1e-11)
    size = np.abs(full.covariance).max()
    np.testing.assert_allclose(few.covariance, full.covariance, rtol=0, atol=2e-11 * size)
    assert few.method == full.method
    for name, value in full.notes.items():
        wanted = pytest.approx(value) if isinstance(value, float) else value
        assert few.notes[name] == wanted, name


@pytest.mark.parametrize("design", DESIGNS, ids=["psu", "strata", "weights"])
def test_importance(survey: Survey, design: Design, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = replace(survey, design=design)
    full = analyse_drivers(asked, ITEM)
    monkeypatch.setattr(moments, "PATTERNS_FROM", 0)
    few = analyse_drivers(asked, ITEM)
    check_shares(few.frame, full.frame)
    size = np.abs(full.covariance).max()
    np.testing.assert_allclose(few.covariance, full.covariance, rtol=0, atol=2e-11 * size)


def test_items_of_factors(survey: Survey, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["time", "staff"]
    full = analyse_drivers(survey, ITEM, names, level="item")
    monkeypatch.setattr(moments, "PATTERNS_FROM", 0)
    few = analyse_drivers(survey, ITEM, names, level="item")
    check_shares(few.frame, full.frame)


def test_mistakes_are_told_alike(survey: Survey, from_moments: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="outcome and driver at once"):
        fit_drivers(survey, "time_waiting")
    with pytest.raises(UsageError, match="did you mean 'staff'"):
        fit_drivers(survey, ITEM, ["staf"])
    none = replace(survey, scores=survey.scores.assign(**{ITEM: np.nan}))
    with pytest.raises(UsageError, match="only 0 complete respondents"):
        fit_drivers(none, ITEM)


def test_rows_have_the_sums_they_were_made_from() -> None:
    rng = np.random.default_rng(3)
    unit = rng.integers(0, 9, 300)
    unit[unit == 4] = 5  # a unit without records
    unit[0], unit[unit == 8] = 8, 7  # a unit with one record
    columns = np.column_stack([np.ones(300), rng.integers(1, 6, (300, 4)), np.full(300, 3.0)])
    sums = product_sums(columns, rng.uniform(0.5, 2, 300), unit, 9)
    rows = moment_rows(sums)
    again = product_sums(rows.columns, rows.weight, rows.unit, 9)
    np.testing.assert_allclose(again, sums, rtol=1e-12, atol=1e-9)
    assert 4 not in rows.unit
