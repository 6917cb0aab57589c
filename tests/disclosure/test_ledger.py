"""The ledger only grows, and says when it was touched."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from disclosure_worlds import estimates_of, rows_of

from kbnn_analysis.disclosure import Rules
from kbnn_analysis.disclosure.ledger import EMPTY, Entry, Ledger, conflicts
from kbnn_analysis.errors import DisclosureError

RULES = Rules()


def entry(answers: dict[str, np.ndarray], data: str = "a" * 64) -> Entry:
    rows = tuple(rows_of([estimates_of(answers, "unit")], RULES))
    return Entry(
        when="2026-01-01T00:00:00+00:00", who="A", run="key", data_sha256=data,
        profile="public", min_n=10, min_side=10, files={"x.csv": "0"}, rows=rows,
    )  # fmt: skip


@pytest.fixture
def answers() -> dict[str, np.ndarray]:
    return {"A": np.array([12, 10, 30, 300, 300.0]), "B": np.array([0, 0, 0, 3, 3.0])}


def test_entries_come_back_as_they_went_in(tmp_path: Path, answers: dict[str, np.ndarray]) -> None:
    ledger = Ledger(tmp_path / "ledger.jsonl")
    assert ledger.head() == EMPTY
    first = ledger.append(entry(answers))
    second = ledger.append(entry(answers, data="b" * 64))
    assert ledger.head() == second != first
    assert repr(ledger.entries()[0]) == repr(entry(answers))


def test_a_changed_or_shortened_line_is_told(
    tmp_path: Path, answers: dict[str, np.ndarray]
) -> None:
    path = tmp_path / "ledger.jsonl"
    ledger = Ledger(path)
    for _ in range(3):
        ledger.append(entry(answers))
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([lines[0].replace("A", "Z"), *lines[1:]]) + "\n", encoding="utf-8")
    with pytest.raises(DisclosureError, match="changed at line 2"):
        ledger.head()
    path.write_text("\n".join([lines[0], lines[2]]) + "\n", encoding="utf-8")
    with pytest.raises(DisclosureError, match="changed at line 2"):
        ledger.entries()


def test_a_file_less_one_respondent_conflicts(answers: dict[str, np.ndarray]) -> None:
    before = entry(answers)
    fewer = {**answers, "A": answers["A"] - np.array([0, 0, 3, 0, 0])}
    assert conflicts(entry(fewer, data="b" * 64), [before])
    assert not conflicts(before, [before])
    assert not conflicts(entry(answers, data="b" * 64), [before])


def test_the_next_period_may_tell_this_one_again(answers: dict[str, np.ndarray]) -> None:
    """Change shows the earlier levels with intervals of their own; the same answers stay so."""
    before = entry(answers)
    again = [replace(row, conf=(row.conf[0] - 0.01, row.conf[1])) for row in before.rows]
    later = replace(before, data_sha256="c" * 64, rows=tuple(again))
    same = replace(later, earlier_data={"2023-1": before.data_sha256})
    other = replace(later, earlier_data={"2023-1": "b" * 64})
    assert not conflicts(same, [before])
    assert conflicts(other, [before])


def test_tables_that_print_less_of_a_cell_do_not_hide_a_conflict(
    answers: dict[str, np.ndarray],
) -> None:
    nothing = float("nan")
    before = entry(answers)
    less = tuple(replace(row, conf=(nothing, nothing)) for row in before.rows)
    before = replace(before, rows=(*before.rows, *less))
    changed = replace(before.rows[0], conf=(0.0, 1.0))
    assert conflicts(replace(before, data_sha256="b" * 64, rows=(changed,)), [before])
    assert not conflicts(replace(before, data_sha256="b" * 64, rows=less), [before])


def test_entries_of_before_periods_were_told_again_are_read(
    tmp_path: Path, answers: dict[str, np.ndarray]
) -> None:
    ledger = Ledger(tmp_path / "ledger.jsonl")
    ledger.append(entry(answers))
    text = ledger.path.read_text(encoding="utf-8")
    ledger.path.write_text(text.replace('"earlier_data": {}, ', ""), encoding="utf-8")
    assert ledger.entries()[0].data_of("2023-1") == "a" * 64
