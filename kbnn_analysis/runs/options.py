"""How a batch is worked off: how much at a time, within which limits, and who is told."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any

from kbnn_analysis.runs.apart import Limits

LIMITS = Limits(1800, 4 << 30)
Tell = Callable[[str, int, int], None]


def _silent(*_: Any) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Options:
    """How a batch is worked off.

    Parameters
    ----------
    jobs : int or callable
        How many notebooks are executed at a time; 0 for one per processor. A function tells it
        again and again while the batch is worked off.
    keep_going : bool
        Whether other runs are made where one failed.
    force : bool
        Whether what is done is done again.
    limits : Limits
        What each notebook may take.
    far : Executor, optional
        Executes the notebooks elsewhere; processes of this machine where left out.
    tell : callable
        Called with what ended in words, how much is done and how much there is.
    note : callable
        Called with sentences worth telling.
    """

    jobs: int | Callable[[], int] = 0
    keep_going: bool = False
    force: bool = False
    limits: Limits = LIMITS
    far: Executor | None = None
    tell: Tell = _silent
    note: Callable[[str], None] = _silent


def processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
