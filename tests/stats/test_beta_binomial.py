"""The beta-binomial fit against VGAM and a direct maximization in R."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import special, stats

from kbnn_analysis.errors import UsageError
from kbnn_analysis.stats.beta_binomial import fit_beta_binomial, log_marginal

GOLDEN = Path(__file__).parents[1] / "golden"
NUMBERS = json.loads((GOLDEN / "beta_binomial.json").read_text())


@pytest.mark.parametrize("name", ["lirat", "cbpp", "inverted"])
def test_vgam_and_optim_agree(name: str) -> None:
    data = pd.read_csv(GOLDEN / f"beta_binomial_{name}.csv")
    fit, r = fit_beta_binomial(data["x"], data["n"]), NUMBERS[name]
    assert fit.log_likelihood == pytest.approx(r["optim_ll"], rel=1e-12)
    # both R searches stop at about 1e-6 of the parameters, the likelihood is flat there
    np.testing.assert_allclose(
        [special.logit(fit.mean), special.logit(fit.rho)], r["vgam"], rtol=2e-6
    )
    np.testing.assert_allclose(
        [special.logit(fit.mean), np.log(fit.precision)], r["optim"], rtol=2e-6
    )
    turn = np.diag([1, -1])
    np.testing.assert_allclose(
        np.linalg.inv(fit.covariance), turn @ np.array(r["optim_hessian"]) @ turn, rtol=2e-3
    )


def test_likelihood_is_that_of_scipy() -> None:
    x, n = np.array([3.0, 0, 7]), np.array([5.0, 4, 7])
    expected = stats.betabinom.logpmf(x, n, 2.5, 0.7) - np.log(special.comb(n, x))
    found = log_marginal(np.array([2.5]), np.array([0.7]), x, n)
    assert float(found) == pytest.approx(expected.sum())


def test_counts_without_spread_give_rho_zero() -> None:
    fit = fit_beta_binomial(np.full(20, 98), np.full(20, 100))
    assert (fit.rho, fit.mean) == (0.0, pytest.approx(0.98))
    assert np.isinf(fit.precision)


def test_units_at_100_percent_and_without_answers_are_no_trouble() -> None:
    x, n = np.array([100, 100, 90, 80, 0]), np.array([100, 100, 100, 100, 0])
    np.testing.assert_allclose(
        fit_beta_binomial(x, n).log_likelihood, fit_beta_binomial(x[:4], n[:4]).log_likelihood
    )


def test_yes_and_no_may_be_exchanged() -> None:
    x, n = np.array([95, 180, 99, 150]), np.array([100, 200, 100, 150])
    plain, turned = fit_beta_binomial(x, n), fit_beta_binomial(n - x, n)
    assert plain.mean == pytest.approx(1 - turned.mean)
    assert plain.rho == pytest.approx(turned.rho)


@pytest.mark.parametrize(
    ("x", "n", "words"),
    [
        ([5], [10], "two units"),
        ([11, 5], [10, 10], "from 0 to its n"),
        ([10, 10], [10, 10], "alike"),
        ([1, 2], [3], "two lists"),
    ],
)
def test_impossible_counts_are_told(x: list, n: list, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        fit_beta_binomial(x, n)
