"""Importance of players in a game: Shapley shares and dominance from the value of every subset."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb, log2

import numpy as np
import numpy.typing as npt

from kbnn_analysis.errors import UsageError

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Dominance:
    """What each of p players adds, over all subsets of the others.

    Parameters
    ----------
    shapley : ndarray of shape (p,)
        Mean increment over all orders (LMG, general dominance); sums to v(all) - v(none).
    conditional : ndarray of shape (p, p)
        Row j: mean increment of player j to subsets of 0, 1, ..., p - 1 others.
    complete : ndarray of bool, shape (p, p)
        [j, k] is true where j adds at least as much as k to every subset of the others, and more
        to one.
    """

    shapley: Floats
    conditional: Floats
    complete: npt.NDArray[np.bool_]


def dominance(values: npt.ArrayLike) -> Dominance:
    """Return Shapley values, conditional and complete dominance of a game.

    Parameters
    ----------
    values : array of shape (2**p,)
        Value of every subset, indexed by bit mask (an R², a pseudo-R², any fit).

    Returns
    -------
    Dominance

    Raises
    ------
    UsageError
        If the number of values is not a power of two.

    Notes
    -----
    The general dominance of Budescu (1993, *Psychological Bulletin* 114) and of Azen and Budescu
    (2003) is the Shapley value, known in regression as LMG (Lindeman, Merenda and Gold 1980).

    Examples
    --------
    >>> dominance([0.0, 0.36, 0.16, 0.4]).shapley.round(3).tolist()
    [0.3, 0.1]
    """
    game = np.asarray(values, dtype=float)
    players = count_players(game)
    sizes = subset_sizes(players - 1)
    conditional = np.empty((players, players))
    for player in range(players):
        gain = increments(game, player)
        conditional[player] = np.bincount(sizes, gain, players) / np.bincount(sizes, None, players)
    complete = np.zeros((players, players), dtype=bool)
    for first in range(players):
        for second in range(first):
            lead = _lead(game, first, second)
            complete[first, second] = bool((lead >= 0).all() and (lead > 0).any())
            complete[second, first] = bool((lead <= 0).all() and (lead < 0).any())
    return Dominance(conditional.mean(axis=1), conditional, complete)


def shapley_weights(players: int, player: int) -> Floats:
    """Return the weight of every subset's value in one player's Shapley value.

    Parameters
    ----------
    players : int
        Number of players, p.
    player : int
        The player, from 0.

    Returns
    -------
    ndarray of shape (2**p,)

    Examples
    --------
    >>> shapley_weights(2, 0).tolist()
    [-0.5, 0.5, -0.5, 0.5]
    """
    each = np.array([1.0 / (players * comb(players - 1, size)) for size in range(players)])
    weight = each[subset_sizes(players - 1)].reshape(-1, 1 << player)
    return np.stack([-weight, weight], axis=1).reshape(-1)


def increments(game: Floats, player: int) -> Floats:
    """Return what `player` adds to every subset of the others, in their bit order."""
    pairs = game.reshape(-1, 2, 1 << player)
    return np.asarray((pairs[:, 1] - pairs[:, 0]).reshape(-1))


def subset_sizes(players: int) -> npt.NDArray[np.intp]:
    """Return the number of members of every subset, indexed by bit mask."""
    sizes = np.zeros(1, dtype=np.intp)
    for _ in range(players):
        sizes = np.concatenate([sizes, sizes + 1])
    return sizes


def count_players(game: Floats) -> int:
    """Return p for a game of 2**p values."""
    players = int(log2(max(game.size, 1)))
    if game.ndim != 1 or game.size != 1 << players or players < 1:
        raise UsageError(f"a game needs the value of all 2**p subsets; got {game.size} values.")
    return players


def _lead(game: Floats, first: int, second: int) -> Floats:
    """Return v(S + first) - v(S + second) for every S of the others; `first` > `second`."""
    blocks = game.reshape(-1, 2, 1 << (first - second - 1), 2, 1 << second)
    return np.asarray(blocks[:, 1, :, 0] - blocks[:, 0, :, 1])
