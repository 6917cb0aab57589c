"""Change knows the offices that answered twice, and does not tell what cannot be compared."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference import (
    change,
    estimate,
    join_periods,
    mean_score,
    rank_change,
    top_box,
    two_box,
)  # fmt: skip
from kbnn_analysis.inference.aggregates import estimates_from_counts, estimates_from_published
from kbnn_analysis.intake import stack_surveys
from kbnn_analysis.language import Label
from kbnn_analysis.results import Break, Estimates, MeasureInfo

ITEM = "overall_treasury"
GOLDEN = Path(__file__).parents[1] / "golden" / "change.json"
RATE = MeasureInfo("satisfied", "two_box", "1", "proportion", Label.same("satisfied"), (ITEM,))


@pytest.fixture(scope="module")
def periods(make_survey):
    """Return a function: two periods of 4 provinces with 6 offices each, which keep their level."""
    rng = np.random.default_rng(11)
    level = np.repeat(rng.normal(0, 0.8, 24), 25)
    office = np.repeat(np.arange(24), 25)

    def build(**design):
        made = []
        for period in ("2023-1", "2023-2"):
            latent = level + rng.normal(size=600) + 1.2
            score = np.digitize(latent, [-0.5, 0.2, 0.8, 1.6]) + 1.0
            made.append(
                make_survey(
                    {ITEM: score},
                    {"office": [f"o{o:02d}" for o in office], "weight": 1.0 + office % 3},
                    unit=[f"{1 + o // 6:02d}" for o in office],
                    units=["01", "02", "03", "04"],
                    period=period,
                    target="process",
                    **design,
                )
            )
        return made

    return build


def counts(period: str, count: list[int], n: list[int] | int = 200) -> Estimates:
    units = [f"{unit:02d}" for unit in range(len(count))]
    frame = pd.DataFrame({"unit": units, "count": count, "n": n})
    return estimates_from_counts(frame, RATE, period=period)


def test_it_equals_svycontrast_on_the_covariance_of_svyby():
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))["clusters"]["kinds"]
    frame = pd.DataFrame(
        {
            "period": np.repeat(["1999", "2000"], 3),
            "measure": "api",
            "unit": list("EHM") * 2,
            "n": 60.0,
            "estimate": golden["estimate"],
            "std_error": np.sqrt(np.diag(golden["covariance"])),
            "conf_low": 0.0,
            "conf_high": 0.0,
        }
    )
    info = MeasureInfo("api", "mean", "1", "mean", Label.same("api"), (), 200.0, 1000.0)
    given = Estimates(
        frame=frame, by=("period", "measure", "unit"), method="R",
        covariance=np.array(golden["covariance"]), measures={"api": info},
    )  # fmt: skip
    found = change(given, adjust="none").frame
    np.testing.assert_allclose(found["difference"], golden["change"], rtol=1e-10)
    np.testing.assert_allclose(found["std_error"], golden["std_error"], rtol=1e-8)
    half = 1.959963985 * found["std_error"]
    np.testing.assert_allclose(found["conf_high"], found["difference"] + half, rtol=1e-8)


def test_a_stacked_survey_leaves_each_period_as_it_was(periods):
    both = periods(psu="office", weight="weight")
    measures = [two_box(ITEM), mean_score(ITEM)]
    joined = estimate(stack_surveys(both), measures, "unit")
    for survey in both:
        alone, part = estimate(survey, measures, "unit"), joined.where(period=survey.period)
        pd.testing.assert_frame_equal(part.frame, alone.frame, check_exact=False, rtol=1e-12)
        np.testing.assert_allclose(part.covariance, alone.covariance, atol=1e-15)


def test_offices_that_answer_again_make_change_surer(periods):
    both = periods(psu="office")
    together = change(estimate(stack_surveys(both), mean_score(ITEM)))
    apart = change(join_periods([estimate(survey, mean_score(ITEM)) for survey in both]))
    assert together.frame["correlation"].item() > 0.5
    assert together.frame["std_error"].item() < 0.7 * apart.frame["std_error"].item()
    assert together.frame["reason"].item() == ""
    assert apart.frame["reason"].item() == "independent"
    assert "taken as independent" in apart.method
    assert together.frame["df"].item() == 23  # offices, not twice the offices


def test_respondents_as_sampling_units_are_independent_between_periods(periods):
    both = periods()
    joined = estimate(stack_surveys(both), top_box(ITEM), "unit")
    assert not joined.covariance[:4, 4:].any()


def test_brute_force_difference_of_two_independent_rates():
    found = change(join_periods([counts("2023-1", [150, 100]), counts("2023-2", [180, 101])]),
                   adjust="bonferroni")  # fmt: skip
    frame = found.frame.set_index("unit")
    common = np.array([250 / 400, 281 / 400])
    own = np.array([[0.75, 0.9], [0.5, 0.505]])
    wanted = np.maximum(own * (1 - own), common * (1 - common)) / 200
    np.testing.assert_allclose(frame["std_error"] ** 2, wanted.sum(axis=1), rtol=1e-10)
    np.testing.assert_allclose(frame["p_adjusted"], np.minimum(2 * frame["p_value"], 1))


@pytest.mark.parametrize("reason", ["wording", "frame", "instrument", "definition"])
def test_a_broken_comparison_tells_both_levels_and_no_change(reason):
    joined = join_periods([counts("2023-1", [150, 100]), counts("2023-2", [180, 101])])
    broken = replace(joined, breaks=(*joined.breaks, Break("2023-1", "2023-2", reason)))
    frame = change(broken).frame
    computed = ["difference", "std_error", "p_value", "p_adjusted", "conf_low", "conf_high"]
    assert frame[computed].isna().all(axis=None)
    assert frame[["estimate", "estimate_earlier", "n", "n_earlier"]].notna().all(axis=None)
    assert not frame["comparable"].any()
    assert (frame["reason"] == f"{reason}, independent").all()
    assert rank_change(broken).frame[["rank_low", "moved_low"]].isna().all(axis=None)


def test_a_break_concerns_its_items_alone_and_the_pairs_around_it(periods):
    both = estimate(stack_surveys(periods(psu="office")), [two_box(ITEM), mean_score(ITEM)])
    other = replace(both, breaks=(Break("2023-1", "2023-2", "wording", ("staff_attitude",)),))
    assert change(other).frame["comparable"].all()
    before = replace(both, breaks=(Break("2022-1", "2022-2", "frame"),))
    assert change(before).frame["comparable"].all()


def test_published_rates_without_n_are_not_told_as_change():
    rates = [
        estimates_from_published(pd.DataFrame({"unit": ["all"], "estimate": [x]}), RATE, period=p)
        for p, x in (("2022", 0.945), ("2024-1", 0.9991))
    ]
    found = change(join_periods(rates)).frame
    assert np.isnan(found["difference"].item())
    assert found["reason"].item() == "precision, independent"


def test_numbers_that_doubled_are_told_and_small_rows_are_left_out():
    joined = join_periods(
        [
            counts("2023-1", [80, 9, 70], [100, 9, 90]),
            counts("2023-2", [190, 70, 71], [210, 90, 90]),
        ]
    )
    frame = change(joined).frame
    assert frame["reason"].tolist() == ["numbers, independent"] * 2 + ["independent"]
    assert frame["comparable"].tolist() == [True, False, True]
    assert np.isnan(frame["difference"][1])


def test_a_unit_that_was_not_there_has_a_row_without_a_change():
    late, early = counts("2023-2", [180, 150, 170]), counts("2023-1", [180, 150])
    frame = change(join_periods([late, early])).frame
    assert frame["n_earlier"].isna().tolist() == [False, False, True]
    assert not frame["comparable"][2]


def test_extremes_are_said_to_fall_back_and_shrink():
    rng = np.random.default_rng(3)
    first, second = (rng.binomial(200, 0.8, 30).tolist() for _ in range(2))
    frame = change(join_periods([counts("2023-1", first), counts("2023-2", second)])).frame
    top, last = frame["estimate_earlier"].idxmax(), frame["estimate_earlier"].idxmin()
    assert frame["regression"][top] < -0.02 < 0.02 < frame["regression"][last]
    assert (frame["shrunken"].abs() < frame["difference"].abs() + 0.03).all()
    assert frame["shrunken"].std() < 0.5 * frame["difference"].std()


def test_against_names_the_earlier_period():
    three = join_periods(
        [counts(p, [x]) for p, x in (("2022", 100), ("2023-1", 150), ("2023-2", 190))]
    )
    found = {way: change(three, against=way).frame for way in ("previous", "first", "2022")}
    assert found["previous"]["difference"].item() == pytest.approx(0.2)
    assert found["first"]["difference"].item() == pytest.approx(0.45)
    assert found["2022"]["earlier"].item() == "2022"
    assert change(three, current="I/2023").frame["difference"].item() == pytest.approx(0.25)


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda: change(counts("2023-1", [100])), "needs an earlier period"),
        (lambda: change(join_periods([counts("2023-1", [100]), counts("2023-2", [100])]),
                        against="2022"), "against"),
        (lambda: join_periods([counts("2023-1", [100])]), "two periods or more"),
        (lambda: join_periods([counts("2023-1", [100]), counts("2023-1", [90])]), "stands twice"),
        (lambda: join_periods([counts("2023-1", [100]),
                               replace(counts("2023-2", [100]), simulated=True)]), "never"),
        (lambda: change(join_periods([counts("2023-1", [100]), counts("2023-2", [100])]),
                        level=0.4), "level"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_in_a_sentence(call, told):
    with pytest.raises(UsageError, match=told):
        call()


def test_rank_bounds_never_stand_alone_and_hold_the_truth_of_swapped_units():
    joined = join_periods([counts("2023-1", [198, 120, 160]), counts("2023-2", [120, 198, 160])])
    frame = rank_change(joined).frame
    assert frame["moved_low"].tolist() == [-2.0, 2.0, 0.0]
    assert (frame["moved_low"] <= frame["moved_high"]).all()
    same = join_periods([counts("2023-1", [150, 151, 152]), counts("2023-2", [152, 151, 150])])
    wide = rank_change(same).frame
    assert (wide["moved_low"] < 0).all()
    assert (wide["moved_high"] > 0).all()
