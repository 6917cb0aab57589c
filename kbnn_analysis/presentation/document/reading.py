"""Executed notebooks as a document: prose of one language, sentences, tables, figures, code."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kbnn_analysis.errors import RunError
from kbnn_analysis.language import LANGUAGES, Label, Language
from kbnn_analysis.presentation.document.folds import joined_code
from kbnn_analysis.presentation.document.grids import grid_from_html, plain_lines
from kbnn_analysis.presentation.document.model import (
    KEY_FIGURES,
    Block,
    Code,
    Document,
    Figure,
    Grid,
    KeyFigure,
    KeyFigures,
    Messages,
    Paragraph,
    Preformatted,
    Span,
    Text,
)
from kbnn_analysis.presentation.document.prose import Outline, prose_blocks, top_level
from kbnn_analysis.presentation.document.safety import refuse_active
from kbnn_analysis.presentation.document.silent import without_silent_sections

ORDER = ("text/html", "image/svg+xml", "text/markdown", "image/png", "text/plain")
REMOVED = frozenset({"remove-cell", "hide-cell"})
SETUP = frozenset({"parameters", "injected-parameters", "setup"})
_FIGURE = Label("Hình", "Figure")


def read_document(
    notebooks: Sequence[Mapping[str, Any]],
    *,
    language: Language,
    title: str,
    subtitle: str = "",
    provenance: Mapping[str, str] | None = None,
    simulated: bool = False,
    profile: str = "public",
    names: Sequence[str] = (),
) -> Document:
    """Read executed notebooks as one document.

    Parameters
    ----------
    notebooks : sequence of mapping
        Executed notebooks in the order of the chapters.
    language : {"vi", "en"}
        Prose cells tagged ``lang-vi`` or ``lang-en`` of the other language are left out.
    title, subtitle : str
        Heading of the report.
    provenance : mapping, optional
        What was used to make it, in the words to print.
    simulated : bool
        True where the data were simulated.
    profile : str
        Profile of the disclosure rules.
    names : sequence of str, optional
        Names of the notebooks, for messages.

    Returns
    -------
    Document
        The same document for the same notebooks.

    Raises
    ------
    RunError
        If a cell failed, or its output holds a script or an outside address.
    """
    outline = Outline(top=top_level(_sources(notebooks, language)), language=language)
    called = [*names, *(f"notebook {at + 1}" for at in range(len(names), len(notebooks)))]
    blocks = [
        block
        for name, notebook in zip(called, notebooks, strict=True)
        for block in joined_code(_notebook(notebook, name, outline, language))
    ]
    return Document(
        title=title,
        language=language,
        blocks=tuple(blocks),
        subtitle=subtitle,
        provenance=dict(provenance or {}),
        simulated=simulated,
        profile=profile,
    )


def _notebook(
    notebook: Mapping[str, Any], name: str, outline: Outline, language: Language
) -> Iterator[Block]:
    places = {id(cell): at for at, cell in enumerate(notebook["cells"])}
    own = [cell for cell in notebook["cells"] if _is_kept(cell, language)]
    for cell in without_silent_sections(own):
        at = places[id(cell)]
        source = _joined(cell["source"])
        if cell["cell_type"] == "markdown":
            yield Text(prose_blocks(source, outline))
        elif cell["cell_type"] == "code":
            for number, output in enumerate(cell.get("outputs", []), start=1):
                if output.get("metadata", {}).get("role") == "identity":
                    continue  # every form prints it at its end
                place = f"{name}, cell {at + 1}"
                yield from _output(output, f"{place}, output {number}", outline, language)
            if source.strip():
                yield Code(source.rstrip(), bool(SETUP & _tags(cell)))


def _output(
    output: Mapping[str, Any], place: str, outline: Outline, language: Language
) -> Iterator[Block]:
    kind = output["output_type"]
    if kind == "error":
        cell = place.rpartition(",")[0]
        raise RunError(f"{cell} failed with {output.get('ename', 'an error')}; no report.")
    if kind == "stream":
        text = _joined(output["text"]).rstrip()
        yield Messages(text) if output.get("name") == "stderr" else Preformatted(text)
        return
    data = output.get("data", {})
    shown = next((name for name in ORDER if name in data), "")
    content = _joined(data.get(shown, ""))
    yield from _shown(shown, content, output.get("metadata", {}), place, outline, language)


def _shown(
    kind: str,
    content: str,
    metadata: Mapping[str, Any],
    place: str,
    outline: Outline,
    language: Language,
) -> Iterator[Block]:
    alt = str(metadata.get("alt") or _FIGURE.text(language))
    caption = str(metadata.get("caption") or "")
    match kind:
        case "text/html":
            yield from _html(refuse_active(content, place), outline)
        case "image/svg+xml":
            drawn = refuse_active(content, place).encode()
            yield outline.figure(Figure(drawn, "svg", alt, caption))
        case "text/markdown":
            blocks = prose_blocks(content, outline)
            yield _key_figures(blocks, metadata) or Text(blocks, said=True)
        case "image/png":
            encoded = re.sub(r"[^A-Za-z0-9+/=]", "", content)
            yield outline.figure(Figure(base64.b64decode(encoded), "png", alt, caption))
        case "text/plain" if not re.fullmatch(r"\s*<.*>\s*", content, re.S):
            yield Preformatted(content)
        # the repr of an object tells the reader nothing


def _key_figures(blocks: tuple[Block, ...], metadata: Mapping[str, Any]) -> KeyFigures | None:
    """Return a table that was marked as key figures in its form; none where it has another."""
    if metadata.get("role") != KEY_FIGURES or len(blocks) != 1 or not isinstance(blocks[0], Grid):
        return None
    lines = [[cell.text for cell in row] for row in (*blocks[0].head, *blocks[0].body)]
    if len(lines) != 4 or len({len(line) for line in lines}) != 1:
        return None
    return KeyFigures(tuple(KeyFigure(*column) for column in zip(*lines, strict=True)))


def _html(content: str, outline: Outline) -> Iterator[Block]:
    grid = grid_from_html(content)
    if grid is not None:
        yield outline.table(grid)
        return
    lines = plain_lines(content)
    if lines:
        yield Text(tuple(Paragraph((Span(line),)) for line in lines), said=True)


def _sources(notebooks: Sequence[Mapping[str, Any]], language: Language) -> list[str]:
    return [
        _joined(cell["source"])
        for notebook in notebooks
        for cell in notebook["cells"]
        if cell["cell_type"] == "markdown" and _is_kept(cell, language)
    ]


def _is_kept(cell: Mapping[str, Any], language: Language) -> bool:
    others = {f"lang-{other}" for other in LANGUAGES if other != language}
    return not (_tags(cell) & (REMOVED | others))


def _tags(cell: Mapping[str, Any]) -> set[str]:
    return set(cell.get("metadata", {}).get("tags", []))


def _joined(content: str | list[str]) -> str:
    return content if isinstance(content, str) else "".join(content)
