"""Runs from parameters to finished results, each all or nothing; one or many."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kbnn_analysis.errors import UsageError
from kbnn_analysis.runs.apart import Limits
from kbnn_analysis.runs.checking import check_output, check_writable
from kbnn_analysis.runs.deciding import Planned, plan_run
from kbnn_analysis.runs.graph import Piece, work_off
from kbnn_analysis.runs.making import Making, Means
from kbnn_analysis.runs.outcomes import plainly
from kbnn_analysis.runs.params import Params
from kbnn_analysis.runs.records import read_record
from kbnn_analysis.runs.step_cache import StepCache
from kbnn_analysis.runs.workspace import find_root

REPORT = "report.html"
LIMITS = Limits(1800, 4 << 30)
Place = tuple[int, int]  # number of the run, and of its task
Tell = Callable[[str, int, int], None]


def _silent(*_: Any) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Options:
    """How a batch is worked off.

    Parameters
    ----------
    jobs : int
        How many notebooks are executed at a time; 0 for one per processor.
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

    jobs: int = 0
    keep_going: bool = False
    force: bool = False
    limits: Limits = LIMITS
    far: Executor | None = None
    tell: Tell = _silent
    note: Callable[[str], None] = _silent


@dataclass(frozen=True)
class Finished:
    """What a run left: the folder of results and the report to open.

    Parameters
    ----------
    folder, report : Path
        Where they lie.
    key : str
        The key of its identity.
    made : bool
        False if it was done before and nothing changed.
    """

    folder: Path
    report: Path
    key: str
    made: bool = True


@dataclass
class Batch:
    """How a batch ended.

    Parameters
    ----------
    finished : list of Finished
        What is there now, in the order asked.
    failed : list of tuple of str and Exception
        Name of each run that failed, and its error.
    """

    finished: list[Finished] = field(default_factory=list)
    failed: list[tuple[str, Exception]] = field(default_factory=list)


def run_period(
    params: Params, *, output: Path, start: Path | None = None, tell: Tell | None = None
) -> Finished:
    """Execute all notebooks of a run and put its results in place.

    Everything is checked before the first notebook starts: that the notebooks fit the parameters,
    and the data the codebook. The results appear at once, when all went well; otherwise those of
    the last good run stay as they are. What was done before is done again.

    Parameters
    ----------
    params : Params
        What is asked.
    output : Path
        The folder in which the folder of results is made.
    start : Path, optional
        Where the project is looked for besides the current folder.
    tell : callable, optional
        Called with what ended in words, how much is done and how much there is.

    Returns
    -------
    Finished
        Where the results lie.

    Raises
    ------
    UsageError, DataError
        If parameters, notebooks or data do not fit; nothing is written.
    RunError
        If a notebook fails; it names the notebook and the cell.
    """
    options = Options(force=True, tell=tell or _silent)
    batch = run_batch([params], output=output, start=start, options=options)
    for _, problem in batch.failed:
        raise problem
    return batch.finished[0]


def plan_batch(
    asked: Sequence[Params], *, output: Path, start: Path | None = None, force: bool = False
) -> tuple[Path, list[Planned]]:
    """Return the project, and for each run what is to be done and why; nothing is executed.

    Parameters
    ----------
    asked : sequence of Params
        The runs.
    output : Path
        The folder in which the folders of results are made.
    start : Path, optional
        Where the project is looked for besides the current folder.
    force : bool
        Whether what is done is to be done again.

    Raises
    ------
    UsageError
        With all that does not fit.
    """
    root = find_root(Path.cwd(), *([start] if start else []))
    check_output(output)
    planned, problems = [], dict[str, str]()
    for params in asked:
        try:
            planned.append(
                plan_run(params, output=output, root=root, look_in=(Path.cwd(), root), force=force)
            )
        except UsageError as problem:
            problems.setdefault(str(problem), params.folder)
    if problems:
        alone = len(asked) == 1
        told = [each if alone else f"{folder}: {each}" for each, folder in problems.items()]
        raise UsageError("\n".join(told))
    return root, planned


def run_batch(
    asked: Sequence[Params], *, output: Path, start: Path | None = None, options: Options
) -> Batch:
    """Make all runs that are not done yet, side by side; a failure stays with its run.

    Parameters
    ----------
    asked : sequence of Params
        The runs.
    output : Path
        The folder in which the folders of results are made.
    start : Path, optional
        Where the project is looked for besides the current folder.
    options : Options
        How.

    Raises
    ------
    UsageError
        If parameters and notebooks do not fit; nothing is executed.
    """
    root, planned = plan_batch(asked, output=output, start=start, force=options.force)
    todo = [each for each in planned if each.todo]
    if todo:
        check_writable(output)
    failed = _make_all(todo, root, options) if todo else {}
    batch = Batch(failed=[(name, problem) for name, problem in failed.items()])
    for each in planned:
        if each.label not in failed and (each.target / REPORT).is_file():
            key = read_record(each.target)["key"]
            report = each.target / REPORT
            batch.finished.append(Finished(each.target, report, key, made=each.todo))
    return batch


def _make_all(todo: Sequence[Planned], root: Path, options: Options) -> dict[str, Exception]:
    stop = threading.Event()
    means = Means(
        root, (Path.cwd(), root), options.limits, options.force, options.far, stop, options.note
    )
    makings = [Making(each, means) for each in todo]
    jobs = options.jobs or processors()
    with ThreadPoolExecutor(jobs) as pool:
        try:
            return _work(makings, pool, jobs, options)
        finally:
            stop.set()
            pool.shutdown(cancel_futures=True)
            for making in makings:
                making.close()
            StepCache(root).prune()


def _work(
    makings: Sequence[Making], pool: ThreadPoolExecutor, jobs: int, options: Options
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


def processors() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
