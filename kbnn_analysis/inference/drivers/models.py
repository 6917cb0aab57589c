"""Fit the chosen model to the cases: coefficients with influences, whatever the model is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from kbnn_analysis.errors import UsageError, check_one_of
from kbnn_analysis.inference.drivers.cases import Cases
from kbnn_analysis.inference.drivers.few_units import correct_for_few_units
from kbnn_analysis.inference.drivers.outcomes import Model
from kbnn_analysis.stats.cumulative import fit_cumulative, scores
from kbnn_analysis.stats.cumulative_likelihood import cumulative_data
from kbnn_analysis.stats.linear_models import LinearModel, fit_linear, fit_logit

Floats = npt.NDArray[np.float64]
PenaltyChoice = Literal["auto", "none", "firth", "ridge"]

PENALTY_SENTENCES = {
    "none": "",
    "firth": "Firth's penalty against separated answers",
    "ridge": "a ridge penalty of {ridge:g} against separated answers",
}


@dataclass(frozen=True)
class ModelFit:
    """Slopes of drivers and terms.

    Attributes
    ----------
    slopes : ndarray of shape (p + a,)
        Drivers first, then the terms.
    influence : ndarray of shape (m, p + a)
        Lengthened for few sampling units (CR2); their totals where rows are patterns.
    thresholds : ndarray
        Intercept, or the thresholds of an ordinal model.
    threshold_influence : ndarray of shape (m, thresholds)
    fit : float
        R² or McFadden's R² of the whole model.
    penalty : {"none", "firth", "ridge"}
    df : ndarray of shape (p + a,)
        Satterthwaite degrees of freedom of each slope; never above the design's.
    """

    slopes: Floats
    influence: Floats
    thresholds: Floats
    threshold_influence: Floats
    fit: float
    penalty: str
    df: Floats


def fit_model(
    cases: Cases, model: Model, penalty: PenaltyChoice = "auto", ridge: float = 0.5
) -> ModelFit:
    """Fit a linear, logistic or proportional-odds model.

    Parameters
    ----------
    cases : Cases
        Complete cases.
    model : {"linear", "logit", "ordinal"}
    penalty : {"auto", "none", "firth", "ridge"}
        "auto" takes none, and where answers are separated Firth's in a logistic and the ridge in
        an ordinal model; the result says which it was.
    ridge : float
        Strength of the ridge.

    Returns
    -------
    ModelFit

    Raises
    ------
    UsageError
        If answers are separated and `penalty` is "none", or the penalty does not exist for the
        model.
    """
    check_one_of("penalty", penalty, get_args(PenaltyChoice))
    x = cases.drivers
    if cases.terms.names:
        x = np.hstack([x, cases.terms.columns])
    if model == "linear":
        if penalty not in ("auto", "none"):
            raise UsageError(f"`penalty` {penalty!r} is for logistic and ordinal models.")
        return _from_regression(cases, model, x, fit_linear(x, cases.outcome, cases.weight), 0.0)
    attempts = (
        [penalty] if penalty != "auto" else ["none", "firth" if model == "logit" else "ridge"]
    )
    fitter = _logit if model == "logit" else _ordinal
    for attempt in attempts[:-1]:
        try:
            return fitter(cases, x, attempt, ridge)
        except UsageError:
            continue
    return fitter(cases, x, attempts[-1], ridge)


def penalty_sentence(penalty: str, ridge: float) -> str:
    """Return the penalty in words; empty where there is none."""
    return PENALTY_SENTENCES[penalty].format(ridge=ridge)


def _from_regression(
    cases: Cases, model: Model, x: Floats, fit: LinearModel, ridge: float
) -> ModelFit:
    made = correct_for_few_units(cases, model, x, fit.coefficients, fit.influence, ridge)
    slopes, constant = fit.coefficients[1:], fit.coefficients[:1]
    own, moved = made.influence[:, 1:], made.influence[:, :1]
    return ModelFit(slopes, own, constant, moved, fit.fit, fit.penalty, made.df[1:])


def _logit(cases: Cases, x: Floats, penalty: str, ridge: float) -> ModelFit:
    chosen = next(known for known in ("none", "firth", "ridge") if known == penalty)
    fit = fit_logit(
        x, cases.outcome, cases.weight,
        penalty=chosen, ridge=ridge, mean_weight=cases.mean_weight,
    )  # fmt: skip
    return _from_regression(cases, "logit", x, fit, ridge if penalty == "ridge" else 0.0)


def _ordinal(cases: Cases, x: Floats, penalty: str, ridge: float) -> ModelFit:
    if penalty == "firth":
        raise UsageError("`penalty` 'firth' is for logistic models; an ordinal one takes 'ridge'.")
    answer = np.unique(cases.outcome, return_inverse=True)[1]
    data = cumulative_data(answer, cases.weight, mean_weight=cases.mean_weight)
    sorted_x, strength = x[data.order], ridge if penalty == "ridge" else 0.0
    fit = fit_cumulative(data, sorted_x, ridge=strength)
    if fit is None:
        raise UsageError(
            "the ordinal model has no finite fit: a predictor separates the answers; "
            "take the penalty 'ridge' or leave it out."
        )
    null = fit_cumulative(data, sorted_x[:, :0])
    assert null is not None, "thresholds alone always have a fit"
    gain = 1.0 - float(data.weight @ fit.log_mass) / float(data.weight @ null.log_mass)
    inverse = np.asarray(np.linalg.inv(fit.information), dtype=np.float64)
    influence = scores(fit, data, sorted_x) @ (inverse / cases.mean_weight)
    top = fit.thresholds.size
    made = correct_for_few_units(cases, "ordinal", x, fit.parameters, influence, strength)
    return ModelFit(
        fit.slopes, made.influence[:, top:], fit.thresholds[:, 0], made.influence[:, :top], gain,
        penalty, made.df[top:],
    )  # fmt: skip
