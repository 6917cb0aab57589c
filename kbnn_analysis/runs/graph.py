"""Work whose pieces wait for each other, done by any executor."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Name = TypeVar("Name", bound=Hashable)
_LOOK = 1.0  # seconds between two looks at how many may run


@dataclass(frozen=True)
class Piece(Generic[Name]):
    """One piece of work.

    Parameters
    ----------
    needs : sequence
        Names of the pieces that come before it.
    start : callable
        Starts it; the future is of anything.
    """

    needs: Sequence[Name]
    start: Callable[[], Future[Any]]


def work_off(
    pieces: Mapping[Name, Piece[Name]],
    *,
    at_once: Callable[[], int],
    keep_going: bool,
    ended: Callable[[Name, Exception | None], None],
) -> dict[Name, Exception]:
    """Do all pieces, earlier ones first; return those that failed.

    What needs a failed piece is not started. After a failure nothing new is started, unless asked
    to keep going; what was started is waited for.

    Parameters
    ----------
    pieces : mapping
        Name -> piece, in the order of their importance.
    at_once : callable
        Tells how many may run at a time; asked again and again, for workers come and go.
    keep_going : bool
        Whether the rest is done where something failed.
    ended : callable
        Called with the name of each piece that ended, and its error.

    Returns
    -------
    dict
        Name -> error.
    """
    waiting: dict[Name, Piece[Name]] = dict(pieces)
    running: dict[Future[Any], Name] = {}
    done: set[Name] = set()
    failed: dict[Name, Exception] = {}
    while True:
        if keep_going or not failed:
            for name in _ready(waiting, done)[: max(at_once() - len(running), 0)]:
                running[_started(waiting.pop(name))] = name
        if not running:
            return failed
        for future in wait(running, _LOOK, return_when=FIRST_COMPLETED).done:
            name, problem = running.pop(future), future.exception()
            if problem is None:
                done.add(name)
            elif isinstance(problem, Exception):
                failed[name] = problem
            else:
                raise problem
            ended(name, failed.get(name))


def _ready(waiting: Mapping[Name, Piece[Name]], done: set[Name]) -> list[Name]:
    return [name for name, piece in waiting.items() if done.issuperset(piece.needs)]


def _started(piece: Piece[Any]) -> Future[Any]:
    try:
        return piece.start()
    except Exception as problem:
        failed: Future[Any] = Future()
        failed.set_exception(problem)
        return failed
