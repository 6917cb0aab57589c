"""Beta distributions of units, or mixtures of them, on nodes of the logit scale."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import special

from kbnn_analysis.stats.posterior import Slice, even_nodes, running_share

Floats = npt.NDArray[np.float64]


def beta_slice(weight: float, a: Floats, b: Floats) -> Slice:
    """Return independent Beta(a, b) units on common nodes of the logit scale.

    Parameters
    ----------
    weight : float
        Posterior probability of the hyper-parameters behind a and b.
    a, b : ndarray of shape (m,)

    Returns
    -------
    Slice

    Examples
    --------
    >>> part = beta_slice(1.0, np.array([9.0]), np.array([1.0]))
    >>> round(float(part.mass[0] @ special.expit(part.nodes)), 9)
    0.9
    """
    return mixture_slice(weight, a[None, :], b[None, :], np.ones((1, len(a))))


def mixture_slice(weight: float, a: Floats, b: Floats, share: Floats) -> Slice:
    """Return units whose posteriors are mixtures of betas.

    The distribution function is the running trapezoidal sum with two terms of Euler and Maclaurin,
    whose derivatives are known: right to about 1e-7 at a third of a standard deviation a step.

    Parameters
    ----------
    weight : float
    a, b, share : ndarray of shape (components, m)
        Shares of a unit sum to one; components of a share below 1e-6 are left out.

    Returns
    -------
    Slice

    Examples
    --------
    >>> a, b = np.array([[9.0], [5.0]]), np.array([[1.0], [5.0]])
    >>> part = mixture_slice(1.0, a, b, np.array([[0.5], [0.5]]))
    >>> round(float(part.mass[0] @ special.expit(part.nodes)), 9)
    0.7
    """
    used = share > 1e-6
    nodes = _nodes(a[used], b[used])
    mass, below = np.zeros((a.shape[1], len(nodes))), np.zeros((a.shape[1], len(nodes)))
    for component in range(len(a)):
        units = np.flatnonzero(used[component])
        density, reached = _density(nodes, a[component, units], b[component, units])
        part = share[component, units, None]
        mass[units] += part * density
        below[units] += part * reached
    total = mass.sum(axis=1, keepdims=True)
    return Slice(float(weight), nodes, mass / total, np.clip(1.0 - below / total, 0.0, 1.0))


def _nodes(a: Floats, b: Floats) -> Floats:
    centre = special.digamma(a) - special.digamma(b)
    spread = np.sqrt(special.polygamma(1, a) + special.polygamma(1, b))
    return even_nodes(centre, spread, _tail(spread, b), _tail(spread, a))


def _tail(spread: Floats, shape: Floats) -> Floats:
    # towards 0 or 1 the density of the logit falls as exp(-shape * distance)
    return np.asarray(np.minimum(np.maximum(7.5 * spread, 21.0 / shape), 60.0))


def _density(nodes: Floats, a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """Return probability per node and distribution function, each (units, nodes)."""
    a, b, step = a[:, None], b[:, None], nodes[1] - nodes[0]
    rate = special.expit(nodes)
    log_mass = a * special.log_expit(nodes) + b * special.log_expit(-nodes)
    mass = np.exp(log_mass - log_mass.max(axis=1, keepdims=True))
    mass /= mass.sum(axis=1, keepdims=True)
    first = a - (a + b) * rate  # derivatives of the log density
    second = -(a + b) * (rate * (1.0 - rate))
    third = second * (1.0 - 2.0 * rate)
    return mass, running_share(mass, (first, second, third), float(step))
