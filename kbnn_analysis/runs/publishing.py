"""The folder of results: notebooks, reports, tables, figures, and what they were made from."""

from __future__ import annotations

import json
import platform
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kbnn_analysis.intake.codebook import Codebook
from kbnn_analysis.runs.engine import write_notebook
from kbnn_analysis.runs.files import sha256_of, write_whole
from kbnn_analysis.runs.params import Params
from kbnn_analysis.runs.plan import Step
from kbnn_analysis.runs.provenance import Identity
from kbnn_analysis.runs.report import render

REPORT = "report.html"
RECORD = "run.json"
SIDE_RECORD = "run.local.json"


@dataclass(frozen=True)
class Executed:
    """One step with its cleaned notebook and the seconds that it took."""

    step: Step
    content: Any
    seconds: float


def fill(
    draft: Path,
    params: Params,
    executed: Sequence[Executed],
    *,
    exhibits: Path,
    identity: Identity,
    codebook: Codebook,
) -> None:
    """Write everything that a run leaves into a folder.

    Parameters
    ----------
    draft : Path
        The empty folder.
    params : Params
        What was asked, after its input was put in place.
    executed : sequence of Executed
        All steps.
    exhibits : Path
        The folder of tables and figures that the notebooks wrote; it may be missing.
    identity : Identity
        What the run was made from.
    codebook : Codebook
        The instrument.
    """
    if exhibits.exists():
        shutil.copytree(exhibits, draft, dirs_exist_ok=True)
    for done in executed:
        name, language = done.step.notebook.name, done.step.language
        html = render(done.content, language, name=name, codebook=codebook, identity=identity)
        write_notebook(draft / language / f"{name}.ipynb", done.content)
        write_whole(draft / report_path(params, name, language), html)
    _write_record(draft, params, identity)
    _write_side_record(draft, executed)


def report_path(params: Params, name: str, language: str) -> Path:
    """Return where the HTML of a notebook lies in the folder of results."""
    if name != params.notebooks[-1]:
        return Path(language) / f"{name}.html"
    return Path(REPORT if language == params.languages[0] else f"report.{language}.html")


def _write_record(draft: Path, params: Params, identity: Identity) -> None:
    """Write what the run was made from, and the SHA-256 of every file it left."""
    files = {
        path.relative_to(draft).as_posix(): sha256_of(path)
        for path in sorted(draft.rglob("*"))
        if path.is_file()
    }
    told = {
        "key": identity.key,
        "identity": identity.as_dict(),
        "parameters": params.model_dump(mode="json"),
        "files": files,
    }
    write_whole(draft / RECORD, _json(told))


def _write_side_record(draft: Path, executed: Sequence[Executed]) -> None:
    """Write times and the machine apart: they differ between equal runs."""
    told = {
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "seconds": {done.step.label: round(done.seconds, 2) for done in executed},
    }
    write_whole(draft / SIDE_RECORD, _json(told))


def _json(told: object) -> str:
    return json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
