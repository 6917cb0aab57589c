"""Control limits, overdispersion and funnels: exactness, no artefacts, laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from kbnn_analysis.errors import UsageError
from kbnn_analysis.stats.control_limits import mid_distribution, rate_limit
from kbnn_analysis.stats.funnel import mean_limits, rate_funnel
from kbnn_analysis.stats.overdispersion import overdispersion
from kbnn_analysis.stats.sample_size import n_for_reliability, n_to_settle


def test_mid_distribution_is_binomial_at_whole_counts() -> None:
    x = np.arange(0, 81)
    expected = stats.binom.cdf(x - 1, 80, 0.98) + stats.binom.pmf(x, 80, 0.98) / 2
    np.testing.assert_allclose(mid_distribution(x, 80, 0.98), expected, atol=1e-14)


@pytest.mark.parametrize("rho", [1e-5, 1e-3, 0.05])
def test_mid_distribution_is_beta_binomial_with_spread(rho: float) -> None:
    x, size = np.arange(0, 301), 1 / rho - 1
    a, b = 0.97 * size, 0.03 * size
    expected = stats.betabinom.cdf(x - 1, 300, a, b) + stats.betabinom.pmf(x, 300, a, b) / 2
    np.testing.assert_allclose(mid_distribution(x, 300, 0.97, rho), expected, atol=1e-6)


@given(st.floats(0.5, 0.999), st.floats(20, 3000), st.floats(0, 0.02))
@settings(max_examples=25)
def test_limits_invert_the_distribution_and_stay_rates(target: float, n: float, rho: float) -> None:
    for probability in (0.001, 0.025, 0.975, 0.999):
        limit = float(rate_limit(probability, [n], target, rho)[0])
        assert 0.0 <= limit <= 1.0
        at = float(mid_distribution([limit * n], [n], target, rho)[0])
        if 0.0 < limit < 1.0:
            assert at == pytest.approx(probability, abs=1e-9)


def test_limits_have_no_steps_and_never_fold_over() -> None:
    n = np.arange(20, 2000.0)
    low, high = rate_limit(0.001, n, 0.98), rate_limit(0.999, n, 0.98)
    assert (np.diff(low) > -1e-9).all()  # binomial limits by whole counts go up and down here
    assert (np.diff(high) < 1e-9).all()
    assert (low < 0.98).all()
    assert (high > 0.98).all()


def test_100_percent_is_never_better_for_few_answers_alone() -> None:
    assert rate_limit(0.999, [80.0], 0.98)[0] == 1.0
    # 0.98^n / 2 < 0.001 from 308 answers on
    assert rate_limit(0.999, [307.0], 0.98)[0] == 1.0
    assert rate_limit(0.999, [308.0], 0.98)[0] < 1.0


@given(st.integers(0, 40), st.floats(0.9, 0.99), st.sampled_from(["none", "additive"]))
@settings(max_examples=15)
def test_bands_by_limits_and_by_p_values_agree(seed: int, target: float, adjust: str) -> None:
    rng = np.random.default_rng(seed)
    n = rng.integers(20, 900, 30)
    x = rng.binomial(n, rng.uniform(0.85, 1.0, 30))
    found = rate_funnel(x, n, target=target, adjust=adjust)
    for level in (0.95, 0.998):
        low, high = found.limits(level)
        outside = (x / n < low) | (x / n > high)
        np.testing.assert_array_equal(outside, found.p_value < 1 - level)
        np.testing.assert_array_equal(x / n > high, outside & (found.z > 0))


def test_yes_and_no_mirror_the_funnel() -> None:
    rng = np.random.default_rng(6)
    n = rng.integers(20, 900, 30)
    x = rng.binomial(n, 0.95)
    plain, turned = rate_funnel(x, n), rate_funnel(n - x, n)
    np.testing.assert_allclose(plain.z, -turned.z, atol=1e-6)


def test_overdispersion_without_winsorizing_is_pearson_s() -> None:
    rng = np.random.default_rng(7)
    n = rng.integers(100, 900, 40)
    x = rng.binomial(n, rng.beta(95, 5, 40))
    target = x.sum() / n.sum()
    error = np.sqrt(target * (1 - target) / n)
    found = overdispersion(x / n, target, error, winsorize=0.0)
    expected = stats.chi2_contingency([x, n - x], correction=False).statistic
    assert found.phi * 40 == pytest.approx(expected)
    assert found.p_value == pytest.approx(stats.chi2.sf(expected, 40))
    w = 1 / error**2
    moments = (expected - 39) / (w.sum() - (w**2).sum() / w.sum())
    assert found.tau2 == pytest.approx(moments)


def test_winsorizing_is_unbiased_where_all_is_chance_and_resists_one_unit() -> None:
    z = np.random.default_rng(9).normal(size=40_000)
    ones = np.ones(len(z))
    assert overdispersion(z, 0.0, ones).phi == pytest.approx(1.0, abs=0.03)
    far = np.append(z[:62], 30.0)
    assert overdispersion(far, 0.0, np.ones(63)).phi < 2.0
    assert overdispersion(far, 0.0, np.ones(63), winsorize=0.0).phi > 10.0


def test_adjusting_only_ever_widens() -> None:
    rng = np.random.default_rng(10)
    n = rng.integers(100, 900, 40)
    for rates in (np.full(40, 0.95), rng.beta(95, 5, 40)):
        x = rng.binomial(n, rates)
        low, high = rate_funnel(x, n, adjust="none").limits(0.998)
        for adjust in ("additive", "multiplicative"):
            wider = rate_funnel(x, n, adjust=adjust).limits(0.998)
            assert (wider[0] <= low + 1e-9).all()
            assert (wider[1] >= high - 1e-9).all()


def test_false_alarms_are_as_many_as_promised() -> None:
    rng = np.random.default_rng(11)
    n = rng.integers(80, 400, (200, 63))
    x = rng.binomial(n, 0.95)
    alarms = [
        (rate_funnel(a, b, target=0.95, adjust="none").p_value < 0.05).mean()
        for a, b in zip(x, n, strict=True)
    ]
    # mid-p is near its level on average: 12,600 units, standard error 0.2 %
    assert np.mean(alarms) == pytest.approx(0.05, abs=0.012)


def test_limits_of_means_are_normal() -> None:
    low, high = mean_limits(4.0, [0.1, 0.2], 0.01, 1.0, 0.95)
    np.testing.assert_allclose(high - 4.0, 1.959964 * np.sqrt([0.02, 0.05]), rtol=1e-6)
    np.testing.assert_allclose(low + high, 8.0)


def test_sample_sizes_do_what_they_promise() -> None:
    n = float(n_to_settle(0.99, 0.97, (0.99 * 0.01, 0.97 * 0.03)))
    rng = np.random.default_rng(12)
    x, y = rng.binomial(round(n), [[0.99], [0.97]], (2, 20_000)) / round(n)
    z = (x - y) / np.sqrt((x * (1 - x) + y * (1 - y)) / round(n))
    assert (z > 1.96).mean() == pytest.approx(0.8, abs=0.03)
    assert np.isinf(n_to_settle(0.9, 0.9, (0.09, 0.09)))
    wanted = float(n_for_reliability([300.0], [0.6], 0.9)[0])
    assert wanted / (wanted + 200) == pytest.approx(0.9)  # r = n / (n + 200)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: rate_funnel([1, 2], [0, 2]), "needs answers"),
        (lambda: rate_funnel([2, 2], [2, 2]), "between 0 and 1"),
        (lambda: rate_funnel([1, 2], [2, 2], adjust="both"), "must be one of"),
        (lambda: rate_funnel([1, 1], [2, 2]).limits(1.0), "between 0 and 1"),
        (lambda: overdispersion([1.0], 0.0, [0.0]), "above zero"),
        (lambda: overdispersion([1.0], 0.0, [1.0], winsorize=0.5), "0 to 0.4"),
        (lambda: n_for_reliability([1.0], [0.5], 1.0), "between 0 and 1"),
    ],
)
def test_impossible_requests_are_told(call: object, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        call()
