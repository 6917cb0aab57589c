"""Shares, coefficients and ranks of drivers hold as often as they say; see the study's page."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def study_drivers() -> ModuleType:
    path = Path(__file__).with_name("study_drivers.py")
    spec = importlib.util.spec_from_file_location("study_drivers", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["study_drivers"] = module  # dataclasses look themselves up there
    spec.loader.exec_module(module)
    return module


def test_a_few_surveys_hold_most_shares(study_drivers: ModuleType) -> None:
    true = study_drivers.truth(offices=1500)
    assert true.share.sum() == pytest.approx(1.0)
    assert true.share.argmax() == true.ordinal.argmax() == 0
    found = study_drivers.study("60 offices of 15", 5, true)
    for name in ("share", "share_ordinal", "linear", "logit", "ordinal"):
        assert found[name][0] >= 0.6, name  # 25 intervals of 95 %: fewer than 15 is broken
    page = study_drivers.table({"60 offices of 15": found}, study_drivers.INTERVALS)
    assert page.splitlines()[2].startswith("| 60 offices of 15 |")


@pytest.mark.coverage
@pytest.mark.parametrize("size", ["60 offices of 15", "150 offices of 20"])
def test_intervals_and_ranks_are_held(study_drivers: ModuleType, size: str) -> None:
    found = study_drivers.study(size, 100, study_drivers.truth())
    for name in ("share", "share_ordinal", "linear", "logit", "ordinal"):
        value, error = found[name]
        assert value > 0.92 - 3 * error, f"{name}: {value:.3f} ± {error:.3f}"
    assert found["ranks"][0] >= 0.9
