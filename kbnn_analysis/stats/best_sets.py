"""Which units may be among the best tau: confidence sets for the top or the bottom."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kbnn_analysis.errors import UsageError
from kbnn_analysis.stats.rank_sets import rank_sets


@dataclass(frozen=True)
class BestSet:
    """A confidence set for the tau best of m units.

    Parameters
    ----------
    member : ndarray of bool, shape (m,)
        Whether the unit may be among the best tau.
    rank_low : ndarray of int, shape (m,)
        Lower bound of its rank, each at level 1 - (1 - level) / tau.
    critical : ndarray of shape (m,)
        Critical values of the first step, as normal scores.
    error : float
        Monte Carlo standard error of the critical values; 0 for independent units.
    """

    member: npt.NDArray[np.bool_]
    rank_low: npt.NDArray[np.int64]
    critical: npt.NDArray[np.float64]
    error: float


def best_set(
    estimate: npt.ArrayLike,
    covariance: npt.ArrayLike,
    *,
    tau: int = 1,
    df: npt.ArrayLike | None = None,
    level: float = 0.95,
    least_spread: npt.ArrayLike = 0.0,
) -> BestSet:
    """Return the units that may be among the best tau; negate the estimates for the worst tau.

    A unit is left out where its one-sided lower bound of rank, at level 1 - (1 - level) / tau, is
    above tau. The tau truly best units are then all inside with probability `level` at least: each
    is lost with probability (1 - level) / tau at most. For tau = 1 this is Gupta's subset
    selection with unequal variances, stepped down. Bounds of single units suffice, so that
    independent units need no Monte Carlo.

    Parameters
    ----------
    estimate : array of shape (m,)
        Estimates; high is best.
    covariance : array of shape (m, m)
        Their covariance.
    tau : int
        How many are best, from 1 to m.
    df : array of shape (m,), optional
        Degrees of freedom of the variances.
    level : float
        Probability of holding all of the tau best. Where more than tau share the place, any
        choice of tau of them is meant.
    least_spread : array of shape (m, m), optional
        As in :func:`kbnn_analysis.stats.rank_sets.rank_sets`.

    Returns
    -------
    BestSet
        The set with its bounds.

    Raises
    ------
    UsageError
        If tau is not between 1 and m.

    References
    ----------
    Mogstad et al. (2024), section on the tau-best. Gupta, S. S. (1965). *Technometrics* 7,
    225-245. In R: ``csranks::cstaubest``.

    Examples
    --------
    >>> best_set([0.99, 0.98, 0.90], np.eye(3) * 1e-4).member.tolist()
    [True, True, False]
    """
    size = np.asarray(estimate).size
    if not 1 <= tau <= size:
        raise UsageError(f"`tau` must lie between 1 and the {size} units; got {tau!r}.")
    each = 1 - (1 - level) / tau
    found = rank_sets(
        estimate,
        covariance,
        df=df,
        level=each,
        kind="marginal",
        sides="lower",
        least_spread=least_spread,
    )
    return BestSet(found.low <= tau, found.low, found.critical, found.error)
