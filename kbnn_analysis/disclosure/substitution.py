"""Unknowns that are sums of others are no unknowns: programs are solved without them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from scipy import sparse

from kbnn_analysis.disclosure.facts import Fact


def definitions(facts: Iterable[Fact]) -> dict[int, Fact]:
    """Return the unknowns that a fact makes the sum of others, each with that fact.

    Of several sums the shortest is taken; the others stay facts. No unknown is defined by one
    that is itself defined.

    Parameters
    ----------
    facts : iterable of Fact
        A sum is ``parts - whole = 0``, and no row's to withdraw.

    Returns
    -------
    dict
        Column of the whole -> its fact.

    Examples
    --------
    >>> whole = Fact({0: -1.0, 1: 1.0, 2: 1.0}, 0.0, 0.0)
    >>> sorted(definitions([whole, Fact({1: 1.0}, 0.0, 5.0)]))
    [0]
    """
    found: dict[int, Fact] = {}
    parts_of_others: set[int] = set()
    sums = [fact for fact in facts if not fact.rows and fact.low == fact.high == 0.0]
    for fact in sorted(sums, key=lambda each: len(each.line)):
        wholes = [column for column, value in fact.line.items() if value == -1.0]
        parts = {column for column, value in fact.line.items() if value == 1.0}
        is_sum = len(wholes) == 1 and len(parts) == len(fact.line) - 1
        free = wholes and wholes[0] not in found and wholes[0] not in parts_of_others
        if is_sum and free and not parts & found.keys():
            found[wholes[0]] = fact
            parts_of_others |= parts
    return found


def made_of(columns: Sequence[int], defined: Mapping[int, Fact]) -> sparse.csr_array:
    """Return the matrix that makes all unknowns (rows) from those that are free (columns).

    Parameters
    ----------
    columns : sequence of int
        All unknowns, in the order of the matrix.
    defined : mapping
        As :func:`definitions` returns it.

    Examples
    --------
    >>> made_of([0, 1, 2], {0: Fact({0: -1.0, 1: 1.0, 2: 1.0}, 0.0, 0.0)}).toarray().tolist()
    [[1.0, 1.0], [1.0, 0.0], [0.0, 1.0]]
    """
    free = [column for column in columns if column not in defined]
    place = {column: at for at, column in enumerate(free)}
    parts = [
        [place[part] for part in (defined[column].line if column in defined else [column])
         if part in place]
        for column in columns
    ]  # fmt: skip
    rows = [row for row, its in enumerate(parts) for _ in its]
    found = [column for its in parts for column in its]
    return sparse.csr_array(([1.0] * len(found), (rows, found)), shape=(len(columns), len(free)))
