"""Replication variances equal R's survey package and, where they must, linearization."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kbnn_analysis.errors import UsageError
from kbnn_analysis.stats.design import design_arrays
from kbnn_analysis.stats.domains import ratio_by_domain, total_by_domain
from kbnn_analysis.stats.linearization import influence_covariance
from kbnn_analysis.stats.replicate_weights import (
    bootstrap_replicates,
    given_replicates,
    jackknife_replicates,
)
from kbnn_analysis.stats.replication import replicate_ratios, replicate_statistic


@pytest.mark.parametrize(
    ("name", "sample", "mse"),
    [
        ("jk1_clus1", "clus1", False),
        ("jkn_strat", "strat", False),
        ("jk1_clus1_mse", "clus1", True),
        ("jkn_strat_mse", "strat", True),
        ("jk1_clus1_fpc", "clus1_fpc", False),
    ],
)
def test_jackknife_equals_r(name, sample, mse, api, r_numbers):
    theirs = r_numbers("calibration")[name]
    frame, design = api(sample)
    jackknife = jackknife_replicates(design, mse=mse)
    y = frame[["api00", "api99"]].to_numpy(dtype=float)
    ones = np.ones_like(y)
    means, covariance = replicate_ratios(total_by_domain(y), total_by_domain(ones), jackknife)
    np.testing.assert_allclose(means, theirs["mean"], rtol=1e-10)
    np.testing.assert_allclose(covariance, theirs["mean_cov"], rtol=1e-8)
    stype = pd.factorize(frame["stype"], sort=True)[0]
    by, covariance = replicate_ratios(
        total_by_domain(y[:, :1], stype, 3), total_by_domain(ones[:, :1], stype, 3), jackknife
    )
    np.testing.assert_allclose(by, theirs["by"], rtol=1e-10)
    np.testing.assert_allclose(covariance.diagonal(), theirs["by_var"], rtol=1e-8)
    enroll = frame["enroll"].fillna(0).to_numpy(dtype=float)
    total = replicate_statistic(lambda w: np.array([w @ enroll]), jackknife)
    assert total[1][0, 0] == pytest.approx(theirs["total_var"], rel=1e-8)


@pytest.mark.parametrize(
    ("kind", "name", "options"),
    [("BRR", "repweights", {}), ("Fay", "fay", {"rho": 0.3}), ("bootstrap", "repweights", {})],
)
def test_given_replicates_equal_r(kind, name, options, r_numbers):
    numbers = r_numbers("calibration")
    theirs, scd = numbers[kind.lower()], numbers["scd"]
    given = given_replicates(np.ones(6), np.array(scd[name]), kind, combined=False, **options)
    alive, arrests = (np.array(scd[key], dtype=float)[:, None] for key in ("alive", "arrests"))
    ratio = replicate_ratios(total_by_domain(alive), total_by_domain(arrests), given)
    assert ratio[0][0] == pytest.approx(theirs["ratio"], rel=1e-10)
    assert ratio[1][0, 0] == pytest.approx(theirs["ratio_var"], rel=1e-8)
    total = replicate_statistic(lambda w: w @ alive, given)
    assert total[1][0, 0] == pytest.approx(theirs["total_var"], rel=1e-8)
    assert given.df == theirs["df"]


def test_combined_weights_are_factors_times_the_full_weight():
    rng = np.random.default_rng(1)
    weight, factors, y = rng.uniform(1, 3, 8), rng.uniform(0, 2, (8, 4)), rng.normal(size=(8, 1))
    options = {"rscales": np.full(4, 0.75)}
    apart = given_replicates(weight, factors, "JKn", combined=False, **options)
    together = given_replicates(weight, factors * weight[:, None], "JKn", **options)
    for made in (apart, together):
        _, covariance = replicate_statistic(lambda w: w @ y, made)
        draws = (weight * y[:, 0]) @ factors
        expected = (0.75 * (draws - draws.mean()) ** 2).sum()
        assert covariance[0, 0] == pytest.approx(expected)


def test_bootstrap_variance_of_a_total_agrees_with_linearization():
    """For a total the rescaling bootstrap is unbiased for the linearized variance."""
    rng = np.random.default_rng(3)
    strata, psu = np.repeat(np.arange(4), 30), np.repeat(np.arange(24), 5)
    fpc = np.repeat([12.0, 20.0, 60.0, 600.0], 30)
    y = rng.normal(10, 2, (120, 1)) + psu[:, None]
    design = design_arrays(rng.uniform(1, 2, 120), strata=strata, psu=psu, fpc=fpc)
    linear = influence_covariance(total_by_domain(y), design)[0, 0]
    made = bootstrap_replicates(design, 20_000, rng)
    sums = np.bincount(made.unit, weights=made.weight * y[:, 0])
    covariance = made.covariance((sums @ made.factors)[:, None], sums.sum(keepdims=True))
    # Monte Carlo: sqrt(2 / 20000) = 1 %
    assert covariance[0, 0] == pytest.approx(linear, rel=0.04)


def test_jackknife_of_a_mean_is_linearization():
    rng = np.random.default_rng(5)
    y = rng.normal(size=(50, 1))
    design = design_arrays(np.ones(50))
    mean = ratio_by_domain(y, np.ones_like(y), design.weight)
    _, covariance = replicate_statistic(lambda w: w @ y / w.sum(), jackknife_replicates(design))
    np.testing.assert_allclose(covariance, influence_covariance(mean.influences, design))


def test_what_cannot_be_replicated_is_refused():
    lonely = design_arrays(np.ones(3), strata=np.array([0, 0, 1]))
    with pytest.raises(UsageError, match="1 strata have only one PSU"):
        jackknife_replicates(lonely)
    with pytest.raises(UsageError, match="use the bootstrap"):
        jackknife_replicates(design_arrays(np.ones(6_000)))
    with pytest.raises(UsageError, match="`rho` goes with"):
        given_replicates(np.ones(2), np.ones((2, 2)), "Fay")
    jackknife = jackknife_replicates(design_arrays(np.ones(3)))
    domain = total_by_domain(np.ones((3, 1)), np.array([0, 1, 1]), 2)
    with np.errstate(invalid="ignore"), pytest.raises(UsageError, match="missing in 1 of 3"):
        replicate_ratios(domain, domain, jackknife)
