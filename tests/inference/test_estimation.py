"""Estimates keep the whole design, name their target, and show every group."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference.estimation import estimate
from kbnn_analysis.inference.measures import mean_score, pooled, top_box, two_box
from kbnn_analysis.intake.codebooks import load_codebook
from kbnn_analysis.intake.reading import read_raw
from kbnn_analysis.intake.survey import Design, Survey
from kbnn_analysis.intake.validation import validate
from kbnn_analysis.language import Label
from kbnn_analysis.stats.proportions import binomial_interval

ITEM = "overall_treasury"


@pytest.fixture(scope="module")
def offices(make_survey):
    """Return 3 provinces with 4 offices of 15 answers each, and a fourth without answers."""
    rng = np.random.default_rng(7)
    office = np.repeat(np.arange(12), 15)
    score = rng.choice([2, 4, 5], p=[0.15, 0.35, 0.5], size=180).astype(float)
    score[::20] = np.nan

    def build(**design):
        return make_survey(
            {ITEM: score},
            {
                "office": [f"office {o:02d}" for o in office],
                "weight": 1.0 + office % 3,
                "channel": rng.choice(["online", "counter"], 180),
                "size": 40.0,
            },
            unit=[f"{1 + o // 4:02d}" for o in office],
            units=["01", "02", "03", "04"],
            **design,
        )

    return build


def test_rows_are_measures_times_all_units_in_order(offices):
    result = estimate(offices(), [two_box(ITEM), mean_score(ITEM)], by=["unit"])
    frame = result.to_frame()
    assert result.by == ("period", "measure", "unit")
    assert list(frame["unit"]) == ["01", "02", "03", "04"] * 2
    assert list(frame["measure"].unique()) == [f"{ITEM}_two_box", f"{ITEM}_mean"]
    absent = frame[frame["unit"] == "04"]
    assert (absent["n"] == 0).all()
    assert absent[["estimate", "std_error", "conf_low", "conf_high"]].isna().all(axis=None)
    assert result.covariance.shape == (8, 8)
    np.testing.assert_allclose(np.sqrt(result.covariance.diagonal()), frame["std_error"])


def test_measures_of_the_same_people_are_correlated(offices):
    result = estimate(offices(), [two_box(ITEM), mean_score(ITEM)], by="unit")
    assert result.covariance[0, 4] > 0
    assert abs(result.covariance[0, 5]) < 1e-20


def test_the_same_numbers_as_pandas(offices):
    survey = offices(weight="weight")
    frame = estimate(survey, two_box(ITEM), by="unit").to_frame().set_index("unit")
    score, weight = survey.score(ITEM), survey.weights()
    for unit in ("01", "02", "03"):
        valid = np.isfinite(score) & (survey.attribute("unit") == unit).to_numpy()
        w, met = weight[valid], score[valid] >= 4
        assert frame.loc[unit, "estimate"] == pytest.approx((w * met).sum() / w.sum())
        assert frame.loc[unit, "n"] == valid.sum()
        assert frame.loc[unit, "count"] == met.sum()
        assert frame.loc[unit, "weight_sum"] == pytest.approx(w.sum())
        assert frame.loc[unit, "n_eff"] == pytest.approx(w.sum() ** 2 / (w**2).sum())


def test_clopper_pearson_for_independent_answers_of_equal_weight(offices):
    result = estimate(offices(), two_box(ITEM), by="unit")
    frame = result.to_frame().iloc[:3]
    low, high = binomial_interval(frame["count"], frame["n"], method="clopper-pearson")
    np.testing.assert_allclose(frame["conf_low"], low)
    np.testing.assert_allclose(frame["conf_high"], high)
    assert result.notes["interval"] == "clopper-pearson"


@pytest.mark.parametrize(
    "design",
    [
        {"target": "process", "psu": "office"},
        {"weight": "weight"},
        {"target": "period", "strata": "office", "fpc": "size"},
    ],
)
def test_korn_graubard_wherever_a_design_is_declared(offices, design):
    assert estimate(offices(**design), two_box(ITEM)).notes["interval"] == "korn-graubard"


def test_a_binomial_interval_is_refused_with_clusters(offices):
    survey = offices(target="process", psu="office")
    with pytest.raises(UsageError, match="declares PSUs"):
        estimate(survey, two_box(ITEM), interval="wilson")
    with pytest.raises(UsageError, match="has weights"):
        estimate(offices(weight="weight"), two_box(ITEM), interval="jeffreys")


def test_degrees_of_freedom_follow_the_target(offices):
    process = estimate(offices(target="process", psu="office"), two_box(ITEM), by="unit")
    period = estimate(offices(target="period", strata="office"), two_box(ITEM), by="unit")
    n = period.frame["n"].to_numpy()
    np.testing.assert_array_equal(process.frame["df"], [3, 3, 3, 0])
    np.testing.assert_array_equal(period.frame["df"][:3], n[:3] - 4)


def test_every_table_names_its_target_and_assumption(offices):
    for target in ("period", "process", "self-selected"):
        result = estimate(offices(target=target), two_box(ITEM))
        assert result.notes["target"] == target
        assert result.notes["assumption"] in result.method
        assert result.notes["assumed"] is True
        assert result.notes["codebook"] == "kbnn-assumed 1.0"
    assert "self-selected" in result.method


def test_a_finite_population_narrows_and_a_full_count_is_exact(offices):
    frame = offices().attributes
    plain = estimate(offices(target="period", strata="office"), mean_score(ITEM))
    some = estimate(offices(target="period", strata="office", fpc="size"), mean_score(ITEM))
    ratio = some.covariance[0, 0] / plain.covariance[0, 0]
    assert ratio == pytest.approx(1 - 15 / 40)
    assert len(frame) == 180


def test_a_full_count_has_no_interval_beyond_the_estimate(make_survey):
    survey = make_survey({ITEM: [5, 4, 2, 5]}, {"size": 4.0}, target="period", fpc="size")
    row = estimate(survey, two_box(ITEM)).frame.iloc[0]
    assert (row["conf_low"], row["conf_high"], row["std_error"]) == (0.75, 0.75, 0)


def test_one_respondent_or_one_office_has_no_standard_error(make_survey):
    survey = make_survey(
        {ITEM: [5, 5, 4, 2, 5, 4, 1, 5]},
        {"office": list("abbbccde")},
        unit=["1", "2", "2", "2", "3", "3", "3", "3"],
        target="process",
        psu="office",
    )
    result = estimate(survey, [two_box(ITEM), mean_score(ITEM)], by="unit")
    frame = result.to_frame().set_index(["measure", "unit"])
    two = frame.loc[f"{ITEM}_two_box"]
    assert two["std_error"].isna().tolist() == [True, True, False]
    assert np.isnan(result.covariance[1]).all()
    assert (two["conf_low"] < two["estimate"]).all()  # the other groups' design effect serves
    assert frame["conf_low"].notna().all()


def test_unanimous_units_have_sensible_intervals(make_survey):
    rng = np.random.default_rng(3)
    office = np.repeat(np.arange(20), 20)
    rate = np.clip(0.9 + 0.1 * rng.normal(size=20), 0, 1)[office]
    score = np.where(rng.random(400) < rate, 5.0, 2.0)
    score[:100] = 5
    unit = [f"{1 + o // 5}" for o in office]
    survey = make_survey(
        {ITEM: score}, {"office": office}, unit=unit, target="process", psu="office"
    )
    clustered = estimate(survey, two_box(ITEM), by="unit").frame.iloc[0]
    plain = estimate(make_survey({ITEM: score}, unit=unit), two_box(ITEM), by="unit").frame.iloc[0]
    assert clustered["conf_high"] == 1
    assert clustered["std_error"] == 0
    assert 0.8 < clustered["conf_low"] < plain["conf_low"] < 1


def test_among_is_a_domain_and_not_a_filter(offices):
    survey = offices(target="process", psu="office")
    among = estimate(survey, two_box(ITEM).among(channel="online"))
    by = estimate(survey, two_box(ITEM), by="channel").where(channel="online")
    np.testing.assert_allclose(among.covariance, by.covariance)
    np.testing.assert_allclose(among.frame["estimate"], by.frame["estimate"])
    assert among.measures[among.frame["measure"][0]].label.vi.endswith("(Trực tuyến)")


def test_pooled_items_count_respondents_and_know_that_answers_cluster(make_survey):
    rng = np.random.default_rng(0)
    happy = rng.random(300) < 0.8
    items = {f"time_{name}": np.where(happy, 5.0, 2.0) for name in ("on_time", "waiting")}
    survey = make_survey(items)
    measure = pooled(list(items), "two_box", "time", Label("thời gian", "time"))
    both = estimate(survey, measure)
    one = estimate(survey, two_box("time_on_time"))
    assert both.frame["n"][0] == 300
    assert np.isnan(both.frame["count"][0])
    np.testing.assert_allclose(both.frame["std_error"], one.frame["std_error"])
    assert both.notes["interval"] == "korn-graubard"
    assert both.measures["time"].rule == "pooled_two_box"


def test_means_stay_on_their_scale_and_never_shrink_to_a_point(make_survey):
    row = estimate(make_survey({ITEM: [5, 5, 5, 4]}), mean_score(ITEM)).frame.iloc[0]
    assert row["estimate"] < row["conf_high"] <= 5
    row = estimate(make_survey({ITEM: [5] * 30}), mean_score(ITEM)).frame.iloc[0]
    assert row["conf_low"] < 5 == row["conf_high"]


def test_the_interval_of_a_mean_in_mid_scale_is_students_t(make_survey):
    score = np.random.default_rng(5).integers(1, 6, 3000)
    row = estimate(make_survey({ITEM: score}), mean_score(ITEM)).frame.iloc[0]
    half = stats.t.ppf(0.975, 2999) * row["std_error"]
    np.testing.assert_allclose(
        [row["conf_low"], row["conf_high"]], row["estimate"] + half * np.array([-1, 1]), rtol=1e-3
    )


def test_two_attributes_make_all_combinations(offices):
    result = estimate(offices(), two_box(ITEM), by=("unit", "channel"))
    assert len(result.frame) == 8
    assert result.frame["n"].sum() == np.isfinite(offices().score(ITEM)).sum()
    assert result.label("unit", "02").en == "province 02"
    assert result.label("channel", "online").en == "Online"
    assert result.label("period", "2023-1").vi == "đợt I năm 2023"


def test_frame_counts_calibrate_weights_and_variance(offices):
    survey = offices(target="process", psu="office")
    counts = {"unit": {"01": 1000.0, "02": 3000.0, "03": 500.0}}
    result = estimate(survey, two_box(ITEM), frame_counts=counts)
    by = estimate(survey, two_box(ITEM), by="unit").frame
    respondents = 60  # a province; those without an answer stand for their part of the frame
    valid = by["n"][:3] / respondents * [1000, 3000, 500]
    assert result.frame["estimate"][0] == pytest.approx(
        np.average(by["estimate"][:3], weights=valid)
    )
    assert result.frame["weight_sum"][0] == pytest.approx(valid.sum())
    assert result.notes["calibrated"] == "unit"
    assert "frame counts of unit" in result.method


@pytest.mark.parametrize(
    ("counts", "match"),
    [
        ({"unit": {"01": 1.0, "02": 1.0}}, "lack a number for the level '03'"),
        ({"unit": {"01": 1.0, "02": 1.0, "03": 1.0, "99": 1.0}}, "no level '99'"),
        ({"unit": {"01": 1.0, "02": 1.0, "03": 1.0, "04": 1.0}}, "have no respondents"),
    ],
)
def test_frame_counts_that_do_not_fit_are_refused(offices, counts, match):
    with pytest.raises(UsageError, match=match):
        estimate(offices(), two_box(ITEM), frame_counts=counts)


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"by": "unti"}, "did you mean 'unit'"),
        ({"by": ("unit", "unit")}, "each once"),
        ({"conf_level": 95}, "conf_level"),
        ({"interval": "wlson"}, "did you mean 'wilson'"),
        ({"lonely_psu": "adjst"}, "did you mean 'adjust'"),
    ],
)
def test_wrong_arguments_say_what_is_allowed(offices, options, match):
    with pytest.raises(UsageError, match=match):
        estimate(offices(), top_box(ITEM), **options)


def test_wrong_measures_say_what_is_allowed(offices):
    survey = offices()
    for measures, match in [
        ([], "at least one measure"),
        ([two_box(ITEM)] * 2, "each name once"),
        (two_box("overall_tresury"), "did you mean 'overall_treasury'"),
        (two_box(ITEM).among(channel="onlin"), "did you mean 'online'"),
    ]:
        with pytest.raises(UsageError, match=match):
            estimate(survey, measures)


def test_too_many_rows_for_one_covariance_are_refused(make_survey):
    survey = make_survey({ITEM: np.ones(10_001)}, unit=range(10_001))
    with pytest.raises(UsageError, match="10000 rows"):
        estimate(survey, two_box(ITEM), by="unit")


@pytest.mark.parametrize("year", ["2013", "2014", "2015", "2016"])
def test_the_airport_survey_gives_its_reference_values(shared_data, year):
    folder: Path = shared_data / "surveys" / "sfo_2013_2016"
    expected = json.loads((folder / "reference_values.json").read_text())[year]
    weighted = airport(folder, year, weight="weight")
    measures = [mean_score("q7_all"), two_box("q7_all")]
    frame = estimate(weighted, measures).frame
    plain = estimate(airport(folder, year), measures).frame
    names = ["mean_overall", "top2"]
    np.testing.assert_allclose(frame["estimate"], [expected[f"{n}_w"] for n in names], rtol=1e-12)
    np.testing.assert_allclose(plain["estimate"], [expected[f"{n}_unw"] for n in names], rtol=1e-12)
    assert frame["n_eff"][0] == pytest.approx(expected["kish_neff"], rel=1e-12)
    assert (frame["n"] == expected["n_valid_overall"]).all()
    units = estimate(weighted, two_box("q7_all"), by="unit").frame
    # the reference counts airlines over all rows, ours over valid answers
    assert len(units) == expected["n_airlines"]
    assert units["n"].sum() <= expected["n_valid_overall"]
    assert units.loc[units["n"] == 1, "std_error"].isna().all()
    assert units["conf_low"].notna().sum() == (units["n"] > 0).sum()


def airport(folder: Path, year: str, **design) -> Survey:
    """Return a wave as the workbench reads it."""
    raw = read_raw(folder / "sfo_2013_2016.csv")
    codebook = load_codebook("sfo-2013")
    return validate(raw, codebook, Design(**design), period=year, select={"year": year})


def test_lq2002_gives_its_reference_means(shared_data):
    folder = shared_data / "surveys" / "lq2002"
    expected = json.loads((folder / "reference_values.json").read_text())
    raw = read_raw(folder / "lq2002.csv")
    survey = validate(raw, load_codebook("lq2002"), Design(), period="2002")
    columns = [str(name) for name in survey.scores.columns]
    for stem, key in (("lead", "LEAD"), ("tsig", "TSIG"), ("hostil", "HOSTILE")):
        items = [item for item in columns if item.lower().startswith(stem)]
        measure = pooled(items, "mean", stem, Label.same(stem))
        result = estimate(survey, measure, by="unit")
        total = estimate(survey, measure).frame.iloc[0]
        mean = expected[key]["mean"]
        if key == "HOSTILE":  # 0 to 4, turned by the codebook so that high is good
            mean = 4 - mean
        assert total["estimate"] == pytest.approx(mean, rel=1e-12)
        assert len(result.frame) == expected["units"]
        assert (result.frame["n"].min(), result.frame["n"].max()) == (10, 99)
