"""Importance against brute force over all subsets and orders."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path

import numpy as np
import pytest

from kbnn_analysis.errors import UsageError
from kbnn_analysis.stats.dominance import dominance, shapley_weights
from kbnn_analysis.stats.importance import lmg, relative_weights
from kbnn_analysis.stats.subset_fit import r_squared_gradient, subset_r_squared


def correlated(n: int = 200, p: int = 5, seed: int = 3) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, p)) + rng.normal(size=(n, 1))
    return x, x @ np.arange(1, p + 1) + rng.normal(scale=4, size=n)


def least_squares_r2(x: np.ndarray, y: np.ndarray, members: list[int], w: np.ndarray) -> float:
    root = np.sqrt(w)
    design = np.column_stack([np.ones(len(y)), x[:, members]]) * root[:, None]
    residual = y * root - design @ np.linalg.lstsq(design, y * root, rcond=None)[0]
    centred = y - np.average(y, weights=w)
    return 1 - (residual @ residual) / (w * centred @ centred)


def test_every_subset_has_the_r_squared_of_its_own_regression() -> None:
    x, y = correlated()
    fit = subset_r_squared(np.cov(np.column_stack([x, y]).T))
    for mask in range(2**5):
        members = [j for j in range(5) if mask >> j & 1]
        expected = least_squares_r2(x, y, members, np.ones(len(y)))
        assert fit.r_squared[mask] == pytest.approx(expected, abs=1e-12)


def test_lmg_is_the_mean_increment_over_all_orders() -> None:
    x, y = correlated()
    weight = np.random.default_rng(5).uniform(0.5, 2.0, len(y))
    expected = np.zeros(5)
    orders = list(permutations(range(5)))
    for order in orders:
        for place, j in enumerate(order):
            before = least_squares_r2(x, y, list(order[:place]), weight)
            expected[j] += least_squares_r2(x, y, list(order[: place + 1]), weight) - before
    np.testing.assert_allclose(lmg(x, y, weight).values, expected / len(orders), atol=1e-10)


def test_dominance_equals_relaimpo_and_domir() -> None:
    folder = Path(__file__).parents[1] / "golden"
    told = json.loads((folder / "dominance.json").read_text(encoding="utf-8"))
    data = np.loadtxt(folder / "dominance.csv", delimiter=",", skiprows=1)
    made = lmg(data[:, :4], data[:, 4], np.ones(len(data)))
    found = made.dominance
    for ours, theirs in (
        (made.values, told["lmg"]),
        (found.shapley, told["general"]),
        (found.conditional, told["conditional"]),
        (found.conditional[:, 0], told["first"]),
        (found.conditional[:, -1], told["last"]),
        (made.r_squared, told["r_squared"]),
    ):
        np.testing.assert_allclose(ours, theirs, atol=1e-10)
    assert found.complete.astype(int).tolist() == told["complete"]


def test_influence_is_the_derivative_by_a_respondent_s_weight() -> None:
    x, y = correlated()
    result = lmg(x, y, np.ones(len(y)))
    step = 1e-5
    for respondent in (0, 17, 150):
        weight = np.ones(len(y))
        weight[respondent] += step
        up = lmg(x, y, weight).values
        weight[respondent] -= 2 * step
        slope = (up - lmg(x, y, weight).values) / (2 * step)
        np.testing.assert_allclose(result.influence[respondent] / len(y), slope, rtol=1e-4)


def test_influences_and_shares_add_up() -> None:
    x, y = correlated()
    result = lmg(x, y, np.ones(len(y)))
    assert result.shares.sum() == pytest.approx(1.0)
    np.testing.assert_allclose(result.influence.sum(axis=0), 0.0, atol=1e-9)
    np.testing.assert_allclose(result.share_influence.sum(axis=1), 0.0, atol=1e-12)


def test_scaling_of_predictors_and_weights_changes_nothing() -> None:
    x, y = correlated()
    plain = lmg(x, y, np.ones(len(y))).values
    np.testing.assert_allclose(
        lmg(x * [1, 10, 0.1, 5, 3], y * 7, np.full(len(y), 3.0)).values, plain
    )


def test_renaming_permutes() -> None:
    x, y = correlated()
    order = [3, 0, 4, 1, 2]
    np.testing.assert_allclose(
        lmg(x[:, order], y, np.ones(len(y))).values, lmg(x, y, np.ones(len(y))).values[order]
    )


def test_gradient_of_one_subset_is_that_of_its_rss() -> None:
    x, y = correlated(p=3)
    matrix = np.corrcoef(np.column_stack([x, y]).T)
    fit = subset_r_squared(matrix)
    weights = np.zeros(8)
    weights[0b101] = 1.0
    gradient = r_squared_gradient(fit, weights)
    beta = np.linalg.solve(matrix[np.ix_([0, 2], [0, 2])], matrix[[0, 2], 3])
    direction = np.array([-beta[0], 0.0, -beta[1], 1.0])
    expected = -np.outer(direction, direction)
    expected[3, 3] += 1 - fit.r_squared[0b101]
    np.testing.assert_allclose(gradient, expected, atol=1e-12)


def test_complete_dominance_agrees_with_its_definition() -> None:
    values = np.random.default_rng(2).normal(size=16).cumsum()
    result = dominance(values)
    for j in range(4):
        for k in range(4):
            if j == k:
                continue
            others = [m for m in range(16) if not m >> j & 1 and not m >> k & 1]
            lead = [values[m | 1 << j] - values[m | 1 << k] for m in others]
            assert result.complete[j, k] == (min(lead) >= 0 and max(lead) > 0)


def test_shapley_weights_give_the_shapley_value() -> None:
    values = np.random.default_rng(4).normal(size=32)
    direct = [shapley_weights(5, j) @ values for j in range(5)]
    np.testing.assert_allclose(dominance(values).shapley, direct)


def test_relative_weights_sum_to_r_squared() -> None:
    x, y = correlated()
    matrix = np.corrcoef(np.column_stack([x, y]).T)
    assert relative_weights(matrix).sum() == pytest.approx(subset_r_squared(matrix).r_squared[-1])


@pytest.mark.parametrize(
    ("matrix", "words"),
    [
        (np.ones((2, 3)), "must be square"),
        (np.eye(22), "at most 20"),
        (np.array([[1.0, 1, 0.5], [1, 1, 0.5], [0.5, 0.5, 1]]), "linear combination"),
        (np.diag([1.0, 0.0, 1.0]), "do not vary"),
    ],
)
def test_bad_matrices_are_told_what_to_do(matrix: np.ndarray, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        subset_r_squared(matrix)


def test_incomplete_records_are_refused() -> None:
    with pytest.raises(UsageError, match="complete"):
        lmg([[1.0], [np.nan]], [1.0, 2.0], [1.0, 1.0])
