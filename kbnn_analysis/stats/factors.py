"""Maximum-likelihood factor analysis of a correlation matrix."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from kbnn_analysis.errors import UsageError

Floats = npt.NDArray[np.float64]
LEAST_UNIQUENESS = 0.005


@dataclass(frozen=True)
class FactorFit:
    """An orthogonal factor model of p items with m factors.

    Parameters
    ----------
    loadings : ndarray of shape (p, m)
        Unrotated, largest factor first; signs such that each column sums to a positive number.
    uniqueness : ndarray of shape (p,)
        Variance of each item that the factors leave.
    discrepancy : float
        Maximum-likelihood discrepancy; times (n - 1) it is the likelihood-ratio statistic.
    df : int
        Degrees of freedom of that statistic.
    """

    loadings: Floats
    uniqueness: Floats
    discrepancy: float
    df: int


def fit_factors(correlation: npt.ArrayLike, n_factors: int = 1) -> FactorFit:
    """Fit R = L L' + diag(u) by maximum likelihood.

    Parameters
    ----------
    correlation : array of shape (p, p)
        Positive definite; Pearson or (smoothed) polychoric.
    n_factors : int
        m, from 1 to what p items can carry.

    Returns
    -------
    FactorFit

    Raises
    ------
    UsageError
        If the items cannot carry so many factors, or the matrix is not positive definite.

    Notes
    -----
    The discrepancy is minimized over the uniquenesses alone (Lawley and Maxwell 1971), each kept
    above 0.005 as in R; at that floor (a Heywood case) the fit is to be read with care.

    References
    ----------
    Lawley, D. N. and Maxwell, A. E. (1971). *Factor Analysis as a Statistical Method*. In R:
    ``factanal(covmat = R, factors = m, rotation = "none")``.

    Examples
    --------
    >>> loads = np.array([0.9, 0.8, 0.7, 0.6])
    >>> exact = np.outer(loads, loads) + np.diag(1 - loads**2)
    >>> fit_factors(exact).loadings[:, 0].round(4).tolist()
    [0.9, 0.8, 0.7, 0.6]
    """
    matrix = np.asarray(correlation, dtype=float)
    items = len(matrix)
    df = ((items - n_factors) ** 2 - items - n_factors) // 2
    if n_factors < 1 or df < 0:
        raise UsageError(f"{items} items cannot carry {n_factors} factors; ask for fewer.")
    if np.linalg.eigvalsh(matrix)[0] <= 1e-10:
        raise UsageError("the correlation matrix is not positive definite; smooth it first.")
    start = (1 - 0.5 * n_factors / items) / np.diag(np.linalg.inv(matrix))
    found = minimize(
        _discrepancy,
        np.clip(start, LEAST_UNIQUENESS, 1.0),
        args=(matrix, n_factors),
        jac=_slope,
        method="L-BFGS-B",
        bounds=[(LEAST_UNIQUENESS, 1.0)] * items,
        options={"ftol": 1e-15, "gtol": 1e-10, "maxiter": 1000},
    )
    uniqueness = np.asarray(found.x)
    return FactorFit(_loadings(uniqueness, matrix, n_factors), uniqueness, float(found.fun), df)


def smooth_correlation(correlation: npt.ArrayLike, floor: float = 1e-6) -> Floats:
    """Return the matrix with negative roots lifted to `floor`, and a unit diagonal again.

    Parameters
    ----------
    correlation : array of shape (p, p)
        Pairwise estimates, which need not be positive definite.
    floor : float
        Least root.

    Returns
    -------
    ndarray of shape (p, p)
        Positive definite; unchanged where it already was. In R: ``psych::cor.smooth``.

    Examples
    --------
    >>> odd = [[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]]
    >>> bool(np.linalg.eigvalsh(smooth_correlation(odd)).min() > 0)
    True
    """
    matrix = np.asarray(correlation, dtype=float)
    roots, axes = np.linalg.eigh(matrix)
    if roots[0] > floor:
        return matrix
    lifted = (axes * np.maximum(roots, floor)) @ axes.T
    scale = np.sqrt(np.diag(lifted))
    return np.asarray(lifted / np.outer(scale, scale))


def parallel_roots(
    n: int, items: int, rng: np.random.Generator, *, draws: int = 200, level: float = 0.95
) -> Floats:
    """Return the roots that uncorrelated answers would show: keep factors above them.

    Parameters
    ----------
    n, items : int
        Respondents and items.
    rng : Generator
        Source of the draws.
    draws : int
        Simulated surveys.
    level : float
        Quantile of each root over the draws.

    Returns
    -------
    ndarray of shape (items,)
        Largest first.

    References
    ----------
    Horn, J. L. (1965). *Psychometrika* 30, 179-185. In R: ``psych::fa.parallel``.

    Examples
    --------
    >>> roots = parallel_roots(500, 6, np.random.default_rng(1), draws=50)
    >>> bool(roots[0] > 1 > roots[-1])
    True
    """
    found = np.empty((draws, items))
    for draw in range(draws):
        noise = rng.standard_normal((n, items))
        found[draw] = np.linalg.eigvalsh(np.corrcoef(noise, rowvar=False))[::-1]
    return np.asarray(np.quantile(found, level, axis=0))


def _scaled_roots(uniqueness: Floats, matrix: Floats) -> tuple[Floats, Floats]:
    scale = np.sqrt(uniqueness)
    roots, axes = np.linalg.eigh(matrix / np.outer(scale, scale))
    return np.asarray(roots[::-1]), np.asarray(axes[:, ::-1])


def _discrepancy(uniqueness: Floats, matrix: Floats, n_factors: int) -> float:
    left = _scaled_roots(uniqueness, matrix)[0][n_factors:]
    return float((left - np.log(left) - 1.0).sum())


def _slope(uniqueness: Floats, matrix: Floats, n_factors: int) -> Floats:
    loadings = _loadings(uniqueness, matrix, n_factors)
    implied = np.sum(loadings**2, axis=1) + uniqueness
    return np.asarray((implied - np.diag(matrix)) / uniqueness**2)


def _loadings(uniqueness: Floats, matrix: Floats, n_factors: int) -> Floats:
    roots, axes = _scaled_roots(uniqueness, matrix)
    size = np.sqrt(np.maximum(roots[:n_factors] - 1.0, 0.0))
    loadings = np.sqrt(uniqueness)[:, None] * axes[:, :n_factors] * size
    signs = np.where(loadings.sum(axis=0) < 0, -1.0, 1.0)
    return np.asarray(loadings * signs)
