"""Logit with a random intercept by unit: Laplace or adaptive Gauss-Hermite quadrature."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special
from scipy.optimize import minimize

from kbnn_analysis.errors import RunError, UsageError
from kbnn_analysis.stats.adaptive_quadrature import Cells, Quadrature, integrate
from kbnn_analysis.stats.unit_scores import UnitScores

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class RandomIntercept:
    """A fitted model logit p = x'b + u_unit, u normal with standard deviation `sd`.

    Parameters
    ----------
    coefficients : ndarray of shape (p,)
    sd : float
        Standard deviation of the units on the logit scale; never negative.
    covariance : ndarray of shape (p + 1, p + 1)
        Of the coefficients and, last, `sd`; from the observed information, NaN where sd = 0.
    log_likelihood : float
        With the constants of Bernoulli answers, without binomial coefficients.
    units : ndarray of shape (m,)
        The unit numbers, in order.
    mode : ndarray of shape (m,)
        Conditional modes of u (what ``ranef`` prints).
    mode_sd : ndarray of shape (m,)
        Their conditional standard deviations, parameters taken as known.
    cells : int
        Distinct combinations of unit and covariates that the rows were reduced to.
    parts : UnitScores
        Scores and observed information of the units, on the coefficients and, last, `sd`; on the
        coefficients alone where sd = 0.
    """

    coefficients: Floats
    sd: float
    covariance: Floats
    log_likelihood: float
    units: npt.NDArray[np.int64]
    mode: Floats
    mode_sd: Floats
    cells: int
    parts: UnitScores

    @property
    def std_error(self) -> Floats:
        """Return the standard errors of the coefficients."""
        return np.sqrt(np.diag(self.covariance)[:-1])


def fit_random_intercept(
    unit: npt.ArrayLike,
    covariates: npt.ArrayLike,
    count: npt.ArrayLike,
    n: npt.ArrayLike | None = None,
    *,
    nodes: int = 9,
) -> RandomIntercept:
    """Fit a random-intercept logit by maximum likelihood.

    Parameters
    ----------
    unit : array of shape (rows,)
        Integer number of each row's unit.
    covariates : array of shape (rows, p)
        Including the column of ones.
    count, n : array of shape (rows,)
        Answers that meet the measure, of all answers; n is one (single answers) by default.
    nodes : int
        Quadrature nodes per unit; 1 is Laplace's approximation, 9 is good to many digits.

    Returns
    -------
    RandomIntercept

    Raises
    ------
    UsageError
        If shapes differ, counts are impossible, or covariates are redundant.
    RunError
        If the search does not end (a coefficient runs away: complete separation).

    Notes
    -----
    Rows are first summed over equal units and covariates: 100,000 answers on a few questions of
    background become a few thousand cells, and each evaluation costs cells times nodes. The
    gradient is exact for the quadrature sum itself, nodes moving included.

    References
    ----------
    Pinheiro, J. C. and Bates, D. M. (1995). *JCGS* 4, 12-35.
    In R: ``lme4::glmer(cbind(x, n - x) ~ z + (1 | unit), binomial, nAGQ = 9)``.

    Examples
    --------
    >>> x, n = [95, 180, 99, 150, 80], [100, 200, 100, 152, 100]
    >>> fit = fit_random_intercept(range(5), np.ones((5, 1)), x, n)
    >>> fit.coefficients.round(3).tolist(), round(fit.sd, 3)
    ([2.995], 1.126)
    """
    if nodes < 1:
        raise UsageError(f"`nodes` must be 1 or more; got {nodes}.")
    cells = Cells.of(unit, covariates, count, n)
    found = _maximize(cells, nodes)
    sd = abs(float(found[-1]))
    at = integrate(np.append(found[:-1], sd), cells, nodes)
    return RandomIntercept(
        coefficients=found[:-1],
        sd=sd,
        covariance=_covariance(np.append(found[:-1], sd), cells, nodes),
        log_likelihood=at.log_likelihood,
        units=cells.units,
        mode=sd * at.mode,
        mode_sd=sd * at.width,
        cells=len(cells.count),
        parts=_parts(np.append(found[:-1], sd), cells, nodes),
    )


def _maximize(cells: Cells, nodes: int) -> Floats:
    rate = (cells.count.sum() + 0.5) / (cells.n.sum() + 1.0)
    start = np.zeros(cells.X.shape[1] + 1)
    start[:-1] = np.linalg.lstsq(cells.X, np.full(len(cells.X), special.logit(rate)), rcond=None)[0]
    start[-1] = 0.5
    result = minimize(
        _loss, start, args=(cells, nodes), jac=True, method="BFGS", options={"gtol": 1e-5}
    )
    return _newton(result.x, cells, nodes)


def _newton(point: Floats, cells: Cells, nodes: int) -> Floats:
    value = _loss(point, cells, nodes)[0]
    for _ in range(30):
        gradient = _loss(point, cells, nodes)[1]
        information = _information(point, cells, nodes)
        floor = 1e-10 * np.abs(np.diag(information)).max()
        roots, axes = np.linalg.eigh(information)
        step = axes @ ((axes.T @ gradient) / np.maximum(np.abs(roots), floor))
        while (new := _loss(point - step, cells, nodes)[0]) > value + 1e-9 * abs(value):
            step = step / 2
        point, value = point - step, new
        if np.abs(step).max() < 1e-9:
            return point
    raise RunError("the random-intercept logit found no maximum; is a covariate all yes or all no?")


def _loss(point: Floats, cells: Cells, nodes: int) -> tuple[float, Floats]:
    # the likelihood is even in the standard deviation, so its sign is free while searching
    sign = 1.0 if point[-1] >= 0 else -1.0
    at: Quadrature = integrate(np.append(point[:-1], abs(point[-1])), cells, nodes)
    gradient = at.gradient.copy()
    gradient[-1] *= sign
    return -at.log_likelihood, -gradient


def _information(point: Floats, cells: Cells, nodes: int) -> Floats:
    step = 1e-4
    rows = [
        (_loss(point + step * e, cells, nodes)[1] - _loss(point - step * e, cells, nodes)[1])
        / (2 * step)
        for e in np.eye(len(point))
    ]
    matrix = np.array(rows)
    return np.asarray((matrix + matrix.T) / 2)


def _covariance(point: Floats, cells: Cells, nodes: int) -> Floats:
    if point[-1] < 1e-6:
        size = len(point)
        found = np.full((size, size), np.nan)
        found[:-1, :-1] = np.linalg.inv(_information(point, cells, nodes)[:-1, :-1])
        return found
    return np.asarray(np.linalg.inv(_information(point, cells, nodes)), dtype=float)


def _parts(point: Floats, cells: Cells, nodes: int) -> UnitScores:
    size = len(point) if point[-1] > 1e-6 else len(point) - 1
    step = 1e-4
    ends = [
        [integrate(point + way * step * e, cells, nodes).unit_gradient for way in (1, -1)]
        for e in np.eye(len(point))[:size]
    ]
    curved = np.stack([(low - high) / (2 * step) for high, low in ends], axis=1)[:, :, :size]
    information = (curved + curved.transpose(0, 2, 1)) / 2
    values = integrate(point, cells, nodes).unit_gradient[:, :size]
    bread = np.linalg.inv(information.sum(axis=0))
    return UnitScores(values, information, np.asarray(bread, dtype=float))
