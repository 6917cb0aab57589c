"""Which subsets must be fitted, and how their fits add up to the importance of each predictor.

Shapley values, Owen values of grouped predictors and sampled Shapley values are all sums of the
fits of subsets with fixed weights. A plan names the subsets and holds the weights; whatever is
linear in the fits (values, influences) then follows by one product.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb

import numpy as np
import numpy.typing as npt

from kbnn_analysis.errors import UsageError
from kbnn_analysis.stats.dominance import shapley_weights

Floats = npt.NDArray[np.float64]
Masks = npt.NDArray[np.bool_]
MOST_EXACT = 12
MOST_COALITIONS = 200_000


@dataclass(frozen=True)
class CoalitionPlan:
    """Subsets of p predictors and their weights in the value of each predictor.

    Parameters
    ----------
    members : ndarray of bool, shape (C, p)
        Which predictors each subset holds.
    weights : ndarray of shape (p, C)
        value = weights @ fits, the empty subset having fit 0.
    kind : {"shapley", "owen", "sampled"}
    orders : ndarray of int, shape (B, p)
        The sampled orders; empty for an exact plan.
    """

    members: Masks
    weights: Floats
    kind: str
    orders: npt.NDArray[np.intp]

    def sampling_error(self, fits: Floats) -> Floats:
        """Return the standard error that sampling the orders adds to each value; 0 if exact.

        Orders come in pairs, each with its reverse: the spread is taken between pairs.
        """
        if len(self.orders) == 0:
            return np.zeros(self.members.shape[1])
        place = {tuple(row): at for at, row in enumerate(self.members.tolist())}
        gains = np.array([_gains(order, fits, place) for order in self.orders])
        pairs = gains.reshape(-1, 2, gains.shape[1]).mean(axis=1)
        return np.asarray(pairs.std(axis=0, ddof=1) / np.sqrt(len(pairs)))


def shapley_plan(predictors: int) -> CoalitionPlan:
    """Return all subsets, with the weights of Shapley values.

    Parameters
    ----------
    predictors : int
        p, at most 12: there are 2**p subsets.

    Returns
    -------
    CoalitionPlan

    Raises
    ------
    UsageError
        If there are too many predictors.

    References
    ----------
    Shapley, L. S. (1953). *Contributions to the Theory of Games* 2, 307-317.

    Examples
    --------
    >>> plan = shapley_plan(2)
    >>> (plan.weights @ [0.0, 0.36, 0.16, 0.40]).round(3).tolist()
    [0.3, 0.1]
    """
    if not 1 <= predictors <= MOST_EXACT:
        raise UsageError(
            f"all subsets of {predictors} predictors cannot be fitted one by one; give at most "
            f"{MOST_EXACT}, group them, or sample orders."
        )
    masks = np.arange(1 << predictors)
    members = (masks[:, None] >> np.arange(predictors)) & 1 == 1
    weights = np.array([shapley_weights(predictors, j) for j in range(predictors)])
    return CoalitionPlan(members, weights, "shapley", _no_orders(predictors))


def owen_plan(groups: Sequence[int]) -> CoalitionPlan:
    """Return the subsets that Owen values need: whole other groups, and part of one group.

    Groups enter in any order, and the members of a group side by side; the values of a group's
    members sum to the Shapley value of the group as one player.

    Parameters
    ----------
    groups : sequence of int
        Group of each predictor.

    Returns
    -------
    CoalitionPlan

    Raises
    ------
    UsageError
        If more than 200,000 subsets would be needed.

    References
    ----------
    Owen, G. (1977). *Essays in Mathematical Economics and Game Theory*, 76-88.

    Examples
    --------
    >>> owen_plan([0, 0, 1]).members.shape
    (8, 3)
    """
    code = np.unique(np.asarray(groups), return_inverse=True)[1]
    sizes = np.bincount(code)
    needed = sum(2 ** (len(sizes) - 1) * 2 ** int(size) for size in sizes)
    if needed > MOST_COALITIONS:
        raise UsageError(
            f"the Owen values of these groups need {needed:,} fits; use fewer or smaller groups."
        )
    found: dict[tuple[bool, ...], int] = {}
    weights: list[Floats] = []
    for group in range(len(sizes)):
        for inside, outside, weight in _within(code, group):
            mask = np.isin(code, outside)
            mask[inside] = True
            at = found.setdefault(tuple(mask.tolist()), len(found))
            if at == len(weights):
                weights.append(np.zeros(len(code)))
            weights[at] += weight
    members = np.array(list(found), dtype=bool)
    return CoalitionPlan(members, np.array(weights).T, "owen", _no_orders(len(code)))


def sampled_plan(predictors: int, pairs: int, rng: np.random.Generator) -> CoalitionPlan:
    """Return the subsets met in random orders, each order with its reverse.

    Parameters
    ----------
    predictors : int
        p.
    pairs : int
        Number of orders drawn, at least 2; each counts twice, forwards and backwards.
    rng : Generator
        Source of the orders.

    Returns
    -------
    CoalitionPlan
        :meth:`CoalitionPlan.sampling_error` tells what the sampling adds to the error.

    References
    ----------
    Castro, J., Gómez, D. and Tejada, J. (2009). *Computers & Operations Research* 36, 1726-1730.

    Examples
    --------
    >>> sampled_plan(3, 4, np.random.default_rng(1)).orders.shape
    (8, 3)
    """
    if pairs < 2:
        raise UsageError(f"`pairs` of sampled orders must be 2 or more; got {pairs}.")
    drawn = np.array([rng.permutation(predictors) for _ in range(pairs)])
    orders = np.stack([drawn, drawn[:, ::-1]], axis=1).reshape(-1, predictors)
    found: dict[tuple[bool, ...], int] = {}
    entries: list[tuple[int, int, float]] = []
    for order in orders:
        mask = np.zeros(predictors, dtype=bool)
        before = found.setdefault(tuple(mask.tolist()), len(found))
        for player in order:
            mask[player] = True
            after = found.setdefault(tuple(mask.tolist()), len(found))
            entries += [(int(player), after, 1.0), (int(player), before, -1.0)]
            before = after
    weights = np.zeros((predictors, len(found)))
    for player, at, sign in entries:
        weights[player, at] += sign / len(orders)
    return CoalitionPlan(np.array(list(found), dtype=bool), weights, "sampled", orders)


def _within(
    code: npt.NDArray[np.intp], group: int
) -> list[tuple[npt.NDArray[np.intp], npt.NDArray[np.intp], Floats]]:
    """Return part of the group, other whole groups, and the weight for each predictor."""
    own = np.flatnonzero(code == group)
    others = np.setdiff1d(np.unique(code), [group])
    made = []
    for outer in range(1 << len(others)):
        outside = others[_bits(outer, len(others))]
        quotient = 1.0 / ((len(others) + 1) * comb(len(others), len(outside)))
        for inner in range(1 << len(own)):
            chosen = _bits(inner, len(own))
            weight = np.zeros(len(code))
            for at, player in enumerate(own):
                size = int(chosen.sum()) - int(chosen[at])
                sign = 1.0 if chosen[at] else -1.0
                weight[player] = sign * quotient / (len(own) * comb(len(own) - 1, size))
            made.append((own[chosen], outside, weight))
    return made


def _bits(mask: int, count: int) -> Masks:
    return np.asarray((mask >> np.arange(count)) & 1 == 1)


def _gains(order: npt.NDArray[np.intp], fits: Floats, place: dict[tuple[bool, ...], int]) -> Floats:
    mask = np.zeros(len(order), dtype=bool)
    before = fits[place[tuple(mask.tolist())]]
    gains = np.zeros(len(order))
    for player in order:
        mask[player] = True
        after = fits[place[tuple(mask.tolist())]]
        gains[player] = after - before
        before = after
    return gains


def _no_orders(predictors: int) -> npt.NDArray[np.intp]:
    return np.zeros((0, predictors), dtype=np.intp)
