"""Few sampling units: what makes linearized variances too small, and how many units they rest on.

The residuals of a fitted model are shorter than the errors, most of all in a sampling unit that
pulls the fit towards itself. The correction lengthens the score of each unit so that its expected
square is right under a working model (independent answers, the model true); the degrees of freedom
are those of a chi-square with the same mean and variance as the variance estimator has there.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]
LEAST_ROOT = 1e-8
"""A unit that alone decides a direction: there its residuals are zero, and say nothing."""


class ReducedBias(NamedTuple):
    """Scores (C, k) of the units, lengthened, and degrees of freedom (k,) of each parameter."""

    scores: Floats
    df: Floats


def reduce_bias(scores: Floats, information: Floats, spread: Floats, bread: Floats) -> ReducedBias:
    r"""Correct the scores of sampling units (CR2) and return Satterthwaite degrees of freedom.

    With :math:`M` the inverse information and :math:`J_c` the part of unit c, the score becomes
    :math:`M^{-1/2}(I - M^{1/2}J_cM^{1/2})^{-1/2}M^{1/2}z_c`. The variance estimator of a parameter
    is a quadratic form in the scores, whose first two moments under
    :math:`Cov(z_c, z_d) = \delta_{cd}K_c - K_cMJ_d - J_cMK_d + J_cMKMJ_d` give its df.

    Parameters
    ----------
    scores : ndarray of shape (C, k)
        Weighted scores (gradients of the fit's criterion) summed by unit; they sum to about zero.
    information : ndarray of shape (C, k, k)
        Weighted information of each unit.
    spread : ndarray of shape (C, k, k)
        Information with squared weights: the variance of the scores of independent answers.
    bread : ndarray of shape (k, k)
        Inverse of the whole information, a penalty included.

    Returns
    -------
    ReducedBias

    Notes
    -----
    In an unweighted linear model this is exactly the CR2 of Bell and McCaffrey with an independence
    working model. A direction that a unit alone decides gets no correction.

    References
    ----------
    Bell, R. M. and McCaffrey, D. F. (2002). *Survey Methodology* 28, 169-181. Pustejovsky, J. E.
    and Tipton, E. (2018). *JBES* 36, 672-683. In R: ``clubSandwich::vcovCR(type = "CR2")``,
    ``coef_test(test = "Satterthwaite")``.

    Examples
    --------
    >>> ones = np.ones((4, 1, 1))  # the mean of four units of one answer: s^2 / n on n - 1
    >>> z = np.array([[-3.0], [-1.0], [1.0], [3.0]])
    >>> found = reduce_bias(z, ones, ones, np.array([[0.25]]))
    >>> round(float((found.scores**2).sum()) / 16, 6), found.df.round(6).tolist()
    (1.666667, [3.0])
    """
    roots, axes = np.linalg.eigh(bread)
    half = (axes * np.sqrt(np.maximum(roots, 0.0))) @ axes.T
    back = (axes / np.sqrt(np.maximum(roots, 1e-300))) @ axes.T
    left, turn = np.linalg.eigh(np.eye(len(bread)) - half @ information @ half)
    known = left > LEAST_ROOT
    longer = np.where(known, 1.0 / np.sqrt(np.where(known, left, 1.0)), 1.0)
    stretch = back @ ((turn * longer[:, None, :]) @ turn.transpose(0, 2, 1)) @ half
    adjusted = np.einsum("cij,cj->ci", stretch, scores)
    return ReducedBias(adjusted, _freedom(stretch, information, spread, bread))


def moment_freedom(influence: Floats, weight: Floats, unit: Codes, count: int) -> Floats:
    """Return degrees of freedom of variances of statistics that no regression model stands behind.

    Answers count as independent within a unit, so that the expected square of its total is the sum
    of its squares; the squares are then those of a weighted sum of chi-squares.

    Parameters
    ----------
    influence : ndarray of shape (n, k)
        Influences without the weight.
    weight : ndarray of shape (n,)
    unit : ndarray of int, shape (n,)
    count : int
        Number of units.

    Returns
    -------
    ndarray of shape (k,)
        At most count - 1; NaN where nothing varies.

    References
    ----------
    Satterthwaite, F. E. (1946). *Biometrics Bulletin* 2, 110-114.

    Examples
    --------
    >>> moment_freedom(np.ones((4, 1)), np.ones(4), np.arange(4), 4).tolist()
    [3.0]
    """
    squares = [np.bincount(unit, (weight * column) ** 2, count) for column in influence.T]
    own = np.array(squares).reshape(influence.shape[1], count)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(own.sum(axis=1) ** 2 / (own**2).sum(axis=1) - 1.0)


def tail_freedom(totals: Floats, most: float) -> float:
    """Return degrees of freedom of the variance of a statistic from the tails of its unit totals.

    For totals that are themselves squares, such as those of a variance between units: of n totals
    with kurtosis g the variance has the spread of a chi-square on 2 n / (g - 1).

    Parameters
    ----------
    totals : ndarray of shape (n,)
        Influence of each sampling unit.
    most : float
        Those of the design, n - 1 or fewer.

    Returns
    -------
    float
        From 1 to `most`.

    References
    ----------
    Cochran, W. G. (1977). *Sampling Techniques*, section 5.A.

    Examples
    --------
    >>> tail_freedom(np.array([-1.0, 1, -1, 1]), 3)
    3.0
    >>> round(tail_freedom(np.array([-1.0] * 9 + [9]), 9), 2)
    1.81
    """
    centred = totals - totals.mean()
    square = float((centred**2).sum())
    if not square > 0:
        return max(most, 1.0)
    kurtosis = len(totals) * float((centred**4).sum()) / square**2
    return float(max(min(most, 2 * len(totals) / max(kurtosis - 1.0, 1e-9) - 1.0), 1.0))


def _freedom(stretch: Floats, information: Floats, spread: Floats, bread: Floats) -> Floats:
    whole = bread @ spread.sum(axis=0) @ bread
    pulled = stretch.transpose(0, 2, 1) @ bread  # (C, k, parameters): b_c of each parameter
    r, s = information @ pulled, spread @ pulled
    own = np.einsum("cip,cip->pc", pulled, s)
    found = np.empty(len(bread))
    for j in range(len(bread)):
        # P = diag(own) - S M R' - R M S' + R M K M R' = diag(own) + A B'
        right, middle = r[:, :, j], s[:, :, j]
        a = np.hstack([-middle @ bread, -right @ bread, right @ whole])
        b = np.hstack([right, middle, right])
        cross = np.einsum("ci,ci->c", a, b)
        mean = float((own[j] + cross).sum())
        square = float((own[j] ** 2).sum() + 2 * (own[j] @ cross) + ((a.T @ a) * (b.T @ b)).sum())
        found[j] = mean**2 / square if square > 0 else np.nan
    return found
