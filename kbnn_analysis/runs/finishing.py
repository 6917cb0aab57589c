"""From what the notebooks of a run left to its folder of results, all or nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat

from kbnn_analysis.runs.cleaning import clean
from kbnn_analysis.runs.files import draft_folder
from kbnn_analysis.runs.index_page import write_index
from kbnn_analysis.runs.params import Params
from kbnn_analysis.runs.plan import Step, make_plan
from kbnn_analysis.runs.provenance import Identity, run_identity
from kbnn_analysis.runs.publishing import Executed, Kept, fill
from kbnn_analysis.runs.session import Run
from kbnn_analysis.runs.source import load_run_codebook
from kbnn_analysis.runs.step_cache import link_results, link_tree
from kbnn_analysis.runs.store import Store
from kbnn_analysis.runs.tasks import EXECUTED, NOTEBOOKS
from kbnn_analysis.runs.workspace import Workspace


def put_in_place(workspace: Workspace, params: Params, order: dict[str, Any]) -> None:
    """Write a run's folder of results and put it in the place of the last one.

    Parameters
    ----------
    workspace : Workspace
        Where the run worked.
    params : Params
        What was asked, after its input was put in place.
    order : dict
        ``target``: the folder of results; ``entries``: for each step of the plan the folder of
        what it left and its seconds; ``parts``: from what the run is made.
    """
    steps = make_plan(params, workspace.folder / NOTEBOOKS)
    identity = run_identity(workspace.folder, _no_identity)
    for entry, _ in order["entries"]:
        for room in ("store", "shown"):
            link_results(Path(entry) / room, workspace.folder / room)
        link_tree(Path(entry) / "exhibits", workspace.exhibits)
    executed = [
        Executed(step, retold(step, _read(Path(entry)), identity), seconds)
        for step, (entry, seconds) in zip(steps, order["entries"], strict=True)
    ]
    target = Path(order["target"])
    with draft_folder(target) as draft:
        fill(
            draft,
            params,
            executed,
            workspace=workspace,
            kept=_kept(params, workspace),
            identity=identity,
            codebook=load_run_codebook(params, workspace.input),
            parts=order["parts"],
        )
    write_index(target.parent, params.languages[0])


def retold(step: Step, content: Any, identity: Identity) -> Any:
    """Return an executed notebook with the sentences of now and the run's identity of now.

    Parameters
    ----------
    step : Step
        The notebook as it is written now; its code cells are those that were executed.
    content : NotebookNode
        As it was executed, cleaned.
    identity : Identity
        What this run is made from.
    """
    text = json.dumps(step.notebook.content)
    now = clean(nbformat.reads(text, 4), step.language)  # type: ignore[no-untyped-call]
    code = [cell for cell in content.cells if cell.cell_type == "code"]
    executed = iter(cell for cell in code if not _tagged(cell, "injected-parameters"))
    cells: list[Any] = []
    for cell in now.cells:
        cells.append(cell)
        if cell.cell_type == "code":
            done = next(executed)
            cell.outputs, cell.execution_count = done.outputs, done.execution_count
        if _tagged(cell, "parameters"):
            cells += [each for each in code if _tagged(each, "injected-parameters")]
    for cell in cells:
        for output in cell.get("outputs", []):
            if output.get("metadata", {}).get("role") == "identity":
                told = identity.markdown(step.language)
                output["data"] = dict.fromkeys(output["data"], told)
    now.cells = cells
    return now


def _tagged(cell: Any, tag: str) -> bool:
    return tag in cell.metadata.get("tags", [])


def _read(entry: Path) -> Any:
    return nbformat.read(entry / EXECUTED, as_version=4)  # type: ignore[no-untyped-call]


def _kept(params: Params, workspace: Workspace) -> Kept:
    """Return the results that the notebooks kept, with the rules that they were shown by."""
    rules = Run(params, params.languages[0], workspace).rules
    return Kept(Store(workspace.shown), Store(workspace.store), rules)


def _no_identity() -> Identity:
    raise FileNotFoundError("identity.json")
