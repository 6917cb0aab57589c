"""Regressions with calibrated weights equal R's survey package."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kbnn_analysis.stats.calibration import Margin, poststratify, rake
from kbnn_analysis.stats.design import DesignArrays, design_arrays
from kbnn_analysis.stats.influences import Influences
from kbnn_analysis.stats.linear_models import fit_linear, fit_logit
from kbnn_analysis.stats.linearization import influence_covariance

FILE = Path(__file__).parents[1] / "golden" / "calibrated_models.json"
EXPECTED = json.loads(FILE.read_text(encoding="utf-8"))
TYPES, WIDE = np.array([4421.0, 755.0, 1018.0]), np.array([1072.0, 5122.0])


def calibrated(name: str) -> tuple[pd.DataFrame, DesignArrays]:
    frame = pd.DataFrame(EXPECTED[name]["data"])
    weight = frame["pw"].to_numpy(float)
    stype, wide = (pd.factorize(frame[key], sort=True)[0] for key in ("stype", "sch.wide"))
    if name == "strata":
        return frame, poststratify(design_arrays(weight, strata=stype), Margin(wide, WIDE))
    psu = pd.factorize(frame["dnum"])[0]
    margins = [Margin(stype, TYPES), Margin(wide, WIDE)]
    return frame, rake(design_arrays(weight, psu=psu), margins, residuals="unweighted")


@pytest.mark.parametrize("name", ["strata", "clusters"])
@pytest.mark.parametrize("model", ["linear", "logit"])
def test_coefficients_and_covariance_equal_svyglm(name: str, model: str) -> None:
    frame, design = calibrated(name)
    np.testing.assert_allclose(design.weight, EXPECTED[name]["weights"], rtol=1e-8)
    columns = ["meals", "ell", "mobility"][: 3 if model == "linear" else 2]
    x, y = frame[columns].to_numpy(float), frame["api00"].to_numpy(float)
    made = (
        fit_linear(x, y, design.weight)
        if model == "linear"
        else fit_logit(x, y > 650, design.weight)
    )
    gold = EXPECTED[name][model]
    np.testing.assert_allclose(made.coefficients, gold["coefficients"], rtol=1e-7)
    covariance = influence_covariance(Influences(made.influence), design)
    np.testing.assert_allclose(covariance, gold["covariance"], rtol=1e-6)
