"""Linear programs that are solved again and again with another objective, from the last basis."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import highspy
import numpy as np
import numpy.typing as npt
from scipy import sparse

from kbnn_analysis.disclosure.facts import Fact, Line
from kbnn_analysis.disclosure.substitution import definitions, made_of

Floats = npt.NDArray[np.float64]

SLACK = 1e-7
MOST = 1e7  # answers in one cell; a bound that reaches so far is open
PATIENCE = 4  # iterations a fact or unknown, after which a solve begins afresh
_NO_LIMIT = 2**31 - 1
_DUAL_SIMPLEX, _PRIMAL_SIMPLEX = 1, 4
_INFINITE = highspy.kHighsInf
_OPTIMAL = highspy.HighsModelStatus.kOptimal


class Program:
    """The points that a set of facts leaves possible.

    It is solved without the unknowns that are sums of others; points hold all of them.

    Parameters
    ----------
    facts : sequence of Fact
        The facts; columns are named as the caller likes.
    columns : sequence of int, optional
        The columns to lay out; those of the facts by default.
    """

    def __init__(self, facts: Sequence[Fact], columns: Sequence[int] | None = None) -> None:
        if columns is None:
            columns = sorted({column for fact in facts for column in fact.line})
        defined = definitions(facts)
        away = {id(fact) for fact in defined.values()}
        self.facts = [fact for fact in facts if id(fact) not in away]
        self.columns = {column: place for place, column in enumerate(columns)}
        self._all = made_of(columns, defined)
        self._free = sparse.csr_array(self._all.T)
        self._withdrawn: set[int] = set()
        self._by_row: dict[int, list[int]] = {}
        for place, fact in enumerate(self.facts):
            for row in fact.rows:
                self._by_row.setdefault(row, []).append(place)
        self._low = np.array([fact.low - SLACK for fact in self.facts])
        self._high = np.array([fact.high + SLACK for fact in self.facts])
        self._patience = PATIENCE * (len(self.facts) + len(self.columns))
        self._lay_out()

    def hide(self, hidden: Collection[int], touched: Collection[int] | None = None) -> None:
        """Withdraw the facts whose rows are all hidden, and let the others stand.

        Parameters
        ----------
        hidden : collection of int
            All rows that are hidden now.
        touched : collection of int, optional
            Rows that changed since the last call; all of them by default.
        """
        changed = self._by_row if touched is None else touched
        for place in {place for row in changed for place in self._by_row.get(row, ())}:
            gone = all(row in hidden for row in self.facts[place].rows)
            if gone != (place in self._withdrawn):
                (self._withdrawn.add if gone else self._withdrawn.discard)(place)
                ends = (-_INFINITE, _INFINITE) if gone else (self._low[place], self._high[place])
                self._solver.changeRowBounds(place, *ends)

    def allows(self, points: Floats, touched: Collection[int]) -> npt.NDArray[np.bool_]:
        """Return which points (one a row) satisfy the facts of given rows that stand."""
        allowed = np.ones(len(points), dtype=bool)
        for place in {place for row in touched for place in self._by_row.get(row, ())}:
            if place not in self._withdrawn:
                line = self.facts[place].line
                value = points[:, [self.columns[column] for column in line]] @ [*line.values()]
                allowed &= (value >= self._low[place] - SLACK) & (
                    value <= self._high[place] + SLACK
                )
        return allowed

    def start(self) -> bool:
        """Find a first point from scratch; return whether any is possible."""
        self._ask(np.zeros(len(self.columns)))
        return self._from_scratch()

    def extreme(self, line: Line, sign: float) -> tuple[float, Floats] | None:
        """Return the least (`sign` 1) or largest (-1) value of a line, and the point; or None."""
        cost = np.zeros(len(self.columns))
        for column, value in line.items():
            cost[self.columns[column]] = sign * value
        return self.optimum(cost, sign)

    def optimum(self, cost: Floats, sign: float = 1.0) -> tuple[float, Floats] | None:
        """Return the least value of a cost over the possible points, times `sign`, and the point.

        None where no point is possible.
        """
        solver = self._solver
        self._ask(cost)
        solver.run()
        if solver.getModelStatus() != _OPTIMAL and not self._from_scratch():
            return None
        point = np.asarray(self._all @ np.array(solver.getSolution().col_value))
        return sign * float(cost @ point), point

    def binding(self) -> dict[frozenset[int], float]:
        """Return the rows of the facts that held the last optimum where it is.

        With each the sum of its shadow prices: how far the optimum gives way with the fact.
        """
        prices = np.abs(np.array(self._solver.getSolution().row_dual))
        found: dict[frozenset[int], float] = {}
        for place in np.flatnonzero(prices > 1e-9):
            rows = self.facts[place].rows
            if rows:
                found[rows] = found.get(rows, 0.0) + float(prices[place])
        return found

    def _ask(self, cost: Floats) -> None:
        own = np.asarray(self._free @ cost)
        self._solver.changeColsCost(len(own), np.arange(len(own), dtype=np.int32), own)

    def _from_scratch(self) -> bool:
        """Solve without the last basis, which may have become a bad start."""
        self._solver.clearSolver()
        self._set(simplex_strategy=_DUAL_SIMPLEX, presolve="on")
        self._set(simplex_iteration_limit=_NO_LIMIT)
        self._solver.run()
        self._set(simplex_strategy=_PRIMAL_SIMPLEX, presolve="off")
        self._set(simplex_iteration_limit=self._patience)
        return bool(self._solver.getModelStatus() == _OPTIMAL)

    def _set(self, **options: bool | int | float | str) -> None:
        for name, value in options.items():
            self._solver.setOptionValue(name, value)

    def _lay_out(self) -> None:
        lines = sparse.csr_array(_matrix(self.facts, self.columns) @ self._all)
        many, width = lines.shape
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = width, many
        model.col_cost_ = model.col_lower_ = np.zeros(width)
        model.col_upper_ = np.full(width, MOST)
        model.row_lower_, model.row_upper_ = _ends(self._low), _ends(self._high)
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = lines.indptr.astype(np.int32)
        model.a_matrix_.index_ = lines.indices.astype(np.int32)
        model.a_matrix_.value_ = lines.data
        self._solver = highspy.Highs()  # type: ignore[no-untyped-call]
        self._set(output_flag=False, threads=1, solver="simplex")
        self._set(simplex_strategy=_PRIMAL_SIMPLEX, presolve="off")
        self._set(simplex_iteration_limit=self._patience)  # a bad start may cycle for ever
        self._solver.passModel(model)


def _matrix(facts: Sequence[Fact], columns: Mapping[int, int]) -> sparse.csr_array:
    rows = [place for place, fact in enumerate(facts) for _ in fact.line]
    places = [columns[column] for fact in facts for column in fact.line]
    values = [value for fact in facts for value in fact.line.values()]
    return sparse.csr_array((values, (rows, places)), shape=(len(facts), len(columns)))


def _ends(values: Floats) -> Floats:
    return np.where(np.isfinite(values), values, np.copysign(_INFINITE, values))
