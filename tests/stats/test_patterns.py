"""Patterns against a dictionary that counts."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbnn_analysis.stats import patterns
from kbnn_analysis.stats.patterns import code_patterns, distinct_rows, find_patterns

VALUES = st.one_of(st.integers(-3, 3).map(float), st.sampled_from([0.5, 1e12, -1e12, 2.0**40]))


@given(
    st.lists(st.tuples(VALUES, st.integers(0, 3), VALUES), min_size=1, max_size=40),
    st.integers(1, 10),
)
def test_patterns_count_and_add(rows: list[tuple[float, int, float]], size: int) -> None:
    columns = [np.array(each) for each in zip(*rows, strict=True)]
    weight = np.arange(1.0, len(rows) + 1)
    blocks = [
        ([column[i : i + size] for column in columns], weight[i : i + size])
        for i in range(0, len(rows), size)
    ]
    with pytest.MonkeyPatch.context() as patch:  # joined now and then, and all at once
        patch.setattr(patterns, "MOST_WAITING", 3)
        found, code = code_patterns(blocks)
    for one, other in zip(found.columns, find_patterns(blocks).columns, strict=True):
        np.testing.assert_array_equal(one, other)
    told = list(zip(*(column.tolist() for column in found.columns), strict=True))
    assert [told[each] for each in code] == rows
    assert dict(zip(told, found.count.tolist(), strict=True)) == Counter(rows)
    for row, total, square in zip(told, found.weight, found.weight_square, strict=True):
        own = weight[[each == row for each in rows]]
        assert total == own.sum()
        assert square == (own**2).sum()


def test_keys_too_large_for_one_number_stay_apart() -> None:
    rng = np.random.default_rng(1)
    columns = [rng.integers(-(2**30), 2**30, 500) for _ in range(6)]
    columns = [np.concatenate([column, column]) for column in columns]
    first, pattern = distinct_rows(columns)
    assert len(first) == 500
    np.testing.assert_array_equal(pattern[:500], pattern[500:])
    np.testing.assert_array_equal(np.sort(first), np.arange(500))
