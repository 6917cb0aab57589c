"""Posteriors of means under a normal distribution whose spread is uncertain too."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import special

from kbnn_analysis.stats.posterior import Posterior, Slice, even_nodes, identity
from kbnn_analysis.stats.random_effects import checked_model, fit_random_effects, weighted_fit

Floats = npt.NDArray[np.float64]
SPREAD_NODES = 12


def normal_posterior(
    estimate: npt.ArrayLike,
    variance: npt.ArrayLike,
    covariates: npt.ArrayLike | None = None,
    *,
    spread_nodes: int = SPREAD_NODES,
) -> Posterior:
    """Return the posteriors of m true values that share a normal distribution.

    Parameters
    ----------
    estimate, variance : array of shape (m,)
        Direct estimates and their sampling variances, taken as known, all above zero.
    covariates : array of shape (m, p), optional
        Including the column of ones.
    spread_nodes : int
        Quadrature nodes over tau.

    Returns
    -------
    Posterior

    Raises
    ------
    UsageError
        As told by :func:`fit_random_effects`.

    Notes
    -----
    Flat prior on the coefficients and on tau, the spread of true values. Given tau, unit i is
    normal about r y + (1 - r) fitted with variance r v + (1 - r)² x'Vx; the small correlation that
    the shared coefficients leave between units is not carried into ranks.

    References
    ----------
    Gelman, A. (2006). *Bayesian Analysis* 1, 515-534. Kass, R. E. and Steffey, D. (1989).
    *JASA* 84, 717-726.

    Examples
    --------
    >>> normal_posterior([0.9, 0.95, 0.98, 0.99], [4e-4, 2e-4, 1e-4, 1e-4]).mean.round(3).tolist()
    [0.907, 0.951, 0.979, 0.989]
    """
    y, v, X = checked_model(estimate, variance, covariates)
    weights, spread = _spread_nodes(y, v, X, spread_nodes)
    slices, reliability = [], np.zeros(len(y))
    for weight, tau in zip(weights, spread, strict=True):
        r = tau**2 / (tau**2 + v)
        at = weighted_fit(y, v, X, tau**2)
        mean = r * y + (1 - r) * (X @ at.coefficients)
        extra = (1 - r) ** 2 * np.einsum("ij,jk,ik->i", X, at.covariance, X)
        slices.append(normal_slice(weight, mean, np.sqrt(r * v + extra)))
        reliability += weight * r
    return Posterior(tuple(slices), identity, reliability)


def normal_slice(weight: float, mean: Floats, sd: Floats) -> Slice:
    """Return independent normal units on common nodes.

    Examples
    --------
    >>> part = normal_slice(1.0, np.array([0.5]), np.array([0.1]))
    >>> round(float(part.mass[0] @ part.nodes), 12)
    0.5
    """
    nodes = even_nodes(mean, sd, 7.5 * sd, 7.5 * sd)
    z = (nodes - mean[:, None]) / sd[:, None]
    mass = np.exp(-(z**2) / 2)
    mass /= mass.sum(axis=1, keepdims=True)
    return Slice(float(weight), nodes, mass, special.ndtr(-z))


def _spread_nodes(y: Floats, v: Floats, X: Floats, size: int) -> tuple[Floats, Floats]:
    def evidence(tau: Floats) -> Floats:
        return np.array([weighted_fit(y, v, X, t**2).log_likelihood("REML") for t in tau])

    scale = np.sqrt(fit_random_effects(y, v, X).tau2 + np.median(v))
    grid = np.geomspace(0.01 * scale, 100 * scale, 80)
    found = evidence(grid)
    near = np.flatnonzero(found > found.max() - 9.0)
    low = 0.0 if near[0] == 0 else grid[near[0] - 1]
    high = grid[min(near[-1] + 1, len(grid) - 1)]
    points, legendre = np.polynomial.legendre.leggauss(size)
    spread = low + (high - low) * (points + 1) / 2
    density = evidence(spread)
    weights = np.exp(density - density.max()) * legendre
    keep = weights > 1e-5 * weights.sum()
    return weights[keep] / weights[keep].sum(), spread[keep]
