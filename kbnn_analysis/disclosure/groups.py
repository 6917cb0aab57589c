"""Which smallest groups a released group is made of, and what follows for sums."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence

from kbnn_analysis.disclosure.released import Dims, Released

Nests = Mapping[str, Mapping[str, tuple[str, tuple[str, ...]]]]
Group = tuple[str, Dims]  # period (never a year that is told by halves), column values
REST = "…"  # respondents of no listed group: those who left an attribute blank
_HALVES = ("1", "2")


class Groups:
    """The groups of one item's rows, and the sums that join them.

    Parameters
    ----------
    rows : sequence of Released
        All rows of the item.
    nests : mapping
        Column -> value -> (finer column, its values).
    with_rest : bool
        Whether some respondents may belong to no listed group: sums are then bounds only.
    """

    def __init__(self, rows: Sequence[Released], nests: Nests, *, with_rest: bool = False) -> None:
        self._nests = nests
        self._rest = with_rest
        self._years = {row.period.rpartition("-")[0] for row in rows if "-" in row.period}
        self._values: dict[str, set[str]] = {}
        together: list[set[str]] = []
        for row in rows:
            names = set()
            for column, value in row.dims:
                base, values = self._base(column, value)
                self._values.setdefault(base, set()).update(values)
                names.add(base)
            if names:
                touching = [each for each in together if each & names]
                together = [each for each in together if not each & names]
                together.append(names.union(*touching))
        self._blocks = [tuple(sorted(each)) for each in together]

    def of(self, row: Released) -> list[Group]:
        """Return the group of a row; two of them where a year is told by its halves."""
        halves = [f"{row.period}-{half}" for half in _HALVES]
        periods = halves if row.period in self._years else [row.period]
        return [(period, row.dims) for period in periods]

    def sums(self, groups: Sequence[Group]) -> Iterator[tuple[Group, list[Group]]]:
        """Yield each group that is a sum, with its parts; also the whole, once a block of columns.

        Parameters
        ----------
        groups : sequence of Group
            Those that rows speak of.
        """
        for period, dims in dict.fromkeys(groups):
            if dims:
                parts = [(period, atom) for atom in self._atoms(dims)]
                if parts != [(period, dims)]:
                    yield (period, dims), parts
        for period in dict.fromkeys(period for period, _ in groups):
            for block in self._blocks:
                yield (period, ()), [(period, atom) for atom in self._product(block, {})]

    def parts(self, group: Group) -> list[Group]:
        """Return the smallest groups that a group is made of."""
        period, dims = group
        return [(period, atom) for atom in self._atoms(dims)] if dims else [group]

    def _atoms(self, dims: Dims) -> list[Dims]:
        wanted: dict[str, set[str]] = {}
        for column, value in dims:
            base, values = self._base(column, value)
            wanted[base] = set(values) & wanted.get(base, set(values))
        block = next(each for each in self._blocks if set(each) & set(wanted))
        return self._product(block, wanted)

    def _product(self, block: tuple[str, ...], wanted: Mapping[str, set[str]]) -> list[Dims]:
        rest = [REST] if self._rest else []
        values = [
            sorted(wanted[column]) if column in wanted else [*sorted(self._values[column]), *rest]
            for column in block
        ]
        return [tuple(zip(block, atom, strict=True)) for atom in itertools.product(*values)]

    def _base(self, column: str, value: str) -> tuple[str, tuple[str, ...]]:
        return self._nests.get(column, {}).get(value, (column, (value,)))
