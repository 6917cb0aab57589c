"""Which cells of a notebook the reader sees, and as what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from kbnn_analysis.language import LANGUAGES, Label, Language
from kbnn_analysis.presentation.report.outputs import output_blocks
from kbnn_analysis.presentation.report.prose import Outline, to_html

REMOVED = frozenset({"remove-cell", "hide-cell"})
SETUP = frozenset({"parameters", "injected-parameters", "setup"})
_CODE = Label("Mã lệnh", "Code")
_SETUP = Label("Thiết lập và tham số", "Set-up and parameters")


def notebook_blocks(
    notebook: Mapping[str, Any], *, name: str, outline: Outline, language: Language
) -> Iterator[str]:
    """Yield a notebook as HTML blocks: prose of one language, folded code, outputs.

    Parameters
    ----------
    notebook : mapping
        An executed notebook.
    name : str
        Its name, for messages.
    outline : Outline
        Headings found so far; those of this notebook join it.
    language : {"vi", "en"}
        Language of the page: prose tagged for the other one is left out.
    """
    for at, cell in enumerate(notebook["cells"]):
        if not is_kept(cell, language):
            continue
        source = joined(cell["source"])
        if cell["cell_type"] == "markdown":
            yield f'<div class="prose">{to_html(source, outline)}</div>'
        elif cell["cell_type"] == "code":
            place = f"{name}, cell {at + 1}"
            outputs = output_blocks(
                cell.get("outputs", []), place=place, outline=outline, language=language
            )
            yield from (block for block in outputs if block)
            yield _code(source, bool(SETUP & tags(cell)), language)


def prose_sources(notebooks: Sequence[Mapping[str, Any]], language: Language) -> list[str]:
    """Return the Markdown of all prose cells that stay."""
    return [
        joined(cell["source"])
        for notebook in notebooks
        for cell in notebook["cells"]
        if cell["cell_type"] == "markdown" and is_kept(cell, language)
    ]


def is_kept(cell: Mapping[str, Any], language: Language) -> bool:
    """Return whether a cell belongs to the page: not removed, not of the other language."""
    others = {f"lang-{other}" for other in LANGUAGES if other != language}
    return not (tags(cell) & (REMOVED | others))


def tags(cell: Mapping[str, Any]) -> set[str]:
    """Return the tags of a cell."""
    return set(cell.get("metadata", {}).get("tags", []))


def joined(source: str | list[str]) -> str:
    """Return the source of a cell as one text; the notebook format also allows lines."""
    return source if isinstance(source, str) else "".join(source)


def _code(source: str, is_setup: bool, language: Language) -> str:
    if not source.strip():
        return ""
    summary = (_SETUP if is_setup else _CODE).text(language)
    return (
        f'<details class="code"><summary>{summary}</summary>'
        f'<pre tabindex="0"><code>{escape(source.rstrip())}</code></pre></details>'
    )
