"""The same sampling units in several periods: covariances of R's survey on stacked data."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kbnn_analysis.stats.contrasts import contrasts
from kbnn_analysis.stats.design import DesignArrays, design_arrays
from kbnn_analysis.stats.domains import ratio_by_domain
from kbnn_analysis.stats.linearization import influence_covariance

GOLDEN = Path(__file__).parents[1] / "golden"
R = json.loads((GOLDEN / "change.json").read_text(encoding="utf-8"))


def stacked(name: str, psu: str, strata: str | None = None) -> pd.DataFrame:
    data = pd.read_csv(GOLDEN / f"estimation_api{name}.csv")
    waves = [data.assign(wave=wave, api=data[f"api{wave}"]) for wave in ("99", "00")]
    both = pd.concat(waves, ignore_index=True).assign(period=np.repeat([0, 1], len(data)))
    both["psu"] = pd.factorize(both[psu])[0]
    both["strata"] = 0 if strata is None else pd.factorize(both[strata])[0]
    return both


def linked_design(data: pd.DataFrame) -> DesignArrays:
    """Return the design that keeps each period its own strata and units, and links the units."""
    strata = data["period"] * 1000 + data["strata"]
    psu = data["period"] * 100_000 + data["psu"]
    made = design_arrays(data["pw"], strata=strata.to_numpy(), psu=psu.to_numpy())
    unit = made.stages[0].psu
    assert unit is not None
    linked = np.zeros(int(unit.max()) + 1, dtype=np.intp)
    linked[unit] = data["psu"]
    return replace(made, linked=linked)


def estimate(data: pd.DataFrame, group: np.ndarray, groups: int) -> tuple[np.ndarray, np.ndarray]:
    y = data["api"].to_numpy(dtype=float)[:, None]
    ones = np.ones_like(y)
    ratios = ratio_by_domain(y, ones, data["pw"].to_numpy(), group, groups)
    return ratios.estimate, influence_covariance(ratios.influences, linked_design(data))


CASES = [("clusters", "clus1", "dnum", None), ("strata", "strat", "snum", "stype")]


@pytest.mark.parametrize(("case", "name", "psu", "strata"), CASES)
def test_change_equals_svycontrast_on_stacked_data(case, name, psu, strata):
    data = stacked(name, psu, strata)
    value, covariance = estimate(data, data["period"].to_numpy(), 2)
    np.testing.assert_allclose(value, R[case]["estimate"], rtol=1e-10)
    np.testing.assert_allclose(covariance, R[case]["covariance"], rtol=1e-8)
    found = contrasts([[-1.0, 1.0]], value, covariance)
    np.testing.assert_allclose(found.difference[0], R[case]["change"], rtol=1e-10)
    np.testing.assert_allclose(found.std_error[0], R[case]["std_error"], rtol=1e-8)


@pytest.mark.parametrize(("case", "name", "psu", "strata"), CASES)
def test_domains_in_both_periods_have_the_covariance_of_svyby(case, name, psu, strata):
    data = stacked(name, psu, strata)
    kind = pd.Categorical(data["stype"]).codes
    value, covariance = estimate(data, data["period"].to_numpy() * 3 + kind, 6)
    golden = R[case]["kinds"]
    np.testing.assert_allclose(value, golden["estimate"], rtol=1e-10)
    scale = np.abs(np.array(golden["covariance"])).max()
    np.testing.assert_allclose(covariance, golden["covariance"], rtol=1e-8, atol=1e-10 * scale)
    matrix = np.hstack([-np.eye(3), np.eye(3)])
    found = contrasts(matrix, value, covariance)
    np.testing.assert_allclose(found.std_error, golden["std_error"], rtol=1e-8)


def test_with_partial_overlap_each_period_keeps_the_error_it_has_alone():
    """R takes the union as the sample of both waves (factor 15/14); ours is each wave's own."""
    data = stacked("clus1", "dnum")
    golden = R["partial"]
    first, second = set(golden["first"]), set(golden["second"])
    here = np.where(data["period"] == 0, data["dnum"].isin(first), data["dnum"].isin(second))
    data = data[here].reset_index(drop=True)
    value, covariance = estimate(data, data["period"].to_numpy(), 2)
    np.testing.assert_allclose(np.sqrt(covariance.diagonal()), golden["alone"], rtol=1e-8)
    np.testing.assert_allclose(value, golden["estimate"], rtol=1e-10)
    union, own = 15 / 14, 11 / 10
    np.testing.assert_allclose(
        covariance[0, 1] / own, golden["covariance"][0][1] / union, rtol=1e-8
    )


def test_throwing_the_covariance_away_makes_the_error_far_too_large():
    covariance = np.array(R["clusters"]["covariance"])
    thrown = np.sqrt(np.trace(covariance))
    assert thrown > 8 * R["clusters"]["std_error"]


@settings(max_examples=30)
@given(st.integers(0, 2**32 - 1))
def test_it_is_the_plain_sum_over_linked_units_and_never_indefinite(seed):
    rng = np.random.default_rng(seed)
    rows = 60
    data = pd.DataFrame(
        {
            "period": rng.integers(0, 3, rows),
            "psu": rng.integers(0, 9, rows),
            "pw": rng.uniform(0.5, 2, rows),
            "api": rng.normal(size=rows),
        }
    )
    data["strata"] = data["psu"] % 2
    counts = data.groupby(["period", "strata"])["psu"].nunique()
    if (counts < 2).any():
        return
    group = data["period"].to_numpy() * 2 + rng.integers(0, 2, rows)
    _, covariance = estimate(data, group, 6)
    np.testing.assert_allclose(covariance, by_hand(data, group), rtol=1e-8, atol=1e-12)
    assert np.linalg.eigvalsh(covariance).min() > -1e-10


def by_hand(data: pd.DataFrame, group: np.ndarray) -> np.ndarray:
    """Sum, unit by unit, the centred totals of each period, scaled by that period's own factor."""
    w, y = data["pw"].to_numpy(), data["api"].to_numpy()
    influence = np.zeros((len(data), 6))
    for g in range(6):
        inside = group == g
        if inside.any():
            mean = np.average(y[inside], weights=w[inside])
            influence[inside, g] = w[inside] * (y[inside] - mean) / w[inside].sum()
    units: dict[int, np.ndarray] = {}
    for (_, _), part in data.groupby(["period", "strata"]):
        totals = {psu: influence[rows.index].sum(axis=0) for psu, rows in part.groupby("psu")}
        mean, n = np.mean(list(totals.values()), axis=0), len(totals)
        for psu, total in totals.items():
            scaled = np.sqrt(n / (n - 1)) * (total - mean)
            units[psu] = units.get(psu, np.zeros(6)) + scaled
    return sum(np.outer(total, total) for total in units.values())
