"""One notebook through papermill: executed whole, or one sentence that says what failed."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import nbformat
import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError
from papermill.translators import PythonTranslator, papermill_translators

from kbnn_analysis.errors import DisclosureError, KbnnError, RunError
from kbnn_analysis.runs.fork_engine import HERE, why_kernel
from kbnn_analysis.runs.forking import KernelNeededError
from kbnn_analysis.runs.kernel import KERNEL, kernel_for
from kbnn_analysis.runs.plan import Step
from kbnn_analysis.runs.workspace import Workspace


class _ReadableTranslator(PythonTranslator):  # type: ignore[misc]
    """Writes Vietnamese as people read it, not as escapes."""

    @classmethod
    def translate_str(cls, val: str) -> str:
        return repr(val)


papermill_translators.register(KERNEL, _ReadableTranslator)


def execute(step: Step, workspace: Workspace, *, seconds: float) -> tuple[Any, str]:
    """Execute a notebook with its parameters, in a process that was made for it.

    Parameters
    ----------
    step : Step
        The notebook, the language and the values.
    workspace : Workspace
        The step's working folder.
    seconds : float
        What one cell may take; who made the process watches over the whole.

    Returns
    -------
    tuple of NotebookNode and str
        The executed notebook, and why it was given a kernel of its own, if it was.

    Raises
    ------
    RunError
        If a cell fails, takes too long, or the kernel dies: it names notebook, cell and error.
    DisclosureError
        If a cell was about to show what was not disclosed.
    """
    logging.getLogger("papermill").setLevel(logging.ERROR)
    content = nbformat.reads(json.dumps(step.notebook.content), 4)  # type: ignore[no-untyped-call]
    reason = why_kernel(content)
    if not reason:
        try:
            return _execute(step, workspace, content, seconds, HERE), ""
        except KernelNeededError as problem:
            reason = str(problem)
    content = nbformat.reads(json.dumps(step.notebook.content), 4)  # type: ignore[no-untyped-call]
    with kernel_for(workspace):
        return _execute(step, workspace, content, seconds, None), reason


def _execute(
    step: Step, workspace: Workspace, content: Any, seconds: float, engine: str | None
) -> Any:
    scratch = workspace.folder / "scratch"
    scratch.mkdir(exist_ok=True)
    try:
        return papermill.execute_notebook(
            content,
            _literal(failed_copy(step, workspace)),
            engine_name=engine,
            parameters=dict(step.parameters),
            kernel_name=KERNEL,
            language="python",
            progress_bar=False,
            request_save_on_cell_execute=False,
            cwd=scratch,
            execution_timeout=max(int(seconds), 1),
        )
    except PapermillExecutionError as problem:
        raise _failure(step, problem) from None
    except DeadKernelError:
        raise RunError(
            f"{step.label} failed: its kernel died, perhaps for want of memory."
        ) from None
    except CellTimeoutError:
        raise RunError(f"{step.label} failed: a cell took over {seconds:g} seconds.") from None


def failed_copy(step: Step, workspace: Workspace) -> Path:
    """Return where a notebook lies as far as it got."""
    return workspace.folder / f"{step.notebook.name}.{step.language}.ipynb"


def write_notebook(path: Path, content: Any) -> None:
    """Write a notebook with sorted keys and a final line end."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = nbformat.writes(content)  # type: ignore[no-untyped-call]
    path.write_text(text.rstrip("\n") + "\n", encoding="utf-8", newline="\n")


def _failure(step: Step, problem: Any) -> KbnnError:
    lines = [line for line in problem.source.strip().splitlines() if not line.startswith("#")]
    cell = (lines or ["empty cell"])[0][:60]
    said = str(problem.evalue).strip().splitlines()
    told = f"{problem.ename.rpartition('.')[2]}: {said[0][:300]}" if said else problem.ename
    if problem.ename.endswith("MemoryError"):
        told += "; give more with --memory"
    kind = DisclosureError if problem.ename.endswith("DisclosureError") else RunError
    return kind(f"{step.label} failed in cell [{problem.exec_count}] `{cell}`: {told}")


def _literal(path: Path) -> str:
    """Return a path that papermill's filling in of {parameters} gives back unchanged."""
    return str(path).replace("{", "{{").replace("}", "}}")
