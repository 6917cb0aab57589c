"""Linear and logistic regression with weights, and the influences of their coefficients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import special

from kbnn_analysis.errors import UsageError, check_one_of
from kbnn_analysis.stats.influences import Influences

Floats = npt.NDArray[np.float64]
Family = Literal["linear", "logit"]


@dataclass(frozen=True)
class Regression:
    """A fitted regression.

    Attributes
    ----------
    coefficients : ndarray of shape (q,)
        In the order of the columns.
    influences : Influences
        Of the coefficients, n x q; zero for respondents who do not count.
    fitted : ndarray of shape (n,)
        Fitted means; NaN for respondents who do not count.
    """

    coefficients: Floats
    influences: Influences
    fitted: Floats


def fit_regression(
    outcome: Floats,
    columns: Floats,
    weight: Floats,
    *,
    family: Family = "linear",
    tolerance: float = 1e-12,
    most_steps: int = 50,
) -> Regression:
    r"""Fit a regression and return its coefficients with their influences.

    The influence of a respondent is :math:`A^{-1} x_i (y_i - \mu_i)` with the information
    :math:`A = \sum w_i \mu'_i x_i x_i'`: with the design's covariance of influences this is the
    sandwich estimator of survey regression.

    Parameters
    ----------
    outcome : ndarray of shape (n,)
        y; between 0 and 1 for "logit". NaN is missing.
    columns : ndarray of shape (n, q)
        Predictors, with a column of ones for the intercept; a row with a NaN is missing.
    weight : ndarray of shape (n,)
        Sampling weights.
    family : {"linear", "logit"}
        Model of the mean.
    tolerance : float
        Newton's method stops when no coefficient moves more, relative to 1 + its size.
    most_steps : int
        Newton steps before giving up.

    Returns
    -------
    Regression
        Coefficients; their covariance is ``influence_covariance(fit.influences, design)``.

    Raises
    ------
    UsageError
        If columns are collinear, or the outcome is separated by them (no finite logit fit).

    References
    ----------
    Binder (1983), International Statistical Review 51. R: ``survey::svyglm``.

    Examples
    --------
    >>> x = np.column_stack([np.ones(4), [0.0, 0.0, 1.0, 1.0]])
    >>> fit_regression(np.array([1.0, 3.0, 4.0, 6.0]), x, np.ones(4)).coefficients.round(9)
    array([2., 3.])
    """
    check_one_of("family", family, ("linear", "logit"))
    valid = np.isfinite(outcome) & np.isfinite(columns).all(axis=1) & (weight > 0)
    x, y, w = columns[valid], outcome[valid], weight[valid]
    _check(x, y, family)
    beta = _newton(x, y, w, family, tolerance, most_steps)
    mean, slope = _mean(x @ beta, family)
    scores = x * (y - mean)[:, None]
    influences = np.zeros((len(outcome), x.shape[1]))
    influences[valid] = np.linalg.solve(_information(x, w * slope), scores.T).T
    fitted = np.full(len(outcome), np.nan)
    fitted[valid] = mean
    return Regression(beta, Influences(influences), fitted)


SEPARATED = (
    "The logistic regression has no finite fit: a predictor separates the outcome. "
    "Leave it out or join its levels."
)


def _newton(
    x: Floats, y: Floats, w: Floats, family: Family, tolerance: float, most_steps: int
) -> Floats:
    beta = np.zeros(x.shape[1])
    for _ in range(most_steps):
        mean, slope = _mean(x @ beta, family)
        step = np.linalg.solve(_information(x, w * slope), x.T @ (w * (y - mean)))
        beta = beta + step
        if np.abs(step / (1 + np.abs(beta))).max() < tolerance:
            return np.asarray(beta)
    raise UsageError(SEPARATED)


def _mean(linear: Floats, family: Family) -> tuple[Floats, Floats]:
    if family == "linear":
        return linear, np.ones_like(linear)
    mean = np.asarray(special.expit(linear))
    return mean, mean * (1 - mean)


def _information(x: Floats, weight: Floats) -> Floats:
    information = x.T @ (x * weight[:, None])
    size = np.sqrt(information.diagonal())
    if (size == 0).any() or np.linalg.cond(information / np.outer(size, size)) > 1e14:
        raise UsageError(SEPARATED)
    return information


def _check(x: Floats, y: Floats, family: Family) -> None:
    size = np.maximum(np.abs(x).max(axis=0, initial=0.0), 1e-300)
    if np.linalg.matrix_rank(x / size) < x.shape[1]:
        raise UsageError("The predictors are collinear or constant; leave one out.")
    if family == "logit" and ((y < 0) | (y > 1)).any():
        raise UsageError("The outcome of a logistic regression must lie between 0 and 1.")
