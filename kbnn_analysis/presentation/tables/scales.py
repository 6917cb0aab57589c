"""Tables of scales: reliability, factors, invariance, missing answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation import numbers, rows
from kbnn_analysis.presentation.headings import HEADINGS
from kbnn_analysis.presentation.tables.layout import ColumnText, TableText, as_gt
from kbnn_analysis.presentation.tables.titles import title_by_kind
from kbnn_analysis.presentation.tables.views import lay_out
from kbnn_analysis.results import Result

if TYPE_CHECKING:
    from great_tables import GT

RELIABILITY = ("n", "estimate", "interval", "share")
ITEMS = ("n", "item_rest", "alpha_dropped", "loading")
FIT = ("n", "statistic", "df", "p_value", "cfi", "tli", "rmsea", "srmr")
LOADINGS = ("estimate", "interval")
INVARIANCE = ("units", "cfi", "rmsea", "srmr", "difference", "statistic", "p_value")
ALIGNMENT = ("units", "estimate", "share", "r_squared")
MISSING = ("n", "estimate", "interval", "difference", "fmi")
_NUMBERED = Label("Nhân tố {number}", "Factor {number}")


def table_reliability(
    result: Result, *, language: Language, title: str = "", table_id: str = ""
) -> GT:
    """Return coefficients with intervals, and the share of straight lines beside them."""
    return as_gt(_titled(result, RELIABILITY, language, title), table_id)


def table_item_reliability(
    result: Result, *, language: Language, title: str = "", table_id: str = ""
) -> GT:
    """Return what each item adds to its scale."""
    return as_gt(_titled(result, ITEMS, language, title), table_id)


def table_factor_fit(
    result: Result, *, language: Language, title: str = "", table_id: str = ""
) -> GT:
    """Return how factor models fit."""
    return as_gt(_titled(result, FIT, language, title), table_id)


def table_loadings(
    result: Result, *, language: Language, title: str = "", table_id: str = ""
) -> GT:
    """Return standardized loadings and correlations of factors, with intervals."""
    return as_gt(_titled(result, LOADINGS, language, title), table_id)


def table_invariance(
    result: Result, *, language: Language, title: str = "", table_id: str = ""
) -> GT:
    """Return the levels of invariance, and what each costs in fit."""
    return as_gt(_titled(result, INVARIANCE, language, title), table_id)


def table_alignment(
    result: Result, *, language: Language, title: str = "", table_id: str = ""
) -> GT:
    """Return item by item, in how many units it differs."""
    return as_gt(_titled(result, ALIGNMENT, language, title), table_id)


def table_missing(result: Result, *, language: Language, title: str = "", table_id: str = "") -> GT:
    """Return estimates by treatment of missing answers."""
    return as_gt(_titled(result, MISSING, language, title), table_id)


def table_exploration(
    result: Result, *, language: Language, title: str = "", table_id: str = ""
) -> GT:
    """Return the loadings of ``explore_factors``: an item a row, a factor a column."""
    keys = list(dict.fromkeys(result.frame["factor"].astype(str)))
    first = [at for at, name in enumerate(result.frame["factor"].astype(str)) if name == keys[0]]
    titled = title or title_by_kind(result, language)
    base = lay_out(result, (), language=language, title=titled, order=first)
    names = rows.row_labels(result, language, ("item",))
    shown = rows.shown(result, "loading").tolist()
    values = result.frame["loading"].tolist()
    cells = [
        numbers.number(value, language) if seen else numbers.hidden(language)
        for value, seen in zip(values, shown, strict=True)
    ]
    columns = tuple(
        ColumnText(
            _NUMBERED.text(language).format(number=name),
            tuple(cells[at + place] for at in first),
        )
        for place, name in enumerate(keys)
    )
    stub = ColumnText(HEADINGS["item"].text(language), tuple(names[at] for at in first), "left")
    return as_gt(replace(base, stub=stub, groups=(), columns=columns), table_id)


def _titled(result: Result, columns: Sequence[str], language: Language, title: str) -> TableText:
    told = title or title_by_kind(result, language)
    return lay_out(result, columns, language=language, title=told)
