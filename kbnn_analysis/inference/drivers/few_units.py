"""Coefficients from few sampling units: variances without the usual shortfall, and honest df."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from kbnn_analysis.inference.drivers.cases import Cases
from kbnn_analysis.inference.drivers.outcomes import Model
from kbnn_analysis.stats.cumulative import unit_information
from kbnn_analysis.stats.moment_rows import product_sums
from kbnn_analysis.stats.small_samples import reduce_bias

Floats = npt.NDArray[np.float64]
MOST_UNITS = 1_000
"""With more sampling units the correction is far below the error of anything else."""


@dataclass(frozen=True)
class Corrected:
    """Influences (m, k) whose covariance has no shortfall, and df (k,) of each parameter."""

    influence: Floats
    df: Floats


def correct_for_few_units(
    cases: Cases, model: Model, x: Floats, parameters: Floats, influence: Floats, ridge: float
) -> Corrected:
    """Lengthen influences as CR2 does, and return Satterthwaite's degrees of freedom.

    What a sampling unit's score gains is spread evenly over its respondents, so that every
    covariance that is made of the influences has it.

    Parameters
    ----------
    cases : Cases
    model : {"linear", "logit", "ordinal"}
    x : ndarray of shape (m, p)
        Drivers and terms, no constant.
    parameters : ndarray of shape (k,)
        Intercept or thresholds, then slopes.
    influence : ndarray of shape (m, k)
        Of the parameters, without the weight; by pattern where rows are patterns.
    ridge : float
        Strength of the penalty on weights of mean 1; 0 for none.

    Returns
    -------
    Corrected
        Without declared sampling units the factor is n / (n - k), and k - 1 df are lost; no df is
        above that of the design. Where rows are patterns, totals by sampling unit.
    """
    size, patterned = influence.shape[1], cases.members is not None
    if cases.unit is None or cases.units > MOST_UNITS:
        n = cases.facts["respondents_in_model"] if cases.unit is None else cases.units
        left = max(cases.df - size + 1, 1.0) if cases.unit is None else cases.df
        own = unit_totals(cases, influence) if patterned else influence
        return Corrected(own * np.sqrt(n / max(n - size, 1)), np.full(size, left))
    information, spread = _informations(cases, model, x, parameters)
    whole = information.sum(axis=0)
    slopes = np.arange(size - x.shape[1], size)
    whole[slopes, slopes] += ridge * cases.mean_weight
    moved = unit_totals(cases, influence)
    bread = np.asarray(np.linalg.inv(whole), dtype=np.float64)
    found = reduce_bias(moved @ whole, information, spread, bread)
    longer = found.scores @ bread
    return Corrected(
        longer if patterned else spread_evenly(cases, influence, longer - moved),
        np.clip(found.df, 1.0, max(cases.df, 1.0)),
    )


def unit_totals(cases: Cases, influence: Floats) -> Floats:
    """Return the weighted influences summed by sampling unit, shape (units, k)."""
    if cases.members is not None:
        return cases.members.totals(influence)
    assert cases.unit is not None
    sums = [np.bincount(cases.unit, cases.weight * u, cases.units) for u in influence.T]
    return np.array(sums, dtype=float).reshape(influence.shape[1], cases.units).T


def spread_evenly(cases: Cases, influence: Floats, gain: Floats) -> Floats:
    """Return influences whose totals by sampling unit are larger by `gain` (units, k)."""
    assert cases.unit is not None
    weight = np.bincount(cases.unit, cases.weight, cases.units)
    each = gain / np.where(weight > 0, weight, 1.0)[:, None]
    return np.asarray(influence + each[cases.unit])


def _informations(
    cases: Cases, model: Model, x: Floats, parameters: Floats
) -> tuple[Floats, Floats]:
    """Return the information of each sampling unit with weights, and with squared weights."""
    if cases.members is None:
        assert cases.unit is not None
        of = _Rows(x, cases.weight, cases.unit, cases.units)
        spread = cases.squared_sums
        if spread is None:
            spread = _information(of.squared(), model, parameters)
        return _information(of, model, parameters), spread
    who, size = cases.members, len(parameters)
    plain, squared = np.zeros((2, who.units, size, size))
    alike = bool(np.ptp(who.weight) == 0)
    for part in who.blocks():
        rows = _Rows(x[who.pattern[part]], who.weight[part], who.unit[part], who.units)
        plain += _information(rows, model, parameters)
        if not alike:
            squared += _information(rows.squared(), model, parameters)
    return plain, plain * who.weight[0] if alike else squared


class _Rows(NamedTuple):
    x: Floats
    weight: Floats
    unit: npt.NDArray[np.integer[Any]]
    units: int

    def squared(self) -> _Rows:
        return self._replace(weight=self.weight**2)


def _information(rows: _Rows, model: Model, parameters: Floats) -> Floats:
    weight, unit = rows.weight, np.asarray(rows.unit, dtype=np.intp)
    if model == "ordinal":
        top = len(parameters) - rows.x.shape[1]
        return unit_information(
            parameters[:top], parameters[top:], rows.x, weight, unit, rows.units
        )
    columns = np.column_stack([np.ones(len(rows.x)), rows.x])
    if model == "logit":
        fitted = expit(columns @ parameters)
        weight = weight * fitted * (1.0 - fitted)
    return product_sums(columns, weight, unit, rows.units)
