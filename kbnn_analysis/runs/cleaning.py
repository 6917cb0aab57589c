"""Executed notebooks without times, paths and chance: equal runs give equal bytes."""

from __future__ import annotations

import copy
import re
from typing import Any

from kbnn_analysis.language import LANGUAGES, Language

_KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
_MASKS = (
    (re.compile(r"\bat 0x[0-9a-fA-F]{4,}"), "at 0x…"),
    (re.compile(r"\S*ipykernel_\d+[/\\]\d+\.py"), "<cell>"),
    (re.compile(r"^.*[/\\]([\w.-]+\.py:\d+: \w*Warning)", re.MULTILINE), r"\1"),
)


def clean(content: Any, language: Language, *, paths: tuple[str, ...] = ()) -> Any:
    """Return an executed notebook freed of what differs between equal runs.

    Time stamps and paths in the metadata, random cell ids, object addresses and temporary names
    go; prose of the other language goes; neighbouring pieces of one output stream become one.

    Parameters
    ----------
    content : NotebookNode
        The executed notebook.
    language : {"vi", "en"}
        Language whose prose is kept.
    paths : tuple of str
        Folders of this machine whose names must not stay.

    Returns
    -------
    NotebookNode
        A cleaned copy.
    """
    cleaned = copy.deepcopy(content)
    cleaned.metadata = type(cleaned.metadata)(
        kernelspec=_KERNEL, language_info={"name": "python"}, language=language
    )
    cleaned.cells = [cell for cell in cleaned.cells if not _foreign(cell, language)]
    for cell in cleaned.cells:
        _clean_cell(cell, paths)
    return cleaned


def _foreign(cell: Any, language: Language) -> bool:
    tags = set(cell.metadata.get("tags", []))
    return bool(tags & {f"lang-{other}" for other in LANGUAGES if other != language})


def _clean_cell(cell: Any, paths: tuple[str, ...]) -> None:
    for name in ("papermill", "execution"):
        cell.metadata.pop(name, None)
    if "injected-parameters" in cell.metadata.get("tags", []):
        cell.id = "injected-parameters"
    if cell.cell_type != "code":
        return
    cell.outputs = _joined(cell.outputs)
    for output in cell.outputs:
        if output.output_type == "stream":
            output.text = _masked(output.text, paths)
        for kind, value in output.get("data", {}).items():
            if isinstance(value, str) and kind.startswith("text/"):
                output.data[kind] = _masked(value, paths)


def _joined(outputs: list[Any]) -> list[Any]:
    joined: list[Any] = []
    for output in outputs:
        if joined and _same_stream(joined[-1], output):
            joined[-1].text += output.text
        else:
            joined.append(output)
    return joined


def _same_stream(one: Any, other: Any) -> bool:
    streams = one.output_type == other.output_type == "stream"
    return streams and bool(one.name == other.name)


def _masked(text: str, paths: tuple[str, ...]) -> str:
    for pattern, mask in _MASKS:
        text = pattern.sub(mask, text)
    for path in paths:
        text = text.replace(path, "…")
    return text
