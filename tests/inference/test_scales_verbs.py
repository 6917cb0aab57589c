"""Factors, invariance, alignment and missing answers on surveys with known truth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kbnn_analysis.disclosure import disclose
from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference.alignment import align_units
from kbnn_analysis.inference.estimation import estimate
from kbnn_analysis.inference.exploring import (
    collinearity,
    count_factors,
    explorable_items,
    explore_factors,
)
from kbnn_analysis.inference.factors import confirm_factors
from kbnn_analysis.inference.imputing import completed_surveys
from kbnn_analysis.inference.invariance import check_invariance
from kbnn_analysis.inference.measures import mean_score
from kbnn_analysis.inference.missing import compare_missing
from kbnn_analysis.intake.survey import Design, Survey

STAFF = ("staff_attitude", "staff_capacity", "staff_responsive", "staff_integrity")
TIME = ("time_on_time", "time_waiting", "time_notice")
MakeSurvey = Callable[..., Survey]
UNITS = tuple(f"{code:02d}" for code in range(1, 9))


def all_items(survey: Survey) -> Survey:
    """Return the survey with every item of the codebook, unanswered where it was not simulated."""
    names = [item.name for item in survey.codebook.items]
    return replace(
        survey,
        scores=survey.scores.reindex(columns=names),
        not_applicable=survey.not_applicable.reindex(columns=names, fill_value=False),
    )


def answers(rng: np.random.Generator, n: int, shift: np.ndarray | float = 0.0) -> dict[str, object]:
    """Return five-point answers to two factors that correlate .5."""
    common = rng.normal(size=n)
    found = {}
    for items in (STAFF, TIME):
        factor = np.sqrt(0.5) * common + np.sqrt(0.5) * rng.normal(size=n) + shift
        for item in items:
            latent = 0.8 * factor + 0.6 * rng.normal(size=n)
            found[item] = np.digitize(latent, [-1.8, -0.9, 0.0, 1.0]) + 1.0
    return found


@pytest.fixture(scope="module")
def plain(make_survey: MakeSurvey) -> Survey:
    rng = np.random.default_rng(1)
    n = 2400
    kind = np.repeat(["budget_unit", "organisation"], n // 2)
    found = answers(rng, n, np.where(kind == "organisation", 0.4, 0.0))
    return make_survey(
        found,
        {"respondent_type": kind, "office": [str(k % 40) for k in range(n)]},
        unit=np.resize(UNITS, n),
        units=list(UNITS),
    )


def broken_item(survey: Survey, item: str, where: np.ndarray, shift: float = -1.0) -> Survey:
    scores = survey.scores.copy()
    scores.loc[where, item] = (scores.loc[where, item] + shift).clip(1, 5)
    return replace(survey, scores=scores)


def test_factors_put_in_are_found(plain: Survey) -> None:
    scales = {"staff": STAFF, "time": TIME}
    for method in ("ordinal", "ml"):
        found = confirm_factors(plain, scales, method=method)
        fit = found.fit.frame.iloc[0]
        assert fit["df"] == 13
        assert fit["cfi"] > 0.98
        assert fit["rmsea"] < 0.04
        loads = found.loadings.frame.set_index("term")
        if method == "ordinal":
            # the shift between types adds to the factors' common variance
            assert loads.loc[list(STAFF), "estimate"].between(0.75, 0.86).all()
            assert loads.loc["time", "conf_low"] < 0.54 < loads.loc["time", "conf_high"]


def test_a_wrong_pattern_fits_worse(plain: Survey) -> None:
    right = confirm_factors(plain, {"staff": STAFF, "time": TIME}).fit.frame.iloc[0]
    one = confirm_factors(plain, {"all": STAFF + TIME}).fit.frame.iloc[0]
    assert one["cfi"] < right["cfi"] - 0.05


def test_clusters_widen_the_loadings(make_survey: MakeSurvey) -> None:
    rng = np.random.default_rng(3)
    office = np.repeat(np.arange(40), 30)
    found = answers(rng, 1200, rng.normal(0, 1, 40)[office])
    survey = make_survey(found, {"office": office.astype(str)})
    clustered = replace(survey, design=Design(target="process", psu="office"))
    plain, wide = (
        confirm_factors(each, {"staff": STAFF, "time": TIME}).loadings.frame["std_error"]
        for each in (survey, clustered)
    )
    assert wide.iloc[-1] > 1.5 * plain.iloc[-1]


def test_parallel_analysis_and_collinearity(plain: Survey) -> None:
    found = count_factors(plain, STAFF + TIME, rng=np.random.default_rng(1), draws=30)
    assert found.notes["factors"] == 2
    vif = collinearity(plain, STAFF + TIME).frame
    x = plain.scores[list(STAFF + TIME)].to_numpy()
    others = np.column_stack([np.ones(len(x)), x[:, 1:]])
    left = x[:, 0] - others @ np.linalg.lstsq(others, x[:, 0], rcond=None)[0]
    assert vif["vif"].iloc[0] == pytest.approx(x[:, 0].var() / left.var())


def test_factors_are_looked_for_where_answers_and_factors_are_enough(plain: Survey) -> None:
    assert set(explorable_items(plain)) == set(STAFF + TIME)
    few = plain.scores.copy()
    few.loc[69:, TIME[0]] = np.nan  # 69 complete answers to seven items
    assert explorable_items(replace(plain, scores=few)) == ()
    one = plain.scores.drop(columns=list(TIME))
    absent = plain.not_applicable.drop(columns=list(TIME))
    assert explorable_items(replace(plain, scores=one, not_applicable=absent)) == ()
    same = plain.scores.assign(**{TIME[1]: 5.0})
    assert explorable_items(replace(plain, scores=same)) == ()


def test_exploring_finds_the_pattern_put_in(plain: Survey) -> None:
    found = explore_factors(plain, 2, STAFF + TIME).frame
    wide = found.pivot_table(index="item", columns="factor", values="loading")
    own = wide.abs().idxmax(axis=1)
    assert own[list(STAFF)].nunique() == own[list(TIME)].nunique() == 1
    assert own[STAFF[0]] != own[TIME[0]]
    assert wide.abs().min(axis=1).max() < 0.1


def test_a_shift_of_the_factor_is_no_breach_of_invariance(plain: Survey) -> None:
    found = check_invariance(plain, "respondent_type", {"staff": STAFF, "time": TIME})
    assert found.notes["scalar"] == "staff, time"
    assert found.frame["units"].eq(2).all()
    together = check_invariance(
        plain, "respondent_type", {"staff": STAFF, "time": TIME}, together=True
    )
    assert together.notes["scalar"] == "all"


def test_an_item_that_means_something_else_is_a_breach(plain: Survey) -> None:
    where = (plain.attribute("respondent_type") == "organisation").to_numpy()
    found = check_invariance(
        broken_item(plain, "staff_attitude", where), "respondent_type", {"staff": STAFF}
    )
    assert found.notes["scalar"] == ""
    assert found.notes["metric"] == "staff"
    scalar = found.frame.set_index("level").loc["scalar"]
    assert scalar["difference"] < -0.01
    assert scalar["p_value"] < 1e-6


def test_small_groups_are_left_out_by_name(plain: Survey) -> None:
    kind = plain.attribute("respondent_type").to_numpy(dtype=object).copy()
    kind[:20] = "individual"
    attributes = plain.attributes.assign(respondent_type=kind)
    found = check_invariance(
        replace(plain, attributes=attributes), "respondent_type", {"staff": STAFF}
    )
    assert found.notes["left_out"] == "individual"
    with pytest.raises(UsageError, match="invariance needs two"):
        check_invariance(
            replace(plain, attributes=plain.attributes.assign(respondent_type="x")),
            "respondent_type",
            {"staff": STAFF},
        )


def test_alignment_says_when_means_may_be_compared(plain: Survey) -> None:
    found = align_units(plain, "staff", rng=np.random.default_rng(1))
    assert found.items.notes["comparable"] is True
    assert found.items.notes["rank_correlation"] > 0.9
    means = found.means.where(measure="staff_aligned")
    assert np.average(means.frame["estimate"], weights=means.frame["n"]) == pytest.approx(0)
    scores = found.means.where(measure="staff_scores")
    direct = plain.scores[list(STAFF)].mean(axis=1).groupby(plain.attribute("unit")).mean()
    np.testing.assert_allclose(scores.frame["estimate"], direct)


def test_alignment_names_the_item_that_breaks_it_and_frees_it(plain: Survey) -> None:
    where = (plain.attribute("unit") == "03").to_numpy()
    survey = broken_item(plain, "staff_attitude", where, -1.5)
    found = align_units(survey, "staff", rng=np.random.default_rng(1))
    worst = found.items.frame.sort_values("share").iloc[-1]
    assert (worst["item"], worst["parameter"]) == ("staff_attitude", "intercept")
    assert worst["share"] == pytest.approx(1 / 8)
    ranks = found.means.frame.set_index(["measure", "unit"])["rank"]
    assert ranks["staff_scores", "03"] == 8
    before = align_units(plain, "staff", rng=np.random.default_rng(1)).means.frame
    own = before.set_index(["measure", "unit"]).loc[("staff_aligned", "03"), "estimate"]
    after = found.means.frame.set_index(["measure", "unit"]).loc[("staff_aligned", "03")]
    assert abs(after["estimate"] - own) < 2 * after["std_error"]


def test_error_of_a_raw_mean_is_that_of_the_estimation(plain: Survey) -> None:
    complete = plain.scores[list(STAFF)].mean(axis=1)
    one = replace(plain, scores=plain.scores.assign(staff_attitude=complete))
    expected = estimate(one, mean_score("staff_attitude"), by="unit")
    found = align_units(plain, "staff", rng=np.random.default_rng(1)).means
    scores = found.where(measure="staff_scores")
    np.testing.assert_allclose(scores.covariance, expected.covariance, atol=1e-12)


def test_units_with_few_answers_are_rows_without_a_mean(plain: Survey) -> None:
    scores = plain.scores.copy()
    drop = np.flatnonzero((plain.attribute("unit") == "05").to_numpy())[9:]
    scores.loc[drop, STAFF[0]] = np.nan
    found = align_units(replace(plain, scores=scores), "staff", rng=np.random.default_rng(1))
    assert found.items.notes["left_out"] == "05"
    row = found.means.where(measure="staff_aligned", unit="05").frame.iloc[0]
    assert row["n"] == 9
    assert np.isnan(row["estimate"])
    shown = disclose(found.means).frame
    assert shown["suppressed"].sum() == 2


def gappy(survey: Survey) -> Survey:
    rng = np.random.default_rng(8)
    scores, absent = survey.scores.copy(), survey.not_applicable.copy()
    unhappy = survey.scores["staff_capacity"].to_numpy() <= 2
    scores.loc[unhappy & (rng.random(len(survey)) < 0.6), "staff_attitude"] = np.nan
    absent.loc[:199, "time_notice"] = True
    scores.loc[:199, "time_notice"] = np.nan
    return replace(survey, scores=scores, not_applicable=absent)


def test_treatments_of_missing_answers_stand_side_by_side(plain: Survey) -> None:
    survey = gappy(plain)
    found = compare_missing(
        all_items(survey),
        [mean_score("staff_attitude"), mean_score("time_notice")],
        rng=np.random.default_rng(1),
        m=4,
        rounds=2,
    )
    rows = found.frame.set_index(["measure", "treatment", "respondents"])
    truth = plain.scores["staff_attitude"].mean()
    attitude = rows.loc["staff_attitude_mean"]["estimate"]
    assert attitude["available", "all"] > truth + 0.05
    assert abs(attitude["imputed", "all"] - truth) < 0.03
    notice = rows.loc["time_notice_mean"]
    # not applicable: nothing to impute, and no reason to drop anybody from the other measure
    assert notice.loc[("imputed", "all"), "n"] == len(plain) - 200
    assert notice.loc[("available", "all"), "difference"] == 0
    assert notice.loc[("imputed", "all"), "fmi"] == 0
    listwise = rows.loc[("staff_attitude_mean", "listwise", "all"), "n"]
    assert listwise == survey.scores["staff_attitude"].notna().sum()


def test_careless_respondents_stay_in_the_design(make_survey: MakeSurvey) -> None:
    rng = np.random.default_rng(2)
    found = pd.DataFrame(answers(rng, 500))
    found.iloc[:100] = 5.0
    survey = all_items(make_survey(found, {}))
    table = compare_missing(
        survey, mean_score("staff_attitude"), rng=rng, m=2, rounds=1
    ).frame.set_index(["treatment", "respondents"])
    assert table.loc[("available", "careful"), "n"] <= 400
    assert (
        table.loc[("available", "careful"), "estimate"]
        < table.loc[("available", "all"), "estimate"]
    )


def test_completed_surveys_keep_the_survey(plain: Survey) -> None:
    survey = gappy(plain)
    items = [*STAFF, *TIME]
    for filled in completed_surveys(survey, items, rng=np.random.default_rng(1), m=2, rounds=1):
        assert filled.scores["time_notice"].isna().sum() == 200
        assert filled.scores[list(STAFF)].notna().all(axis=None)
        assert filled.design == survey.design
