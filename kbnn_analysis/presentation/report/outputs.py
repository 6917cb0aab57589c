"""The output of a cell as HTML: tables, figures, sentences; errors are refused."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from kbnn_analysis.errors import RunError
from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation.report.prose import Outline, to_html
from kbnn_analysis.presentation.report.safety import inline_svg, refuse_active, without_styles

ORDER = ("text/html", "image/svg+xml", "text/markdown", "image/png", "text/plain")
_TABLE = Label("Bảng số liệu", "Table of figures")
_FIGURE = Label("Hình", "Figure")
_MESSAGES = Label("Thông báo của chương trình", "Messages of the program")


def output_blocks(
    outputs: list[Mapping[str, Any]], *, place: str, outline: Outline, language: Language
) -> Iterator[str]:
    """Yield the outputs of one cell as HTML.

    Parameters
    ----------
    outputs : list of mapping
        Outputs as the notebook format has them.
    place : str
        Notebook and cell, for messages; made unique within the page for ids.
    outline : Outline
        Headings found so far.
    language : {"vi", "en"}
        Language of the page.

    Yields
    ------
    str
        HTML of each output that shows something.

    Raises
    ------
    RunError
        If an output is an error, or holds something that runs or is fetched.
    """
    for at, output in enumerate(outputs):
        kind = output["output_type"]
        if kind == "error":
            raise RunError(f"{place} failed with {output.get('ename', 'an error')}; no report.")
        if kind == "stream":
            yield _stream(output, language)
        else:
            yield _bundle(output, f"{place}, output {at + 1}", outline, language)


def _stream(output: Mapping[str, Any], language: Language) -> str:
    text = f"<pre>{escape(_joined(output['text']).rstrip())}</pre>"
    if output.get("name") != "stderr":
        return text
    return f'<details class="code"><summary>{_MESSAGES.text(language)}</summary>{text}</details>'


def _bundle(output: Mapping[str, Any], place: str, outline: Outline, language: Language) -> str:
    data = output.get("data", {})
    kind = next((name for name in ORDER if name in data), "")
    metadata = output.get("metadata", {})
    content = _joined(data.get(kind, ""))
    match kind:
        case "text/html":
            return _table(refuse_active(content, place), metadata, language)
        case "image/svg+xml":
            return _svg(refuse_active(content, place), place, metadata, language)
        case "text/markdown":
            return f'<div class="said">{to_html(content, outline)}</div>'
        case "image/png":
            return _png(content, metadata, language)
        case "text/plain" if not re.fullmatch(r"\s*<.*>\s*", content, re.S):
            return f"<pre>{escape(content)}</pre>"
    return ""  # the repr of an object tells the reader nothing


def _table(content: str, metadata: Mapping[str, Any], language: Language) -> str:
    label = escape(str(metadata.get("alt") or _TABLE.text(language)))
    plain = without_styles(content)
    if "<table" not in plain:
        return f'<div class="said">{plain}</div>'
    return f'<div class="table" role="region" tabindex="0" aria-label="{label}">{plain}</div>'


def _svg(content: str, place: str, metadata: Mapping[str, Any], language: Language) -> str:
    prefix = "f" + "-".join(re.findall(r"\d+", place)) + "-"
    drawing = inline_svg(content, prefix, _alt(metadata, language))
    return f'<figure class="figure" tabindex="0">{drawing}{_caption(metadata)}</figure>'


def _png(content: str, metadata: Mapping[str, Any], language: Language) -> str:
    encoded = re.sub(r"[^A-Za-z0-9+/=]", "", content)
    alt = _alt(metadata, language)
    image = f'<img src="data:image/png;base64,{encoded}" alt="{alt}">'
    return f'<figure class="figure" tabindex="0">{image}{_caption(metadata)}</figure>'


def _alt(metadata: Mapping[str, Any], language: Language) -> str:
    return escape(str(metadata.get("alt") or _FIGURE.text(language)))


def _caption(metadata: Mapping[str, Any]) -> str:
    caption = metadata.get("caption")
    return f"<figcaption>{escape(str(caption))}</figcaption>" if caption else ""


def _joined(content: str | list[str]) -> str:
    return content if isinstance(content, str) else "".join(content)
