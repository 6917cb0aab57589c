"""Intervals of differences hold, and of equal units seldom any is found to differ."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

sys.path.insert(0, str(Path(__file__).parent))
import study_variances

from kbnn_analysis.inference.aggregates import estimates_from_counts
from kbnn_analysis.inference.comparison import compare
from kbnn_analysis.language import Label
from kbnn_analysis.results import MeasureInfo
from kbnn_analysis.stats.contrasts import mean_matrix
from kbnn_analysis.stats.rate_contrasts import rate_contrasts

RATE = MeasureInfo("satisfied", "two_box", "1", "proportion", Label.same("satisfied"))


def test_the_study_makes_the_intervals_that_compare_makes() -> None:
    rng = np.random.default_rng(3)
    n = rng.integers(30, 1501, study_variances.UNITS).astype(float)
    x = rng.binomial(n.astype(int), 0.98)
    variance = np.diag((x + 0.5) / (n + 1) * (1 - (x + 0.5) / (n + 1)) / n)
    ends = rate_contrasts(mean_matrix(n), x / n, variance, n).ends(study_variances.CRITICAL)
    np.testing.assert_allclose(
        study_variances.recovered(x[None, :], n), [[e] for e in ends], atol=1e-7
    )


@pytest.mark.parametrize("n", [(30, 30), (80, 80), (30, 1500)])
@pytest.mark.parametrize("p", [(0.97, 0.90), (0.995, 0.97), (0.98, 0.98), (0.995, 0.995)])
def test_intervals_of_two_units_hold_exactly_summed(n, p) -> None:
    _, recovered = study_variances.held_by_two(n, p)
    assert recovered >= 0.95


def test_of_equal_units_seldom_any_differs_and_a_worse_one_is_found() -> None:
    seen = study_variances.verdicts(0.97, 80, 400)
    # 5 % of 400 surveys is 20, with a standard error of 4
    assert seen["recovered"][0] <= 0.08
    assert seen["recovered"][1] > 3 * seen["larger"][1]


@pytest.mark.coverage
@pytest.mark.parametrize("against", ["mean", "all_pairs"])
@pytest.mark.parametrize("adjust", ["max-t", "holm"])
@pytest.mark.parametrize(
    ("n", "p"), [(30, 0.95), (80, 0.97), (300, 0.98), (1500, 0.995), (None, 0.97)]
)
def test_false_findings_are_as_rare_as_they_should_be(against, adjust, n, p) -> None:
    rng, false, surveys = np.random.default_rng(11), 0, 100
    for _ in range(surveys):
        size = np.full(63, n) if n else rng.integers(30, 1501, 63)
        counts = pd.DataFrame(
            {"unit": [f"{at:02d}" for at in range(63)], "count": rng.binomial(size, p), "n": size}
        )
        found = compare(estimates_from_counts(counts, RATE, period="2023-1"), against, adjust)
        false += bool((found.frame["p_adjusted"] <= 0.05).any())
    assert false <= 11  # 5 of 100 are allowed; twelve or more have probability 0.4 %
