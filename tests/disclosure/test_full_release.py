"""Attacks on a whole release: every level of units, two halves and their year, two questions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from disclosure_worlds import ITEM, QUESTIONS, estimates_of, rows_of

from kbnn_analysis.disclosure import Rules, disclose
from kbnn_analysis.disclosure.audit import audit
from kbnn_analysis.disclosure.released import Released
from kbnn_analysis.disclosure.suppression import Protection, protect
from kbnn_analysis.results import Estimates
from kbnn_analysis.runs.release_tables import nests
from kbnn_analysis.units import load_vintage

PUBLIC, RESTRICTED = Rules(), Rules(profile="restricted")
FINEST = "unit@provinces-63"
HALVES = ("2023-1", "2023-2")
# One small province in each of four mergers, unanimous ones of 1, 9, 15 and 40 answers, and one in
# which one of 40 stands alone.
SMALL = {
    "02": [0, 0, 1, 3, 2],
    "06": [0, 0, 0, 0, 9],
    "10": [0, 0, 0, 0, 15],
    "11": [0, 0, 0, 0, 40],
    "04": [0, 0, 0, 0, 1],
    "08": [1, 0, 0, 0, 39],
}
Counts = dict[str, np.ndarray]


def provinces(seed: int) -> Counts:
    """Draw the answers of the 63 provinces of one half."""
    rng = np.random.default_rng(seed)
    rates = np.array([0.005, 0.007, 0.02, 0.43, 0.538])
    found = {
        unit.code: rng.multinomial(rng.integers(30, 1500), rates).astype(float)
        for unit in load_vintage("provinces-63").units
    }
    return found | {code: np.array(counts, dtype=float) for code, counts in SMALL.items()}


def levels(answers: Counts) -> Iterator[tuple[str, Counts]]:
    """Yield every grouping of a release with the answers of its groups."""
    yield FINEST, answers
    for column, groups in nests().items():
        yield column, {name: total(answers, codes) for name, (_, codes) in groups.items()}
    yield "", {"": total(answers, answers)}


def total(answers: Counts, codes: Iterable[str]) -> np.ndarray:
    """Return the answers of several provinces together."""
    return np.sum([answers[code] for code in codes], axis=0)


def release() -> list[Estimates]:
    """Return the tables of two halves and their year."""
    halves = {period: provinces(seed) for seed, period in enumerate(HALVES)}
    first, second = halves.values()
    periods = {**halves, "2023": {code: first[code] + second[code] for code in first}}
    return [
        estimates_of(groups, column, period)
        for period, answers in periods.items()
        for column, groups in levels(answers)
    ]


@pytest.fixture(scope="module")
def tables() -> list[Estimates]:
    """Return a whole release before disclosure."""
    return release()


@pytest.fixture(scope="module", params=[PUBLIC, RESTRICTED], ids=lambda rules: rules.profile)
def protected(
    request: pytest.FixtureRequest, tables: list[Estimates]
) -> tuple[Rules, Protection, list[Released]]:
    """Return the rules, what the audit asked for, and what is released in the end."""
    rules = request.param
    asked = protect(rows_of(tables, rules), rules, nests())
    return rules, asked, rows_of(tables, replace(rules, withheld=asked.withheld))


def test_no_level_of_units_gives_another_away(
    protected: tuple[Rules, Protection, list[Released]],
) -> None:
    rules, asked, rows = protected
    assert asked.failing, "the attack must work on what is not protected"
    assert not asked.broken
    cells = audit(rows, rules, nests())
    assert len(cells) > 50
    assert all(found.passes(rules) for _, found in cells)


def test_unanimous_units_keep_their_secret(
    protected: tuple[Rules, Protection, list[Released]],
) -> None:
    _, _, rows = protected
    mine = [row for row in rows if row.dims in {((FINEST, code),) for code in SMALL}]
    assert mine
    printed = {row.display for row in mine if row.period in HALVES}
    assert not printed & {"100%", "0%", "5.0"}
    assert all(not text or text.startswith("≥") for text in printed)


def test_the_same_data_are_protected_alike(tables: list[Estimates]) -> None:
    half = [table for table in tables if set(table.frame["period"]) == {"2023-1"}]
    first, again = (protect(rows_of(half, PUBLIC), PUBLIC, nests()) for _ in range(2))
    assert first.withheld == again.withheld
    assert repr(first) == repr(again)


def test_bases_of_items_differ_by_fives_only() -> None:
    answers = {"A": np.array([20, 20, 30, 300, 300.0])}
    fewer = {"A": np.array([20, 20, 30, 297, 297.0])}
    told = [disclose(estimates_of(each, "unit"), PUBLIC).frame["n"] for each in (answers, fewer)]
    assert all((n % 5 == 0).all() for n in told)


def test_counts_and_weights_are_never_printed() -> None:
    made = estimates_of({"A": np.array([20, 20, 30, 300, 300.0])}, "unit")
    frame = made.frame.assign(weight_sum=671.3, n_eff=402.0)
    shown = disclose(replace(made, frame=frame), PUBLIC).frame
    assert shown[["count", "weight_sum"]].isna().all(axis=None)
    assert (shown["n_eff"] % 5 == 0).all()


def test_the_environment_lowers_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    made = estimates_of({"A": np.array([0, 0, 0, 3, 4.0])}, "unit")
    before = disclose(made).frame
    for name in ("MIN_N", "FLOOR", "KBNN_MIN_N", "KBNN_AUDIENCE", "KBNN_PROFILE", "AUDIENCE"):
        monkeypatch.setenv(name, "1")
    pd.testing.assert_frame_equal(disclose(made).frame, before)
    assert before["suppressed"].all()
    assert ITEM in {asked.item for asked in QUESTIONS.values()}
