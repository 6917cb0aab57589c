"""Intervals of changes hold, one by one and together, where the same offices answer again."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import study_change
from study_change import MOVED, World


def test_intervals_hold_with_few_offices_quickly() -> None:
    seen = study_change.study(World(4, 30, 0.97, moved=MOVED), 3)
    assert seen["single"][0] > 0.90
    assert seen["all"][0] > 0.6  # symmetric intervals: one of two
    assert seen["shrunken"][0] > 0.85


@pytest.mark.coverage
@pytest.mark.parametrize("moved", [0.0, MOVED])
@pytest.mark.parametrize("world", study_change.WORLDS[:6])
def test_intervals_hold(world: World, moved: float) -> None:
    seen = study_change.study(study_change.replace(world, moved=moved), 40)
    assert seen["single"][0] > 0.94 - 3 * seen["single"][1]
    assert seen["all"][0] >= 0.85  # of 40 pairs, 38 expected; six or more misses: 1 in 70
    assert moved or seen["any"][0] <= 0.15
