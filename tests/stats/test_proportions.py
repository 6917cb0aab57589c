"""Intervals equal R, hold at 0 and 100 %, and cover what they promise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from kbnn_analysis.errors import UsageError
from kbnn_analysis.stats.design_effects import implied_icc
from kbnn_analysis.stats.domains import domain_degrees_of_freedom, ratio_by_domain
from kbnn_analysis.stats.linearization import influence_covariance
from kbnn_analysis.stats.proportions import (
    binomial_interval,
    korn_graubard_interval,
    logit_interval,
)

COUNTS = [0, 1, 12, 98, 199, 200]
DESIGNS = [f"{name}{fpc}" for name in ("srs", "strat", "clus1", "clus2") for fpc in ("", "_fpc")]


@pytest.mark.parametrize(
    ("method", "key"),
    [("clopper-pearson", "clopper"), ("wilson", "wilson"), ("jeffreys", "jeffreys")],
)
def test_binomial_intervals_equal_r(method, key, r_numbers):
    theirs = np.array(r_numbers("estimation")[key])
    low, high = binomial_interval(COUNTS, 200, method=method)
    rows = slice(1, -1) if method == "jeffreys" else slice(None)  # ours ends at 0 and 1
    np.testing.assert_allclose(low[rows], theirs[rows, 0], rtol=1e-8, atol=1e-15)
    np.testing.assert_allclose(high[rows], theirs[rows, 1], rtol=1e-8)
    assert (low[0], high[-1]) == (0, 1)


def test_agresti_coull_is_wilsons_centre_with_a_wald_half_width():
    low, high = binomial_interval(190, 200, method="agresti-coull")
    z = stats.norm.ppf(0.975)
    p = (190 + z**2 / 2) / (200 + z**2)
    half = z * np.sqrt(p * (1 - p) / (200 + z**2))
    np.testing.assert_allclose([low, high], [p - half, p + half])


@pytest.mark.parametrize("name", DESIGNS)
def test_design_intervals_equal_svyciprop(name, api, r_numbers):
    theirs = r_numbers("estimation")[name]
    frame, design = api(name)
    y = (frame["sch.wide"] == "Yes").to_numpy(dtype=float)[:, None]
    levels, stype = np.unique(frame["stype"], return_inverse=True)
    for domain, count, suffix in ((None, 1, ""), (stype, len(levels), "by_")):
        means = ratio_by_domain(y, np.ones_like(y), design.weight, domain, count)
        variance = influence_covariance(means.influences, design).diagonal()
        df = domain_degrees_of_freedom(design, np.ones(len(y), bool), domain, count)
        beta = korn_graubard_interval(means.estimate, variance, means.n, df, n_eff_limit=np.inf)
        logit = logit_interval(means.estimate, variance, df)
        expected = np.atleast_2d(theirs[f"{suffix}beta"])
        np.testing.assert_allclose(np.transpose(beta), expected, rtol=1e-8)
        # R's logit comes from an iterated glm, which stops at 1e-8 of the deviance
        np.testing.assert_allclose(
            np.transpose(logit), np.atleast_2d(theirs[f"{suffix}logit"]), rtol=1e-6
        )


@given(st.integers(0, 400), st.integers(1, 400), st.floats(0.5, 0.999))
def test_intervals_are_ordered_hold_the_estimate_and_mirror(count, n, level):
    count = min(count, n)
    for method in ("wilson", "clopper-pearson", "jeffreys", "agresti-coull"):
        low, high = binomial_interval(count, n, method=method, conf_level=level)
        assert 0 <= low <= high <= 1
        if method != "jeffreys":
            assert low <= count / n + 1e-12
            assert high >= count / n - 1e-12
        other = binomial_interval(n - count, n, method=method, conf_level=level)
        np.testing.assert_allclose([1 - other.high, 1 - other.low], [low, high], atol=1e-9)


@pytest.mark.parametrize("p", [0.9, 0.97, 0.995])
def test_clopper_pearson_never_covers_less_than_its_level(p):
    x = np.arange(101)
    low, high = binomial_interval(x, 100, method="clopper-pearson")
    covered = stats.binom.pmf(x, 100, p)[(low <= p) & (p <= high)].sum()
    assert covered >= 0.95


def test_korn_graubard_without_a_design_is_clopper_pearson():
    p = 0.9
    ours = korn_graubard_interval(p, p * (1 - p) / 300, 300, 299)
    np.testing.assert_allclose(ours, binomial_interval(270, 300, method="clopper-pearson"))


def test_korn_graubard_pays_for_clusters_and_few_degrees_of_freedom():
    plain = korn_graubard_interval(0.9, 0.0003, 300, 299)
    clustered = korn_graubard_interval(0.9, 0.0006, 300, 299)
    few = korn_graubard_interval(0.9, 0.0006, 300, 4)
    assert few.low < clustered.low < plain.low
    assert few.high > clustered.high > plain.high


def test_korn_graubard_holds_where_r_has_no_interval():
    p = np.array([0.0, 1.0, 0.9, np.nan])
    low, high = korn_graubard_interval(
        p, [0, 0, np.nan, np.nan], [200, 200, 50, 0], [9, 9, 0, 0], n_eff_fallback=[50, 50, 20, 0]
    )
    np.testing.assert_allclose([1 - high[0], low[1]], [0.025 ** (1 / 50)] * 2)
    assert (low[0], high[1]) == (0, 1)
    assert low[2] < 0.9 < high[2]
    assert np.isnan([low[3], high[3]]).all()


def test_the_effective_size_is_cut_off_at_n():
    cut = korn_graubard_interval(0.9, 1e-6, 100, 99)
    np.testing.assert_allclose(cut, binomial_interval(90, 100, method="clopper-pearson"))


def test_logit_has_no_interval_at_the_ends():
    low, high = logit_interval([0, 1], [0, 0], 10)
    assert np.isnan([low, high]).all()


def test_implied_icc_is_none_without_clusters_and_never_negative():
    assert implied_icc([1.2], [1.0], [1.0], [100]) is None
    assert implied_icc([0.5], [1.0], [11.0], [100]) == 0


@pytest.mark.parametrize(
    ("count", "n", "options", "match"),
    [
        (5, 4, {}, "between 0 and `n`"),
        (1, 4, {"conf_level": 95}, "conf_level"),
        (1, 4, {"method": "wilsn"}, "did you mean 'wilson'"),
    ],
)
def test_wrong_arguments_are_refused(count, n, options, match):
    with pytest.raises(UsageError, match=match):
        binomial_interval(count, n, **options)
