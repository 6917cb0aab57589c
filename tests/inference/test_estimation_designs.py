"""What R's survey package gives for calibrated, replicated and lonely designs, through the verb."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import special

from kbnn_analysis.disclosure import Rules, disclose
from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference import (
    compare,
    estimate,
    estimate_quantiles,
    estimate_totals,
    mean_score,
    two_box,
    weight_for_nonresponse,
)
from kbnn_analysis.inference.replication import bootstrap, given_replication, jackknife
from kbnn_analysis.intake.survey import Design
from kbnn_analysis.stats.student import student_value

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
THEIRS = json.loads((GOLDEN / "calibration.json").read_text(encoding="utf-8"))
GIVEN = json.loads((GOLDEN / "estimation.json").read_text(encoding="utf-8"))
LONELY = GIVEN["lonely"]
TYPES = {"E": 4421.0, "H": 755.0, "M": 1018.0}
WIDE = {"No": 1072.0, "Yes": 5122.0}
LOW, WIDTH = 200.0, 200.0  # api00 runs from 200 to 1000; the answer scale from 1 to 5
API00, API99 = mean_score("time_waiting"), mean_score("time_notice")
SAMPLES = {
    "clus1": {"psu": "dnum", "fpc": "fpc"},
    "strat": {"strata": "stype", "fpc": "fpc"},
    "clus2": {"psu": "dnum", "fpc": "fpc1", "second_psu": "snum", "second_fpc": "fpc2"},
}


@pytest.fixture
def api(make_survey):
    """Return a maker: an api sample as a survey whose scores are the index on a scale of 1 to 5."""

    def make(name, *, fpc=True, **more):
        frame = pd.read_csv(GOLDEN / f"estimation_api{name}.csv").rename(
            columns={"sch.wide": "wide"}
        )
        frame = frame.assign(**more)
        design = {part: name for part, name in SAMPLES[name].items() if fpc or "fpc" not in part}
        items = {"time_waiting": scaled(frame["api00"]), "time_notice": scaled(frame["api99"])}
        columns = {each: frame[each] for each in {"pw", "stype", "wide", "api99", *design.values()}}
        columns |= {name: frame[name] for name in more}
        if more:
            design["strata"] = next(iter(more))
        target = "period" if fpc else "process"
        return make_survey(items, columns, target=target, weight="pw", **design)

    return make


def scaled(index):
    return 1 + (index - LOW) / WIDTH


def index_of(estimates):
    return LOW + WIDTH * (estimates.frame["estimate"].to_numpy() - 1)


CALIBRATIONS = {
    "poststratify_clus1": {"frame_counts": {"stype": TYPES}},
    "raking_strat": {"frame_counts": {"stype": TYPES, "wide": WIDE}},
    "calibrate_clus1": {"frame_counts": {"stype": TYPES}, "frame_totals": {"api99": 3914069.0}},
    "calibrate_strat": {"frame_counts": {"stype": TYPES}, "frame_totals": {"api99": 3914069.0}},
}


@pytest.mark.parametrize("name", CALIBRATIONS)
def test_calibration_through_the_verb_equals_r(api, name) -> None:
    survey, theirs = api(name.split("_")[1]), THEIRS[name]
    tolerance = 1e-6 if name.startswith("rak") else 1e-8  # R rakes by sweeps
    found = estimate(survey, [API00, API99], **CALIBRATIONS[name])
    np.testing.assert_allclose(index_of(found), theirs["mean"], rtol=tolerance)
    covariance = WIDTH**2 * found.covariance
    np.testing.assert_allclose(covariance, theirs["mean_cov"], rtol=tolerance, atol=1e-9)
    by = estimate(survey, API00, "stype", **CALIBRATIONS[name])
    np.testing.assert_allclose(index_of(by), theirs["by"], rtol=1e-7)
    variance = WIDTH**2 * by.covariance.diagonal()
    np.testing.assert_allclose(variance, theirs["by_var"], rtol=1e-6)
    assert "calibrated to" in found.method


def test_the_number_of_all_can_stand_for_frame_counts(api) -> None:
    survey = api("clus1")
    found = estimate(survey, API99, frame_totals={"population": 6194.0, "api99": 3914069.0})
    assert index_of(found)[0] == pytest.approx(3914069 / 6194)
    assert found.frame["std_error"][0] == pytest.approx(0, abs=1e-8)
    with pytest.raises(UsageError, match="need the number of all"):
        estimate(survey, API99, frame_totals={"api99": 3914069.0})
    with pytest.raises(UsageError, match="is no number"):
        estimate(survey, API99, frame_totals={"population": 6194.0, "stype": 1.0})


@pytest.mark.parametrize(
    ("name", "sample", "mse", "fpc"),
    [
        ("jk1_clus1", "clus1", False, False),
        ("jk1_clus1_mse", "clus1", True, False),
        ("jkn_strat", "strat", False, False),
        ("jkn_strat_mse", "strat", True, False),
        ("jk1_clus1_fpc", "clus1", False, True),
    ],
)
def test_jackknife_through_the_verb_equals_r(api, name, sample, mse, fpc) -> None:
    survey, theirs = api(sample, fpc=fpc), THEIRS[name]
    made = jackknife(survey, mse=mse)
    found = estimate(survey, [API00, API99], replication=made)
    np.testing.assert_allclose(index_of(found), theirs["mean"], rtol=1e-10)
    np.testing.assert_allclose(WIDTH**2 * found.covariance, theirs["mean_cov"], rtol=1e-8)
    by = estimate(survey, API00, "stype", replication=made)
    variance = WIDTH**2 * by.covariance.diagonal()
    np.testing.assert_allclose(variance, theirs["by_var"], rtol=1e-8)
    assert f"replicate weights ({made.kind})" in found.method
    assert (found.notes["replication"], found.notes["replicates"]) == (made.kind, made.count)


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("JK1", {}),
        ("JKn", {"rscales": np.linspace(0.5, 0.9, 7)}),
        ("BRR", {}),
        ("Fay", {"rho": 0.3}),
        ("bootstrap", {}),
    ],
)
def test_given_weights_by_hand(api, kind, options) -> None:
    survey = api("clus1", fpc=False)
    rng = np.random.default_rng(4)
    factors = rng.uniform(0.2, 1.8, (len(survey), 7))
    given = given_replication(survey, factors, kind, combined=False, **options)
    found = estimate(survey, API00, replication=given)
    weights = survey.weights()[:, None] * factors
    draws = (weights * survey.score("time_waiting")[:, None]).sum(axis=0) / weights.sum(axis=0)
    scales = {"JK1": 6 / 7, "JKn": 1.0, "BRR": 1 / 7, "Fay": 1 / (7 * 0.7**2), "bootstrap": 1 / 6}
    squares = options.get("rscales", np.ones(7)) * (draws - draws.mean()) ** 2
    assert found.covariance[0, 0] == pytest.approx(scales[kind] * squares.sum())
    assert found.frame["df"][0] == 6


def test_replicate_weights_may_be_attributes(make_survey) -> None:
    weights = {"w1": [2.0, 0.0, 1.0, 1.0], "w2": [0.0, 2.0, 1.0, 1.0]}
    survey = make_survey({"time_waiting": [1.0, 5.0, 3.0, 4.0]}, weights)
    given = given_replication(survey, ["w1", "w2"], "BRR")
    found = estimate(survey, API00, replication=given)
    assert found.covariance[0, 0] == pytest.approx(((9 / 4 - 17 / 4) / 2) ** 2)


def test_bootstrap_agrees_with_linearization(api) -> None:
    survey = api("strat", fpc=False)
    made = bootstrap(survey, 2_000, np.random.default_rng(1))
    error = estimate(survey, API00, replication=made).frame["std_error"][0]
    linear = estimate(survey, API00).frame["std_error"][0]
    assert error == pytest.approx(linear, rel=0.08)  # Monte Carlo: 1 / sqrt(2 x 2000) = 1.6 %


def test_a_group_that_a_replicate_empties_has_no_standard_error(make_survey) -> None:
    survey = make_survey(
        {"time_waiting": [1.0, 2.0, 3.0, 4.0, 5.0]},
        {"office": list("aabbc")},
        unit=["01", "01", "01", "01", "02"],
        target="process",
        psu="office",
    )
    found = estimate(survey, API00, "unit", replication=jackknife(survey)).frame
    assert np.isfinite(found["std_error"][0])
    assert np.isnan(found["std_error"][1])


def test_what_does_not_go_together_is_refused(api) -> None:
    survey = api("clus1", fpc=False)
    with pytest.raises(UsageError, match="Calibrate or replicate"):
        estimate(survey, API00, frame_counts={"stype": TYPES}, replication=jackknife(survey))
    other = jackknife(api("strat", fpc=False))
    with pytest.raises(UsageError, match="of 200 respondents, the survey has 183"):
        estimate(survey, API00, replication=other)


@pytest.mark.parametrize("choice", ["remove", "adjust", "average"])
def test_lonely_strata_through_the_verb_equal_r(api, choice) -> None:
    stype = pd.read_csv(GOLDEN / "estimation_apistrat.csv")["stype"].astype(object)
    stype[0], stype[119] = "alone", "alone too"
    survey = api("strat", fpc=False, h=stype)
    found = estimate(survey, API00, lonely_psu=choice)
    assert WIDTH**2 * found.covariance[0, 0] == pytest.approx(LONELY[choice]["mean"], rel=1e-8)
    with pytest.raises(UsageError, match="only one PSU"):
        estimate(survey, API00, lonely_psu="fail")


@pytest.mark.parametrize("choice", ["remove", "adjust", "average", "fail"])
def test_the_design_says_what_lonely_strata_do_and_a_verb_may_say_otherwise(api, choice) -> None:
    stype = pd.read_csv(GOLDEN / "estimation_apistrat.csv")["stype"].astype(object)
    stype[0], stype[119] = "alone", "alone too"
    survey = api("strat", fpc=False, h=stype)
    chosen = replace(survey, design=replace(survey.design, lonely_psu=choice))
    if choice == "fail":
        with pytest.raises(UsageError, match="only one PSU"):
            estimate(chosen, API00)
        return
    found = estimate(chosen, API00)
    assert WIDTH**2 * found.covariance[0, 0] == pytest.approx(LONELY[choice]["mean"], rel=1e-8)
    assert found.notes["lonely_psu"] == choice
    assert ("lonely" in found.method) == (choice != "adjust")
    with pytest.raises(UsageError, match="only one PSU"):
        estimate(chosen, API00, lonely_psu="fail")


def test_two_stages_through_the_verb_equal_r(api) -> None:
    theirs, survey = GIVEN["clus2_fpc"], api("clus2")
    found, by = estimate(survey, API00), estimate(survey, API00, "stype")
    assert index_of(found)[0] == pytest.approx(theirs["mean"][0], rel=1e-10)
    assert WIDTH**2 * found.covariance[0, 0] == pytest.approx(theirs["mean_cov"][0][0], rel=1e-8)
    expected = np.array(theirs["by_cov"])[:3, :3]
    np.testing.assert_allclose(WIDTH**2 * by.covariance, expected, rtol=1e-8)
    assert by.frame["df"].tolist() == theirs["by_df"]
    assert "second stage snum" in found.method
    one = replace(survey.design, second_psu=None, second_fpc=None)
    assert found.covariance[0, 0] > estimate(replace(survey, design=one), API00).covariance[0, 0]


def test_a_second_stage_needs_the_first() -> None:
    with pytest.raises(UsageError, match="needs `psu` and `fpc`"):
        Design(target="period", second_psu="counter")
    with pytest.raises(UsageError, match="`lonely_psu`"):
        Design(lonely_psu="drop")


@pytest.mark.parametrize("sample", ["strat", "clus1"])
def test_quantiles_through_the_verb_equal_r(api, sample) -> None:
    theirs = np.array(THEIRS[f"quantile_{sample}"])
    asked = [0.1, 0.25, 0.5, 0.75, 0.9]
    survey = api(sample, fpc=False)
    found = estimate_quantiles(survey, API00, asked, interval="woodruff").frame
    for place, column in enumerate(("estimate", "conf_low", "conf_high")):
        np.testing.assert_allclose(LOW + WIDTH * (found[column] - 1), theirs[:, place], rtol=1e-12)
    np.testing.assert_allclose(WIDTH * found["std_error"], theirs[:, 3], rtol=1e-8)
    assert list(found["measure"])[2] == "time_waiting_mean:q50"


def test_quantiles_of_groups_are_those_of_each_group_and_may_be_compared(api) -> None:
    survey = api("clus1", fpc=False)
    found = estimate_quantiles(survey, API00, [0.25, 0.5], "stype")
    alone = [estimate_quantiles(survey, API00.among(stype=level), [0.25, 0.5]) for level in "EHM"]
    for at in range(2):
        rows = found.frame.iloc[3 * at : 3 * at + 3]
        expected = [each.frame["estimate"][at] for each in alone]
        np.testing.assert_array_equal(rows["estimate"], expected)
        errors = [each.frame["std_error"][at] for each in alone]
        np.testing.assert_allclose(rows["std_error"], errors)
    assert np.linalg.eigvalsh(found.covariance).min() > -1e-12
    assert found.covariance[0, 3] > 0  # two quantiles of one group move together
    median = found.where(measure="time_waiting_mean:q50")
    assert compare(median, "all_pairs", min_n=10).frame["difference"].notna().all()
    assert median.measures["time_waiting_mean:q50"].label.en.endswith("median")


def test_quantiles_of_an_absent_group_are_missing(make_survey) -> None:
    survey = make_survey({"time_waiting": [1.0, 2.0, 3.0]}, unit=["01"] * 3, units=["01", "02"])
    found = estimate_quantiles(survey, API00, 0.5, "unit").frame
    assert found["estimate"].tolist()[0] == 2.0
    assert np.isnan(found["estimate"][1])
    with pytest.raises(UsageError, match="mean_score"):
        estimate_quantiles(survey, two_box("time_waiting"))


def test_weighting_classes_are_the_estimate_by_class_weighted_by_the_asked(make_survey) -> None:
    survey = make_survey({"time_waiting": [5.0, 4.0, 1.0, 2.0, 3.0]}, {"channel": list("ooccc")})
    asked = {"o": 20.0, "c": 10.0}
    adjusted = weight_for_nonresponse(survey, "channel", asked)
    found = estimate(adjusted, API00)
    assert found.frame["estimate"][0] == pytest.approx((20 * 4.5 + 10 * 2) / 30)
    assert found.frame["weight_sum"][0] == pytest.approx(30)
    assert "nonresponse_weight" in found.method
    assert survey.design.weight is None
    for wrong, told in (
        ({"o": 20.0}, "lacks 'c'"),
        ({**asked, "x": 1.0}, "does not exist"),
        ({"o": 1.0, "c": 10.0}, "1 were asked in 'o', but 2 answered"),
    ):
        with pytest.raises(UsageError, match=told):
            weight_for_nonresponse(survey, "channel", wrong)


@pytest.mark.parametrize("name", ["poststratify_clus1", "calibrate_strat", None])
def test_totals_are_shares_of_what_the_weights_add_up_to(make_survey, name) -> None:
    sample = name.split("_")[1] if name else "strat"
    frame = pd.read_csv(GOLDEN / f"estimation_api{sample}.csv").rename(columns={"sch.wide": "wide"})
    design = dict(SAMPLES[sample])
    columns = {each: frame[each] for each in ("pw", "stype", "wide", "api99", "dnum", "fpc")}
    scores = {"time_waiting": np.where(frame["wide"] == "Yes", 5.0, 1.0)}
    survey = make_survey(scores, columns, target="period", weight="pw", **design)
    options = CALIBRATIONS[name] if name else {}
    found = estimate_totals(survey, two_box("time_waiting"), "stype", **options)
    share = estimate(survey, two_box("time_waiting"), "stype", **options).frame
    np.testing.assert_allclose(found.frame["estimate"], share["estimate"] * share["weight_sum"])
    if name:  # group sizes are known exactly: the total is the share times a constant
        errors = share["std_error"] * list(TYPES.values())
        np.testing.assert_allclose(found.frame["std_error"], errors, rtol=1e-6)
    assert (found.frame["conf_low"] >= found.frame["count"] - 1e-9).all()
    above = found.frame["conf_high"] / found.frame["estimate"]
    z = student_value(float(special.ndtri(0.975)), found.frame["df"].to_numpy(dtype=float))
    np.testing.assert_allclose(
        np.log(above), z * found.frame["std_error"] / found.frame["estimate"]
    )


def test_totals_of_the_unweighted_are_counts_and_means_are_refused(make_survey) -> None:
    survey = make_survey({"time_waiting": [5.0, 4.0, 1.0, 2.0, 3.0]}, unit=list("aabbb"))
    found = estimate_totals(survey, two_box("time_waiting"), "unit").frame
    assert found["estimate"].tolist() == found["count"].tolist() == [2.0, 0.0]
    with pytest.raises(UsageError, match="Totals count people"):
        estimate_totals(survey, API00)


def test_totals_with_a_small_side_are_hidden_and_others_are_in_fives(make_survey) -> None:
    answers = np.array([5.0] * 38 + [1.0] * 14 + [5.0] * 49 + [1.0] * 3)
    survey = make_survey({"time_waiting": answers}, unit=["a"] * 52 + ["b"] * 52)
    shown = disclose(estimate_totals(survey, two_box("time_waiting"), "unit"), Rules()).frame
    assert shown["estimate"][0] == 40
    assert shown["conf_low"][0] % 5 == 0
    assert np.isnan(shown["estimate"][1])
    assert np.isnan(shown["count"][1])
