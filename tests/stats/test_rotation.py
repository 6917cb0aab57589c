"""Rotations against R, and variance inflation against regressions."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from kbnn_analysis.errors import UsageError
from kbnn_analysis.stats.collinearity import variance_inflation
from kbnn_analysis.stats.rotation import promax, varimax

EXPECTED = json.loads(
    (Path(__file__).parents[1] / "golden" / "rotation.json").read_text(encoding="utf-8")
)
LOADINGS = np.array(EXPECTED["loadings"])


def test_varimax_equals_r() -> None:
    # R stops at a relative change of 1e-14 of the criterion: loadings to about 1e-7
    np.testing.assert_allclose(varimax(LOADINGS).loadings, EXPECTED["varimax"], atol=1e-6)


def test_promax_equals_r() -> None:
    found = promax(LOADINGS)
    np.testing.assert_allclose(found.loadings, EXPECTED["promax"], atol=1e-6)
    np.testing.assert_allclose(found.correlation, EXPECTED["correlation"], atol=1e-6)
    np.testing.assert_allclose(found.loadings, EXPECTED["plain_promax"], atol=1e-3)


@pytest.mark.parametrize("rotate", [varimax, promax])
def test_rotation_keeps_what_is_implied(rotate) -> None:
    found = rotate(LOADINGS)
    implied = found.loadings @ found.correlation @ found.loadings.T
    np.testing.assert_allclose(implied, LOADINGS @ LOADINGS.T, atol=1e-12)
    np.testing.assert_allclose(np.diag(found.correlation), 1, atol=1e-12)


def test_inflation_is_that_of_the_regression_on_the_others() -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(60, 4)) + rng.normal(size=(60, 1))
    weight = rng.uniform(0.5, 2, 60)
    root = np.sqrt(weight)
    expected = []
    for column in range(4):
        others = np.column_stack([np.ones(60), np.delete(x, column, axis=1)]) * root[:, None]
        y = x[:, column] * root
        left = y - others @ np.linalg.lstsq(others, y, rcond=None)[0]
        centred = x[:, column] - np.average(x[:, column], weights=weight)
        expected.append((weight * centred**2).sum() / (left @ left))
    np.testing.assert_allclose(variance_inflation(x, weight), expected)


def test_inflation_of_what_others_determine_is_infinite() -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(60, 3))
    found = variance_inflation(np.column_stack([x, x[:, 0] + x[:, 1]]))
    assert np.isinf(found[[0, 1, 3]]).all()
    assert found[2] < 1.5
    with pytest.raises(UsageError, match="constant"):
        variance_inflation(np.column_stack([x, np.ones(60)]))
