"""Would this run? Everything that is checked before the first kernel starts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kbnn_analysis.errors import UsageError
from kbnn_analysis.runs.params import Params
from kbnn_analysis.runs.plan import make_plan
from kbnn_analysis.runs.source import load_survey, place_input
from kbnn_analysis.runs.workspace import HOME, find_root, workspace_for

if TYPE_CHECKING:
    from kbnn_analysis.intake.survey import Survey


def check_run(params: Params, *, start: Path | None = None) -> Survey:
    """Check parameters, notebooks and data as a run does first; return the answers.

    Parameters
    ----------
    params : Params
        What is asked.
    start : Path, optional
        Where the project is looked for besides the current folder.

    Raises
    ------
    UsageError, DataError
        If parameters, notebooks or data do not fit.
    """
    root = find_root(Path.cwd(), *([start] if start else []))
    make_plan(params, root / "notebooks")
    with workspace_for(root, params.folder) as workspace:
        placed = place_input(params, workspace.input, (Path.cwd(), root))
        return load_survey(placed, workspace.input)


def check_output(output: Path) -> Path:
    """Return the folder for results if results may be written there.

    Raises
    ------
    UsageError
        If it is a file, or lies in the workbench's own store.
    """
    if HOME in output.resolve().parts:
        raise UsageError(f"`--output` may not lie in {HOME}/; it is the workbench's own store.")
    for folder in (output, *output.parents):
        if folder.exists() and not folder.is_dir():
            raise UsageError(f"`--output`: {folder} is a file; give a folder.")
    return output
