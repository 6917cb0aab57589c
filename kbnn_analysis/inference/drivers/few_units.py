"""Coefficients from few sampling units: variances without the usual shortfall, and honest df."""

from __future__ import annotations

from dataclasses import dataclass

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
        Of the parameters, without the weight.
    ridge : float
        Strength of the penalty on weights of mean 1; 0 for none.

    Returns
    -------
    Corrected
        Without declared sampling units the factor is n / (n - k), and k - 1 df are lost; no df is
        above that of the design.
    """
    size = influence.shape[1]
    if cases.unit is None or cases.units > MOST_UNITS:
        n = len(influence) if cases.unit is None else cases.units
        left = max(cases.df - size + 1, 1.0) if cases.unit is None else cases.df
        return Corrected(influence * np.sqrt(n / max(n - size, 1)), np.full(size, left))
    information = _information(cases, model, x, parameters, cases.weight)
    spread = cases.squared_sums
    if spread is None:
        spread = _information(cases, model, x, parameters, cases.weight**2)
    whole = information.sum(axis=0)
    slopes = np.arange(size - x.shape[1], size)
    whole[slopes, slopes] += ridge * cases.weight.mean()
    moved = unit_totals(cases, influence)
    bread = np.asarray(np.linalg.inv(whole), dtype=np.float64)
    found = reduce_bias(moved @ whole, information, spread, bread)
    return Corrected(
        spread_evenly(cases, influence, found.scores @ bread - moved),
        np.clip(found.df, 1.0, max(cases.df, 1.0)),
    )


def unit_totals(cases: Cases, influence: Floats) -> Floats:
    """Return the weighted influences summed by sampling unit, shape (units, k)."""
    assert cases.unit is not None
    sums = [np.bincount(cases.unit, cases.weight * u, cases.units) for u in influence.T]
    return np.array(sums, dtype=float).reshape(influence.shape[1], cases.units).T


def spread_evenly(cases: Cases, influence: Floats, gain: Floats) -> Floats:
    """Return influences whose totals by sampling unit are larger by `gain` (units, k)."""
    assert cases.unit is not None
    weight = np.bincount(cases.unit, cases.weight, cases.units)
    each = gain / np.where(weight > 0, weight, 1.0)[:, None]
    return np.asarray(influence + each[cases.unit])


def _information(
    cases: Cases, model: Model, x: Floats, parameters: Floats, weight: Floats
) -> Floats:
    assert cases.unit is not None
    if model == "ordinal":
        top = len(parameters) - x.shape[1]
        return unit_information(
            parameters[:top], parameters[top:], x, weight, cases.unit, cases.units
        )
    columns = np.column_stack([np.ones(len(x)), x])
    if model == "logit":
        fitted = expit(columns @ parameters)
        weight = weight * fitted * (1.0 - fitted)
    return product_sums(columns, weight, cases.unit, cases.units)
