"""Differencing across a merger: answers told over 63 provinces before, recounted over 34 after."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from disclosure_worlds import CODES, QUESTIONS, estimates_of, rows_of

from kbnn_analysis.disclosure import Rules
from kbnn_analysis.disclosure.audit import audit
from kbnn_analysis.disclosure.ledger import Entry, Ledger, conflicts
from kbnn_analysis.disclosure.released import Released, released_rows
from kbnn_analysis.disclosure.suppression import protect
from kbnn_analysis.runs.release_tables import nests

RULES = Rules()
BEFORE, NOW = "2024-2", "2025-2"
OLD, NEW = "unit@provinces-63", "unit@provinces-34"
# Bắc Kạn (06) joined Thái Nguyên (19); Cao Bằng (04) stayed as it was.
EARLIER = {
    "06": np.array([0, 0, 1, 3, 2.0]),
    "19": np.array([12, 14, 30, 300, 290.0]),
    "04": np.array([15, 20, 25, 200, 220.0]),
}
LATER = {"19": np.array([13, 15, 28, 320, 310.0]), "04": np.array([14, 22, 20, 210, 240.0])}
MERGED = {"19": EARLIER["06"] + EARLIER["19"], "04": EARLIER["04"]}


def changes(names: list[str], hidden: dict[str, str] | None = None) -> list[Released]:
    """Return what a table of change tells, as it is read from its file."""
    rows = []
    for measure, asked in QUESTIONS.items():
        weights = np.array([asked.weights[code] for code in CODES])
        for name in names:
            first, second = MERGED[name], LATER[name]
            old, new = (each @ weights / each.sum() for each in (first, second))
            places = 2 if asked.is_share else 1
            told = f"{100 * new:.0f}%" if asked.is_share else f"{new:.1f}"
            why = (hidden or {}).get(name, "")
            numbers = {
                "n": 5 * round(second.sum() / 5),
                "n_earlier": 5 * round(first.sum() / 5),
                "estimate": round(new, places),
                "estimate_earlier": round(old, places),
                "difference": round(new - old, places),
                "display": told,
            }
            keys = {"period": NOW, "measure": measure, NEW: name, "earlier": BEFORE}
            empty = dict.fromkeys(numbers, "")
            rows.append(
                {**keys, **(empty if why else numbers), "suppressed": bool(why)}
                | {"suppressed_reason": why}
            )
    by = ("period", "measure", NEW, "earlier")
    return released_rows(pd.DataFrame(rows), by, QUESTIONS)


@pytest.fixture(scope="module")
def ledger_rows() -> list[Released]:
    """Return the earlier release over 63 provinces, safe by itself."""
    tables = [estimates_of(EARLIER, OLD, BEFORE)]
    asked = protect(rows_of(tables, RULES), RULES, nests())
    return rows_of(tables, replace(RULES, withheld=asked.withheld))


def levels_now() -> list[Released]:
    return rows_of([estimates_of(LATER, NEW, NOW)], RULES)


def unsafe(rows: list[Released]) -> set[tuple[str, str]]:
    return {
        (row.period, row.dims[0][1])
        for row, found in audit(rows, RULES, nests())
        if not found.passes(RULES)
    }


def test_a_row_of_change_tells_both_levels() -> None:
    later, earlier = changes(["19"])[:2]
    assert (later.period, earlier.period) == (NOW, BEFORE)
    assert later.key == earlier.key == (NOW, "two_box", f"{NEW}=19", f"earlier={BEFORE}")
    assert later.dims == earlier.dims == ((NEW, "19"),)
    assert (later.n, earlier.n) == (685.0, 650.0)
    assert (later.display, earlier.display) == ("92%", "91%")


def test_a_merged_total_less_a_published_province_is_found_and_hidden(
    ledger_rows: list[Released],
) -> None:
    assert not unsafe(ledger_rows)
    new = [*levels_now(), *changes(["19", "04"])]
    assert (BEFORE, "06") in unsafe([*ledger_rows, *new]), "the attack must work unprotected"
    asked = protect(new, RULES, nests(), earlier=ledger_rows)
    assert not asked.broken
    hidden = {key for key in asked.withheld if len(key) == 4}
    assert hidden
    assert all(key[2] == f"{NEW}=19" for key in hidden), "what is not merged stays"
    left = [row for row in new if row.key not in asked.withheld]
    assert not unsafe([*ledger_rows, *left])


def test_the_merger_alone_tells_nothing_where_nothing_was_released() -> None:
    assert not unsafe([*levels_now(), *changes(["19", "04"])])


def test_a_merged_group_of_few_stays_uncertain(
    ledger_rows: list[Released],
) -> None:
    few = {"19": "fewer than 10 valid answers"}
    told = [*ledger_rows, *levels_now(), *changes(["19", "04"], few)]
    cells = {(row.period, row.pair) for row, _ in audit(told, RULES, nests()) if row.pair}
    assert (BEFORE, NOW) in cells, "06 is hidden, so that the merged level is not known"
    assert (NOW, BEFORE) not in cells, "its level of now is printed elsewhere"


def test_a_difference_narrows_levels_that_are_rounded() -> None:
    later, earlier = changes(["04"])[2:4]
    for row in (later, earlier):
        assert row.conf[0] <= row.value <= row.conf[1]
        assert row.conf[1] - row.conf[0] <= 4 * row.half_step + 1e-6


def test_the_ledger_keeps_rows_of_change(tmp_path: Path) -> None:
    rows = changes(["19", "04"])
    made = Entry(
        when="2026-01-01T00:00:00+00:00", who="A", run="key", data_sha256="a" * 64,
        profile="public", min_n=10, min_side=10, files={}, rows=tuple(rows),
    )  # fmt: skip
    ledger = Ledger(tmp_path / "ledger.jsonl")
    ledger.append(made)
    assert repr(ledger.entries()[0].rows) == repr(made.rows)
    assert not conflicts(replace(made, data_sha256="b" * 64), ledger.entries())
