"""Tables and figures as files: disclosed results only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kbnn_analysis.errors import DisclosureError
from kbnn_analysis.language import Language
from kbnn_analysis.presentation.style import to_png, to_svg
from kbnn_analysis.presentation.tables import csv_text
from kbnn_analysis.results import Result
from kbnn_analysis.runs.files import write_whole


def check_disclosed(name: str, result: Result) -> None:
    """Refuse a result that did not go through :func:`kbnn_analysis.disclosure.disclose`.

    Raises
    ------
    DisclosureError
        If it did not.
    """
    if not result.notes.get("disclosed"):
        raise DisclosureError(
            f"{name!r} shows a {type(result).__name__} that was not disclosed; "
            f"write `disclose(result, run.rules)` first."
        )


def save_table(folder: Path, name: str, result: Result, language: Language) -> Path:
    """Write ``tables/<name>.<language>.csv``, with the mark by which spreadsheets know UTF-8."""
    path = folder / "tables" / f"{name}.{language}.csv"
    return _write_csv(path, result, language)


def save_figure(
    folder: Path, name: str, drawn: Any, language: Language, of: Result | None = None
) -> str:
    """Write ``figures/<name>.<language>.svg``, ``.png`` and, of a result, its numbers as ``.csv``.

    The gate audits these numbers, and refuses a drawing of more marks than they have rows for.

    Returns
    -------
    str
        The SVG text.
    """
    file = folder / "figures" / f"{name}.{language}"
    svg = to_svg(drawn)
    write_whole(file.with_name(f"{file.name}.svg"), svg)
    write_whole(file.with_name(f"{file.name}.png"), to_png(drawn))
    if of is not None:
        _write_csv(file.with_name(f"{file.name}.csv"), of, language)
    return svg


def _write_csv(path: Path, result: Result, language: Language) -> Path:
    return write_whole(path, "\ufeff" + csv_text(result, language))
