"""What each respondent adds to polychoric correlations: their large-sample covariance."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from kbnn_analysis.stats.bivariate_normal import bivariate_normal_cdf, bivariate_normal_pdf
from kbnn_analysis.stats.polychoric import Polychoric

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]
FAR = 12.0
# the cdf is exact to about 1e-10; cells below hold no answers that a fit could explain
LEAST_MASS = 1e-10


def polychoric_influences(
    items: npt.ArrayLike, fit: Polychoric, weight: npt.ArrayLike | None = None
) -> Floats:
    r"""Return the influence of each respondent on each pair's polychoric correlation.

    Two-step estimation: a threshold's influence is
    :math:`(\Phi(\tau_k) - 1\{y \le k\}) / \varphi(\tau_k)` up to sign; the correlation's is its
    own score less what the thresholds carry into it, over its information. Information and
    cross-information are taken from the observed cells (outer products of scores), as lavaan does:
    right where the normal answers behind the categories are, and close to it otherwise.

    Parameters
    ----------
    items : array of shape (n, p)
        The answers that `fit` was made from; NaN where there is none.
    fit : Polychoric
        Their polychoric correlations.
    weight : array of shape (n,), optional
        The same weights.

    Returns
    -------
    ndarray of shape (n, p (p - 1) / 2)
        In the order of ``numpy.triu_indices(p, 1)``. The weighted mean of a column is zero, and
        estimate less truth is about the weighted mean of the influences.

    References
    ----------
    Muthén, B. (1984). *Psychometrika* 49, 115-132. In R: ``lavInspect(fit, "gamma")`` is the mean
    of their products for a fit with ordered items.

    Examples
    --------
    >>> from kbnn_analysis.stats.polychoric import polychoric
    >>> x = np.repeat([[1.0, 1], [1, 2], [2, 1], [2, 2]], [40, 10, 10, 40], axis=0)
    >>> u = polychoric_influences(x, polychoric(x))
    >>> round(float(np.sqrt((u**2).mean() / 100)), 4)  # standard error
    0.0739
    """
    answers = np.asarray(items, dtype=float)
    weights = np.ones(len(answers)) if weight is None else np.asarray(weight, dtype=float)
    codes = [_codes(column) for column in answers.T]
    steps = [
        _threshold_influences(code, tau, weights)
        for code, tau in zip(codes, fit.thresholds, strict=True)
    ]
    first, second = np.triu_indices(answers.shape[1], 1)
    found = np.empty((len(answers), len(first)))
    for pair, (one, other) in enumerate(zip(first, second, strict=True)):
        rho = float(fit.correlation[one, other])
        scores = _Scores(fit.thresholds[one], fit.thresholds[other], rho)
        found[:, pair] = scores.influence(
            codes[one], codes[other], steps[one], steps[other], weights
        )
    return found


class _Scores:
    """Scores of every cell of one pair's table by its correlation and its thresholds."""

    def __init__(self, rows: Floats, columns: Floats, rho: float) -> None:
        a, b = _bounds(rows), _bounds(columns)
        grid = np.meshgrid(a, b, indexing="ij")
        mass = np.maximum(_cells(bivariate_normal_cdf(*grid, rho)), LEAST_MASS)
        self.rho = _cells(bivariate_normal_pdf(*grid, rho)) / mass
        self.rows = _steps(rows, b, rho) / mass
        self.columns = _steps(columns, a, rho).transpose(0, 2, 1) / mass

    def influence(
        self, row: Codes, column: Codes, by_row: Floats, by_column: Floats, weight: Floats
    ) -> Floats:
        """Return the influence of every respondent; codes are -1 where there is no answer."""
        both = (row >= 0) & (column >= 0)
        table = np.zeros(self.rho.shape)
        np.add.at(table, (row[both], column[both]), weight[both])
        share = table / table.sum()
        information = float((share * self.rho**2).sum())
        own = np.where(both, self.rho[row, column], 0.0) * (weight.sum() / table.sum())
        carried = by_row @ np.einsum("ab,kab->k", share * self.rho, self.rows)
        carried += by_column @ np.einsum("ab,kab->k", share * self.rho, self.columns)
        return np.asarray((own - carried) / information)


def _steps(thresholds: Floats, across: Floats, rho: float) -> Floats:
    """Return d cell mass by each threshold of one item, thresholds x own cells x other cells."""
    root = np.sqrt(1 - rho**2)
    density = np.exp(-(thresholds**2) / 2) / np.sqrt(2 * np.pi)
    inside = np.diff(ndtr((across[None, :] - rho * thresholds[:, None]) / root), axis=1)
    slope = density[:, None] * inside
    steps = np.zeros((len(thresholds), len(thresholds) + 1, len(across) - 1))
    places = np.arange(len(thresholds))
    steps[places, places], steps[places, places + 1] = slope, -slope
    return steps


def _threshold_influences(code: Codes, thresholds: Floats, weight: Floats) -> Floats:
    seen = code >= 0
    below = (code[:, None] <= np.arange(len(thresholds))) & seen[:, None]
    density = np.exp(-(thresholds**2) / 2) / np.sqrt(2 * np.pi)
    found = (below - ndtr(thresholds) * seen[:, None]) / density
    return np.asarray(found * (weight.sum() / weight[seen].sum()))


def _codes(column: Floats) -> Codes:
    seen = ~np.isnan(column)
    codes = np.full(len(column), -1, dtype=np.intp)
    codes[seen] = np.unique(column[seen], return_inverse=True)[1]
    return codes


def _bounds(thresholds: Floats) -> Floats:
    return np.concatenate([[-FAR], thresholds, [FAR]])


def _cells(corners: Floats) -> Floats:
    return np.asarray(np.diff(np.diff(corners, axis=0), axis=1))
