"""Beta-binomial model of counts: one mean and one intra-class correlation for all units."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special
from scipy.optimize import minimize

from kbnn_analysis.errors import UsageError

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class BetaBinomial:
    """A fitted beta distribution of true rates.

    Parameters
    ----------
    mean : float
        Mean true rate of the units.
    rho : float
        Intra-class correlation, 1 / (1 + precision); zero where nothing but chance is seen.
    precision : float
        a + b of the beta: how many answers of a unit weigh as much as all other units together.
    log_likelihood : float
        Without the binomial coefficients, which do not depend on the parameters.
    covariance : ndarray of shape (2, 2)
        Of (logit mean, logit rho), from the observed information; NaN at rho = 0.
    """

    mean: float
    rho: float
    precision: float
    log_likelihood: float
    covariance: Floats

    @property
    def a(self) -> float:
        """Return the first parameter of the beta distribution of true rates."""
        return self.mean * self.precision

    @property
    def b(self) -> float:
        """Return the second parameter of the beta distribution of true rates."""
        return (1.0 - self.mean) * self.precision


LARGEST_LOG_PRECISION = 20.0


def fit_beta_binomial(count: npt.ArrayLike, n: npt.ArrayLike) -> BetaBinomial:
    """Fit mean and intra-class correlation by maximum likelihood.

    Parameters
    ----------
    count, n : array of shape (m,)
        Answers that meet the measure and all answers; fractions are allowed (effective counts).
        Units without answers add nothing. Units at 0 or 100 % are as good as any.

    Returns
    -------
    BetaBinomial

    Raises
    ------
    UsageError
        If counts are not within 0..n, fewer than two units have answers, or all answers are alike
        (every unit at 100 %: the likelihood has no maximum).

    Notes
    -----
    Newton's method on (logit mean, log precision) after a quasi-Newton start.

    References
    ----------
    Griffiths, D. A. (1973). *Biometrics* 29, 637-648.
    In R: ``VGAM::vglm(cbind(x, n - x) ~ 1, betabinomial)``.

    Examples
    --------
    >>> fit = fit_beta_binomial([95, 180, 99, 150, 80], [100, 200, 100, 150, 100])
    >>> round(fit.mean, 3), round(fit.rho, 3)
    (0.93, 0.108)
    """
    x, size = checked_counts(count, n)
    if len(x) < 2:
        raise UsageError(f"a beta-binomial fit needs two units with answers; got {len(x)}.")
    if x.sum() in (0.0, size.sum()):
        raise UsageError("all answers of all units are alike; there is no maximum to find.")
    start = np.array([special.logit(x.sum() / size.sum()), 4.0])
    box = [(-30.0, 30.0), (-8.0, LARGEST_LOG_PRECISION)]
    found = minimize(_loss, start, args=(x, size), jac=True, method="L-BFGS-B", bounds=box)
    point = found.x
    if point[1] > LARGEST_LOG_PRECISION - 5.0:
        return _no_spread(x, size)
    for _ in range(20):
        step = np.linalg.solve(_hessian(point, x, size), _loss(point, x, size)[1])
        point = point - step
        if np.abs(step).max() < 1e-12:
            break
    return _fitted(point, x, size)


def checked_counts(count: npt.ArrayLike, n: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Return counts of the units that have answers, or refuse impossible ones.

    Raises
    ------
    UsageError
        If shapes differ or a count is not within 0..n.

    Examples
    --------
    >>> checked_counts([1, 0], [2, 0])
    (array([1.]), array([2.]))
    """
    x, size = np.asarray(count, dtype=float), np.asarray(n, dtype=float)
    if x.ndim != 1 or x.shape != size.shape:
        raise UsageError(
            f"`count` and `n` must be two lists of units; got {x.shape}, {size.shape}."
        )
    if not ((x >= 0) & (x <= size) & np.isfinite(size)).all():
        raise UsageError("every count must be from 0 to its n.")
    return x[size > 0], size[size > 0]


def log_marginal(a: Floats, b: Floats, x: Floats, n: Floats) -> Floats:
    """Return the log-likelihood of counts for beta parameters, summed over the last axis.

    Examples
    --------
    >>> counts = np.array([1.0])
    >>> float(np.exp(log_marginal(np.array([1.0]), np.array([1.0]), counts, counts)).round(12))
    0.5
    """
    each = special.betaln(a + x, b + n - x) - special.betaln(a, b)
    return np.asarray(each.sum(axis=-1))


def _loss(point: Floats, x: Floats, n: Floats) -> tuple[float, Floats]:
    mean, size = special.expit(point[0]), np.exp(point[1])
    a, b = np.array([mean * size]), np.array([(1 - mean) * size])
    by_a, by_b = _slopes(a, b, x, n)
    slope = mean * (1 - mean) * size
    gradient = np.array([slope * (by_a - by_b), a[0] * by_a + b[0] * by_b])
    return -float(log_marginal(a, b, x, n)), -gradient


def _slopes(a: Floats, b: Floats, x: Floats, n: Floats) -> tuple[float, float]:
    psi = special.digamma
    shared = psi(a + b) - psi(a + b + n)
    by_a = np.sum(psi(a + x) - psi(a) + shared)
    by_b = np.sum(psi(b + n - x) - psi(b) + shared)
    return float(by_a), float(by_b)


def _hessian(point: Floats, x: Floats, n: Floats) -> Floats:
    step = 1e-5
    rows = [
        (_loss(point + step * e, x, n)[1] - _loss(point - step * e, x, n)[1]) / (2 * step)
        for e in np.eye(2)
    ]
    return np.asarray((np.array(rows) + np.array(rows).T) / 2)


def _fitted(point: Floats, x: Floats, n: Floats) -> BetaBinomial:
    precision = float(np.exp(point[1]))
    # logit rho = -log precision, so the sign of the second row and column turns
    turn = np.diag([1.0, -1.0])
    covariance = turn @ np.linalg.inv(_hessian(point, x, n)) @ turn
    return BetaBinomial(
        float(special.expit(point[0])),
        1.0 / (1.0 + precision),
        precision,
        -_loss(point, x, n)[0],
        covariance,
    )


def _no_spread(x: Floats, n: Floats) -> BetaBinomial:
    mean = float(x.sum() / n.sum())
    likelihood = float(np.sum(special.xlogy(x, mean) + special.xlog1py(n - x, -mean)))
    return BetaBinomial(mean, 0.0, np.inf, likelihood, np.full((2, 2), np.nan))
