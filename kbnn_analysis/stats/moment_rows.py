"""Sums of products by unit, and the few rows that have the same ones."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]


class MomentRows(NamedTuple):
    """Rows that stand for the records of units.

    ``columns`` has shape (k, q) and a first column of ones; ``weight`` and ``unit`` have shape
    (k,): q rows for each unit that has records.
    """

    columns: Floats
    weight: Floats
    unit: Codes


def product_sums(columns: Floats, weight: Floats, unit: Codes, n_units: int) -> Floats:
    """Return the weighted sums of products of columns within each unit.

    Parameters
    ----------
    columns : ndarray of shape (n, q)
        Records.
    weight : ndarray of shape (n,)
        Their weights.
    unit : ndarray of int, shape (n,)
        Unit of each record, 0 to `n_units` - 1.
    n_units : int
        Number of units.

    Returns
    -------
    ndarray of shape (n_units, q, q)
        Symmetric; zero for a unit without records. Sums over blocks of records add up.

    Examples
    --------
    >>> product_sums(np.array([[1.0, 2.0], [1.0, 4.0]]), np.ones(2), np.array([0, 0]), 1)
    array([[[ 2.,  6.],
            [ 6., 20.]]])
    """
    size = columns.shape[1]
    sums = np.zeros((n_units, size, size))
    for a in range(size):
        weighted = weight * columns[:, a]
        for b in range(a, size):
            sums[:, a, b] = np.bincount(unit, weighted * columns[:, b], minlength=n_units)
            sums[:, b, a] = sums[:, a, b]
    return sums


def moment_rows(sums: Floats) -> MomentRows:
    """Return rows with given sums of products.

    A unit's sums are taken apart into q rows by their eigenvectors, and the rows are turned so that
    all have the same first entry: that is a constant with equal weights.

    Parameters
    ----------
    sums : ndarray of shape (units, q, q)
        From :func:`product_sums`, of columns whose first is the constant 1.

    Returns
    -------
    MomentRows
        Whose own :func:`product_sums` are `sums`, to rounding.

    Examples
    --------
    >>> rows = moment_rows(np.array([[[2.0, 6.0], [6.0, 20.0]]]))
    >>> product_sums(rows.columns, rows.weight, rows.unit, 1).round(9)
    array([[[ 2.,  6.],
            [ 6., 20.]]])
    """
    unit, size = np.flatnonzero(sums[:, 0, 0] > 0), sums.shape[1]
    values, vectors = np.linalg.eigh(sums[unit])
    rows = np.sqrt(np.maximum(values, 0.0))[:, :, None] * vectors.transpose(0, 2, 1)
    length = np.sqrt(sums[unit, 0, 0])
    mirror = rows[:, :, 0] / length[:, None] - 1.0 / np.sqrt(size)
    square = np.einsum("ui,ui->u", mirror, mirror)
    along = np.einsum("ui,uij->uj", mirror, rows)
    step = np.divide(2.0, square, out=np.zeros_like(square), where=square > 1e-30)
    turned = rows - (step[:, None] * mirror)[:, :, None] * along[:, None, :]
    scaled = (turned * (np.sqrt(size) / length)[:, None, None]).reshape(-1, size)
    scaled[:, 0] = 1.0
    weight = np.repeat(sums[unit, 0, 0] / size, size)
    return MomentRows(scaled, weight, np.repeat(unit, size))
