"""The forms beside HTML: PDF and Word of the report, the workbook of tables, sheets of units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from kbnn_analysis.disclosure import Rules, disclose
from kbnn_analysis.language import Language
from kbnn_analysis.presentation.document import Document
from kbnn_analysis.presentation.excel import Sheet, render_excel
from kbnn_analysis.presentation.pdf import render_pdf
from kbnn_analysis.presentation.sheets import SheetFacts, province_sheet
from kbnn_analysis.presentation.word import render_word
from kbnn_analysis.results import (
    Change,
    Comparison,
    Estimates,
    Funnel,
    Ranking,
    Result,
    Shrinkage,
)
from kbnn_analysis.runs.exhibits import save_table
from kbnn_analysis.runs.files import write_whole
from kbnn_analysis.runs.store import Store

UNITS, WHOLE = "units", "overall"
AnyResult = TypeVar("AnyResult", bound=Result)


def write_document(draft: Path, path: Path, document: Document) -> None:
    """Write a report as PDF and as Word beside its HTML.

    Parameters
    ----------
    draft : Path
        The folder of results.
    path : Path
        Where the HTML lies in it; the other forms differ in their ending only.
    document : Document
        The report.
    """
    write_whole(draft / path.with_suffix(".pdf"), render_pdf(document))
    write_whole(draft / path.with_suffix(".docx"), render_word(document))


def write_workbook(draft: Path, path: Path, shown: Store, document: Document) -> None:
    """Write all results that tables of the run showed as one workbook; none where there are none.

    Parameters
    ----------
    draft : Path
        The folder of results.
    path : Path
        Where the workbook lies in it.
    shown : Store
        The disclosed results by the names of their tables.
    document : Document
        The report: its heading, language and provenance.
    """
    sheets = [Sheet(name, shown.load(name)) for name in shown.names()]
    if not sheets:
        return
    made = render_excel(
        sheets,
        language=document.language,
        title=document.title,
        subtitle=document.subtitle,
        provenance=document.provenance,
        profile=document.profile,
    )
    write_whole(draft / path, made)


def write_sheets(
    draft: Path,
    folder: Path,
    store: Store,
    rules: Rules,
    *,
    language: Language,
    survey: str = "",
    provenance: Mapping[str, str],
) -> int:
    """Write a page for each unit, as PDF; none where the notebooks kept no results by unit.

    The levels that they show lie among the tables as ``sheets-units`` and ``sheets-whole``: the
    gate audits what it reads there.

    Parameters
    ----------
    draft, folder : Path
        The folder of results, and where the sheets lie in it.
    store : Store
        The results of the run, by the names that the notebooks gave them: ``units`` and
        ``overall``, and of the top box ``ranking-top-box``, ``shrinkage-top-box``, ``funnel``,
        ``against-mean`` and ``change-units`` where they are there.
    rules : Rules
        The limits of what may be shown.
    language : {"vi", "en"}
        Language of the sheets.
    survey : str
        Name of the survey, which heads them.
    provenance : mapping
        What they were made from.

    Returns
    -------
    int
        How many were written.
    """
    facts = sheet_facts(store, rules)
    if facts is None:
        return 0
    codes = [str(code) for code in dict.fromkeys(facts.units.frame["unit"])]
    for at, code in enumerate(codes, start=1):
        sheet = province_sheet(facts, code, language=language, provenance=provenance)
        name = code if code.isalnum() and code.isascii() else f"{at:03d}"
        sheet = replace(sheet, profile=rules.profile)
        write_whole(draft / folder / f"{name}.pdf", render_pdf(sheet, contents=False))
    for name, shown in (("units", facts.units), ("whole", facts.whole)):  # what the gate audits
        save_table(draft, f"sheets-{name}", shown, language)
    return len(codes)


def sheet_facts(store: Store, rules: Rules) -> SheetFacts | None:
    """Return the disclosed results of which sheets are made; None where they are not there."""
    kept = set(store.names())
    if not {UNITS, WHOLE} <= kept:
        return None
    units, whole = store.load(UNITS), store.load(WHOLE)
    if not (isinstance(units, Estimates) and isinstance(whole, Estimates)):
        return None
    if units.by != ("period", "measure", "unit"):
        return None
    if set(units.frame["measure"]) - set(whole.frame["measure"]):
        return None
    return SheetFacts(
        units=disclose(units, rules),
        whole=disclose(whole, rules),
        ranking=_disclosed(store, "ranking-top-box", Ranking, rules),
        shrinkage=_disclosed(store, "shrinkage-top-box", Shrinkage, rules),
        funnel=_disclosed(store, "funnel", Funnel, rules),
        comparison=_disclosed(store, "against-mean", Comparison, rules),
        change=_disclosed(store, "change-units", Change, rules),
    )


def _disclosed(store: Store, name: str, kind: type[AnyResult], rules: Rules) -> AnyResult | None:
    found = store.load(name) if name in store.names() else None
    return disclose(found, rules) if isinstance(found, kind) else None
