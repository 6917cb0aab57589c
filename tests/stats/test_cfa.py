"""Confirmatory factor analysis against lavaan, on continuous and on ordered answers."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kbnn_analysis.errors import UsageError
from kbnn_analysis.stats.cfa import fit_cfa
from kbnn_analysis.stats.cfa_influences import cfa_influences, weighted_moments
from kbnn_analysis.stats.cfa_model import CfaMoments, equal_groups, one_group
from kbnn_analysis.stats.cfa_ordinal import OrdinalCfaFit, fit_ordinal_cfa
from kbnn_analysis.stats.factors import fit_factors
from kbnn_analysis.stats.fit_indices import FitIndices, cfa_fit_indices
from kbnn_analysis.stats.polychoric import polychoric
from kbnn_analysis.stats.polychoric_influences import polychoric_influences

GOLDEN = Path(__file__).parents[1] / "golden"
EXPECTED = json.loads((GOLDEN / "cfa.json").read_text(encoding="utf-8"))
THREE = [0, 0, 0, 1, 1, 1, 2, 2, 2]
NAMES = {
    "cfi": "cfi",
    "tli": "tli",
    "rmsea": "rmsea",
    "rmsea_low": "rmsea.ci.lower",
    "rmsea_high": "rmsea.ci.upper",
    "srmr": "srmr",
}


@pytest.fixture(scope="module")
def holzinger() -> pd.DataFrame:
    return pd.read_csv(GOLDEN / "cfa_holzinger.csv")


@pytest.fixture(scope="module")
def answers(holzinger: pd.DataFrame) -> np.ndarray:
    return holzinger.iloc[:, 1:].to_numpy(dtype=float)


@pytest.fixture(scope="module")
def ordered() -> np.ndarray:
    return pd.read_csv(GOLDEN / "polychoric_bfi.csv").iloc[:, :15].to_numpy(dtype=float)


@pytest.fixture(scope="module")
def influences(ordered: np.ndarray) -> np.ndarray:
    return polychoric_influences(ordered, polychoric(ordered))


@pytest.fixture(scope="module")
def ordinal_fit(ordered: np.ndarray, influences: np.ndarray) -> OrdinalCfaFit:
    n = len(ordered)
    covariance = influences.T @ influences / (n * (n - 1))
    correlation = polychoric(ordered).correlation
    return fit_ordinal_cfa(correlation, covariance, n, [0] * 5 + [1] * 5 + [2] * 5)


def check_indices(found: FitIndices, expected: dict[str, float], suffix: str = "") -> None:
    for ours, theirs in NAMES.items():
        name = theirs if ours == "srmr" else theirs + suffix
        # lavaan stops at a relative change of 1e-10, its intervals at 1e-8
        assert getattr(found, ours) == pytest.approx(expected[name], abs=2e-7), ours


def table(part: dict[str, object]) -> pd.DataFrame:
    return pd.DataFrame(part["table"])


def test_maximum_likelihood_equals_lavaan(answers: np.ndarray) -> None:
    moments, expected = weighted_moments(answers), EXPECTED["ml"]
    fit = fit_cfa([moments], one_group(THREE))
    assert fit.chi2 == pytest.approx(expected["fit"]["chisq"], rel=1e-9)
    assert fit.df == expected["fit"]["df"]
    # lavaan's estimates are exact to about 1e-6
    np.testing.assert_allclose(fit.parameters[:18], table(expected)["est"][:18], atol=5e-6)
    np.testing.assert_allclose(fit.std_error[:18], table(expected)["se"][:18], atol=5e-6)
    phi = table(expected).query("op == '~~' and lhs != rhs")
    np.testing.assert_allclose(
        fit.groups[0].factor_covariance[np.triu_indices(3, 1)], phi["est"], atol=5e-6
    )
    np.testing.assert_allclose(fit.std_error[-3:], phi["se"], atol=5e-6)
    check_indices(cfa_fit_indices(fit, [moments]), expected["fit"])


def test_influences_give_lavaan_s_robust_errors(answers: np.ndarray) -> None:
    fit = fit_cfa([weighted_moments(answers)], one_group(THREE))
    influence = cfa_influences(fit, answers)
    np.testing.assert_allclose(influence.mean(axis=0), 0, atol=1e-7)
    errors = np.sqrt((influence**2).mean(axis=0) / len(answers))
    np.testing.assert_allclose(errors[:18], table(EXPECTED["mlr"])["se"][:18], rtol=2e-5)


@pytest.mark.parametrize("level", ["configural", "metric", "scalar"])
def test_levels_of_invariance_equal_lavaan(holzinger: pd.DataFrame, level: str) -> None:
    schools = holzinger["school"]
    groups = [
        weighted_moments(holzinger[schools == school].iloc[:, 1:]) for school in schools.unique()
    ]
    fit = fit_cfa(groups, equal_groups(THREE, 2, level))
    expected = EXPECTED["groups"][level]
    assert fit.chi2 == pytest.approx(expected["fit"]["chisq"], rel=1e-8)
    assert fit.df == expected["fit"]["df"]
    check_indices(cfa_fit_indices(fit, groups), expected["fit"])
    second = table(expected).query("group == 2")
    loadings = second.query("op == '=~'")["est"]
    np.testing.assert_allclose(fit.groups[1].loadings, loadings, atol=2e-5)
    means = second.query("op == '~1' and lhs in ('visual', 'textual', 'speed')")["est"]
    np.testing.assert_allclose(fit.groups[1].factor_mean, means, atol=2e-5)


def test_covariance_of_polychorics_equals_lavaan(influences: np.ndarray) -> None:
    expected = EXPECTED["dwls"]
    pairs = [place for place, name in enumerate(expected["gamma_names"]) if "~~" in name]
    diagonal = np.array(expected["gamma_diagonal"])[pairs]
    np.testing.assert_allclose((influences**2).mean(axis=0), diagonal, rtol=1e-6)


def test_ordinal_fit_equals_lavaan(ordinal_fit: OrdinalCfaFit) -> None:
    expected = EXPECTED["dwls"]
    assert ordinal_fit.chi2_plain == pytest.approx(expected["fit"]["chisq"], rel=1e-6)
    assert ordinal_fit.fit.chi2 == pytest.approx(expected["fit"]["chisq.scaled"], rel=1e-6)
    assert ordinal_fit.fit.df == expected["fit"]["df"]
    check_indices(ordinal_fit.fit, expected["fit"], ".scaled")
    rows = table(expected).query("op == '=~'")
    # the sign of a factor is free
    np.testing.assert_allclose(np.abs(ordinal_fit.loadings), np.abs(rows["est"]), atol=5e-6)
    np.testing.assert_allclose(ordinal_fit.std_error[:15], rows["se"], atol=5e-6)


def test_influence_of_a_polychoric_is_about_the_derivative_by_a_weight() -> None:
    # outer products of scores stand for the second derivative: equal where the model is true
    rng = np.random.default_rng(5)
    latent = rng.normal(size=(20_000, 2)) + 1.2 * rng.normal(size=(20_000, 1))
    two = np.digitize(latent, [-2.0, -0.5, 1.0]).astype(float)
    influence = polychoric_influences(two, polychoric(two))[:, 0]
    cells = [np.flatnonzero((two == cell).all(axis=1))[0] for cell in np.unique(two, axis=0)]
    slopes = []
    for respondent in cells:
        weight = np.ones(len(two))
        weight[respondent] += 1.0
        up = polychoric(two, weight).correlation[0, 1]
        weight[respondent] -= 2.0
        slopes.append((up - polychoric(two, weight).correlation[0, 1]) / 2 * len(two))
    np.testing.assert_allclose(influence[cells], slopes, atol=0.03 * np.abs(slopes).max())


def test_cells_that_nobody_can_reach_do_not_overflow() -> None:
    rng = np.random.default_rng(1)
    first = rng.integers(1, 6, 400).astype(float)
    second = first.copy()
    second[:4] = 6 - second[:4]
    two = np.column_stack([first, second])
    assert np.isfinite(polychoric_influences(two, polychoric(two))).all()


def test_missing_answers_add_nothing_to_a_pair(ordered: np.ndarray) -> None:
    holes = ordered[:, :3].copy()
    holes[:200, 0] = np.nan
    influence = polychoric_influences(holes, polychoric(holes))
    alone = polychoric_influences(holes[:, 1:], polychoric(holes[:, 1:]))
    np.testing.assert_allclose(influence[:, 2], alone[:, 0])
    np.testing.assert_allclose(influence.mean(axis=0), 0, atol=1e-10)
    # who did not answer item 1 only moves the threshold of the other item
    assert np.abs(influence[:200, 0]).max() < np.abs(influence[200:, 0]).max() / 2


def test_one_factor_equals_exploratory_one_factor(answers: np.ndarray) -> None:
    spread = np.corrcoef(answers[:, :5].T)
    seen = CfaMoments(np.zeros(5), spread, len(answers))
    fit, other = fit_cfa([seen], one_group([0] * 5)), fit_factors(spread, 1)
    np.testing.assert_allclose(
        np.abs(fit.groups[0].loadings), np.abs(other.loadings[:, 0]), atol=1e-5
    )
    assert fit.discrepancy == pytest.approx(other.discrepancy, rel=1e-8)


def test_group_order_does_not_matter(holzinger: pd.DataFrame) -> None:
    schools = holzinger["school"]
    groups = [weighted_moments(holzinger[schools == s].iloc[:, 1:]) for s in schools.unique()]
    model = equal_groups(THREE, 2, "scalar")
    assert fit_cfa(groups, model).chi2 == pytest.approx(fit_cfa(groups[::-1], model).chi2)


def test_bad_models_are_told(answers: np.ndarray) -> None:
    with pytest.raises(UsageError, match="more than the moments"):
        fit_cfa([weighted_moments(answers[:, :2])], one_group([0, 0]))
    with pytest.raises(UsageError, match="not positive definite"):
        fit_cfa([weighted_moments(answers[:, [0, 1, 1]])], one_group([0, 0, 0]))
    with pytest.raises(UsageError, match="number the factors"):
        one_group([0, 2])
    with pytest.raises(UsageError, match="configural, metric, scalar"):
        equal_groups([0, 0, 0], 2, "strict")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="complete answers"):
        weighted_moments([[1.0, np.nan], [2.0, 3.0]])
