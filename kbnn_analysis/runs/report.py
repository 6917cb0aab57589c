"""Executed notebooks as documents, with the heading and provenance of their run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kbnn_analysis.intake.codebook import Codebook
from kbnn_analysis.language import Label, Language
from kbnn_analysis.periods import parse_period
from kbnn_analysis.presentation.document import Document, read_document
from kbnn_analysis.presentation.wording import capital
from kbnn_analysis.runs.provenance import Identity

ASSUMED = Label(
    "Câu chữ của bộ câu hỏi là GIẢ ĐỊNH (ASSUMED)", "The wording of the questions is ASSUMED"
)


def read(
    content: Any,
    language: Language,
    *,
    name: str,
    codebook: Codebook,
    identity: Identity,
    profile: str,
    select: Mapping[str, str],
) -> Document:
    """Return an executed notebook as a document, from which all forms are made.

    Parameters
    ----------
    content : NotebookNode
        The executed and cleaned notebook.
    language : {"vi", "en"}
        Language of the page.
    name : str
        The notebook's name, for messages.
    codebook : Codebook
        The instrument: its title heads the page, and the page says where its wording is assumed.
    identity : Identity
        What the run was made from, printed at the end.
    profile : str
        Profile of the disclosure rules, whose promise is printed.
    select : mapping
        Attribute -> value of the only respondents it speaks of; told in the heading.
    """
    chosen = {name: value for name, value in select.items() if value != identity.period}
    parts = [parse_period(identity.period).label(language), *_chosen(chosen, codebook, language)]
    if codebook.assumed:
        parts.append(ASSUMED.text(language))
    return read_document(
        [content],
        language=language,
        title=codebook.title.label.text(language),
        subtitle=capital(" · ".join(parts)),
        provenance=identity.rows(language),
        simulated=identity.simulated,
        profile=profile,
        names=[name],
    )


def _chosen(select: Mapping[str, str], codebook: Codebook, language: Language) -> Iterator[str]:
    """Yield who was chosen; columns that the codebook does not know choose the period."""
    attributes = {each.name: each for each in codebook.attributes}
    for name in (each for each in select if each in attributes):
        level = attributes[name].levels.get(select[name])
        told = level.label.text(language) if level else select[name]
        yield f"{attributes[name].label.label.text(language)}: {told}"
