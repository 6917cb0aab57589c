"""Reliability coefficients with what each respondent adds to them, so that a design carries over.

Alpha and omega of the scores, and both of the normal answers behind ordered categories.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from kbnn_analysis.errors import UsageError
from kbnn_analysis.stats.cfa import fit_cfa
from kbnn_analysis.stats.cfa_influences import cfa_influences, weighted_moments
from kbnn_analysis.stats.cfa_model import one_group
from kbnn_analysis.stats.cfa_ordinal import OrdinalCfaFit
from kbnn_analysis.stats.moment_rows import product_sums
from kbnn_analysis.stats.reliability import cronbach_alpha

Floats = npt.NDArray[np.float64]


class Coefficient(NamedTuple):
    """A coefficient and the influence (n,) of each respondent on it, weighted mean zero."""

    estimate: float
    influence: Floats


def alpha_coefficient(answers: Floats, weight: Floats) -> Coefficient:
    """Return Cronbach's alpha of complete answers; see :func:`cronbach_alpha`."""
    found = cronbach_alpha(answers, weight)
    return Coefficient(found.alpha, found.influence)


def reweighted_alphas(
    answers: Floats, weight: Floats, unit: npt.NDArray[np.intp], factors: Floats
) -> Floats:
    """Return alpha for each set of factors of the sampling units' weights, from unit moments.

    Parameters
    ----------
    answers : ndarray of shape (n, k)
        Complete answers.
    weight : ndarray of shape (n,)
    unit : ndarray of int, shape (n,)
    factors : ndarray of shape (R, units)

    Returns
    -------
    ndarray of shape (R,)
        NaN where the sum of the items does not vary.

    Examples
    --------
    >>> x = np.array([[1.0, 2, 1], [2, 2, 3], [4, 4, 4], [5, 4, 5]])
    >>> reweighted_alphas(x, np.ones(4), np.arange(4), np.ones((1, 4))).round(3).tolist()
    [0.956]
    """
    k, count = answers.shape[1], factors.shape[1]
    ones = np.column_stack([np.ones(len(answers)), answers - np.average(answers, 0, weight)])
    sums = product_sums(ones, weight, unit, count).reshape(count, -1)
    moments = (factors @ sums).reshape(-1, k + 1, k + 1)
    moments = moments / moments[:, :1, :1]
    spread = moments[:, 1:, 1:] - moments[:, 1:, :1] * moments[:, :1, 1:]
    total = spread.sum(axis=(1, 2))
    with np.errstate(invalid="ignore", divide="ignore"):
        alpha = k / (k - 1) * (1 - np.trace(spread, axis1=1, axis2=2) / total)
    return np.asarray(np.where(total > 0, alpha, np.nan))


def omega_coefficient(answers: Floats, weight: Floats) -> Coefficient:
    r"""Return McDonald's omega of one factor, :math:`(\sum\lambda)^2/((\sum\lambda)^2+\sum\theta)`.

    Parameters
    ----------
    answers : ndarray of shape (n, k)
        Complete answers to three or more items.
    weight : ndarray of shape (n,)
        Design weights.

    Returns
    -------
    Coefficient
        Its influence is that of the factor model's parameters (no normality assumed).

    Raises
    ------
    UsageError
        If there are fewer than three items, or the factor model fails.

    References
    ----------
    McDonald, R. P. (1999). *Test Theory*. In R: ``semTools::reliability`` of a one-factor
    ``lavaan::cfa(..., estimator = "MLR")``.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> x = rng.normal(size=(500, 4)) + rng.normal(size=(500, 1))
    >>> round(omega_coefficient(x, np.ones(500)).estimate, 2)
    0.8
    """
    k = answers.shape[1]
    if k < 3:
        raise UsageError(f"omega needs three items or more; got {k}.")
    fit = fit_cfa([weighted_moments(answers, weight)], one_group([0] * k))
    if fit.improper:
        raise UsageError("omega: an item has a negative uniqueness; the factor model fails here.")
    loads, unique = fit.groups[0].loadings.sum(), fit.groups[0].uniqueness.sum()
    total = loads**2 + unique
    slope = np.zeros(len(fit.parameters))
    slope[:k], slope[k : 2 * k] = 2 * loads * unique / total**2, -(loads**2) / total**2
    influence = cfa_influences(fit, answers, weight) @ slope
    return Coefficient(float(loads**2 / total), np.asarray(influence))


def ordinal_alpha(correlation: Floats, influence: Floats) -> Coefficient:
    """Return alpha of the normal answers behind ordered ones.

    Parameters
    ----------
    correlation : ndarray of shape (k, k)
        Polychoric correlations.
    influence : ndarray of shape (n, k (k - 1) / 2)
        Of the correlations above the diagonal.

    Returns
    -------
    Coefficient

    References
    ----------
    Zumbo, B. D., Gadermann, A. M. and Zeisser, C. (2007). *Journal of Modern Applied Statistical
    Methods* 6, 21-29. In R: ``psych::alpha(psych::polychoric(d)$rho)$total$std.alpha``.

    Examples
    --------
    >>> round(ordinal_alpha(np.full((3, 3), 0.5) + 0.5 * np.eye(3), np.zeros((1, 3))).estimate, 4)
    0.75
    """
    k, total = len(correlation), float(correlation.sum())
    if total <= k * 1e-9:
        raise UsageError("the correlations sum to nothing; ordinal alpha is undefined.")
    slope = k / (k - 1) * k / total**2 * 2
    return Coefficient(k / (k - 1) * (1 - k / total), slope * influence.sum(axis=1))


def ordinal_omega(fit: OrdinalCfaFit, influence: Floats) -> Coefficient:
    """Return omega of the normal answers behind ordered ones, of a one-factor fit.

    Parameters
    ----------
    fit : OrdinalCfaFit
        One factor.
    influence : ndarray of shape (n, k (k - 1) / 2)
        Of the correlations above the diagonal.

    Returns
    -------
    Coefficient

    Raises
    ------
    UsageError
        If a loading is above one (Heywood case).

    References
    ----------
    Flora, D. B. (2020). *Advances in Methods and Practices in Psychological Science* 3, 484-501.

    Examples
    --------
    >>> from kbnn_analysis.stats.cfa_ordinal import fit_ordinal_cfa
    >>> even = np.full((3, 3), 0.5) + 0.5 * np.eye(3)
    >>> fit = fit_ordinal_cfa(even, np.eye(3) / 100, 100, [0, 0, 0])
    >>> round(ordinal_omega(fit, np.zeros((1, 3))).estimate, 4)
    0.75
    """
    loads = fit.loadings
    if (np.abs(loads) > 1).any():
        raise UsageError("ordinal omega: a loading is above one; the factor model fails here.")
    common, unique = float(loads.sum()) ** 2, float((1 - loads**2).sum())
    total = common + unique
    slope = 2 * (loads.sum() * unique + common * loads) / total**2
    return Coefficient(common / total, np.asarray(influence @ fit.projection.T @ slope))
