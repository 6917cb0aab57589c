"""The posterior of a change: brute force given the spread, and what it holds over many units."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import block_diag

from kbnn_analysis.stats import change_posterior as module
from kbnn_analysis.stats.change_posterior import change_posterior
from kbnn_analysis.stats.paired_levels import paired_levels


def test_density_and_change_equal_those_of_the_whole_matrix():
    rng = np.random.default_rng(1)
    m, (a, b, c) = 7, (0.7, -0.3, 0.5)
    y, root = rng.normal(size=(m, 2)), rng.normal(size=(m, 2, 3))
    V = root @ root.transpose(0, 2, 1) / 3
    spread = np.kron(np.eye(m), [[a * a, a * b], [a * b, b * b + c * c]])
    design, total = np.tile(np.eye(2), (m, 1)), block_diag(*V) + spread
    precision = np.linalg.inv(total)
    of_mean = np.linalg.inv(design.T @ precision @ design)
    mean = of_mean @ design.T @ precision @ y.ravel()
    kept = spread @ precision
    rest = design - kept @ design
    true = design @ mean + kept @ (y.ravel() - design @ mean)
    error = spread - kept @ spread + rest @ of_mean @ rest.T
    contrast = np.kron(np.eye(m), [[-1, 1]])
    node = np.array([[a, b, c]])
    means, sds = module._given(y, V, node)
    np.testing.assert_allclose(means[0], contrast @ true, atol=1e-12)
    np.testing.assert_allclose(sds[0] ** 2, np.diag(contrast @ error @ contrast.T), atol=1e-12)
    gap = y.ravel() - design @ mean
    terms = -np.linalg.slogdet(total)[1] + np.linalg.slogdet(of_mean)[1] - gap @ precision @ gap
    np.testing.assert_allclose(module._restricted(node, y, V)[0], terms / 2, atol=1e-12)


@pytest.mark.parametrize("spread", [0.0, 0.5, 2.0])
def test_intervals_hold_on_average_where_those_at_the_spread_found_do_not(spread):
    rng, held = np.random.default_rng(3), []
    V = np.broadcast_to(np.eye(2), (40, 2, 2))
    for _ in range(12):
        before = rng.normal(size=40)
        change = rng.normal(0.2, spread, 40)
        y = np.column_stack([before, before + change]) + rng.normal(size=(40, 2))
        found = change_posterior(y, V)
        held.append(((found.low <= change) & (change <= found.high)).mean())
    assert np.mean(held) > 0.88  # over 12 draws of the spread; at the spread found: 0.84


def test_units_and_scale_are_as_one_likes():
    rng = np.random.default_rng(5)
    y = rng.normal(size=(9, 2))
    V = np.broadcast_to(np.diag([0.3, 0.4]), (9, 2, 2))
    found, turned = change_posterior(y, V), change_posterior(100 * y[::-1], 1e4 * V)
    np.testing.assert_allclose(turned.low[::-1], 100 * found.low, rtol=1e-6)
    assert (found.low < found.mean).all()
    assert (found.mean < found.high).all()
    np.testing.assert_array_equal(paired_levels(y, V).change, found.mean)
