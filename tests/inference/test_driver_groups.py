"""Drivers by region and by period: shares as when studied apart, differences on one covariance."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference.drivers import (
    analyse_drivers,
    comparable_drivers,
    compare_driver_groups,
    driver_scope,
    fit_drivers,
)
from kbnn_analysis.inference.regions import REGION, region_names, with_regions
from kbnn_analysis.intake.stacking import stack_surveys
from kbnn_analysis.results import Break

OUTCOME = "overall_treasury"
ITEMS = ["staff_attitude", "time_waiting"]
FACTORS = ["staff", "time"]
UNITS = ("01", "79")  # Hà Nội and Hồ Chí Minh City: two regions


@pytest.fixture
def wave(make_survey):
    """Return the maker of a period: 40 offices of 15, the outcome follows staff or time."""

    def made(period: str, weights: tuple[float, float], seed: int = 5, first: int = 0):
        rng = np.random.default_rng(seed)
        office = np.repeat(np.arange(40), 15)
        shared = rng.normal(0, 0.4, 40)[office]
        staff, time = (np.clip(np.rint(rng.normal(4, 1, 600) + shared), 1, 5) for _ in range(2))
        latent = weights[0] * staff + weights[1] * time + rng.normal(0.5, 0.7, 600)
        items = dict(zip([*ITEMS, OUTCOME], [staff, time, latent], strict=True))
        items[OUTCOME] = np.clip(np.rint(latent), 1, 5)
        names = {"office": (office + first).astype(str)}
        unit = pd.Categorical(np.take(UNITS, office % 2), categories=UNITS)
        survey = make_survey(items, names, psu="office", target="process", period=period)
        attributes = survey.attributes.assign(unit=unit)
        return replace(survey, attributes=attributes, unit_vintage="provinces-63")

    return made


def test_periods_have_the_shares_of_each_and_the_covariance_of_the_same_offices(wave) -> None:
    one, two = wave("2023-1", (0.7, 0.2)), wave("2023-2", (0.2, 0.7), seed=6)
    whole = analyse_drivers(stack_surveys([one, two]), OUTCOME, FACTORS, by="period")
    assert whole.by == ("period", "outcome", "driver")
    apart = [analyse_drivers(each, OUTCOME, FACTORS) for each in (one, two)]
    for place, each in enumerate(apart):
        rows = slice(2 * place, 2 * place + 2)
        mine = whole.frame.iloc[rows].reset_index(drop=True)
        columns = ["period", "n", "fit", "share", "share_low", "share_high", "std_error"]
        pd.testing.assert_frame_equal(mine[columns], each.frame[columns])
        np.testing.assert_allclose(whole.covariance[rows, rows], each.covariance)
    assert np.abs(whole.covariance[:2, 2:]).max() > 0
    tests = compare_driver_groups(whole)
    assert (tests.frame["p_value"] < 0.001).all()
    assert tests.frame["period"].unique().tolist() == ["2023-2"]
    difference = whole.frame["share"][0] - whole.frame["share"][2]
    take = np.array([1.0, 0.0, -1.0, 0.0])
    expected = difference**2 / (take @ whole.covariance @ take)
    assert tests.frame["statistic"][0] == pytest.approx(expected)


def test_the_same_answers_again_do_not_differ_and_other_offices_are_independent(wave) -> None:
    one = wave("2023-1", (0.7, 0.2))
    again = stack_surveys([one, replace(one, period="2023-2")])
    found = analyse_drivers(again, OUTCOME, FACTORS, by="period").covariance
    np.testing.assert_allclose(found[:2, 2:], found[:2, :2], rtol=1e-10)
    other = stack_surveys([one, wave("2023-2", (0.7, 0.2), seed=6, first=100)])
    found = analyse_drivers(other, OUTCOME, FACTORS, by="period").covariance
    np.testing.assert_array_equal(found[:2, 2:], 0.0)


def test_slopes_of_periods_are_tested_too(wave) -> None:
    both = stack_surveys([wave("2023-1", (0.6, 0.3)), wave("2023-2", (0.6, 0.3), seed=8)])
    slopes = fit_drivers(both, OUTCOME, FACTORS, by="period")
    assert slopes.frame["period"].tolist() == ["2023-1"] * 2 + ["2023-2"] * 2
    assert (compare_driver_groups(slopes).frame["p_value"] > 0.001).all()


def test_only_drivers_that_were_asked_alike_are_compared(wave) -> None:
    one, two = wave("2023-1", (0.6, 0.3)), wave("2023-2", (0.6, 0.3), seed=8)
    both = stack_surveys([one, two])
    assert comparable_drivers(both, OUTCOME) == ("time", "staff")
    reworded = replace(both, breaks=(Break("2023-1", "2023-2", "wording", ("time_waiting",)),))
    assert comparable_drivers(reworded, OUTCOME) == ()  # one is left
    asked = replace(both, breaks=(Break("2023-1", "2023-2", "mode", ()),))
    assert comparable_drivers(asked, OUTCOME) == ()
    silent = replace(one, scores=one.scores.assign(**{OUTCOME: np.nan}))
    assert comparable_drivers(stack_surveys([silent, two]), OUTCOME) == ()
    with pytest.raises(UsageError, match="answers of one period"):
        comparable_drivers(one, OUTCOME)
    with pytest.raises(UsageError, match="'period'"):
        analyse_drivers(both, OUTCOME, FACTORS)


def test_regions_are_groups_with_names_in_both_languages(wave) -> None:
    survey = wave("2023-1", (0.7, 0.2))
    assert driver_scope(survey, OUTCOME).regions
    found = analyse_drivers(with_regions(survey), OUTCOME, FACTORS, by=REGION)
    assert found.frame[REGION].unique().tolist() == ["Đồng bằng sông Hồng", "Đông Nam Bộ"]
    assert found.label(REGION, "Đông Nam Bộ").en == "Southeast"
    inside = survey.attributes["unit"] == "01"
    alone = analyse_drivers(survey, OUTCOME, FACTORS)
    assert found.frame["n"].iloc[0] == inside.sum() < alone.frame["n"].iloc[0]
    assert (compare_driver_groups(found).frame["p_value"] > 0.001).all()


def test_regions_that_are_not_known_are_told(wave) -> None:
    survey = wave("2023-1", (0.7, 0.2))
    with pytest.raises(UsageError, match="this survey has none"):
        with_regions(replace(survey, unit_vintage=None))
    with pytest.raises(UsageError, match="region_vi and region_en"):
        with_regions(replace(survey, unit_vintage="branches"))
    assert region_names("branches") == {}
    one = replace(survey, attributes=survey.attributes.assign(unit="01"))
    scope = driver_scope(one, OUTCOME)
    assert not scope.regions
    assert "one alone has enough" in scope.missing("en", "regions")
    assert "no earlier period" in scope.missing("en", "periods")


def test_too_few_degrees_of_freedom_leave_the_smallest_adjusted_p_value(wave) -> None:
    shares = analyse_drivers(with_regions(wave("2023-1", (0.7, 0.2))), OUTCOME, FACTORS, by=REGION)
    both = compare_driver_groups(shares)
    assert both.notes["joint"] == "wald"
    assert both.frame["p_adjusted"].iloc[-1] == both.frame["p_value"].iloc[-1]
    slopes = fit_drivers(with_regions(wave("2023-1", (0.7, 0.2))), OUTCOME, FACTORS, by=REGION)
    few = compare_driver_groups(replace(slopes, frame=slopes.frame.assign(df=0.45)))
    assert few.notes["joint"] == "smallest"
    told = few.frame.set_index("driver")
    assert told.loc[FACTORS, "p_value"].notna().all()
    assert np.isnan(told.loc["all", "statistic"])
    assert told.loc["all", "p_value"] == told.loc[FACTORS, "p_adjusted"].min()
