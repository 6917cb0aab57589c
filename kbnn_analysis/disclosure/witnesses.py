"""Which cells are unsafe, with few programs: one possible way of answering speaks for many cells.

Every point that satisfies the facts is a way in which people may have answered. Two points in
which a cell differs by w counts prove that w + 1 counts stay possible, whatever program they came
from; only cells without such witnesses need programs of their own.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

from kbnn_analysis.disclosure.audit import Attacker, Interval, inward, widths
from kbnn_analysis.disclosure.facts import Target
from kbnn_analysis.disclosure.programs import Program
from kbnn_analysis.disclosure.rules import Rules
from kbnn_analysis.disclosure.system import System
from kbnn_analysis.errors import DisclosureError

MOST_SWEEPS, FIRST_SWEEPS = 30, 3
PATIENCE = 2  # sweeps with few new safe cells after which cells are looked at one by one
FEW_TARGETS = 12  # for so few cells sweeps do not pay

Floats = npt.NDArray[np.float64]


class Leak(NamedTuple):
    """An unsafe cell: what is computed of it, and what holds it there.

    ``binding`` are the rows of the facts that do, with their shadow prices.
    """

    interval: Interval
    binding: dict[frozenset[int], float]


class Examination:
    """What an attacker leaves uncertain of a set of cells.

    Points that were possible stay possible while facts are withdrawn, so that they are kept.

    Parameters
    ----------
    attacker : Attacker
        What is known.
    targets : sequence of Target
        What must stay uncertain.
    rules : Rules
        The limits.
    """

    def __init__(self, attacker: Attacker, targets: Sequence[Target], rules: Rules) -> None:
        self.attacker = attacker
        self.targets = list(targets)
        self._lines = _matrix(targets, attacker.knowing)
        needed = np.array([widths(target.what, rules) for target in targets], dtype=float)
        needed = needed.reshape(-1, 2)
        self._plain, self._knowing = _Seen(needed[:, 0]), _Seen(needed[:, 1])

    def unsafe(self) -> list[int]:
        """Return the places of the unsafe cells; each without a witness has its own programs."""
        return [place for place in self._pending() if self.leak(place)]

    def first_unsafe(self, first: Sequence[int], beyond: Sequence[int]) -> int | None:
        """Return an unsafe cell, looking at some first and at some never; None if all are safe."""
        pending = [place for place in self._pending() if place not in beyond]
        order = [place for place in first if place in pending]
        order += [place for place in pending if place not in order]
        return next((place for place in order if self.leak(place)), None)

    def look_around(self) -> None:
        """Look for witnesses of many cells at once: random ends of all that have none yet."""
        if len(self._pending()) > FEW_TARGETS:
            self._sweep(self.attacker.knowing, self._knowing, MOST_SWEEPS)
            self._sweep(self.attacker.plain, self._plain, MOST_SWEEPS)

    def look_within(self, system: System, hidden: Collection[int]) -> None:
        """Look for witnesses block by block, while everything else is held as it may well be."""
        if len(self.targets) <= FEW_TARGETS:
            return
        self._sweep(self.attacker.knowing, self._knowing, FIRST_SWEEPS)
        centre = self._knowing.centre
        for block in system.largest_blocks:
            columns = system.columns_of(block)
            within = Attacker(system.facts_within(block, centre), sorted(columns))
            within.hide(hidden)
            for place in self._pending():
                target = self.targets[place]
                if columns.issuperset(target.line):
                    for program, seen in (
                        (within.knowing, self._knowing),
                        (within.plain, self._plain),
                    ):
                        self._witness(program, seen, place, centre)

    def _witness(self, program: Program, seen: _Seen, place: int, centre: Floats) -> None:
        for sign in (1.0, -1.0):
            found = (
                program.extreme(self.targets[place].line, sign) if seen.unproven[place] else None
            )
            if found is not None:
                point = centre.copy()
                point[list(program.columns)] = found[1]
                self._add(point, knowing=seen is self._knowing)

    def leak(self, place: int) -> Leak | None:
        """Return what an outsider computes of a cell if it is unsafe."""
        for program, seen in (
            (self.attacker.knowing, self._knowing),
            (self.attacker.plain, self._plain),
        ):
            found = self._ends(program, seen, place)
            if found is not None:
                target = self.targets[place]
                ends = inward(*found[0])
                return Leak(Interval(target.row, target.what, *ends, *ends), found[1])
        return None

    def hide(self, hidden: Collection[int], touched: Collection[int]) -> None:
        """Withdraw facts; all witnesses stay."""
        self.attacker.hide(hidden, touched)

    def show(self, hidden: Collection[int], touched: Collection[int]) -> None:
        """Let facts stand again; witnesses that contradict them go."""
        self.attacker.hide(hidden, touched)
        self._knowing.forget(self.attacker.knowing, touched)
        self._plain.forget(self.attacker.plain, touched)

    def _pending(self) -> list[int]:
        unproven = self._plain.unproven | self._knowing.unproven
        return [int(place) for place in np.flatnonzero(unproven)]

    def _ends(
        self, program: Program, seen: _Seen, place: int
    ) -> tuple[tuple[float, float], dict[frozenset[int], float]] | None:
        """Return both ends of a cell and what holds them; None as soon as witnesses suffice."""
        values: list[float] = []
        binding: dict[frozenset[int], float] = {}
        for sign in (1.0, -1.0):
            if not seen.unproven[place]:
                return None
            found = program.extreme(self.targets[place].line, sign)
            if found is None:
                raise DisclosureError(
                    "The released numbers contradict each other; the audit cannot clear them."
                )
            values.append(found[0])
            for rows, price in program.binding().items():
                binding[rows] = binding.get(rows, 0.0) + price
            self._add(found[1], knowing=program is self.attacker.knowing)
        if not seen.unproven[place]:
            return None
        return (values[0], values[1]), binding

    def _add(self, point: Floats, *, knowing: bool) -> None:
        values = self._lines @ point
        self._plain.add(point, values)
        if knowing:
            self._knowing.add(point, values)

    def _sweep(self, program: Program, seen: _Seen, most: int) -> None:
        rng = np.random.default_rng(0)
        since, before = 0, len(self.targets) + 1
        for _ in range(most):
            pending = seen.unproven
            since = 0 if pending.sum() < 0.9 * before else since + 1
            before = min(before, int(pending.sum()))
            if before <= FEW_TARGETS // 4 or since >= PATIENCE:
                return
            signs = np.where(pending, rng.choice([-1.0, 1.0], len(pending)), 0.0)
            for sign in (1.0, -1.0):
                found = program.optimum(np.asarray(self._lines.T @ (sign * signs)))
                if found is not None:
                    self._add(found[1], knowing=program is self.attacker.knowing)


class _Seen:
    """The points seen so far, and which cells they do not prove to be safe."""

    def __init__(self, least: Floats) -> None:
        self._least = least
        self._points: list[Floats] = []
        self._values: list[Floats] = []
        self._count()

    def add(self, point: Floats, values: Floats) -> None:
        self._points.append(point)
        self._values.append(values)
        self._widen(values[np.newaxis])

    @property
    def centre(self) -> Floats:
        """Return the mean of the points, which is possible as well."""
        return np.asarray(np.mean(self._points, axis=0))

    def forget(self, program: Program, touched: Collection[int]) -> None:
        if self._points:
            allowed = program.allows(np.array(self._points), touched)
            self._points = [
                each for each, stays in zip(self._points, allowed, strict=True) if stays
            ]
            self._values = [
                each for each, stays in zip(self._values, allowed, strict=True) if stays
            ]
            self._count()

    def _count(self) -> None:
        self._low = np.full(len(self._least), np.inf)
        self._high = np.full(len(self._least), -np.inf)
        self.unproven = np.ones(len(self._least), dtype=bool)
        if self._values:
            self._widen(np.array(self._values))

    def _widen(self, values: Floats) -> None:
        np.minimum(self._low, values.min(axis=0), out=self._low)
        np.maximum(self._high, values.max(axis=0), out=self._high)
        low, high = np.ceil(self._low - 1e-4), np.floor(self._high + 1e-4)
        self.unproven = np.asarray(high - low + 1 < self._least)


def _matrix(targets: Sequence[Target], program: Program) -> sparse.csr_array:
    rows = [place for place, target in enumerate(targets) for _ in target.line]
    columns = [program.columns[column] for target in targets for column in target.line]
    values = [value for target in targets for value in target.line.values()]
    return sparse.csr_array((values, (rows, columns)), shape=(len(targets), len(program.columns)))
