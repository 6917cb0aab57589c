"""Contrasts, adjustments, critical values and letters against R, brute force and laws."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats
from statsmodels.stats.multitest import multipletests

from kbnn_analysis.errors import UsageError
from kbnn_analysis.stats.common_unit import CommonUnit, critical_value, exceedance
from kbnn_analysis.stats.contrasts import (
    contrasts,
    mean_matrix,
    pair_matrix,
    reference_matrix,
)
from kbnn_analysis.stats.joint_errors import joint_errors
from kbnn_analysis.stats.largest_error import critical_value as drawn_critical_value
from kbnn_analysis.stats.largest_error import plain_draws, standardized
from kbnn_analysis.stats.letters import compact_letters
from kbnn_analysis.stats.multiplicity import adjust_p, equivalence_p, simultaneous
from kbnn_analysis.stats.smoothed_variance import smoothed_variance
from kbnn_analysis.stats.student import normal_score, student_value

R = json.loads((Path(__file__).parents[1] / "golden" / "comparison.json").read_text())
OATS = R["oats"]
THETA, V = np.array(OATS["estimate"]), np.array(OATS["covariance"])
MATRIX = {
    "mean": mean_matrix(np.ones(4)),
    "all_pairs": pair_matrix(4),
    "reference": reference_matrix(4, 0)[1:],
}
RULES = {"none": "none", "holm": "holm", "bonferroni": "bonferroni", "fdr": "benjamini-hochberg"}


@pytest.mark.parametrize("kind", MATRIX)
def test_emmeans_agrees_on_correlated_means(kind: str) -> None:
    found, r = contrasts(MATRIX[kind], THETA, V), OATS[kind]
    for name in ("difference", "std_error", "statistic"):
        np.testing.assert_allclose(getattr(found, name), r[name], rtol=1e-8)
    for theirs, ours in RULES.items():
        np.testing.assert_allclose(adjust_p(found.p_value, ours), r["adjusted"][theirs], rtol=1e-8)
    half = stats.norm.ppf(1 - 0.025 / len(found.difference)) * found.std_error
    np.testing.assert_allclose(found.difference - half, r["bonferroni"]["low"], rtol=1e-8)
    np.testing.assert_allclose(equivalence_p(found, 15), r["equivalence"], rtol=1e-8)


@pytest.mark.parametrize("kind", MATRIX)
def test_the_single_step_of_multcomp_agrees(kind: str) -> None:
    found = simultaneous(contrasts(MATRIX[kind], THETA, V), V, 0.95)
    # both sides integrate by Monte Carlo: ours to about 0.005 for large p, R's to 1e-4
    np.testing.assert_allclose(found.p_adjusted, OATS[kind]["single_step"], atol=0.012)
    assert (np.array(OATS[kind]["single_step"]) < 1e-3).tolist() == (
        found.p_adjusted < 1e-3
    ).tolist()


def test_welch_agrees() -> None:
    r = R["welch"]
    variance = np.diag(r["variance"])
    found = contrasts(pair_matrix(6), r["estimate"], variance, r["df"])
    np.testing.assert_allclose(found.statistic, r["statistic"], rtol=1e-8)
    np.testing.assert_allclose(found.df, r["pair_df"], rtol=1e-8)
    np.testing.assert_allclose(found.p_value, r["p"], rtol=1e-8)
    half = student_value(stats.norm.ppf(0.975), found.df) * found.std_error
    np.testing.assert_allclose(found.difference + half, r["high"], rtol=1e-8)


def test_a_mean_that_contains_the_unit_is_worked_out_by_hand() -> None:
    weight, v = np.array([1.0, 2.0, 5.0]), np.array([1e-4, 2e-4, 5e-4])
    found = contrasts(mean_matrix(weight), [0.9, 0.95, 0.99], np.diag(v))
    w = weight / weight.sum()
    by_hand = [((1 - w[i]) ** 2) * v[i] + sum((w**2 * v)[np.arange(3) != i]) for i in range(3)]
    np.testing.assert_allclose(found.std_error**2, by_hand, rtol=1e-12)
    assert w @ found.difference == pytest.approx(0, abs=1e-15)


def test_differences_known_exactly_are_zero_or_infinite() -> None:
    found = contrasts(pair_matrix(3), [1.0, 1.0, 0.9], np.zeros((3, 3)))
    assert found.statistic.tolist() == [0.0, np.inf, np.inf]
    assert found.p_value.tolist() == [1.0, 0.0, 0.0]
    assert simultaneous(found, np.zeros((3, 3)), 0.95).p_adjusted.tolist() == [1.0, 0.0, 0.0]


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(UsageError, match="do not fit"):
        contrasts(pair_matrix(3), [1.0, 2.0], np.eye(2))
    with pytest.raises(UsageError, match="not negative"):
        mean_matrix([1.0, -1.0])


@given(st.floats(-8, 8), st.floats(1, 500))
def test_normal_scores_turn_back(score: float, df: float) -> None:
    assert normal_score(student_value(score, df), df) == pytest.approx(score, abs=1e-7)


@settings(max_examples=25)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_adjustments_agree_with_statsmodels_and_never_lower_p(p: list[float]) -> None:
    theirs = {"bonferroni": "bonferroni", "holm": "holm", "benjamini-hochberg": "fdr_bh"}
    for ours, name in theirs.items():
        adjusted = adjust_p(p, ours)
        np.testing.assert_allclose(adjusted, multipletests(p, method=name)[1], atol=1e-12)
        assert (adjusted >= np.array(p)).all()
    assert (adjust_p(p, "holm") <= adjust_p(p, "bonferroni")).all()


# --- critical values ---------------------------------------------------------------------------


def common(sds: list[float], *, below: bool = True) -> CommonUnit:
    others = np.array(sds[1:])
    return CommonUnit(sds[0], others, np.ones(len(others), bool), np.full(len(others), below))


def test_mvtnorm_agrees_with_the_quadrature() -> None:
    r = R["critical"]
    # qmvnorm and pmvnorm are Monte Carlo themselves: 1e-3 and 1e-4
    assert critical_value(common(r["sds"]), 0.05) == pytest.approx(r["both"], abs=2e-3)
    assert critical_value(common(r["sds"], below=False), 0.05) == pytest.approx(
        r["upper"], abs=2e-3
    )
    found = [exceedance(common(r["sds"]), x) for x in (1.0, 2.0, 3.0)]
    np.testing.assert_allclose(found, r["exceed"], atol=1e-4)


@pytest.mark.parametrize("sds", [[1, 1, 1], [5, 1, 2], [0.2, 1, 3, 2], [0, 1, 2], [30, 1, 20]])
def test_the_quadrature_is_an_ordinary_integral(sds: list[float]) -> None:
    unit, c = common([float(s) for s in sds]), 2.3

    def inside(x: float) -> float:
        d = np.hypot(unit.own, unit.others)
        upper = stats.norm.cdf((unit.own * x + c * d) / unit.others)
        lower = stats.norm.cdf((unit.own * x - c * d) / unit.others)
        return float(stats.norm.pdf(x) * np.prod(upper - lower))

    expected = 1 - integrate.quad(inside, -9, 9, points=[-c, c], limit=500, epsabs=1e-12)[0]
    assert exceedance(unit, c) == pytest.approx(expected, abs=1e-8)
    assert exceedance(unit, critical_value(unit, 0.05)) == pytest.approx(0.05, rel=1e-7)


def test_one_difference_needs_no_integral() -> None:
    assert critical_value(common([1.0, 2.0], below=False), 0.05) == pytest.approx(
        1.6448536, abs=1e-6
    )


@pytest.mark.parametrize("place", range(3))
def test_all_pairs_of_equal_variance_agree_with_tukey(place: int) -> None:
    units = (3, 10, 63)[place]
    tukey, tukey_99 = (R["critical"][name][place] for name in ("tukey", "tukey_99"))
    K = pair_matrix(units)
    errors = standardized(K, np.full(len(K), 2**0.5), joint_errors(np.eye(units)))
    for alpha, exact in ((0.05, tukey), (0.01, tukey_99)):
        value, error = drawn_critical_value(errors, alpha)
        assert error < 0.006
        assert abs(value - exact) < 5 * error + 1e-3


def test_importance_draws_agree_with_plain_ones_where_only_one_side_counts() -> None:
    K, v = pair_matrix(5), np.diag([1.0, 4.0, 0.5, 2.0, 9.0]) + 0.3
    se = np.sqrt(np.einsum("ij,jk,ik->i", K, v, K))
    two_sided = np.arange(len(K)) % 3 == 0
    errors = standardized(K, se, joint_errors(v), two_sided)
    value, _ = drawn_critical_value(errors, 0.1)
    assert (plain_draws(errors) > value).mean() == pytest.approx(0.1, abs=0.015)


def test_two_runs_agree_to_the_last_digit() -> None:
    errors = standardized(pair_matrix(4), np.full(6, 2**0.5), joint_errors(np.eye(4)))
    assert drawn_critical_value(errors, 0.05) == drawn_critical_value(errors, 0.05)


@settings(max_examples=20)
@given(st.lists(st.floats(-3, 3), min_size=3, max_size=6))
def test_max_t_lies_between_the_p_value_and_bonferroni(theta: list[float]) -> None:
    units = len(theta)
    found = contrasts(pair_matrix(units), theta, np.eye(units))
    joint = simultaneous(found, np.eye(units), 0.95).p_adjusted
    assert (joint >= found.p_value - 1e-12).all()
    assert (joint <= adjust_p(found.p_value, "bonferroni") + 1e-12).all()
    order = np.argsort(np.abs(found.score))
    assert (np.diff(joint[order]) <= 1e-12).all()


# --- letters ------------------------------------------------------------------------------------


def test_the_letters_of_multcomp() -> None:
    r = R["letters"]
    different = np.zeros((6, 6), dtype=bool)
    different[np.triu_indices(6, k=1)] = r["signif"]
    assert compact_letters(r["estimate"], different | different.T) == r["letters"]


@given(st.integers(2, 7), st.data())
def test_letters_are_the_largest_groups_without_a_difference(
    units: int, data: st.DataObject
) -> None:
    pairs = list(itertools.combinations(range(units), 2))
    flags = data.draw(st.lists(st.booleans(), min_size=len(pairs), max_size=len(pairs)))
    different = np.zeros((units, units), dtype=bool)
    for (i, j), apart in zip(pairs, flags, strict=True):
        different[i, j] = different[j, i] = apart
    letters = compact_letters(np.arange(units, 0, -1.0), different)
    groups = {frozenset(i for i in range(units) if x in letters[i]) for x in set("".join(letters))}
    alike = [
        frozenset(group)
        for size in range(1, units + 1)
        for group in itertools.combinations(range(units), size)
        if not different[np.ix_(group, group)].any()
    ]
    assert groups == {group for group in alike if not any(group < other for other in alike)}


def test_too_many_letters_are_refused() -> None:
    different = np.zeros((24, 24), dtype=bool)
    for i in range(0, 24, 2):  # pairs that must be kept apart multiply the groups: 2^12
        different[i, i + 1] = different[i + 1, i] = True
    with pytest.raises(UsageError, match="letters"):
        compact_letters(np.arange(24.0), different)


def test_smoothed_variances_need_n_and_are_above_zero() -> None:
    assert smoothed_variance([1.0, 0.0], [30, 30], deff=2.0) == pytest.approx(
        0.5 / 16 * 15.5 / 16 / 15
    )
    np.testing.assert_allclose(
        smoothed_variance([4.0], [50], low=1, high=5), smoothed_variance([0.75], [50]) * 16
    )
    with pytest.raises(UsageError, match="no n"):
        smoothed_variance([1.0], [np.nan])
