"""R5: what one released row tells, as linear facts, and what of it must stay uncertain.

The unknowns are how many respondents of a group gave each answer. A printed n, share, mean,
interval or bound is a pair of linear inequalities in them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from kbnn_analysis.disclosure.released import Question, Released
from kbnn_analysis.disclosure.rounding import COUNT_STEP, ONE_DECIMAL_FROM
from kbnn_analysis.disclosure.rules import FEW, FEW_FOR_SHARE, Rules

What = Literal["n", "outside", "inside"]
Line = Mapping[int, float]
_NOWHERE = float("inf")
ROUNDED = COUNT_STEP // 2  # a printed count lies this near to the true one


@dataclass(frozen=True)
class Fact:
    """``low <= sum(coefficient * unknown) <= high``; it holds while one of `rows` is shown.

    ``by_rule`` marks what is known only to somebody who knows the rules of disclosure.
    """

    line: Line
    low: float
    high: float
    rows: frozenset[int] = frozenset()
    by_rule: bool = False


@dataclass(frozen=True)
class Target:
    """What must stay uncertain of a row: its n, or the answers outside or inside a share.

    For a mean, "outside" is the points missing to the upper end of the scale, "inside" those
    above the lower end.
    """

    row: int
    what: What
    line: Line


@dataclass(frozen=True)
class Unknowns:
    """The unknowns of a row: the column of each answer of its group, once or for two halves."""

    columns: tuple[tuple[int, int], ...]

    @property
    def n(self) -> dict[int, float]:
        """Return the number of answers as a line."""
        return {column: 1.0 for column, _ in self.columns}

    def value(self, question: Question) -> dict[int, float]:
        """Return the numerator of a question as a line."""
        return {column: question.weights.get(code, 0.0) for column, code in self.columns}

    def gap(self, question: Question, *, above: bool) -> dict[int, float]:
        """Return what separates the value from the upper (or lower) end, in answers or points."""
        ends = [0.0, 1.0] if question.is_share else list(question.weights.values())
        if above:
            return self.combined(question, max(ends), 1.0)
        return self.combined(question, -min(ends), -1.0)

    def combined(self, question: Question, of_n: float, minus_value: float) -> dict[int, float]:
        """Return ``of_n * n - minus_value * value`` as a line."""
        value = self.value(question)
        return {column: of_n - minus_value * value[column] for column in value}


def facts_of(row: Released, number: int, unknowns: Unknowns, rules: Rules) -> Iterable[Fact]:
    """Yield what a row tells besides its n: ``v - h <= value / n <= v + h``, and what rules tell.

    Parameters
    ----------
    row : Released
    number : int
        Its position, by which its facts are withdrawn.
    unknowns : Unknowns
        Of its group.
    rules : Rules
        The limits under which it was disclosed.
    """
    n = unknowns.n
    if row.pair and row.reason:  # hidden for the answers of either period
        return
    for pattern, k in ((FEW, rules.min_n), (FEW_FOR_SHARE, 2 * rules.side)):
        if row.reason == pattern.format(k=k):
            yield Fact(n, 0.0, k - 1.0, by_rule=True)
    told = row.n >= rules.min_n + ROUNDED  # the printed n says so itself
    if row.reason != FEW.format(k=rules.min_n) and not told:
        yield Fact(n, rules.min_n, _NOWHERE, by_rule=True)
    if not row.reason and row.display:
        yield from _shown(row, frozenset({number}), unknowns, rules)


def _shown(row: Released, here: frozenset[int], unknowns: Unknowns, rules: Rules) -> Iterable[Fact]:
    asked = row.question
    if row.bound:
        above = row.bound == "≥"
        over = unknowns.combined(asked, -row.value, -1.0)
        yield Fact(over, *((0.0, _NOWHERE) if above else (-_NOWHERE, 0.0)), here)
        gap = unknowns.gap(asked, above=above)
        yield Fact(gap, 0.0, max(rules.side - 1.0, _rounded_to_the_end(row)), here, by_rule=True)
        return
    if row.count == row.count:
        yield Fact(unknowns.value(asked), row.count - ROUNDED, row.count + ROUNDED, here)
    low, high = row.value - row.half_step, row.value + row.half_step
    low, high = max([low, row.conf[0]], key=_or_least), min([high, row.conf[1]], key=_or_most)
    yield Fact(unknowns.combined(asked, -low, -1.0), 0.0, _NOWHERE, here)
    yield Fact(unknowns.combined(asked, -high, -1.0), -_NOWHERE, 0.0, here)
    ends = (
        (0.0, 1.0) if asked.is_share else (min(asked.weights.values()), max(asked.weights.values()))
    )
    for above, least in ((True, ends[1] - high), (False, low - ends[0])):
        if not (row.n - ROUNDED) * least >= rules.side:  # else the numbers say so themselves
            gap = unknowns.gap(asked, above=above)
            yield Fact(gap, rules.side, _NOWHERE, here, by_rule=True)


def _or_least(value: float) -> float:
    return value if value == value else -_NOWHERE


def _or_most(value: float) -> float:
    return value if value == value else _NOWHERE


def _rounded_to_the_end(row: Released) -> float:
    """Return the widest gap with which a value would be printed as the end of its scale."""
    if row.question.is_share:
        half = 0.005 if row.n < ONE_DECIMAL_FROM else 0.0005
    else:
        half = row.half_step
    return half * (row.n + ROUNDED)


def targets_of(row: Released, number: int, unknowns: Unknowns) -> Iterable[Target]:
    """Yield what must stay uncertain of a hidden or bounded row.

    Of a row of few answers its n and both sides, of a share of few answers both sides, of a bounded
    row the side that its bound names, and the same of a bounded row that was hidden besides. A row
    that is hidden only to protect another has enough answers on both sides: its own value is no
    secret, only what follows from it.
    """
    few = row.reason.startswith("fewer than") and "degrees" not in row.reason
    if few and not row.reason.endswith("of a share") and not row.reason.endswith("for a share"):
        yield Target(number, "n", unknowns.n)
    for what, above in (("outside", True), ("inside", False)):
        sign = row.bound or row.guarded
        if few or sign == ("≥" if above else "≤"):
            side: What = "outside" if what == "outside" else "inside"
            yield Target(number, side, unknowns.gap(row.question, above=above))
