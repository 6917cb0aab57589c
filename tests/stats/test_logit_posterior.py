"""Posteriors of a random-intercept logit against brute-force integration and lme4."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import special, stats

from kbnn_analysis.stats.adaptive_quadrature import Cells
from kbnn_analysis.stats.logit_posterior import line_given_spread, logit_posterior

GOLDEN = Path(__file__).parents[1] / "golden"


def brute_force(x: np.ndarray, n: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return posterior means and sds of the rates on a plain grid of mean, spread and logit."""
    b, sd = np.linspace(-2, 9, 221), np.linspace(0.02, 5, 250)
    z, w = np.polynomial.hermite_e.hermegauss(60)
    w = w / w.sum()
    rate = special.expit(b[:, None, None] + sd[None, :, None] * z)
    like = np.array([np.exp(stats.binom.logpmf(a, m, rate)) for a, m in zip(x, n, strict=True)])
    each = like @ w
    prior = np.exp(special.log_expit(b) + special.log_expit(-b))[:, None]
    density = prior * each.prod(axis=0)
    density /= density.sum()
    units = range(len(x))
    first = np.array([((like[i] * rate) @ w / each[i] * density).sum() for i in units])
    second = np.array([((like[i] * rate**2) @ w / each[i] * density).sum() for i in units])
    return first, np.sqrt(second - first**2)


@pytest.mark.parametrize(
    ("x", "n"),
    [
        ([28, 44, 50, 30, 61, 39, 47, 55], [30, 50, 50, 40, 64, 40, 50, 60]),
        ([20, 27, 35, 22, 18, 40], [40, 40, 50, 50, 30, 60]),
    ],
)
def test_plain_integration_agrees(x: list[int], n: list[int]) -> None:
    mean, sd = brute_force(np.array(x), np.array(n))
    found = logit_posterior(x, n)
    # Laplace for the mean and independent errors of it: a few thousandths of a rate
    np.testing.assert_allclose(found.mean, mean, atol=0.004)
    np.testing.assert_allclose(found.sd, sd, rtol=0.08)


def test_the_line_is_that_of_glmer_but_for_its_weak_prior() -> None:
    polished = json.loads((GOLDEN / "random_intercept.json").read_text())["insteval 9"]["polished"]
    frame = pd.read_csv(GOLDEN / "random_intercept_insteval.csv")
    levels = np.sort(frame["lectage"].unique())[1:]
    columns = [frame["lectage"] == level for level in levels]
    X = np.column_stack([np.ones(len(frame)), frame["service"], *columns]).astype(float)
    cells = Cells.of(frame["group"].to_numpy(), X, frame["x"], frame["n"])
    line = line_given_spread(cells, polished["sd"], np.zeros(X.shape[1]))
    # the prior weighs two answers of some twenty thousand
    np.testing.assert_allclose(line.coefficients, polished["beta"], atol=1e-3)


def test_units_all_at_the_edge_are_no_trouble() -> None:
    found = logit_posterior([30, 300, 1500], [30, 300, 1500])
    assert ((found.mean > 0.97) & (found.mean < 1.0)).all()
    assert found.mean[2] > found.mean[0]


def test_renaming_permutes() -> None:
    x, n, order = np.array([95, 180, 100, 150]), np.array([100, 200, 100, 152]), [2, 0, 3, 1]
    np.testing.assert_allclose(
        logit_posterior(x[order], n[order]).mean, logit_posterior(x, n).mean[order], atol=1e-7
    )
