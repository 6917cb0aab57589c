"""Drivers of satisfaction: the truth of simulated answers is found again, by every verb."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference.drivers import (
    analyse_drivers,
    check_proportional_odds,
    compare_driver_groups,
    compare_specifications,
    correlate_drivers,
    fit_drivers,
    fit_partial_drivers,
    fit_unit_intercepts,
    importance_performance,
    penalty_reward,
    prioritise,
    unit_context,
)
from kbnn_analysis.inference.drivers.odds import uneven
from kbnn_analysis.inference.estimation import estimate
from kbnn_analysis.inference.imputing import completed_surveys
from kbnn_analysis.inference.measures import mean_score, top_box
from kbnn_analysis.inference.simulation import driver_truth, simulate_period
from kbnn_analysis.inference.survey_design import survey_design_arrays
from kbnn_analysis.intake import Design, load_codebook, read_raw, validate
from kbnn_analysis.stats.dominance import dominance
from kbnn_analysis.stats.importance import lmg
from kbnn_analysis.stats.influences import Influences
from kbnn_analysis.stats.linear_models import fit_linear, fit_logit
from kbnn_analysis.stats.linearization import influence_covariance
from kbnn_analysis.stats.moment_rows import product_sums
from kbnn_analysis.stats.ordinal import fit_ordinal
from kbnn_analysis.stats.rubin import pool
from kbnn_analysis.stats.small_samples import reduce_bias
from kbnn_analysis.stats.subset_fit import subset_r_squared

OUTCOME = "overall_treasury"
FACTORS = ["online", "publicity", "guidance", "time", "staff", "result", "feedback"]


@pytest.fixture(scope="module")
def period(tmp_path_factory):
    """The simulated period 2023-1, half its size, offices as PSUs."""
    path = simulate_period("2023-1", scale=0.5).write(tmp_path_factory.mktemp("drivers"))
    return validate(
        read_raw(path),
        load_codebook("kbnn-assumed"),
        Design(target="process", psu="office"),
        period="2023-1",
        unit_vintage="provinces-63",
    )


@pytest.fixture
def small(make_survey):
    """300 respondents of 30 offices; the outcome follows staff, not time."""
    rng = np.random.default_rng(5)
    office = np.repeat(np.arange(30), 10)
    staff, time = (np.clip(np.rint(rng.normal(4, 1, 300)), 1, 5) for _ in range(2))
    latent = 0.9 * staff + rng.normal(0, 0.8, 300)
    items = {"staff_attitude": staff, "time_waiting": time, OUTCOME: np.clip(np.rint(latent), 1, 5)}
    attributes = {
        "office": office.astype(str),
        "respondent_type": pd.Categorical(np.where(rng.uniform(size=300) < 0.5, "a", "b")),
    }
    return make_survey(items, attributes, unit=office % 6, psu="office", target="process")


def arrays(survey) -> tuple[np.ndarray, np.ndarray]:
    x = np.column_stack([survey.score("staff_attitude"), survey.score("time_waiting")])
    return x, survey.score(OUTCOME)


def test_the_drivers_put_in_are_found_in_their_order(period) -> None:
    truth = driver_truth().query("outcome == @OUTCOME").set_index("factor")["coefficient"]
    for model in ("linear", "ordinal"):
        found = analyse_drivers(period, OUTCOME, model=model, not_applicable="indicator").frame
        share = found.set_index("driver")["share"]
        assert share.sum() == pytest.approx(1.0)
        assert list(share.sort_values().index[::-1][:3]) == ["staff", "time", "result"]
        # feedback does not apply to a fifth, which lowers its share below its coefficient's place
        assert share.corr(truth, method="spearman") > 0.75
        assert found.set_index("driver").loc["staff", "rank_high"] == 1
        stated = found.set_index("driver")["stated_rank"]
        assert stated.idxmin() == "online"


def test_coefficients_are_highest_where_they_were_put_in(period) -> None:
    found = fit_drivers(period, OUTCOME, model="ordinal", not_applicable="indicator")
    values = found.frame[found.frame["role"] == "driver"].set_index("term")["estimate"]
    assert values.idxmax() == "staff"
    assert set(values.nlargest(2).index) == {"staff", "time"}
    assert set(values.nsmallest(2).index) == {"online", "publicity"}


def test_linear_shares_and_coefficients_equal_plain_arrays(small) -> None:
    x, y = arrays(small)
    found = analyse_drivers(small, OUTCOME, ["staff", "time"]).frame
    fits = subset_r_squared(np.cov(np.column_stack([x, y]).T)).r_squared
    np.testing.assert_allclose(found["estimate"], dominance(fits).shapley, atol=1e-12)
    coefficients = fit_drivers(small, OUTCOME, ["staff", "time"]).frame
    np.testing.assert_allclose(coefficients["estimate"], fit_linear(x, y).coefficients[1:])
    assert ((coefficients["df"] > 15) & (coefficients["df"] <= 29)).all()  # Satterthwaite's


def test_logit_and_ordinal_coefficients_equal_plain_arrays(small) -> None:
    x, y = arrays(small)
    logit = fit_drivers(small, OUTCOME, ["staff", "time"], model="logit").frame
    np.testing.assert_allclose(logit["estimate"], fit_logit(x, y >= 4).coefficients[1:], rtol=1e-9)
    top = fit_drivers(small, top_box(OUTCOME), ["staff", "time"], model="logit").frame
    np.testing.assert_allclose(top["estimate"], fit_logit(x, y == 5).coefficients[1:], rtol=1e-9)
    ordinal = fit_drivers(small, OUTCOME, ["staff", "time"], model="ordinal").frame
    codes = np.unique(y, return_inverse=True)[1]
    np.testing.assert_allclose(ordinal["estimate"], fit_ordinal(x, codes).coefficients, rtol=1e-7)


def test_the_standard_error_lengthens_office_totals(small) -> None:
    x, y = arrays(small)
    fit, columns = fit_linear(x, y), np.column_stack([np.ones(len(x)), x])
    office = np.arange(len(x)) // 10
    information = product_sums(columns, np.ones(len(x)), office, 30)
    bread = np.linalg.inv(information.sum(axis=0))
    totals = np.array([fit.influence[office == k].sum(axis=0) for k in range(30)])
    cr2 = reduce_bias(totals @ np.linalg.inv(bread), information, information, bread)
    longer = cr2.scores @ bread
    expected = np.sqrt(((longer - longer.mean(axis=0)) ** 2).sum(axis=0) * 30 / 29)[1:]
    found = fit_drivers(small, OUTCOME, ["staff", "time"]).frame
    np.testing.assert_allclose(found["std_error"], expected, rtol=1e-10)
    np.testing.assert_allclose(found["df"], cr2.df[1:], rtol=1e-10)
    plain = np.sqrt((totals**2).sum(axis=0) * 30 / 29)[1:]
    assert (expected > plain).all()


def test_adjustment_divides_what_the_drivers_add(small) -> None:
    x, y = arrays(small)
    kind = (small.attribute("respondent_type") == "b").to_numpy(float)[:, None]
    adjusted = analyse_drivers(small, OUTCOME, ["staff", "time"], adjust=["respondent_type"]).frame
    whole, held = fit_linear(np.hstack([x, kind]), y).fit, fit_linear(kind, y).fit
    assert adjusted["estimate"].sum() == pytest.approx((whole - held) / (1 - held), abs=1e-10)


def test_context_has_the_degrees_of_freedom_of_units(small) -> None:
    context = pd.DataFrame({"distance": range(6)}, index=[str(code) for code in range(6)])
    found = fit_drivers(small, OUTCOME, ["staff"], context=context)
    assert found.frame["role"].tolist() == ["driver", "context"]
    df = found.frame.set_index("role")["df"]
    assert df["driver"] <= 6 - 1 - 1
    assert 1 <= df["context"] < df["driver"]  # six units, two of them at the ends decide
    assert "units as sampling units" in found.method
    with pytest.raises(UsageError, match="beside fixed effects"):
        fit_drivers(small, OUTCOME, ["staff"], context=context, adjust=["unit"])


def test_calibrated_weights_carry_over_to_coefficients_and_shares(make_survey) -> None:
    rng = np.random.default_rng(17)
    kind = rng.choice(["budget_unit", "organisation"], 500, p=[0.7, 0.3])
    staff = np.where(rng.uniform(size=500) < 0.4 + 0.3 * (kind == "organisation"), 5.0, 4.0)
    time = np.clip(np.rint(rng.normal(4, 1, 500)), 1, 5)
    overall = np.clip(np.rint(staff + 0.4 * time - 1.5 + rng.normal(0, 0.7, 500)), 1, 5)
    survey = make_survey(
        {"staff_attitude": staff, "time_waiting": time, OUTCOME: overall},
        {"respondent_type": kind, "level": np.where(staff == 5, "five", "four")},
    )
    frame = {"respondent_type": {"budget_unit": 6000.0, "organisation": 4000.0}}
    found = fit_drivers(survey, OUTCOME, ["staff"], frame_counts=frame)
    means = estimate(survey, mean_score(OUTCOME), by="level", frame_counts=frame)
    five, four = means.frame["estimate"]
    assert found.frame["estimate"].iloc[0] == pytest.approx(five - four)
    assert found.frame["estimate"].iloc[0] != pytest.approx(
        fit_drivers(survey, OUTCOME, ["staff"]).frame["estimate"].iloc[0], abs=1e-6
    )
    apart = np.array([1.0, -1.0])
    variance = apart @ means.covariance @ apart * 500 / 498  # two parameters
    assert found.covariance[0, 0] == pytest.approx(variance)
    assert "calibrated to frame counts of respondent_type" in found.method
    names = ["staff", "time"]
    shares = analyse_drivers(survey, OUTCOME, names, frame_counts=frame)
    design = survey_design_arrays(survey, frame)
    weighted = lmg(np.column_stack([staff, time]), overall, design.weight)
    assert shares.frame["share"].to_numpy() == pytest.approx(weighted.shares)
    spread = influence_covariance(
        Influences(weighted.share_influence / design.weight.sum()), design
    )
    assert shares.covariance == pytest.approx(spread)
    with pytest.raises(UsageError, match="does not calibrate"):
        analyse_drivers(survey, OUTCOME, names, frame_counts=frame, interval="bootstrap")
    with pytest.raises(UsageError, match="not calibrated beside"):
        fit_drivers(survey, OUTCOME, names, frame_counts=frame, context=pd.DataFrame({"a": [1.0]}))


def test_separated_answers_are_penalized_openly_or_refused(make_survey) -> None:
    x = np.repeat([3.0, 4.0, 5.0], 20)
    survey = make_survey({"staff_attitude": x, OUTCOME: np.where(x > 3, 5.0, 3.0)})
    found = fit_drivers(survey, OUTCOME, ["staff"], model="logit")
    assert "Firth" in found.method
    assert found.notes["penalty"] == "firth"
    assert np.isfinite(found.frame["estimate"]).all()
    ordinal = fit_drivers(survey, OUTCOME, ["staff"], model="ordinal")
    assert "ridge penalty of 0.5" in ordinal.method
    with pytest.raises(UsageError, match="no finite fit"):
        fit_drivers(survey, OUTCOME, ["staff"], model="logit", penalty="none")


def test_items_sum_to_factors_and_the_bootstrap_agrees(period) -> None:
    items = analyse_drivers(period, OUTCOME, ["staff", "time"], level="item").frame
    assert items["estimate"].sum() == pytest.approx(items["fit"].iloc[0])
    assert len(items) == 7
    drawn = analyse_drivers(period, OUTCOME, interval="bootstrap", replicates=200).frame
    linear = analyse_drivers(period, OUTCOME).frame
    width = (drawn["share_high"] - drawn["share_low"]) / (
        linear["share_high"] - linear["share_low"]
    )
    assert width.between(0.75, 1.3).all()


def test_not_applicable_is_dropped_or_told_by_an_indicator(period) -> None:
    dropped = analyse_drivers(period, OUTCOME)
    kept = analyse_drivers(period, OUTCOME, not_applicable="indicator")
    assert dropped.notes["dropped_not_applicable"] > 1000
    assert kept.notes["dropped_not_applicable"] == 0
    counts = ("respondents_in_model", "dropped_no_outcome", "dropped_missing")
    assert sum(kept.notes[name] for name in counts) == kept.notes["respondents"] == len(period)
    assert "complete cases" in dropped.method


def test_no_group_differs_where_none_was_made_to_differ(period) -> None:
    shares = analyse_drivers(period, OUTCOME, ["staff", "time", "online"], by="respondent_type")
    tests = compare_driver_groups(shares).frame
    assert tests["driver"].tolist() == ["staff", "time", "online", "all"]
    assert tests["p_value"].iloc[-1] > 0.001
    with pytest.raises(UsageError, match="make the result with `by`"):
        compare_driver_groups(analyse_drivers(period, OUTCOME, ["staff", "time"]))


def test_a_group_that_differs_is_found(make_survey) -> None:
    rng = np.random.default_rng(3)
    staff, time = (rng.integers(1, 6, 600).astype(float) for _ in range(2))
    group = np.repeat(["a", "b"], 300)
    latent = np.where(group == "a", staff, time) + rng.normal(0, 1, 600)
    items = {"staff_attitude": staff, "time_waiting": time, OUTCOME: np.clip(np.rint(latent), 1, 5)}
    survey = make_survey(items, {"respondent_type": pd.Categorical(group)})
    for verb in (analyse_drivers, fit_drivers):
        found = verb(survey, OUTCOME, ["staff", "time"], by="respondent_type")
        assert (compare_driver_groups(found).frame["p_value"] < 1e-6).all()


def test_quadrants_follow_their_rule_and_probabilities_sum_to_one(period) -> None:
    found = importance_performance(period, OUTCOME, not_applicable="indicator")
    frame = found.frame.set_index("driver")
    chances = frame[["prob_concentrate", "prob_keep", "prob_low_priority", "prob_ample"]]
    assert chances.sum(axis=1).to_numpy() == pytest.approx(1.0)
    assert frame.loc["time", "quadrant"] == "concentrate"
    important = frame["share"] >= frame["share"].mean()
    assert (frame["quadrant"].isin(["concentrate", "keep"]) == important).all()
    assert found.notes["cut"] == "mean"
    again = importance_performance(period, OUTCOME, not_applicable="indicator", cut="median").frame
    assert again["quadrant"].tolist() == frame["quadrant_other_cut"].tolist()


def test_penalty_and_reward_find_a_basic_and_an_exciting_factor(make_survey) -> None:
    rng = np.random.default_rng(9)
    basic, exciting, linear = (rng.integers(3, 6, 3000).astype(float) for _ in range(3))
    latent = 3.5 - 1.0 * (basic < 4) + 1.0 * (exciting == 5) + 0.25 * (linear - 4)
    outcome = np.clip(np.rint(latent + rng.normal(0, 0.6, 3000)), 1, 5)
    items = {
        "staff_attitude": basic,
        "time_waiting": exciting,
        "result_correct": linear,
        OUTCOME: outcome,
    }
    found = penalty_reward(make_survey(items), OUTCOME, ["staff", "time", "result"])
    types = found.frame.drop_duplicates("driver").set_index("driver")["factor_type"]
    assert types.to_dict() == {"staff": "basic", "time": "excitement", "result": "performance"}
    staff = found.frame[found.frame["driver"] == "staff"].set_index("contrast")["estimate"]
    assert staff["asymmetry"] == pytest.approx(staff["penalty"] + staff["reward"])


def test_predicted_changes_equal_their_definition_and_a_jackknife(small) -> None:
    x, y = arrays(small)

    def change(keep: np.ndarray) -> np.ndarray:
        fit = fit_logit(x[keep], y[keep] >= 4)
        made = []
        for driver in range(2):
            below, moved = x[keep][:, driver] < 5, x[keep].copy()
            moved[below, driver] += 1
            linear = fit.coefficients[0] + moved @ fit.coefficients[1:]
            gain = (1 / (1 + np.exp(-linear)) - fit.fitted)[below]
            made.append(100 * min(0.1, below.mean()) * gain.mean())
        return np.array(made)

    found = prioritise(small, OUTCOME, ["staff", "time"], level="factor").frame
    np.testing.assert_allclose(found["estimate"], change(np.ones(300, bool)), rtol=1e-8)
    office = np.repeat(np.arange(30), 10)
    left_out = np.array([change(office != each) for each in range(30)])
    spread = np.sqrt(29 / 30 * ((left_out - left_out.mean(axis=0)) ** 2).sum(axis=0))
    np.testing.assert_allclose(found["std_error"], spread, rtol=0.1)
    np.testing.assert_allclose(found["share_not_satisfied"], (x < 3.5).mean(axis=0))


def test_odds_are_tested_and_the_partial_model_frees_what_fails(make_survey) -> None:
    rng = np.random.default_rng(21)
    staff, time = (rng.normal(0, 1, 4000) for _ in range(2))
    noise = rng.logistic(size=4000)
    low = (0.2 * staff + time + noise) > -1.5
    high = (1.6 * staff + time + noise) > 1.5
    outcome = np.where(high, 5.0, np.where(low, 4.0, 3.0))
    survey = make_survey({"staff_attitude": staff, "time_waiting": time, OUTCOME: outcome})
    tests = check_proportional_odds(survey, OUTCOME, ["staff", "time"]).frame.set_index("driver")
    assert tests.loc["staff", "p_value"] < 1e-6 < 0.001 < tests.loc["time", "p_value"]
    partial = fit_partial_drivers(survey, OUTCOME, ["staff", "time"], free=["staff"]).frame
    assert partial["term"].tolist() == ["staff>3", "staff>4", "time"]
    assert partial["estimate"].is_monotonic_increasing is False
    assert partial["estimate"].iloc[1] > partial["estimate"].iloc[0] + 0.8


def test_answers_too_few_to_tell_apart_are_taken_together(make_survey) -> None:
    rng = np.random.default_rng(22)
    staff, time = (rng.normal(0, 1, 2000) for _ in range(2))
    staff[0] = -6.0  # so far down that nothing keeps a threshold below 3 from infinity
    outcome = 3.0 + np.searchsorted([-0.5, 1.0], staff + time + rng.logistic(size=2000))
    outcome[0] = 3.0
    items = {"staff_attitude": staff, "time_waiting": time}
    whole = make_survey({**items, OUTCOME: outcome})
    rare = make_survey({**items, OUTCOME: np.r_[1.0, outcome[1:]]})
    found = fit_partial_drivers(rare, OUTCOME, ["staff", "time"], free=["staff"])
    assert found.frame["term"].tolist() == ["staff>3", "staff>4", "time"]
    assert found.notes["merged"]
    plain = fit_partial_drivers(whole, OUTCOME, ["staff", "time"], free=["staff"])
    assert not plain.notes["merged"]
    assert found.frame["estimate"].to_numpy() == pytest.approx(plain.frame["estimate"])


def test_uneven_drivers_are_those_found_or_the_most_uneven() -> None:
    names = ["staff", "time", "result"]
    assert uneven(names, [0.001, 0.01, 0.5, 1e-5], 0.05) == ("staff", "time")
    assert uneven(names, [0.03, 0.02, 0.5, 0.004], 0.05) == ("time",)
    assert uneven(names, [0.03, 0.02, 0.5, 0.2], 0.05) == ()
    assert uneven(names, [np.nan] * 4, 0.05) == ()


def test_correlations_are_those_of_complete_pairs(small) -> None:
    found = correlate_drivers(small, ["staff", "time"]).frame
    x, _ = arrays(small)
    assert found["estimate"].iloc[1] == pytest.approx(np.corrcoef(x.T)[0, 1])
    assert found["n"].tolist() == [300] * 4


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"drivers": ["stff"]}, "did you mean 'staff'"),
        ({"drivers": "staff"}, "is a list of names"),
        ({"drivers": ["staff"], "model": "probit"}, "`model` must be one of"),
        ({"drivers": [OUTCOME]}, "outcome and driver at once"),
        ({"drivers": ["staff"], "conf_level": 95}, "between 0 and 1"),
        ({"model": "ordinal", "interval": "bootstrap", "replicates": 9}, "100 or more"),
        ({"drivers": ["staff"]}, "at least two"),
        ({"drivers": ["staff"], "adjust": "unit"}, "list of attributes"),
    ],
)
def test_wrong_arguments_are_told(small, options, message) -> None:
    with pytest.raises(UsageError, match=message):
        analyse_drivers(small, OUTCOME, **({"drivers": ["staff", "time"]} | options))


def test_models_refuse_outcomes_they_cannot_have(small) -> None:
    with pytest.raises(UsageError, match="a yes or no"):
        fit_drivers(small, mean_score(OUTCOME), ["staff"], model="logit")
    with pytest.raises(UsageError, match="takes the answers of an item"):
        fit_drivers(small, mean_score(OUTCOME), ["staff"], model="ordinal")


def shares_cover(make_survey, repetitions: int) -> np.ndarray:
    """Draw clustered answers with correlated drivers; return who covers the population share."""
    rng = np.random.default_rng(77)
    names = {"staff_attitude": "staff", "time_waiting": "time", "result_correct": "result"}

    def draw(offices: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        office = np.repeat(np.arange(offices), 20)
        x = rng.normal(size=(len(office), 3)) + rng.normal(size=(len(office), 1))
        x = x + 0.4 * rng.normal(size=(offices, 3))[office]
        noise = rng.normal(size=len(office)) + 0.3 * rng.normal(size=offices)[office]
        return office, x, x @ [0.6, 0.3, 0.1] + noise

    _, x, y = draw(20_000)
    fits = subset_r_squared(np.cov(np.column_stack([x, y]).T)).r_squared
    truth = dominance(fits).shapley / fits[-1]
    covered = []
    for _ in range(repetitions):
        office, x, y = draw(60)
        items = dict(zip(names, x.T, strict=True)) | {OUTCOME: y}
        survey = make_survey(items, {"office": office.astype(str)}, psu="office", target="process")
        frame = analyse_drivers(survey, OUTCOME, list(names.values())).frame
        covered.append((frame["share_low"] <= truth) & (truth <= frame["share_high"]))
    return np.mean(covered, axis=0)


def test_intervals_of_shares_cover_quick(make_survey) -> None:
    assert (shares_cover(make_survey, 80) > 0.86).all()


@pytest.mark.coverage
def test_intervals_of_shares_cover(make_survey) -> None:
    # 1,000 repetitions: a simulation error of 0.7 points
    assert (np.abs(shares_cover(make_survey, 1000) - 0.95) < 0.025).all()


def test_groups_of_few_offices_have_welchs_freedom_or_no_test(period) -> None:
    shares = analyse_drivers(period, OUTCOME, ["staff", "time"], by="respondent_type")
    frame = shares.frame.assign(df=12.0)
    variance = shares.covariance.diagonal()
    rows = np.flatnonzero(frame["driver"] == "staff")
    pairs = [variance[[rows[0], other]] for other in rows[1:]]
    welch = min(pair.sum() ** 2 / (pair**2 / 12).sum() for pair in pairs)
    found = compare_driver_groups(replace(shares, frame=frame)).frame
    assert found["df"].iloc[0] == pytest.approx(welch - len(pairs) + 1)
    few = compare_driver_groups(replace(shares, frame=frame.assign(df=0.2))).frame
    assert few["p_value"].isna().all()
    alone = frame[frame["respondent_type"] == frame["respondent_type"].iloc[0]]
    one = replace(shares, frame=alone, covariance=shares.covariance[: len(alone), : len(alone)])
    with pytest.raises(UsageError, match="none to compare"):
        compare_driver_groups(one)


@pytest.mark.parametrize("model", ["linear", "logit"])
def test_context_of_units_is_found_beside_their_own_intercepts(make_survey, model) -> None:
    rng = np.random.default_rng(3)
    unit = np.repeat(np.arange(40), 40)
    online = rng.uniform(0.1, 0.9, 40)
    is_online = rng.uniform(size=1600) < online[unit]
    staff = np.clip(np.rint(rng.normal(3.5, 1, 1600)), 1, 5)
    time = np.clip(np.rint(rng.normal(3.5, 1, 1600)), 1, 5)
    latent = 0.5 * staff + 1.5 * online[unit] + 0.3 * rng.normal(size=40)[unit]
    overall = np.clip(np.rint(latent + 0.7 * rng.normal(size=1600) + 0.8), 1, 5)
    items = {"staff_attitude": staff, "time_waiting": time, OUTCOME: overall}
    channel = pd.Categorical(np.where(is_online, "online", "counter"))
    survey = make_survey(
        items, {"channel": channel, "office": unit.astype(str)}, unit=unit, psu="office",
        target="process",
    )  # fmt: skip
    context = unit_context(survey, ["channel"])
    share = 10 * is_online[unit == 3].mean()
    assert context.loc["3", "unit:channel=online"] == pytest.approx(share)
    found = fit_unit_intercepts(
        survey, OUTCOME, ["staff", "time"], model=model, adjust=["channel"], context=context
    )
    frame = found.frame.set_index("role")
    assert list(frame.index) == ["driver", "driver", "adjustment", "context", "between"]
    assert frame.loc["context", "conf_low"] > 0  # 1.5 a unit: 0.15 of ten points
    assert frame.loc["context", "df"] < 38 < frame.loc["between", "n"]
    assert 0 < frame.loc["between", "conf_low"] < frame.loc["between", "conf_high"]
    assert found.notes["icc"] < found.notes["icc_without_context"]
    without, nothing = (
        fit_unit_intercepts(survey, OUTCOME, ["staff", "time"], model=model, context=each)
        for each in (None, unit_context(survey, []))
    )
    pd.testing.assert_frame_equal(without.frame, nothing.frame)
    if model == "linear":
        assert frame.loc["between", "conf_low"] < 0.3 < frame.loc["between", "conf_high"]
        assert frame.loc["context", "estimate"] == pytest.approx(0.15, abs=0.07)


def test_random_intercepts_need_ten_units(small) -> None:
    with pytest.raises(UsageError, match="10 units or more; got 6"):
        fit_unit_intercepts(small, OUTCOME, ["staff", "time"])


def test_specifications_stand_side_by_side_and_imputed_shares_are_pooled(period) -> None:
    names, few = ["staff", "time"], {"m": 2, "rounds": 1}
    found = compare_specifications(
        period, OUTCOME, names, rng=np.random.default_rng(1), adjust=["channel"], **few
    )
    frame = found.frame.set_index(["specification", "driver"])
    assert len(frame) == 7 * 2
    main = analyse_drivers(period, OUTCOME, names, not_applicable="indicator").frame
    assert set(frame["outcome"]) == {main["outcome"].iloc[0]}
    np.testing.assert_allclose(frame.loc["main", "share"], main["share"])
    np.testing.assert_allclose(frame["share"].groupby(level=0).sum(), 1.0)
    n = frame["n"].groupby(level=0).first()
    assert n["listwise"] < n["main"] < n["imputed"] == len(period)
    assert n["careful"] < n["main"]
    items = [i.name for i in period.codebook.items if i.role != "stated_importance"]
    copies = completed_surveys(period, items, rng=np.random.default_rng(1), **few)
    each = [analyse_drivers(copy, OUTCOME, names, not_applicable="indicator") for copy in copies]
    expected = pool(
        [one.frame["share"] for one in each],
        [one.covariance for one in each],
        each[0].frame["df"].to_numpy(),
    )
    np.testing.assert_allclose(frame.loc["imputed", "share"], expected.estimate)
    rows = np.flatnonzero(found.frame["specification"] == "imputed")
    np.testing.assert_allclose(found.covariance[np.ix_(rows, rows)], expected.covariance)
    np.testing.assert_allclose(frame.loc["imputed", "df"], expected.df)
    assert np.isnan(found.covariance[0, rows[0]])


def test_many_drivers_are_sampled_with_an_error_that_is_in_the_intervals(period) -> None:
    items = [i.name for i in period.codebook.items_with("satisfaction") if i.name in period.scores]
    assert len(items) > 20
    rng = np.random.default_rng(2)
    found = analyse_drivers(
        period, OUTCOME, items, not_applicable="indicator", structure="sampled", rng=rng
    )
    assert found.frame["share"].sum() == pytest.approx(1.0)
    assert "sampled" in found.method
    again = analyse_drivers(
        period, OUTCOME, items, not_applicable="indicator", structure="sampled",
        rng=np.random.default_rng(9),
    )  # fmt: skip
    apart = np.abs(found.frame["share"] - again.frame["share"])
    assert apart.max() > 0
    assert (apart < 3 * found.frame["share_high"] - 3 * found.frame["share_low"]).all()
