"""The truth is what the package says, computed without sampling."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from kbnn_analysis.inference.simulation import (
    PERIODS,
    WHOLE,
    driver_truth,
    population_truth,
    simulate_period,
)
from kbnn_analysis.inference.simulation.behaviour import (
    CHANNEL_SHARES,
    NO_FEEDBACK_SHARE,
    STRAIGHT_LINER_SHARE,
)
from kbnn_analysis.inference.simulation.effects import LEADER, load_effects
from kbnn_analysis.inference.simulation.instrument import (
    DIFFICULTY,
    FACTOR_OF,
    FACTORS,
    THRESHOLDS,
    WEIGHTS,
)
from kbnn_analysis.inference.simulation.places import load_places
from kbnn_analysis.inference.simulation.population import RESPONDENT_TYPES, load_population


def overall(period: str = "2023-1", measure: str = "overall_treasury") -> pd.DataFrame:
    truth = population_truth(period)
    return truth[truth["measure"] == measure].set_index("unit")


def test_the_leader_is_calibrated_exactly_and_strictly_highest() -> None:
    rates = overall()["two_box"].drop(WHOLE)
    assert len(rates) == 63
    assert rates[LEADER] == pytest.approx(0.9819, abs=1e-9)
    assert rates.drop(LEADER).max() < 0.9819 - 1e-4


def test_the_system_stands_at_its_ceiling_with_a_far_lower_top_box() -> None:
    truth = population_truth("2023-1").query("unit == @WHOLE").set_index("measure")
    assert truth.loc["overall_treasury", "two_box"] == pytest.approx(0.97, abs=1e-9)
    overalls = truth.loc[["overall_treasury", "overall_system"]]
    assert overalls["two_box"].between(0.965, 0.975).all()
    assert (overalls["top_box"] < 0.60).all()


def test_later_periods_continue_and_remember() -> None:
    rates = {period: overall(period)["two_box"] for period in PERIODS}
    assert all(0.955 < rate[WHOLE] < 0.985 for rate in rates.values())
    first, second = (norm.ppf(rates[period].drop(WHOLE)) for period in ("2023-1", "2023-2"))
    later = norm.ppf(rates["2025-1"].drop(WHOLE))
    assert np.corrcoef(first, second)[0, 1] > 0.6
    assert np.corrcoef(first, later)[0, 1] < np.corrcoef(first, second)[0, 1] < 0.99


def test_merged_provinces_are_the_weighted_means_of_their_offices() -> None:
    truth = overall("2025-2")
    assert len(truth) == 35
    population = load_population()
    effects = load_effects("2025-2")
    latent = effects.cell_means(population) @ np.array(list(WEIGHTS["overall_treasury"].values()))
    members = np.array([place.code_34 == "19" for place in load_places()])[population.province]
    rate = np.average(norm.cdf(latent[members] - THRESHOLDS[2]), weights=population.count[members])
    assert truth.loc["19", "two_box"] == pytest.approx(rate, rel=1e-12)


@pytest.mark.parametrize("item", ["feedback_handled", "online_access", "overall_treasury"])
def test_a_truth_agrees_with_adding_up_the_cells_one_by_one(item: str) -> None:
    population, effects = load_population(), load_effects("2024-1")
    sums = np.zeros(3)
    for cell in np.flatnonzero(population.province == 40):
        office, kind = population.office[cell], population.kind[cell]
        latent = effects.common + effects.province[40] + effects.office[office]
        latent = latent + effects.kind[kind]
        judged = float(latent @ [WEIGHTS["overall_treasury"][factor] for factor in FACTORS])
        own = judged if item not in FACTOR_OF else latent[FACTORS.index(FACTOR_OF[item])]
        counter = CHANNEL_SHARES[RESPONDENT_TYPES[kind]][1]
        applies = {"feedback_handled": 1 - NO_FEEDBACK_SHARE, "online_access": 1 - 0.6 * counter}
        careful = (1 - STRAIGHT_LINER_SHARE) * applies.get(item, 1.0)
        answers = (careful, STRAIGHT_LINER_SHARE)
        satisfied = (norm.cdf(own - THRESHOLDS - DIFFICULTY[item]), norm.cdf(judged - THRESHOLDS))
        at_least = sum(share * p for share, p in zip(answers, satisfied, strict=True))
        sums += population.count[cell] * np.array([sum(answers), at_least[2], at_least.sum()])
    truth = overall("2024-1", item).loc[load_places()[40].code]
    assert truth["two_box"] == pytest.approx(sums[1] / sums[0], rel=1e-12)
    assert truth["mean"] == pytest.approx(1 + sums[2] / sums[0], rel=1e-12)


def test_the_whole_is_the_mean_of_the_units_over_those_it_applies_to() -> None:
    for period in ("2023-1", "2025-2"):
        truth = overall(period, "feedback_handled")
        units = truth.drop(WHOLE)
        weights = units["population"] * units["applicable"]
        mean = np.average(units["two_box"], weights=weights)
        assert truth.loc[WHOLE, "two_box"] == pytest.approx(mean, rel=1e-12)
        assert units["population"].sum() == truth.loc[WHOLE, "population"] == 94_501


def test_drivers_are_stated_and_sum_to_one() -> None:
    drivers = driver_truth()
    assert drivers.groupby("outcome")["coefficient"].sum().to_numpy() == pytest.approx([1, 1])
    treasury = drivers[drivers["outcome"] == "overall_treasury"].set_index("factor")
    assert treasury["coefficient"].idxmax() == "staff"
    assert treasury["stated_priority"].idxmax() == "online"


def test_the_truth_and_the_numbers_of_answers_do_not_depend_on_the_seed() -> None:
    one, other = simulate_period(seed=1, scale=0.1), simulate_period(seed=2, scale=0.1)
    pd.testing.assert_frame_equal(one.truth, other.truth)
    assert one.frame["province"].value_counts().to_dict() == (
        other.frame["province"].value_counts().to_dict()
    )
    assert not one.frame["overall_treasury"].equals(other.frame["overall_treasury"])


def test_the_population_is_that_of_the_version() -> None:
    population = load_population()
    assert population.count.sum() == 94_501
    assert len(population.office_ids) == 703
    assert population.count.min() > 0
    assert np.bincount(population.province).min() > 0
    shares = np.bincount(population.kind, weights=population.count) / population.count.sum()
    assert shares == pytest.approx([0.70, 0.10, 0.12, 0.08], abs=0.02)


def test_office_effects_are_deviations_from_their_province() -> None:
    population = load_population()
    for period in PERIODS:
        office = load_effects(period).office[population.office]
        totals = np.bincount(population.province, weights=population.count * office)
        assert np.abs(totals).max() < 1e-8


@pytest.mark.parametrize("period", PERIODS)
def test_the_documented_table_is_the_truth(period: str) -> None:
    text = (Path(__file__).parents[2] / "docs" / "simulation.md").read_text("utf-8")
    row = next(line for line in text.splitlines() if line.startswith(f"| {period} |"))
    truth = overall(period)
    units = truth["two_box"].drop(WHOLE)
    told = [
        f"{100 * truth.loc[WHOLE, 'two_box']:.2f} %",
        f"{100 * truth.loc[WHOLE, 'top_box']:.2f} %",
        f"{100 * units[LEADER]:.2f} %",
        f"{(units > units[LEADER]).sum() + 1} of {len(units)}",
        f"{100 * units.max():.2f} %",
        f"{100 * units.min():.2f} %",
    ]
    assert all(value in row for value in told), (row, told)
