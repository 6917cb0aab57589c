"""Tables of a Word file: real ones, with a heading row that repeats on every page."""

from __future__ import annotations

from typing import Any

from docx.document import Document as WordFile
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Pt, RGBColor

from kbnn_analysis.language import Language
from kbnn_analysis.presentation.document import Cell, Grid, KeyFigures
from kbnn_analysis.presentation.document.widths import column_widths, fitting, unparted
from kbnn_analysis.presentation.word.heights import TABLE_EM, WIDTH
from kbnn_analysis.presentation.word.marks import (
    describe_table,
    keep_row_whole,
    keep_with_next,
    line_below,
    repeat_row,
    set_in,
    shade,
)
from kbnn_analysis.presentation.wording import word

_SIDES = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
}
SIZE = 10.0  # pt of letters in tables
GAP = 0.38  # cm at both sides of a cell together, as Word has it
WHOLE_ROWS = 12  # a table of no more rows stands on one page
MUTED = RGBColor(0x55, 0x61, 0x6B)


def add_table(file: WordFile, grid: Grid, language: Language) -> None:
    """Add a table with its title above and its notes below."""
    if not grid.width:
        return
    _title(file, grid, language)
    rows = (*grid.head, *grid.body)
    table: Any = file.add_table(rows=len(rows), cols=grid.width)
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.LEFT, False
    describe_table(table, grid.title)
    share = fitting(grid, WIDTH, em=TABLE_EM, gap=GAP + 0.02)
    widths = column_widths(grid, WIDTH, em=TABLE_EM * share, gap=GAP + 0.02)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    set_in(table, GAP / 2)
    grid_cells = [list(row.cells) for row in table.rows]
    for at, (row, cells) in enumerate(zip(rows, grid_cells, strict=True)):
        _fill(row, cells, widths, SIZE * share, is_head=at < len(grid.head))
        if _stays(grid, row, at):
            keep_with_next(table.rows[at])
        keep_row_whole(table.rows[at])
        if at < len(grid.head):
            repeat_row(table.rows[at])
    _notes(file, grid)


def add_key_figures(file: WordFile, block: KeyFigures) -> None:
    """Add figures printed large, side by side."""
    table: Any = file.add_table(rows=1, cols=len(block.figures))
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.LEFT, False
    describe_table(table, ", ".join(f"{each.label}: {each.value}" for each in block.figures))
    set_in(table, GAP / 2)
    keep_row_whole(table.rows[0])
    for cell, each in zip(table.rows[0].cells, block.figures, strict=True):
        cell.width = Cm(WIDTH / len(block.figures))
        line_below(cell, strong=True)
        looks = (
            (each.label, 10, False),
            (each.value, 22, True),
            (each.interval, 10, False),
            (each.note, 9, False),
        )
        for at, (text, size, bold) in enumerate(look for look in looks if look[0]):
            paragraph = cell.paragraphs[0] if at == 0 else cell.add_paragraph()
            paragraph.paragraph_format.space_after = Pt(2)
            run = paragraph.add_run(text)
            run.font.size, run.bold = Pt(size), bold or None
    file.add_paragraph().paragraph_format.space_after = Pt(2)


def _stays(grid: Grid, row: tuple[Cell, ...], at: int) -> bool:
    """Return whether a row stands on the page of the next: of short tables, groups and the end."""
    is_group = row[0].head and row[0].columns > 1
    last = len(grid.head) + len(grid.body) - 1
    return is_group or len(grid.body) <= WHOLE_ROWS or at >= last - 1


def _title(file: WordFile, grid: Grid, language: Language) -> None:
    number = word("table_number", language, number=str(grid.number)) if grid.number else ""
    told = " ".join(part for part in (number, grid.title) if part)
    if not told:
        return
    paragraph: Any = file.add_paragraph(style="Caption")
    paragraph.paragraph_format.keep_with_next = True
    run = paragraph.add_run(told)
    run.bold, run.font.size = True, Pt(12)
    if grid.subtitle:
        below = paragraph.add_run(f"\n{grid.subtitle}")
        below.bold, below.font.size, below.font.color.rgb = False, Pt(11), MUTED


def _fill(
    row: tuple[Cell, ...], cells: list[Any], widths: list[float], size: float, *, is_head: bool
) -> None:
    at = 0
    for cell in row:
        target = cells[at]
        is_group = cell.head and cell.columns > 1
        if cell.columns > 1:
            target = target.merge(cells[min(at + cell.columns, len(cells)) - 1])
        else:
            target.width = Cm(widths[at])
        _write(target, cell, size, bold=is_head or is_group)
        line_below(target, strong=is_head)
        if is_group and not is_head:
            shade(target, "F3F5F7")
        at += cell.columns
        if at >= len(cells):
            return


def _write(target: Any, cell: Cell, size: float, *, bold: bool) -> None:
    paragraph = target.paragraphs[0]
    paragraph.alignment = _SIDES[cell.align]
    paragraph.paragraph_format.space_after = Pt(1)
    paragraph.paragraph_format.space_before = Pt(1)
    run = paragraph.add_run(unparted(cell))
    run.font.size, run.bold = Pt(round(2 * size) / 2), bold or None


def _notes(file: WordFile, grid: Grid) -> None:
    paragraph: Any = file.add_paragraph()
    paragraph.paragraph_format.space_before = Pt(3)
    run = paragraph.add_run("\n".join(grid.notes))
    run.font.size, run.font.color.rgb = Pt(9), MUTED
