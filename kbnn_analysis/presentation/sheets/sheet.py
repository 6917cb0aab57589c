"""The sheet of a unit as a document of one page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from kbnn_analysis.errors import UsageError
from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation import numbers, rows
from kbnn_analysis.presentation.document import (
    Block,
    Cell,
    Document,
    Figure,
    Grid,
    Listing,
    Paragraph,
    Span,
    Text,
)
from kbnn_analysis.presentation.sheets.drawing import plot_against_whole
from kbnn_analysis.presentation.sheets.facts import SheetFacts
from kbnn_analysis.presentation.sheets.sentences import sheet_sentences, told_value
from kbnn_analysis.presentation.style import to_svg
from kbnn_analysis.presentation.tables.views import notes_of
from kbnn_analysis.presentation.wording import capital, heading

_UNIT = Label("Đơn vị", "Unit")
_WHOLE = Label("Cả nước", "National")
_TITLE = Label("So với cả nước", "Against the national figure")
_ALT = Label(
    "{unit} so với cả nước ở {count} chỉ tiêu; mọi giá trị có trong bảng bên dưới.",
    "{unit} against the national figure in {count} measures; the table below holds every value.",
)


def province_sheet(
    facts: SheetFacts,
    unit: str,
    *,
    language: Language,
    headline: str = "",
    survey: str = "",
    provenance: Mapping[str, str] | None = None,
) -> Document:
    """Return one page on a unit: sentences, then its figures against the country's.

    Parameters
    ----------
    facts : SheetFacts
        Disclosed results of the period.
    unit : str
        Code of the unit.
    language : {"vi", "en"}
        Language of the sheet.
    headline : str
        Measure that the sentences speak of; the first top box where it is left out.
    survey : str
        Name of the survey, which stands beside the period.
    provenance : mapping, optional
        What it was made from.

    Returns
    -------
    Document
        For ``render_page(sheet, contents=False)`` or ``render_pdf(sheet, contents=False)``.

    Raises
    ------
    UsageError
        If the unit or the headline is not among the results.
    """
    if not facts.of_unit(unit):
        raise UsageError(f"There are no results for unit {unit!r}; codes are text, such as '01'.")
    chosen = headline or default_headline(facts)
    if chosen not in facts.measures:
        raise UsageError(f"`headline` {chosen!r} is not one of {', '.join(facts.measures)}.")
    told = sheet_sentences(facts, unit, chosen, language)
    items: tuple[tuple[Block, ...], ...] = tuple((Paragraph((Span(text),)),) for text in told[1:])
    said: tuple[Block, ...] = (Paragraph((Span(told[0], bold=True),)),)
    if items:
        said = (*said, Listing(items))
    period = rows.value_label(
        facts.units, "period", str(facts.units.frame["period"].iloc[0]), language
    )
    return Document(
        title=rows.value_label(facts.units, "unit", unit, language),
        language=language,
        blocks=(Text(said, said=True), *_shown(facts, unit, language)),
        subtitle=" · ".join(part for part in (survey, capital(period)) if part),
        provenance=dict(provenance or {}),
        simulated=facts.units.simulated,
    )


def default_headline(facts: SheetFacts) -> str:
    """Return the first top box, which tells provinces apart best; else the first measure."""
    known = facts.units.measures
    top = [
        name
        for name in facts.measures
        if name in known and known[name].rule.replace("-", "_").startswith("top_box")
    ]
    return (top or facts.measures)[0]


def _shown(facts: SheetFacts, unit: str, language: Language) -> list[Block]:
    own = facts.of_unit(unit)
    visible = [
        name for name in facts.measures if told_value(facts.units, own.get(name, {}), language)
    ]
    if not any(name in visible and own[name].get("suppressed") is not True for name in own):
        return []
    blocks: list[Block] = []
    drawn = plot_against_whole(facts, unit, language=language)
    if drawn is not None:
        name = rows.value_label(facts.units, "unit", unit, language)
        count = numbers.count(len(facts.measures), language)
        alt = _ALT.text(language).format(unit=name, count=count)
        blocks.append(Figure(to_svg(drawn).encode(), "svg", alt))
    blocks.append(_grid(facts, unit, language))
    return blocks


def _grid(facts: SheetFacts, unit: str, language: Language) -> Grid:
    own, whole = facts.of_unit(unit), facts.of_whole()
    interval = rows.interval_heading(facts.units, language)
    titles = (
        heading("measure", language),
        heading("n", language),
        _UNIT.text(language),
        interval,
        _WHOLE.text(language),
    )
    head = tuple(Cell(title, "right" if at else "left", True) for at, title in enumerate(titles))
    body = tuple(
        _row(facts, name, own.get(name, {}), whole[name], language) for name in facts.measures
    )
    mine = facts.units.take(np.flatnonzero(facts.units.frame["unit"].astype(str) == unit))
    notes = notes_of(mine, ["n", "estimate", "interval"], language)
    question = facts.question(language)
    return Grid((head,), body, _TITLE.text(language), subtitle=question, notes=notes)


def _row(
    facts: SheetFacts,
    measure: str,
    own: dict[str, Any],
    whole: dict[str, Any],
    language: Language,
) -> tuple[Cell, ...]:
    kind = rows.kind_of(facts.units, measure)
    label = facts.name_of(measure, language)
    hidden = own.get("suppressed") is True
    cells = [numbers.hidden(language)] * 3 if hidden else _cells(facts, own, kind, language)
    of_whole = told_value(facts.whole, whole, language) or numbers.MISSING
    return (Cell(label, "left", True), *(Cell(text, "right") for text in (*cells, of_whole)))


def _cells(
    facts: SheetFacts, row: dict[str, Any], kind: numbers.Kind, language: Language
) -> list[str]:
    value = told_value(facts.units, row, language)
    places = len(value.rstrip("%").replace(",", ".").partition(".")[2]) if value else None
    low, high = row.get("conf_low"), row.get("conf_high")
    return [
        numbers.count(row.get("n"), language),
        value or numbers.MISSING,
        numbers.interval(low, high, language, kind=kind, decimals=places),
    ]
