"""Which units are surely better than which: step-down tests of pairwise differences."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from kbnn_analysis.stats import common_unit, largest_error
from kbnn_analysis.stats.common_unit import CommonUnit
from kbnn_analysis.stats.joint_errors import JointErrors, is_diagonal, joint_errors
from kbnn_analysis.stats.largest_error import Quantile, standardized

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Decisions:
    """What was found about m units.

    Parameters
    ----------
    better, worse : ndarray of bool, shape (m, m)
        [j, k]: unit k was found better, or worse, than unit j, in the tests of j.
    critical : ndarray of shape (m,)
        Critical value of the first step.
    error : float
        Monte Carlo standard error of the critical values (the largest of them).
    """

    better: Flags
    worse: Flags
    critical: Floats
    error: float


@dataclass(frozen=True)
class Differences:
    """All differences of m estimates.

    Parameters
    ----------
    covariance : ndarray of shape (m, m)
        Covariance of the estimates.
    spread : ndarray of shape (m, m)
        Standard errors of the differences.
    score : ndarray of shape (m, m)
        [j, k]: normal score of estimate k minus estimate j; the diagonal is minus infinity.
    """

    covariance: Floats
    spread: Floats
    score: Floats


def pair_tests(found: Differences, alpha: float, *, stepwise: bool) -> Decisions:
    """Test all ordered pairs together.

    Parameters
    ----------
    found : Differences
        The differences.
    alpha : float
        Probability of any false rejection.
    stepwise : bool
        Whether to step down.

    Returns
    -------
    Decisions
        The same for the sets of all units.

    Notes
    -----
    After a step only the rejected direction of a pair is taken out; its opposite still counts, for
    it may be true. The critical value of a step is that of the largest error over what is left.
    """
    counts = ~np.eye(len(found.score), dtype=bool)
    joint = joint_errors(found.covariance)
    first = _pair_critical(found.spread, joint, counts, alpha)
    value, better = first.value, counts & (found.score > first.value)
    fresh = better
    while stepwise and fresh.any():
        left = counts & ~better
        if found.score[left].max(initial=-np.inf) <= 0:
            break
        value = min(value, _pair_critical(found.spread, joint, left, alpha).value)
        fresh = left & (found.score > value)
        better = better | fresh
    return Decisions(better, better.T, np.full(len(counts), first.value), first.error)


def common_unit_tests(
    found: Differences, alpha: float, *, above: bool, below: bool, stepwise: bool
) -> Decisions:
    """Test the pairs of each unit by themselves.

    Parameters
    ----------
    found : Differences
        The differences.
    alpha : float
        Probability of any false rejection, for each unit.
    above, below : bool
        Whether to look for units that are better, and for units that are worse.
    stepwise : bool
        Whether to step down.

    Returns
    -------
    Decisions
        For the set of each unit.
    """
    m = len(found.score)
    better, worse = np.zeros((m, m), dtype=bool), np.zeros((m, m), dtype=bool)
    critical, error = np.zeros(m), 0.0
    joint = None if is_diagonal(found.covariance) else joint_errors(found.covariance)
    for j in range(m):
        others = np.arange(m) != j
        family = _Family(found, j, joint, others & above, others & below)
        first = family.critical(alpha)
        critical[j], error = first.value, max(error, first.error)
        better[j], worse[j] = _step_down(family, first.value, alpha, stepwise=stepwise)
    return Decisions(better, worse, critical, error)


@dataclass(frozen=True)
class _Family:
    """The hypotheses with unit j that still stand, and how their largest error is distributed."""

    found: Differences
    unit: int
    joint: JointErrors | None
    above: Flags
    below: Flags

    def critical(self, alpha: float) -> Quantile:
        if self.joint is None:
            return Quantile(common_unit.critical_value(self._common(), alpha), 0.0)
        some, both = self.above | self.below, self.above & self.below
        matrix = np.eye(len(some))
        matrix[:, self.unit] -= 1.0
        matrix[self.below & ~both] *= -1.0
        spread = self.found.spread[self.unit]
        chosen = standardized(matrix[some], spread[some], self.joint, both[some])
        return largest_error.critical_value(chosen, alpha)

    def rejects(self, value: float) -> tuple[Flags, Flags]:
        score = self.found.score[self.unit]
        return self.above & (score > value), self.below & (-score > value)

    def settled(self, alpha: float) -> bool:
        """Return whether nothing that is left can be rejected, without a search for c."""
        score = self.found.score[self.unit]
        better, worse = score[self.above], -score[self.below]
        top = max(better.max(initial=-np.inf), worse.max(initial=-np.inf))
        if top <= 0:
            return True
        return self.joint is None and common_unit.exceedance(self._common(), float(top)) > alpha

    def without(self, above: Flags, below: Flags) -> _Family:
        return replace(self, above=self.above & ~above, below=self.below & ~below)

    def _common(self) -> CommonUnit:
        error = np.sqrt(np.diag(self.found.covariance))
        others = np.arange(len(error)) != self.unit
        own = float(error[self.unit])
        return CommonUnit(own, error[others], self.above[others], self.below[others])


def _step_down(
    family: _Family, value: float, alpha: float, *, stepwise: bool
) -> tuple[Flags, Flags]:
    better, worse = family.rejects(value)
    fresh = bool(better.any() or worse.any())
    while stepwise and fresh:
        left = family.without(better, worse)
        if left.settled(alpha):
            break
        value = min(value, left.critical(alpha).value)
        more, less = left.rejects(value)
        fresh = bool(more.any() or less.any())
        better, worse = better | more, worse | less
    return better, worse


def _pair_critical(spread: Floats, joint: JointErrors, counts: Flags, alpha: float) -> Quantile:
    """Return the critical value over the ordered pairs that count."""
    both = counts & counts.T
    first, second = np.nonzero(np.triu(both) | (counts & ~both))
    matrix = np.zeros((len(first), len(counts)))
    row = np.arange(len(first))
    matrix[row, second], matrix[row, first] = 1.0, -1.0
    chosen = standardized(matrix, spread[first, second], joint, both[first, second])
    return largest_error.critical_value(chosen, alpha)
