"""Calibrated weights and their variances equal R's survey package."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kbnn_analysis.errors import UsageError
from kbnn_analysis.stats.calibration import Margin, calibrate_linear, poststratify, rake
from kbnn_analysis.stats.design import design_arrays
from kbnn_analysis.stats.domains import ratio_by_domain, total_by_domain, totals
from kbnn_analysis.stats.influences import Influences
from kbnn_analysis.stats.linearization import influence_covariance
from kbnn_analysis.stats.nonresponse import weighting_class_weights

TYPES = np.array([4421.0, 755.0, 1018.0])  # E, H, M
WIDE = np.array([1072.0, 5122.0])  # No, Yes
RESIDUALS = {"rake": "unweighted", "raking": "weighted"}


def cells(frame, column, counts):
    return Margin(pd.factorize(frame[column], sort=True)[0], counts)


def calibrated(name, api):
    how, sample = name.split("_")
    frame, design = api(f"{sample}_fpc")
    if how == "poststratify":
        return frame, poststratify(design, cells(frame, "stype", TYPES))
    if how in ("rake", "raking"):  # R's rake(), R's calibrate(calfun = "raking")
        margins = [cells(frame, "stype", TYPES), cells(frame, "sch.wide", WIDE)]
        return frame, rake(design, margins, residuals=RESIDUALS[how])
    stype, api99 = frame["stype"], frame["api99"].to_numpy(dtype=float)
    x = np.column_stack([np.ones(len(frame)), stype == "H", stype == "M", api99]).astype(float)
    return frame, calibrate_linear(design, x, np.array([6194, 755, 1018, 3914069.0]))


@pytest.mark.parametrize(
    "name",
    [
        "poststratify_clus1",
        "poststratify_clus2",
        "rake_clus1",
        "rake_strat",
        "raking_strat",
        "calibrate_clus1",
        "calibrate_strat",
    ],
)
def test_weights_and_variances_equal_r(name, api, r_numbers):
    theirs = r_numbers("calibration")[name]
    frame, design = calibrated(name, api)
    # R rakes to 1e-12 of the population, and projects by 10 rounds of sweeps, not exactly
    tolerance = 1e-6 if name.startswith("rak") else 1e-8
    np.testing.assert_allclose(design.weight, theirs["weights"], rtol=tolerance)
    y = frame[["api00", "api99"]].to_numpy(dtype=float)
    means = ratio_by_domain(y, np.ones_like(y), design.weight)
    covariance = influence_covariance(means.influences, design)
    np.testing.assert_allclose(means.estimate, theirs["mean"], rtol=tolerance)
    # the mean of api99 is known after calibration: its variance is rounding in both
    np.testing.assert_allclose(covariance, theirs["mean_cov"], rtol=tolerance, atol=1e-9)
    total = total_by_domain(frame[["enroll"]].fillna(0).to_numpy(dtype=float))
    assert totals(total, design.weight)[0] == pytest.approx(theirs["total"], rel=tolerance)
    variance = influence_covariance(total, design)[0, 0]
    assert variance == pytest.approx(theirs["total_var"], rel=tolerance)
    both = frame[["api.stu", "enroll"]].to_numpy(dtype=float)
    both[np.isnan(both).any(axis=1)] = 0
    ratio = ratio_by_domain(both[:, :1], both[:, 1:], design.weight)
    variance = influence_covariance(ratio.influences, design)[0, 0]
    assert variance == pytest.approx(theirs["ratio_var"], rel=tolerance)


@pytest.mark.parametrize(
    "name", ["poststratify_clus1", "rake_strat", "raking_strat", "calibrate_clus1"]
)
def test_domains_of_calibrated_designs_equal_r(name, api, r_numbers):
    theirs = r_numbers("calibration")[name]
    frame, design = calibrated(name, api)
    y = frame[["api00"]].to_numpy(dtype=float)
    stype = pd.factorize(frame["stype"], sort=True)[0]
    means = ratio_by_domain(y, np.ones_like(y), design.weight, stype, 3)
    variance = influence_covariance(means.influences, design).diagonal()
    np.testing.assert_allclose(means.estimate, theirs["by"], rtol=1e-7)
    np.testing.assert_allclose(variance, theirs["by_var"], rtol=1e-6)


def test_calibrated_totals_are_known_exactly():
    rng = np.random.default_rng(2)
    code = rng.integers(0, 3, 90)
    design = design_arrays(rng.uniform(1, 2, 90), psu=np.arange(90) // 6)
    known = poststratify(design, Margin(code, np.array([500.0, 300.0, 200.0])))
    sizes = total_by_domain(np.ones((90, 1)), code, 3)
    np.testing.assert_allclose(totals(sizes, known.weight), [500, 300, 200])
    before = influence_covariance(sizes, design).diagonal()
    assert (influence_covariance(sizes, known).diagonal() < 1e-12 * before).all()


def test_dense_and_sparse_influences_agree_after_calibration():
    rng = np.random.default_rng(4)
    code, domain = rng.integers(0, 3, 90), rng.integers(0, 5, 90)
    for psu in (None, np.arange(90) // 6):
        design = design_arrays(rng.uniform(1, 2, 90), psu=psu)
        known = poststratify(design, Margin(code, np.array([500.0, 300.0, 200.0])))
        sparse = Influences(rng.normal(size=(90, 1)), domain, 5)
        dense = Influences(sparse.matrix(np.ones(90)).toarray())
        np.testing.assert_allclose(
            influence_covariance(sparse, known), influence_covariance(dense, known), atol=1e-10
        )


def test_impossible_calibrations_are_refused():
    design = design_arrays(np.ones(4))
    code = np.array([0, 0, 1, 1])
    with pytest.raises(UsageError, match="1 cells of the frame have no respondents"):
        poststratify(design, Margin(code, np.array([1.0, 2.0, 3.0])))
    with pytest.raises(UsageError, match="same total"):
        rake(design, [Margin(code, np.array([1.0, 2.0])), Margin(code, np.array([2.0, 2.0]))])
    with pytest.raises(UsageError, match="contradict"):
        calibrate_linear(design, np.ones((4, 2)), np.array([1.0, 2.0]))
    once = poststratify(design, Margin(code, np.array([5.0, 5.0])))
    with pytest.raises(UsageError, match="calibrated already"):
        poststratify(once, Margin(code, np.array([5.0, 5.0])))


def test_weighting_classes_keep_the_sum_of_each_class():
    rng = np.random.default_rng(0)
    weight, classes, answered = rng.uniform(1, 3, 60), np.arange(60) % 4, rng.random(60) < 0.5
    adjusted = weighting_class_weights(weight, answered, classes)
    np.testing.assert_allclose(np.bincount(classes, adjusted.weight), np.bincount(classes, weight))
    assert (adjusted.weight[~answered] == 0).all()
    with pytest.raises(UsageError, match="4 weighting classes"):
        weighting_class_weights(weight, np.zeros(60, bool), classes)
