"""Random-effects models of estimates with known sampling variances: fitting the spread tau²."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq

from kbnn_analysis.errors import UsageError, check_one_of

Floats = npt.NDArray[np.float64]
METHODS = ("REML", "ML", "PM", "DL")


@dataclass(frozen=True)
class RandomEffects:
    """A fitted model y_i = x_i'b + u_i + e_i, u_i of variance tau², e_i of known variance v_i.

    Parameters
    ----------
    tau2 : float
        Variance between units, on the squared scale of the estimates; never negative.
    tau2_se : float
        Asymptotic standard error of `tau2` (REML information; ML information for "ML").
    coefficients : ndarray of shape (p,)
    covariance : ndarray of shape (p, p)
        Of the coefficients, given tau².
    fitted : ndarray of shape (m,)
        x_i'b, what is expected of a unit before its own answers are seen.
    log_likelihood : float
        Restricted for REML, full for the others.
    method : str
    """

    tau2: float
    tau2_se: float
    coefficients: Floats
    covariance: Floats
    fitted: Floats
    log_likelihood: float
    method: str


def fit_random_effects(
    estimate: npt.ArrayLike,
    variance: npt.ArrayLike,
    covariates: npt.ArrayLike | None = None,
    *,
    method: str = "REML",
) -> RandomEffects:
    """Fit the random-effects (Fay-Herriot, meta-regression) model.

    Parameters
    ----------
    estimate : array of shape (m,)
        Direct estimates of m units, independent of each other.
    variance : array of shape (m,)
        Their sampling variances, taken as known, all above zero.
    covariates : array of shape (m, p), optional
        Including the column of ones; an intercept alone by default.
    method : {"REML", "ML", "PM", "DL"}
        Restricted or full maximum likelihood, Paule-Mandel, DerSimonian-Laird.

    Returns
    -------
    RandomEffects

    Raises
    ------
    UsageError
        If shapes differ, a variance is not positive, or there are no more units than columns.

    References
    ----------
    Fay, R. E. and Herriot, R. A. (1979). *JASA* 74, 269-277. Viechtbauer, W. (2005). *Journal of
    Educational and Behavioral Statistics* 30, 261-293. In R: ``metafor::rma(y, v, mods = X)``.

    Examples
    --------
    >>> fit = fit_random_effects([0.9, 0.95, 0.98, 0.99], [4e-4, 2e-4, 1e-4, 1e-4])
    >>> round(fit.tau2, 6), fit.coefficients.round(4).tolist()
    (0.001263, [0.9577])
    """
    check_one_of("method", method, METHODS)
    y, v, X = checked_model(estimate, variance, covariates)
    tau2 = {"REML": _likelihood, "ML": _likelihood, "PM": _paule_mandel, "DL": _moments}[method](
        y, v, X, method
    )
    at = weighted_fit(y, v, X, tau2)
    return RandomEffects(
        tau2,
        float(np.sqrt(1.0 / at.information(method))),
        at.coefficients,
        at.covariance,
        X @ at.coefficients,
        at.log_likelihood(method),
        method,
    )


def checked_model(
    estimate: npt.ArrayLike, variance: npt.ArrayLike, covariates: npt.ArrayLike | None
) -> tuple[Floats, Floats, Floats]:
    """Return y, v and X as arrays, or refuse what no model can use.

    Raises
    ------
    UsageError
        As told by :func:`fit_random_effects`.

    Examples
    --------
    >>> checked_model([1.0, 2.0], [0.1, 0.1], None)[2].shape
    (2, 1)
    """
    y, v = np.asarray(estimate, dtype=float), np.asarray(variance, dtype=float)
    X = np.ones((y.size, 1)) if covariates is None else np.asarray(covariates, dtype=float)
    if y.ndim != 1 or v.shape != y.shape or X.ndim != 2 or len(X) != y.size:
        raise UsageError(
            f"`estimate`, `variance`, `covariates` must have one row per unit; got shapes "
            f"{y.shape}, {v.shape}, {X.shape}."
        )
    if not (np.isfinite(y).all() and np.isfinite(v).all() and np.isfinite(X).all()):
        raise UsageError("estimates, variances and covariates must be complete; leave units out.")
    if (v <= 0).any():
        raise UsageError("every sampling variance must be above zero; smooth the variances first.")
    if y.size <= X.shape[1]:
        raise UsageError(f"{y.size} units cannot carry {X.shape[1]} coefficients and a spread.")
    return y, v, X


@dataclass(frozen=True)
class WeightedFit:
    """Weighted least squares at one tau², with the traces that tau² is estimated from.

    Parameters
    ----------
    weight : ndarray of shape (m,)
        1 / (v + tau²).
    coefficients : ndarray of shape (p,)
    covariance : ndarray of shape (p, p)
    residual : ndarray of shape (m,)
    squared : ndarray of shape (p, p)
        A X'W²X with A the covariance: the trace of what fitting the coefficients takes.
    cubed : float
        Trace of A X'W³X.
    """

    weight: Floats
    coefficients: Floats
    covariance: Floats
    residual: Floats
    squared: Floats
    cubed: float

    @property
    def q(self) -> float:
        """Return the weighted sum of squared residuals."""
        return float(self.weight @ self.residual**2)

    @property
    def trace(self) -> float:
        """Return the trace of P, the projection that leaves the coefficients out."""
        return float(self.weight.sum() - np.trace(self.squared))

    def score(self, method: str) -> float:
        """Return the derivative of the log-likelihood by tau²."""
        trace = self.weight.sum() if method == "ML" else self.trace
        return float((self.weight**2 @ self.residual**2 - trace) / 2.0)

    def information(self, method: str) -> float:
        """Return the expected information on tau²."""
        squares = float(self.weight @ self.weight)
        if method == "ML":
            return squares / 2.0
        return (squares - 2 * self.cubed + float(np.trace(self.squared @ self.squared))) / 2.0

    def log_likelihood(self, method: str) -> float:
        """Return the (restricted) log-likelihood with its constants."""
        m, p = len(self.weight), len(self.coefficients)
        full = (np.log(self.weight).sum() - self.q - m * np.log(2 * np.pi)) / 2.0
        if method != "REML":
            return float(full)
        return float(full + (np.linalg.slogdet(self.covariance)[1] + p * np.log(2 * np.pi)) / 2.0)


def weighted_fit(y: Floats, v: Floats, X: Floats, tau2: float) -> WeightedFit:
    """Return the least-squares fit whose weights are 1 / (v + tau2).

    Raises
    ------
    UsageError
        If the covariates are redundant.

    Examples
    --------
    >>> ones = np.ones((2, 1))
    >>> weighted_fit(np.array([1.0, 3.0]), np.array([1.0, 1.0]), ones, 0.0).coefficients.tolist()
    [2.0]
    """
    w = 1.0 / (v + tau2)
    gram = (X * w[:, None]).T @ X
    if np.linalg.matrix_rank(X) < X.shape[1]:
        raise UsageError("the covariates are redundant; leave out a column that others make up.")
    A: Floats = np.asarray(np.linalg.inv(gram), dtype=float)
    b = A @ ((X * w[:, None]).T @ y)
    squared = A @ ((X * (w**2)[:, None]).T @ X)
    cubed = float(np.trace(A @ ((X * (w**3)[:, None]).T @ X)))
    return WeightedFit(w, b, A, y - X @ b, squared, cubed)


def _likelihood(y: Floats, v: Floats, X: Floats, method: str) -> float:
    tau2 = _moments(y, v, X, method) or float(np.var(y))
    for _ in range(500):
        at = weighted_fit(y, v, X, tau2)
        step = at.score(method) / at.information(method)
        step = max(step, -0.9 * tau2)  # towards the boundary by tenths, never across
        tau2 += step
        if abs(step) <= 1e-14 * (tau2 + v.min()):
            break
    return 0.0 if tau2 < 1e-10 * v.min() else tau2


def _paule_mandel(y: Floats, v: Floats, X: Floats, method: str) -> float:
    return q_profile(y, v, X, float(len(y) - X.shape[1]))


def q_profile(y: Floats, v: Floats, X: Floats, target: float) -> float:
    """Return the tau² at which the generalized Q equals `target`; 0 where it is below already.

    Examples
    --------
    >>> round(q_profile(np.array([1.0, 3.0]), np.ones(2), np.ones((2, 1)), 1.0), 12)
    1.0
    """

    def excess(tau2: float) -> float:
        """Return Q at this tau² less its target."""
        return weighted_fit(y, v, X, tau2).q - target

    if excess(0.0) <= 0:
        return 0.0
    top = float(np.ptp(y)) ** 2 + float(v.max())
    while excess(top) > 0:
        top *= 4.0
    return float(brentq(excess, 0.0, top, xtol=1e-15 * top, rtol=1e-14))


def _moments(y: Floats, v: Floats, X: Floats, method: str) -> float:
    plain = weighted_fit(y, v, X, 0.0)
    return max(0.0, float((plain.q - (len(y) - X.shape[1])) / plain.trace))
