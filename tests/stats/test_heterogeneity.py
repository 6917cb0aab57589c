"""Random effects, heterogeneity and shrinkage against metafor, and laws they must obey."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kbnn_analysis.errors import UsageError
from kbnn_analysis.stats.fay_herriot import eblup, smooth_variances
from kbnn_analysis.stats.heterogeneity import heterogeneity
from kbnn_analysis.stats.intraclass import icc_anova, icc_from_counts
from kbnn_analysis.stats.random_effects import fit_random_effects

GOLDEN = Path(__file__).parents[1] / "golden"
NUMBERS = json.loads((GOLDEN / "heterogeneity.json").read_text())
CASES = [name for name in NUMBERS if name not in {"anova", "versions"}]


def golden_case(name: str) -> tuple[np.ndarray, np.ndarray, np.ndarray | None, str]:
    data, *mods, method = name.split()
    frame = pd.read_csv(GOLDEN / f"heterogeneity_{data}.csv")
    X = np.column_stack([np.ones(len(frame)), frame[mods[0]]]) if mods else None
    return frame["yi"].to_numpy(), frame["vi"].to_numpy(), X, method


@pytest.mark.parametrize("name", CASES)
def test_metafor_agrees(name: str) -> None:
    y, v, X, method = golden_case(name)
    found, r = heterogeneity(y, v, X, method=method), NUMBERS[name]
    # metafor stops its own searches at about 1e-9, hence 1e-7 for what rests on tau²
    assert found.tau2 == pytest.approx(r["tau2"], rel=1e-7, abs=1e-12)
    np.testing.assert_allclose(found.fit.coefficients, r["b"], rtol=1e-7)
    np.testing.assert_allclose(found.fit.covariance, np.atleast_2d(r["vb"]), rtol=1e-7)
    assert found.i2 == pytest.approx(r["I2"], rel=1e-7, abs=1e-9)
    assert found.h2 == pytest.approx(r["H2"], rel=1e-7)
    assert found.q == pytest.approx(r["QE"], rel=1e-10)
    assert found.p_value == pytest.approx(r["QEp"], rel=1e-8)
    np.testing.assert_allclose([found.tau2_low, found.tau2_high], r["ci"][0], rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(np.array(found.i2_interval) * 100, r["ci"][2], rtol=1e-7, atol=1e-7)
    if "pi" in r:
        np.testing.assert_allclose(found.prediction_interval, r["pi"], rtol=1e-7)


@pytest.mark.parametrize("name", [name for name in CASES if name.endswith("REML")])
def test_metafor_s_blups_and_likelihood_agree(name: str) -> None:
    y, v, X, _ = golden_case(name)
    found, r = eblup(y, v, X), NUMBERS[name]
    np.testing.assert_allclose(found.estimate, r["blup"], rtol=1e-7)
    np.testing.assert_allclose(np.sqrt(found.naive_mse), r["blup_se"], rtol=1e-7)
    assert found.fit.tau2_se == pytest.approx(r["se_tau2"], rel=1e-6)
    # metafor adds ½ log|X'X|, a constant of the design
    design = np.ones((len(y), 1)) if X is None else X
    constant = np.linalg.slogdet(design.T @ design)[1] / 2
    assert found.fit.log_likelihood + constant == pytest.approx(r["ll"], rel=1e-9)
    assert (found.mse > found.naive_mse).all()


def test_anova_mean_squares_of_r() -> None:
    dye = pd.read_csv(GOLDEN / "heterogeneity_dyestuff.csv")
    batch = dye.groupby("Batch")["Yield"]
    found = icc_anova(batch.size(), batch.mean(), batch.var(ddof=0) * batch.size())
    np.testing.assert_allclose([found.between, found.within], NUMBERS["anova"]["ms"], rtol=1e-10)
    assert found.f == pytest.approx(NUMBERS["anova"]["f"], rel=1e-10)
    assert found.p_value == pytest.approx(NUMBERS["anova"]["p"], rel=1e-8)
    assert found.conf_low < found.icc < found.conf_high


def test_icc_from_counts_is_that_of_the_single_answers() -> None:
    x, n = np.array([3, 8, 5, 0]), np.array([5, 8, 9, 0])
    answers = [np.repeat([1.0, 0.0], [a, b - a]) for a, b in zip(x, n, strict=True) if b]
    direct = icc_anova(
        [len(a) for a in answers],
        [a.mean() for a in answers],
        [((a - a.mean()) ** 2).sum() for a in answers],
    )
    assert icc_from_counts(x, n).icc == pytest.approx(direct.icc)


def test_reml_is_the_maximum_of_its_likelihood() -> None:
    y, v, X, _ = golden_case("bcg ablat REML")
    best = fit_random_effects(y, v, X)
    w = 1 / (v + best.tau2)
    P = np.diag(w) - (X.T * w).T @ np.linalg.inv((X.T * w) @ X) @ (X.T * w)
    assert y @ P @ P @ y == pytest.approx(np.trace(P), rel=1e-8)


def test_units_alike_have_no_spread() -> None:
    found = heterogeneity(np.full(6, 0.95) + 1e-4 * np.arange(6), np.full(6, 1e-3))
    assert found.tau2 == found.i2 == found.tau2_low == 0.0
    shrunken = eblup(np.full(6, 0.95) + 1e-4 * np.arange(6), np.full(6, 1e-3))
    np.testing.assert_allclose(shrunken.estimate, shrunken.fit.fitted)
    assert (shrunken.reliability == 0).all()


def test_scale_and_names_change_nothing() -> None:
    y, v, X, _ = golden_case("raudenbush weeks REML")
    order = np.random.default_rng(1).permutation(len(y))
    plain, mixed = eblup(y, v, X), eblup(100 * y[order], 1e4 * v[order], X[order])
    np.testing.assert_allclose(mixed.estimate, 100 * plain.estimate[order], rtol=1e-6)
    np.testing.assert_allclose(mixed.mse, 1e4 * plain.mse[order], rtol=1e-6)


def test_milk_expenditure_of_43_small_areas(shared_data: Path) -> None:
    milk = pd.read_csv(shared_data / "reference" / "milk_small_areas.csv")
    X = pd.get_dummies(milk["MajorArea"]).to_numpy(float)
    found = eblup(milk["yi"], milk["SD"] ** 2, X)
    direct, fitted = milk["yi"].to_numpy(), found.fit.fitted
    low, high = np.minimum(direct, fitted), np.maximum(direct, fitted)
    assert ((low <= found.estimate) & (found.estimate <= high)).all()
    # g1 is below the direct variance by exactly the shrinkage; most areas gain after correction
    assert (found.mse < milk["SD"] ** 2).mean() > 0.9
    assert np.corrcoef(found.reliability, milk["SD"])[0, 1] < -0.9


def test_smoothed_variance_keeps_the_total_and_is_never_zero() -> None:
    n = np.array([80.0, 200, 400])
    v = np.array([0.0, 1e-4, np.nan])
    smooth = smooth_variances(v, n, 0.98)
    assert (smooth > 0).all()
    assert (smooth * n)[:2].sum() == pytest.approx((v * n)[:2].sum())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (([1.0, 2], [0.0, 1]), "above zero"),
        (([1.0, 2], [1.0]), "one row per unit"),
        (([1.0, np.nan], [1.0, 1]), "complete"),
        (([1.0], [1.0]), "cannot carry"),
        (([1.0, 2, 3, 4], np.ones(4), np.ones((4, 2))), "redundant"),
    ],
)
def test_what_cannot_be_fitted_is_told(arguments: tuple, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        fit_random_effects(*arguments)
