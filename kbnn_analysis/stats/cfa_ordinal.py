"""Confirmatory factor analysis of ordered answers: weighted least squares on polychorics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kbnn_analysis.errors import UsageError
from kbnn_analysis.stats.cfa_model import CfaMoments, one_group
from kbnn_analysis.stats.cfa_start import starting_values
from kbnn_analysis.stats.factors import smooth_correlation
from kbnn_analysis.stats.fit_indices import FitIndices, fit_indices

Floats = npt.NDArray[np.float64]
MOST_STEPS = 200
TOLERANCE = 1e-10


@dataclass(frozen=True)
class OrdinalCfaFit:
    """A factor model of the normal answers behind ordered ones.

    Parameters
    ----------
    loadings : ndarray of shape (p,)
        Standardized; one an item.
    factor_correlation : ndarray of shape (m, m)
        Phi.
    covariance : ndarray of shape (q, q)
        Robust covariance of loadings, then correlations of factors (upper triangle).
    projection : ndarray of shape (q, pairs)
        Takes changes of the polychoric correlations to changes of the parameters.
    chi2_plain : float
        The statistic before it is adjusted for its mean and variance.
    fit : FitIndices
        From the adjusted statistic.
    """

    loadings: Floats
    factor_correlation: Floats
    covariance: Floats
    projection: Floats
    chi2_plain: float
    fit: FitIndices

    @property
    def std_error(self) -> Floats:
        """Return the robust standard errors."""
        return np.asarray(np.sqrt(np.diag(self.covariance)))


def fit_ordinal_cfa(
    correlation: npt.ArrayLike, covariance: npt.ArrayLike, n: float, factor_of: Sequence[int]
) -> OrdinalCfaFit:
    r"""Fit a simple-structure model to polychoric correlations by diagonally weighted LS.

    Minimizes :math:`\sum_{i<j} (r_{ij} - \lambda_i \phi_{ij} \lambda_j)^2 / v_{ij}`. Standard
    errors are sandwiched by the full covariance of the correlations; the statistic is scaled and
    shifted to the mean and variance of a chi-square ("WLSMV").

    Parameters
    ----------
    correlation : array of shape (p, p)
        Polychoric correlations.
    covariance : array of shape (pairs, pairs)
        Covariance of the correlations above the diagonal (``numpy.triu_indices(p, 1)``): from
        :func:`kbnn_analysis.stats.polychoric_influences.polychoric_influences`, and of whatever
        survey design. Its diagonal gives the weights.
    n : float
        Respondents, for the RMSEA (which takes n - 1 here, as lavaan does).
    factor_of : sequence of int
        Factor of each item, 0 to m - 1.

    Returns
    -------
    OrdinalCfaFit

    Raises
    ------
    UsageError
        If the model has more parameters than correlations, or does not converge.

    Notes
    -----
    Standard errors take the model as true (the residuals' second derivatives are left out), as
    lavaan does. Thresholds are saturated and drop out.

    References
    ----------
    Muthén, B., du Toit, S. H. C. and Spisic, D. (1997). Asparouhov, T. and Muthén, B. (2010).
    Simple second order chi-square correction. In R: ``lavaan::cfa(model, d, ordered = TRUE,
    std.lv = TRUE)``.

    Examples
    --------
    >>> loads = np.array([0.9, 0.8, 0.7, 0.6])
    >>> exact = np.outer(loads, loads) + np.diag(1 - loads**2)
    >>> fit_ordinal_cfa(exact, np.eye(6) / 100, 100, [0, 0, 0, 0]).loadings.round(4).tolist()
    [0.9, 0.8, 0.7, 0.6]
    """
    matrix, spread = np.asarray(correlation, dtype=float), np.asarray(covariance, dtype=float)
    pattern = _Pattern(np.asarray(factor_of, dtype=np.intp))
    if pattern.df < 0:
        raise UsageError("more loadings than correlations; a factor needs three items alone.")
    target = matrix[pattern.first, pattern.second]
    weight = 1.0 / np.diag(spread)
    theta = pattern.start(matrix)
    for _ in range(MOST_STEPS):
        implied, slope = pattern.implied(theta)
        scaled = slope * np.sqrt(weight)[:, None]
        left = (target - implied) * np.sqrt(weight)
        step = np.asarray(np.linalg.lstsq(scaled, left, rcond=None)[0], dtype=np.float64)
        theta = theta + _damped(pattern, theta, step, target, weight) * step
        if np.abs(step).max() < TOLERANCE:
            break
    else:
        raise UsageError("the ordinal factor model did not converge; leave weak items out.")
    return _finished(pattern, theta, target, weight, spread, n)


class _Pattern:
    """Correlations above the diagonal as functions of loadings and factor correlations."""

    def __init__(self, factor_of: npt.NDArray[np.intp]) -> None:
        self.items, self.factors = len(factor_of), int(factor_of.max()) + 1
        self.factor_of = factor_of
        self.first, self.second = np.triu_indices(self.items, 1)
        self.rows, self.columns = np.triu_indices(self.factors, 1)
        number = np.full((self.factors, self.factors), -1)
        number[self.rows, self.columns] = np.arange(len(self.rows))
        number = np.maximum(number, number.T)
        self.phi_of = number[factor_of[self.first], factor_of[self.second]]
        self.df = len(self.first) - self.items - len(self.rows)

    def start(self, matrix: Floats) -> Floats:
        smooth = smooth_correlation(matrix)
        seen = CfaMoments(np.zeros(self.items), smooth, 1)
        parts = starting_values([seen], one_group(self.factor_of.tolist()))
        return np.concatenate([parts[: self.items], parts[3 * self.items :]])

    def phi(self, theta: Floats) -> Floats:
        matrix = np.eye(self.factors)
        matrix[self.rows, self.columns] = matrix[self.columns, self.rows] = theta[self.items :]
        return matrix

    def implied(self, theta: Floats) -> tuple[Floats, Floats]:
        loads = theta[: self.items]
        padded = np.append(theta[self.items :], 1.0)  # -1 takes the last: the same factor
        phi, left, right = padded[self.phi_of], loads[self.first], loads[self.second]
        slope = np.zeros((len(self.first), len(theta)))
        pairs = np.arange(len(self.first))
        slope[pairs, self.first] = right * phi
        slope[pairs, self.second] = left * phi
        across = self.phi_of >= 0
        slope[pairs[across], self.items + self.phi_of[across]] = (left * right)[across]
        return left * right * phi, slope


def _damped(
    pattern: _Pattern, theta: Floats, step: Floats, target: Floats, weight: Floats
) -> float:
    def loss(size: float) -> float:
        return float(weight @ (target - pattern.implied(theta + size * step)[0]) ** 2)

    now, size = loss(0.0), 1.0
    while size > 1e-6 and loss(size) > now * (1 + 1e-12):
        size /= 2
    return size


def _finished(
    pattern: _Pattern, theta: Floats, target: Floats, weight: Floats, spread: Floats, n: float
) -> OrdinalCfaFit:
    implied, slope = pattern.implied(theta)
    bread = np.linalg.pinv(slope.T @ (weight[:, None] * slope), hermitian=True)
    projection = bread @ (slope.T * weight)
    residual = target - implied
    plain = float(weight @ residual**2)
    left = np.diag(weight) - weight[:, None] * (slope @ projection)
    chi2 = _scaled_shifted(plain, left @ spread, pattern.df)
    base = _scaled_shifted(float(weight @ target**2), weight[:, None] * spread, len(target))
    # lavaan counts the diagonal, which fits exactly, among the residuals
    srmr = float(np.sqrt((residual**2).sum() / (len(target) + pattern.items)))
    return OrdinalCfaFit(
        loadings=theta[: pattern.items],
        factor_correlation=pattern.phi(theta),
        covariance=projection @ spread @ projection.T,
        projection=projection,
        chi2_plain=plain,
        fit=fit_indices(chi2, pattern.df, base, len(target), n - 1, srmr),
    )


def _scaled_shifted(plain: float, product: Floats, df: int) -> float:
    if df == 0:
        return plain
    trace, square = float(np.trace(product)), float(np.sum(product * product.T))
    scale = np.sqrt(df / square)
    return float(plain * scale + df - scale * trace)
