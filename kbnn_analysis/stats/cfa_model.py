"""What a confirmatory factor model holds: its pattern, its parts, and which of them are equal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from kbnn_analysis.errors import UsageError, check_one_of

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]
Equality = Literal["configural", "metric", "scalar"]
FIXED = -1


@dataclass(frozen=True)
class CfaMoments:
    """Mean (p,), covariance (p, p) with divisor n, and number of respondents of a group."""

    mean: Floats
    covariance: Floats
    n: float


@dataclass(frozen=True)
class GroupModel:
    """The parts of a group's model.

    Parameters
    ----------
    factor_of : ndarray of shape (p,)
        Factor of each item.
    loadings, uniqueness, intercepts : ndarray of shape (p,)
        One loading an item, on its own factor.
    factor_covariance : ndarray of shape (m, m)
        Phi.
    factor_mean : ndarray of shape (m,)
        kappa.
    """

    factor_of: Codes
    loadings: Floats
    uniqueness: Floats
    intercepts: Floats
    factor_covariance: Floats
    factor_mean: Floats

    def loading_matrix(self) -> Floats:
        """Return L, items x factors."""
        matrix = np.zeros((len(self.loadings), len(self.factor_mean)))
        matrix[np.arange(len(self.loadings)), self.factor_of] = self.loadings
        return matrix

    def implied(self) -> tuple[Floats, Floats]:
        """Return the covariance and the mean that the model implies."""
        loads = self.loading_matrix()
        sigma = loads @ self.factor_covariance @ loads.T + np.diag(self.uniqueness)
        return np.asarray(sigma), np.asarray(self.intercepts + loads @ self.factor_mean)

    def derivatives(self) -> tuple[Floats, Floats]:
        """Return d Sigma (r, p, p) and d mu (r, p) by the group's own r parameters.

        Their order: loadings, uniquenesses, intercepts, upper triangle of Phi, factor means.
        """
        p, m = len(self.loadings), len(self.factor_mean)
        loads, first, second = self.loading_matrix(), *np.triu_indices(m)
        triangle = len(first)
        d_sigma, d_mu = np.zeros((3 * p + triangle + m, p, p)), np.zeros((3 * p + triangle + m, p))
        items = np.arange(p)
        through = (loads @ self.factor_covariance)[:, self.factor_of].T  # row i: L Phi e_f(i)
        d_sigma[items, items, :] = through
        d_sigma[items, :, items] += through
        d_sigma[p + items, items, items] = 1.0
        d_mu[items, items] = self.factor_mean[self.factor_of]
        d_mu[2 * p + items, items] = 1.0
        for place, (one, other) in enumerate(zip(first, second, strict=True), start=3 * p):
            product = np.outer(loads[:, one], loads[:, other])
            d_sigma[place] = product if one == other else product + product.T
        d_mu[3 * p + triangle :] = loads.T
        return d_sigma, d_mu


@dataclass(frozen=True)
class CfaModel:
    """A pattern and its constraints.

    Parameters
    ----------
    factor_of : ndarray of shape (p,)
        Factor of each item, 0 to m - 1.
    free : ndarray of int, shape (G, r)
        Number of the free parameter behind each part of each group's model, -1 where it is fixed;
        order as in :meth:`GroupModel.derivatives`. Equal parts share a number.
    fixed : ndarray of shape (G, r)
        Value where it is fixed.
    """

    factor_of: Codes
    free: Codes
    fixed: Floats

    @property
    def n_items(self) -> int:
        """Return p."""
        return len(self.factor_of)

    @property
    def n_factors(self) -> int:
        """Return m."""
        return int(self.factor_of.max()) + 1

    @property
    def n_free(self) -> int:
        """Return the number of free parameters."""
        return int(self.free.max()) + 1

    def into(self, group: int) -> Floats:
        """Return the r x q matrix of zeros and ones that spreads parameters over a group."""
        places = np.flatnonzero(self.free[group] >= 0)
        matrix = np.zeros((self.free.shape[1], self.n_free))
        matrix[places, self.free[group][places]] = 1.0
        return matrix

    def unpack(self, parameters: Floats) -> Iterator[GroupModel]:
        """Yield the model of each group."""
        for free, fixed in zip(self.free, self.fixed, strict=True):
            yield self.split(np.where(free >= 0, parameters[np.maximum(free, 0)], fixed))

    def split(self, parts: Floats) -> GroupModel:
        """Return a group's parts by name."""
        p, m = self.n_items, self.n_factors
        loadings, uniqueness, intercepts = parts[:p], parts[p : 2 * p], parts[2 * p : 3 * p]
        first, second = np.triu_indices(m)
        phi = np.zeros((m, m))
        phi[first, second] = phi[second, first] = parts[3 * p : 3 * p + len(first)]
        return GroupModel(
            self.factor_of, loadings, uniqueness, intercepts, phi, parts[3 * p + len(first) :]
        )


def one_group(factor_of: Sequence[int]) -> CfaModel:
    """Return the model of one group with unit factor variances.

    Parameters
    ----------
    factor_of : sequence of int
        Factor of each item.

    Returns
    -------
    CfaModel

    Examples
    --------
    >>> one_group([0, 0, 0, 1, 1, 1]).n_free  # 6 loadings, uniquenesses, intercepts, 1 correlation
    19
    """
    return equal_groups(factor_of, 1, "configural")


def equal_groups(factor_of: Sequence[int], groups: int, equality: Equality) -> CfaModel:
    """Return the model of several groups under a level of measurement invariance.

    "configural": the same pattern, unit factor variances and zero factor means everywhere.
    "metric": equal loadings; factor variances free but in the first group. "scalar": equal
    intercepts as well; factor means free but in the first group.

    Parameters
    ----------
    factor_of : sequence of int
        Factor of each item, 0 to m - 1.
    groups : int
        G.
    equality : {"configural", "metric", "scalar"}
        What is equal.

    Returns
    -------
    CfaModel

    Raises
    ------
    UsageError
        If the factors are not numbered 0 to m - 1, or the level is unknown.

    References
    ----------
    Meredith, W. (1993). *Psychometrika* 58, 525-543. In R: ``lavaan::cfa(..., std.lv = TRUE,
    group.equal = c("loadings", "intercepts"))``.

    Examples
    --------
    >>> [equal_groups([0] * 4, 2, level).n_free for level in ("configural", "metric", "scalar")]
    [24, 21, 18]
    """
    check_one_of("equality", equality, get_args(Equality))
    factors = np.asarray(factor_of, dtype=np.intp)
    p, m = len(factors), int(factors.max()) + 1 if len(factors) else 0
    if p == 0 or set(factors.tolist()) != set(range(m)):
        raise UsageError("`factor_of` must number the factors 0 to m - 1, none without an item.")
    first, second = np.triu_indices(m)
    width = 3 * p + len(first) + m
    variances = 3 * p + np.flatnonzero(first == second)
    is_free, is_equal = np.ones((groups, width), dtype=bool), np.zeros(width, dtype=bool)
    is_equal[:p] = equality != "configural"
    is_equal[2 * p : 3 * p] = equality == "scalar"
    is_free[:, variances] = (np.arange(groups) > 0)[:, None] & (equality != "configural")
    is_free[:, 3 * p + len(first) :] = (np.arange(groups) > 0)[:, None] & (equality == "scalar")
    fixed = np.zeros((groups, width))
    fixed[:, variances] = 1.0
    return CfaModel(factors, _numbered(is_free, is_equal), fixed)


def _numbered(is_free: npt.NDArray[np.bool_], is_equal: npt.NDArray[np.bool_]) -> Codes:
    free = np.full(is_free.shape, FIXED, dtype=np.intp)
    count = 0
    for group in range(len(is_free)):
        for part in np.flatnonzero(is_free[group]):
            if group and is_equal[part]:
                free[group, part] = free[0, part]
            else:
                free[group, part] = count
                count += 1
    return free
