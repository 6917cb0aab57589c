"""The fit of every subset of predictors, and its gradient, from one covariance matrix.

All 2^p values of R² come from one tree of sweeps: level j holds, for each subset of the first j
predictors, the residual covariance of what is left. A level costs 2^j (p - j + 1)² numbers, so that
20 predictors take about a million leaves and no model is ever fitted twice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kbnn_analysis.errors import UsageError

Floats = npt.NDArray[np.float64]
MOST_PREDICTORS = 20
RELATIVE_PIVOT = 1e-10


@dataclass(frozen=True)
class SubsetFit:
    """R² of every subset of predictors.

    Parameters
    ----------
    r_squared : ndarray of shape (2**p,)
        Indexed by bit mask: bit j is set where predictor j is in the subset.
    levels : tuple of ndarray
        Residual covariances of the sweep, kept for the gradient.
    """

    r_squared: Floats
    levels: tuple[Floats, ...]

    @property
    def n_predictors(self) -> int:
        """Return the number of predictors, p."""
        return len(self.levels) - 1


def subset_r_squared(covariance: npt.ArrayLike) -> SubsetFit:
    """Return R² of the linear model of every subset of predictors.

    Parameters
    ----------
    covariance : array of shape (p + 1, p + 1)
        (Weighted) covariance of the predictors and, last, of the outcome.

    Returns
    -------
    SubsetFit

    Raises
    ------
    UsageError
        If there are more than 20 predictors, or one is constant or a linear combination of others.

    Notes
    -----
    R²(S) = 1 - RSS(S) / S_yy, where RSS(S) is what the sweep operator leaves of S_yy after the
    predictors in S (Goodnight 1979, *The American Statistician* 33, 149-158).

    Examples
    --------
    >>> fit = subset_r_squared([[1.0, 0.5, 0.6], [0.5, 1.0, 0.4], [0.6, 0.4, 1.0]])
    >>> fit.r_squared.round(4).tolist()
    [0.0, 0.36, 0.16, 0.3733]
    """
    matrix = np.asarray(covariance, dtype=float)
    _check(matrix)
    scale = np.sqrt(np.diag(matrix))
    level = (matrix / np.outer(scale, scale))[None, :, :]
    levels = [level]
    for predictor in range(matrix.shape[0] - 1):
        pivot = level[:, 0, 0]
        if pivot.min() < RELATIVE_PIVOT:
            raise UsageError(
                f"predictor {predictor + 1} is a linear combination of the ones before it; "
                "leave one of them out."
            )
        column = level[:, 1:, 0]
        without = level[:, 1:, 1:]
        inside = without - column[:, :, None] * (column / pivot[:, None])[:, None, :]
        level = np.concatenate([without, inside])
        levels.append(level)
    return SubsetFit(r_squared=1.0 - level[:, 0, 0], levels=tuple(levels))


def r_squared_gradient(fit: SubsetFit, weights: npt.ArrayLike) -> Floats:
    """Return the gradient of a weighted sum of all R² by the correlation matrix.

    Parameters
    ----------
    fit : SubsetFit
    weights : array of shape (2**p,)
        Weight of each subset's R² in the sum.

    Returns
    -------
    ndarray of shape (p + 1, p + 1)
        Symmetric G with d(sum) = sum of G * dR, R being the correlation matrix with free diagonal.

    Notes
    -----
    The adjoint of the sweep, level by level: one backward pass costs what the forward pass does,
    however many subsets there are.
    """
    weight = np.asarray(weights, dtype=float)
    adjoint = -weight[:, None, None]
    for level in reversed(fit.levels[:-1]):
        half = len(level)
        without, inside = adjoint[:half], adjoint[half:]
        pivot = level[:, 0, 0]
        slope = level[:, 1:, 0] / pivot[:, None]
        pulled = np.einsum("sij,sj->si", inside, slope)
        adjoint = np.empty_like(level)
        adjoint[:, 1:, 1:] = without + inside
        adjoint[:, 1:, 0] = -pulled
        adjoint[:, 0, 1:] = -pulled
        adjoint[:, 0, 0] = np.einsum("si,si->s", slope, pulled)
    gradient = np.array(adjoint[0])
    # R² is 1 - RSS / S_yy: the spread of the outcome moves it as well
    gradient[-1, -1] += weight @ (1.0 - fit.r_squared)
    return gradient


def _check(matrix: Floats) -> None:
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or matrix.shape[0] < 2:
        raise UsageError(
            f"`covariance` must be square, predictors and outcome; got {matrix.shape}."
        )
    predictors = matrix.shape[0] - 1
    if predictors > MOST_PREDICTORS:
        raise UsageError(
            f"all subsets of {predictors} predictors are too many; give at most {MOST_PREDICTORS}, "
            "or group them."
        )
    if not np.all(np.diag(matrix) > 0):
        flat = np.flatnonzero(~(np.diag(matrix) > 0)) + 1
        raise UsageError(f"variables {flat.tolist()} do not vary; leave them out.")
