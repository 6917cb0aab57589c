"""Alignment against known truth, brute-force derivatives, and what it must not depend on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kbnn_analysis.errors import UsageError
from kbnn_analysis.stats.alignment import AlignmentLoss, align
from kbnn_analysis.stats.alignment_tests import examine_alignment


def truth(groups: int = 12, items: int = 4, broken: float = 0.6, seed: int = 1):
    rng = np.random.default_rng(seed)
    mean, sd = rng.normal(0, 0.4, groups), np.exp(rng.normal(0, 0.2, groups))
    loadings, intercepts = np.linspace(0.6, 0.9, items), np.linspace(3.5, 4.5, items)
    own = np.broadcast_to(intercepts, (groups, items)).copy()
    own[0, 0] += broken
    n = rng.integers(100, 300, groups).astype(float)
    seen = loadings * sd[:, None], own + mean[:, None] * loadings
    return seen, n, mean - np.average(mean, weights=n), sd / np.exp(np.log(sd).mean())


def test_means_are_found_where_one_item_differs() -> None:
    (loads, nu), n, mean, sd = truth()
    found = align(loads, nu, n, np.random.default_rng(2))
    scale = np.exp(np.log(sd).mean())
    assert np.corrcoef(found.mean, mean)[0, 1] > 0.999
    np.testing.assert_allclose(found.sd / found.sd[3], sd / sd[3], rtol=0.02)
    naive = nu.mean(axis=1) - np.average(nu.mean(axis=1), weights=n)
    error = np.abs(found.mean - mean / scale)[0]
    assert error < np.abs(naive / loads.mean() - mean)[0] / 3
    assert found.agreed > 0.5


@given(st.integers(0, 10_000))
@settings(max_examples=20)
def test_slope_is_the_derivative(seed: int) -> None:
    rng = np.random.default_rng(seed)
    loss = AlignmentLoss(
        rng.uniform(0.4, 1, (5, 3)), rng.normal(4, 0.3, (5, 3)), np.arange(5.0, 10)
    )
    at, step = rng.normal(0, 0.3, 8), 1e-6
    numeric = [(loss(at + step * e)[0] - loss(at - step * e)[0]) / (2 * step) for e in np.eye(8)]
    np.testing.assert_allclose(loss(at)[1], numeric, atol=1e-7)


def test_derivative_of_the_means_by_the_parameters_is_that_of_aligning_again() -> None:
    (loads, nu), n, _, _ = truth(groups=5, items=3, broken=0.2)
    noise = np.random.default_rng(3)
    loads, nu = loads + noise.normal(0, 0.05, loads.shape), nu + noise.normal(0, 0.1, nu.shape)
    loss = AlignmentLoss(loads, nu, n)
    found = align(loads, nu, n, np.random.default_rng(1), draws=0)
    slopes = examine_alignment(loss, found, np.eye(30)).slopes
    for part, item, group in ((0, 1, 2), (1, 0, 4)):
        moved = []
        for sign in (1, -1):
            both = [loads.copy(), nu.copy()]
            both[part][group, item] += sign * 1e-3
            moved.append(align(*both, n, np.random.default_rng(1), draws=0).mean)
        column = part * 15 + item * 5 + group
        # the minimum is found to about 1e-6, the step is 1e-3
        np.testing.assert_allclose(slopes[:, column], (moved[0] - moved[1]) / 2e-3, atol=5e-3)


def test_the_broken_item_is_named_and_no_other() -> None:
    (loads, nu), n, _, _ = truth()
    loss = AlignmentLoss(loads, nu, n)
    found = align(loads, nu, n, np.random.default_rng(2))
    tests = examine_alignment(loss, found, np.eye(96) * 0.05**2)
    broken = np.argwhere(~tests.intercept_holds)
    assert broken.tolist() == [[0, 0]]
    assert tests.loading_holds.all()
    assert tests.share_broken == pytest.approx(1 / 96)
    assert tests.intercept_r_squared[0] < tests.intercept_r_squared[1:].min()


def test_the_unit_of_an_answer_does_not_change_who_leads() -> None:
    (loads, nu), n, _, _ = truth()
    found = align(loads, nu, n, np.random.default_rng(2))
    order = np.random.default_rng(4).permutation(len(n))
    again = align(loads[order], nu[order], n[order], np.random.default_rng(5))
    np.testing.assert_allclose(again.mean, found.mean[order], atol=1e-3)


def test_bad_input_is_told() -> None:
    (loads, nu), n, _, _ = truth()
    with pytest.raises(UsageError, match="two groups or more"):
        align(loads[:1], nu[:1], n[:1], np.random.default_rng(1))
    with pytest.raises(UsageError, match="of every group"):
        align(np.where(loads > 0.8, np.nan, loads), nu, n, np.random.default_rng(1))


def simulated_coverage(draws: int, groups: int = 8, n: int = 200) -> float:
    """Return how often the interval of a factor mean holds the truth, all items invariant."""
    from kbnn_analysis.stats.cfa import fit_cfa
    from kbnn_analysis.stats.cfa_influences import weighted_moments
    from kbnn_analysis.stats.cfa_model import one_group

    rng = np.random.default_rng(11)
    mean = rng.normal(0, 0.3, groups)
    mean -= mean.mean()
    hits = []
    for _ in range(draws):
        fits = []
        for centre in mean:
            factor = rng.normal(centre, 1, (n, 1))
            fits.append(
                fit_cfa(
                    [weighted_moments(0.8 * factor + rng.normal(0, 0.6, (n, 4)))],
                    one_group([0] * 4),
                )
            )
        loads = np.array([fit.groups[0].loadings for fit in fits])
        nu = np.array([fit.groups[0].intercepts for fit in fits])
        spread = np.zeros((2, 4, groups, 2, 4, groups))
        for group, fit in enumerate(fits):
            own = fit.covariance[np.ix_([0, 1, 2, 3, 8, 9, 10, 11], [0, 1, 2, 3, 8, 9, 10, 11])]
            spread[:, :, group, :, :, group] = own.reshape(2, 4, 2, 4)
        loss = AlignmentLoss(loads, nu, np.full(groups, float(n)))
        found = align(loads, nu, loss.n, rng, draws=0)
        tests = examine_alignment(loss, found, spread.reshape(8 * groups, -1))
        error = np.sqrt(np.diag(tests.covariance))
        hits.append(np.abs(found.mean - mean) < 1.96 * error)
    return float(np.mean(hits))


def test_intervals_of_aligned_means_cover_quickly() -> None:
    # 12 draws of 8 groups: only a gross mistake shows
    assert 0.85 < simulated_coverage(12) <= 1


@pytest.mark.coverage
def test_intervals_of_aligned_means_cover() -> None:
    assert 0.93 < simulated_coverage(400) < 0.98


def test_a_step_far_too_long_is_endless_without_a_warning() -> None:
    loads = np.array([[0.8, 0.7], [0.9, 0.6], [0.7, 0.7]])
    loss = AlignmentLoss(loads, loads + 3.0, np.array([100.0, 90.0, 80.0]))
    value, _ = loss(np.array([0.0, 0.0, -400.0, 0.0]))
    assert value == np.inf
