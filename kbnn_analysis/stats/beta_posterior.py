"""Posteriors of true rates under a beta distribution whose own parameters are uncertain too."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import special

from kbnn_analysis.errors import UsageError
from kbnn_analysis.stats.beta_binomial import checked_counts, log_marginal
from kbnn_analysis.stats.beta_slices import beta_slice
from kbnn_analysis.stats.posterior import Posterior, logistic

Floats = npt.NDArray[np.float64]
SPREAD_NODES, MEAN_NODES = 8, 3


def beta_posterior(
    count: npt.ArrayLike,
    n: npt.ArrayLike,
    *,
    spread_nodes: int = SPREAD_NODES,
    mean_nodes: int = MEAN_NODES,
) -> Posterior:
    """Return the posteriors of m rates that share a beta distribution.

    Parameters
    ----------
    count, n : array of shape (m,)
        Answers that meet the measure and all answers, n above zero; fractions are allowed
        (effective counts of a complex design).
    spread_nodes, mean_nodes : int
        Quadrature nodes over the hyper-parameters.

    Returns
    -------
    Posterior

    Raises
    ------
    UsageError
        If counts are not within 0..n, a unit has no answers, or there is only one unit.

    Notes
    -----
    True rates are Beta(a, b) with mean mu and intra-class correlation rho = 1 / (a + b + 1). The
    prior is uniform on mu and on sqrt(rho), the spread of true rates as a part of the
    largest possible; it is proper, so that units all alike, or all at 100 %, are no trouble. The
    spread is integrated by Gauss-Legendre over where its posterior lives, the mean given the
    spread by Gauss-Hermite about its mode. A plug-in (empirical Bayes) posterior would take the
    fitted a, b as known and be too narrow when units are few.

    References
    ----------
    Gelman, A. (2006). *Bayesian Analysis* 1, 515-534 (uniform prior on a spread). Everson, P. J.
    and Morris, C. N. (2000). *JRSS B* 62, 399-412. Carlin, B. P. and Gelfand, A. E. (1990).
    *JASA* 85, 105-114.

    Examples
    --------
    >>> found = beta_posterior([95, 180, 100, 150, 80], [100, 200, 100, 150, 100])
    >>> found.mean.round(3).tolist()
    [0.949, 0.9, 0.997, 0.998, 0.804]
    """
    x, size = checked_units(count, n)
    weights, a, b, _ = hyper_nodes(x, size, spread_nodes, mean_nodes)
    slices = tuple(
        beta_slice(w, one_a + x, one_b + size - x)
        for w, one_a, one_b in zip(weights, a, b, strict=True)
    )
    precision = (a + b)[:, None]
    return Posterior(slices, logistic, weights @ (size / (size + precision)))


def checked_units(count: npt.ArrayLike, n: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Return counts of two or more units that all have answers.

    Raises
    ------
    UsageError
        If they are not so.

    Examples
    --------
    >>> checked_units([1, 2], [2, 2])[0].tolist()
    [1.0, 2.0]
    """
    x, size = checked_counts(count, n)
    if len(x) != np.asarray(n).size or len(x) < 2:
        raise UsageError("a posterior needs at least two units, each with answers.")
    return x, size


def hyper_nodes(
    x: Floats, n: Floats, spread_nodes: int, mean_nodes: int
) -> tuple[Floats, Floats, Floats, float]:
    """Return posterior weights and beta parameters a, b at nodes, and the log of the evidence.

    Examples
    --------
    >>> x, n = np.array([95.0, 180, 99]), np.array([100.0, 200, 100])
    >>> weights, a, b, evidence = hyper_nodes(x, n, 4, 3)
    >>> round(float(weights.sum()), 12), bool((a > 0).all())
    (1.0, True)
    """
    low, high = _spread_range(x, n)
    points, legendre = np.polynomial.legendre.leggauss(spread_nodes)
    spread = low + (high - low) * (points + 1) / 2
    mode, width, _ = _mean_given_spread(spread, x, n)
    z, hermite = np.polynomial.hermite_e.hermegauss(mean_nodes)
    eta = mode[:, None] + width[:, None] * z
    log_density = _log_density(eta, spread[:, None], x, n) + z**2 / 2 + np.log(width)[:, None]
    scale = log_density.max()
    weights = np.exp(log_density - scale) * hermite * legendre[:, None] * (high - low) / 2
    evidence = float(np.log(weights.sum()) + scale)
    weights = (weights / weights.sum()).ravel()
    a, b = (part.ravel() for part in _parameters(eta, spread[:, None]))
    keep = weights > 1e-5
    return weights[keep] / weights[keep].sum(), a[keep], b[keep], evidence


def _parameters(eta: Floats, spread: Floats) -> tuple[Floats, Floats]:
    precision = 1.0 / spread**2 - 1.0
    return special.expit(eta) * precision, special.expit(-eta) * precision


def _log_density(eta: Floats, spread: Floats, x: Floats, n: Floats) -> Floats:
    a, b = _parameters(eta, spread)
    prior = special.log_expit(eta) + special.log_expit(-eta)  # uniform on the mean rate
    return np.asarray(log_marginal(a[..., None], b[..., None], x, n) + prior)


def _mean_given_spread(spread: Floats, x: Floats, n: Floats) -> tuple[Floats, Floats, Floats]:
    """Return mode and width of the logit mean at each spread, and the Laplace log-evidence."""
    eta = np.full(spread.shape, special.logit((x.sum() + 0.5) / (n.sum() + 1.0)))
    for _ in range(60):
        slope, curvature = _slope_and_curvature(eta, spread, x, n)
        step = np.clip(slope / curvature, -1.0, 1.0)
        eta = eta + step
        if np.abs(step).max() < 1e-8:
            break
    width = 1.0 / np.sqrt(curvature)
    return eta, width, _log_density(eta, spread, x, n) + np.log(width)


def _slope_and_curvature(
    eta: Floats, spread: Floats, x: Floats, n: Floats
) -> tuple[Floats, Floats]:
    """Return first and (positive) expected-like second derivative of the log density by eta."""
    step = 1e-4
    up, at, down = (_log_density(eta + d, spread, x, n) for d in (step, 0.0, -step))
    slope, curvature = (up - down) / (2 * step), (2 * at - up - down) / step**2
    return slope, np.maximum(curvature, 0.05)


def _spread_range(x: Floats, n: Floats) -> tuple[float, float]:
    grid = np.geomspace(2e-3, 0.97, 64)
    evidence = _mean_given_spread(grid, x, n)[2]
    near = np.flatnonzero(evidence > evidence.max() - 9.0)
    low = 0.0 if near[0] == 0 else float(grid[near[0] - 1])
    return low, float(grid[min(near[-1] + 1, len(grid) - 1)])
