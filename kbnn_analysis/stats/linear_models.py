"""Linear and logistic models of an outcome on predictors, penalized where answers are separated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
from scipy.special import expit, xlogy

from kbnn_analysis.errors import UsageError, check_one_of

Floats = npt.NDArray[np.float64]
Penalty = Literal["none", "firth", "ridge"]
MOST_STEPS = 100
TOLERANCE = 1e-12
# a slope this uncertain over the range of its predictor: the answers are separated
LOST_STD_ERROR = 100.0
SEPARATED = (
    "the logistic model has no finite fit: a predictor separates the answers; leave it out or "
    "take the penalty 'firth' or 'ridge'."
)


@dataclass(frozen=True)
class LinearModel:
    """A fitted linear or logistic regression with p predictors.

    Parameters
    ----------
    coefficients : ndarray of shape (p + 1,)
        Intercept first; in a logistic model log odds ratios.
    influence : ndarray of shape (n, p + 1)
        Influence of each respondent on the coefficients, without the weight: the design-based
        covariance of the coefficients is that of their weighted sum.
    fitted : ndarray of shape (n,)
        Expected outcome; in a logistic model the probability.
    fit : float
        R²; in a logistic model McFadden's 1 - log L / log L0.
    penalty : {"none", "firth", "ridge"}
    """

    coefficients: Floats
    influence: Floats
    fitted: Floats
    fit: float
    penalty: Penalty = "none"


def fit_linear(
    predictors: npt.ArrayLike, outcome: npt.ArrayLike, weight: npt.ArrayLike | None = None
) -> LinearModel:
    """Fit a linear regression by weighted least squares.

    Estimated is the least-squares plane of the population that the weights stand for; it need not
    be a true model for the coefficients and their design-based covariance to be meaningful.

    Parameters
    ----------
    predictors : array of shape (n, p)
        No constant column.
    outcome : array of shape (n,)
        Numbers.
    weight : array of shape (n,), optional
        Ones by default.

    Returns
    -------
    LinearModel
        With R² as its fit.

    Raises
    ------
    UsageError
        If shapes differ, values are missing, or predictors are linearly dependent.

    Notes
    -----
    b solves X'WX b = X'Wy; the influence of respondent i is (X'WX)^-1 x_i (y_i - x_i'b).

    References
    ----------
    Binder, D. A. (1983). *International Statistical Review* 51, 279-292.
    In R: ``survey::svyglm(y ~ x, design)``.

    Examples
    --------
    >>> fit_linear([[0.0], [1], [2]], [1.0, 3, 5]).coefficients.round(6).tolist()
    [1.0, 2.0]
    """
    x, y, w = _check(predictors, outcome, weight)
    inverse = _inverse((x * w[:, None]).T @ x)
    coefficients = inverse @ (x.T @ (w * y))
    fitted = x @ coefficients
    spread = float(w @ (y - np.average(y, weights=w)) ** 2)
    left = float(w @ (y - fitted) ** 2)
    share = 1.0 - left / spread if spread > 0 else float("nan")
    return LinearModel(coefficients, (x * (y - fitted)[:, None]) @ inverse, fitted, share)


def fit_logit(
    predictors: npt.ArrayLike,
    outcome: npt.ArrayLike,
    weight: npt.ArrayLike | None = None,
    *,
    penalty: Penalty = "none",
    ridge: float = 0.5,
    mean_weight: float | None = None,
) -> LinearModel:
    """Fit a logistic regression by weighted, if asked penalized, maximum likelihood.

    Parameters
    ----------
    predictors : array of shape (n, p)
        No constant column.
    outcome : array of shape (n,)
        0 or 1.
    weight : array of shape (n,), optional
        Ones by default.
    penalty : {"none", "firth", "ridge"}
        "firth": Jeffreys' prior, which keeps the fit finite where answers are separated and takes
        away the first-order bias; "ridge": `ridge` / 2 times the squared slopes. Penalties are on
        weights of mean 1.
    ridge : float
        Strength of the ridge.
    mean_weight : float, optional
        The mean weight of a respondent, where a row stands for several.

    Returns
    -------
    LinearModel
        With McFadden's R² as its fit. Influences of a penalized fit leave the penalty out: they
        are those of the scores, to first order.

    Raises
    ------
    UsageError
        If shapes differ, values are missing, the outcome is not 0 or 1, or answers are separated.

    References
    ----------
    Firth, D. (1993). *Biometrika* 80, 27-38. Heinze, G. and Schemper, M. (2002). *Statistics in
    Medicine* 21, 2409-2419. In R: ``survey::svyglm(family = quasibinomial)``,
    ``logistf::logistf``.

    Examples
    --------
    >>> x, y = [[0.0], [0], [0], [1], [1], [1]], [0, 0, 1, 0, 1, 1]
    >>> fit_logit(x, y).coefficients.round(4).tolist()
    [-0.6931, 1.3863]
    >>> fit_logit([[0.0], [0], [1], [1]], [0, 0, 1, 1], penalty="firth").coefficients.round(4)
    array([-1.6094,  3.2189])
    """
    check_one_of("penalty", penalty, get_args(Penalty))
    x, y, w = _check(predictors, outcome, weight)
    if not np.isin(y, (0.0, 1.0)).all() or np.ptp(y) == 0:
        raise UsageError("`outcome` of a logistic model must be 0 or 1, and both must occur.")
    strength = np.r_[0.0, np.full(x.shape[1] - 1, ridge if penalty == "ridge" else 0.0)]
    size = float(w.mean()) if mean_weight is None else mean_weight
    coefficients, information = _newton(x, y, w / size, strength, penalty == "firth")
    inverse = _inverse(information)
    _check_finite(inverse, x, penalty)
    fitted = expit(x @ coefficients)
    influence = (x * (y - fitted)[:, None]) @ inverse / size
    return LinearModel(coefficients, influence, fitted, _mcfadden(y, fitted, w), penalty)


def _newton(
    x: Floats, y: Floats, w: Floats, strength: Floats, firth: bool
) -> tuple[Floats, Floats]:
    coefficients = np.zeros(x.shape[1])
    value, gradient, information = _pieces(coefficients, x, y, w, strength, firth)
    for _ in range(MOST_STEPS):
        step = np.asarray(np.linalg.lstsq(information, gradient, rcond=None)[0], dtype=np.float64)
        gain = float(gradient @ step)
        for _ in range(30):
            trial = _pieces(coefficients + step, x, y, w, strength, firth)
            if trial[0] >= value - 1e-12 * abs(value):
                break
            step = step / 2.0
        coefficients = coefficients + step
        value, gradient, information = trial
        if gain < TOLERANCE * (1.0 + abs(value)):
            return coefficients, information
    raise UsageError(SEPARATED)


def _pieces(
    coefficients: Floats, x: Floats, y: Floats, w: Floats, strength: Floats, firth: bool
) -> tuple[float, Floats, Floats]:
    """Return the penalized log likelihood, its gradient and the information."""
    linear = x @ coefficients
    fitted = expit(linear)
    value = float(w @ (y * linear - np.logaddexp(0.0, linear)))
    value -= 0.5 * float(strength @ coefficients**2)
    spread = w * fitted * (1.0 - fitted)
    information = (x * spread[:, None]).T @ x + np.diag(strength)
    residual = w * (y - fitted)
    if firth:
        value += 0.5 * float(np.linalg.slogdet(information)[1])
        leverage = spread * np.einsum("ij,ij->i", x @ np.linalg.pinv(information), x)
        residual = residual + leverage * (0.5 - fitted)
    return value, x.T @ residual - strength * coefficients, information


def _mcfadden(y: Floats, fitted: Floats, w: Floats) -> float:
    mean = float(np.average(y, weights=w))
    null = w.sum() * (xlogy(mean, mean) + xlogy(1 - mean, 1 - mean))
    return float(1.0 - w @ (xlogy(y, fitted) + xlogy(1 - y, 1 - fitted)) / null)


def _check_finite(inverse: Floats, x: Floats, penalty: str) -> None:
    std_error = np.sqrt(np.diag(inverse)[1:]) * np.ptp(x[:, 1:], axis=0)
    if penalty == "none" and (std_error > LOST_STD_ERROR).any():
        raise UsageError(SEPARATED)


def _inverse(information: Floats) -> Floats:
    scale = np.sqrt(np.diag(information))
    if not (scale > 0).all():
        raise UsageError(SEPARATED)
    correlation = information / np.outer(scale, scale)
    if np.linalg.cond(correlation) > 1e12:
        raise UsageError("the predictors are linearly dependent; leave one of them out.")
    return np.asarray(np.linalg.inv(correlation) / np.outer(scale, scale), dtype=np.float64)


def _check(
    predictors: npt.ArrayLike, outcome: npt.ArrayLike, weight: npt.ArrayLike | None
) -> tuple[Floats, Floats, Floats]:
    given = np.asarray(predictors, dtype=float)
    y = np.asarray(outcome, dtype=float)
    w = np.ones(len(y)) if weight is None else np.asarray(weight, dtype=float)
    if given.ndim != 2 or not len(given) == len(y) == len(w):
        raise UsageError(
            f"`predictors` {given.shape}, `outcome` {y.shape} and `weight` {w.shape} must have the "
            "same number of rows."
        )
    if not (np.isfinite(given).all() and np.isfinite(y).all()):
        raise UsageError("predictors and outcome must be complete; leave out or impute first.")
    return np.column_stack([np.ones(len(y)), given]), y, w
