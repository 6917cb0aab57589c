"""The page of all periods: made again after each run from what the runs left."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from kbnn_analysis.errors import UsageError
from kbnn_analysis.language import LANGUAGES, Language
from kbnn_analysis.periods import parse_period
from kbnn_analysis.presentation.report import Entry, headline_figures, render_index
from kbnn_analysis.results import Estimates
from kbnn_analysis.runs.files import write_whole
from kbnn_analysis.runs.store import Store

HEADLINE = "overall"
FORMS = (("HTML", ".html"), ("PDF", ".pdf"), ("Word", ".docx"), ("Excel", ".xlsx"))


def headline_of(shown: Store) -> dict[str, list[list[str]]]:
    """Return the headline figures of a run as text, by language, for its record."""
    if HEADLINE not in shown.names():
        return {}
    overall = shown.load(HEADLINE)
    if not isinstance(overall, Estimates) or overall.by != ("period", "measure"):
        return {}
    return {
        language: [list(figure) for figure in headline_figures(overall, language)]
        for language in LANGUAGES
    }


def write_index(output: Path, language: Language) -> Path:
    """Write ``index.html`` into the folder that holds the folders of results.

    Parameters
    ----------
    output : Path
        The folder; each finished run in it has its record.
    language : {"vi", "en"}
        Language of the page.

    Returns
    -------
    Path
        The page.
    """
    records = [(path.parent, _read(path)) for path in sorted(output.glob("*/run.json"))]
    entries = [_entry(folder, told, language) for folder, told in records]
    kept = [entry for entry in entries if entry is not None]
    return write_whole(output / "index.html", render_index(kept, language=language))


def _read(path: Path) -> dict[str, Any]:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def _entry(folder: Path, told: dict[str, Any], language: Language) -> Entry | None:
    """Return what the page says of a run; None for a folder whose record says no period."""
    identity = told.get("identity") or {}
    try:
        period = parse_period(str(identity.get("period", ""))).id
    except UsageError:
        return None
    figures = (told.get("headline") or {}).get(language, [])
    return Entry(
        period=period,
        figures=tuple((str(a), str(b), str(c)) for a, b, c in figures),
        links=tuple(_links(folder, language)),
        simulated=bool(identity.get("simulated")),
        name="" if folder.name == period else folder.name,
    )


def _links(folder: Path, language: Language) -> list[tuple[str, str]]:
    """Return the forms of all languages; file names of the run's first language tell none."""
    named = {code for code in LANGUAGES if (folder / f"report.{code}.html").is_file()}
    found: dict[str, str] = {}
    for code in (language, *(other for other in LANGUAGES if other != language)):
        for label, ending in FORMS:
            stem = "tables" if ending == ".xlsx" else "report"
            name = f"{stem}.{code}{ending}" if code in named else f"{stem}{ending}"
            if (folder / name).is_file():
                told = f"{label} ({code})" if named else label
                found.setdefault(f"{folder.name}/{name}", told)
    return [(told, address) for address, told in found.items()]
