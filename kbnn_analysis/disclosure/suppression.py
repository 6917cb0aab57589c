"""Secondary suppression: which further rows to hide until every hidden cell is safe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kbnn_analysis.disclosure.audit import Attacker, Interval, by_item, enough
from kbnn_analysis.disclosure.facts import Key, Nests, Released, system_of
from kbnn_analysis.disclosure.rules import Rules

# What is lost with a row, for equal n: a mean beside a top box tells least that is new.
LOSS_OF_MEAN, LOSS_OF_SHARE = 1.0, 2.0


@dataclass(frozen=True)
class Protection:
    """What an audit asks for.

    Parameters
    ----------
    withheld : frozenset of tuple
        Keys of rows to hide besides those that the rules hide: for :attr:`Rules.withheld`.
    failing : tuple of (Released, Interval)
        Cells that were unsafe before.
    broken : tuple of (Released, Interval)
        Cells that stay unsafe, because what gives them away has been released before.
    audited : int
        Number of hidden cells that were looked at.
    """

    withheld: frozenset[Key]
    failing: tuple[tuple[Released, Interval], ...]
    broken: tuple[tuple[Released, Interval], ...]
    audited: int


def protect(
    rows: Sequence[Released],
    rules: Rules,
    nests: Nests | None = None,
    *,
    earlier: Sequence[Released] = (),
) -> Protection:
    """Choose rows to hide so that the audit passes, with little loss.

    For each unsafe cell the facts that hold its interval together are found from the dual of the
    attacker's problem; the one whose rows lose least (their n, a share counting twice a mean) is
    withdrawn, until the cell is safe. Withdrawing a fact never makes another cell less safe.

    Parameters
    ----------
    rows : sequence of Released
        What is about to be released.
    rules : Rules
        The limits.
    nests : mapping, optional
        How coarser groups are made of finer ones.
    earlier : sequence of Released
        What was released before, from the ledger: it cannot be withdrawn.
    """
    withheld: set[Key] = set()
    failing: list[tuple[Released, Interval]] = []
    broken: list[tuple[Released, Interval]] = []
    audited = 0
    for item, mine in by_item([*rows, *earlier]).items():
        fixed = {
            number
            for number, row in enumerate(mine)
            if any(row is old for old in earlier) and row.question.item == item
        }
        attacker = Attacker(system_of(mine, rules, nests))
        own = [at for at, (row, *_) in enumerate(attacker.system.targets) if row not in fixed]
        found = {target: attacker.interval(target, enough(rules)) for target in own}
        unsafe = [target for target in own if not found[target].passes(rules)]
        audited += len(own)
        for target in unsafe:
            failing.append((mine[found[target].row], found[target]))
            left = _withdraw(attacker, target, mine, fixed, rules)
            if left is not None:
                broken.append((mine[left.row], left))
        _give_back(attacker, unsafe, mine, rules)
        withheld |= {mine[number].key for number in attacker.hidden}
    return Protection(frozenset(withheld), tuple(failing), tuple(broken), audited)


def _withdraw(
    attacker: Attacker, target: int, rows: Sequence[Released], fixed: set[int], rules: Rules
) -> Interval | None:
    """Hide rows until the target is safe; return its interval where that is not possible."""
    own = attacker.system.targets[target][0]
    while not (found := attacker.interval(target, enough(rules))).passes(rules):
        choices: list[frozenset[int]] = [
            with_same_key(each - attacker.hidden, rows)
            for each in attacker.binding(target)
            if not each & fixed
        ]
        choices = [each for each in choices if each - attacker.hidden and not each & fixed]
        if not choices:
            return found
        attacker.hidden |= min(
            choices, key=lambda each: (_loss(frozenset(each), rows), own in each)
        )
    return None


def _give_back(
    attacker: Attacker, unsafe: Sequence[int], rows: Sequence[Released], rules: Rules
) -> None:
    """Show again what need not be hidden, the costliest first: the greedy choice may overlap."""
    alone: set[frozenset[int]] = {
        with_same_key(frozenset({number}), rows) for number in attacker.hidden
    }

    def safe(target: int) -> bool:
        return attacker.interval(target, enough(rules)).passes(rules)

    fine = [target for target in unsafe if safe(target)]
    for group in sorted(alone, key=lambda each: (-_loss(each, rows), sorted(each))):
        attacker.hidden -= group
        broken = next((target for target in fine if not safe(target)), None)
        if broken is not None:
            attacker.hidden |= group
            fine.remove(broken)
            fine.insert(0, broken)  # the cell that needed much is likely to need the next as well


def with_same_key(numbers: frozenset[int], rows: Sequence[Released]) -> frozenset[int]:
    """Return all rows of the same keys: a row that is hidden is hidden in every table."""
    keys = {rows[number].key for number in numbers}
    return frozenset(number for number, row in enumerate(rows) if row.key in keys)


def _loss(numbers: frozenset[int], rows: Sequence[Released]) -> float:
    once = {rows[number].key: rows[number] for number in numbers}
    return sum(
        (row.n if row.n == row.n else 0.0)
        * (LOSS_OF_SHARE if row.question.is_share else LOSS_OF_MEAN)
        * (0.5 if row.display[:1] in {"≥", "≤"} else 1.0)
        for row in once.values()
    )
