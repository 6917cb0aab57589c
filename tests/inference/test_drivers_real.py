"""Drivers of real answers: weights, answers that do not apply, scales that differ, no units."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference.drivers import (
    analyse_drivers,
    check_proportional_odds,
    compare_driver_groups,
    driver_scope,
    fit_drivers,
    importance_performance,
    penalty_reward,
    prioritise,
)
from kbnn_analysis.inference.estimation import estimate
from kbnn_analysis.inference.measures import two_box
from kbnn_analysis.inference.reliability import reliability
from kbnn_analysis.intake import Design, load_codebook, read_raw, validate
from kbnn_analysis.presentation.narrative.drivers import describe_driver_tests, describe_drivers

SELF = "self-selected"


@pytest.fixture(scope="module")
def airport(shared_data):
    """SFO 2016: weighted, with answers that do not apply and three scales."""
    return validate(
        read_raw(shared_data / "surveys" / "sfo_2013_2016" / "sfo_2013_2016.csv"),
        load_codebook("sfo-2013"),
        Design(target=SELF, weight="weight"),
        period="2016",
        select={"year": "2016"},
    )


@pytest.fixture(scope="module")
def mobile(shared_data):
    """ECSI mobi: no units, no respondent numbers, ten-point items."""
    folder = shared_data / "surveys" / "ecsi_mobi"
    return validate(
        read_raw(folder / "mobi.csv"),
        load_codebook("ecsi-mobi"),
        Design(target=SELF),
        period="2005",
    )


@pytest.fixture(scope="module")
def companies(shared_data):
    """lq2002: items without an overall question."""
    return validate(
        read_raw(shared_data / "surveys" / "lq2002" / "lq2002.csv"),
        load_codebook("lq2002"),
        Design(target=SELF),
        period="2002",
    )


def test_a_survey_without_units_is_read_and_says_what_it_lacks(mobile, shared_data) -> None:
    told = json.loads((shared_data / "surveys/ecsi_mobi/reference_values.json").read_text())
    assert len(mobile) == told["n"]
    assert mobile.scores.mean().to_dict() == pytest.approx(told["means"])
    assert "unit" not in mobile.attributes
    assert mobile.unit_vintage is None
    assert any("without respondent numbers" in line for line in mobile.announced)
    with pytest.raises(UsageError, match="no attribute 'unit'"):
        estimate(mobile, two_box("CUSA1"), by="unit")


def test_a_vintage_of_units_is_refused_where_there_are_none(shared_data) -> None:
    raw = read_raw(shared_data / "surveys" / "ecsi_mobi" / "mobi.csv")
    with pytest.raises(UsageError, match="has no unit"):
        validate(
            raw, load_codebook("ecsi-mobi"), Design(), period="2005", unit_vintage="provinces-63"
        )


def test_alpha_is_that_of_the_reference(mobile, shared_data) -> None:
    told = json.loads((shared_data / "surveys/ecsi_mobi/reference_values.json").read_text())
    quality = reliability(mobile, ordinal=False).frame.query("coefficient == 'alpha'")
    alpha = quality.set_index("scale")["estimate"]
    assert alpha["quality"] == pytest.approx(told["alpha_PERQ"], rel=1e-9)
    assert alpha["expectations"] < 0.5  # its three items hardly agree


def test_quality_leads_among_mobile_customers_but_its_rank_stays_open(mobile) -> None:
    found = analyse_drivers(mobile, "CUSA1")
    frame = found.frame.set_index("driver")
    assert frame["share"].idxmax() == "quality"
    assert frame["share"].sum() == pytest.approx(1.0)
    assert frame["fit"].iloc[0] == pytest.approx(_r_squared(mobile), rel=1e-9)
    assert frame.loc["quality", "rank_high"] > 1
    assert "do not say which driver" in describe_drivers(found, "en")


def test_answers_that_do_not_apply_keep_their_respondents(airport) -> None:
    listwise = analyse_drivers(airport, "q7_all").notes
    kept = analyse_drivers(airport, "q7_all", not_applicable="indicator").notes
    assert kept["respondents_in_model"] > 1.2 * listwise["respondents_in_model"]
    assert kept["dropped_not_applicable"] < 30  # a handful has no indicator of its own
    terms = fit_drivers(airport, "q7_all", model="ordinal", not_applicable="indicator")
    assert terms.notes["penalty"] == "none"
    assert "access=not_applicable" in set(terms.frame["term"])
    assert np.isfinite(terms.frame["std_error"]).all()


def test_the_odds_can_be_tested_where_answers_do_not_apply(airport) -> None:
    tests = check_proportional_odds(airport, "q7_all", not_applicable="indicator")
    assert tests.frame["p_value"].between(0, 1).all()
    told = describe_driver_tests(tests, "en")
    assert told.startswith("Taken together the coefficients are not the same at all levels")


def test_a_weight_is_no_context_of_units(airport) -> None:
    assert "weight" in airport.attributes
    assert driver_scope(airport, "q7_all").context == ()


def test_weights_change_the_shares(airport) -> None:
    plain = replace(airport, design=Design(target=SELF))
    weighted = analyse_drivers(airport, "q7_all", not_applicable="indicator").frame["share"]
    bare = analyse_drivers(plain, "q7_all", not_applicable="indicator").frame["share"]
    assert 1e-4 < (weighted - bare).abs().max() < 0.1


def test_only_drivers_on_the_outcomes_scale_are_placed_together(airport) -> None:
    scope = driver_scope(airport, "q7_all")
    assert scope.alike == ("amenities", "wayfinding", "access", "cleanliness")
    assert set(scope.drivers) - set(scope.alike) == {"safety", "passage"}
    assert "Safety, Passing through" in scope.sentence("en")
    assert scope.kinds == ("strata", "peak")
    with pytest.raises(UsageError, match="cannot be compared"):
        importance_performance(airport, "q7_all", not_applicable="indicator")
    same = {"not_applicable": "indicator"}
    rng = np.random.default_rng(1)
    placed = importance_performance(airport, "q7_all", scope.alike, rng=rng, **same).frame
    assert placed.set_index("driver").loc["amenities", "quadrant"] == "concentrate"
    kinds = penalty_reward(airport, "q7_all", scope.alike, **same).frame
    assert kinds.set_index("driver").loc["cleanliness", "factor_type"].eq("basic").all()
    items = prioritise(airport, "q7_all", scope.alike, **same).frame
    assert len(items) == 19
    assert items["estimate"].between(-1, 1).all()


def test_kinds_of_passengers_are_compared(airport) -> None:
    scope = driver_scope(airport, "q7_all")
    shares = analyse_drivers(airport, "q7_all", by=scope.kind, not_applicable="indicator")
    tests = compare_driver_groups(shares)
    assert tests.frame["driver"].iloc[-1] == "all"
    assert "not shown to differ" in describe_driver_tests(tests, "en")


def test_without_an_overall_question_nothing_is_studied_and_said_so(companies) -> None:
    scope = driver_scope(companies, None)
    assert (scope.outcome, scope.kind, scope.alike) == (None, None, ())
    assert "no overall question" in scope.sentence("en")
    assert scope.sentence("vi") != scope.sentence("en")
    assert "no overall question" in scope.missing("en", "groups")


def _r_squared(survey) -> float:
    x = np.column_stack(
        [np.mean([survey.score(i.name) for i in items], axis=0) for items in _factors(survey)]
    )
    return float(np.corrcoef(_fitted(x, survey.score("CUSA1")), survey.score("CUSA1"))[0, 1] ** 2)


def _factors(survey):
    book = survey.codebook
    return [book.items_with("satisfaction", factor) for factor in book.factors]


def _fitted(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    design = np.column_stack([np.ones(len(x)), x])
    return design @ np.linalg.lstsq(design, y, rcond=None)[0]
