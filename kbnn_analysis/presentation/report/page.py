"""The whole page: contents, chapters, banner, promise and provenance in one file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

import jinja2

from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation import fonts
from kbnn_analysis.presentation.narrative.promise import NOT_PROMISED, PROMISE
from kbnn_analysis.presentation.report.cells import notebook_blocks, prose_sources
from kbnn_analysis.presentation.report.prose import Outline, top_level
from kbnn_analysis.presentation.style import SIMULATED

WORDS = {
    "contents": Label("Mục lục", "Contents"),
    "skip": Label("Đến nội dung", "Skip to the content"),
    "promise": Label("Cam kết bảo mật", "The promise of confidentiality"),
    "provenance": Label("Nguồn gốc của báo cáo", "Where this report comes from"),
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
    outline = Outline(top=top_level(prose_sources(notebooks, language)))
    called = [*names, *(f"notebook {at + 1}" for at in range(len(names), len(notebooks)))]
    blocks = [
        block
        for name, notebook in zip(called, notebooks, strict=True)
        for block in notebook_blocks(notebook, name=name, outline=outline, language=language)
    ]
    body = _environment().get_template("report.html.j2")
    page = body.render(
        language=language,
        title=title,
        subtitle=subtitle,
        blocks=blocks,
        headings=outline.headings,
        provenance=provenance or {},
        simulated=SIMULATED if simulated else "",
        promise=PROMISE.text(language),
        not_promised=NOT_PROMISED.text(language),
        words={name: label.text(language) for name, label in WORDS.items()},
        css=_template("report.css"),
        fonts="@@FONTS@@",
    )
    return page.replace("@@FONTS@@", fonts.font_faces(_written_with(page)), 1)


def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FunctionLoader(_template),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _template(name: str) -> str:
    return files(__package__).joinpath("template", name).read_text(encoding="utf-8")


def _written_with(page: str) -> str:
    """Return the letters of the page that the shipped font may have, beyond ASCII."""
    return "".join(sorted({letter for letter in page if 0x7F < ord(letter) < 0x2500}))
