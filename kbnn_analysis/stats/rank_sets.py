"""Confidence sets for ranks from simultaneous inference on pairwise differences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from kbnn_analysis.errors import UsageError, check_one_of
from kbnn_analysis.stats.contrasts import ratio
from kbnn_analysis.stats.joint_errors import is_diagonal
from kbnn_analysis.stats.rank_tests import Decisions, Differences, common_unit_tests, pair_tests
from kbnn_analysis.stats.student import normal_score, pair_df

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Ranks = npt.NDArray[np.int64]
Kind = Literal["simultaneous", "marginal"]
Sides = Literal["two", "lower", "upper"]


@dataclass(frozen=True)
class RankSets:
    """The ranks that the data allow, 1 being the highest value.

    Parameters
    ----------
    low, high : ndarray of int, shape (m,)
        Best and worst rank in each unit's set.
    better : ndarray of bool, shape (m, m)
        [j, k]: unit k was found better than unit j, in the set of j.
    critical : ndarray of shape (m,)
        Critical value of each unit's first step, as a normal score; NaN for exact tests.
    error : float
        Monte Carlo standard error of the critical values; 0 by quadrature.
    """

    low: Ranks
    high: Ranks
    better: Flags
    critical: Floats
    error: float


def rank_sets(
    estimate: npt.ArrayLike,
    covariance: npt.ArrayLike,
    *,
    df: npt.ArrayLike | None = None,
    level: float = 0.95,
    kind: Kind = "simultaneous",
    sides: Sides = "two",
    stepwise: bool = True,
    least_spread: npt.ArrayLike = 0.0,
) -> RankSets:
    """Return confidence sets for the ranks of m units.

    The rank of unit j is one more than the number of units that are truly better. Each "k is not
    better than j" is a hypothesis; units found better than j raise its best rank, units found
    worse lower its worst one. The error rate is kept over the hypotheses with unit j (marginal) or
    over all ordered pairs (simultaneous), by the largest standardized difference.

    Parameters
    ----------
    estimate : array of shape (m,)
        Estimates, approximately jointly normal; the highest has rank 1.
    covariance : array of shape (m, m)
        Their covariance. Units of variance 0 count as known exactly.
    df : array of shape (m,), optional
        Degrees of freedom of the variances; each difference then becomes a normal score through
        Student's t with Satterthwaite's degrees of freedom.
    level : float
        Simultaneous: all sets cover together with this probability. Marginal: each alone.
    kind : {"simultaneous", "marginal"}
        What the level speaks of.
    sides : {"two", "lower", "upper"}
        "lower" bounds only the best rank, "upper" only the worst. A simultaneous set gains nothing
        from one side: every ordered pair is tested either way.
    stepwise : bool
        Step down: what was rejected no longer raises the critical value of the rest. Never wider.
    least_spread : array of shape (m, m), optional
        Least standard errors for the differences, such as :func:`pooled_spread` of proportions.

    Returns
    -------
    RankSets
        Sets in the order of the estimates. Renaming units permutes them: draws are handed out by
        size of variance, not by position.

    Raises
    ------
    UsageError
        If an option does not fit, there are fewer than two units, or a value is missing.

    Notes
    -----
    Marginal sets of independent units rest on one-dimensional integrals. All others rest on 4,096
    quasi-random draws with a fixed seed; ``error`` is the standard error of the critical value.
    Ties need no rule: the sets cover the rank under any breaking of ties.

    References
    ----------
    Mogstad, M., Romano, J. P., Shaikh, A. M. and Wilhelm, D. (2024). Inference for Ranks with
    Applications to Mobility across Neighbourhoods and Academic Achievement across Countries.
    *Review of Economic Studies* 91, 476-518. Romano, J. P. and Wolf, M. (2005). *JASA* 100,
    94-108. In R: ``csranks::csranks(x, Sigma)``.

    Examples
    --------
    >>> sets = rank_sets([0.0, 0.1, 5.0], np.eye(3) * 0.04)
    >>> sets.low.tolist(), sets.high.tolist()
    ([2, 2, 1], [3, 3, 1])
    """
    theta, V = np.asarray(estimate, dtype=float), np.asarray(covariance, dtype=float)
    _check(theta, V, level, kind, sides)
    order = np.lexsort((theta, -np.diag(V)))
    back = np.argsort(order)
    nu = None if df is None else np.broadcast_to(np.asarray(df, dtype=float), theta.shape)[order]
    V = V[np.ix_(order, order)]
    least = np.broadcast_to(np.asarray(least_spread, dtype=float), V.shape)[np.ix_(order, order)]
    pairs = Differences(V, *pair_scores(theta[order], V, nu, least))
    if kind == "simultaneous":
        found = pair_tests(pairs, 1 - level, stepwise=stepwise)
    else:
        above, below = sides != "upper", sides != "lower"
        found = common_unit_tests(pairs, 1 - level, above=above, below=below, stepwise=stepwise)
    return sets_from_decisions(found, back, sides)


def pooled_spread(rate: Floats, n: Floats) -> Floats:
    """Return the standard errors that differences of proportions have if there is no difference.

    sqrt(q (1 - q) (1 / n_j + 1 / n_k)) with q the pooled rate of the pair, as in the score test.
    Far out in the tail, where many pairs are judged together, a unit's own variance is much too
    small when its few answers happen to agree.

    Parameters
    ----------
    rate, n : ndarray of shape (m,)
        Proportions, and answers (divided by a design effect where there is one).

    Returns
    -------
    ndarray of shape (m, m)
        Standard errors; 0 where both units are at the same end.

    Examples
    --------
    >>> pooled_spread(np.array([1.0, 0.9]), np.array([30.0, 1500.0])).round(4)[0, 1].item()
    0.0548
    """
    total = n[:, None] + n
    q = np.clip((rate * n)[:, None] + rate * n, 0.0, total) / total
    return np.asarray(np.sqrt(q * (1 - q) * (1 / n[:, None] + 1 / n)))


def pair_scores(
    estimate: Floats, covariance: Floats, df: Floats | None, least: Floats | float = 0.0
) -> tuple[Floats, Floats]:
    """Return the standard errors of all differences and their normal scores.

    Parameters
    ----------
    estimate : ndarray of shape (m,)
        Estimates.
    covariance : ndarray of shape (m, m)
        Their covariance.
    df : ndarray of shape (m,) or None
        Degrees of freedom.
    least : ndarray of shape (m, m) or float
        Least standard errors behind the scores.

    Returns
    -------
    spread : ndarray of shape (m, m)
        Standard errors.
    score : ndarray of shape (m, m)
        [j, k]: score of estimate k minus estimate j; the diagonal is minus infinity.

    Examples
    --------
    >>> pair_scores(np.array([0.0, 2.0]), np.eye(2) / 2, None)[1].tolist()
    [[-inf, 2.0], [-2.0, -inf]]
    """
    variance = np.diag(covariance)
    both = variance[:, None] + variance
    squared = both - 2 * covariance
    spread = np.sqrt(np.where(squared > 1e-13 * both, squared, 0.0))
    score = ratio(estimate[None, :] - estimate[:, None], np.maximum(spread, least))
    if df is not None:
        score = normal_score(score, pair_df(variance, df))
    np.fill_diagonal(score, -np.inf)
    return spread, score


def sets_from_decisions(found: Decisions, back: npt.NDArray[np.intp], sides: Sides) -> RankSets:
    """Count the units found better and worse.

    Parameters
    ----------
    found : Decisions
        What was rejected, in an order of its own.
    back : ndarray of int, shape (m,)
        Where each unit stands in that order.
    sides : {"two", "lower", "upper"}
        Which ends are wanted; the other end is 1 or m.

    Returns
    -------
    RankSets
        Sets in the order of the user.
    """
    better, worse = (flags[np.ix_(back, back)] for flags in (found.better, found.worse))
    units = len(better)
    low = 1 + better.sum(axis=1) if sides != "upper" else np.ones(units, dtype=int)
    high = units - worse.sum(axis=1) if sides != "lower" else np.full(units, units)
    return RankSets(low, high, better, found.critical[back], found.error)


def independent(covariance: npt.ArrayLike) -> bool:
    """Return whether the estimates are uncorrelated, so that integrals take the place of draws.

    Examples
    --------
    >>> independent(np.eye(2))
    True
    """
    return is_diagonal(np.asarray(covariance, dtype=float))


def _check(estimate: Floats, covariance: Floats, level: float, kind: str, sides: str) -> None:
    check_one_of("kind", kind, get_args(Kind))
    check_one_of("sides", sides, get_args(Sides))
    if not 0.5 < level < 1:
        raise UsageError(f"`level` must lie between 0.5 and 1; got {level!r}.")
    if estimate.ndim != 1 or len(estimate) < 2:
        raise UsageError(f"ranks need at least two units; got values of shape {estimate.shape}.")
    if covariance.shape != (len(estimate), len(estimate)):
        raise UsageError(f"`covariance` must be {len(estimate)} square; got {covariance.shape}.")
    if not (np.isfinite(estimate).all() and np.isfinite(covariance).all()):
        raise UsageError("every unit needs an estimate and a variance; leave the others out.")
