"""Influence values: what each respondent adds to a statistic, dense or by domain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]
Matrix = Floats | sparse.csr_array


@dataclass(frozen=True)
class Influences:
    """Per-respondent influences of k = m * D statistics, u with estimate - truth = sum of w u.

    A total of y has the influence y; a ratio R of totals Y / X has (y - R x) / X. With domains a
    respondent touches only the statistics of the own domain, so that m numbers a respondent hold
    what would be m * D: statistic j in domain d is column j * D + d.

    Attributes
    ----------
    values : ndarray of shape (n, m)
        Influences without the weight; zero where the respondent does not count.
    domain : ndarray of shape (n,), optional
        Domain code, -1 for none; None when all respondents touch all m statistics.
    n_domains : int
        D; 1 without domains.

    Examples
    --------
    >>> u = Influences(np.array([[1.0], [2.0]]), np.array([0, 2]), 3)
    >>> u.matrix(np.ones(2)).toarray()
    array([[1., 0., 0.], [0., 0., 2.]])
    """

    values: Floats
    domain: Codes | None = None
    n_domains: int = 1

    @property
    def n_columns(self) -> int:
        """Return the number of statistics, m * D."""
        return int(self.values.shape[1]) * self.n_domains

    def matrix(self, weight: Floats) -> Matrix:
        """Return the weighted influences, n x k: sparse with domains, dense without."""
        weighted = self.values * weight[:, None]
        if self.domain is None:
            return weighted
        n, m = weighted.shape
        inside = self.domain >= 0
        columns = self.domain[inside][:, None] + self.n_domains * np.arange(m)
        starts = np.concatenate([[0], np.cumsum(inside * m)])
        entries = (weighted[inside].ravel(), columns.ravel(), starts)
        return sparse.csr_array(entries, shape=(n, self.n_columns))

    def totals(self, weight: Floats, unit: Codes, n_units: int) -> Matrix:
        """Return the weighted influences summed by sampling unit, P x k."""
        cells = n_units * self.n_domains
        if self.domain is not None and cells > max(4 * len(unit), 1_000_000):
            return grouped(self.matrix(weight), unit, n_units)
        cell, weighted = unit, self.values.T * weight
        if self.domain is not None and (self.domain < 0).any():
            inside = np.flatnonzero(self.domain >= 0)
            cell = unit[inside] * self.n_domains + self.domain[inside]
            weighted = weighted[:, inside]
        elif self.domain is not None:
            cell = unit * self.n_domains + self.domain
        sums = [np.bincount(cell, weights=column, minlength=cells) for column in weighted]
        by_unit = np.stack(sums).reshape(len(sums), n_units, self.n_domains)
        return np.asarray(by_unit.transpose(1, 0, 2), dtype=float).reshape(n_units, -1)

    def crossproduct(self) -> Floats:
        """Return the k x k sums of products u u', unweighted."""
        if self.domain is None:
            return np.asarray(self.values.T @ self.values)
        m, d = self.values.shape[1], self.n_domains
        inside = self.domain >= 0
        group = np.where(inside, self.domain, d)
        result = np.zeros((m, d, m, d))
        diagonal = np.arange(d)
        for a in range(m):
            for b in range(a, m):
                product = self.values[:, a] * self.values[:, b]
                sums = np.bincount(group, weights=product, minlength=d + 1)[:d]
                result[a, diagonal, b, diagonal] = result[b, diagonal, a, diagonal] = sums
        return result.reshape(m * d, m * d)


def grouped(matrix: Matrix, code: Codes, count: int) -> Matrix:
    """Return the sums of the rows of each group.

    Parameters
    ----------
    matrix : array or sparse array of shape (n, k)
        Rows to add up.
    code : array of int, shape (n,)
        Group of each row.
    count : int
        Number of groups.

    Returns
    -------
    array or sparse array of shape (count, k)
        One row a group.

    Examples
    --------
    >>> grouped(np.array([[1.0], [2.0], [4.0]]), np.array([0, 1, 0]), 2)
    array([[5.], [2.]])
    """
    rows = len(code)
    member = sparse.csr_array((np.ones(rows), (code, np.arange(rows))), shape=(count, rows))
    if sparse.issparse(matrix):
        return sparse.csr_array(member @ matrix)
    return np.asarray(member @ matrix)


def stacked(parts: list[Matrix]) -> Matrix:
    """Return matrices side by side, sparse if one of them is.

    Parameters
    ----------
    parts : list of arrays
        Matrices of the same number of rows.

    Returns
    -------
    array or sparse array
        Their columns in order.

    Examples
    --------
    >>> stacked([np.ones((2, 1)), np.zeros((2, 1))])
    array([[1., 0.], [1., 0.]])
    """
    if len(parts) == 1:
        return parts[0]
    if any(sparse.issparse(part) for part in parts):
        return sparse.csr_array(sparse.hstack([sparse.csr_array(part) for part in parts]))
    return np.hstack([np.asarray(part) for part in parts])
