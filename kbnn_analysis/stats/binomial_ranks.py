"""Rank sets from counts that hold in small samples: exact tests of every pair, no normal limit."""

from __future__ import annotations

from typing import get_args

import numpy as np
import numpy.typing as npt
from scipy import stats

from kbnn_analysis.errors import UsageError, check_one_of
from kbnn_analysis.stats.multiplicity import adjust_p
from kbnn_analysis.stats.rank_sets import Kind, RankSets, Sides, sets_from_decisions
from kbnn_analysis.stats.rank_tests import Decisions

Floats = npt.NDArray[np.float64]


def binomial_rank_sets(
    count: npt.ArrayLike,
    n: npt.ArrayLike,
    *,
    level: float = 0.95,
    kind: Kind = "simultaneous",
    sides: Sides = "two",
) -> RankSets:
    """Return confidence sets for the ranks of m binomial proportions.

    Fisher's exact test, one-sided, asks of every ordered pair whether unit k is better than unit
    j; Holm's step-down keeps the probability of any false finding, over the pairs of a unit
    (marginal) or over all ordered pairs (simultaneous). Both hold for every n and every p: the
    price is width. Units at 0 or 100 % need no rule.

    Parameters
    ----------
    count, n : array of shape (m,)
        Answers that meet the measure and all answers: independent, of equal weight.
    level : float
        Least probability of covering.
    kind : {"simultaneous", "marginal"}
        What the level speaks of.
    sides : {"two", "lower", "upper"}
        Ends wanted, as in :func:`kbnn_analysis.stats.rank_sets.rank_sets`.

    Returns
    -------
    RankSets
        Without critical values (NaN): the tests are discrete.

    Raises
    ------
    UsageError
        If counts are not whole numbers within 0 and n, or there are fewer than two units.

    References
    ----------
    Mogstad et al. (2024), section on finite samples (there: multinomial). Fisher, R. A. (1935).
    *JRSS* 98, 39-82. In R: ``fisher.test(alternative = "greater")``, ``p.adjust``.

    Examples
    --------
    >>> sets = binomial_rank_sets([100, 97, 60], [100, 100, 100])
    >>> sets.low.tolist(), sets.high.tolist()
    ([1, 1, 3], [2, 2, 3])
    """
    check_one_of("kind", kind, get_args(Kind))
    check_one_of("sides", sides, get_args(Sides))
    p = pairwise_fisher(count, n)
    if kind == "simultaneous":
        pairs = ~np.eye(len(p), dtype=bool)
        better = np.zeros(p.shape, dtype=bool)
        better[pairs] = adjust_p(p[pairs], "holm") <= 1 - level
        worse = better.T
    else:
        better, worse = _by_unit(p, 1 - level, sides)
    found = Decisions(better, worse, np.full(len(p), np.nan), 0.0)
    return sets_from_decisions(found, np.arange(len(p)), sides)


def pairwise_fisher(count: npt.ArrayLike, n: npt.ArrayLike) -> Floats:
    """Return one-sided Fisher p-values of all ordered pairs.

    Parameters
    ----------
    count, n : array of shape (m,)
        Whole numbers.

    Returns
    -------
    ndarray of shape (m, m)
        [j, k]: p-value against "k is not better than j"; NaN on the diagonal.

    Raises
    ------
    UsageError
        If counts are not whole numbers within 0 and n, or there are fewer than two units.

    Examples
    --------
    >>> pairwise_fisher([1, 3], [3, 3]).round(3).tolist()
    [[nan, 0.2], [1.0, nan]]
    """
    x, size = np.asarray(count, dtype=float), np.asarray(n, dtype=float)
    if x.ndim != 1 or x.shape != size.shape or len(x) < 2:
        raise UsageError("exact rank sets need counts and n of at least two units.")
    if not ((x >= 0) & (x <= size) & (size > 0) & (x % 1 == 0) & (size % 1 == 0)).all():
        raise UsageError("exact rank sets need whole counts between 0 and n, and n above 0.")
    met, all_ = x[:, None] + x, size[:, None] + size
    p = stats.hypergeom.sf(x[None, :] - 1, all_, met, np.broadcast_to(size, all_.shape))
    p = np.clip(p, 0.0, 1.0)
    np.fill_diagonal(p, np.nan)
    return np.asarray(p)


def _by_unit(p: Floats, alpha: float, sides: str) -> tuple[npt.NDArray[np.bool_], ...]:
    better, worse = np.zeros(p.shape, dtype=bool), np.zeros(p.shape, dtype=bool)
    for j in range(len(p)):
        above = p[j] if sides != "upper" else np.full(len(p), np.nan)
        below = p[:, j] if sides != "lower" else np.full(len(p), np.nan)
        found = adjust_p(np.concatenate([above, below]), "holm") <= alpha
        better[j], worse[j] = np.split(found, 2)
    return better, worse
