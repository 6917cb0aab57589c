"""Johnson's relative weights of logit and proportional-odds models."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from kbnn_analysis.errors import UsageError
from kbnn_analysis.stats.cumulative import fit_cumulative
from kbnn_analysis.stats.cumulative_likelihood import cumulative_data
from kbnn_analysis.stats.subset_game import LOGISTIC_VARIANCE

Floats = npt.NDArray[np.float64]


def latent_relative_weights(
    predictors: npt.ArrayLike,
    category: npt.ArrayLike,
    weight: npt.ArrayLike,
    *,
    base: npt.ArrayLike | None = None,
    ridge: float = 0.0,
) -> Floats:
    """Return Johnson's relative weights of a logit or proportional-odds model.

    The variance of the linear predictor is divided by way of orthogonal counterparts of the
    predictors, as R² is in a linear model, and set against the variance of the latent answer.

    Parameters
    ----------
    predictors : array of shape (n, p)
        Complete cases.
    category : array of int, shape (n,)
        0 .. K - 1; K = 2 is the logistic model.
    weight : array of shape (n,)
    base : array of shape (n, b), optional
        Columns that stand in the model too; the predictors count for what these leave of them.
    ridge : float
        Penalty ridge / 2 times the squared slopes, on weights of mean 1.

    Returns
    -------
    ndarray of shape (p,)
        Parts of the latent R² of McKelvey and Zavoina; without base columns they sum to it.

    Raises
    ------
    UsageError
        If the model has no finite fit.

    References
    ----------
    Tonidandel, S. and LeBreton, J. M. (2010). *Organizational Research Methods* 13, 767-781.

    Examples
    --------
    >>> x = np.array([[1.0, 2], [2, 1], [3, 4], [4, 3], [5, 5], [2, 3]])
    >>> parts = latent_relative_weights(x, [0, 1, 1, 0, 1, 0], np.ones(6))
    >>> bool((parts > 0).all() and parts.sum() < 1)
    True
    """
    x, w = np.asarray(predictors, dtype=float), np.asarray(weight, dtype=float)
    held = np.zeros((len(x), 0)) if base is None else np.asarray(base, dtype=float)
    data = cumulative_data(np.asarray(category).astype(np.intp), w)
    fit = fit_cumulative(data, np.hstack([held, x])[data.order], ridge=ridge)
    if fit is None:
        raise UsageError("the model has no finite fit; give a small `ridge`, for example 0.5.")
    root = np.sqrt(w)[:, None]
    left = np.column_stack([np.ones(len(x)), held])
    own = x - left @ np.linalg.lstsq(left * root, x * root, rcond=None)[0]
    covariance = (own * w[:, None]).T @ own / w.sum()
    size = np.sqrt(covariance.diagonal())
    roots, axes = np.linalg.eigh(covariance / np.outer(size, size))
    loadings = (axes * np.sqrt(np.clip(roots, 0.0, None))) @ axes.T
    slopes = loadings @ (fit.slopes[held.shape[1] :] * size)
    return np.asarray(loadings**2 @ slopes**2 / (slopes @ slopes + LOGISTIC_VARIANCE))
