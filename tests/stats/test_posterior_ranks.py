"""Posterior ranks against enumeration, simulation and laws."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from scipy import special, stats

from kbnn_analysis.errors import UsageError
from kbnn_analysis.stats.beta_posterior import beta_posterior, hyper_nodes
from kbnn_analysis.stats.beta_slices import beta_slice, mixture_slice
from kbnn_analysis.stats.fay_herriot import eblup
from kbnn_analysis.stats.normal_posterior import normal_posterior, normal_slice
from kbnn_analysis.stats.posterior import Posterior, identity, logistic
from kbnn_analysis.stats.posterior_ranks import posterior_ranks, rank_probabilities
from kbnn_analysis.stats.rate_posterior import rate_posterior
from kbnn_analysis.stats.two_groups import group_shares, sample_two_groups

COUNTS = np.array([95, 180, 100, 150, 80, 60]), np.array([100, 200, 100, 152, 100, 62])


def test_two_normals_have_their_closed_form() -> None:
    part = normal_slice(1.0, np.array([0.0, 0.7]), np.array([1.0, 0.5]))
    expected = special.ndtr(-0.7 / np.sqrt(1.25))
    assert rank_probabilities(part.mass, part.above)[0, 0] == pytest.approx(expected, abs=1e-9)


def test_ranks_are_the_sum_over_all_orders() -> None:
    part = normal_slice(1.0, np.array([0.0, 0.7, 0.2, -0.1]), np.array([1.0, 0.5, 0.7, 2.0]))
    found = rank_probabilities(part.mass, part.above)
    expected = np.zeros((4, 4))
    for order in permutations(range(4)):  # from best to worst: nested integrals on the nodes
        inner = np.ones(len(part.nodes))
        for unit in order:
            density = part.mass[unit] * inner
            tail = density[::-1].cumsum()[::-1] - density / 2  # better units lie above
            inner = tail
        chance = density.sum()
        expected[list(order), range(4)] += chance
    np.testing.assert_allclose(found, expected, atol=2e-3)  # the slow sums are of first order


def test_ranks_agree_with_draws() -> None:
    a, b = COUNTS[0] + 40.0, COUNTS[1] - COUNTS[0] + 2.0
    part = beta_slice(1.0, a, b)
    found = rank_probabilities(part.mass, part.above)
    draws = np.random.default_rng(5).beta(a, b, size=(200_000, 6))
    ranks = stats.rankdata(-draws, axis=1).astype(int)
    expected = np.stack([(ranks == k).mean(axis=0) for k in range(1, 7)], axis=1)
    np.testing.assert_allclose(found, expected, atol=5e-3)  # four standard errors of the draws


@pytest.mark.parametrize("units", [2, 63])
def test_rows_and_columns_sum_to_one(units: int) -> None:
    rng = np.random.default_rng(units)
    n = rng.integers(30, 1500, units)
    ranks = posterior_ranks(rate_posterior(rng.binomial(n, 0.97), n).posterior)
    np.testing.assert_allclose(ranks.probability.sum(axis=1), 1.0, atol=1e-9)
    np.testing.assert_allclose(ranks.probability.sum(axis=0), 1.0, atol=1e-3)
    assert ranks.expected.sum() == pytest.approx(units * (units + 1) / 2, rel=1e-3)
    np.testing.assert_allclose(ranks.top(units), 1.0)


def test_units_alike_share_all_ranks() -> None:
    ranks = posterior_ranks(rate_posterior(np.full(10, 200), np.full(10, 200)).posterior)
    np.testing.assert_allclose(ranks.probability, 0.1, atol=1e-4)
    low, high = ranks.interval(0.95)
    assert (low == 1).all()
    assert (high == 10).all()


def test_renaming_permutes_and_repeating_repeats() -> None:
    order = np.array([3, 0, 5, 1, 4, 2])
    plain, mixed = (
        posterior_ranks(beta_posterior(COUNTS[0][o], COUNTS[1][o])) for o in (np.arange(6), order)
    )
    np.testing.assert_allclose(mixed.probability, plain.probability[order], atol=1e-6)
    again = posterior_ranks(beta_posterior(*COUNTS))
    assert (again.probability == plain.probability).all()


def test_interval_holds_what_it_says() -> None:
    ranks = posterior_ranks(beta_posterior(*COUNTS))
    for level in (0.5, 0.9, 0.99):
        low, high = ranks.interval(level)
        for row, best, worst in zip(ranks.probability, low, high, strict=True):
            assert row[best - 1 : worst].sum() >= level - 1e-6
            assert row[: best - 1].sum() <= (1 - level) / 2 + 1e-6


def test_top_must_be_a_number_of_units() -> None:
    with pytest.raises(UsageError, match="from 1 to 6"):
        posterior_ranks(beta_posterior(*COUNTS)).top(7)


def test_beta_slice_is_the_beta_distribution() -> None:
    a, b = np.array([1490.0, 78.5, 400.0, 30.2]), np.array([12.0, 0.5, 9.0, 2.0])
    part = beta_slice(1.0, a, b)
    rate = special.expit(part.nodes)
    np.testing.assert_allclose(part.mass @ rate, a / (a + b), rtol=1e-9)
    exact = special.betainc(b[:, None], a[:, None], special.expit(-part.nodes))
    np.testing.assert_allclose(part.above, exact, atol=1e-6)
    posterior = Posterior((part,), logistic, np.ones(4))
    np.testing.assert_allclose(posterior.sd, stats.beta.std(a, b), rtol=1e-8)
    np.testing.assert_allclose(
        posterior.quantiles([0.025, 0.975]).T,
        stats.beta.ppf(np.array([[0.025], [0.975]]), a, b),
        atol=2e-5,
    )


def test_mixture_is_the_sum_of_its_parts() -> None:
    a, b = np.array([[90.0, 9.0], [50.0, 4.0]]), np.array([[2.0, 1.0], [9.0, 3.0]])
    share = np.array([[0.3, 1.0], [0.7, 0.0]])
    part = mixture_slice(1.0, a, b, share)
    exact = special.betainc(b[:, :, None], a[:, :, None], special.expit(-part.nodes))
    np.testing.assert_allclose(part.above, (share[:, :, None] * exact).sum(axis=0), atol=1e-6)


def test_hyper_parameters_integrate_to_the_full_posterior() -> None:
    x, n = COUNTS[0].astype(float), COUNTS[1].astype(float)
    mean, root = np.meshgrid(np.linspace(0, 1, 802)[1:-1], np.linspace(0, 1, 402)[1:-1])
    precision = 1 / root**2 - 1
    a, b = mean * precision, (1 - mean) * precision
    log = (
        special.betaln(a[..., None] + x, b[..., None] + n - x)
        - special.betaln(a[..., None], b[..., None])
    ).sum(axis=-1)
    weight = np.exp(log - log.max())
    expected = [
        float((weight * (a + x[i]) / (precision + n[i])).sum() / weight.sum()) for i in range(6)
    ]
    np.testing.assert_allclose(beta_posterior(x, n).mean, expected, atol=2e-4)
    area = (1 / 801) * (1 / 401)
    evidence = np.log(weight.sum() * area) + log.max()
    assert hyper_nodes(x, n, 8, 3)[3] == pytest.approx(evidence, abs=0.02)


def test_two_camps_are_seen_and_one_is_not() -> None:
    rng = np.random.default_rng(4)
    n = np.full(60, 1500)
    camps = rng.binomial(n, np.repeat([0.95, 0.99], 30))
    assert rate_posterior(camps, n).prob_two > 0.99
    alike = rng.binomial(n, 0.98)
    assert rate_posterior(alike, n).prob_two < 0.5


def test_shares_of_groups_are_bayes_rule() -> None:
    a, b = np.array([95.0, 30.0]), np.array([5.0, 3.0])
    x, n = np.array([90.0, 10.0]), np.array([100.0, 10.0])
    like = np.array([stats.betabinom.pmf(x, n, a[k], b[k]) for k in range(2)])
    expected = like * [[0.8], [0.2]]
    np.testing.assert_allclose(
        group_shares(a, b, 0.2, x, n), expected / expected.sum(axis=0), rtol=1e-8
    )


def test_evidence_of_two_groups_agrees_with_plain_draws() -> None:
    x, n = np.array([95.0, 94, 96, 95, 70, 72, 96, 75]), np.full(8, 100.0)
    found = sample_two_groups(x, n)
    rng = np.random.default_rng(8)
    size = 60_000
    mean, root = rng.random(size), rng.random(size)
    eta = special.logit(mean) + rng.normal(size=size)
    sd, other = np.abs(rng.normal(size=size)), rng.random(size) / 2
    rate = special.expit(eta)
    roots = np.stack([root, np.minimum(sd * np.sqrt(rate * (1 - rate)), 0.98)])
    rates = np.stack([mean, rate])
    precision = 1 / np.maximum(roots, 1e-4) ** 2 - 1
    a, b = rates * precision, (1 - rates) * precision
    log = special.betaln(a[..., None] + x, b[..., None] + n - x) - special.betaln(
        a[..., None], b[..., None]
    )
    parts = np.log(np.stack([1 - other, other]))[..., None]
    total = special.logsumexp(log + parts, axis=0).sum(axis=-1)
    expected = special.logsumexp(total) - np.log(size)
    # plain draws from the prior: their own error is about a tenth
    assert found.log_evidence == pytest.approx(expected, abs=0.25)


def test_normal_posterior_is_close_to_the_eblup_with_many_units() -> None:
    rng = np.random.default_rng(2)
    variance = rng.uniform(0.5, 2.0, 400)
    y = rng.normal(size=400) + rng.normal(scale=np.sqrt(variance))
    posterior, plug_in = normal_posterior(y, variance), eblup(y, variance)
    np.testing.assert_allclose(posterior.mean, plug_in.estimate, atol=0.02)
    np.testing.assert_allclose(posterior.sd, np.sqrt(plug_in.mse), rtol=0.02)
    assert posterior.natural is identity


def test_counts_without_answers_are_refused() -> None:
    for counts in (([5, 0], [10, 0]), ([5], [10])):
        with pytest.raises(UsageError, match="two units"):
            rate_posterior(*counts)
