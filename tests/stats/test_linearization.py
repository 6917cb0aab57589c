"""Linearized covariances equal R's survey package and brute force, and keep their laws."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kbnn_analysis.errors import UsageError
from kbnn_analysis.stats.design import StageInput, design_arrays
from kbnn_analysis.stats.domains import (
    domain_degrees_of_freedom,
    ratio_by_domain,
    total_by_domain,
    totals,
)
from kbnn_analysis.stats.influences import Influences
from kbnn_analysis.stats.linearization import influence_covariance

DESIGNS = [f"{name}{fpc}" for name in ("srs", "strat", "clus1", "clus2") for fpc in ("", "_fpc")]


def codes(values):
    return pd.factorize(values, sort=True)[0]


@pytest.fixture(scope="module")
def R(r_numbers):
    return r_numbers("estimation")


def close(ours, theirs):
    """Compare to 1e-8 of the value, or of the largest value where R has rounding noise."""
    theirs = np.asarray(theirs, dtype=float)
    floor = 1e-12 * np.abs(theirs).max()
    np.testing.assert_allclose(ours, theirs, rtol=1e-8, atol=floor)


def wide(frame):
    return (frame["sch.wide"] == "Yes").to_numpy(dtype=float)


@pytest.mark.parametrize("name", DESIGNS)
def test_means_totals_and_ratios_equal_r(name, api, R):
    frame, design = api(name)
    y = frame[["api00", "api99"]].to_numpy(dtype=float)
    means = ratio_by_domain(y, np.ones_like(y), design.weight)
    covariance = influence_covariance(means.influences, design)
    close(means.estimate, R[name]["mean"])
    close(covariance, R[name]["mean_cov"])
    close(covariance.diagonal() / means.srs_variance, R[name]["deff"])
    total = total_by_domain(frame[["enroll"]].fillna(0).to_numpy(dtype=float))
    close(totals(total, design.weight)[0], R[name]["total"])
    close(influence_covariance(total, design)[0, 0], R[name]["total_var"])
    both = frame[["api.stu", "enroll"]].to_numpy(dtype=float)
    both[np.isnan(both).any(axis=1)] = 0
    ratio = ratio_by_domain(both[:, :1], both[:, 1:], design.weight)
    close(ratio.estimate[0], R[name]["ratio"])
    close(influence_covariance(ratio.influences, design)[0, 0], R[name]["ratio_var"])


@pytest.mark.parametrize("name", DESIGNS)
def test_domains_equal_svyby_with_covmat(name, api, R):
    frame, design = api(name)
    y = np.column_stack([frame["api00"].to_numpy(dtype=float), wide(frame)])
    stype = codes(frame["stype"])
    means = ratio_by_domain(y, np.ones_like(y), design.weight, stype, 3)
    covariance = influence_covariance(means.influences, design)
    theirs = np.array(R[name]["by_cov"])
    deviations = np.sqrt(np.outer(theirs.diagonal(), theirs.diagonal()))
    close(means.estimate, R[name]["by"])
    np.testing.assert_allclose(covariance / deviations, theirs / deviations, rtol=1e-8, atol=1e-12)
    df = domain_degrees_of_freedom(design, np.ones(len(frame), bool), stype, 3)
    np.testing.assert_array_equal(df, R[name]["by_df"])


@pytest.mark.parametrize("option", ["remove", "adjust", "average"])
def test_lonely_strata_as_in_r(option, api, R):
    frame, _ = api("strat")
    strata = codes(frame["stype"])
    strata[0], strata[119] = 3, 4
    design = design_arrays(frame["pw"], strata=strata)
    y = frame[["api00"]].to_numpy(dtype=float)
    mean = ratio_by_domain(y, np.ones_like(y), design.weight).influences
    by = ratio_by_domain(y, np.ones_like(y), design.weight, codes(frame["stype"]), 3).influences
    theirs = R["lonely"][option]
    close(influence_covariance(mean, design, lonely_psu=option)[0, 0], theirs["mean"])
    total = influence_covariance(total_by_domain(y), design, lonely_psu=option)
    close(total[0, 0], theirs["total"])
    covariance = influence_covariance(by, design, lonely_psu=option)
    np.testing.assert_allclose(covariance, theirs["by"], rtol=1e-8, atol=1e-8)
    with pytest.raises(UsageError, match="2 strata have only one PSU"):
        influence_covariance(mean, design)


def slow_covariance(u, weight, stratum, psu, fpc):
    """Return the textbook double loop on a dense matrix."""
    z = u * weight[:, None]
    result = np.zeros((u.shape[1],) * 2)
    for h in np.unique(stratum):
        units = np.unique(psu[stratum == h])
        sums = np.array([z[(stratum == h) & (psu == unit)].sum(axis=0) for unit in units])
        centred = sums - sums.mean(axis=0)
        n = len(units)
        share = 1 - n / fpc[stratum == h][0]
        result += share * n / (n - 1) * centred.T @ centred
    return result


@settings(max_examples=40)
@given(st.integers(0, 2**32 - 1), st.booleans(), st.booleans())
def test_every_path_equals_brute_force(seed, clustered, with_fpc):
    rng = np.random.default_rng(seed)
    n, n_domains = 60, 4
    stratum = np.repeat(np.arange(3), 20)
    psu = stratum * 5 + rng.permutation(np.arange(n) % 5) if clustered else np.arange(n)
    domain = rng.integers(-1, n_domains, n)
    fpc = (30.0 + 5 * stratum) if with_fpc else np.full(n, np.inf)
    design = design_arrays(
        rng.uniform(0.5, 2, n), strata=stratum, psu=psu if clustered else None, fpc=fpc
    )
    values = rng.normal(size=(n, 2))
    sparse = Influences(values, domain, n_domains)
    dense = sparse.matrix(np.ones(n)).toarray()
    expected = slow_covariance(dense, design.weight, stratum, psu, fpc)
    for form in (sparse, Influences(dense)):
        ours = influence_covariance(form, design)
        np.testing.assert_allclose(ours, expected, rtol=1e-9, atol=1e-11)


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1), st.floats(0.01, 100))
def test_scaling_weights_changes_nothing_and_renaming_permutes(seed, factor):
    rng = np.random.default_rng(seed)
    n = 80
    y, x = rng.normal(size=(n, 1)), np.ones((n, 1))
    domain, psu, weight = rng.integers(0, 5, n), rng.integers(0, 12, n), rng.uniform(1, 3, n)
    order = rng.permutation(5)

    def covariance(weight, domain):
        ratios = ratio_by_domain(y, x, weight, domain, 5)
        return influence_covariance(ratios.influences, design_arrays(weight, psu=psu))

    plain = covariance(weight, domain)
    np.testing.assert_allclose(covariance(weight * factor, domain), plain, rtol=1e-9, atol=1e-13)
    renamed = covariance(weight, order[domain])[np.ix_(order, order)]
    np.testing.assert_allclose(renamed, plain, rtol=1e-9, atol=1e-13)


def test_domains_keep_the_whole_design():
    """Filtering to a domain loses the PSUs without it: the trial gave 0.83 of the right error."""
    rng = np.random.default_rng(1)
    psu = np.repeat(np.arange(20), 10)
    inside = np.isin(psu, np.arange(4)) | (rng.random(200) < 0.05)
    y = rng.normal(size=(200, 1))
    design = design_arrays(np.ones(200), psu=psu)
    domain = np.where(inside, 0, -1)
    total = influence_covariance(total_by_domain(y + 3, domain, 1), design)[0, 0]
    kept = design_arrays(np.ones(inside.sum()), psu=psu[inside])
    filtered = influence_covariance(total_by_domain((y + 3)[inside]), kept)[0, 0]
    dense = np.where(inside[:, None], y + 3, 0)
    assert total == pytest.approx(
        slow_covariance(dense, design.weight, np.zeros(200), psu, np.full(200, np.inf))[0, 0]
    )
    assert filtered < 0.9 * total


def test_unanimous_domains_have_exactly_no_variance():
    y = np.r_[np.ones(50), np.zeros(10), np.ones(40)][:, None]
    domain = np.repeat([0, 1], 50)
    strata = np.r_[np.repeat([0, 1], 25), np.repeat([2, 3], [10, 40])]
    for psu in (None, np.arange(100) // 5):
        design = design_arrays(np.full(100, 1 / 3), psu=psu, strata=strata)
        ratios = ratio_by_domain(y, np.ones_like(y), design.weight, domain, 2)
        covariance = influence_covariance(ratios.influences, design)
        assert covariance[0, 0] == 0
        assert abs(covariance[1, 1]) < 1e-20


@pytest.mark.parametrize(
    ("given", "match"),
    [
        ({"psu": np.array([0, 0, 1, 1]), "strata": np.array([0, 1, 0, 1])}, "several strata"),
        ({"strata": np.array([0, 0, -1, 1])}, "strata are missing for 1"),
        ({"fpc": np.array([9.0, 9.0, 8.0, 9.0])}, "one number within a stratum"),
        ({"fpc": np.full(4, 3.0)}, "below the number"),
        ({"fpc": np.array([9.0, np.nan, 9.0, 9.0])}, "one number within a stratum"),
    ],
)
def test_impossible_designs_are_refused(given, match):
    with pytest.raises(UsageError, match=match):
        design_arrays(np.ones(4), **given)


def test_a_weight_that_is_none_is_refused():
    with pytest.raises(UsageError, match="finite"):
        design_arrays([1.0, np.nan])


def test_a_stage_below_one_without_correction_adds_nothing():
    psu, household = np.arange(12) // 4, np.arange(12) // 2
    one = design_arrays(np.ones(12), psu=psu)
    two = design_arrays(np.ones(12), psu=psu, further=[StageInput(psu=household)])
    u = Influences(np.random.default_rng(0).normal(size=(12, 2)))
    np.testing.assert_array_equal(influence_covariance(u, one), influence_covariance(u, two))


def test_a_full_count_has_no_variance_and_is_not_lonely():
    design = design_arrays(np.ones(4), strata=np.array([0, 0, 0, 1]), fpc=np.array([3, 3, 3, 1.0]))
    u = Influences(np.array([[1.0], [2.0], [4.0], [8.0]]))
    assert influence_covariance(u, design)[0, 0] == 0
