"""Rubin's rules against mice, and the variance they are made of."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbnn_analysis.errors import UsageError
from kbnn_analysis.stats.rubin import pool

EXPECTED = json.loads(
    (Path(__file__).parents[1] / "golden" / "rubin.json").read_text(encoding="utf-8")
)


@pytest.mark.parametrize(("name", "df"), [("small", 59.0), ("large", np.inf)])
def test_one_statistic_equals_mice(name: str, df: float) -> None:
    want = EXPECTED[name]
    q, u = np.array(EXPECTED["q"])[:, None], np.array(EXPECTED["u"])[:, None, None]
    found = pool(q, u, df)
    assert found.estimate[0] == pytest.approx(want["qbar"], rel=1e-12)
    assert found.within[0] == pytest.approx(want["ubar"], rel=1e-12)
    assert found.between[0] == pytest.approx(want["b"], rel=1e-10)
    assert found.covariance[0, 0] == pytest.approx(want["t"], rel=1e-10)
    assert found.df[0] == pytest.approx(want["df"], rel=1e-8)
    assert found.fmi[0] == pytest.approx(want["fmi"], rel=1e-8)


def test_a_regression_equals_mice() -> None:
    found = pool(EXPECTED["lm_q"], EXPECTED["lm_u"], EXPECTED["lm_complete"])
    np.testing.assert_allclose(found.estimate, EXPECTED["lm_estimate"], rtol=1e-10)
    np.testing.assert_allclose(np.sqrt(np.diag(found.covariance)), EXPECTED["lm_se"], rtol=1e-10)
    np.testing.assert_allclose(found.df, EXPECTED["lm_df"], rtol=1e-8)


@given(st.floats(0.01, 10), st.integers(2, 30), st.floats(2, 1e4))
def test_nothing_missing_changes_nothing(variance: float, m: int, complete: float) -> None:
    found = pool(np.ones((m, 1)), np.full((m, 1, 1), variance), complete)
    assert found.covariance[0, 0] == pytest.approx(variance)
    assert found.fmi[0] == 0
    # Barnard and Rubin's df is (v + 1) / (v + 3) v even then
    assert found.df[0] == pytest.approx((complete + 1) / (complete + 3) * complete)


def test_one_imputation_cannot_be_pooled() -> None:
    with pytest.raises(UsageError, match="two imputations"):
        pool([[1.0]], [[[1.0]]])
