"""Tiers: layers of units of which none is surely better than another of its layer."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Flags = npt.NDArray[np.bool_]


def tiers(better: Flags) -> npt.NDArray[np.int64]:
    """Return the tier of each unit; 1 holds all units that may be best.

    The first tier are the units that no other was found better than. They are set aside, and the
    same question is asked of the rest. A unit of tier t is therefore surely behind at least one of
    tier t - 1, which is behind one of tier t - 2, and so on; where the findings hold together at
    some level, so do all these statements. Two units of different tiers need not differ surely.

    Parameters
    ----------
    better : ndarray of bool, shape (m, m)
        [j, k]: unit k was found better than unit j.

    Returns
    -------
    ndarray of int, shape (m,)
        Tiers from 1.

    Raises
    ------
    ValueError
        If units are found better than each other in a circle.

    Examples
    --------
    >>> tiers(np.array([[0, 0, 0], [0, 0, 0], [1, 0, 0]], dtype=bool)).tolist()
    [1, 1, 2]
    """
    tier = np.zeros(len(better), dtype=np.int64)
    left, number = np.ones(len(better), dtype=bool), 0
    while left.any():
        number += 1
        top = left & ~(better & left).any(axis=1)
        if not top.any():
            raise ValueError("units were found better than each other in a circle")
        tier[top] = number
        left &= ~top
    return tier


def tier_name(tier: int) -> str:
    """Return the letter of a tier: A, B, ..., Z, AA, AB, ...

    Parameters
    ----------
    tier : int
        Tier from 1.

    Returns
    -------
    str
        Its letters.

    Examples
    --------
    >>> tier_name(1), tier_name(26), tier_name(27)
    ('A', 'Z', 'AA')
    """
    name = ""
    while tier > 0:
        tier, letter = divmod(tier - 1, 26)
        name = chr(ord("A") + letter) + name
    return name
