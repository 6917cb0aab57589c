"""Cross-level products: a driver's slope may differ with the context of the unit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference.drivers import fit_unit_intercepts, unit_context
from kbnn_analysis.stats.mixed_linear import fit_mixed_linear
from kbnn_analysis.units import UnitContext

OUTCOME = "overall_treasury"
UNITS, EACH = 30, 20


@pytest.fixture
def drawn(make_survey):
    """Return the maker of a survey whose slope of staff follows the context, and differs so."""

    def made(seed: int, follows: float, spread: float):
        rng = np.random.default_rng(seed)
        unit = np.repeat(np.arange(UNITS), EACH)
        context = rng.normal(size=UNITS)
        slope = 0.4 + follows * context + spread * rng.normal(size=UNITS)
        staff = np.clip(np.rint(rng.normal(3, 1, len(unit))), 1, 5)
        time = np.clip(np.rint(rng.normal(3, 1, len(unit))), 1, 5)
        latent = slope[unit] * (staff - 3) + 0.2 * time + 0.1 * context[unit]
        latent += rng.normal(0, 0.6, len(unit))
        items = {"staff_attitude": staff, "time_waiting": time, OUTCOME: latent}
        survey = make_survey(items, {"office": unit.astype(str)}, unit=unit, psu="office",
                             target="process")  # fmt: skip
        numbers = pd.DataFrame({"PCI": context}, index=[str(code) for code in range(UNITS)])
        return survey, UnitContext(numbers, {"PCI": "drawn"})

    return made


def test_a_product_is_the_driver_within_units_times_the_context(drawn) -> None:
    survey, given = drawn(1, follows=0.25, spread=0.1)
    context = unit_context(survey, [], given)
    found = fit_unit_intercepts(
        survey, OUTCOME, ["staff", "time"], context=context, crossed=["staff"]
    )
    assert found.frame["role"].tolist() == ["driver", "driver", "context", "product", "between"]
    assert found.label("term", "staff × context:PCI").en.endswith("× PCI")
    unit = survey.attributes["unit"].astype(int).to_numpy()
    staff, time = (survey.score(name) for name in ("staff_attitude", "time_waiting"))
    z = given.numbers["PCI"].to_numpy()
    within = staff - pd.Series(staff).groupby(unit).transform("mean").to_numpy()
    columns = np.column_stack(
        [np.ones(len(unit)), staff, time, z[unit], within * (z - z.mean())[unit]]
    )
    fit = fit_mixed_linear(unit, columns, survey.score(OUTCOME), np.ones(len(unit)))
    np.testing.assert_allclose(found.frame["estimate"][:4], fit.coefficients[1:], rtol=1e-8)
    row = found.frame.iloc[3]
    assert 0 < row["conf_low"] < 0.25 < row["conf_high"]
    assert row["df"] < UNITS - 2  # however many respondents


def test_errors_of_units_hold_where_slopes_differ_for_other_reasons(drawn) -> None:
    """Without effect of the context, 95 % intervals hold 0; errors of respondents would not."""
    held, naive = [], []
    for seed in range(120):
        survey, given = drawn(seed, follows=0.0, spread=0.3)
        context = unit_context(survey, [], given)
        row = fit_unit_intercepts(
            survey, OUTCOME, ["staff"], context=context, crossed=["staff"]
        ).frame.iloc[2]
        held.append(row["conf_low"] < 0 < row["conf_high"])
        naive.append(_holds_by_respondents(survey, given))
    assert np.mean(held) > 0.88  # 95 % less three simulation errors
    assert np.mean(naive) < 0.80


def _holds_by_respondents(survey, given: UnitContext) -> bool:
    unit = survey.attributes["unit"].astype(int).to_numpy()
    z = given.numbers["PCI"].to_numpy()
    staff = survey.score("staff_attitude")
    within = staff - pd.Series(staff).groupby(unit).transform("mean").to_numpy()
    columns = np.column_stack([np.ones(len(unit)), staff, z[unit], within * (z - z.mean())[unit]])
    fit = fit_mixed_linear(unit, columns, survey.score(OUTCOME), np.ones(len(unit)))
    error = np.sqrt(fit.model_covariance[3, 3])
    return bool(abs(fit.coefficients[3]) < norm.ppf(0.975) * error)


def test_units_without_a_value_drop_out_and_there_must_be_a_context(drawn) -> None:
    survey, given = drawn(2, follows=0.2, spread=0.1)
    fewer = replace(given, numbers=given.numbers.iloc[3:])
    found = fit_unit_intercepts(
        survey, OUTCOME, ["staff", "time"], context=unit_context(survey, [], fewer)
    )
    assert found.frame["n"].iloc[0] == (UNITS - 3) * EACH
    assert found.notes["dropped_missing"] == 3 * EACH
    with pytest.raises(UsageError, match="give one"):
        fit_unit_intercepts(survey, OUTCOME, ["staff", "time"], crossed=["staff"])
    context = unit_context(survey, [], given)
    with pytest.raises(UsageError, match="did you mean 'staff'"):
        fit_unit_intercepts(survey, OUTCOME, ["staff", "time"], context=context, crossed=["stuff"])
