"""Markdown to HTML: numbered headings with anchors, no raw HTML, no outside pictures."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from typing import Any

import mistune


@dataclass(frozen=True)
class Heading:
    """A heading of the report, for the contents."""

    depth: int  # 1 is a chapter
    number: str
    text: str  # HTML
    anchor: str


@dataclass
class Outline:
    """Numbers headings in the order in which they come.

    ``top`` is the Markdown level of a chapter: 1 where several notebooks make the report, 2 where
    the only title of level one is the question that the report answers.
    """

    top: int = 1
    headings: list[Heading] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)

    def add(self, level: int, text: str) -> Heading | None:
        """Give a heading its number; None for one above the chapters, which is not numbered."""
        depth = level - self.top + 1
        if depth < 1:
            return None
        self.counts = [*self.counts[:depth], *[0] * (depth - len(self.counts))]
        self.counts[depth - 1] += 1
        number = ".".join(str(max(count, 1)) for count in self.counts)
        heading = Heading(depth, number, text, f"s-{number.replace('.', '-')}")
        self.headings.append(heading)
        return heading


def top_level(sources: Iterable[str]) -> int:
    """Return the Markdown level of a chapter.

    Examples
    --------
    >>> top_level(["# Is it good?", "## Method"]), top_level(["# One", "# Two"])
    (2, 1)
    """
    fences = re.compile(r"^(```|~~~).*?^\1", re.S | re.M)
    titles = sum(len(re.findall(r"^# ", fences.sub("", text), re.M)) for text in sources)
    return 2 if titles == 1 else 1


class _Renderer(mistune.HTMLRenderer):
    def __init__(self, outline: Outline) -> None:
        super().__init__(escape=True)
        self.outline = outline

    def heading(self, text: str, level: int, **_: Any) -> str:
        made = self.outline.add(level, text)
        if made is None:
            return f'<p class="question">{text}</p>\n'
        tag = f"h{min(made.depth + 1, 6)}"
        number = f'<span class="number">{made.number}</span> '
        return f'<{tag} id="{made.anchor}">{number}{text}</{tag}>\n'

    def image(self, text: str, url: str, title: str | None = None) -> str:
        if re.match(r"data:image/(png|jpeg|gif);base64,", url):
            return f'<img src="{escape(url)}" alt="{escape(text)}">'
        return escape(text)

    def link(self, text: str, url: str, title: str | None = None) -> str:
        if re.match(r"(https?://|mailto:|#)", url, re.IGNORECASE):
            return f'<a href="{escape(url)}">{text}</a>'
        return text


def to_html(source: str, outline: Outline) -> str:
    """Return Markdown as HTML; HTML in it is shown as text, headings join the outline."""
    render = mistune.Markdown(
        renderer=_Renderer(outline),
        plugins=[mistune.plugins.import_plugin("table")],
    )
    return str(render(source)).strip()
