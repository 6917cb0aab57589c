"""The posterior of each unit's change between two periods, the spread of changes unknown too."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

Floats = npt.NDArray[np.float64]
CELLS = 20  # of the grid, along each of the three axes
ROUNDS = 3  # times the grid closes in on where the posterior is
REACH = 4.0  # how far the first grid goes, in standard deviations of the estimates
NEGLIGIBLE = 1e-3  # of the highest posterior density
HALVINGS = 30
AT_ONCE = 2_000_000  # numbers held at a time


@dataclass(frozen=True)
class ChangePosterior:
    """What is known of the change of m units.

    Parameters
    ----------
    mean, low, high : ndarray of shape (m,)
        Posterior mean, and the interval with equal tails.
    """

    mean: Floats
    low: Floats
    high: Floats


def change_posterior(y: Floats, V: Floats, *, conf_level: float = 0.95) -> ChangePosterior:
    """Return the posterior of each change, averaged over what the spread may be.

    True levels are bivariate normal over units: the earlier with standard deviation a, the later
    with slope b / a on the earlier and standard deviation c besides. Prior: flat on the means, on
    a, on b and on c; estimates are normal with known covariances. The posterior of (a, b, c) is
    summed over a grid that closes in on it; given them, a change is normal.

    Parameters
    ----------
    y : ndarray of shape (m, 2)
        Earlier and later estimates.
    V : ndarray of shape (m, 2, 2)
        Covariances of their errors.
    conf_level : float
        Level of the intervals.

    Returns
    -------
    ChangePosterior

    References
    ----------
    Gelman, A. (2006). *Bayesian Analysis* 1, 515-534, for flat priors on standard deviations.

    Examples
    --------
    >>> y = np.column_stack([np.linspace(0.9, 0.98, 9), np.linspace(0.92, 0.98, 9)])
    >>> found = change_posterior(y, np.broadcast_to(np.diag([4e-4, 4e-4]), (9, 2, 2)))
    >>> bool((found.low < found.mean).all() and (found.mean < found.high).all())
    True
    """
    scale = float(np.sqrt(np.trace(np.cov(y.T)) / 2)) or 1.0
    nodes, weights = _spreads(y / scale, V / scale**2)
    means, sds = _given(y / scale, V / scale**2, nodes)
    mean = weights @ means
    tail = (1 - conf_level) / 2
    low, high = (_quantile(weights, means, sds, at) for at in (tail, 1 - tail))
    return ChangePosterior(scale * mean, scale * low, scale * high)


def _spreads(y: Floats, V: Floats) -> tuple[Floats, Floats]:
    """Return values of (a, b, c) and their posterior weights."""
    box = np.array([[0.0, REACH], [-REACH, REACH], [0.0, REACH]])
    for _ in range(ROUNDS):
        width = (box[:, 1] - box[:, 0]) / CELLS
        axes = [low + (np.arange(CELLS) + 0.5) * w for (low, _), w in zip(box, width, strict=True)]
        nodes = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)
        density = _log_density(nodes, y, V)
        density = np.exp(density - density.max())
        seen = nodes[density > NEGLIGIBLE]
        box = np.stack([seen.min(axis=0) - width, seen.max(axis=0) + width], axis=1)
        box[[0, 2], 0] = np.maximum(box[[0, 2], 0], 0.0)
    kept = density > NEGLIGIBLE
    return nodes[kept], density[kept] / density[kept].sum()


def _totals(nodes: Floats, V: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the entries of spread + V, each of shape (nodes, units)."""
    a, b, c = nodes.T[:, :, None]
    return a**2 + V[:, 0, 0], a * b + V[:, 0, 1], b**2 + c**2 + V[:, 1, 1]


def _log_density(nodes: Floats, y: Floats, V: Floats) -> Floats:
    """Return the restricted log-likelihood of each node, but for a constant."""
    many = max(AT_ONCE // len(y), 1)
    parts = np.split(nodes, range(many, len(nodes), many))
    return np.concatenate([_restricted(part, y, V) for part in parts])


def _restricted(nodes: Floats, y: Floats, V: Floats) -> Floats:
    first, both, second = _totals(nodes, V)
    det = first * second - both**2
    p, q, r = second / det, -both / det, first / det  # the inverse
    information = p.sum(1), q.sum(1), r.sum(1)
    det_of_mean = information[0] * information[2] - information[1] ** 2
    told = p @ y[:, 0] + q @ y[:, 1], q @ y[:, 0] + r @ y[:, 1]
    explained = (
        information[2] * told[0] ** 2
        - 2 * information[1] * told[0] * told[1]
        + information[0] * told[1] ** 2
    ) / det_of_mean
    square = p @ y[:, 0] ** 2 + 2 * (q @ (y[:, 0] * y[:, 1])) + r @ y[:, 1] ** 2
    return np.asarray(
        -0.5 * (np.log(det).sum(1) + np.log(det_of_mean) + square - explained), dtype=float
    )


def _given(y: Floats, V: Floats, nodes: Floats) -> tuple[Floats, Floats]:
    """Return mean and standard deviation of each change, given the spread of each node.

    With S the spread, P the inverse of S + V and d = (-1, 1), the change is d'S P y + (d' - d'S P)
    times the mean.
    """
    a, b, c = nodes.T[:, :, None]
    first, both, second = _totals(nodes, V)
    det = first * second - both**2
    p, q, r = second / det, -both / det, first / det
    s, t, u = a**2, a * b, b**2 + c**2
    d = t - s, u - t  # d'S
    own = d[0] * p + d[1] * q, d[0] * q + d[1] * r  # weights of the two estimates
    rest = -1.0 - own[0], 1.0 - own[1]  # weights of the two means
    information = p.sum(1, keepdims=True), q.sum(1, keepdims=True), r.sum(1, keepdims=True)
    det_of_mean = information[0] * information[2] - information[1] ** 2
    error = tuple(each / det_of_mean for each in (information[2], -information[1], information[0]))
    told = p @ y[:, :1] + q @ y[:, 1:], q @ y[:, :1] + r @ y[:, 1:]
    mean = error[0] * told[0] + error[1] * told[1], error[1] * told[0] + error[2] * told[1]
    change = own[0] * y[:, 0] + own[1] * y[:, 1] + rest[0] * mean[0] + rest[1] * mean[1]
    prior = s - 2 * t + u
    variance = prior - (own[0] * d[0] + own[1] * d[1])
    variance += rest[0] ** 2 * error[0] + 2 * rest[0] * rest[1] * error[1] + rest[1] ** 2 * error[2]
    return np.asarray(change), np.asarray(np.sqrt(np.maximum(variance, 1e-300)))


def _quantile(weights: Floats, means: Floats, sds: Floats, level: float) -> Floats:
    """Return the quantile of each unit's mixture of normals, by halving."""
    z = float(special.ndtri(level))
    ends = means + z * sds
    low, high = ends.min(axis=0), ends.max(axis=0)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        above = weights @ special.ndtr((middle - means) / sds) >= level
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    return np.asarray((low + high) / 2)
