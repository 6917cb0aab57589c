"""Proportional odds against MASS, ordinal and survey, and against itself."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kbnn_analysis.errors import UsageError
from kbnn_analysis.stats.ordinal import fit_ordinal

GOLDEN = Path(__file__).parents[1] / "golden"
EXPECTED = json.loads((GOLDEN / "ordinal.json").read_text(encoding="utf-8"))


def housing() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    frame = pd.read_csv(GOLDEN / "ordinal_housing.csv")
    columns = [
        frame["Infl"] == "Medium",
        frame["Infl"] == "High",
        frame["Type"] == "Apartment",
        frame["Type"] == "Atrium",
        frame["Type"] == "Terrace",
        frame["Cont"] == "High",
    ]
    answer = frame["Sat"].map({"Low": 0, "Medium": 1, "High": 2}).to_numpy()
    return np.column_stack(columns).astype(float), answer, frame["Freq"].to_numpy(dtype=float)


def test_weighted_fit_equals_ordinal_clm_on_housing() -> None:
    fit, gold = fit_ordinal(*housing()), EXPECTED["housing"]
    np.testing.assert_allclose(fit.thresholds, gold["thresholds"], rtol=1e-8)
    np.testing.assert_allclose(fit.coefficients, gold["coefficients"], rtol=1e-8)
    np.testing.assert_allclose(fit.model_covariance, gold["covariance"], rtol=1e-7)
    assert fit.log_likelihood == pytest.approx(gold["log_likelihood"], rel=1e-10)


def test_fit_equals_ordinal_clm_on_wine() -> None:
    frame = pd.read_csv(GOLDEN / "ordinal_wine.csv")
    x = np.column_stack([frame["temp"] == "warm", frame["contact"] == "yes"]).astype(float)
    fit, gold = fit_ordinal(x, frame["rating"].to_numpy() - 1), EXPECTED["wine"]
    np.testing.assert_allclose(fit.thresholds, gold["thresholds"], rtol=1e-8)
    np.testing.assert_allclose(fit.coefficients, gold["coefficients"], rtol=1e-8)
    assert fit.null_log_likelihood == pytest.approx(gold["null_log_likelihood"], rel=1e-8)


def test_fits_equal_polr_as_far_as_its_optimizer_goes() -> None:
    frame = pd.read_csv(GOLDEN / "ordinal_wine.csv")
    x = np.column_stack([frame["temp"] == "warm", frame["contact"] == "yes"]).astype(float)
    fits = {"housing": fit_ordinal(*housing()), "wine": fit_ordinal(x, frame["rating"] - 1)}
    for name, fit in fits.items():
        gold = EXPECTED["polr"][name]
        np.testing.assert_allclose(fit.thresholds, gold["thresholds"], rtol=1e-6)
        np.testing.assert_allclose(fit.coefficients, gold["coefficients"], rtol=1e-6)


def test_influences_give_the_clustered_covariance_of_svyolr() -> None:
    frame = pd.read_csv(GOLDEN / "ordinal_apiclus1.csv")
    x = frame[["meals", "ell", "mobility"]].to_numpy(dtype=float)
    weight = frame["pw"].to_numpy()
    fit = fit_ordinal(x, frame["level"].to_numpy() - 1, weight)
    school = fit.influence * weight[:, None]
    totals = pd.DataFrame(school).groupby(frame["dnum"].to_numpy()).sum().to_numpy()
    centred = totals - totals.mean(axis=0)
    covariance = len(totals) / (len(totals) - 1) * centred.T @ centred
    # svyolr lists coefficients first, and stops its search at about 1e-5
    order = [3, 4, 5, 0, 1, 2]
    gold = EXPECTED["apiclus1"]
    ours = np.concatenate([fit.coefficients, fit.thresholds])
    np.testing.assert_allclose(ours, gold["coefficients"], rtol=2e-4)
    np.testing.assert_allclose(covariance[np.ix_(order, order)], gold["covariance"], rtol=5e-3)


def test_frequency_weights_are_repeated_rows() -> None:
    x, answer, weight = housing()
    rows = np.repeat(np.arange(len(answer)), weight.astype(int))
    repeated = fit_ordinal(x[rows], answer[rows])
    np.testing.assert_allclose(repeated.coefficients, fit_ordinal(x, answer, weight).coefficients)


def test_influence_is_the_derivative_by_a_respondent_s_weight() -> None:
    x, answer, weight = housing()
    fit = fit_ordinal(x, answer, weight)
    more = weight.copy()
    more[7] += 1e-4
    less = weight.copy()
    less[7] -= 1e-4
    change = (
        fit_ordinal(x, answer, more).coefficients - fit_ordinal(x, answer, less).coefficients
    ) / 2e-4
    np.testing.assert_allclose(fit.influence[7][2:], change, rtol=1e-5, atol=1e-9)


def test_two_categories_are_a_logit() -> None:
    from statsmodels.discrete.discrete_model import Logit

    x, answer, weight = housing()
    rows = np.repeat(np.arange(len(answer)), weight.astype(int))
    high = (answer[rows] == 2).astype(int)
    logit = Logit(high, np.column_stack([np.ones(len(rows)), x[rows]])).fit(disp=0, tol=1e-12)
    np.testing.assert_allclose(fit_ordinal(x[rows], high).coefficients, logit.params[1:], rtol=1e-6)


def test_turning_the_scale_turns_the_signs() -> None:
    x, answer, weight = housing()
    there, back = fit_ordinal(x, answer, weight), fit_ordinal(x, 2 - answer, weight)
    np.testing.assert_allclose(there.coefficients, -back.coefficients, rtol=1e-7)


def test_separated_answers_are_refused_and_ridge_helps() -> None:
    x = np.array([[0.0], [0], [0], [1], [1], [1]])
    answer = np.array([0, 0, 0, 1, 1, 1])
    with pytest.raises(UsageError, match="separates"):
        fit_ordinal(x, answer)
    assert np.isfinite(fit_ordinal(x, answer, ridge=0.5).coefficients).all()


@pytest.mark.parametrize(
    ("x", "y", "options", "words"),
    [
        (np.ones((3, 1)), [0, 1], {}, "same number of rows"),
        (np.array([[np.nan], [1.0]]), [0, 1], {}, "complete"),
        (np.array([[0.0], [1.0]]), [0, 2], {}, "needs an answer"),
        (np.array([[0.0], [1.0]]), [0, 1], {"ridge": -1.0}, "0 or more"),
    ],
)
def test_bad_input_is_told_what_to_do(x, y, options, words) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(UsageError, match=words):
        fit_ordinal(x, y, **options)
