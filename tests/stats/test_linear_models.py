"""Linear and logistic models against R's survey package, and penalized fits against brute force."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import expit

from kbnn_analysis.errors import UsageError
from kbnn_analysis.stats.influences import Influences
from kbnn_analysis.stats.linear_models import fit_linear, fit_logit
from kbnn_analysis.stats.linearization import influence_covariance
from kbnn_analysis.stats.wald import holm, wald_test

PREDICTORS = ["meals", "ell", "mobility"]


@pytest.mark.parametrize("name", ["clus1", "strat_fpc"])
@pytest.mark.parametrize("model", ["linear", "logit"])
def test_coefficients_and_design_covariance_equal_svyglm(api, r_numbers, name, model) -> None:
    frame, design = api(name)
    gold = r_numbers("drivers")["svyglm"][name][model]
    x, y = frame[PREDICTORS].to_numpy(float), frame["api00"].to_numpy(float)
    fit = (
        fit_linear(x, y, design.weight)
        if model == "linear"
        else fit_logit(x, y > 650, design.weight)
    )
    covariance = influence_covariance(Influences(fit.influence), design)
    np.testing.assert_allclose(fit.coefficients, gold["coefficients"], rtol=1e-8)
    # an element near zero is judged by the size of its row and column
    size = np.sqrt(np.outer(*[np.diag(gold["covariance"])] * 2))
    np.testing.assert_allclose(covariance / size, gold["covariance"] / size, atol=1e-8)


@pytest.mark.parametrize("name", ["clus1", "strat_fpc"])
def test_wald_test_equals_regtermtest_on_infinite_df(api, r_numbers, name) -> None:
    frame, design = api(name)
    fit = fit_linear(
        frame[PREDICTORS].to_numpy(float), frame["api00"].to_numpy(float), design.weight
    )
    covariance = influence_covariance(Influences(fit.influence), design)
    gold = r_numbers("drivers")["svyglm"][name]["wald"]
    chi = wald_test(fit.coefficients[2:], covariance[2:, 2:], float("inf"))
    assert 2 * chi.statistic == pytest.approx(gold["chi"], rel=1e-8)
    adjusted = wald_test(fit.coefficients[2:], covariance[2:, 2:], gold["df"])
    assert adjusted.statistic == pytest.approx(gold["chi"] / 2 * (gold["df"] - 1) / gold["df"])
    assert (adjusted.numerator_df, adjusted.df) == (2, gold["df"] - 1)


def test_wald_ignores_directions_without_variance_and_needs_degrees_of_freedom() -> None:
    both = wald_test([1.0, 1.0], np.ones((2, 2)), 10)
    alone = wald_test([1.0], np.eye(1), 10)
    assert both == pytest.approx(alone)
    with pytest.raises(UsageError, match="2 statistics cannot be tested with 1 degrees"):
        wald_test([1.0, 1.0], np.eye(2), 1)


def test_holm_keeps_order_and_missing() -> None:
    assert holm([0.01, np.nan, 0.02]).tolist()[0] == 0.02
    assert np.isnan(holm([0.01, np.nan, 0.02])[1])


def test_firth_equals_the_optimum_found_in_r(r_numbers) -> None:
    gold = r_numbers("drivers")["firth"]
    fit = fit_logit(np.array(gold["x"]), gold["y"], penalty="firth")
    # R's optimizer searches without gradients: six digits
    np.testing.assert_allclose(fit.coefficients, gold["coefficients"], rtol=2e-5)


def test_firth_of_a_two_by_two_table_adds_a_half_to_each_cell() -> None:
    x = np.repeat([[0.0], [1.0]], 10, axis=0)
    y = np.r_[np.zeros(10), np.ones(7), np.zeros(3)]
    fit = fit_logit(x, y, penalty="firth")
    logit = np.log(0.5 / 10.5), np.log(7.5 / 3.5)
    # the steps leave out the penalty's curvature: they converge linearly
    np.testing.assert_allclose(fit.coefficients, [logit[0], logit[1] - logit[0]], rtol=1e-6)


def test_ridge_equals_a_general_optimizer() -> None:
    rng = np.random.default_rng(3)
    x, w = rng.normal(size=(60, 2)), rng.uniform(0.5, 2.0, 60)
    y = (rng.uniform(size=60) < expit(x[:, 0])).astype(float)

    def loss(b: np.ndarray) -> float:
        linear = b[0] + x @ b[1:]
        return -float(w / w.mean() @ (y * linear - np.log1p(np.exp(linear)))) + b[1:] @ b[1:]

    best = minimize(loss, np.zeros(3), tol=1e-12).x
    np.testing.assert_allclose(
        fit_logit(x, y, w, penalty="ridge", ridge=2.0).coefficients, best, atol=1e-5
    )


def test_influences_are_the_first_order_change_by_a_weight() -> None:
    rng = np.random.default_rng(4)
    x, w = rng.normal(size=(80, 2)), rng.uniform(0.5, 2.0, 80)
    y = (rng.uniform(size=80) < 0.6).astype(float)
    for fitter in (fit_linear, fit_logit):
        fit, bumped = fitter(x, y, w), w.copy()
        bumped[7] += 1e-5
        change = (fitter(x, y, bumped).coefficients - fit.coefficients) / 1e-5
        np.testing.assert_allclose(change, fit.influence[7], rtol=1e-3, atol=1e-7)


def test_weights_are_relative() -> None:
    rng = np.random.default_rng(5)
    x, y = rng.normal(size=(50, 2)), rng.integers(0, 2, 50)
    for penalty in ("none", "firth", "ridge"):
        one = fit_logit(x, y, np.ones(50), penalty=penalty).coefficients
        many = fit_logit(x, y, np.full(50, 7.0), penalty=penalty).coefficients
        np.testing.assert_allclose(one, many, rtol=1e-9)


def test_separation_and_bad_input_are_told() -> None:
    x = np.arange(6.0)[:, None]
    with pytest.raises(UsageError, match="no finite fit"):
        fit_logit(x, x[:, 0] > 2)
    with pytest.raises(UsageError, match="linearly dependent"):
        fit_linear(np.hstack([x, 2 * x]), x[:, 0])
    with pytest.raises(UsageError, match="must be 0 or 1"):
        fit_logit(x, x[:, 0])
    with pytest.raises(UsageError, match="complete"):
        fit_linear([[np.nan], [1.0]], [0.0, 1.0])
    with pytest.raises(UsageError, match="same number of rows"):
        fit_linear(x, [1.0])
