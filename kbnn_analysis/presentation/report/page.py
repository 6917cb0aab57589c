"""The whole page: contents, chapters, banner, promise and provenance in one file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

import jinja2

from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation import fonts
from kbnn_analysis.presentation.document import Document, Heading, read_document, spans_text
from kbnn_analysis.presentation.narrative.promise import profile_line, promise_paragraphs
from kbnn_analysis.presentation.report.blocks import block_html, title_html
from kbnn_analysis.presentation.style import SIMULATED

WORDS = {
    "contents": Label("Mục lục", "Contents"),
    "skip": Label("Đến nội dung", "Skip to the content"),
    "promise": Label("Cam kết bảo mật", "The promise of confidentiality"),
    "provenance": Label("Nguồn gốc của báo cáo", "Where this report comes from"),
    "what": Label("Mục", "What"),
    "which": Label("Nội dung", "Value"),
    "simulated": Label(
        "Mọi số liệu trong báo cáo này được mô phỏng; không phải kết quả khảo sát thật.",
        "All figures in this report are simulated; they are not the results of a real survey.",
    ),
}


def render_report(
    notebooks: Sequence[Mapping[str, Any]],
    *,
    language: Language,
    title: str,
    subtitle: str = "",
    provenance: Mapping[str, str] | None = None,
    simulated: bool = False,
    names: Sequence[str] = (),
) -> str:
    """Turn executed notebooks into one self-contained HTML file.

    The file opens offline, runs nothing and fetches nothing (a content security policy holds it to
    that); the same notebooks give the same bytes.

    Parameters
    ----------
    notebooks : sequence of mapping
        Executed notebooks in the order of the chapters.
    language : {"vi", "en"}
        Prose cells tagged ``lang-vi`` or ``lang-en`` of the other language are left out.
    title, subtitle : str
        Heading of the report.
    provenance : mapping, optional
        What was used to make it, in the words to print; shown at the end.
    simulated : bool
        True prints the banner of simulated data, on paper on the first page.
    names : sequence of str, optional
        Names of the notebooks, for messages.

    Returns
    -------
    str
        The page.

    Raises
    ------
    RunError
        If a cell failed, or its output holds a script or an outside address.
    """
    document = read_document(
        notebooks,
        language=language,
        title=title,
        subtitle=subtitle,
        provenance=provenance,
        simulated=simulated,
        names=names,
    )
    return render_page(document)


def render_page(document: Document, *, contents: bool = True) -> str:
    """Return a document as one self-contained HTML file.

    Parameters
    ----------
    document : Document
        What it says.
    contents : bool
        False leaves the contents out, for a sheet of one page.

    Returns
    -------
    str
        The page; the same document gives the same bytes.
    """
    language = document.language
    promise, not_promised = promise_paragraphs(language, document.profile)
    page = (
        environment()
        .get_template("report.html.j2")
        .render(
            language=language,
            title=document.title,
            heading=title_html(document.title),
            subtitle=document.subtitle,
            blocks=[block_html(block, language) for block in document.blocks],
            headings=[_entry(heading) for heading in document.headings] if contents else [],
            provenance=document.provenance,
            simulated=SIMULATED if document.simulated else "",
            profile=profile_line(language, document.profile),
            promise=promise,
            not_promised=not_promised,
            words={name: label.text(language) for name, label in WORDS.items()},
            css=_template("report.css"),
            fonts="@@FONTS@@",
        )
    )
    return page.replace("@@FONTS@@", fonts.font_faces(letters_of(page)), 1)


def _entry(heading: Heading) -> dict[str, Any]:
    return {
        "depth": heading.depth,
        "number": heading.number,
        "text": spans_text(heading.spans),
        "anchor": heading.anchor,
    }


def environment() -> jinja2.Environment:
    """Return the templates of pages; every value put into one is escaped."""
    return jinja2.Environment(
        loader=jinja2.FunctionLoader(_template),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _template(name: str) -> str:
    return files(__package__).joinpath("template", name).read_text(encoding="utf-8")


def letters_of(page: str) -> str:
    """Return the letters of the page that the shipped font may have, beyond ASCII."""
    return "".join(sorted({letter for letter in page if 0x7F < ord(letter) < 0x2500}))
