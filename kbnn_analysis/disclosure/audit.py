"""R5: the interval that an outsider can compute for every hidden cell, by linear programming."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from kbnn_analysis.disclosure.facts import Fact, Target
from kbnn_analysis.disclosure.groups import Nests
from kbnn_analysis.disclosure.programs import MOST, Program
from kbnn_analysis.disclosure.released import Released
from kbnn_analysis.disclosure.rules import Rules
from kbnn_analysis.disclosure.system import System, system_of
from kbnn_analysis.errors import DisclosureError


@dataclass(frozen=True)
class Interval:
    """What an outsider can compute of one hidden cell.

    Parameters
    ----------
    row : int
        Position of the released row.
    what : str
        "n", or the answers "outside" or "inside" a share; for means points to the scale's end.
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
        return counts_within(self.low, self.high)

    @property
    def known_width(self) -> float:
        """Return how many counts stay possible for somebody who knows the rules."""
        return counts_within(self.known_low, self.known_high)

    def told(self) -> str:
        """Return in words what an outsider can compute."""
        what = "its n" if self.what == "n" else f"the answers {self.what} it"
        return f"an outsider computes {what} as {self.known_low:g} to {self.known_high:g}"

    def passes(self, rules: Rules) -> bool:
        """Return whether k counts stay possible, and half of them to one who knows the rules.

        The rules themselves tell that a hidden n is 0 to k - 1: k counts. Any further number
        narrows that, so that half must be left; a single value never passes.
        """
        least, least_known = widths(self.what, rules)
        return self.width >= least and self.known_width >= least_known


def widths(what: str, rules: Rules) -> tuple[int, int]:
    """Return the counts that must stay possible: from the numbers, and for who knows the rules."""
    k = rules.min_n if what == "n" else rules.side
    return k, max(2, math.ceil(k / 2))


def counts_within(low: float, high: float) -> float:
    """Return how many whole numbers lie within an interval."""
    return high - low + 1


def inward(low: float, high: float) -> tuple[float, float]:
    """Return an interval of whole counts; an end that nothing holds is infinite."""
    return (
        -math.inf if low < -MOST / 10 else float(math.ceil(low - 1e-4)),
        math.inf if high > MOST / 10 else float(math.floor(high + 1e-4)),
    )


class Attacker:
    """Somebody who knows facts, and somebody who knows the rules of disclosure as well.

    Parameters
    ----------
    facts : sequence of Fact
        All facts; those of hidden rows are withdrawn by :meth:`hide`.
    columns : sequence of int, optional
        The unknowns; those of the facts by default.
    """

    def __init__(self, facts: Sequence[Fact], columns: Sequence[int] | None = None) -> None:
        if columns is None:
            columns = sorted({column for fact in facts for column in fact.line})
        self.knowing = Program(facts, columns)
        self.plain = Program([fact for fact in facts if not fact.by_rule], columns)

    def hide(self, hidden: Collection[int], touched: Collection[int] | None = None) -> None:
        """Withdraw the facts of hidden rows."""
        self.knowing.hide(hidden, touched)
        self.plain.hide(hidden, touched)

    def knows(self, target: Target) -> bool:
        """Return whether all unknowns of a target are among the attacker's."""
        return all(column in self.knowing.columns for column in target.line)

    def interval(self, target: Target, enough: float = math.inf) -> Interval:
        """Return the interval of a target.

        Where whoever knows the rules keeps `enough` counts, everybody keeps them: the interval
        from the printed numbers alone is then not computed, and the narrower one stands for it.
        """
        known = _ends(self.knowing, target)
        plain = known if counts_within(*known) >= enough else _ends(self.plain, target)
        return Interval(target.row, target.what, *plain, *known)


def _ends(program: Program, target: Target) -> tuple[float, float]:
    found = [program.extreme(target.line, sign) for sign in (1.0, -1.0)]
    if found[0] is None or found[1] is None:
        raise DisclosureError(
            "The released numbers contradict each other; the audit cannot clear them."
        )
    return inward(found[0][0], found[1][0])


def by_item(rows: Iterable[Released]) -> dict[str, list[Released]]:
    """Return the rows of each question apart."""
    found: dict[str, list[Released]] = {}
    for row in rows:
        found.setdefault(row.question.item, []).append(row)
    return found


def possible_system(
    rows: Sequence[Released], rules: Rules, nests: Nests | None
) -> tuple[System, Attacker]:
    """Return the system of an item and its attacker.

    An attacker will take it that listed groups are everybody. Where that contradicts the numbers,
    because some respondents left an attribute blank, sums are bounds only.

    Raises
    ------
    DisclosureError
        If the released numbers contradict each other even so.
    """
    for with_rest in (False, True):
        system = system_of(rows, rules, nests, with_rest=with_rest)
        attacker = Attacker(system.everything, range(system.width))
        if attacker.knowing.start():
            return system, attacker
    raise DisclosureError(
        "The released numbers contradict each other; the audit cannot clear them."
    )


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
        How coarser groups are made of finer ones: see :func:`system.system_of`.

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
    for mine in by_item(rows).values():
        system, attacker = possible_system(mine, rules, nests)
        for number in range(len(mine)):
            for target in system.targets[number]:
                found.append((mine[number], attacker.interval(target)))
    return found
