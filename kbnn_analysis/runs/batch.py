"""A run from parameters to finished results, all or nothing."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from kbnn_analysis.errors import KbnnError
from kbnn_analysis.runs.checking import check_output, check_target
from kbnn_analysis.runs.cleaning import clean
from kbnn_analysis.runs.engine import execute, failed_copy
from kbnn_analysis.runs.files import draft_folder
from kbnn_analysis.runs.index_page import write_index
from kbnn_analysis.runs.kernel import kernel_for
from kbnn_analysis.runs.params import Params
from kbnn_analysis.runs.plan import Step, make_plan
from kbnn_analysis.runs.provenance import identify, run_identity
from kbnn_analysis.runs.publishing import REPORT, Executed, Kept, fill
from kbnn_analysis.runs.session import Run
from kbnn_analysis.runs.source import data_path, load_survey, place_input
from kbnn_analysis.runs.store import Store
from kbnn_analysis.runs.workspace import HOME, Workspace, find_root, workspace_for

Tell = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Finished:
    """What a run left: the folder of results and the report to open."""

    folder: Path
    report: Path
    key: str


def run_period(
    params: Params, *, output: Path, start: Path | None = None, tell: Tell | None = None
) -> Finished:
    """Execute all notebooks of a run and put its results in place.

    Everything is checked before the first kernel starts: that the notebooks fit the parameters,
    and the data the codebook. The results appear at once, when all went well; otherwise those of
    the last good run stay as they are.

    Parameters
    ----------
    params : Params
        What is asked.
    output : Path
        The folder in which the folder of results is made.
    start : Path, optional
        Where the project is looked for besides the current folder.
    tell : callable, optional
        Called with a step in words, its number and the number of steps.

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
    tell = tell or (lambda words, done, steps: None)
    root = find_root(Path.cwd(), *([start] if start else []))
    target = check_target(check_output(output) / params.folder)
    plan = make_plan(params, root / "notebooks")
    with workspace_for(root, params.folder) as workspace:
        tell("data", 0, len(plan) + 1)
        placed = place_input(params, workspace.input, (Path.cwd(), root))
        survey = load_survey(placed, workspace.input)
        data = data_path(placed, workspace.input)
        identity = run_identity(workspace.folder, lambda: identify(placed, data, survey, root))
        plan = make_plan(placed, root / "notebooks")
        executed = _execute_all(plan, workspace, params.period, tell)
        tell("reports", len(plan), len(plan) + 1)
        with draft_folder(target) as draft:
            fill(
                draft,
                placed,
                executed,
                workspace=workspace,
                kept=_kept(placed, workspace),
                identity=identity,
                codebook=survey.codebook,
            )
    write_index(target.parent, params.languages[0])
    tell("done", len(plan) + 1, len(plan) + 1)
    return Finished(target, target / REPORT, identity.key)


def _kept(params: Params, workspace: Workspace) -> Kept:
    """Return the results that the notebooks kept, with the rules that they were shown by."""
    rules = Run(params, params.languages[0], workspace).rules
    return Kept(Store(workspace.shown), Store(workspace.store), rules)


def _execute_all(
    plan: Sequence[Step], workspace: Workspace, period: str, tell: Tell
) -> list[Executed]:
    executed = []
    with kernel_for(workspace, period):
        for number, step in enumerate(plan, start=1):
            tell(step.label, number, len(plan) + 1)
            began = time.monotonic()
            try:
                content = execute(step, workspace)
            except KbnnError:
                _keep_failed(step, workspace)
                raise
            cleaned = clean(content, step.language, paths=(str(workspace.folder),))
            executed.append(Executed(step, cleaned, time.monotonic() - began))
    return executed


def _keep_failed(step: Step, workspace: Workspace) -> None:
    """Keep the notebook as far as it got, on this machine, to be looked at."""
    path = failed_copy(step, workspace)
    if path.exists():
        folder = workspace.root / HOME / "failed"
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, folder / path.name)
