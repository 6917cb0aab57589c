"""A table as the reader sees it, all cells written out, before it takes a form."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pandas as pd

from kbnn_analysis.presentation import fonts

if TYPE_CHECKING:
    from great_tables import GT


@dataclass(frozen=True)
class ColumnText:
    """One column: its heading, its cells as text, and the side they stand on."""

    heading: str
    cells: tuple[str, ...]
    align: Literal["left", "right", "center"] = "right"


@dataclass(frozen=True)
class TableText:
    """A whole table as text; every form (HTML, Word, Excel) is made from it.

    Parameters
    ----------
    title, subtitle : str
        What the table shows; the subtitle may be empty.
    stub : ColumnText
        Names of the rows.
    columns : tuple of ColumnText
        The cells, as long as the stub.
    groups : tuple of str
        Heading of the group each row belongs to, or empty for a table without groups.
    notes : tuple of str
        What the reader must know: method, what n means, hidden rows, source.
    """

    title: str
    subtitle: str
    stub: ColumnText
    columns: tuple[ColumnText, ...]
    groups: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        rows = len(self.stub.cells)
        lengths = {len(column.cells) for column in self.columns} | {rows}
        if len(lengths) != 1 or (self.groups and len(self.groups) != rows):
            raise ValueError(f"TableText {self.title!r}: columns differ in length")

    @property
    def fingerprint(self) -> str:
        """Return a short name made from the content: the same table has the same one."""
        return "table-" + hashlib.sha256(repr(self).encode()).hexdigest()[:10]


def as_gt(table: TableText, table_id: str = "") -> GT:
    """Return the table for great_tables; its id comes from the content, never from chance.

    Parameters
    ----------
    table : TableText
        The table.
    table_id : str
        Id of the HTML element; made from the content where it is left out.

    Returns
    -------
    GT
        A great_tables table. All texts are escaped when it becomes HTML.
    """
    from great_tables import GT  # late: a heavy import

    cells = {"stub": table.stub.cells} | {
        f"c{place}": column.cells for place, column in enumerate(table.columns)
    }
    if table.groups:
        cells["group"] = table.groups
    made = GT(
        pd.DataFrame(cells, dtype=object),
        rowname_col="stub",
        groupname_col="group" if table.groups else None,
        id=table_id or table.fingerprint,
    )
    made = made.tab_header(title=table.title, subtitle=table.subtitle or None)
    made = made.tab_stubhead(table.stub.heading)
    for place, column in enumerate(table.columns):
        name = f"c{place}"
        made = made.cols_label({name: column.heading}).cols_align(column.align, columns=[name])
    for note in table.notes:
        made = made.tab_source_note(note)
    return _dressed(made)


def _dressed(made: GT) -> GT:
    return made.opt_table_font(font=[fonts.TABULAR, fonts.FAMILY, "sans-serif"]).tab_options(
        table_font_size="14px",
        heading_align="left",
        heading_title_font_weight="bold",
        column_labels_font_weight="bold",
        row_group_font_weight="bold",
        data_row_padding="4px",
        source_notes_font_size="12px",
        table_border_top_style="hidden",
        table_body_hlines_color="#e6eaed",
    )
