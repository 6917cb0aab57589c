"""The likelihood of cumulative logit models at one point, with its derivatives.

Between two cumulative logits l < u lies the mass F(u) - F(l) = F(u) F(-l) (1 - exp(l - u)). The
last factor depends on the thresholds alone, so that a respondent costs two logistic functions and
nothing cancels in the tails. A binary outcome is the case of one threshold.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import expit

from kbnn_analysis.errors import UsageError

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.intp]
SMALLEST = 1e-300
# products this small stay in one thread and in the cache: many short fits gain from both
BLOCK = 200_000


@dataclass(frozen=True)
class CumulativeData:
    """Answers sorted by category, ready for many fits.

    Attributes
    ----------
    order : ndarray of int, shape (n,)
        Where each sorted row stood.
    starts : ndarray of int, shape (K + 1,)
        First row of each category; the last entry is n.
    weight : ndarray of shape (n,)
        Sorted, of mean 1 for each respondent.
    shifting : ndarray of shape (n, q)
        Sorted columns whose slope differs by threshold; the first is the constant.
    """

    order: Integers
    starts: Integers
    weight: Floats
    shifting: Floats

    @property
    def n_thresholds(self) -> int:
        """Return K - 1."""
        return len(self.starts) - 2

    def rows(self, category: int) -> slice:
        """Return where the answers of a category stand."""
        return slice(int(self.starts[category]), int(self.starts[category + 1]))


@dataclass(frozen=True)
class CumulativeFit:
    """A maximum of the (penalized) likelihood.

    Attributes
    ----------
    thresholds : ndarray of shape (K - 1, q)
        Row j: constant and slopes of the shifting columns in the j-th cumulative logit.
    slopes : ndarray of shape (p,)
    log_mass : ndarray of shape (n,)
        Log likelihood of each sorted row, without weight or penalty.
    toward_upper, toward_lower : ndarray of shape (n,)
        Its derivatives by the cumulative logits above and below the answer.
    information : ndarray of shape ((K - 1) q + p, (K - 1) q + p)
        Minus the Hessian; thresholds first, by row.
    """

    thresholds: Floats
    slopes: Floats
    log_mass: Floats
    toward_upper: Floats
    toward_lower: Floats
    information: Floats

    @property
    def parameters(self) -> Floats:
        """Return thresholds, by row, and slopes in one vector."""
        return np.concatenate([self.thresholds.ravel(), self.slopes])


def cumulative_data(
    answer: npt.ArrayLike,
    weight: npt.ArrayLike,
    shifting: npt.ArrayLike | None = None,
    *,
    mean_weight: float | None = None,
) -> CumulativeData:
    """Sort answers by category, ready for many fits.

    Parameters
    ----------
    answer : array of int, shape (n,)
        0 .. K - 1, every category present.
    weight : array of shape (n,)
    shifting : array of shape (n, q - 1), optional
        Columns with a slope for each threshold.
    mean_weight : float, optional
        The mean weight of a respondent, where a row stands for several.

    Returns
    -------
    CumulativeData

    Raises
    ------
    UsageError
        If a category is empty or there is only one.

    Examples
    --------
    >>> cumulative_data([1, 0, 1], [1.0, 1, 1]).starts.tolist()
    [0, 1, 3]
    """
    category = np.asarray(answer).astype(np.intp)
    weights = np.asarray(weight, dtype=float)
    counts = np.bincount(category)
    if len(counts) < 2 or (counts == 0).any():
        raise UsageError(
            f"every category 0..{max(len(counts) - 1, 1)} needs an answer; join empty ones first."
        )
    order = np.argsort(category, kind="stable")
    columns = np.ones((len(category), 1))
    if shifting is not None:
        columns = np.column_stack([columns, np.asarray(shifting, dtype=float)])
    starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.intp)
    size = weights.mean() if mean_weight is None else mean_weight
    return CumulativeData(order, starts, (weights / size)[order], columns[order])


def likelihood_at(
    parameters: Floats, data: CumulativeData, predictors: Floats, ridge: float
) -> CumulativeFit | None:
    """Return likelihood and derivatives at one point; None where logits are out of order."""
    q, top = data.shifting.shape[1], data.n_thresholds
    thresholds, slopes = parameters[: top * q].reshape(top, q), parameters[top * q :]
    linear = _times(predictors, slopes)
    n = len(linear)
    above, below, overlap = np.ones(n), np.ones(n), np.zeros(n)
    for category in range(top + 1):
        rows = data.rows(category)
        if category < top:
            upper = data.shifting[rows] @ thresholds[category]
            above[rows] = expit(upper - linear[rows])
        if category > 0:
            lower = data.shifting[rows] @ thresholds[category - 1]
            below[rows] = expit(linear[rows] - lower)
        if 0 < category < top:
            overlap[rows] = np.exp(lower - upper)
    if overlap.size and overlap.max() >= 1.0:
        return None
    log_mass = np.log(np.maximum(above * below * (1.0 - overlap), SMALLEST))
    pull = overlap / (1.0 - overlap)
    information = _information(data, predictors, above, below, pull)
    places = np.arange(top * q, len(parameters))
    information[places, places] += ridge
    return CumulativeFit(
        thresholds, slopes, log_mass, 1.0 - above + pull, below - 1.0 - pull, information
    )


def _information(
    data: CumulativeData, predictors: Floats, above: Floats, below: Floats, pull: Floats
) -> Floats:
    q, top = data.shifting.shape[1], data.n_thresholds
    size = top * q + predictors.shape[1]
    made = np.zeros((size, size))
    weight, z = data.weight, data.shifting
    up, low = weight * above * (1.0 - above), weight * below * (1.0 - below)
    both = weight * pull * (1.0 + pull)
    made[top * q :, top * q :] = crossproduct(predictors, up + low, predictors)
    for j in range(top):
        here, over, block = data.rows(j), data.rows(j + 1), slice(j * q, (j + 1) * q)
        made[block, block] = crossproduct(z[here], up[here] + both[here], z[here])
        made[block, block] += crossproduct(z[over], low[over] + both[over], z[over])
        mixed = crossproduct(z[here], up[here], predictors[here])
        mixed += crossproduct(z[over], low[over], predictors[over])
        made[block, top * q :] = -mixed
        made[top * q :, block] = -mixed.T
        if j > 0:
            joint = -crossproduct(z[here], both[here], z[here])
            made[(j - 1) * q : j * q, block] = joint
            made[block, (j - 1) * q : j * q] = joint.T
    return made


def crossproduct(left: Floats, weight: Floats, right: Floats) -> Floats:
    """Return left' diag(weight) right, block of rows by block."""
    if left.shape[1] == 1:
        return column_sums(right, left[:, 0] * weight)[None, :]
    rows = max(BLOCK // max(left.shape[1] * right.shape[1], 1), 64)
    made = np.zeros((left.shape[1], right.shape[1]))
    for start in range(0, len(left), rows):
        part = slice(start, start + rows)
        made += (left[part] * weight[part, None]).T @ right[part]
    return made


def _times(matrix: Floats, vector: Floats) -> Floats:
    rows = max(8_000 // max(len(vector), 1), 64)
    made = np.empty(len(matrix))
    for start in range(0, len(matrix), rows):
        np.matmul(matrix[start : start + rows], vector, out=made[start : start + rows])
    return made


def column_sums(matrix: Floats, weight: Floats) -> Floats:
    """Return weight' matrix."""
    return np.array([(weight * column).sum() for column in matrix.T])
