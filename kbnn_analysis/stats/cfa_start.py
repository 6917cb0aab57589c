"""Where the fit of a confirmatory factor model starts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from kbnn_analysis.stats.cfa_model import CfaModel, CfaMoments

Floats = npt.NDArray[np.float64]


def starting_values(moments: Sequence[CfaMoments], model: CfaModel) -> Floats:
    """Return parameters near the answer: centroid loadings, half of them as factor correlation.

    Parameters
    ----------
    moments : sequence of CfaMoments
        One a group.
    model : CfaModel
        The model whose free parameters are wanted.

    Returns
    -------
    ndarray of shape (q,)
        A free parameter of several groups starts at the mean of theirs.

    Examples
    --------
    >>> from kbnn_analysis.stats.cfa_model import one_group
    >>> spread = np.full((3, 3), 0.5) + 0.5 * np.eye(3)
    >>> starting_values([CfaMoments(np.zeros(3), spread, 9)], one_group([0, 0, 0])).shape
    (9,)
    """
    total, count = np.zeros(model.n_free), np.zeros(model.n_free)
    for group, seen in enumerate(moments):
        parts, free = _parts(seen, model), model.free[group]
        places = np.flatnonzero(free >= 0)
        np.add.at(total, free[places], parts[places])
        np.add.at(count, free[places], 1.0)
    return total / count


def _parts(seen: CfaMoments, model: CfaModel) -> Floats:
    m, variance = model.n_factors, np.diag(seen.covariance)
    loadings = np.zeros(model.n_items)
    for factor in range(m):
        own = np.flatnonzero(model.factor_of == factor)
        loadings[own] = _centroid(seen.covariance[np.ix_(own, own)])
    uniqueness = np.maximum(variance - loadings**2, 0.1 * variance)
    first, second = np.triu_indices(m)
    phi = np.where(first == second, 1.0, _correlations(seen, model, loadings)[first, second])
    return np.concatenate([loadings, uniqueness, seen.mean, phi, np.zeros(m)])


def _centroid(block: Floats) -> Floats:
    """Return loadings of one factor: first root of the covariance with its diagonal reduced."""
    if len(block) == 1:
        return np.asarray(np.sqrt(0.5 * np.diag(block)))
    reduced = block.copy()
    off = np.abs(block - np.diag(np.diag(block))).max(axis=1)
    np.fill_diagonal(reduced, np.minimum(off, 0.9 * np.diag(block)))
    roots, axes = np.linalg.eigh(reduced)
    loadings = axes[:, -1] * np.sqrt(max(roots[-1], 1e-4))
    size = np.sqrt(np.diag(block))
    loadings = np.sign(loadings.sum() or 1.0) * loadings
    return np.asarray(np.clip(loadings, -0.95 * size, 0.95 * size))


def _correlations(seen: CfaMoments, model: CfaModel, loadings: Floats) -> Floats:
    member = np.zeros((model.n_items, model.n_factors))
    member[np.arange(model.n_items), model.factor_of] = 1.0
    size = np.maximum(np.abs(member.T @ loadings), 1e-3)
    signs = member.T @ seen.covariance @ member / np.outer(size, size)
    return np.asarray(np.clip(signs, -0.7, 0.7))
