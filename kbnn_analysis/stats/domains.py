"""Ratios and totals by domain, with their influences, degrees of freedom and effective sizes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from kbnn_analysis.stats.design import DesignArrays
from kbnn_analysis.stats.influences import Influences

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]


@dataclass(frozen=True)
class DomainRatios:
    """Ratios of totals by domain; every array has shape (m * D,), statistic by statistic.

    Attributes
    ----------
    estimate : ndarray
        Weighted numerator over weighted denominator; NaN where no one has a denominator.
    n : ndarray of int
        Respondents with a denominator.
    weight_sum, weight_square_sum : ndarray
        Sums over these respondents of the weight and of its square.
    srs_variance : ndarray
        Variance that a simple random sample (with replacement) of the same n would have.
    influences : Influences
        For :func:`influence_covariance`.
    """

    estimate: Floats
    n: npt.NDArray[np.int64]
    weight_sum: Floats
    weight_square_sum: Floats
    srs_variance: Floats
    influences: Influences

    @property
    def n_eff(self) -> Floats:
        """Return Kish's effective sample size, (sum of w)^2 / (sum of w^2)."""
        with np.errstate(invalid="ignore", divide="ignore"):
            size = self.weight_sum**2 / self.weight_square_sum
        return np.asarray(np.where(self.weight_square_sum > 0, size, 0.0))


def ratio_by_domain(
    numerator: Floats,
    denominator: Floats,
    weight: Floats,
    domain: Codes | None = None,
    n_domains: int = 1,
    *,
    count: Floats | None = None,
    weight_square: Floats | None = None,
) -> DomainRatios:
    r"""Estimate m ratios in each of D domains.

    The ratio is :math:`R_d = \sum_{i \in d} w_i y_i / \sum_{i \in d} w_i x_i`, its influence
    :math:`(y_i - R_d x_i) / \hat X_d` within the domain and zero outside. A mean is the ratio with
    x = 1 where y is valid. Respondents with x = 0 do not count.

    Parameters
    ----------
    numerator, denominator : ndarray of shape (n, m)
        y and x, finite; both zero where the respondent has no valid answer.
    weight : ndarray of shape (n,)
        Sampling weights.
    domain : ndarray of int, shape (n,), optional
        Domain of each respondent, -1 for none; None for one domain of all.
    n_domains : int
        D.
    count, weight_square : ndarray of shape (n,), optional
        Where a row is a pattern: respondents it stands for, and the sum of their squared weights;
        `weight` is then the sum of their weights.

    Returns
    -------
    DomainRatios
        Estimates and influences, statistic by statistic.

    References
    ----------
    Särndal, Swensson and Wretman (1992), section 5.6. R: ``survey::svyratio``, ``svyby``.

    Examples
    --------
    >>> y, x = np.array([[1.0], [0.0], [1.0]]), np.ones((3, 1))
    >>> ratio_by_domain(y, x, np.ones(3), np.array([0, 0, 1]), 2).estimate
    array([0.5, 1. ])
    """
    square = weight * weight if weight_square is None else weight_square
    pieces = [
        _one_ratio(y, x, _Weights(weight, square, count), domain, n_domains)
        for y, x in zip(numerator.T, denominator.T, strict=True)
    ]
    values = np.column_stack([piece.values for piece in pieces])
    return DomainRatios(
        estimate=np.concatenate([piece.estimate for piece in pieces]),
        n=np.concatenate([piece.n for piece in pieces]).astype(np.int64),
        weight_sum=np.concatenate([piece.weight_sum for piece in pieces]),
        weight_square_sum=np.concatenate([piece.weight_square_sum for piece in pieces]),
        srs_variance=np.concatenate([piece.srs_variance for piece in pieces]),
        influences=Influences(values, domain, n_domains),
    )


def total_by_domain(values: Floats, domain: Codes | None = None, n_domains: int = 1) -> Influences:
    """Return the influences of weighted totals: the values themselves.

    Parameters
    ----------
    values : ndarray of shape (n, m)
        Values to be added up, zero where missing.
    domain : ndarray of int, shape (n,), optional
        Domain of each respondent, -1 for none.
    n_domains : int
        D.

    Returns
    -------
    Influences
        Whose :meth:`~Influences.totals` are the estimates.

    References
    ----------
    R: ``survey::svytotal``.

    Examples
    --------
    >>> u = total_by_domain(np.array([[1.0], [2.0]]))
    >>> totals(u, np.array([10.0, 10.0]))
    array([30.])
    """
    return Influences(values, domain, n_domains)


def totals(influences: Influences, weight: Floats) -> Floats:
    """Return the weighted sums of values, one for each statistic and domain.

    Parameters
    ----------
    influences : Influences
        Values from :func:`total_by_domain`.
    weight : ndarray of shape (n,)
        Sampling weights.

    Returns
    -------
    ndarray of shape (m * D,)
        Estimated totals.

    Examples
    --------
    >>> totals(total_by_domain(np.array([[1.0], [2.0]])), np.ones(2))
    array([3.])
    """
    everyone = np.zeros(len(weight), dtype=np.intp)
    return np.asarray(influences.totals(weight, everyone, 1)).ravel()


def domain_degrees_of_freedom(
    design: DesignArrays, counts: npt.NDArray[np.bool_], domain: Codes | None, n_domains: int
) -> Floats:
    """Return by domain the PSUs minus the strata in which it has respondents.

    Parameters
    ----------
    design : DesignArrays
        The design of n respondents.
    counts : ndarray of bool, shape (n,)
        Who counts (has a valid answer).
    domain : ndarray of int, shape (n,), optional
        Domain of each respondent, -1 for none.
    n_domains : int
        D.

    Returns
    -------
    ndarray of shape (D,)
        Degrees of freedom, 0 or more.

    References
    ----------
    Korn and Graubard (1999), Analysis of Health Surveys, section 5.2. R: ``degf(subset(...))``.

    Examples
    --------
    >>> from kbnn_analysis.stats.design import design_arrays
    >>> plain = design_arrays(np.ones(4))
    >>> domain_degrees_of_freedom(plain, np.ones(4, bool), np.array([0, 0, 0, 1]), 2)
    array([2., 0.])
    """
    stage = design.stages[0]
    inside = counts & (design.weight > 0)
    groups = np.zeros(len(design), dtype=np.intp) if domain is None else domain
    inside &= groups >= 0
    groups = groups[inside]
    if stage.psu is None:
        number = None if design.count is None else design.count[inside]
        psus = np.bincount(groups, weights=number, minlength=n_domains)
    else:
        psus = _distinct(stage.psu[inside], groups, n_domains)
    strata = _distinct(stage.stratum[inside], groups, n_domains)
    return np.asarray(psus - strata, dtype=float)


class _Ratio(NamedTuple):
    estimate: Floats
    n: Floats
    weight_sum: Floats
    weight_square_sum: Floats
    srs_variance: Floats
    values: Floats


class _Weights(NamedTuple):
    total: Floats
    square: Floats
    number: Floats | None


def _one_ratio(
    y: Floats, x: Floats, weights: _Weights, domain: Codes | None, n_domains: int
) -> _Ratio:
    weight, counts = weights.total, x > 0
    group = np.zeros(len(x), dtype=np.intp) if domain is None else domain
    if not counts.all() or (group < 0).any():
        group = np.where(counts & (group >= 0), group, n_domains)

    def add(values: Floats) -> Floats:
        return np.asarray(np.bincount(group, weights=values, minlength=n_domains + 1), dtype=float)

    size = np.bincount(group, weights=weights.number, minlength=n_domains + 1).astype(float)
    base, total, sums = add(weight * x), add(weight * y), add(weight)
    base[n_domains] = 0.0
    used = base > 0
    estimate = np.divide(total, base, out=np.full(len(base), np.nan), where=used)
    per_base = np.divide(1.0, base, out=np.zeros(len(base)), where=used)
    values = (y - np.where(used, estimate, 0.0)[group] * x) * per_base[group]
    squares = add(weight * values * values) * sums
    srs = np.divide(squares, size - 1, out=np.full(len(base), np.nan), where=size > 1)
    kish = add(weights.square)
    inside = slice(n_domains)
    return _Ratio(estimate[inside], size[inside], sums[inside], kish[inside], srs[inside], values)


def _distinct(code: Codes, group: Codes, n_groups: int) -> npt.NDArray[np.int64]:
    width = int(code.max()) + 1 if code.size else 1
    cells = group * width + code
    if n_groups * width <= max(4 * len(code), 1_000_000):
        seen = np.flatnonzero(np.bincount(cells, minlength=n_groups * width))
    else:
        seen = np.unique(cells)
    return np.bincount(seen // width, minlength=n_groups)
