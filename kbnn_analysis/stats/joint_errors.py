"""Quasi-random draws of the joint errors of estimates, with a fixed seed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy import special
from scipy.stats import qmc

Floats = npt.NDArray[np.float64]

SHIFTS = 8
POINTS = 512
SEED = 20230101


@dataclass(frozen=True)
class JointErrors:
    """Jointly normal errors of m estimates.

    Parameters
    ----------
    covariance : ndarray of shape (m, m)
        Covariance of the estimates.
    blocks : tuple of ndarray, each of shape (m, POINTS)
        Draws of the errors, one block a shift.
    spare : tuple of ndarray, each of shape (POINTS,)
        Standard normal draws that are independent of them.
    """

    covariance: Floats
    blocks: tuple[Floats, ...]
    spare: tuple[Floats, ...]


def joint_errors(covariance: Floats, *, seed: int = SEED) -> JointErrors:
    """Draw joint errors of m estimates.

    Parameters
    ----------
    covariance : ndarray of shape (m, m)
        Covariance, positive semi-definite.
    seed : int
        Seed of the Sobol scramble and of the shifts.

    Returns
    -------
    JointErrors
        8 x 512 quasi-random draws.
    """
    normal = _normal_blocks(len(covariance) + 1, seed)
    if is_diagonal(covariance):
        root = np.sqrt(np.diag(covariance))[:, None]
        drawn = tuple(root * block[1:] for block in normal)
    else:
        roots, axes = np.linalg.eigh(covariance)
        factor = (axes * np.sqrt(np.clip(roots, 0.0, None)))[:, ::-1]
        drawn = tuple(np.asarray(factor @ block[1:]) for block in normal)
    return JointErrors(covariance, drawn, tuple(block[0] for block in normal))


def is_diagonal(covariance: Floats) -> bool:
    """Return whether all correlations are nothing but rounding.

    Examples
    --------
    >>> is_diagonal(np.eye(2)), is_diagonal(np.ones((2, 2)))
    (True, False)
    """
    root = np.sqrt(np.diag(covariance))
    off = np.abs(covariance - np.diag(np.diag(covariance)))
    return bool((off <= 1e-9 * root[:, None] * root).all())


@lru_cache(maxsize=4)
def _normal_blocks(dimension: int, seed: int) -> tuple[Floats, ...]:
    """Return standard normal draws, one (dimension, POINTS) block a shift, read-only."""
    rng = np.random.default_rng(seed)
    points = qmc.Sobol(dimension, rng=rng).random(POINTS).T
    blocks = []
    for shift in rng.random((SHIFTS, dimension, 1)):
        normal = special.ndtri(np.clip((points + shift) % 1.0, 1e-12, 1 - 1e-12))
        normal.setflags(write=False)
        blocks.append(normal)
    return tuple(blocks)
