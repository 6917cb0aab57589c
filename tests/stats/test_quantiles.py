"""Quantiles and Woodruff's intervals equal R's svyquantile."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbnn_analysis.errors import UsageError
from kbnn_analysis.stats.design import design_arrays
from kbnn_analysis.stats.quantiles import quantile_estimates, weighted_quantile


@pytest.mark.parametrize("sample", ["strat", "clus1"])
def test_quantiles_equal_svyquantile(sample, api, r_numbers):
    theirs = np.array(r_numbers("calibration")[f"quantile_{sample}"])
    frame, design = api(sample)
    ours = quantile_estimates(
        frame["api00"].to_numpy(dtype=float), design, [0.1, 0.25, 0.5, 0.75, 0.9]
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
