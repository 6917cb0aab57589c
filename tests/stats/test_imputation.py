"""Imputation by chained predictive mean matching: what it keeps, and whether it is right."""

from __future__ import annotations

import numpy as np
import pytest

from kbnn_analysis.errors import UsageError
from kbnn_analysis.stats.imputation import impute
from kbnn_analysis.stats.rubin import pool


def ordered(n: int, seed: int, items: int = 4) -> np.ndarray:
    rng = np.random.default_rng(seed)
    latent = rng.normal(size=(n, 1)) + 0.7 * rng.normal(size=(n, items))
    return np.digitize(latent, [-2.0, -1.2, -0.4, 0.6]).astype(float) + 1


def with_gaps(answers: np.ndarray, seed: int) -> np.ndarray:
    """Return answers whose first item is missing more often where the second is low."""
    rng = np.random.default_rng(seed)
    gone = rng.random(len(answers)) < np.where(answers[:, 1] <= 3, 0.6, 0.1)
    holes = answers.copy()
    holes[gone, 0] = np.nan
    return holes


def test_answers_are_kept_and_only_real_answers_filled_in() -> None:
    holes = with_gaps(ordered(400, 1), 2)
    absent = np.zeros(holes.shape, dtype=bool)
    absent[:60, 2] = True
    holes[:60, 2] = np.nan
    for filled in impute(holes, np.random.default_rng(3), keep_missing=absent, m=3, rounds=3):
        seen = ~np.isnan(holes)
        np.testing.assert_array_equal(filled[seen], holes[seen])
        np.testing.assert_array_equal(np.isnan(filled), absent)
        assert set(np.unique(filled[~np.isnan(filled)])) <= {1, 2, 3, 4, 5}


def test_the_generator_alone_decides() -> None:
    holes = with_gaps(ordered(200, 1), 2)
    one, two, other = (
        next(impute(holes, np.random.default_rng(seed), m=2, rounds=2)) for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(one, two)
    assert (one != other).any()


def test_imputation_takes_out_the_bias_of_available_answers() -> None:
    answers = ordered(6000, 4)
    holes = with_gaps(answers, 5)
    truth, available = answers[:, 0].mean(), np.nanmean(holes[:, 0])
    filled = [copy[:, 0].mean() for copy in impute(holes, np.random.default_rng(6), m=5, rounds=3)]
    assert abs(available - truth) > 0.15
    assert abs(np.mean(filled) - truth) < 0.05


def coverage(draws: int) -> float:
    hits = []
    for draw in range(draws):
        holes = with_gaps(ordered(300, 100 + draw), 900 + draw)
        copies = list(impute(holes, np.random.default_rng(draw), m=10, rounds=3))
        means = [[copy[:, 0].mean()] for copy in copies]
        spreads = [[[copy[:, 0].var(ddof=1) / 300]] for copy in copies]
        found = pool(means, spreads, 299)
        error = np.sqrt(found.covariance[0, 0])
        hits.append(abs(found.estimate[0] - TRUTH) < 1.97 * error)
    return float(np.mean(hits))


TRUTH = float(ordered(2_000_000, 0, items=1).mean())


def test_intervals_cover_quickly() -> None:
    # 40 draws: only a gross mistake shows
    assert coverage(40) >= 0.85


@pytest.mark.coverage
def test_intervals_cover() -> None:
    assert 0.92 < coverage(1000) < 0.975


def test_bad_input_is_told() -> None:
    with pytest.raises(UsageError, match="`m` must be 2"):
        next(impute(np.ones((9, 2)), np.random.default_rng(1), m=1))
    few = np.full((9, 2), np.nan)
    few[:, 1] = 1.0
    few[0, 0] = 2.0
    with pytest.raises(UsageError, match="answers to borrow"):
        next(impute(few, np.random.default_rng(1), m=2))
    with pytest.raises(UsageError, match="`background`"):
        next(impute(np.ones((9, 2)), np.random.default_rng(1), background=[[1.0]]))
