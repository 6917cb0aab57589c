"""Polychoric correlations against psych and polycor, and the bivariate normal against scipy."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import multivariate_normal

from kbnn_analysis.errors import UsageError
from kbnn_analysis.stats.bivariate_normal import bivariate_normal_cdf
from kbnn_analysis.stats.polychoric import polychoric

GOLDEN = Path(__file__).parents[1] / "golden"
EXPECTED = json.loads((GOLDEN / "polychoric.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def bfi() -> np.ndarray:
    return pd.read_csv(GOLDEN / "polychoric_bfi.csv").to_numpy(dtype=float)


def test_matrix_equals_psych(bfi: np.ndarray) -> None:
    # psych maximizes by a line search that stops at about 1e-4
    np.testing.assert_allclose(polychoric(bfi).correlation, EXPECTED["rho"], atol=2e-4)


def test_pair_equals_polycor(bfi: np.ndarray) -> None:
    # optimize() of R stops at 1e-4 of the interval; ours is the exact maximum
    assert polychoric(bfi[:, [1, 2]]).correlation[0, 1] == pytest.approx(
        EXPECTED["A2_A3"], abs=1e-4
    )


def test_estimate_is_the_maximum_of_the_likelihood(bfi: np.ndarray) -> None:
    result = polychoric(bfi[:, [1, 2]])
    rho = result.correlation[0, 1]
    table = pd.crosstab(bfi[:, 1], bfi[:, 2]).to_numpy()
    rows, columns = (np.concatenate([[-12], t, [12]]) for t in result.thresholds)

    def log_likelihood(value: float) -> float:
        cdf = bivariate_normal_cdf(rows[:, None], columns[None, :], value)
        return float((table * np.log(np.diff(np.diff(cdf, axis=0), axis=1))).sum())

    assert log_likelihood(rho) > max(log_likelihood(rho - 1e-4), log_likelihood(rho + 1e-4))


def test_thresholds_are_normal_quantiles(bfi: np.ndarray) -> None:
    np.testing.assert_allclose(polychoric(bfi[:, :2]).thresholds[0], EXPECTED["tau"], rtol=1e-10)


@pytest.mark.parametrize("rho", [-0.99, -0.5, 0.0, 0.3, 0.9, 0.99])
def test_bivariate_cdf_equals_scipy(rho: float) -> None:
    law = multivariate_normal([0, 0], [[1, rho], [rho, 1]], abseps=1e-13, releps=1e-13)
    for x, y in [(-1.0, 0.5), (2.0, 1.9), (-2.5, -2.4), (0.0, 0.0)]:
        assert float(bivariate_normal_cdf(x, y, rho)) == pytest.approx(law.cdf([x, y]), abs=1e-9)


def test_true_correlation_is_found_and_turning_an_item_turns_the_sign() -> None:
    rng = np.random.default_rng(8)
    latent = rng.multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]], 40_000)
    answers = np.digitize(latent, [-1.0, 0.2, 1.5]).astype(float)
    answers[::7, 0] = np.nan
    rho = polychoric(answers).correlation[0, 1]
    assert rho == pytest.approx(0.6, abs=0.02)
    turned = polychoric(np.column_stack([3 - answers[:, 0], answers[:, 1]])).correlation[0, 1]
    assert turned == pytest.approx(-rho, abs=1e-9)


def test_weights_are_repeated_rows(bfi: np.ndarray) -> None:
    rows = np.arange(200)
    weight = np.where(rows % 2, 1.0, 3.0)
    repeated = np.repeat(bfi[:200, :4], weight.astype(int), axis=0)
    np.testing.assert_allclose(
        polychoric(bfi[:200, :4], weight).correlation, polychoric(repeated).correlation, atol=1e-9
    )


def test_constant_items_and_empty_pairs_are_refused() -> None:
    with pytest.raises(UsageError, match="needs two"):
        polychoric([[1.0, 1], [1, 2]])
    gap = np.array([[1, np.nan], [2, np.nan], [np.nan, 1], [np.nan, 2]])
    with pytest.raises(UsageError, match="nobody answered both"):
        polychoric(gap)
