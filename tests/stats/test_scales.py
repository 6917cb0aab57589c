"""Reliability and factors against psych, lavaan and factanal, and against known truth."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kbnn_analysis.errors import UsageError
from kbnn_analysis.stats.factors import fit_factors, parallel_roots, smooth_correlation
from kbnn_analysis.stats.reliability import cronbach_alpha, feldt_interval, omega_total

GOLDEN = Path(__file__).parents[1] / "golden"
EXPECTED = json.loads((GOLDEN / "scales.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def bfi() -> pd.DataFrame:
    return pd.read_csv(GOLDEN / "polychoric_bfi.csv")


@pytest.fixture(scope="module")
def neurotic(bfi: pd.DataFrame) -> np.ndarray:
    return bfi[["N1", "N2", "N3", "N4", "N5"]].to_numpy(dtype=float)


def test_alpha_equals_psych(neurotic: np.ndarray) -> None:
    result = cronbach_alpha(neurotic)
    assert result.alpha == pytest.approx(EXPECTED["alpha"], rel=1e-12)
    np.testing.assert_allclose(result.alpha_dropped, EXPECTED["dropped"], rtol=1e-12)
    np.testing.assert_allclose(result.item_rest, EXPECTED["item_rest"], rtol=1e-12)


def test_feldt_interval_equals_psych() -> None:
    # psych rounds alpha.ci to the digits it is asked for
    np.testing.assert_allclose(
        feldt_interval(EXPECTED["alpha"], 1000, 5), EXPECTED["feldt"], atol=1e-9
    )


def test_omega_equals_lavaan(neurotic: np.ndarray) -> None:
    # lavaan stops at a relative change of 1e-6
    assert omega_total(np.cov(neurotic.T)) == pytest.approx(EXPECTED["omega"], rel=1e-5)


def test_three_factors_equal_factanal(bfi: pd.DataFrame) -> None:
    fit = fit_factors(bfi.iloc[:, :15].corr().to_numpy(), 3)
    np.testing.assert_allclose(fit.uniqueness, EXPECTED["uniqueness"], rtol=2e-4)
    assert fit.discrepancy == pytest.approx(EXPECTED["discrepancy"], rel=1e-8)
    assert fit.df == EXPECTED["df"]


def test_influence_is_the_derivative_by_a_respondent_s_weight(neurotic: np.ndarray) -> None:
    result = cronbach_alpha(neurotic)
    for respondent in (0, 500):
        weight = np.ones(len(neurotic))
        weight[respondent] += 1e-4
        up = cronbach_alpha(neurotic, weight).alpha
        weight[respondent] -= 2e-4
        slope = (up - cronbach_alpha(neurotic, weight).alpha) / 2e-4
        assert result.influence[respondent] / len(neurotic) == pytest.approx(slope, rel=1e-5)


def test_influences_give_about_feldt_s_interval_on_normal_answers() -> None:
    rng = np.random.default_rng(4)
    answers = rng.normal(size=(4000, 5)) + rng.normal(size=(4000, 1))
    result = cronbach_alpha(answers)
    std_error = result.influence.std() / np.sqrt(len(answers))
    low, high = feldt_interval(result.alpha, 4000, 5)
    assert 2 * 1.96 * std_error == pytest.approx(high - low, rel=0.05)


def test_alpha_ignores_the_scale_of_weights_and_the_order_of_items(neurotic: np.ndarray) -> None:
    plain = cronbach_alpha(neurotic).alpha
    assert cronbach_alpha(neurotic[:, ::-1], np.full(1000, 7.0)).alpha == pytest.approx(plain)


def test_straight_lines_raise_alpha_to_one() -> None:
    lines = np.repeat(np.arange(1.0, 6.0)[:, None], 6, axis=1)
    assert cronbach_alpha(lines).alpha == pytest.approx(1.0)


def test_parallel_roots_find_two_true_factors() -> None:
    rng = np.random.default_rng(2)
    factors = rng.normal(size=(800, 2))
    answers = factors @ np.kron(np.eye(2), np.ones(4)) + rng.normal(size=(800, 8))
    roots = np.linalg.eigvalsh(np.corrcoef(answers.T))[::-1]
    assert (roots > parallel_roots(800, 8, rng, draws=60)).sum() == 2


def test_smoothing_leaves_good_matrices_alone(neurotic: np.ndarray) -> None:
    good = np.corrcoef(neurotic.T)
    np.testing.assert_array_equal(smooth_correlation(good), good)


def test_bad_input_is_told_what_to_do() -> None:
    with pytest.raises(UsageError, match="at least two items"):
        cronbach_alpha([[1.0], [2.0]])
    with pytest.raises(UsageError, match="complete answers"):
        cronbach_alpha([[1.0, np.nan], [2.0, 1.0]])
    with pytest.raises(UsageError, match="does not vary"):
        cronbach_alpha([[1.0, 1.0], [1.0, 1.0]])
    with pytest.raises(UsageError, match="cannot carry"):
        fit_factors(np.eye(3), 2)
    with pytest.raises(UsageError, match="not positive definite"):
        fit_factors(np.ones((4, 4)))
