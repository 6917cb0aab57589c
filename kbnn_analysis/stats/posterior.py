"""Posteriors of many units at once: independent given a few hyper-parameters, mixed over these."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Slice:
    """Posteriors of m units at one value of the hyper-parameters, on G nodes.

    Parameters
    ----------
    weight : float
        Posterior probability of this value of the hyper-parameters.
    nodes : ndarray of shape (G,)
        Rising, equally spaced on the scale of the link (logit for rates).
    mass : ndarray of shape (m, G)
        Quadrature weights times density: each row sums to one.
    above : ndarray of shape (m, G)
        Probability that the unit is above the node.
    """

    weight: float
    nodes: Floats
    mass: Floats
    above: Floats


@dataclass(frozen=True)
class Posterior:
    """Joint posterior of m units.

    Parameters
    ----------
    slices : tuple of Slice
        One for each value of the hyper-parameters; their weights sum to one.
    natural : callable
        From the scale of the nodes to that of the estimates.
    reliability : ndarray of shape (m,)
        Weight of each unit's own answers in its posterior mean.
    """

    slices: tuple[Slice, ...]
    natural: Callable[[Floats], Floats]
    reliability: Floats

    @property
    def mean(self) -> Floats:
        """Return posterior means, of shape (m,)."""
        parts = [s.weight * (s.mass @ self.natural(s.nodes)) for s in self.slices]
        return np.asarray(np.sum(parts, axis=0))

    @property
    def sd(self) -> Floats:
        """Return posterior standard deviations, of shape (m,), over hyper-parameters too."""
        mean = self.mean[:, None]
        spread = [
            s.weight * np.sum(s.mass * (self.natural(s.nodes) - mean) ** 2, axis=1)
            for s in self.slices
        ]
        return np.asarray(np.sqrt(np.sum(spread, axis=0)))

    def quantiles(self, probabilities: npt.ArrayLike) -> Floats:
        """Return quantiles, of shape (m, number of probabilities).

        Found on the mixed distribution function, which is interpolated between nodes by cubics
        with the known density: good to about a thousandth of a standard deviation.
        """
        wanted = special.ndtri(np.asarray(probabilities, dtype=float))
        grid = _thinned(np.unique(np.concatenate([s.nodes for s in self.slices])))
        below = np.sum([s.weight * below_at(s, grid) for s in self.slices], axis=0)
        # normal scores of a smooth distribution are nearly straight between two points
        scores = special.ndtri(np.clip(np.maximum.accumulate(below, axis=1), 1e-15, 1 - 1e-15))
        return self.natural(np.array([np.interp(wanted, row, grid) for row in scores]))


def below_at(part: Slice, points: Floats) -> Floats:
    """Return the probability of being below each point, of shape (m, points).

    Examples
    --------
    >>> nodes = np.linspace(-8, 8, 49)
    >>> density = np.exp(-nodes**2 / 2)[None, :]
    >>> part = Slice(1.0, nodes, density / density.sum(), special.ndtr(-nodes)[None, :])
    >>> below_at(part, np.array([-1.9599639845])).round(4).tolist()
    [[0.025]]
    """
    step = part.nodes[1] - part.nodes[0]
    place = np.clip((points - part.nodes[0]) / step, 0.0, len(part.nodes) - 1.0)
    left = np.minimum(place.astype(int), len(part.nodes) - 2)
    t = place - left
    blend = t * t * (3.0 - 2.0 * t)
    rise, fall = t * (1.0 - t) ** 2, t * t * (1.0 - t)
    above = part.above[:, left] * (1.0 - blend) + part.above[:, left + 1] * blend
    bend = part.mass[:, left] * rise - part.mass[:, left + 1] * fall
    return np.asarray(1.0 - above + bend)


def even_nodes(centre: Floats, spread: Floats, upper_tail: Floats, lower_tail: Floats) -> Floats:
    """Return equally spaced nodes that reach all m posteriors and resolve the narrowest.

    The trapezoidal rule converges geometrically here (densities are analytic and vanish at both
    ends); a third of a standard deviation a step is right to about 1e-6,
    also for the best of many units alike, whose distribution is narrower.

    Parameters
    ----------
    centre, spread : ndarray of shape (m,)
        Mean and standard deviation on the scale of the nodes.
    upper_tail, lower_tail : ndarray of shape (m,)
        How far to go to either side.

    Returns
    -------
    ndarray of shape (G,)

    Examples
    --------
    >>> one = np.array([1.0])
    >>> len(even_nodes(0 * one, one, 8 * one, 8 * one))
    81
    """
    low, high = float(np.min(centre - lower_tail)), float(np.max(centre + upper_tail))
    # the best of many is narrower than any one of them
    finer = max(1.0, np.sqrt(len(centre) / 63.0))
    step = float(np.min(spread)) / (STEPS_PER_SD * finer)
    size = int(np.clip(np.ceil((high - low) / step) + 1, 81 * finer, 4001))
    return np.linspace(low, high, size)


def running_share(mass: Floats, slopes: tuple[Floats, Floats, Floats], step: float) -> Floats:
    """Return the distribution function at nodes, from probabilities per node.

    The running trapezoidal sum with two terms of Euler and Maclaurin.

    Parameters
    ----------
    mass : ndarray of shape (m, G)
        Probability per node.
    slopes : tuple of three ndarray
        First, second and third derivative of the log density, each of a shape like `mass`.
    step : float
        Between nodes.

    Returns
    -------
    ndarray of shape (m, G)

    Examples
    --------
    >>> nodes = np.linspace(-8, 8, 49)
    >>> mass = np.exp(-nodes**2 / 2)[None, :]
    >>> ends = running_share(mass / mass.sum(), (-nodes, -np.ones(49), np.zeros(49)), 1 / 3)
    >>> round(float(ends[0, 24]), 9)
    0.5
    """
    first, second, third = slopes
    # as products: a power of an array takes ten times as long
    bend = first * (first * first + 3.0 * second) + third
    correction = bend * (step**3 / 720.0) - first * (step / 12.0)
    return np.asarray(np.cumsum(mass, axis=1) + mass * (correction - 0.5))


STEPS_PER_SD, MOST_POINTS = 3.0, 600


def logistic(nodes: Floats) -> Floats:
    """Return rates from their logits.

    Examples
    --------
    >>> logistic(np.array([0.0])).tolist()
    [0.5]
    """
    return np.asarray(special.expit(nodes))


def identity(nodes: Floats) -> Floats:
    """Return the nodes themselves: the scale of means.

    Examples
    --------
    >>> identity(np.array([2.0])).tolist()
    [2.0]
    """
    return nodes


def _thinned(grid: Floats) -> Floats:
    if len(grid) <= MOST_POINTS:
        return np.unique(np.concatenate([grid, (grid[1:] + grid[:-1]) / 2]))
    return np.append(grid[:: len(grid) // MOST_POINTS], grid[-1])
