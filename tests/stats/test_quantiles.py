"""Quantiles and Woodruff's intervals equal R's svyquantile; order statistics hold exactly."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from kbnn_analysis.errors import UsageError
from kbnn_analysis.stats.design import design_arrays
from kbnn_analysis.stats.quantiles import quantile_estimates, weighted_quantile


@pytest.mark.parametrize("sample", ["strat", "clus1"])
def test_quantiles_equal_svyquantile(sample, api, r_numbers):
    theirs = np.array(r_numbers("calibration")[f"quantile_{sample}"])
    frame, design = api(sample)
    ours = quantile_estimates(
        frame["api00"].to_numpy(dtype=float),
        design,
        [0.1, 0.25, 0.5, 0.75, 0.9],
        interval="woodruff",
    )
    np.testing.assert_array_equal(ours.estimate, theirs[:, 0])
    np.testing.assert_array_equal(ours.conf_low, theirs[:, 1])
    np.testing.assert_array_equal(ours.conf_high, theirs[:, 2])
    np.testing.assert_allclose(ours.std_error, theirs[:, 3], rtol=1e-8)


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=40), st.floats(0.01, 0.99))
def test_whole_weights_are_repeated_values(values, level):
    data = np.array(values, dtype=float)
    weight = np.arange(len(data)) % 3 + 1
    repeated = np.repeat(data, weight)
    expected = np.quantile(repeated, level, method="inverted_cdf")
    assert weighted_quantile(data, weight.astype(float), [level])[0] == expected


def test_a_domain_leaves_out_the_others_and_missing_values():
    values = np.array([1.0, 2.0, 3.0, np.nan, 100.0])
    inside = np.array([True, True, True, True, False])
    found = quantile_estimates(values, design_arrays(np.ones(5)), [0.5], inside=inside)
    assert found.estimate[0] == 2
    with pytest.raises(UsageError, match="between 0 and 1"):
        quantile_estimates(values, design_arrays(np.ones(5)), [50])


@pytest.mark.parametrize(("n", "level"), [(30, 0.1), (30, 0.5), (80, 0.9), (200, 0.25)])
def test_order_statistics_are_those_of_the_binomial(n, level):
    found = quantile_estimates(np.arange(1.0, n + 1.0), design_arrays(np.ones(n)), [level])
    # the truth lies below the k-th value where fewer than k answers do: as David and Nagaraja
    ranks = np.arange(n + 1)
    low = ranks[binom.cdf(ranks - 1, n, level) <= 0.025].max()
    high = ranks[binom.sf(ranks - 1, n, level) <= 0.025].min()
    assert found.conf_low[0] == (low if low >= 1 else -np.inf)
    assert found.conf_high[0] == high


@pytest.mark.parametrize("level", [0.1, 0.5])
def test_order_statistics_hold_scores_of_few_levels_by_exact_sum(level):
    """Over all splits of n answers into below, at and above the true quantile."""
    n = 25
    below, at_most = max(level - 0.05, 0.02), min(level + 0.05, 0.98)
    held = 0.0
    for less in range(n + 1):
        for same in range(n + 1 - less):
            data = np.repeat([1.0, 2.0, 3.0], [less, same, n - less - same])
            chance = binom.pmf(less, n, below) * binom.pmf(
                same, n - less, (at_most - below) / (1 - below)
            )
            if chance < 1e-6:
                continue
            found = quantile_estimates(data, design_arrays(np.ones(n)), [level])
            held += chance * (found.conf_low[0] <= 2.0 <= found.conf_high[0])
    assert held >= 0.95


def test_too_few_answers_leave_an_end_open_and_a_full_count_leaves_none():
    few = quantile_estimates(np.arange(5.0), design_arrays(np.ones(5)), [0.1, 0.9])
    assert few.conf_low[0] == -np.inf
    assert few.conf_high[1] == np.inf
    everyone = design_arrays(np.ones(5), fpc=np.full(5, 5.0))
    counted = quantile_estimates(np.arange(5.0), everyone, [0.5])
    assert counted.conf_low[0] == counted.conf_high[0] == counted.estimate[0]
    with pytest.raises(UsageError, match="order"):
        quantile_estimates(np.arange(5.0), design_arrays(np.ones(5)), [0.5], interval="beta")
