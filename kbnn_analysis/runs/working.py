"""The work of a batch: the tasks of its runs, which wait for each other, side by side."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from kbnn_analysis.runs.deciding import Planned
from kbnn_analysis.runs.graph import Piece, work_off
from kbnn_analysis.runs.making import Making, Means
from kbnn_analysis.runs.options import Options, processors
from kbnn_analysis.runs.outcomes import plainly
from kbnn_analysis.runs.step_cache import StepCache

Place = tuple[int, int]  # number of the run, and of its task
_MOST = 256  # notebooks at a time, however many workers there are


def make_all(todo: Sequence[Planned], root: Path, options: Options) -> dict[str, Exception]:
    """Make runs side by side; return those that failed.

    Parameters
    ----------
    todo : sequence of Planned
        The runs.
    root : Path
        The project.
    options : Options
        How.

    Returns
    -------
    dict
        Name of each run that failed -> its error.
    """
    stop = threading.Event()
    means = Means(
        root=root,
        look_in=(Path.cwd(), root),
        limits=options.limits,
        force=options.force,
        far=options.far,
        here=threading.Semaphore(processors()) if options.far else contextlib.nullcontext(),
        stop=stop,
        note=options.note,
    )
    makings = [Making(each, means) for each in todo]
    jobs = options.jobs or processors()
    with ThreadPoolExecutor(_MOST if callable(jobs) else jobs) as pool:
        try:
            return _work(makings, pool, options, jobs if callable(jobs) else lambda: jobs)
        finally:
            stop.set()
            pool.shutdown(cancel_futures=True)
            for making in makings:
                making.close()
            StepCache(root).prune()


def _work(
    makings: Sequence[Making],
    pool: ThreadPoolExecutor,
    options: Options,
    jobs: Callable[[], int],
) -> dict[str, Exception]:
    pieces, labels = _pieces(makings, pool), _labels(makings)
    failed: dict[str, Exception] = {}
    done = 0

    def ended(place: Place, problem: Exception | None) -> None:
        nonlocal done
        making = makings[place[0]]
        if problem is not None:
            failed.setdefault(making.planned.label, plainly(problem))
        elif place[1] == len(making.planned.steps) + 1:
            making.close()
        done += 1
        options.tell(labels[place], done, len(pieces))

    options.tell("starting", 0, len(pieces))
    work_off(pieces, at_once=jobs, keep_going=options.keep_going, ended=ended)
    return failed


def _labels(makings: Sequence[Making]) -> dict[Place, str]:
    found: dict[Place, str] = {}
    for number, making in enumerate(makings):
        prefix = f"{making.planned.label}: " if len(makings) > 1 else ""
        labels = ["data", *(step.label for step in making.planned.steps), "report"]
        found |= {(number, task): f"{prefix}{label}" for task, label in enumerate(labels)}
    return found


def _pieces(makings: Sequence[Making], pool: ThreadPoolExecutor) -> dict[Place, Piece[Place]]:
    """Return for each run: its data, then its notebooks, then its report."""
    pieces: dict[Place, Piece[Place]] = {}

    def start(function: Callable[..., None], *given: Any) -> Callable[[], Future[Any]]:
        return lambda: pool.submit(function, *given)

    for number, making in enumerate(makings):
        pieces[number, 0] = Piece((), start(making.prepare))
        for place, needs in enumerate(making.planned.needs):
            before = ((number, 0), *((number, each + 1) for each in needs))
            pieces[number, place + 1] = Piece(before, start(making.execute, place))
        every = tuple((number, task) for task in range(len(making.planned.steps) + 1))
        pieces[number, len(every)] = Piece(every, start(making.finish))
    return pieces
