"""Polychoric correlations: how latent normal answers behind ordered categories correlate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from kbnn_analysis.errors import UsageError
from kbnn_analysis.stats.bivariate_normal import bivariate_normal_cdf, bivariate_normal_pdf

Floats = npt.NDArray[np.float64]
LARGEST = 0.9999
MOST_STEPS = 100
TOLERANCE = 1e-11
# normal quantiles beyond this leave no mass that a double can hold
FAR = 12.0


@dataclass(frozen=True)
class Polychoric:
    """Two-step polychoric correlations of p items.

    Parameters
    ----------
    correlation : ndarray of shape (p, p)
        Symmetric with a unit diagonal. Estimated pair by pair, so it need not be positive definite.
    thresholds : tuple of ndarray
        Latent cutting points of each item.
    n : ndarray of shape (p, p)
        (Weighted) number of respondents behind each pair.
    """

    correlation: Floats
    thresholds: tuple[Floats, ...]
    n: Floats


def polychoric(items: npt.ArrayLike, weight: npt.ArrayLike | None = None) -> Polychoric:
    """Return polychoric correlations by two-step maximum likelihood.

    Thresholds come from each item's own valid answers; a pair uses the respondents who answered
    both. Assumes a bivariate normal behind every pair.

    Parameters
    ----------
    items : array of shape (n, p)
        Ordered codes, NaN where there is no answer.
    weight : array of shape (n,), optional
        Ones by default.

    Returns
    -------
    Polychoric

    Raises
    ------
    UsageError
        If an item has fewer than two categories, or a pair no respondents.

    References
    ----------
    Olsson, U. (1979). *Psychometrika* 44, 443-460. In R: ``psych::polychoric(d, correct = 0)``,
    ``polycor::polychor(x, y)``.

    Examples
    --------
    >>> x = np.repeat([[1.0, 1], [1, 2], [2, 1], [2, 2]], [40, 10, 10, 40], axis=0)
    >>> polychoric(x).correlation.round(4).tolist()
    [[1.0, 0.809], [0.809, 1.0]]
    """
    answers = np.asarray(items, dtype=float)
    weights = np.ones(len(answers)) if weight is None else np.asarray(weight, dtype=float)
    codes, sizes = _codes(answers)
    bounds = [
        _bounds(np.bincount(codes[seen, item], weights[seen], sizes[item]).astype(float))
        for item, seen in enumerate((codes >= 0).T)
    ]
    first, second = np.triu_indices(answers.shape[1], 1)
    width = max(sizes)
    tables = np.zeros((len(first), width, width))
    for pair, (one, other) in enumerate(zip(first, second, strict=True)):
        both = (codes[:, one] >= 0) & (codes[:, other] >= 0)
        cell = codes[both, one] * width + codes[both, other]
        tables[pair] = np.bincount(cell, weights[both], width * width).reshape(width, width)
    _check_pairs(tables, first, second)
    padded = np.array([np.pad(b, (0, width + 1 - len(b)), constant_values=FAR) for b in bounds])
    rho = _maximize(tables, padded[first], padded[second])
    return _matrices(rho, tables, bounds, first, second, answers.shape[1])


def _maximize(tables: Floats, rows: Floats, columns: Floats) -> Floats:
    """Return the correlation of every table by Fisher scoring, all tables at once."""
    upper, across = rows[:, :, None], columns[:, None, :]
    total = tables.sum(axis=(1, 2))
    rho = np.zeros(len(tables))
    for _ in range(MOST_STEPS):
        cdf = bivariate_normal_cdf(upper, across, rho[:, None, None])
        pdf = bivariate_normal_pdf(upper, across, rho[:, None, None])
        mass = np.maximum(_cells(cdf), 1e-300)
        slope = _cells(pdf)
        score = (tables * slope / mass).sum(axis=(1, 2))
        information = total * (slope**2 / mass).sum(axis=(1, 2))
        step = np.clip(score / information, -0.5, 0.5)
        # never jump over the end of the range: go half the way there
        room = np.where(step > 0, LARGEST - rho, LARGEST + rho)
        step = np.sign(step) * np.minimum(np.abs(step), room / 2)
        rho = rho + step
        if np.abs(step).max(initial=0.0) < TOLERANCE:
            break
    return np.asarray(rho)


def _cells(corners: Floats) -> Floats:
    return np.asarray(np.diff(np.diff(corners, axis=1), axis=2))


def _codes(answers: Floats) -> tuple[npt.NDArray[np.intp], list[int]]:
    codes = np.full(answers.shape, -1, dtype=np.intp)
    sizes = []
    for item, column in enumerate(answers.T):
        seen = ~np.isnan(column)
        values, inverse = np.unique(column[seen], return_inverse=True)
        if len(values) < 2:
            raise UsageError(
                f"item {item + 1} has {len(values)} categories; a correlation needs two."
            )
        codes[seen, item] = inverse
        sizes.append(len(values))
    return codes, sizes


def _bounds(counts: Floats) -> Floats:
    cumulated = np.cumsum(counts)[:-1] / counts.sum()
    return np.concatenate([[-FAR], ndtri(cumulated), [FAR]])


def _check_pairs(tables: Floats, first: npt.NDArray[np.intp], second: npt.NDArray[np.intp]) -> None:
    empty = np.flatnonzero(tables.sum(axis=(1, 2)) == 0)
    if len(empty):
        pair = empty[0]
        raise UsageError(
            f"nobody answered both item {first[pair] + 1} and item {second[pair] + 1}; "
            "leave one of them out."
        )


def _matrices(
    rho: Floats,
    tables: Floats,
    bounds: list[Floats],
    first: npt.NDArray[np.intp],
    second: npt.NDArray[np.intp],
    items: int,
) -> Polychoric:
    correlation = np.eye(items)
    correlation[first, second] = correlation[second, first] = rho
    n = np.zeros((items, items))
    n[first, second] = n[second, first] = tables.sum(axis=(1, 2))
    return Polychoric(correlation, tuple(bound[1:-1] for bound in bounds), n)
