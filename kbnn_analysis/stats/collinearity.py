"""How much the drivers of a model explain one another."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from kbnn_analysis.errors import UsageError

Floats = npt.NDArray[np.float64]


def variance_inflation(x: npt.ArrayLike, weight: npt.ArrayLike | None = None) -> Floats:
    r"""Return :math:`1/(1-R_j^2)` of each column regressed on the others.

    Parameters
    ----------
    x : array of shape (n, p)
        Complete predictors, without a constant.
    weight : array of shape (n,), optional
        Ones by default.

    Returns
    -------
    ndarray of shape (p,)
        1 where a predictor is uncorrelated with the others; infinite where they determine it.

    Raises
    ------
    UsageError
        If values are missing, or a predictor is constant.

    References
    ----------
    Fox, J. and Monette, G. (1992). *JASA* 87, 178-183. In R: ``car::vif(lm(y ~ ., d))``; it is
    the diagonal of the inverse of the predictors' correlations.

    Examples
    --------
    >>> variance_inflation([[1.0, 2.0], [2.0, 1.0], [3.0, 3.0], [4.0, 4.0]]).round(4).tolist()
    [2.7778, 2.7778]
    """
    values = np.asarray(x, dtype=float)
    if values.ndim != 2 or len(values) <= values.shape[1] or not np.isfinite(values).all():
        raise UsageError("variance inflation needs complete answers, more rows than predictors.")
    weights = np.ones(len(values)) if weight is None else np.asarray(weight, dtype=float)
    centred = values - np.average(values, axis=0, weights=weights)
    covariance = (centred * weights[:, None]).T @ centred
    size = np.sqrt(np.diag(covariance))
    if (size <= 1e-12 * max(float(size.max()), 1e-300)).any():
        raise UsageError("a predictor is constant; leave it out.")
    roots, axes = np.linalg.eigh(covariance / np.outer(size, size))
    if roots[0] > 1e-12:
        return np.asarray(((axes**2) / roots).sum(axis=1))
    part_of_null = (axes[:, roots <= 1e-12] ** 2).sum(axis=1)
    usable = roots > 1e-12
    finite = (axes[:, usable] ** 2 / roots[usable]).sum(axis=1)
    return np.asarray(np.where(part_of_null > 1e-9, np.inf, finite))
