"""The random-intercept logit against lme4::glmer and against plain integration."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import integrate as scipy_integrate
from scipy import special, stats

from kbnn_analysis.errors import UsageError
from kbnn_analysis.stats.adaptive_quadrature import Cells, integrate
from kbnn_analysis.stats.random_intercept import fit_random_intercept

GOLDEN = Path(__file__).parents[1] / "golden"
NUMBERS = json.loads((GOLDEN / "random_intercept.json").read_text())


def golden_data(name: str) -> tuple[np.ndarray, ...]:
    frame = pd.read_csv(GOLDEN / f"random_intercept_{name}.csv")
    factor = "period" if name == "cbpp" else "lectage"
    levels = np.sort(frame[factor].unique())[1:]
    columns = [np.ones(len(frame))] + ([frame["service"]] if name == "insteval" else [])
    columns += [frame[factor] == level for level in levels]
    X = np.column_stack(columns).astype(float)
    return frame["group"].to_numpy(), X, frame["x"].to_numpy(), frame["n"].to_numpy()


@pytest.mark.parametrize("name", [name for name in NUMBERS if name != "versions"])
def test_glmer_agrees(name: str) -> None:
    data, nodes = name.split()
    unit, X, x, n = golden_data(data)
    fit, r = fit_random_intercept(unit, X, x, n, nodes=int(nodes)), NUMBERS[name]
    # glmer's own deviance, polished by Newton steps in the script; where its Laplace Hessian fails
    # ("insteval 1", told by a warning) its deviance is good to a few millionths of a parameter
    close = 1e-5 if name == "insteval 1" else 1e-7
    np.testing.assert_allclose(fit.coefficients, r["polished"]["beta"], atol=close)
    assert fit.sd == pytest.approx(r["polished"]["sd"], abs=close)
    # conditional modes stand at the parameters where glmer's search stopped
    np.testing.assert_allclose(fit.mode, r["modes"], atol=2 * close)
    np.testing.assert_allclose(fit.mode_sd, r["mode_sd"], atol=2 * close)
    cells = Cells.of(unit, X, x, n)
    theirs = integrate(np.append(r["beta"], r["sd"]), cells, int(nodes)).log_likelihood
    assert theirs <= fit.log_likelihood + 1e-9
    assert theirs == pytest.approx(fit.log_likelihood, abs=1e-5)
    if nodes == "1":  # with more nodes glmer leaves other constants out
        constant = np.log(special.comb(n, x)).sum()
        assert fit.log_likelihood + constant == pytest.approx(r["ll"], rel=1e-8)


# "insteval 1" is left out: its Hessian fails in glmer, which falls back to a conditional one
@pytest.mark.parametrize("name", ["cbpp 1", "cbpp 9", "insteval 9"])
def test_standard_errors_of_glmer_agree(name: str) -> None:
    data, nodes = name.split()
    unit, X, x, n = golden_data(data)
    fit = fit_random_intercept(unit, X, x, n, nodes=int(nodes))
    # both invert a numerical Hessian
    np.testing.assert_allclose(fit.std_error, NUMBERS[name]["se"], rtol=2e-3)


def test_quadrature_is_the_integral() -> None:
    unit, X, x, n = golden_data("cbpp")
    point = np.array([-1.4, -0.9, -1.1, -1.5, 0.64])
    expected = 0.0
    for group in np.unique(unit):
        mine = unit == group

        def likelihood(z: float, mine: np.ndarray = mine) -> float:
            p = special.expit(X[mine] @ point[:-1] + point[-1] * z)
            return float(np.prod(p ** x[mine] * (1 - p) ** (n - x)[mine]) * stats.norm.pdf(z))

        expected += np.log(scipy_integrate.quad(likelihood, -9, 9, epsabs=0, epsrel=1e-11)[0])
    found = integrate(point, Cells.of(unit, X, x, n), 25).log_likelihood
    assert found == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("nodes", [1, 2, 9])
def test_gradient_is_that_of_the_sum(nodes: int) -> None:
    unit, X, x, n = golden_data("cbpp")
    cells, point, step = Cells.of(unit, X, x, n), np.array([-1.2, -0.5, -1.0, -1.9, 0.8]), 1e-5
    slope = [
        (
            integrate(point + step * e, cells, nodes).log_likelihood
            - integrate(point - step * e, cells, nodes).log_likelihood
        )
        / (2 * step)
        for e in np.eye(5)
    ]
    np.testing.assert_allclose(integrate(point, cells, nodes).gradient, slope, rtol=1e-6)


def test_single_answers_give_what_their_counts_give() -> None:
    unit, X, x, n = golden_data("cbpp")
    rows = np.repeat(np.arange(len(n)), n)
    answer = np.concatenate([np.repeat([1.0, 0.0], [a, b - a]) for a, b in zip(x, n, strict=True)])
    order = np.random.default_rng(3).permutation(len(rows))
    counted = fit_random_intercept(unit, X, x, n)
    single = fit_random_intercept(unit[rows][order], X[rows][order], answer[order])
    np.testing.assert_allclose(single.coefficients, counted.coefficients, rtol=1e-7)
    np.testing.assert_allclose(single.mode, counted.mode, atol=1e-7)
    assert single.cells == len(x)


def test_units_alike_have_no_spread() -> None:
    fit = fit_random_intercept(np.arange(10), np.ones((10, 1)), np.full(10, 90), np.full(10, 100))
    assert fit.sd < 1e-3
    assert special.expit(fit.coefficients[0]) == pytest.approx(0.9)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (([1, 2], np.ones((2, 1)), [1, 3], [2, 2]), "from 0 to n"),
        (([1, 2], np.ones((3, 1)), [1, 2]), "one row per observation"),
        (([1, 2, 3], np.ones((3, 2)), [1, 1, 0]), "redundant"),
    ],
)
def test_rows_that_cannot_be_fitted_are_told(arguments: tuple, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        fit_random_intercept(*arguments)
