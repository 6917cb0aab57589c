"""Secondary suppression: which further rows to hide until every hidden cell is safe."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial

from kbnn_analysis.disclosure.audit import Interval, by_item, possible_system
from kbnn_analysis.disclosure.groups import Nests
from kbnn_analysis.disclosure.hiding import Hiding
from kbnn_analysis.disclosure.released import Key, Released
from kbnn_analysis.disclosure.rules import Rules


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
    workers: int = 1,
) -> Protection:
    """Choose rows to hide so that the audit passes, with little loss.

    For each unsafe cell the facts that hold its interval together are found from the dual of the
    attacker's problem; the one whose rows lose least (their n, a share counting twice a mean) is
    withdrawn, until the cell is safe; what need not have been hidden is shown again. First each
    group by itself, which is quick, then everything together. A row that is hidden must stay
    uncertain in turn.

    Parameters
    ----------
    rows : sequence of Released
        What is about to be released.
    rules : Rules
        The limits.
    nests : mapping, optional
        How coarser groups are made of finer ones.
    earlier : sequence of Released
        What was released before, from the ledger: it cannot be withdrawn, and what it hid must
        stay hidden.
    workers : int
        Processes to use: no printed number joins two questions, so that each is a job.
    """
    new, old = by_item(rows), by_item(earlier)
    jobs = [(mine, old.get(item, [])) for item, mine in new.items()]
    work = partial(_protect_item, rules=rules, nests=nests)
    if workers > 1 and len(jobs) > 1:
        with ProcessPoolExecutor(min(workers, len(jobs))) as pool:
            found = list(pool.map(work, jobs))
    else:
        found = [work(job) for job in jobs]
    return Protection(
        frozenset(itertools.chain.from_iterable(each.withheld for each in found)),
        tuple(itertools.chain.from_iterable(each.failing for each in found)),
        tuple(itertools.chain.from_iterable(each.broken for each in found)),
        sum(each.audited for each in found),
    )


def _protect_item(
    job: tuple[list[Released], list[Released]], *, rules: Rules, nests: Nests | None
) -> Protection:
    mine = distinct_rows(job[0])
    rows = [*mine, *distinct_rows(job[1])]
    system, attacker = possible_system(rows, rules, nests)
    search = Hiding(system, rules, fixed=frozenset(range(len(mine), len(rows))))
    audited = len(search.targets())
    search.by_blocks()
    search.together(attacker)
    return Protection(
        frozenset(rows[number].key for number in search.hidden),
        tuple((rows[each.row], each) for each in search.failing.values()),
        tuple((rows[each.row], each) for each in search.broken.values()),
        audited,
    )


def distinct_rows(rows: Iterable[Released]) -> list[Released]:
    """Return rows without repetitions: tables of one release often show the same cells."""
    return list({repr(row): row for row in rows}.values())
