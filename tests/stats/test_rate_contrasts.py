"""Contrasts of rates against R, against their definition, and by their laws."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from kbnn_analysis.stats.contrasts import contrasts, mean_matrix, pair_matrix
from kbnn_analysis.stats.multiplicity import equivalence_p
from kbnn_analysis.stats.rate_contrasts import SCORES, exact_limits, rate_contrasts

R = json.loads((Path(__file__).parents[1] / "golden" / "rate_contrasts.json").read_text())
COUNT, N = np.array(R["count"], dtype=float), np.array(R["n"], dtype=float)
RATE = COUNT / N
V = np.diag(RATE * (1 - RATE) / N)


def spread(correlation: float) -> np.ndarray:
    error = np.sqrt(V.diagonal())
    return np.outer(error, error) * ((1 - correlation) * np.eye(len(N)) + correlation)


@pytest.mark.parametrize("kind", ["pairs", "mean"])
def test_ends_equal_those_from_the_limits_of_r(kind: str) -> None:
    matrix = np.array(R[kind]["matrix"])
    found = rate_contrasts(matrix, RATE, V, N)
    np.testing.assert_allclose(found.difference, R[kind]["difference"], atol=1e-14)
    for level, name in ((0.95, "ends95"), (0.999, "ends999")):
        ends = np.column_stack(found.ends(stats.norm.ppf((1 + level) / 2)))
        np.testing.assert_allclose(ends, R[kind][name], atol=1e-7)
    together = rate_contrasts(matrix, RATE, spread(0.3), N).ends(stats.norm.ppf(0.975))
    np.testing.assert_allclose(np.column_stack(together), R[kind]["correlated"], atol=1e-7)


def test_p_values_equal_those_of_intervals_turned_round_in_r() -> None:
    found = rate_contrasts(pair_matrix(6), RATE, V, N)
    np.testing.assert_allclose(found.p_value[R["p"]["rows"]], R["p"]["value"], rtol=1e-5)


def test_limits_are_those_of_the_beta_distribution_and_of_part_counts() -> None:
    low, high = exact_limits(np.array([1.0, 0.0, 0.98]), np.array([30.0, 30.0, 87.5]), SCORES[:100])
    tail = stats.norm.sf(SCORES[:100])
    np.testing.assert_allclose(low[0], np.minimum(tail ** (1 / 30), 1), rtol=1e-9)
    np.testing.assert_allclose(high[1], 1 - tail ** (1 / 30), rtol=1e-9)
    expected = stats.beta.ppf(tail, 0.98 * 87.5, 0.02 * 87.5 + 1)
    np.testing.assert_allclose(low[2], np.minimum(expected, 0.98), rtol=1e-9)
    assert (high[0] == 1).all()
    assert (low[1] == 0).all()


@pytest.mark.parametrize("rate", [0.0, 0.001, 0.2, 0.5, 0.97, 0.99999, 1.0])
def test_limits_are_known_and_widen_with_the_score_from_1_answer_to_50_million(rate: float) -> None:
    size = np.array([1, 5, 30, 87.5, 300, 1500, 20000, 5e7])
    low, high = exact_limits(np.full(len(size), rate), size, SCORES)
    assert ((low >= 0) & (high <= 1)).all()
    assert (np.diff(low, axis=1) <= 1e-12).all()
    assert (np.diff(high, axis=1) >= -1e-12).all()


def as_rates(units: list[tuple[int, float]]) -> tuple[np.ndarray, np.ndarray]:
    n, share = (np.array(each, dtype=float) for each in zip(*units, strict=True))
    return n, np.round(n * share) / n


UNIT = st.tuples(st.integers(10, 2000), st.floats(0, 1))
UNITS = st.lists(UNIT, min_size=2, max_size=6).map(as_rates)


@settings(max_examples=60)
@given(UNITS, st.floats(0.8, 0.9999), st.floats(0, 0.9), st.integers(2, 60))
def test_test_and_interval_agree_and_turning_round_turns_everything(
    units: tuple[np.ndarray, np.ndarray], level: float, correlation: float, df: int
) -> None:
    n, rate = units
    error = np.sqrt((rate * n + 0.5) / (n + 1) * ((1 - rate) * n + 0.5) / (n + 1) / n)
    covariance = np.outer(error, error) * ((1 - correlation) * np.eye(len(n)) + correlation)
    for matrix in (pair_matrix(len(n)), mean_matrix(n)):
        found = rate_contrasts(matrix, rate, covariance, n, np.full(len(n), df))
        low, high = found.ends(stats.norm.ppf((1 + level) / 2))
        assert (low <= found.difference + 1e-12).all()
        assert (found.difference <= high + 1e-12).all()
        sure = np.abs(found.p_value - (1 - level)) > 1e-5
        outside = (low > 0) | (high < 0)
        assert (outside == (found.p_value < 1 - level))[sure].all()
        back = rate_contrasts(-matrix, rate, covariance, n, np.full(len(n), df))
        np.testing.assert_allclose(back.statistic, -found.statistic, atol=1e-9)
        np.testing.assert_allclose(back.ends(2.0), (-found.ends(2.0)[1], -found.ends(2.0)[0]))
        other = rate_contrasts(matrix, 1 - rate, covariance, n, np.full(len(n), df))
        np.testing.assert_allclose(other.p_value, found.p_value, rtol=1e-5, atol=1e-9)


def test_differences_stay_where_they_can_be_and_certainty_is_never_claimed() -> None:
    rate, n = np.array([1.0, 1.0, 0.0]), np.array([10.0, 500.0, 80.0])
    found = rate_contrasts(pair_matrix(3), rate, np.diag(np.full(3, 1e-4)), n)
    low, high = found.ends(6.0)
    assert (low >= -1).all()
    assert (high <= 1).all()
    assert found.p_value[0] == 1.0  # both unanimous: nothing tells them apart
    assert 0 < found.p_value[1] < 1e-6


def test_with_many_answers_they_are_the_normal_ones() -> None:
    rate, n = np.array([0.6, 0.603]), np.array([1e6, 2e6])
    covariance = np.diag(rate * (1 - rate) / n)
    found, plain = (
        rate_contrasts(pair_matrix(2), rate, covariance, n),
        contrasts(pair_matrix(2), rate, covariance),
    )
    np.testing.assert_allclose(found.statistic, plain.statistic, rtol=2e-3)
    np.testing.assert_allclose(found.ends(1.96), plain.ends(1.96), atol=3e-6)


@pytest.mark.parametrize("margin", [0.02, 0.05, 0.2])
def test_units_are_equivalent_where_the_interval_lies_within_the_margin(margin: float) -> None:
    found = rate_contrasts(pair_matrix(6), RATE, V, N)
    low, high = found.ends(stats.norm.ppf(0.95))  # two one-sided tests of 5 %
    within = (low > -margin) & (high < margin)
    assert within.tolist() == (equivalence_p(found, margin) < 0.05).tolist()
