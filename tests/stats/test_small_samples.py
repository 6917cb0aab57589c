"""CR2 and its degrees of freedom against R's clubSandwich, and against the formulas in full."""

from __future__ import annotations

import numpy as np
import pytest

from kbnn_analysis.stats.cumulative import fit_cumulative, unit_information
from kbnn_analysis.stats.cumulative_likelihood import cumulative_data
from kbnn_analysis.stats.linear_models import fit_linear, fit_logit
from kbnn_analysis.stats.moment_rows import product_sums
from kbnn_analysis.stats.small_samples import moment_freedom, reduce_bias, tail_freedom

PREDICTORS = ["meals", "ell", "mobility"]


@pytest.mark.parametrize("model", ["linear", "logit"])
def test_cr2_and_satterthwaite_equal_clubsandwich(api, r_numbers, model) -> None:
    frame, _ = api("clus1")
    gold = r_numbers("few_units")[model]
    x, y = frame[PREDICTORS].to_numpy(float), frame["api00"].to_numpy(float)
    fit = fit_linear(x, y) if model == "linear" else fit_logit(x, y > 650)
    columns = np.column_stack([np.ones(len(x)), x])
    weight = np.ones(len(x)) if model == "linear" else fit.fitted * (1 - fit.fitted)
    district = np.unique(frame["dnum"], return_inverse=True)[1]
    count = int(district.max()) + 1
    information = product_sums(columns, weight, district, count)
    bread = np.linalg.inv(information.sum(axis=0))
    totals = np.array([fit.influence[district == k].sum(axis=0) for k in range(count)])
    found = reduce_bias(totals @ np.linalg.inv(bread), information, information, bread)
    error = np.sqrt(((found.scores @ bread) ** 2).sum(axis=0))
    np.testing.assert_allclose(fit.coefficients, gold["estimate"], rtol=1e-6)
    # of a weighted model clubSandwich takes another root of the same matrices
    error_within, df_within = (1e-6, 1e-5) if model == "linear" else (0.02, 0.02)
    np.testing.assert_allclose(error, gold["std_error"], rtol=error_within)
    np.testing.assert_allclose(found.df, gold["df"], rtol=df_within)


def test_cr2_equals_the_formula_on_residuals() -> None:
    rng = np.random.default_rng(1)
    n, count = 120, 9
    unit = np.sort(rng.integers(0, count, n))
    x = np.column_stack([np.ones(n), rng.normal(size=(n, 2)), rng.normal(size=count)[unit]])
    y = rng.normal(size=n) + rng.normal(size=count)[unit]
    bread = np.linalg.inv(x.T @ x)
    hat, error = x @ bread @ x.T, y - x @ bread @ x.T @ y
    covariance, forms = np.zeros((4, 4)), np.zeros((4, n, count))
    for c in range(count):
        own = unit == c
        roots, axes = np.linalg.eigh(np.eye(own.sum()) - hat[np.ix_(own, own)])
        power = np.where(roots > 1e-8, 1 / np.sqrt(np.where(roots > 1e-8, roots, 1)), 0)
        adjust = (axes * power) @ axes.T
        score = bread @ x[own].T @ adjust @ error[own]
        covariance += np.outer(score, score)
        forms[:, :, c] = bread @ x[own].T @ adjust @ (np.eye(n) - hat)[own]
    expected = [np.trace(form.T @ form) ** 2 / ((form.T @ form) ** 2).sum() for form in forms]
    scores = np.array([x[unit == c].T @ error[unit == c] for c in range(count)])
    information = product_sums(x, np.ones(n), unit, count)
    found = reduce_bias(scores, information, information, bread)
    longer = found.scores @ bread
    np.testing.assert_allclose(longer.T @ longer, covariance, rtol=1e-10)
    np.testing.assert_allclose(found.df, expected, rtol=1e-10)


def test_squared_weights_give_the_freedom_of_the_weighted_form() -> None:
    rng = np.random.default_rng(2)
    n, count = 60, 6
    unit, w = np.arange(n) % count, rng.uniform(0.2, 3, n)
    x = np.column_stack([np.ones(n), rng.normal(size=n)])
    information = product_sums(x, w, unit, count)
    spread, bread = product_sums(x, w**2, unit, count), np.linalg.inv(information.sum(axis=0))
    found = reduce_bias(np.ones((count, 2)), information, spread, bread)
    left = np.eye(n) - x @ bread @ (x * w[:, None]).T
    forms = np.zeros((2, n, count))
    roots, axes = np.linalg.eigh(bread)
    half = (axes * np.sqrt(roots)) @ axes.T
    for c in range(count):
        own = unit == c
        values, turn = np.linalg.eigh(np.eye(2) - half @ information[c] @ half)
        stretch = np.linalg.inv(half) @ (turn / np.sqrt(values)) @ turn.T @ half
        forms[:, :, c] = bread @ stretch @ (x * w[:, None])[own].T @ left[own]
    expected = [np.trace(f.T @ f) ** 2 / ((f.T @ f) ** 2).sum() for f in forms]
    np.testing.assert_allclose(found.df, expected, rtol=1e-10)


def test_information_of_units_sums_to_that_of_a_binary_and_an_ordinal_fit() -> None:
    rng = np.random.default_rng(3)
    x, unit = rng.normal(size=(400, 2)), np.arange(400) % 7
    latent = x @ [1.0, -0.5] + rng.logistic(size=400)
    answer = np.searchsorted([-1.0, 0.5, 1.5], latent)
    data = cumulative_data(answer, np.ones(400))
    fit = fit_cumulative(data, x[data.order])
    assert fit is not None
    parts = unit_information(fit.thresholds[:, 0], fit.slopes, x, np.ones(400), unit, 7)
    # expected and observed information agree where the model is true
    np.testing.assert_allclose(parts.sum(axis=0), fit.information, rtol=0.2, atol=8)
    two = fit_logit(x, answer >= 2)
    binary = unit_information(
        -two.coefficients[:1], two.coefficients[1:], x, np.ones(400), unit, 7
    ).sum(axis=0)
    columns = np.column_stack([-np.ones(400), x])
    weight = two.fitted * (1 - two.fitted)
    np.testing.assert_allclose(binary, (columns * weight[:, None]).T @ columns, rtol=1e-10)


def test_equal_units_have_all_their_degrees_of_freedom_and_one_giant_has_few() -> None:
    even = np.tile([1.0, -1.0], 20)[:, None]
    assert moment_freedom(even, np.ones(40), np.arange(40) // 4, 10)[0] == pytest.approx(9)
    weight = np.where(np.arange(40) < 4, 20.0, 1.0)
    assert moment_freedom(even, weight, np.arange(40) // 4, 10)[0] < 1
    rng = np.random.default_rng(4)
    normal = np.mean([tail_freedom(rng.normal(size=60), 59) for _ in range(50)])
    squared = np.mean([tail_freedom(rng.normal(size=60) ** 2, 59) for _ in range(50)])
    assert normal > 40 > 25 > squared
