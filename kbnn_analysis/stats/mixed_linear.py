"""Linear regression with a random intercept by unit, from the sums of products of each unit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar

from kbnn_analysis.errors import UsageError
from kbnn_analysis.stats.moment_rows import product_sums
from kbnn_analysis.stats.unit_scores import UnitScores

Floats = npt.NDArray[np.float64]
SMALLEST, LARGEST = -9.0, 6.0
"""Bounds of the logarithm of the units' standard deviation over that of the residuals."""


@dataclass(frozen=True)
class MixedLinear:
    """A fitted model y = x'b + u_unit + e.

    Attributes
    ----------
    coefficients : ndarray of shape (p,)
    sd, residual_sd : float
        Standard deviations between units and within them.
    model_covariance : ndarray of shape (p, p)
        Of the coefficients, if the model is true and weights are precisions.
    criterion : float
        Minus twice the restricted log likelihood, with its constants where weights are one.
    parts : UnitScores
        Of the coefficients and, last, the two variances; of the coefficients and the residual
        variance alone where ``sd`` is 0.
    """

    coefficients: Floats
    sd: float
    residual_sd: float
    model_covariance: Floats
    criterion: float
    parts: UnitScores


def fit_mixed_linear(
    unit: npt.ArrayLike, columns: npt.ArrayLike, outcome: npt.ArrayLike, weight: npt.ArrayLike
) -> MixedLinear:
    r"""Fit a linear random-intercept model by restricted maximum likelihood.

    Parameters
    ----------
    unit : array of int, shape (n,)
        0 .. m - 1.
    columns : array of shape (n, p)
        Including the column of ones.
    outcome : array of shape (n,)
    weight : array of shape (n,)
        Scaled to sum to the number of answers in each unit, so that unequal weights do not feign
        differences between units.

    Returns
    -------
    MixedLinear

    Raises
    ------
    UsageError
        If columns are redundant or there are hardly more answers than columns.

    Notes
    -----
    With :math:`\lambda = \tau^2/\sigma^2` and :math:`n_j` the weights of unit j, its inverse
    covariance is :math:`(W - \lambda/(1+\lambda n_j)\,W11'W)/\sigma^2`: sums of products per unit
    are all that is needed, and the criterion is searched over :math:`\lambda` alone.

    References
    ----------
    Pfeffermann, D. et al. (1998). *JRSS B* 60, 23-40. In R: ``lme4::lmer(y ~ x + (1 | unit),
    weights = w)``.

    Examples
    --------
    >>> unit = np.repeat([0, 1, 2], 2)
    >>> y = np.array([1.0, 3, 5, 7, 6, 8])
    >>> fit = fit_mixed_linear(unit, np.ones((6, 1)), y, np.ones(6))
    >>> fit.coefficients.round(6).tolist(), round(fit.sd**2, 4), round(fit.residual_sd**2, 4)
    ([5.0], 6.0, 2.0)
    """
    code, x, y, w = np.asarray(unit), *(np.asarray(a, float) for a in (columns, outcome, weight))
    if len(y) <= x.shape[1] + 1 or np.linalg.matrix_rank(x) < x.shape[1]:
        raise UsageError(
            "the columns are redundant or there are too few answers; leave a column out."
        )
    middle = float(np.average(y, weights=w))
    moments = product_sums(
        np.column_stack([np.ones(len(y)), x, y - middle]), w, code, code.max() + 1
    )
    profile = _Profile(moments, np.bincount(code).astype(float))
    ratio = _search(profile)
    at = profile.at(ratio)
    residual = at.quadratic / (len(y) - x.shape[1])
    slopes = at.slopes.copy()
    slopes += np.linalg.lstsq(x, np.full(len(y), middle), rcond=None)[0]
    constants = (len(y) - x.shape[1]) * (1 + np.log(2 * np.pi / (len(y) - x.shape[1])))
    return MixedLinear(
        coefficients=slopes,
        sd=float(np.sqrt(ratio * residual)),
        residual_sd=float(np.sqrt(residual)),
        model_covariance=np.asarray(residual * np.linalg.inv(at.gram)),
        criterion=at.criterion + constants,
        parts=profile.scores(ratio, at.slopes, residual),
    )


def _search(profile: _Profile) -> float:
    found = minimize_scalar(
        lambda log_sd: profile.at(np.exp(2 * log_sd)).criterion,
        bounds=(SMALLEST, LARGEST), method="bounded", options={"xatol": 1e-9},
    )  # fmt: skip
    if profile.at(0.0).criterion <= found.fun + 1e-8:
        return 0.0
    return float(np.exp(2 * found.x))


@dataclass(frozen=True)
class _At:
    """The fit at one ratio of variances."""

    slopes: Floats
    gram: Floats
    quadratic: float
    criterion: float


class _Profile:
    """The restricted likelihood of the ratio of variances."""

    def __init__(self, moments: Floats, answers: Floats) -> None:
        self.n, self.answers = moments[:, 0, 0], answers
        self.ones, self.products = moments[:, 0, 1:], moments[:, 1:, 1:]

    def within(self, ratio: float) -> Floats:
        """Return the products of columns and outcome in each unit, in its inverse covariance."""
        shrink = ratio / (1.0 + ratio * self.n)
        both = self.ones[:, :, None] * self.ones[:, None, :]
        return np.asarray(self.products - shrink[:, None, None] * both)

    def at(self, ratio: float) -> _At:
        """Return the fit at a ratio, and minus twice its restricted log likelihood."""
        whole = self.within(ratio).sum(axis=0)
        gram, cross = whole[:-1, :-1], whole[:-1, -1]
        slopes = np.linalg.solve(gram, cross)
        quadratic = float(whole[-1, -1] - cross @ slopes)
        free = self.answers.sum() - len(gram)
        spread = float(np.log1p(ratio * self.n).sum() + np.linalg.slogdet(gram)[1])
        return _At(slopes, gram, quadratic, spread + free * float(np.log(quadratic)))

    def scores(self, ratio: float, slopes: Floats, residual: float) -> UnitScores:
        """Return scores and expected information of the units on slopes and variances."""
        own, turn = self.within(ratio), np.append(-slopes, 1.0)
        by_slope = own[:, :-1, :] @ turn / residual
        total = self.ones @ turn  # weighted sum of residuals
        square = np.einsum("a,jab,b->j", turn, self.products, turn)
        shrink = ratio / (1.0 + ratio * self.n)
        rest = 1.0 / (1.0 + ratio * self.n)  # 1 - shrink * n
        left = square - (2 * shrink - shrink**2 * self.n) * total**2
        between = 0.5 * ((total * rest / residual) ** 2 - self.n * rest / residual)
        within = 0.5 * (left / residual**2 - (self.answers - shrink * self.n) / residual)
        p = len(slopes)
        information = np.zeros((len(self.n), p + 2, p + 2))
        information[:, :p, :p] = own[:, :-1, :-1] / residual
        information[:, p, p] = 0.5 * (self.n * rest / residual) ** 2
        information[:, p, p + 1] = information[:, p + 1, p] = 0.5 * self.n * (rest / residual) ** 2
        information[:, p + 1, p + 1] = 0.5 * (self.answers - 1 + rest**2) / residual**2
        values = np.column_stack([by_slope, between, within])
        if ratio == 0:
            kept = [*range(p), p + 1]
            values, information = values[:, kept], information[:, kept][:, :, kept]
        bread = np.asarray(np.linalg.inv(information.sum(axis=0)))
        return UnitScores(values, information, bread)
