"""Write a workbook with xlsxwriter; the same results give the same bytes."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation import rows
from kbnn_analysis.presentation.excel.cells import Value, sheet_columns
from kbnn_analysis.presentation.narrative.promise import profile_line, promise_paragraphs
from kbnn_analysis.presentation.style import SIMULATED
from kbnn_analysis.presentation.tables.titles import sheet_title
from kbnn_analysis.presentation.tables.views import notes_of
from kbnn_analysis.presentation.wording import word
from kbnn_analysis.results import Result

MADE = datetime(1980, 1, 1, tzinfo=UTC)
FACE = "Times New Roman"
FIRST = Label("Mục lục", "Contents")
_TABLE = Label("Bảng", "Table")
_LINE = 80  # letters of a title that stand in one line
_LONGEST_NAME = 31  # what a spreadsheet allows
_QUIET = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@dataclass(frozen=True)
class Sheet:
    """A result with the name of its sheet and its title."""

    name: str
    result: Result
    title: str = ""


def render_excel(
    sheets: Sequence[Sheet],
    *,
    language: Language,
    title: str,
    subtitle: str = "",
    provenance: Mapping[str, str] | None = None,
    profile: str = "public",
) -> bytes:
    """Return results as a workbook: contents first, then a sheet for each table.

    Parameters
    ----------
    sheets : sequence of Sheet
        Disclosed results.
    language : {"vi", "en"}
        Language of headings and words; the reader's program writes the numbers in its own way.
    title, subtitle : str
        Heading of the contents.
    provenance : mapping, optional
        What the results were made from.
    profile : str
        Profile of the disclosure rules, whose promise stands on the first sheet.

    Returns
    -------
    bytes
        An .xlsx file. No cell is a formula, no sheet, row or column is hidden.
    """
    from xlsxwriter import Workbook  # type: ignore[import-untyped]  # late: a heavy import

    out = io.BytesIO()
    simulated = any(sheet.result.simulated for sheet in sheets)
    with Workbook(out, {"in_memory": True, **_QUIET}) as book:
        book.set_properties({"title": title, "author": "KBNN", "created": MADE})
        looks = _looks(book)
        names = sheet_names([sheet.name for sheet in sheets], FIRST.text(language))
        front = book.add_worksheet(FIRST.text(language))
        for name, sheet in zip(names, sheets, strict=True):
            page = _write_sheet(book, name, sheet, language, looks)
            page.write_string(2, 0, profile_line(language, profile), looks["note"])
        listed = [
            (name, sheet.title or sheet_title(sheet.result, language))
            for name, sheet in zip(names, sheets, strict=True)
        ]
        told = [SIMULATED if simulated else "", title, subtitle]
        promise = " ".join(promise_paragraphs(language, profile))
        _write_front(front, told, listed, promise, provenance or {}, (language, looks))
        for each in book.worksheets():
            each.set_footer(f"&L&7{profile_line(language, profile)}&R&P/&N")
    return out.getvalue()


def sheet_names(names: Sequence[str], *taken: str) -> list[str]:
    """Return names that a spreadsheet allows, all different.

    Examples
    --------
    >>> sheet_names(["top/box", "top?box", "x" * 40])[:2], len(sheet_names(["x" * 40])[0])
    (['top box', 'top box 2'], 31)
    """
    used = {name.lower() for name in taken}
    made = []
    for name in names:
        plain = re.sub(r"[\[\]:*?/\\'\x00-\x1f]", " ", name).strip()[:_LONGEST_NAME] or "x"
        shown, again = plain, 1
        while shown.lower() in used:
            again += 1
            shown = f"{plain[: _LONGEST_NAME - len(str(again)) - 1]} {again}"
        used.add(shown.lower())
        made.append(shown)
    return made


def _looks(book: Any) -> dict[str, Any]:
    base: dict[str, Any] = {"font_name": FACE, "font_size": 11, "valign": "top"}
    own: dict[str, dict[str, Any]] = {
        "text": {},
        "wrapped": {"text_wrap": True},
        "title": {"bold": True, "font_size": 14},
        "head": {"bold": True, "text_wrap": True, "bottom": 1, "bg_color": "#EEF1F4"},
        "right": {"align": "right"},
        "note": {"font_color": "#55616B", "font_size": 10},
        "warn": {"bold": True, "font_color": "#8A3B00"},
        "link": {"font_color": "#00507D", "underline": 1},
    }
    return {name: book.add_format({**base, **look}) for name, look in own.items()}


def _write_sheet(
    book: Any, name: str, sheet: Sheet, language: Language, looks: dict[str, Any]
) -> Any:
    page = book.add_worksheet(name)
    columns = sheet_columns(sheet.result, language)
    page.write_string(0, 0, sheet.title or sheet_title(sheet.result, language), looks["title"])
    if sheet.result.simulated:
        page.write_string(1, 0, SIMULATED, looks["warn"])
    formats: dict[str, Any] = {}
    for at, (heading, cells) in enumerate(columns):
        page.write_string(3, at, heading, looks["head"])
        page.set_column(at, at, _width(heading, cells))
        for row, value in enumerate(cells, start=4):
            _write_value(page, (row, at), value, (book, looks, formats))
    page.set_row(3, 48)
    page.freeze_panes(4, len(rows.varying(sheet.result)))
    page.repeat_rows(3)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    page.set_paper(9)
    wanted = [str(column) for column in sheet.result.frame.columns]
    joined = ["rank_set"] if "rank_low" in wanted else []
    for row, note in enumerate(
        notes_of(sheet.result, [*wanted, *joined], language), start=5 + len(sheet.result.frame)
    ):
        page.write_string(row, 0, note, looks["note"])
    return page


def _write_value(
    page: Any, place: tuple[int, int], value: Value, tools: tuple[Any, Any, dict[str, Any]]
) -> None:
    book, looks, formats = tools
    if value.number is None:
        by_name = "right" if value.text in {"–", "ẩn", "hidden"} else "text"
        page.write_string(*place, value.text, looks[by_name])
        return
    if value.format not in formats:
        formats[value.format] = book.add_format(
            {"font_name": FACE, "font_size": 11, "valign": "top", "num_format": value.format}
        )
    page.write_number(*place, value.number, formats[value.format])


def _width(heading: str, cells: tuple[Value, ...]) -> float:
    longest = max((len(cell.text) for cell in cells), default=0)
    words = max((len(part) for part in heading.split()), default=0)
    return float(min(max(longest + 1, words + 2, len(heading) / 2.4, 10), 60))


def _write_front(
    page: Any,
    told: list[str],
    listed: list[tuple[str, str]],
    promise: str,
    provenance: Mapping[str, str],
    tools: tuple[Language, dict[str, Any]],
) -> None:
    language, looks = tools
    page.set_column(0, 0, 26)
    page.set_column(1, 1, 90)
    row = 0
    for text, look in zip(told, ("warn", "title", "note"), strict=True):
        if text:
            page.write_string(row, 0, text, looks[look])
            row += 1
    row += 1
    page.write_string(row, 0, _TABLE.text(language), looks["head"])
    page.write_string(row, 1, word("content", language), looks["head"])
    for name, title in listed:
        row += 1
        page.write_url(row, 0, f"internal:'{name}'!A1", looks["link"], string=name)
        page.write_string(row, 1, title, looks["wrapped"])
        page.set_row(row, 15 * -(-len(title) // _LINE))  # not every program fits rows to text
    row += 2
    page.write_string(row, 1, promise, looks["wrapped"])
    page.set_row(row, 124)
    for key, value in provenance.items():
        row += 1
        page.write_string(row, 0, key, looks["text"])
        page.write_string(row, 1, value, looks["wrapped"])
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
