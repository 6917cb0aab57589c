"""Work whose pieces wait for each other: how many run at a time follows who is there."""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from kbnn_analysis.runs import graph
from kbnn_analysis.runs.graph import Piece, work_off


def test_workers_that_come_later_are_used(monkeypatch: pytest.MonkeyPatch) -> None:
    """One place at first, three once they are there: the pieces end only when all three run."""
    monkeypatch.setattr(graph, "_LOOK", 0.05)
    together, asked = threading.Barrier(3), 0

    def places() -> int:
        nonlocal asked
        asked += 1
        return 1 if asked < 4 else 3

    with ThreadPoolExecutor(3) as pool:
        pieces = {
            name: Piece[str]((), lambda: pool.submit(together.wait, 30)) for name in ("a", "b", "c")
        }
        failed = work_off(pieces, at_once=places, keep_going=True, ended=lambda *_: None)
    assert not failed


def test_while_workers_are_missing_nothing_more_is_started(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two pieces run when one of two workers goes: the third waits until both have ended."""
    monkeypatch.setattr(graph, "_LOOK", 0.01)
    running: list[Future[None]] = []
    at_most, looks = 0, 0

    def begin() -> Future[None]:
        nonlocal at_most
        running.append(Future())
        at_most = max(at_most, sum(not each.done() for each in running))
        return running[-1]

    def places() -> int:
        nonlocal looks
        looks += 1
        if looks > 5:
            next((each for each in running if not each.done()), Future()).set_result(None)
        return 2 if looks == 1 else 1

    pieces = {name: Piece[str]((), begin) for name in ("a", "b", "c")}
    assert not work_off(pieces, at_once=places, keep_going=True, ended=lambda *_: None)
    assert (len(running), at_most) == (3, 2)
