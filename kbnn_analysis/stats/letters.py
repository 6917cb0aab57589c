"""Compact letter display: units that share a letter cannot be told apart."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from kbnn_analysis.errors import UsageError

Flags = npt.NDArray[np.bool_]
MOST_GROUPS = 500


def compact_letters(estimate: npt.ArrayLike, different: Flags) -> list[str]:
    """Give letters to units so that two share one exactly when they do not differ.

    Insert and absorb: all units begin with one letter; each difference splits every group that
    holds both units, and groups within others are dropped. Letters run from the highest estimate.

    Parameters
    ----------
    estimate : array of shape (m,)
        Estimates, for the order of the letters.
    different : ndarray of bool, shape (m, m)
        Which pairs were found to differ; symmetric.

    Returns
    -------
    list of str
        The letters of each unit: a to z, then a1 to z1 and so on.

    Raises
    ------
    UsageError
        If the differences need more than 500 letters.

    References
    ----------
    Piepho, H.-P. (2004). *Journal of Computational and Graphical Statistics* 13, 456-466. In R:
    ``multcomp::cld``, ``multcompView::multcompLetters``.

    Examples
    --------
    >>> apart = np.zeros((3, 3), dtype=bool)
    >>> apart[0, 2] = apart[2, 0] = True
    >>> compact_letters([0.99, 0.98, 0.90], apart)
    ['a', 'ab', 'b']
    """
    order = np.argsort(-np.asarray(estimate, dtype=float), kind="stable")
    groups = [frozenset(range(len(order)))]
    for first, second in zip(*np.nonzero(np.triu(different[np.ix_(order, order)])), strict=True):
        groups = _split(groups, int(first), int(second))
        if len(groups) > MOST_GROUPS:
            raise UsageError(
                f"The differences need more than {MOST_GROUPS} letters; show them as a matrix."
            )
    groups.sort(key=sorted)
    letters = [""] * len(order)
    for number, group in enumerate(groups):
        for place in group:
            letters[order[place]] += _name(number)
    return letters


def _split(groups: list[frozenset[int]], first: int, second: int) -> list[frozenset[int]]:
    """Split the groups that hold both; keep what no other group contains."""
    whole = [group for group in groups if not (first in group and second in group)]
    parts = [g - {one} for g in groups if first in g and second in g for one in (first, second)]
    kept = [
        part
        for number, part in enumerate(parts)
        if not any(part <= group for group in whole)
        and not any(part < other or (part == other and number > k) for k, other in enumerate(parts))
    ]
    return whole + kept


def _name(number: int) -> str:
    turn, letter = divmod(number, 26)
    return chr(ord("a") + letter) + (str(turn) if turn else "")
