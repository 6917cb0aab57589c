"""Dangers of notebooks: what outputs, metadata and attachments carry along unseen."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from kbnn_analysis.runs.scanning_pages import html_findings

_ALLOWED = {"text/plain", "text/markdown", "text/html", "text/latex", "image/png", "image/svg+xml"}
_EXPLORE = re.compile(r"""^\s*audience(?:\s*:\s*\w+)?\s*=\s*['"]explore['"]""", re.MULTILINE)


def notebook_findings(raw: bytes) -> Iterator[str]:
    """Yield what a notebook must not hold."""
    try:
        content = json.loads(raw.decode("utf-8"))
        cells = list(content["cells"])
    except (ValueError, KeyError, TypeError):
        yield "is not a notebook"
        return
    metadata = content.get("metadata", {})
    if "widgets" in metadata:
        yield "keeps the state of widgets"
    if "papermill" in metadata:
        yield "keeps papermill's record of paths and times"
    for number, cell in enumerate(cells, start=1):
        for what in _cell(cell):
            yield f"cell {number} {what}"


def _cell(cell: dict[str, Any]) -> Iterator[str]:
    if cell.get("attachments"):
        yield "carries attachments"
    if cell.get("cell_type") == "code" and _EXPLORE.search(_joined(cell.get("source", ""))):
        yield "is for exploring (audience = 'explore'): its results are not disclosed"
    for output in cell.get("outputs", []):
        if output.get("output_type") == "error":
            yield "ended in an error"
        for kind, value in output.get("data", {}).items():
            if kind not in _ALLOWED:
                yield f"shows {kind}, which carries its data along"
            elif kind == "text/html":
                yield from (f"shows HTML that {what}" for what in _html(_joined(value)))
            elif kind == "text/plain" and _looks_like_a_frame(_joined(value)):
                yield "shows a raw data frame; show results with run.table"


def _html(text: str) -> Iterator[str]:
    return html_findings(text.encode())


def _looks_like_a_frame(text: str) -> bool:
    return bool(re.search(r"\[\d+ rows x \d+ columns\]", text))


def _joined(value: object) -> str:
    return "".join(value) if isinstance(value, list) else str(value)
