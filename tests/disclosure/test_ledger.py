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
    rows = rows_of([estimates_of(fewer, "unit")], RULES)
    assert conflicts(rows, "b" * 64, [before])
    assert not conflicts(before.rows, "a" * 64, [before])
    same = [replace(row) for row in before.rows]
    assert not conflicts(same, "b" * 64, [before])
