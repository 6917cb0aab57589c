"""Bands and roundings: what is printed never narrows a small side, and is always true."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbnn_analysis.disclosure import rounding
from kbnn_analysis.disclosure.sides import Bases, bands, too_few_for_a_share


def share(n: list[float], met: list[float]) -> Bases:
    base, count = np.array(n, dtype=float), np.array(met, dtype=float)
    size = len(base)
    return Bases(
        base, count / base, count, np.ones(size, dtype=bool), np.zeros(size), np.ones(size)
    )


def mean(n: float, value: float) -> Bases:
    one = np.ones(1)
    return Bases(n * one, value * one, np.nan * one, np.zeros(1, dtype=bool), 1.0 * one, 5.0 * one)


@given(st.integers(10, 3000), st.sampled_from([5, 10, 20]), st.data())
def test_whoever_knows_n_keeps_k_counts_behind_a_band(n: int, k: int, data: st.DataObject) -> None:
    met = data.draw(st.integers(0, n))
    told = bands(share([n], [met]), k)[0]
    if too_few_for_a_share(share([n], [met]), k)[0] or not told:
        return
    alike = [x for x in range(n + 1) if bands(share([n], [x]), k)[0] == told]
    assert met in alike
    assert len(alike) >= k
    bound = float(told[2:-1]) / 100
    for x in alike:
        assert x / n >= bound if told.startswith("≥") else x / n <= bound


@given(st.integers(10, 3000), st.sampled_from([5, 10]), st.data())
def test_a_share_without_a_band_has_both_sides(n: int, k: int, data: st.DataObject) -> None:
    met = data.draw(st.integers(0, n))
    if not bands(share([n], [met]), k)[0]:
        assert min(met, n - met) >= k


@pytest.mark.parametrize(
    ("n", "met", "k", "told"),
    [
        (297, 297, 10, "≥ 96%"),
        (297, 297, 5, "≥ 98%"),
        (120, 0, 10, "≤ 10%"),
        (40, 40, 10, "≥ 75%"),
        (1_000_000, 999_970, 10, "≥ 99.99%"),
        (297, 280, 10, ""),
    ],
)
def test_bands_of_shares(n: int, met: int, k: int, told: str) -> None:
    assert bands(share([n], [met]), k)[0] == told


@pytest.mark.parametrize(
    ("n", "value", "told"),
    [
        (500, 5.0, "≥ 4.9"),
        (500, 4.98, "≥ 4.9"),
        (30, 4.8, "≥ 4.7"),
        (500, 1.0, "≤ 1.1"),
        (500, 4.5, ""),
    ],
)
def test_means_at_an_end_of_the_scale(n: float, value: float, told: str) -> None:
    assert bands(mean(n, value), 10)[0] == told


@given(st.floats(0, 1), st.floats(0, 1), st.integers(0, 4))
def test_intervals_only_grow(one: float, other: float, places: int) -> None:
    low, high = min(one, other), max(one, other)
    assert rounding.downward([low], [places])[0] <= low + 1e-8
    assert rounding.upward([high], [places])[0] >= high - 1e-8
