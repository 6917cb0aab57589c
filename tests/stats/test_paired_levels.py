"""Levels of two periods shrunken together: metafor's bivariate model, regression to the mean."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from kbnn_analysis.errors import UsageError
from kbnn_analysis.stats.paired_levels import paired_levels

R = json.loads((Path(__file__).parents[1] / "golden" / "change.json").read_text(encoding="utf-8"))


def test_it_equals_the_bivariate_model_of_metafor():
    golden = R["paired"]
    y = np.array(golden["yi"]).reshape(5, 2)[:, ::-1]  # AL before PD, as metafor orders them
    V = np.array(golden["V"])
    blocks = np.array([V[2 * k : 2 * k + 2, 2 * k : 2 * k + 2][::-1, ::-1] for k in range(5)])
    found = paired_levels(y, blocks)
    np.testing.assert_allclose(found.mean, golden["mean"], rtol=2e-5)
    np.testing.assert_allclose(found.spread, golden["spread"], rtol=5e-4)
    effects = dict(zip(golden["ranef_names"], golden["ranef"], strict=True))
    wanted = [[effects[f"{level} | {k}"] for level in ("AL", "PD")] for k in range(1, 6)]
    np.testing.assert_allclose(found.levels - found.mean, wanted, atol=2e-5)


def test_an_exact_estimate_is_not_moved():
    y = np.array([[0.9, 0.8], [0.7, 0.9], [0.8, 0.8], [0.6, 0.7], [0.95, 0.9], [0.5, 0.8]])
    found = paired_levels(y, np.broadcast_to(1e-12 * np.eye(2), (6, 2, 2)))
    np.testing.assert_allclose(found.change, y[:, 1] - y[:, 0], atol=1e-6)
    np.testing.assert_allclose(found.regression, found.mean[1] - found.mean[0], atol=1e-6)


def test_units_without_true_differences_only_fall_back():
    """Alike units: what the earlier extremes do next is told by regression to the mean."""
    rng = np.random.default_rng(5)
    gaps = []
    for _ in range(25):
        y = 0.9 + 0.03 * rng.standard_normal((40, 2))
        found = paired_levels(y, np.broadcast_to(9e-4 * np.eye(2), (40, 2, 2)))
        top = y[:, 0].argmax()
        gaps.append(y[top, 1] - y[top, 0] - found.regression[top])
    gap = np.array(gaps)
    assert abs(gap.mean()) < 3 * gap.std() / np.sqrt(len(gap))


def test_shared_errors_keep_an_extreme_where_it_is():
    y = np.column_stack([np.linspace(0.8, 1.0, 9), np.linspace(0.8, 1.0, 9)])
    alone = np.broadcast_to(1e-3 * np.eye(2), (9, 2, 2))
    shared = np.broadcast_to(1e-3 * np.array([[1, 0.9], [0.9, 1]]), (9, 2, 2))
    apart = paired_levels(y, alone).regression[-1]
    together = paired_levels(y, shared).regression[-1]
    assert apart < together < 0


def test_a_few_units_are_refused():
    with pytest.raises(UsageError, match="5 units or more; got 4"):
        paired_levels(np.zeros((4, 2)), np.broadcast_to(np.eye(2), (4, 2, 2)))
