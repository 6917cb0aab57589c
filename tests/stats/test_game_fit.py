"""Importance for any fit: brute force over all subsets and orders, laws, numeric influences."""

from __future__ import annotations

from itertools import combinations, permutations
from math import factorial

import numpy as np
import pytest

from kbnn_analysis.errors import UsageError
from kbnn_analysis.stats.coalitions import owen_plan, sampled_plan, shapley_plan
from kbnn_analysis.stats.design import design_arrays
from kbnn_analysis.stats.game_fit import linear_importance, pseudo_importance
from kbnn_analysis.stats.importance import lmg
from kbnn_analysis.stats.linear_models import fit_linear
from kbnn_analysis.stats.ordinal import fit_ordinal
from kbnn_analysis.stats.share_bootstrap import bootstrap_lmg, psu_multipliers


@pytest.fixture(scope="module")
def answers() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(2)
    x = rng.normal(size=(400, 4)) + rng.normal(size=(400, 1))
    latent = x @ [0.2, 0.4, 0.8, 0.0] + rng.logistic(size=400)
    return x, np.searchsorted([-2.0, 0.0, 2.0], latent), rng.uniform(0.5, 2.0, 400)


def mean_over_orders(orders, value, players: int) -> np.ndarray:
    total = np.zeros(players)
    for order in orders:
        members: set[int] = set()
        for player in order:
            total[player] += value(members | {player}) - value(members)
            members.add(player)
    return total / len(orders)


def subset_values(x, y, w, fit):
    return {
        frozenset(chosen): fit(x[:, list(chosen)], y, w) if chosen else 0.0
        for size in range(x.shape[1] + 1)
        for chosen in combinations(range(x.shape[1]), size)
    }


def test_mcfadden_importance_equals_brute_force_over_all_orders(answers) -> None:
    x, y, w = answers
    values = subset_values(x, y, w, lambda *data: fit_ordinal(*data).mcfadden)
    expected = mean_over_orders(list(permutations(range(4))), lambda s: values[frozenset(s)], 4)
    made = pseudo_importance(x, y, w, shapley_plan(4))
    np.testing.assert_allclose(made.parts, expected, atol=1e-10)
    assert made.parts.sum() == pytest.approx(made.fit, abs=1e-12)
    assert made.fit == pytest.approx(values[frozenset(range(4))], abs=1e-10)
    assert made.shares.sum() == pytest.approx(1.0)


def test_latent_importance_equals_brute_force(answers) -> None:
    x, y, w = answers

    def latent(columns, answer, weight) -> float:
        linear = columns @ fit_ordinal(columns, answer, weight).coefficients
        variance = np.cov(linear, aweights=weight, ddof=0)
        return float(variance / (variance + np.pi**2 / 3))

    values = subset_values(x, y, w, latent)
    expected = mean_over_orders(list(permutations(range(4))), lambda s: values[frozenset(s)], 4)
    made = pseudo_importance(x, y, w, shapley_plan(4), fit="latent")
    # variances move in first order with the coefficients: as exact as these
    np.testing.assert_allclose(made.parts, expected, atol=1e-7)


def test_owen_values_equal_brute_force_over_orders_that_keep_groups_together() -> None:
    rng = np.random.default_rng(8)
    x = rng.normal(size=(200, 5)) + rng.normal(size=(200, 1))
    y, w = x @ [1.0, 0.5, 0.0, 0.3, 0.2] + rng.normal(size=200), rng.uniform(0.5, 2.0, 200)
    values = subset_values(x, y, w, lambda *data: fit_linear(*data).fit)
    groups = [[0, 1, 2], [3], [4]]
    orders = [
        [player for group in outer for player in inner[group]]
        for outer in permutations(range(3))
        for first in permutations(groups[0])
        for inner in [[first, groups[1], groups[2]]]
    ]
    expected = mean_over_orders(orders, lambda s: values[frozenset(s)], 5)
    made = linear_importance(x, y, w, owen_plan([0, 0, 0, 1, 2]))
    np.testing.assert_allclose(made.parts, expected, atol=1e-12)
    assert len(orders) == factorial(3) * factorial(3)


def test_members_of_a_group_sum_to_the_group_as_one_player() -> None:
    plan = owen_plan([0, 0, 1, 1, 2])
    rng = np.random.default_rng(1)
    worth = {tuple(row): rng.uniform() for row in plan.members.tolist()}
    worth[(False,) * 5] = 0.0
    fits = np.array([worth[tuple(row)] for row in plan.members.tolist()])
    whole = [[0, 1], [2, 3], [4]]

    def value(groups) -> float:
        held = {player for group in groups for player in whole[group]}
        return worth[tuple(player in held for player in range(5))]

    expected = mean_over_orders(list(permutations(range(3))), value, 3)
    parts = plan.weights @ fits
    np.testing.assert_allclose([parts[:2].sum(), parts[2:4].sum(), parts[4]], expected)


def test_single_members_make_owen_values_shapley_values(answers) -> None:
    x, y, w = answers
    owen = linear_importance(x, y, w, owen_plan(range(4)))
    shapley = linear_importance(x, y, w, shapley_plan(4))
    exact = lmg(x, y.astype(float), w)
    np.testing.assert_allclose(owen.parts, shapley.parts, atol=1e-13)
    np.testing.assert_allclose(shapley.parts, exact.values, atol=1e-13)
    np.testing.assert_allclose(shapley.influence, exact.influence / w.sum(), atol=1e-15)


def test_sampled_orders_sum_to_the_fit_and_cover_the_exact_values(answers) -> None:
    x, y, w = answers
    exact = linear_importance(x, y, w, shapley_plan(4))
    inside = []
    for seed in range(40):
        made = linear_importance(x, y, w, sampled_plan(4, 12, np.random.default_rng(seed)))
        assert made.parts.sum() == pytest.approx(exact.fit)
        inside.append(np.abs(made.parts - exact.parts) <= 2.5 * made.sampling_error + 1e-12)
    assert np.mean(inside) > 0.9


@pytest.mark.parametrize("fit", ["mcfadden", "latent"])
@pytest.mark.parametrize("with_base", [False, True])
def test_influences_are_the_first_order_change_by_a_weight(answers, fit, with_base) -> None:
    x, y, w = answers
    base = x[:, 3:] if with_base else None
    made = pseudo_importance(x[:, :3], y, w, shapley_plan(3), base=base, fit=fit)
    for row in (0, 100, 399):
        bumped = w.copy()
        bumped[row] += 1e-3
        moved = pseudo_importance(x[:, :3], y, bumped, shapley_plan(3), base=base, fit=fit)
        change = (moved.parts - made.parts) / 1e-3
        np.testing.assert_allclose(change, made.influence[row], rtol=0.02, atol=2e-7)


def test_what_stands_in_the_base_is_not_divided(answers) -> None:
    x, y, w = answers
    made = pseudo_importance(x[:, :3], y, w, shapley_plan(3), base=x[:, 3:])
    whole, held = fit_ordinal(x, y, w), fit_ordinal(x[:, 3:], y, w)
    assert made.base_fit == pytest.approx(held.mcfadden, abs=1e-10)
    assert made.fit == pytest.approx(1 - whole.log_likelihood / held.log_likelihood, abs=1e-9)


def test_binary_answers_are_the_logistic_model(answers) -> None:
    x, y, w = answers
    both = pseudo_importance(x, y > 1, w, shapley_plan(4))
    flipped = pseudo_importance(x, y <= 1, w, shapley_plan(4))
    np.testing.assert_allclose(both.parts, flipped.parts, atol=1e-10)


def test_too_many_and_separated_are_told() -> None:
    with pytest.raises(UsageError, match="sample orders"):
        shapley_plan(13)
    with pytest.raises(UsageError, match="smaller groups"):
        owen_plan([0] * 20)
    x = np.arange(8.0)[:, None]
    with pytest.raises(UsageError, match="no finite fit"):
        pseudo_importance(x, x[:, 0] > 3, np.ones(8), shapley_plan(1))


def test_bootstrap_spread_agrees_with_the_influences_under_clusters() -> None:
    rng = np.random.default_rng(6)
    psu = np.repeat(np.arange(120), 10)
    x = rng.normal(size=(1200, 3)) + 0.5 * rng.normal(size=(120, 3))[psu]
    y = x @ [1.0, 0.6, 0.2] + rng.normal(size=1200) + 0.5 * rng.normal(size=120)[psu]
    design = design_arrays(np.ones(1200), psu=psu)
    everyone = np.ones(1200, dtype=bool)
    made = bootstrap_lmg(np.column_stack([x, y]), everyone, design, 0, 400, rng)
    exact = lmg(x, y, design.weight)
    totals = (
        np.array([exact.share_influence[psu == unit].sum(axis=0) for unit in range(120)]) / 1200
    )
    error = np.sqrt(((totals - totals.mean(axis=0)) ** 2).sum(axis=0) * 120 / 119)
    np.testing.assert_allclose(made.mean(axis=0), exact.shares, atol=0.01)
    np.testing.assert_allclose(made.std(axis=0), error, rtol=0.15)


def test_bootstrap_shrinks_where_all_were_sampled_and_clears_held_columns() -> None:
    rng = np.random.default_rng(7)
    record = rng.normal(size=(60, 4))
    census = design_arrays(np.ones(60), fpc=np.full(60, 60.0))
    factors = psu_multipliers(census, 3, rng)
    assert (factors == 1.0).all()
    held = bootstrap_lmg(record, np.ones(60, bool), census, 1, 3, rng)
    inside = np.column_stack([np.ones(60), record[:, 0]])
    left = record[:, 1:] - inside @ np.linalg.lstsq(inside, record[:, 1:], rcond=None)[0]
    np.testing.assert_allclose(
        held[0], lmg(left[:, :2], left[:, 2], np.ones(60)).shares, atol=1e-12
    )
