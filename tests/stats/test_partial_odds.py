"""The cumulative engine, the test of proportional odds and the partial model, against R."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kbnn_analysis.errors import UsageError
from kbnn_analysis.stats.cumulative import fit_cumulative, log_likelihood, scores
from kbnn_analysis.stats.cumulative_likelihood import cumulative_data
from kbnn_analysis.stats.influences import Influences
from kbnn_analysis.stats.linearization import influence_covariance
from kbnn_analysis.stats.ordinal import fit_ordinal
from kbnn_analysis.stats.partial_odds import fit_partial_odds, threshold_slopes
from kbnn_analysis.stats.wald import wald_test


@pytest.fixture(scope="module")
def wine() -> tuple[np.ndarray, np.ndarray]:
    frame = pd.read_csv(Path(__file__).parents[1] / "golden" / "ordinal_wine.csv")
    x = np.column_stack([frame["temp"] == "warm", frame["contact"] == "yes"]).astype(float)
    return x, frame["rating"].to_numpy() - 1


def simulated(n: int = 3000) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(11)
    x = rng.normal(size=(n, 3))
    latent = x @ [0.3, 0.7, 1.0] + rng.logistic(size=n)
    return x, np.searchsorted([-4.0, -2.0, 0.5], latent), rng.uniform(0.5, 2.0, n)


def test_engine_equals_the_exact_hessian_fit() -> None:
    x, y, w = simulated()
    data, slow = cumulative_data(y, w), fit_ordinal(x, y, w)
    fit = fit_cumulative(data, x[data.order])
    assert fit is not None
    np.testing.assert_allclose(fit.slopes, slow.coefficients, rtol=1e-9)
    np.testing.assert_allclose(fit.thresholds[:, 0], slow.thresholds, rtol=1e-9)
    assert log_likelihood(fit, data) * w.mean() == pytest.approx(slow.log_likelihood, rel=1e-12)
    influence = scores(fit, data, x[data.order]) @ np.linalg.inv(fit.information) / w.mean()
    np.testing.assert_allclose(influence, slow.influence, atol=1e-12)


def test_a_warm_start_ends_where_a_cold_one_does() -> None:
    x, y, w = simulated()
    data = cumulative_data(y, w)
    cold = fit_cumulative(data, x[data.order])
    start = np.concatenate([cold.parameters[:-1] + 0.1, [0.0]])
    warm = fit_cumulative(data, x[data.order], start=start)
    np.testing.assert_allclose(warm.parameters, cold.parameters, rtol=1e-8)


def test_separated_answers_have_no_fit_and_an_empty_category_is_refused() -> None:
    data = cumulative_data([0, 0, 1, 1], np.ones(4))
    assert fit_cumulative(data, np.array([[0.0], [1], [2], [3]])) is None
    with pytest.raises(UsageError, match="needs an answer"):
        cumulative_data([0, 2], np.ones(2))


def test_brant_contrasts_equal_the_linearization_in_r(api, r_numbers) -> None:
    frame, design = api("clus1")
    gold = r_numbers("drivers")["brant"]
    x = frame[["meals", "ell", "mobility"]].to_numpy(float)
    level = np.searchsorted([550, 650, 750], frame["api00"].to_numpy(), side="left")
    fits = threshold_slopes(x, level, design.weight)
    np.testing.assert_allclose(fits.slopes, gold["slopes"], rtol=1e-7)
    joint = influence_covariance(Influences(fits.influence), design)
    size = np.sqrt(np.outer(*[np.diag(gold["covariance"])] * 2))
    np.testing.assert_allclose(joint / size, np.array(gold["covariance"]) / size, atol=1e-7)
    for predictor, chi in enumerate(gold["chi"]):
        value, influence = fits.contrasts(predictor)
        covariance = influence_covariance(Influences(influence), design)
        test = wald_test(value, covariance, float("inf"))
        assert 2 * test.statistic == pytest.approx(chi, rel=1e-6)


def test_partial_model_equals_clm_with_nominal_effects(wine, r_numbers) -> None:
    gold = r_numbers("drivers")["partial"]
    fit = fit_partial_odds(*wine, free=[1])
    # clm: thresholds first (intercepts, then effects of contact on the threshold: minus ours)
    np.testing.assert_allclose(fit.thresholds, gold["alpha"][:4], rtol=1e-7)
    np.testing.assert_allclose(-fit.free_coefficients[:, 0], gold["alpha"][4:], rtol=1e-7)
    np.testing.assert_allclose(fit.coefficients, [gold["beta"]], rtol=1e-7)
    assert fit.log_likelihood == pytest.approx(gold["log_likelihood"], rel=1e-10)
    common = fit_ordinal(*wine)
    assert 2 * (fit.log_likelihood - common.log_likelihood) == pytest.approx(
        gold["ratio"], rel=1e-8
    )


def test_partial_influences_are_the_first_order_change_by_a_weight() -> None:
    x, y, w = simulated(400)
    fit, bumped = fit_partial_odds(x, y, w, free=[0]), w.copy()
    bumped[5] += 1e-4
    moved = fit_partial_odds(x, y, bumped, free=[0])

    def flat(each):
        rows = np.column_stack([each.thresholds, each.free_coefficients])
        return np.concatenate([rows.ravel(), each.coefficients])

    np.testing.assert_allclose(
        (flat(moved) - flat(fit)) / 1e-4, fit.influence[5], rtol=1e-2, atol=1e-6
    )


def test_a_threshold_without_answers_on_one_side_is_skipped() -> None:
    x, y, w = simulated(400)
    y = np.where(y == 0, 1, y)
    y[np.argmin(x[:, 2])] = 0  # one lowest answer, at the lowest value: separated
    fits = threshold_slopes(x, y, w)
    assert fits.skipped == (0,)
    assert fits.thresholds == (1, 2)


@pytest.mark.parametrize("free", [[], [9]])
def test_free_must_name_predictors(wine, free) -> None:
    with pytest.raises(UsageError, match="`free` must name"):
        fit_partial_odds(*wine, free=free)
