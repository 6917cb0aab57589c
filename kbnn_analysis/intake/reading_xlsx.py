"""Excel workbooks: one visible sheet of plain cells; traps are refused, with the way out."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from typing import Any

from kbnn_analysis.errors import KbnnError, UsageError, check_one_of
from kbnn_analysis.intake.cell_text import cell_text
from kbnn_analysis.intake.raw import RawResponses
from kbnn_analysis.intake.source_file import SourceFile
from kbnn_analysis.intake.table import build_table, is_mark
from kbnn_analysis.intake.workbook_safety import (
    SheetTraits,
    open_package,
    refusal,
    sheet_traits,
)


def read_xlsx(source: SourceFile, *, sheet: str | None = None) -> RawResponses:
    """Read one sheet of an Excel workbook.

    Parameters
    ----------
    source : SourceFile
        The file.
    sheet : str, optional
        Name of the sheet; needed where several visible sheets hold cells.

    Returns
    -------
    RawResponses
        The table as text. A formula is read as the value saved with it.

    Raises
    ------
    DataError
        For hidden, merged, title and total cells, macros, bombs and damaged files.
    UsageError
        If there is no such sheet, or it must be named.
    """
    if source.kind != "zip":
        raise refusal(
            source.name,
            "wrong-extension",
            "this is no .xlsx workbook (perhaps an older .xls, or one with a password).",
            "Open it in Excel and save it as .xlsx without password, or as CSV UTF-8.",
        )
    package = open_package(source.content, source.name)
    with _parsing(source.name), closing(_load(source)) as book:
        worksheet, said = _choose(book, sheet, source.name)
        traits = sheet_traits(package, _part(worksheet), source.name)
        rows = _rows(worksheet)
    _refuse_traits(traits, rows, source.name)
    table = build_table(rows, source.name)
    if traits.hidden_rows:
        said = (*said, f"{source.name}: {traits.hidden_rows} hidden rows were read like others.")
    return RawResponses(
        frame=table.frame,
        rows=table.rows,
        source=source.name,
        sha256=source.sha256,
        sheet=str(worksheet.title),
        simulated=table.simulated,
        announced=said,
    )


@contextmanager
def _parsing(file: str) -> Iterator[None]:
    """Turn whatever openpyxl and its XML parser raise on damaged files into one clear word."""
    try:
        yield
    except KbnnError:
        raise
    except Exception as error:
        raise refusal(
            file,
            "broken",
            f"the workbook cannot be parsed ({type(error).__name__}).",
            "Open it in Excel, save it again, or save the sheet as CSV UTF-8.",
        ) from error


def _load(source: SourceFile) -> Any:
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of styles and validations it drops
        return openpyxl.load_workbook(
            io.BytesIO(source.content), read_only=True, data_only=True, keep_links=False
        )


def _choose(book: Any, sheet: str | None, file: str) -> tuple[Any, tuple[str, ...]]:
    visible = [ws for ws in book.worksheets if ws.sheet_state == "visible"]
    hidden = [str(ws.title) for ws in book.worksheets if ws.sheet_state != "visible"]
    if sheet is not None:
        check_one_of("sheet", sheet, [str(ws.title) for ws in book.worksheets])
        if sheet in hidden:
            message = f"the sheet {sheet!r} is hidden."
            raise refusal(file, "hidden-sheet", message, "Unhide it in Excel and save.")
        visible = [ws for ws in visible if ws.title == sheet]
    filled = [ws for ws in visible if _has_cells(ws)]
    if len(filled) > 1:
        names = ", ".join(repr(str(ws.title)) for ws in filled[:5])
        raise UsageError(f"{file} has {len(filled)} filled sheets ({names}); name one: `sheet`.")
    if not (filled or visible):
        raise refusal(file, "hidden-sheet", "every sheet is hidden.", "Unhide the right one.")
    said = tuple(f"{file}: the hidden sheet {name!r} was not read." for name in hidden)
    return (filled or visible)[0], said


def _has_cells(worksheet: Any) -> bool:
    worksheet.reset_dimensions()
    return any(
        any(value is not None for value in row)
        for row in worksheet.iter_rows(max_row=50, values_only=True)
    )


def _rows(worksheet: Any) -> list[list[str]]:
    worksheet.reset_dimensions()  # a wrong dimension would pad every row to 16,384 cells
    rows = [_filled(row) for row in worksheet.iter_rows(values_only=True)]
    named = (row for row in rows if row and not is_mark(row))
    width = len(next(named, []))  # of the header: one stray cell far out would fill the memory
    return [row + [""] * (width - len(row)) if row else row for row in rows]


def _filled(row: Iterable[object]) -> list[str]:
    """Return the texts of a row as far as it is filled."""
    cells = [cell_text(value) for value in row]
    while cells and not cells[-1].strip():
        cells.pop()
    return cells


def _refuse_traits(traits: SheetTraits, rows: list[list[str]], file: str) -> None:
    marked = bool(rows) and bool(rows[0]) and is_mark(rows[0])
    merged = [ref for ref in traits.merged if not (marked and _in_first_row(ref))]
    if merged:
        message = f"cells are merged: {', '.join(merged[:4])}{' ...' if len(merged) > 4 else ''}."
        raise refusal(file, "merged-cells", message, "Unmerge them, one name per column.")
    if traits.uncalculated:
        message = f"{traits.uncalculated} formulas have no saved value."
        raise refusal(file, "formula", message, "Open it in Excel and save, or paste values.")


def _in_first_row(ref: str) -> bool:
    return all(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "1" for cell in ref.split(":"))


def _part(worksheet: Any) -> str:
    return str(worksheet._worksheet_path).lstrip("/")  # openpyxl offers no public name for it
