"""R5: everything that released rows tell of one item, as one system of linear facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from kbnn_analysis.disclosure.facts import (
    ROUNDED,
    Fact,
    Target,
    Unknowns,
    facts_of,
    targets_of,
)
from kbnn_analysis.disclosure.groups import Group, Groups, Nests
from kbnn_analysis.disclosure.released import Dims, Question, Released
from kbnn_analysis.disclosure.rules import Rules

Cluster = Dims  # what a group's rows of all periods have in common


@dataclass(frozen=True)
class System:
    """All facts about one item, and what must stay uncertain.

    Parameters
    ----------
    rows : tuple of Released
        The rows, by whose positions facts and targets are named.
    width : int
        Number of unknowns.
    facts : tuple of Fact
        What one group's rows tell, by the group (all its periods together).
    sums : mapping
        What joins groups, by the group that is a sum.
    blocks : tuple of tuple of groups
        What may be looked at by itself, small before large: each group, each sum with its parts
        and the sums within it.
    targets : mapping
        Position of a row -> its targets.
    columns : mapping
        Group and answer -> column.
    """

    rows: tuple[Released, ...]
    width: int
    facts: Mapping[Cluster, tuple[Fact, ...]]
    sums: Mapping[Cluster, tuple[Fact, ...]]
    blocks: tuple[tuple[Cluster, ...], ...]
    targets: Mapping[int, tuple[Target, ...]]
    columns: Mapping[tuple[Group, int], int]

    def facts_of(self, block: Iterable[Cluster]) -> list[Fact]:
        """Return what is told of the groups of a block, and the sums within it."""
        found: list[Fact] = []
        for dims in block:
            found += [*self.facts.get(dims, ()), *self.sums.get(dims, ())]
        return found

    def columns_of(self, block: Iterable[Cluster]) -> set[int]:
        """Return the unknowns of the groups of a block."""
        groups = set(block)
        return {column for ((_, dims), _), column in self.columns.items() if dims in groups}

    @property
    def largest_blocks(self) -> list[tuple[Cluster, ...]]:
        """Return the blocks that lie in no other."""
        sets = [set(block) for block in self.blocks]
        return [
            block
            for block, mine in zip(self.blocks, sets, strict=True)
            if len(mine) > 1 and not any(mine < other for other in sets)
        ]

    def facts_within(self, block: Sequence[Cluster], point: npt.NDArray[np.float64]) -> list[Fact]:
        """Return the facts of a block while all other unknowns are held as in a point.

        Whatever satisfies them is, with the point elsewhere, possible as a whole.
        """
        mine = self.columns_of(block)
        found = self.facts_of(block)
        for dims in self.sums.keys() - set(block):
            for fact in self.sums[dims]:
                line = {column: value for column, value in fact.line.items() if column in mine}
                if line:
                    held = sum(value * point[column] for column, value in line.items())
                    found.append(Fact(line, held, held))
        return found

    @property
    def everything(self) -> list[Fact]:
        """Return all facts."""
        return self.facts_of({**self.facts, **self.sums})


@dataclass
class _Columns:
    codes: Sequence[int]
    known: dict[tuple[Group, int], int] = field(default_factory=dict)

    def of(self, group: Group, code: int) -> int:
        return self.known.setdefault((group, code), len(self.known))

    def unknowns(self, groups: Iterable[Group]) -> Unknowns:
        return Unknowns(
            tuple((self.of(group, code), code) for group in groups for code in self.codes)
        )


def system_of(
    rows: Sequence[Released],
    rules: Rules,
    nests: Nests | None = None,
    *,
    with_rest: bool = False,
) -> System:
    """Return the facts about one item; all rows must speak of it.

    Parameters
    ----------
    rows : sequence of Released
        Of this release and of earlier ones.
    rules : Rules
        The limits under which they were disclosed.
    nests : mapping, optional
        Column -> value -> (finer column, its values): a province of the 34 is a sum of some of
        the 63.
    with_rest : bool
        Whether some respondents may belong to no listed group.
    """
    groups = Groups(rows, nests or {}, with_rest=with_rest)
    columns = _Columns(sorted({code for row in rows for code in row.question.weights}))
    facts: dict[Cluster, list[Fact]] = {}
    targets: dict[int, tuple[Target, ...]] = {}
    spoken: list[Group] = []
    bases: dict[tuple[str, Dims], list[int]] = {}
    for number, row in enumerate(rows):
        mine = groups.of(row)
        spoken += mine
        unknowns = columns.unknowns(mine)
        facts.setdefault(row.dims, []).extend(facts_of(row, number, unknowns, rules))
        targets[number] = tuple(targets_of(row, number, unknowns))
        if row.n == row.n:
            bases.setdefault((row.period, row.dims), []).append(number)
    _spare_known_pairs(rows, groups, targets)
    for (_, dims), numbers in bases.items():
        row = rows[numbers[0]]
        n = columns.unknowns(groups.of(row)).n
        facts[dims].append(Fact(n, row.n - ROUNDED, row.n + ROUNDED, frozenset(numbers)))
    sums: dict[Cluster, list[Fact]] = {}
    parts_of: dict[Cluster, set[Cluster]] = {}
    for whole, parts in groups.sums(spoken):
        sums.setdefault(whole[1], []).extend(_sum(whole, parts, columns))
        if whole[1]:
            parts_of[whole[1]] = {dims for _, dims in parts}
    return System(
        tuple(rows),
        len(columns.known),
        {name: _distinct(told) for name, told in facts.items()},
        {name: tuple(told) for name, told in sums.items()},
        tuple(_blocks(facts, parts_of)),
        targets,
        columns.known,
    )


def _spare_known_pairs(
    rows: Sequence[Released], groups: Groups, targets: dict[int, tuple[Target, ...]]
) -> None:
    """Drop the targets of hidden levels of change that are told elsewhere: the other one is few.

    A row of change hides both levels where one has few answers. A level that another table prints,
    or whose parts are all printed, is no secret.
    """
    printed: list[tuple[Group, Question]] = [
        (group, row.question)
        for row in rows
        if row.display and not row.bound
        for group in groups.of(row)
    ]
    for number, row in enumerate(rows):
        if row.pair and row.reason and targets[number]:
            told = {group for group, question in printed if question == row.question}
            if all(
                group in told or told.issuperset(groups.parts(group)) for group in groups.of(row)
            ):
                targets[number] = ()


def _sum(whole: Group, parts: Sequence[Group], columns: _Columns) -> Iterable[Fact]:
    for code in columns.codes:
        line = {columns.of(part, code): 1.0 for part in parts}
        yield Fact({**line, columns.of(whole, code): -1.0}, 0.0, 0.0)


def _blocks(
    groups: Iterable[Cluster], parts_of: Mapping[Cluster, set[Cluster]]
) -> Iterable[tuple[Cluster, ...]]:
    for dims in groups:
        yield (dims,)
    for whole, parts in sorted(parts_of.items(), key=lambda each: (len(each[1]), each[0])):
        within = [other for other, its in parts_of.items() if other != whole and its <= parts]
        yield (whole, *sorted({*parts, *within}))


def _distinct(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Return the facts without repetitions: equal ones of several rows become one of all."""
    merged: dict[tuple[object, ...], Fact] = {}
    for fact in facts:
        key = (tuple(fact.line.items()), fact.low, fact.high, fact.by_rule)
        old = merged.get(key)
        rows = fact.rows
        if old is not None:
            rows = old.rows | rows if old.rows and rows else frozenset()
        merged[key] = Fact(fact.line, fact.low, fact.high, rows, fact.by_rule)
    return tuple(merged.values())
