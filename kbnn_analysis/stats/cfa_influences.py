"""What each respondent adds to the parameters of a factor model: robust, design-based errors."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from kbnn_analysis.errors import UsageError
from kbnn_analysis.stats.cfa import CfaFit
from kbnn_analysis.stats.cfa_model import CfaMoments, GroupModel

Floats = npt.NDArray[np.float64]
STEP = 1e-5


def weighted_moments(answers: npt.ArrayLike, weight: npt.ArrayLike | None = None) -> CfaMoments:
    """Return the (weighted) mean and covariance, divisor n, of complete answers.

    Parameters
    ----------
    answers : array of shape (n, p)
        Complete answers.
    weight : array of shape (n,), optional
        Ones by default.

    Returns
    -------
    CfaMoments
        With n the number of rows, whatever the scale of the weights.

    Raises
    ------
    UsageError
        If answers are missing, or there are fewer than two rows.

    Examples
    --------
    >>> weighted_moments([[1.0, 2.0], [3.0, 2.0]]).covariance
    array([[1., 0.],
           [0., 0.]])
    """
    values = np.asarray(answers, dtype=float)
    if len(values) < 2 or not np.isfinite(values).all():
        raise UsageError("a factor model needs two or more complete answers; impute or leave out.")
    weights = np.ones(len(values)) if weight is None else np.asarray(weight, dtype=float)
    mean = np.average(values, axis=0, weights=weights)
    centred = values - mean
    covariance = (centred * weights[:, None]).T @ centred / weights.sum()
    return CfaMoments(mean, covariance, len(values))


def cfa_influences(
    fit: CfaFit, answers: npt.ArrayLike, weight: npt.ArrayLike | None = None
) -> Floats:
    r"""Return the influence of each respondent on each parameter of a one-group fit.

    With casewise slopes :math:`s_i` of the discrepancy and its observed second derivative H the
    influences are :math:`-H^{-1} s_i`: nothing is assumed of the answers' distribution.

    Parameters
    ----------
    fit : CfaFit
        A fit of one group, to :func:`weighted_moments` of the same answers.
    answers : array of shape (n, p)
        The complete answers.
    weight : array of shape (n,), optional
        The same weights.

    Returns
    -------
    ndarray of shape (n, q)
        Weighted mean zero; estimate less truth is about the weighted mean of the influences.

    References
    ----------
    Yuan, K.-H. and Hayashi, K. (2006). *British Journal of Mathematical and Statistical
    Psychology* 59, 397-417. In R: standard errors of ``lavaan::cfa(..., estimator = "MLR")``.

    Examples
    --------
    >>> from kbnn_analysis.stats.cfa import fit_cfa
    >>> from kbnn_analysis.stats.cfa_model import one_group
    >>> rng = np.random.default_rng(1)
    >>> x = rng.normal(size=(400, 4)) + rng.normal(size=(400, 1))
    >>> fit = fit_cfa([weighted_moments(x)], one_group([0] * 4))
    >>> cfa_influences(fit, x).shape
    (400, 12)
    """
    values = np.asarray(answers, dtype=float)
    seen = weighted_moments(values, weight)

    def slope(theta: Floats) -> Floats:
        """Return the gradient of the discrepancy."""
        (parts,) = fit.model.unpack(theta)
        left = seen.mean[None, :] - parts.implied()[1]
        return np.asarray(_slopes(parts, left, seen.covariance)[0] @ fit.model.into(0))

    (parts,) = fit.model.unpack(fit.parameters)
    left = values - parts.implied()[1]
    cases = _slopes(parts, left) @ fit.model.into(0)
    return np.asarray(-np.linalg.solve(_jacobian(slope, fit.parameters), cases.T).T)


def _slopes(parts: GroupModel, left: Floats, spread: Floats | None = None) -> Floats:
    """Return the slopes by a group's own parameters at answers `left` of the mean."""
    sigma = parts.implied()[0]
    inverse = np.linalg.inv(sigma)
    d_sigma, d_mu = parts.derivatives()
    weighted = inverse @ d_sigma @ inverse
    fixed = np.einsum("qij,ij->q", weighted, sigma if spread is None else sigma - spread)
    square = np.einsum("ni,qij,nj->nq", left, weighted, left, optimize=True)
    return np.asarray(fixed - square - 2 * left @ inverse @ d_mu.T)


def _jacobian(function: Callable[[Floats], Floats], at: Floats) -> Floats:
    """Return the symmetrized derivative by central differences."""
    found = np.empty((len(at), len(at)))
    for place in range(len(at)):
        step = np.zeros(len(at))
        step[place] = STEP * max(abs(at[place]), 1.0)
        found[place] = (function(at + step) - function(at - step)) / (2 * step[place])
    return np.asarray((found + found.T) / 2)
