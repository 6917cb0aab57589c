"""What a run does in processes of its own: laying out, one notebook, and the folder of results.

Each function takes a folder that holds its orders as JSON, so that any machine that has the
folder can carry them out.
"""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path
from typing import Any

from kbnn_analysis.errors import KbnnError
from kbnn_analysis.runs.files import write_whole
from kbnn_analysis.runs.params import Params
from kbnn_analysis.runs.workspace import Workspace

ORDER = "order.json"
EXECUTED = "executed.ipynb"
FAILED = "failed"
NOTEBOOKS = "notebooks"


def write_order(folder: Path, **order: Any) -> None:
    """Write what a task is asked to do.

    Parameters
    ----------
    folder : Path
        The task's folder.
    **order
        Plain values.
    """
    write_whole(folder / ORDER, json.dumps(order, ensure_ascii=False))


def _order(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / ORDER).read_text(encoding="utf-8"))
    return found


def prepare(folder: Path) -> dict[str, Any]:
    """Put the input of a run in place, validate it, and keep the run's identity.

    Parameters
    ----------
    folder : Path
        The run's working folder.
    """
    from kbnn_analysis.runs.placing import place_input
    from kbnn_analysis.runs.provenance import identify, run_identity
    from kbnn_analysis.runs.source import data_path, load_survey

    order = _order(folder)
    workspace = Workspace(folder, Path(order["root"]))
    look_in = [Path(each) for each in order["look_in"]]
    placed = place_input(_params(order), workspace.input, look_in)
    survey = load_survey(placed, workspace.input)
    data = data_path(placed, workspace.input)
    run_identity(folder, lambda: identify(placed, data, survey, workspace.root))
    return {"params": placed.model_dump(mode="json")}


def execute_step(folder: Path) -> dict[str, Any]:
    """Execute one notebook; what it makes and nothing else stays in its folder.

    Parameters
    ----------
    folder : Path
        A working folder of its own, with the results that the notebook may load.
    """
    from kbnn_analysis.runs.cleaning import clean
    from kbnn_analysis.runs.engine import execute, failed_copy, write_notebook
    from kbnn_analysis.runs.plan import Step

    order = _order(folder)
    workspace = Workspace(folder, Path(order["root"]))
    (folder / "root").write_text(order["root"], encoding="utf-8")
    step = Step(_notebook(order), order["language"], order["parameters"])
    given = _identities(workspace.store)
    began = time.monotonic()
    try:
        content, remark = execute(step, workspace, seconds=order["seconds"])
    except KbnnError:
        path = failed_copy(step, workspace)
        if path.exists():  # as far as it got, to be looked at
            write_whole(folder / FAILED / path.name, path.read_bytes())
        raise
    write_notebook(folder / EXECUTED, clean(content, step.language, paths=(str(folder),)))
    for name, identity in given.items():
        if _identities(workspace.store).get(name) == identity:
            shutil.rmtree(workspace.store / name)
    return {"seconds": time.monotonic() - began, "remark": remark}


def finish(folder: Path) -> dict[str, Any]:
    """Make the folder of results from what the notebooks of a run left.

    Parameters
    ----------
    folder : Path
        The run's working folder.
    """
    from kbnn_analysis.runs.finishing import put_in_place

    order = _order(folder)
    put_in_place(Workspace(folder, Path(order["root"])), _params(order), order)
    return {}


def _params(order: dict[str, Any]) -> Params:
    return Params.model_validate(order["params"], strict=False)


def _notebook(order: dict[str, Any]) -> Any:
    from kbnn_analysis.runs.notebooks import Notebook

    return Notebook(
        name=order["notebook"], path=Path(), content=order["content"], parameters={},
        saves=(), loads=(), asks=(), sha256="",
    )  # fmt: skip


def _identities(store: Path) -> dict[str, int]:
    """Return which file stands for each result: a result that is saved anew has a new one."""
    return {path.parent.name: path.stat().st_ino for path in store.glob("*/result.json")}
