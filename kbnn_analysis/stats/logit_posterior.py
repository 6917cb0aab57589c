"""Posteriors of true rates whose logits are normal about a line: the random-intercept logit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from kbnn_analysis.stats.adaptive_quadrature import Cells, integrate
from kbnn_analysis.stats.beta_posterior import checked_units
from kbnn_analysis.stats.posterior import Posterior, Slice, even_nodes, logistic, running_share

Floats = npt.NDArray[np.float64]
SPREAD_NODES, MEAN_NODES, UNIT_NODES = 12, 3, 9
LARGEST_SPREAD = 5.0  # of logits: rates from 1 to 99 % within one standard deviation


def logit_posterior(
    count: npt.ArrayLike, n: npt.ArrayLike, covariates: npt.ArrayLike | None = None
) -> Posterior:
    """Return the posteriors of m rates whose logits are normal about x'b.

    Parameters
    ----------
    count, n : array of shape (m,)
        Answers that meet the measure and all answers, n above zero; fractions are allowed
        (effective counts of a complex design).
    covariates : array of shape (m, p), optional
        The first column ones, the others centred; a column of ones by default.

    Returns
    -------
    Posterior

    Raises
    ------
    UsageError
        If counts are not within 0..n, a unit has no answers, there is only one unit, or covariates
        are redundant.

    Notes
    -----
    Prior: uniform on the mean rate of a unit of average covariates, flat on the other
    coefficients, uniform up to 5 on the standard deviation of the logits; it is proper for units
    all at 100 %. Given the standard deviation, coefficients are integrated by Laplace's
    approximation and units by adaptive quadrature; the standard deviation by Gauss-Legendre.
    Each unit feels the error of x'b; that units share it is not carried into ranks.

    References
    ----------
    Gelman, A. (2006). *Bayesian Analysis* 1, 515-534. In R the model is
    ``lme4::glmer(cbind(x, n - x) ~ z + (1 | unit), binomial, nAGQ = 9)``, which takes the fitted
    standard deviation as known.

    Examples
    --------
    >>> found = logit_posterior([95, 180, 100, 150, 80], [100, 200, 100, 152, 100])
    >>> found.mean.round(3).tolist()
    [0.949, 0.901, 0.993, 0.984, 0.803]
    """
    x, size = checked_units(count, n)
    X = np.ones((len(x), 1)) if covariates is None else np.asarray(covariates, dtype=float)
    cells = Cells.of(np.arange(len(x)), X, x, size)
    slices, reliability = [], np.zeros(len(x))
    for weight, line in _spread_nodes(cells):
        fixed = X @ line.coefficients
        error = np.sqrt(np.einsum("ij,jk,ik->i", X, line.covariance, X))
        slices.append(_slice(weight, x, size, fixed, error, line.sd))
        rate = special.expit(fixed)
        reliability += weight / (1.0 + 1.0 / (line.sd**2 * size * rate * (1.0 - rate)))
    return Posterior(tuple(slices), logistic, reliability)


@dataclass(frozen=True)
class Line:
    """Mode and covariance of the coefficients at one standard deviation, and its evidence."""

    sd: float
    coefficients: Floats
    covariance: Floats
    log_evidence: float


def line_given_spread(cells: Cells, sd: float, start: Floats) -> Line:
    """Return the coefficients at a standard deviation of the logits, from a start near by.

    Examples
    --------
    >>> cells = Cells.of([1, 2], np.ones((2, 1)), [3, 4], [4, 4])
    >>> line_given_spread(cells, 1e-6, np.zeros(1)).coefficients.round(3)  # log(8 / 2)
    array([1.386])
    """
    point = start.copy()
    for _ in range(50):
        value, slope = _log_density(cells, point, sd)
        information = _information(cells, point, sd)
        step = np.linalg.solve(information, slope)
        while _log_density(cells, point + step, sd)[0] < value - 1e-9 and np.abs(step).max() > 1e-9:
            step = step / 2.0
        point = point + step
        if np.abs(step).max() < 1e-7:
            break
    information = _information(cells, point, sd)
    covariance = np.asarray(np.linalg.inv(information), dtype=float)
    evidence = _log_density(cells, point, sd)[0] - np.linalg.slogdet(information)[1] / 2.0
    return Line(sd, point, covariance, float(evidence))


def _log_density(cells: Cells, point: Floats, sd: float) -> tuple[float, Floats]:
    at = integrate(np.append(point, sd), cells, UNIT_NODES)
    prior = special.log_expit(point[0]) + special.log_expit(-point[0])  # uniform on the rate
    slope = at.gradient[:-1].copy()
    slope[0] += 1.0 - 2.0 * special.expit(point[0])
    return float(at.log_likelihood + prior), slope


def _information(cells: Cells, point: Floats, sd: float) -> Floats:
    step = 1e-4
    slopes = [
        (
            _log_density(cells, point - step * e, sd)[1]
            - _log_density(cells, point + step * e, sd)[1]
        )
        / (2 * step)
        for e in np.eye(len(point))
    ]
    roots, axes = np.linalg.eigh((np.array(slopes) + np.array(slopes).T) / 2)
    return np.asarray((axes * np.maximum(roots, 0.05)) @ axes.T)


def _spread_nodes(cells: Cells) -> list[tuple[float, Line]]:
    start = np.zeros(cells.X.shape[1])
    start[0] = special.logit((cells.count.sum() + 0.5) / (cells.n.sum() + 1.0))
    grid, lines = np.geomspace(0.01, LARGEST_SPREAD, 32), []
    for sd in grid:
        lines.append(line_given_spread(cells, float(sd), start))
        start = lines[-1].coefficients
    evidence = np.array([line.log_evidence for line in lines])
    near = np.flatnonzero(evidence > evidence.max() - 9.0)
    low = 0.0 if near[0] == 0 else float(grid[near[0] - 1])
    high = float(grid[min(near[-1] + 1, len(grid) - 1)])
    points, legendre = np.polynomial.legendre.leggauss(SPREAD_NODES)
    chosen = low + (high - low) * (points + 1) / 2
    nearest = [lines[int(np.argmin(np.abs(grid - sd)))].coefficients for sd in chosen]
    found = [line_given_spread(cells, float(sd), b) for sd, b in zip(chosen, nearest, strict=True)]
    density = np.array([line.log_evidence for line in found])
    weights = np.exp(density - density.max()) * legendre
    weights /= weights.sum()
    kept = weights > 1e-4
    weights = weights / weights[kept].sum()
    return [(float(w), line) for w, line, keep in zip(weights, found, kept, strict=True) if keep]


def _slice(weight: float, x: Floats, n: Floats, fixed: Floats, error: Floats, sd: float) -> Slice:
    """Return units as mixtures over where x'b may lie, on common nodes."""
    z, hermite = np.polynomial.hermite_e.hermegauss(MEAN_NODES)
    centre, width = _peak(x, n, fixed, sd)
    reach = 7.5 * np.maximum(width, sd) + 2.0 * error
    nodes = even_nodes(centre, width, reach, reach)
    mass, below = np.zeros((len(x), len(nodes))), np.zeros((len(x), len(nodes)))
    for shift, part in zip(z, hermite / hermite.sum(), strict=True):
        density, reached = _density(nodes, x, n, fixed + shift * error, sd)
        mass += part * density
        below += part * reached
    return Slice(weight, nodes, mass, np.clip(1.0 - below, 0.0, 1.0))


def _peak(x: Floats, n: Floats, fixed: Floats, sd: float) -> tuple[Floats, Floats]:
    eta = fixed.copy()
    for _ in range(100):
        rate = special.expit(eta)
        slope = x - n * rate - (eta - fixed) / sd**2
        curvature = n * rate * (1 - rate) + 1 / sd**2
        step = np.clip(slope / curvature, -1.0, 1.0)
        eta = eta + step
        if np.abs(step).max() < 1e-9:
            break
    rate = special.expit(eta)
    return eta, 1.0 / np.sqrt(n * rate * (1 - rate) + 1 / sd**2)


def _density(
    nodes: Floats, x: Floats, n: Floats, fixed: Floats, sd: float
) -> tuple[Floats, Floats]:
    x, n, away = x[:, None], n[:, None], (nodes - fixed[:, None]) / sd**2
    rate = special.expit(nodes)
    log_mass = x * special.log_expit(nodes) + (n - x) * special.log_expit(-nodes)
    log_mass = log_mass - away**2 * sd**2 / 2.0
    mass = np.exp(log_mass - log_mass.max(axis=1, keepdims=True))
    mass /= mass.sum(axis=1, keepdims=True)
    bend = n * (rate * (1.0 - rate))
    slopes = (x - n * rate - away, -bend - 1.0 / sd**2, -bend * (1.0 - 2.0 * rate))
    return mass, running_share(mass, slopes, float(nodes[1] - nodes[0]))
