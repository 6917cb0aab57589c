"""Runs from parameters to finished results, each all or nothing; one or many."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kbnn_analysis.errors import UsageError
from kbnn_analysis.runs.checking import check_output, check_writable
from kbnn_analysis.runs.deciding import Planned, plan_run
from kbnn_analysis.runs.options import Options, Tell
from kbnn_analysis.runs.params import Params
from kbnn_analysis.runs.records import read_record
from kbnn_analysis.runs.working import make_all
from kbnn_analysis.runs.workspace import find_root

__all__ = ["Batch", "Finished", "Options", "plan_batch", "run_batch", "run_period"]

REPORT = "report.html"


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
    options = Options(force=True, tell=tell) if tell else Options(force=True)
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
    failed = make_all(todo, root, options) if todo else {}
    batch = Batch(failed=[(name, problem) for name, problem in failed.items()])
    for each in planned:
        if each.label not in failed and (each.target / REPORT).is_file():
            key = read_record(each.target)["key"]
            report = each.target / REPORT
            batch.finished.append(Finished(each.target, report, key, made=each.todo))
    return batch
