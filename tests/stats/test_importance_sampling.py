"""Adaptive importance sampling: against integrals that are known, and against itself."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special, stats

from kbnn_analysis.stats.importance_sampling import Sample, sample_adaptively, thinned
from kbnn_analysis.stats.rate_posterior import rate_posterior
from kbnn_analysis.stats.two_groups import sample_two_groups


def banana(points: np.ndarray) -> np.ndarray:
    """Return the log density of a bent normal: proper, with mean (0, 1)."""
    first, second = points.T
    return stats.norm.logpdf(first) + stats.norm.logpdf(second, first**2, 0.7)


def test_a_bent_density_is_integrated_from_a_start_that_does_not_know_it() -> None:
    found = sample_adaptively(banana, [(np.zeros(2), 0.5 * np.eye(2))])
    assert found.log_evidence == pytest.approx(0.0, abs=0.1)
    np.testing.assert_allclose(found.weight @ found.points, [0.0, 1.0], atol=0.2)
    assert found.weight @ found.points[:, 1] ** 2 == pytest.approx(3.49, abs=0.8)
    assert found.effective > 200


def test_two_modes_keep_their_shares() -> None:
    def pair(points: np.ndarray) -> np.ndarray:
        near = stats.norm.logpdf(points, -4, 0.5).sum(axis=1) + np.log(0.8)
        far = stats.norm.logpdf(points, 4, 1.0).sum(axis=1) + np.log(0.2)
        return special.logsumexp([near, far], axis=0)

    starts = [(np.full(3, -4.0), 0.5 * np.eye(3)), (np.full(3, 4.0), 0.5 * np.eye(3))]
    found = sample_adaptively(pair, starts)
    assert found.weight[found.points[:, 0] > 0].sum() == pytest.approx(0.2, abs=0.02)
    assert found.log_evidence == pytest.approx(0.0, abs=0.03)


def test_the_same_points_every_time_and_a_shift_of_the_density_is_none_of_the_weights() -> None:
    start = [(np.zeros(2), np.eye(2))]
    one, two = sample_adaptively(banana, start), sample_adaptively(banana, start)
    np.testing.assert_array_equal(one.points, two.points)
    higher = sample_adaptively(lambda points: banana(points) + 700.0, start)
    np.testing.assert_allclose(higher.weight, one.weight, rtol=1e-9)
    assert higher.log_evidence == pytest.approx(one.log_evidence + 700.0)


def test_few_points_of_equal_weight_stand_for_many() -> None:
    rng = np.random.default_rng(3)
    points, weight = rng.normal(size=(4000, 3)) * [5.0, 1.0, 1.0], rng.random(4000)
    many = Sample(points, weight / weight.sum(), -1.0)
    few = thinned(many, 100)
    assert few.weight.tolist() == [0.01] * 100
    # along the direction that varies most the even steps are exact to a step
    gap = np.abs(
        np.sort(few.points[:, 0]) - np.quantile(points[:, 0], (np.arange(100) + 0.5) / 100)
    )
    assert np.median(gap) < 0.5
    assert few.log_evidence == -1.0


def test_points_that_all_agree_can_be_thinned() -> None:
    alike = Sample(np.ones((5, 2)), np.full(5, 0.2), 0.0)
    assert thinned(alike, 3).points.tolist() == [[1.0, 1.0]] * 3


@pytest.mark.parametrize("size", [200, 1500])
def test_hyper_parameters_of_two_groups_rest_on_many_points(size: int) -> None:
    rng, n = np.random.default_rng(11), np.full(63, float(size))
    truths = {
        "camps": np.where(rng.random(63) < 0.5, 0.95, 0.99),
        "alike": np.full(63, 0.98),
        "spread": special.expit(3.9 + 0.6 * rng.normal(size=63)),
        "outlier": np.append(np.full(62, 0.96), 0.995),
    }
    for name, rate in truths.items():
        found = sample_two_groups(rng.binomial(size, rate).astype(float), n)
        assert found.effective > 60, name
        assert found.weight.max() < 0.1, name


def test_other_random_points_give_the_same_intervals(monkeypatch: pytest.MonkeyPatch) -> None:
    rng, n = np.random.default_rng(1), np.full(63, 1500)
    x = rng.binomial(n, np.where(np.arange(63) < 30, 0.95, 0.99))
    default = np.random.default_rng
    ends = []
    for seed in range(3):

        def other(key: object, seed: int = seed) -> np.random.Generator:
            known = isinstance(key, np.random.Generator)
            return default(key if known else [seed, *np.atleast_1d(key)])

        monkeypatch.setattr(np.random, "default_rng", other)
        ends.append(rate_posterior(x, n).posterior.quantiles([0.025, 0.975]))
    low, high = np.moveaxis(ends, -1, 0)
    assert (low.std(axis=0) + high.std(axis=0)).mean() < 0.06 * (high - low).mean()
