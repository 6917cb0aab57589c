"""What is tried against a release: each attack of the list, against everything that is printed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from disclosure_worlds import (
    CODES,
    QUESTIONS,
    World,
    estimates_of,
    make_world,
    rows_of,
)

from kbnn_analysis.disclosure import Rules, disclose
from kbnn_analysis.disclosure.audit import Attacker, audit
from kbnn_analysis.disclosure.released import Released, released_rows
from kbnn_analysis.disclosure.suppression import protect
from kbnn_analysis.disclosure.system import system_of
from kbnn_analysis.results import Estimates

PUBLIC, RESTRICTED = Rules(), Rules(profile="restricted")


def protected(world: World, rules: Rules, tables: list[Estimates] | None = None) -> list[Released]:
    tables = tables or world.tables()
    asked = protect(rows_of(tables, rules), rules, world.nests)
    return rows_of(tables, replace(rules, withheld=asked.withheld))


@pytest.mark.parametrize("rules", [PUBLIC, RESTRICTED])
@pytest.mark.parametrize("seed", [5, 6])
def test_the_linear_programming_attacker_leaves_every_hidden_cell_wide(
    rules: Rules, seed: int
) -> None:
    world = make_world(seed)
    cells = audit(protected(world, rules), rules, world.nests)
    assert len(cells) > 10
    assert all(found.passes(rules) for _, found in cells)


def test_without_the_audit_the_mean_gives_the_unanimous_away(world: World) -> None:
    tables = [estimates_of(world.answers, "unit")]
    failing = protect(rows_of(tables, RESTRICTED), RESTRICTED).failing
    assert failing, "the attack must work on what is not protected"


def test_the_truth_lies_in_every_interval(world: World) -> None:
    rows = rows_of(world.tables(), PUBLIC)
    for row, found in audit(rows, PUBLIC, world.nests):
        counts = truth(world, row)
        weights = np.array([row.question.weights[code] for code in CODES])
        value, n = counts @ weights, counts.sum()
        low, high = (0.0, 1.0) if row.question.is_share else (min(CODES), max(CODES))
        told = {"n": n, "outside": high * n - value, "inside": value - low * n}[found.what]
        assert found.low <= told <= found.high
        assert found.known_low <= told <= found.known_high


def truth(world: World, row: Released) -> np.ndarray:
    counts = np.zeros(5)
    for column, value in row.dims:
        names = world.merged[value] if column == "merged" else (value,)
        counts = sum((world.answers[name] for name in names), start=np.zeros(5))
    return counts if row.dims else sum(world.answers.values(), start=np.zeros(5))


def test_total_minus_the_other_units_tells_nothing_exact() -> None:
    answers = {"A": np.array([0, 0, 0, 3, 3.0]), "B": np.array([2, 6, 15, 400, 430.0])}
    whole = {"": answers["A"] + answers["B"]}
    tables = [estimates_of(answers, "unit"), estimates_of(whole, "")]
    before = audit(rows_of(tables, PUBLIC), PUBLIC)
    assert any(not found.passes(PUBLIC) for _, found in before)
    asked = protect(rows_of(tables, PUBLIC), PUBLIC)
    assert asked.withheld
    assert not asked.broken
    after = audit(rows_of(tables, replace(PUBLIC, withheld=asked.withheld)), PUBLIC)
    assert all(found.passes(PUBLIC) for _, found in after)


def test_halves_against_their_year() -> None:
    first = {"A": np.array([3, 4, 30, 300, 300.0]), "B": np.array([5, 9, 20, 200, 250.0])}
    second = {"A": np.array([0, 0, 1, 3, 3.0]), "B": np.array([4, 9, 22, 220, 240.0])}
    year = {name: first[name] + second[name] for name in first}
    tables = [
        estimates_of(first, "unit", "2023-1"),
        estimates_of(second, "unit", "2023-2"),
        estimates_of(year, "unit", "2023"),
    ]
    before = audit(rows_of(tables, PUBLIC), PUBLIC)
    assert any(not found.passes(PUBLIC) for _, found in before)
    asked = protect(rows_of(tables, PUBLIC), PUBLIC)
    after = audit(rows_of(tables, replace(PUBLIC, withheld=asked.withheld)), PUBLIC)
    assert all(found.passes(PUBLIC) for _, found in after)


def test_what_was_released_before_cannot_be_taken_back() -> None:
    answers = {"A": np.array([0, 0, 0, 3, 3.0]), "B": np.array([2, 6, 15, 400, 430.0])}
    whole = {"": answers["A"] + answers["B"]}
    earlier = rows_of([estimates_of(whole, "")], PUBLIC)
    asked = protect(rows_of([estimates_of(answers, "unit")], PUBLIC), PUBLIC, earlier=earlier)
    assert asked.failing
    assert not any(key in asked.withheld for key in {row.key for row in earlier})


def test_crossed_tables_share_their_unknowns() -> None:
    crossed = estimates_of(
        {"A": np.array([0, 0, 1, 30, 30.0]), "B": np.array([9, 9, 15, 400, 430.0])}, "unit"
    )
    rows = rows_of([crossed], PUBLIC)
    with_type = [replace(row, dims=(*row.dims, ("type", "x"))) for row in rows]
    system = system_of([*rows, *with_type], PUBLIC)
    whole = [fact for fact in system.sums[()] if len(fact.line) > 2]
    groups = {column: group for (group, _), column in system.columns.items()}
    joined = {groups[column][1] for fact in whole for column in fact.line}
    assert (("type", "x"), ("unit", "A")) in joined
    assert (("unit", "A"),) not in joined


def test_a_hidden_unit_is_nowhere_in_a_row_or_its_order(world: World) -> None:
    shown = disclose(estimates_of(world.answers, "unit"), PUBLIC).frame
    small = shown["unit"].isin(
        [name for name, counts in world.answers.items() if counts.sum() < 10]
    )
    numbers = shown[small].select_dtypes("number")
    assert numbers.isna().all(axis=None)
    assert (shown.loc[small, "display"] == "").all()


def test_a_bounded_cell_shows_its_base_and_its_bound_only(world: World) -> None:
    shown = disclose(estimates_of(world.answers, "unit"), PUBLIC).frame
    bounded = shown[shown["band"].astype(str).str.startswith(("≥", "≤"))]
    assert len(bounded) > 3
    assert (
        bounded[["count", "estimate", "std_error", "conf_low", "conf_high"]].isna().all(axis=None)
    )


def test_nobody_at_0_or_100_percent_is_printed(world: World) -> None:
    for rules in (PUBLIC, RESTRICTED):
        shown = disclose(estimates_of(world.answers, "unit"), rules).frame
        assert not shown["display"].isin(["0%", "100%", "5.0", "1.0"]).any()


def test_averaging_reruns_gains_nothing(world: World) -> None:
    tables = world.tables()
    assert len({repr(rows_of(tables, PUBLIC)) for _ in range(3)}) == 1


def test_the_covariance_is_withheld(world: World) -> None:
    assert np.isnan(disclose(estimates_of(world.answers, "unit"), PUBLIC).covariance).all()


def test_measures_within_a_group_are_groups_for_the_audit() -> None:
    estimates = estimates_of({"A": np.array([0, 0, 5, 40, 50.0])}, "unit", measures="two_box")
    frame = disclose(estimates, RESTRICTED).frame.assign(measure="two_box[channel=online]")
    row = released_rows(frame, estimates.by, QUESTIONS)[0]
    assert row.dims == (("channel", "online"), ("unit", "A"))


def test_raising_a_floor_never_shows_more(world: World) -> None:
    table = estimates_of(world.answers, "unit")
    shown = [
        disclose(table, Rules(min_n=n, min_side=side)).frame["estimate"].notna()
        for n, side in ((10, 10), (10, 20), (30, 30))
    ]
    assert (shown[0] >= shown[1]).all()
    assert (shown[1] >= shown[2]).all()


def test_withdrawn_facts_only_widen(world: World) -> None:
    rows = rows_of([estimates_of(world.answers, "unit")], PUBLIC)
    system = system_of(rows, PUBLIC)
    attacker = Attacker(system.everything, range(system.width))
    targets = [target for each in system.targets.values() for target in each]
    before = [attacker.interval(target) for target in targets]
    attacker.hide(set(range(len(rows) // 2, len(rows))))
    after = [attacker.interval(target) for target in targets]
    assert len(targets) > 5
    for narrow, wide in zip(before, after, strict=True):
        assert wide.low <= narrow.low <= narrow.high <= wide.high
        assert wide.known_low <= narrow.known_low <= narrow.known_high <= wide.known_high
    assert any(wide.width > narrow.width for narrow, wide in zip(before, after, strict=True))
