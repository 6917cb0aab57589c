"""Shares under changed weights: against refits on the respondents, subset by subset."""

from __future__ import annotations

import numpy as np
import pytest

from kbnn_analysis.stats.coalitions import owen_plan, shapley_plan
from kbnn_analysis.stats.design import design_arrays
from kbnn_analysis.stats.game_fit import linear_importance, pseudo_importance
from kbnn_analysis.stats.importance import lmg
from kbnn_analysis.stats.replicate_shares import linear_replicates, pseudo_replicates
from kbnn_analysis.stats.share_bootstrap import psu_multipliers, unit_moments, without_each_psu

OFFICES, EACH = 40, 15


@pytest.fixture(scope="module")
def answers():
    rng = np.random.default_rng(11)
    unit = np.repeat(np.arange(OFFICES), EACH)
    latent = rng.normal(size=(len(unit), 3)) + 0.7 * rng.normal(size=(len(unit), 1))
    latent += 0.4 * rng.normal(size=(OFFICES, 3))[unit]
    x = 1.0 + np.searchsorted([-2.0, -1.0, 0.4], latent.ravel()).reshape(latent.shape)
    y = x @ [1.0, 0.6, 0.2] + 0.5 * rng.normal(size=OFFICES)[unit] + rng.logistic(size=len(unit))
    answer = np.searchsorted(np.quantile(y, [0.1, 0.4]), y)
    return unit, x, y, answer, rng.uniform(0.5, 2.0, len(unit))


@pytest.mark.parametrize("plan", [shapley_plan(3), owen_plan([0, 0, 1])], ids=["lmg", "owen"])
def test_linear_replicates_equal_refits(answers, plan) -> None:
    unit, x, y, _, w = answers
    design = design_arrays(w, psu=unit)
    factors = psu_multipliers(design, 5, np.random.default_rng(1))
    moments = unit_moments(np.column_stack([x, y]), np.ones(len(y), bool), design, 0)
    made = linear_replicates(moments.covariances(factors), plan)
    for row, each in enumerate(factors):
        again = linear_importance(x, y, w * each[unit], plan)
        np.testing.assert_allclose(made.parts[row], again.parts, atol=1e-10)
    if plan.kind == "shapley":
        np.testing.assert_allclose(moments.lmg(factors).parts, made.parts, atol=1e-10)
        left = moments.lmg(without_each_psu(design))
        keep = unit != 3
        alone = lmg(x[keep], y[keep], w[keep])
        np.testing.assert_allclose(left.shares[3], alone.shares, atol=1e-10)


@pytest.mark.parametrize("fit", ["mcfadden", "latent"])
@pytest.mark.parametrize("held", [False, True], ids=["alone", "beside a base"])
def test_one_step_is_close_to_refits(answers, fit, held) -> None:
    unit, x, _, answer, w = answers
    base = (unit % 2)[:, None].astype(float) if held else None
    plan, design = shapley_plan(3), design_arrays(w, psu=unit)
    factors = psu_multipliers(design, 40, np.random.default_rng(2))
    quick = pseudo_replicates(x, answer, w, plan, unit, factors, base=base, fit=fit)
    again = [
        pseudo_importance(x, answer, w * each[unit], plan, base=base, fit=fit) for each in factors
    ]
    shares = np.array([each.shares for each in again])
    spread = shares.std(axis=0, ddof=1)
    # the latent fit moves with the slopes in first order: one step leaves more there
    apart, error, whole = (0.04, 0.02, 0.01) if fit == "mcfadden" else (0.12, 0.08, 0.05)
    assert (np.sqrt(((quick.shares - shares) ** 2).mean(axis=0)) / spread).max() < apart
    np.testing.assert_allclose(quick.shares.std(axis=0, ddof=1), spread, rtol=error)
    np.testing.assert_allclose(quick.fit, [each.fit for each in again], rtol=whole)


def test_no_change_of_weights_gives_the_fit_itself(answers) -> None:
    unit, x, _, answer, w = answers
    plan = shapley_plan(3)
    for fit in ("mcfadden", "latent"):
        same = pseudo_replicates(x, answer, w, plan, unit, np.ones((1, OFFICES)), fit=fit)
        whole = pseudo_importance(x, answer, w, plan, fit=fit)
        np.testing.assert_allclose(same.parts[0], whole.parts, atol=1e-8)
