"""The folder of results: notebooks, reports, tables, figures, and what they were made from."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kbnn_analysis.disclosure import Rules
from kbnn_analysis.intake.codebook import Codebook
from kbnn_analysis.presentation.document import Document
from kbnn_analysis.presentation.report import render_page
from kbnn_analysis.runs.engine import write_notebook
from kbnn_analysis.runs.files import write_whole
from kbnn_analysis.runs.forms import write_document, write_sheets, write_workbook
from kbnn_analysis.runs.index_page import headline_of
from kbnn_analysis.runs.params import Params
from kbnn_analysis.runs.plan import Step
from kbnn_analysis.runs.provenance import Identity
from kbnn_analysis.runs.recording import write_record, write_side_record
from kbnn_analysis.runs.report import read
from kbnn_analysis.runs.store import Store
from kbnn_analysis.runs.workspace import Workspace

REPORT = "report.html"


@dataclass(frozen=True)
class Executed:
    """One step with its cleaned notebook and the seconds that it took."""

    step: Step
    content: Any
    seconds: float


@dataclass(frozen=True)
class Kept:
    """Results of a run: those that its tables showed, disclosed, and those of its store."""

    shown: Store
    store: Store
    rules: Rules


def fill(
    draft: Path,
    params: Params,
    executed: Sequence[Executed],
    *,
    workspace: Workspace,
    kept: Kept,
    identity: Identity,
    codebook: Codebook,
    parts: Mapping[str, str],
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
    workspace : Workspace
        Where the run worked: its input, and the tables and figures that the notebooks wrote.
    kept : Kept
        The results that the notebooks kept.
    identity : Identity
        What the run was made from.
    codebook : Codebook
        The instrument.
    parts : mapping
        SHA-256 of everything from which the folder is made, to know later whether it is done.
    """
    if workspace.exhibits.exists():
        shutil.copytree(workspace.exhibits, draft, dirs_exist_ok=True)
    for done in executed:
        name, language = done.step.notebook.name, done.step.language
        document = read(
            done.content,
            language,
            name=name,
            codebook=codebook,
            identity=identity,
            profile=kept.rules.profile,
            select=params.select,
        )
        path = report_path(params, name, language)
        write_notebook(draft / language / f"{name}.ipynb", done.content)
        write_whole(draft / path, render_page(document))
        if name == params.notebooks[-1]:
            _write_forms(draft, path, document, params, kept)
    notebooks = {done.step.notebook.name: done.step.notebook.sha256 for done in executed}
    headline = headline_of(kept.shown)
    write_record(draft, params, identity, notebooks, headline, workspace.root)
    seconds = {done.step.label: done.seconds for done in executed}
    write_side_record(draft, seconds, workspace, parts)


def report_path(params: Params, name: str, language: str) -> Path:
    """Return where the HTML of a notebook lies in the folder of results."""
    if name != params.notebooks[-1]:
        return Path(language) / f"{name}.html"
    return Path(REPORT if language == params.languages[0] else f"report.{language}.html")


def _write_forms(draft: Path, path: Path, document: Document, params: Params, kept: Kept) -> None:
    """Write the report in its other forms; the workbook and the sheets go by its language."""
    write_document(draft, path, document)
    workbook = Path(path.name.replace("report", "tables", 1)).with_suffix(".xlsx")
    write_workbook(draft, workbook, kept.shown, document)
    if params.sheets:
        write_sheets(
            draft,
            Path("sheets") / document.language,
            kept.store,
            kept.rules,
            language=document.language,
            survey=document.title,
            provenance=document.provenance,
        )
