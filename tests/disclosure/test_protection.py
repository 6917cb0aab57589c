"""The quick search for rows to hide, against an attacker who solves every program from scratch."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from disclosure_worlds import World, estimates_of, make_world, rows_of
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from kbnn_analysis.disclosure import Rules
from kbnn_analysis.disclosure.audit import audit, inward, widths
from kbnn_analysis.disclosure.facts import Fact, Target
from kbnn_analysis.disclosure.groups import Nests
from kbnn_analysis.disclosure.released import Released
from kbnn_analysis.disclosure.suppression import protect
from kbnn_analysis.disclosure.system import system_of

PUBLIC, RESTRICTED = Rules(), Rules(profile="restricted")


def exact(facts: Sequence[Fact], width: int, target: Target) -> tuple[float, float]:
    """Return both ends of a target by two programs of scipy, in one go and without any reuse."""
    rows, limits = [], []
    for fact in facts:
        line = np.zeros(width)
        line[list(fact.line)] = list(fact.line.values())
        for sign, end in ((-1.0, fact.low), (1.0, fact.high)):
            if math.isfinite(end):
                rows.append(sign * line)
                limits.append(sign * end + 1e-7)
    cost = np.zeros(width)
    cost[list(target.line)] = list(target.line.values())
    ends = []
    for sign in (1.0, -1.0):
        solved = linprog(sign * cost, np.array(rows), limits, bounds=(0, 1e7), method="highs")
        assert solved.success
        ends.append(sign * float(solved.fun))
    return inward(ends[0], ends[1])


def exact_widths(
    rows: Sequence[Released], rules: Rules, nests: Nests
) -> list[tuple[str, float, float]]:
    """Return of every cell what it is, and its widths without and with knowledge of the rules."""
    system = system_of(rows, rules, nests)
    known = system.everything
    plain = [fact for fact in known if not fact.by_rule]
    found = []
    for target in (each for number in system.targets for each in system.targets[number]):
        ends = [exact(facts, system.width, target) for facts in (plain, known)]
        found.append((target.what, *(high - low + 1 for low, high in ends)))
    return found


@pytest.mark.parametrize("rules", [PUBLIC, RESTRICTED], ids=lambda rules: rules.profile)
@pytest.mark.parametrize("seed", [11, 12, 13])
def test_an_attacker_of_scipy_finds_nothing_that_the_quick_search_left(
    rules: Rules, seed: int
) -> None:
    world = make_world(seed, units=8)
    tables = world.tables()
    asked = protect(rows_of(tables, rules), rules, world.nests)
    assert asked.failing
    assert not asked.broken
    after = rows_of(tables, replace(rules, withheld=asked.withheld))
    cells = exact_widths(after, rules, world.nests)
    assert len(cells) > 5
    for what, plain, known in cells:
        assert plain >= widths(what, rules)[0]
        assert known >= widths(what, rules)[1]


def test_the_audit_finds_the_intervals_that_scipy_finds(world: World) -> None:
    few = dict(list(world.answers.items())[:6])
    rows = rows_of([estimates_of(few, "unit")], PUBLIC)
    found = [(each.what, each.width, each.known_width) for _, each in audit(rows, PUBLIC)]
    assert found == exact_widths(rows, PUBLIC, {})


def test_nothing_is_hidden_where_nothing_is_unsafe() -> None:
    answers = {"A": np.array([15, 20, 30, 300, 300.0]), "B": np.array([15, 30, 60, 400, 430.0])}
    asked = protect(rows_of([estimates_of(answers, "unit")], PUBLIC), PUBLIC)
    assert asked.audited == 0
    assert asked.withheld == frozenset()


def test_two_processes_find_what_one_finds(world: World) -> None:
    rows = rows_of(world.tables(), PUBLIC)
    other = [
        replace(row, question=replace(row.question, item="other"), key=("other", *row.key))
        for row in rows
    ]
    alone = protect([*rows, *other], PUBLIC, world.nests)
    together = protect([*rows, *other], PUBLIC, world.nests, workers=2)
    assert len(alone.failing) > 3
    assert repr(together.failing) == repr(alone.failing)  # by repr: cells without n hold NaN
    assert together.withheld == alone.withheld


counts = st.lists(st.integers(0, 12), min_size=5, max_size=5)
units = st.lists(counts, min_size=2, max_size=5)


@settings(max_examples=25)
@given(drawn=units, restricted=st.booleans())
def test_no_hidden_cell_can_be_computed_again_from_what_is_released(
    drawn: list[list[int]], restricted: bool
) -> None:
    rules = RESTRICTED if restricted else PUBLIC
    answers = {f"{at:02d}": np.array(each, dtype=float) for at, each in enumerate(drawn)}
    whole = {"": sum(answers.values(), start=np.zeros(5))}
    tables = [estimates_of(answers, "unit"), estimates_of(whole, "")]
    asked = protect(rows_of(tables, rules), rules)
    assert not asked.broken
    after = rows_of(tables, replace(rules, withheld=asked.withheld))
    for what, plain, known in exact_widths(after, rules, {}):
        assert plain >= widths(what, rules)[0]
        assert known >= widths(what, rules)[1]
