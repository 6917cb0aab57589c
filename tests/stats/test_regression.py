"""Regression coefficients and their design-based covariances equal R's svyglm."""

from __future__ import annotations

import numpy as np
import pytest

from kbnn_analysis.errors import UsageError
from kbnn_analysis.stats.linearization import influence_covariance
from kbnn_analysis.stats.regression import fit_regression


@pytest.mark.parametrize("sample", ["strat_fpc", "clus1", "clus2_fpc"])
def test_coefficients_and_covariances_equal_svyglm(sample, api, r_numbers):
    theirs = r_numbers("regression")[sample]
    frame, design = api(sample)
    outcomes = {
        "linear": (frame["api00"].to_numpy(dtype=float), ["ell", "meals", "mobility"]),
        "logit": ((frame["sch.wide"] == "Yes").to_numpy(dtype=float), ["ell", "meals"]),
    }
    for family, (y, names) in outcomes.items():
        x = np.column_stack([np.ones(len(frame)), frame[names]])
        fit = fit_regression(y, x, design.weight, family=family)
        covariance = influence_covariance(fit.influences, design)
        np.testing.assert_allclose(fit.coefficients, theirs[family], rtol=1e-8)
        np.testing.assert_allclose(covariance, theirs[f"{family}_cov"], rtol=1e-8)


def test_missing_values_do_not_count_but_stay_in_the_design():
    rng = np.random.default_rng(0)
    x = np.column_stack([np.ones(50), rng.normal(size=50)])
    y = x @ [1.0, 2.0] + rng.normal(size=50)
    y[:5] = np.nan
    fit = fit_regression(y, x, np.ones(50))
    np.testing.assert_allclose(fit.coefficients, np.linalg.lstsq(x[5:], y[5:])[0])
    assert (fit.influences.values[:5] == 0).all()
    np.testing.assert_allclose(fit.influences.values.sum(axis=0), 0, atol=1e-12)


def test_fits_that_do_not_exist_are_refused():
    x = np.column_stack([np.ones(6), [0, 0, 0, 1, 1, 1]]).astype(float)
    with pytest.raises(UsageError, match="separates"):
        fit_regression(x[:, 1], x, np.ones(6), family="logit")
    with pytest.raises(UsageError, match="collinear"):
        fit_regression(x[:, 1], np.column_stack([x, x[:, 1]]), np.ones(6))
    with pytest.raises(UsageError, match="between 0 and 1"):
        fit_regression(x[:, 1] * 5, x, np.ones(6), family="logit")
