"""The likelihood of a random-intercept logit and its exact gradient, unit by unit at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from kbnn_analysis.errors import UsageError

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Cells:
    """Answers summed over equal units and covariates, sorted by unit.

    Parameters
    ----------
    group : ndarray of shape (cells,)
        Position of each cell's unit in `units`.
    X : ndarray of shape (cells, p)
    count, n : ndarray of shape (cells,)
    units : ndarray of shape (m,)
    """

    group: Whole
    X: Floats
    count: Floats
    n: Floats
    units: Whole

    @classmethod
    def of(
        cls,
        unit: npt.ArrayLike,
        covariates: npt.ArrayLike,
        count: npt.ArrayLike,
        n: npt.ArrayLike | None = None,
    ) -> Cells:
        """Return the cells of rows.

        Raises
        ------
        UsageError
            If shapes differ, counts are not within 0..n, or covariates are redundant.

        Examples
        --------
        >>> Cells.of([1, 1, 2], np.ones((3, 1)), [1, 0, 1]).n.tolist()
        [2.0, 1.0]
        """
        number, X = np.asarray(list(unit) if isinstance(unit, range) else unit), covariates
        X, x = np.asarray(X, dtype=float), np.asarray(count, dtype=float)
        size = np.ones(x.shape) if n is None else np.asarray(n, dtype=float)
        if X.ndim != 2 or not (len(number) == len(X) == len(x) == len(size)):
            raise UsageError(
                "`unit`, `covariates`, `count`, `n` must have one row per observation."
            )
        if not ((x >= 0) & (x <= size)).all() or not np.isfinite(X).all():
            raise UsageError("counts must be from 0 to n and covariates complete.")
        units, group = np.unique(number, return_inverse=True)
        pattern = _patterns(X)
        key = group.astype(np.int64) * (int(pattern.max()) + 1) + pattern
        _, first, cell = np.unique(key, return_index=True, return_inverse=True)
        summed = [np.bincount(cell, part).astype(float) for part in (x, size)]
        if np.linalg.matrix_rank(X[first]) < X.shape[1]:
            raise UsageError("the covariates are redundant; leave out a column others make up.")
        return cls(group[first], X[first], summed[0], summed[1], units)

    def by_unit(self, values: Floats) -> Floats:
        """Return sums over the cells of each unit; further axes are kept."""
        starts = np.searchsorted(self.group, np.arange(len(self.units)))
        return np.asarray(np.add.reduceat(values, starts, axis=0))


@dataclass(frozen=True)
class Quadrature:
    """The integrated likelihood at one value of the parameters.

    Parameters
    ----------
    log_likelihood : float
    unit_gradient : ndarray of shape (m, p + 1)
        Of each unit's part, by the coefficients and, last, the standard deviation.
    mode, width : ndarray of shape (m,)
        Mode of each unit's standardized intercept, and its curvature's standard deviation.
    """

    log_likelihood: float
    unit_gradient: Floats
    mode: Floats
    width: Floats

    @property
    def gradient(self) -> Floats:
        """Return the gradient (p + 1,) of the whole."""
        return np.asarray(self.unit_gradient.sum(axis=0))


def integrate(point: Floats, cells: Cells, nodes: int) -> Quadrature:
    """Return the adaptive Gauss-Hermite approximation of the likelihood with its gradient.

    Per unit, with z standard normal and eta = x'b + sd z, the integral of exp(h(z)) is taken at
    nodes z_k = mode + width t_k. The gradient adds to that of h how mode and width move with the
    parameters; without it Laplace's approximation would not be maximized.

    Parameters
    ----------
    point : ndarray of shape (p + 1,)
        Coefficients and, last, the standard deviation, not negative.
    cells : Cells
    nodes : int

    Returns
    -------
    Quadrature

    References
    ----------
    Liu, Q. and Pierce, D. A. (1994). *Biometrika* 81, 624-629.

    Examples
    --------
    >>> cells = Cells.of([1, 2], np.ones((2, 1)), [3, 4], [4, 4])
    >>> round(integrate(np.array([0.0, 0.0]), cells, 5).log_likelihood, 6)  # 8 log(1/2)
    -5.545177
    """
    fixed, sd = cells.X @ point[:-1], point[-1]
    mode, curvature = _modes(fixed, sd, cells)
    width = 1.0 / np.sqrt(curvature)
    t, omega = np.polynomial.hermite_e.hermegauss(nodes)
    z = mode[:, None] + width[:, None] * t
    eta = fixed[:, None] + sd * z[cells.group]
    log_terms = cells.by_unit(_bernoulli(eta, cells)) - z**2 / 2 + t**2 / 2 + np.log(omega)
    top = log_terms.max(axis=1, keepdims=True)
    share = np.exp(log_terms - top)
    total = share.sum(axis=1, keepdims=True)
    share /= total
    each = top[:, 0] + np.log(total[:, 0]) + np.log(width) - 0.5 * np.log(2 * np.pi)
    return Quadrature(
        float(each.sum()), _gradient(fixed, sd, cells, mode, width, z, t, share), mode, width
    )


def _patterns(X: Floats) -> Whole:
    """Return a number for each distinct row, column by column: far faster than sorting rows."""
    key = np.zeros(len(X), dtype=np.int64)
    for column in X.T:
        values, place = np.unique(column, return_inverse=True)
        if len(values) > 1:
            key = key * len(values) + place
            if key.max() > 2**31:
                key = np.unique(key, return_inverse=True)[1].astype(np.int64)
    return np.unique(key, return_inverse=True)[1].astype(np.int64)


def _bernoulli(eta: Floats, cells: Cells) -> Floats:
    return np.asarray(cells.count[:, None] * eta - cells.n[:, None] * np.logaddexp(0.0, eta))


def _modes(fixed: Floats, sd: float, cells: Cells) -> tuple[Floats, Floats]:
    z = np.zeros(len(cells.units))
    for _ in range(100):
        p = special.expit(fixed + sd * z[cells.group])
        slope = sd * cells.by_unit(cells.count - cells.n * p) - z
        curvature = sd**2 * cells.by_unit(cells.n * p * (1 - p)) + 1.0
        step = np.clip(slope / curvature, -2.0, 2.0)
        z = z + step
        if np.abs(step).max() < 1e-11:
            break
    p = special.expit(fixed + sd * z[cells.group])
    return z, sd**2 * cells.by_unit(cells.n * p * (1 - p)) + 1.0


def _gradient(
    fixed: Floats,
    sd: float,
    cells: Cells,
    mode: Floats,
    width: Floats,
    z: Floats,
    t: Floats,
    share: Floats,
) -> Floats:
    """Return for each unit d log(integral) / d (coefficients, sd)."""
    p = special.expit(fixed[:, None] + sd * z[cells.group])
    left = cells.count[:, None] - cells.n[:, None] * p  # d log f / d eta, cells x nodes
    held = share[cells.group]
    direct = (left * held).sum(axis=1)
    by_z = sd * cells.by_unit(left) - z
    move_mode, move_log_width = _moves(fixed, sd, cells, mode, width)
    along = (share * by_z).sum(axis=1)
    across = (share * by_z * t).sum(axis=1) * width + 1.0
    total = along[:, None] * move_mode + across[:, None] * move_log_width
    total[:, :-1] += cells.by_unit(cells.X * direct[:, None])
    total[:, -1] += cells.by_unit((left * held * z[cells.group]).sum(axis=1))
    return np.asarray(total)


def _moves(
    fixed: Floats, sd: float, cells: Cells, mode: Floats, width: Floats
) -> tuple[Floats, Floats]:
    """Return how each unit's mode and log width move with the parameters, each (m, p + 1)."""
    z = mode[cells.group]
    p = special.expit(fixed + sd * z)
    second = cells.n * p * (1 - p)
    third = second * (1 - 2 * p)
    by_parameter = np.column_stack([cells.X, z])  # d eta / d parameter, z held
    mixed = -sd * cells.by_unit(second[:, None] * by_parameter)
    mixed[:, -1] += cells.by_unit(cells.count - cells.n * p)
    move_mode = mixed * (width**2)[:, None]
    slope = cells.by_unit(third[:, None] * by_parameter)
    curvature_moves = sd**2 * (slope + sd * cells.by_unit(third)[:, None] * move_mode)
    curvature_moves[:, -1] += 2 * sd * cells.by_unit(second)
    return move_mode, -0.5 * curvature_moves * (width**2)[:, None]
