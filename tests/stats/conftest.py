"""The api samples of R's survey package, as arrays, and the numbers that R gave for them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kbnn_analysis.stats.design import DesignArrays, StageInput, design_arrays

GOLDEN = Path(__file__).resolve().parents[1] / "golden"


def numbers(name: str) -> dict[str, Any]:
    return json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))


def sample(name: str) -> pd.DataFrame:
    return pd.read_csv(GOLDEN / f"estimation_api{name}.csv")


def codes(values: pd.Series) -> np.ndarray:
    return pd.factorize(values, sort=True)[0]


def api_design(name: str) -> tuple[pd.DataFrame, DesignArrays]:
    base, _, fpc = name.partition("_")
    frame = sample(base)
    weight = frame["pw"].to_numpy()
    if base == "srs":
        given = {"fpc": frame["fpc"].to_numpy()} if fpc else {}
        return frame, design_arrays(weight, **given)
    if base == "strat":
        given = {"fpc": frame["fpc"].to_numpy()} if fpc else {}
        return frame, design_arrays(weight, strata=codes(frame["stype"]), **given)
    district = codes(frame["dnum"])
    if base == "clus1":
        given = {"fpc": frame["fpc"].to_numpy()} if fpc else {}
        return frame, design_arrays(weight, psu=district, **given)
    first = {"fpc": frame["fpc1"].to_numpy()} if fpc else {}
    second = frame["fpc2"].to_numpy() if fpc else None
    school = StageInput(psu=codes(frame["snum"]), fpc=second)
    return frame, design_arrays(weight, psu=district, further=[school], **first)


@pytest.fixture(scope="session")
def r_numbers():
    """Return the function that reads tests/golden/<name>.json."""
    return numbers


@pytest.fixture(scope="session")
def api():
    """Return the function that gives an api sample and its design, e.g. "clus2_fpc"."""
    return api_design
