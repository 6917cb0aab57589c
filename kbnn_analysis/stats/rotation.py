"""Rotation of factor loadings to simple structure: varimax, and promax for correlated factors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kbnn_analysis.errors import UsageError

Floats = npt.NDArray[np.float64]
MOST_STEPS = 1000
POWER = 4


@dataclass(frozen=True)
class Rotated:
    """Pattern loadings (p, m) after rotation, and the correlations of the factors (m, m)."""

    loadings: Floats
    correlation: Floats


def varimax(loadings: npt.ArrayLike) -> Rotated:
    """Rotate loadings so that their squares vary most within factors, Kaiser-normalized.

    Parameters
    ----------
    loadings : array of shape (p, m)
        Of uncorrelated factors.

    Returns
    -------
    Rotated
        With uncorrelated factors.

    Raises
    ------
    UsageError
        If an item has no loading at all.

    References
    ----------
    Kaiser, H. F. (1958). *Psychometrika* 23, 187-200. In R: ``varimax(L)``.

    Examples
    --------
    >>> mixed = np.array([[0.7, 0.5], [0.6, 0.5], [0.6, -0.4], [0.7, -0.4]])
    >>> bool((np.abs(varimax(mixed).loadings).min(axis=1) < 0.25).all())
    True
    """
    plain = np.asarray(loadings, dtype=float)
    size = np.sqrt((plain**2).sum(axis=1))
    if (size <= 0).any():
        raise UsageError("an item has no loading on any factor; leave it out.")
    unit, turn = plain / size[:, None], np.eye(plain.shape[1])
    before = 0.0
    for _ in range(MOST_STEPS):
        turned = unit @ turn
        target = turned**3 - turned * (turned**2).mean(axis=0)
        left, roots, right = np.linalg.svd(unit.T @ target)
        turn = left @ right
        if roots.sum() <= before * (1 + 1e-15):
            break
        before = float(roots.sum())
    return Rotated(np.asarray(plain @ turn), np.eye(plain.shape[1]))


def promax(loadings: npt.ArrayLike) -> Rotated:
    """Rotate to correlated factors: least squares towards the varimax loadings' fourth powers.

    Parameters
    ----------
    loadings : array of shape (p, m)
        Of uncorrelated factors.

    Returns
    -------
    Rotated
        Pattern loadings, factors ordered as varimax left them.

    References
    ----------
    Hendrickson, A. E. and White, P. O. (1964). *British Journal of Statistical Psychology* 17,
    65-70. In R: ``promax(L, m = 4)``.

    Examples
    --------
    >>> found = promax([[0.7, 0.4], [0.6, 0.5], [0.6, -0.3], [0.7, -0.4]])
    >>> bool((np.abs(found.loadings).min(axis=1) < 0.15).all())
    True
    """
    start = varimax(loadings).loadings
    if start.shape[1] == 1:
        return Rotated(start, np.eye(1))
    target = start * np.abs(start) ** (POWER - 1)
    turn = np.linalg.lstsq(start, target, rcond=None)[0]
    turn = turn * np.sqrt(np.diag(np.linalg.inv(turn.T @ turn)))
    return Rotated(np.asarray(start @ turn), np.asarray(np.linalg.inv(turn.T @ turn)))
