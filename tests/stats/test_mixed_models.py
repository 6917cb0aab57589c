"""Random intercepts of both kinds: against lme4, and their errors against the plain sandwich."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t

from kbnn_analysis.errors import UsageError
from kbnn_analysis.stats.mixed_linear import fit_mixed_linear
from kbnn_analysis.stats.random_intercept import fit_random_intercept
from kbnn_analysis.stats.unit_scores import unit_errors

GOLDEN = Path(__file__).parents[1] / "golden"
NUMBERS = json.loads((GOLDEN / "mixed_linear.json").read_text())


def schools() -> tuple[np.ndarray, pd.DataFrame, np.ndarray]:
    frame = pd.read_csv(GOLDEN / "mixed_linear.csv")
    unit = np.unique(frame["school"], return_inverse=True)[1]
    mass = np.bincount(unit, frame["weight"])
    scaled = frame["weight"].to_numpy() * (np.bincount(unit) / mass)[unit]
    return unit, frame, scaled


def columns(frame: pd.DataFrame) -> np.ndarray:
    """Return the columns in the order that lmer prints them."""
    ses, catholic = frame["ses"], frame["catholic"]
    own = [np.ones(len(frame)), ses, catholic, frame["meanses"], ses * catholic]
    return np.column_stack(own).astype(float)


@pytest.mark.parametrize("name", ["plain", "weighted"])
def test_lmer_agrees(name: str) -> None:
    unit, frame, scaled = schools()
    weight = scaled if name == "weighted" else np.ones(len(frame))
    fit, r = fit_mixed_linear(unit, columns(frame), frame["math"], weight), NUMBERS[name]
    np.testing.assert_allclose(fit.coefficients, r["beta"], rtol=1e-6)
    np.testing.assert_allclose(np.sqrt(np.diag(fit.model_covariance)), r["se"], rtol=1e-5)
    assert fit.sd == pytest.approx(r["sd"], rel=1e-5)
    assert fit.residual_sd == pytest.approx(r["residual"], rel=1e-6)
    constant = np.log(weight).sum()
    assert fit.criterion - constant == pytest.approx(r["reml"], rel=1e-9)


def test_glmer_agrees_where_context_stands_beside_pupils() -> None:
    unit, frame, _ = schools()
    own = np.column_stack([np.ones(len(frame)), frame[["ses", "meanses", "catholic"]]])
    fit, r = fit_random_intercept(unit, own, frame["math"] > 15), NUMBERS["logit"]
    np.testing.assert_allclose(fit.coefficients, r["beta"], atol=2e-5)
    assert fit.sd == pytest.approx(r["sd"], abs=2e-5)
    np.testing.assert_allclose(fit.std_error, r["se"], rtol=2e-3)


def test_scores_are_the_gradient_and_information_is_its_expectation() -> None:
    rng = np.random.default_rng(8)
    unit, x = np.repeat(np.arange(40), 25), np.column_stack([np.ones(1000), rng.normal(size=1000)])
    y = x @ [1.0, 0.5] + 0.6 * rng.normal(size=40)[unit] + rng.normal(size=1000)
    w = rng.uniform(0.5, 1.5, 1000)
    w *= (25 / np.bincount(unit, w))[unit]
    fit = fit_mixed_linear(unit, x, y, w)

    def loss(j: int, b: np.ndarray, between: float, within: float) -> float:
        own = unit == j
        spread = between * np.ones((25, 25)) + np.diag(within / w[own])
        e = y[own] - x[own] @ b
        return float(-0.5 * (np.linalg.slogdet(spread)[1] + e @ np.linalg.solve(spread, e)))

    at = np.array([*fit.coefficients, fit.sd**2, fit.residual_sd**2])
    for j in (0, 17):
        slope = [
            (loss(j, *split(at + step)) - loss(j, *split(at - step))) / 2e-5
            for step in 1e-5 * np.eye(4)
        ]
        np.testing.assert_allclose(fit.parts.scores[j], slope, rtol=1e-5, atol=1e-6)
    products = np.einsum("ja,jb->ab", fit.parts.scores, fit.parts.scores)
    whole = fit.parts.information.sum(axis=0)
    np.testing.assert_allclose(np.diag(products) / np.diag(whole), 1.0, atol=0.6)


def split(point: np.ndarray) -> tuple[np.ndarray, float, float]:
    return point[:2], float(point[2]), float(point[3])


def test_a_context_has_fewer_degrees_of_freedom_than_units() -> None:
    unit, frame, _ = schools()
    fit = fit_mixed_linear(unit, columns(frame), frame["math"], np.ones(len(frame)))
    found = unit_errors(fit.parts, 5)
    error = np.sqrt(np.diag(found.covariance)[:5])
    np.testing.assert_allclose(error, np.sqrt(np.diag(fit.model_covariance)), rtol=0.35)
    assert (found.df[[2, 3]] < 60 - 3).all()  # sector and mean SES vary between schools alone
    assert (found.df > 5).all()


def test_units_that_do_not_differ_have_no_spread() -> None:
    rng = np.random.default_rng(2)
    unit, y = np.repeat(np.arange(20), 10), rng.normal(size=200)
    y -= (np.bincount(unit, y) / 10)[unit]
    fit = fit_mixed_linear(unit, np.ones((200, 1)), y, np.ones(200))
    assert fit.sd == 0
    assert fit.parts.scores.shape == (20, 2)


def test_redundant_columns_are_refused() -> None:
    with pytest.raises(UsageError, match="redundant"):
        fit_mixed_linear(np.arange(9) % 3, np.ones((9, 2)), np.arange(9.0), np.ones(9))


def covers(model: str, surveys: int, units: int = 30) -> np.ndarray:
    """Return how often intervals hold slope, context and spread of weighted, unequal units."""
    rng, held = np.random.default_rng(20), np.zeros((surveys, 3))
    for turn in range(surveys):
        size = rng.integers(10, 60, units)
        unit = np.repeat(np.arange(units), size)
        n = len(unit)
        x, z = rng.normal(size=n), rng.normal(size=units)[unit]
        own = np.column_stack([np.ones(n), x, z])
        eta = own @ [0.3, 0.5, 0.4] + 0.5 * rng.normal(size=units)[unit]
        w = rng.uniform(0.5, 1.5, n)
        w *= (size / np.bincount(unit, w))[unit]
        if model == "linear":
            fit = fit_mixed_linear(unit, own, eta + rng.normal(size=n), w)
            spread = 2 * fit.sd
        else:
            yes = rng.uniform(size=n) < 1 / (1 + np.exp(-eta))
            fit, spread = fit_random_intercept(unit, own, w * yes, w, nodes=5), 1.0
        found = unit_errors(fit.parts, 3)
        error = np.sqrt(np.diag(found.covariance))
        reach = t.ppf(0.975, found.df)
        held[turn, :2] = np.abs(fit.coefficients[1:] - [0.5, 0.4]) < (reach * error)[1:3]
        log_error = error[3] / spread / fit.sd if fit.sd > 0 and len(error) > 3 else np.inf
        held[turn, 2] = np.abs(np.log(max(fit.sd, 1e-9) / 0.5)) < reach[-1] * log_error
    return held.mean(axis=0)


@pytest.mark.parametrize("model", ["linear", "logit"])
def test_intervals_cover_quickly(model: str) -> None:
    assert (covers(model, 40) > 0.85).all()
