"""Posterior probabilities of ranks, exactly: no Monte Carlo, so two runs give the same numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kbnn_analysis.errors import UsageError
from kbnn_analysis.stats.posterior import Posterior

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class PosteriorRanks:
    """What the posterior says of the ranks of m units; 1 is best.

    Parameters
    ----------
    probability : ndarray of shape (m, m)
        Row: unit; column k: probability that its true rank is k + 1. Rows and columns sum to one.
    """

    probability: Floats

    @property
    def expected(self) -> Floats:
        """Return the expected rank of each unit."""
        return self.probability @ np.arange(1.0, len(self.probability) + 1)

    @property
    def best(self) -> Floats:
        """Return the probability of being best."""
        return self.probability[:, 0]

    @property
    def reversed(self) -> PosteriorRanks:
        """Return the ranks where low values are best."""
        return PosteriorRanks(self.probability[:, ::-1])

    def top(self, k: int) -> Floats:
        """Return the probability of being among the best k."""
        if not 1 <= k <= len(self.probability):
            raise UsageError(f"`top` must be from 1 to {len(self.probability)} units; got {k}.")
        return np.asarray(self.probability[:, :k].sum(axis=1))

    def interval(self, conf_level: float) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """Return the best and worst rank of the equal-tailed posterior interval.

        The interval holds at least `conf_level`; what lies outside is at most half the rest on
        either side.
        """
        tail = (1.0 - conf_level) / 2.0
        reached = np.cumsum(self.probability, axis=1)
        low = (reached <= tail + ROUNDING).sum(axis=1) + 1
        high = (reached < 1.0 - tail - ROUNDING).sum(axis=1) + 1
        return low, high


ROUNDING = 1e-9
LEAST_MASS = 1e-13  # what a unit has at a node below this moves no probability seen


def posterior_ranks(posterior: Posterior) -> PosteriorRanks:
    """Return the probability of every rank of every unit.

    Given the hyper-parameters units are independent, and the number of units above unit i, when
    its value is t, is Poisson-binomial with probabilities P(unit j > t). So

        P(rank of i = k) = integral of f_i(t) PB(k - 1; {P(j > t), j != i}) dt,

    by the trapezoidal rule, mixed over the hyper-parameters. The Poisson-binomial without i comes
    from that of all units by taking i out again, in the stable direction.

    Parameters
    ----------
    posterior : Posterior

    Returns
    -------
    PosteriorRanks

    References
    ----------
    Laird, N. M. and Louis, T. A. (1989). *Journal of Educational Statistics* 14, 29-46.
    Goldstein, H. and Spiegelhalter, D. J. (1996). *JRSS A* 159, 385-443.

    Examples
    --------
    >>> from kbnn_analysis.stats.normal_posterior import normal_posterior
    >>> ranks = posterior_ranks(normal_posterior([0.9, 0.95, 0.98], [1e-4, 1e-4, 1e-4]))
    >>> ranks.best.round(2).tolist()
    [0.0, 0.02, 0.98]
    """
    total = np.zeros((len(posterior.reliability),) * 2)
    for part in posterior.slices:
        used = part.mass.sum(axis=0) > 1e-10
        total += part.weight * rank_probabilities(part.mass[:, used], part.above[:, used])
    return PosteriorRanks(total)


def rank_probabilities(mass: Floats, above: Floats) -> Floats:
    """Return P(rank = k) of m independent units on common nodes, as an (m, m) array.

    Parameters
    ----------
    mass : ndarray of shape (m, G)
        Quadrature weight times density of each unit; rows sum to one.
    above : ndarray of shape (m, G)
        Probability that each unit is above each node.

    Returns
    -------
    ndarray of shape (m, m)

    Examples
    --------
    >>> mass, above = np.eye(2), np.array([[0.5, 0.0], [1.0, 0.5]])  # the second is above
    >>> rank_probabilities(mass, above).round(12).tolist()
    [[0.0, 1.0], [1.0, 0.0]]
    """
    every = _poisson_binomial(above)
    low, felt = above < 0.5, mass > LEAST_MASS
    found = _take_out_upwards(every, above, mass, low & felt)
    # counting the units below instead turns P(above) >= 1/2 into the stable direction
    found += _take_out_upwards(every[::-1], 1.0 - above, mass, ~low & felt)[:, ::-1]
    return np.clip(found, 0.0, 1.0)


def _poisson_binomial(above: Floats) -> Floats:
    """Return P(k units above) for k = 0..m at each node, of shape (m + 1, G)."""
    m, size = above.shape
    chance = np.zeros((m + 1, size))
    chance[0] = 1.0
    for j, p in enumerate(above):
        moved = chance[: j + 1] * p
        chance[: j + 1] -= moved
        chance[1 : j + 2] += moved
    return chance


def _take_out_upwards(every: Floats, p: Floats, mass: Floats, chosen: Flags) -> Floats:
    """Return the integral of mass * P(k others), with unit i (p_i <= 1/2) taken out of `every`.

    Only the chosen pairs of unit and node are visited: most units live on few of the nodes.
    """
    m = len(p)
    unit, node = np.nonzero(chosen)
    found = np.zeros((m, m))
    if not len(unit):
        return found
    begins = np.flatnonzero(np.diff(unit, prepend=-1))
    p, mass = p[chosen], mass[chosen]
    against, scale = -p / (1 - p), 1 / (1 - p)
    others, fresh = np.zeros_like(p), np.empty_like(p)
    for k in range(m):  # in place: this loop is most of the time of a ranking
        np.multiply(others, against, out=others)
        np.take(every[k], node, out=fresh)
        np.multiply(fresh, scale, out=fresh)
        np.add(others, fresh, out=others)
        np.multiply(mass, others, out=fresh)
        found[unit[begins], k] = np.add.reduceat(fresh, begins)
    return found
