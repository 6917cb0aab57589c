"""R5: the interval that an outsider can compute for every hidden cell, by linear programming."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, cast

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.optimize import linprog

from kbnn_analysis.disclosure.facts import Fact, Nests, Released, System, system_of
from kbnn_analysis.disclosure.rules import Rules
from kbnn_analysis.errors import DisclosureError

_SLACK = 1e-7
_MOST = 1e7  # answers in one cell; an interval that reaches so far is open


@dataclass(frozen=True)
class Interval:
    """What an outsider can compute of one hidden cell.

    Parameters
    ----------
    row : int
        Position of the released row.
    what : str
        "n" or "gap" (answers on the small side; for means points missing to the end).
    low, high : float
        From the printed numbers alone.
    known_low, known_high : float
        For somebody who knows the rules of disclosure as well.
    """

    row: int
    what: str
    low: float
    high: float
    known_low: float
    known_high: float

    @property
    def width(self) -> float:
        """Return how many counts stay possible."""
        return self.high - self.low + 1

    @property
    def known_width(self) -> float:
        """Return how many counts stay possible for somebody who knows the rules."""
        return self.known_high - self.known_low + 1

    def told(self) -> str:
        """Return in words what an outsider can compute."""
        what = "its n" if self.what == "n" else "its small side"
        return f"an outsider computes {what} as {self.known_low:g} to {self.known_high:g}"

    def passes(self, rules: Rules) -> bool:
        """Return whether k counts stay possible, and half of them to one who knows the rules.

        The rules themselves tell that a hidden n is 0 to k - 1: k counts. Any further number
        narrows that, so that half must be left; a single value never passes.
        """
        k = rules.min_n if self.what == "n" else rules.side
        return self.width >= k and self.known_width >= max(2, math.ceil(k / 2))


def by_item(rows: Iterable[Released]) -> dict[str, list[Released]]:
    """Return the rows of each question apart: no printed number joins two questions."""
    found: dict[str, list[Released]] = {}
    for row in rows:
        found.setdefault(row.question.item, []).append(row)
    return found


def audit(
    rows: Sequence[Released], rules: Rules, nests: Nests | None = None
) -> list[tuple[Released, Interval]]:
    """Return for every hidden or bounded cell what an outsider can compute of it.

    Parameters
    ----------
    rows : sequence of Released
        Everything that is or was released.
    rules : Rules
        The limits.
    nests : mapping, optional
        How coarser groups are made of finer ones: see :func:`facts.system_of`.

    Returns
    -------
    list of (Released, Interval)
        In the order of the rows, item by item.

    Raises
    ------
    DisclosureError
        If the released numbers contradict each other.

    References
    ----------
    Fischetti and Salazar (2001), *Journal of the American Statistical Association* 96: the
    attacker's problem of complementary cell suppression.
    """
    found = []
    for item in by_item(rows).values():
        solver = Attacker(system_of(item, rules, nests))
        for number, target in enumerate(solver.system.targets):
            found.append((item[target[0]], solver.interval(number, enough(rules))))
    return found


def enough(rules: Rules) -> float:
    """Return the counts that suffice for any cell."""
    return max(rules.min_n, rules.side)


class _Matrix(NamedTuple):
    lines: sparse.csr_array
    limits: npt.NDArray[np.float64]
    rows: list[frozenset[int]]


class Attacker:
    """Bounds of unknowns from the facts of a system; facts of rows in `hidden` are withdrawn."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.hidden: set[int] = set()
        self._made: dict[tuple[bool, frozenset[int]], _Matrix] = {}
        self._facts: list[Fact] = []
        self._lay_out()

    def interval(self, target: int, enough: float = math.inf) -> Interval:
        """Return the interval of a target.

        Where whoever knows the rules keeps `enough` counts, everybody keeps them: the interval
        from the printed numbers alone is then not computed, and the narrower one stands for it.
        """
        row, what, coefficients = self.system.targets[target]
        known = self._bounds(coefficients, by_rule=True)
        if known[1] - known[0] + 1 >= enough:
            return Interval(row, what, *known, *known)
        low, high = self._bounds(coefficients, by_rule=False)
        return Interval(row, what, low, high, *known)

    def binding(self, target: int) -> list[frozenset[int]]:
        """Return the rows of the facts that hold a target's interval together."""
        coefficients = self.system.targets[target][2]
        found: list[frozenset[int]] = []
        for sign in (1.0, -1.0):
            solved, facts = self._solve(coefficients, sign, by_rule=True)
            weights = np.abs(solved.ineqlin.marginals) if solved.status == 0 else np.zeros(0)
            for place in np.flatnonzero(weights > 1e-9):
                rows = facts[place]
                if rows and rows not in found:
                    found.append(rows)
        return found

    def _bounds(self, coefficients: Mapping[int, float], *, by_rule: bool) -> tuple[float, float]:
        ends = []
        for sign in (1.0, -1.0):
            solved, _ = self._solve(coefficients, sign, by_rule=by_rule)
            if solved.status != 0:
                raise DisclosureError(
                    "The released numbers contradict each other; the audit cannot clear them."
                )
            end = sign * float(solved.fun)
            ends.append(end if abs(end) < _MOST / 10 else math.copysign(math.inf, end))
        return _inward(ends[0], up=True), _inward(ends[1], up=False)

    def _solve(
        self, coefficients: Mapping[int, float], sign: float, *, by_rule: bool
    ) -> tuple[Any, list[frozenset[int]]]:
        matrix, limits, facts = self._matrix(by_rule)
        objective = np.zeros(len(self.system.columns))
        for column, value in coefficients.items():
            objective[column] = sign * value
        solved: Any = linprog(
            objective, A_ub=cast(Any, matrix), b_ub=limits, bounds=(0, _MOST), method="highs"
        )
        return solved, facts

    def _matrix(self, by_rule: bool) -> _Matrix:
        """Return the facts that stand as ``A x <= b``; all of them were laid out once."""
        key = (by_rule, frozenset(self.hidden))
        if key not in self._made:
            stands = [
                (by_rule or not fact.by_rule) and not (fact.rows and fact.rows <= self.hidden)
                for fact in self._facts
            ]
            kept = np.flatnonzero(stands)
            rows = [self._facts[place].rows for place in kept]
            self._made = {key: _Matrix(self._lines[kept], self._limits[kept], rows)}
        return self._made[key]

    def _lay_out(self) -> None:
        lines: list[int] = []
        columns: list[int] = []
        values: list[float] = []
        limits: list[float] = []
        for fact in self.system.facts:
            for sign, limit in ((1.0, fact.high), (-1.0, -fact.low)):
                if not math.isfinite(limit):
                    continue
                lines += [len(limits)] * len(fact.coefficients)
                columns += fact.coefficients
                values += [sign * value for value in fact.coefficients.values()]
                limits.append(limit + _SLACK)
                self._facts.append(fact)
        shape = (len(limits), len(self.system.columns))
        self._lines = sparse.csr_array((values, (lines, columns)), shape=shape)
        self._limits = np.array(limits)


def _inward(value: float, *, up: bool) -> float:
    """Return a bound as a whole count."""
    if not math.isfinite(value):
        return value
    return float(math.ceil(value - 1e-4) if up else math.floor(value + 1e-4))
