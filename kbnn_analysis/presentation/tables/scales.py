"""Tables of scales: reliability, factors, invariance, missing answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation import numbers, rows
from kbnn_analysis.presentation.driver_words import driver_heading
from kbnn_analysis.presentation.headings import HEADINGS
from kbnn_analysis.presentation.tables.layout import ColumnText, TableText, as_gt
from kbnn_analysis.presentation.tables.titles import title_by_kind
from kbnn_analysis.presentation.tables.views import all_columns, lay_out
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
_FACTOR = Label("Nhân tố thứ", "Factor no.")
_BASES = Label(
    "Mỗi hệ số tương quan dựa trên {low} đến {high} phiếu hợp lệ. Số ở đầu cột là số của hàng.",
    "Each correlation rests on {low} to {high} valid answers. Columns go by the number of the row.",
)
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


def table_correlations(
    result: Result, *, language: Language, title: str = "", table_id: str = ""
) -> GT:
    """Return correlations of drivers as a square: a driver a row, and its number a column."""
    names = list(dict.fromkeys(result.frame["driver"].astype(str)))
    told = title or title_by_kind(result, language)
    base = lay_out(result, (), language=language, title=told, order=range(len(names)))
    pairs = result.frame.set_index(["driver", "other"])["estimate"].where(
        rows.shown(result).to_numpy()
    )
    columns = tuple(
        ColumnText(
            str(at),
            tuple(_correlation(pairs.get((name, other)), language) for name in names),
        )
        for at, other in enumerate(names, start=1)
    )
    stubs = tuple(
        f"{at}. {rows.value_label(result, 'driver', name, language)}"
        for at, name in enumerate(names, start=1)
    )
    answers = result.frame["n"][rows.shown(result)]
    ends = {"low": answers.min(), "high": answers.max()}
    counts = {name: numbers.count(value, language) for name, value in ends.items()}
    stub = ColumnText(driver_heading("driver", language), stubs, "left")
    notes = (_BASES.text(language).format(**counts), *base.notes)
    return as_gt(replace(base, stub=stub, groups=(), columns=columns, notes=notes), table_id)


def _correlation(value: float | None, language: Language) -> str:
    shown = value is not None and not numbers.is_missing(value)
    return numbers.number(value, language) if shown else numbers.hidden(language)


def table_eigenvalues(
    result: Result, *, language: Language, title: str = "", table_id: str = ""
) -> GT:
    """Return the eigenvalues of the answers beside those of noise, the largest first."""
    told = title or title_by_kind(result, language)
    base = lay_out(result, all_columns(result), language=language, title=told)
    stub = replace(base.stub, heading=_FACTOR.text(language))
    return as_gt(replace(base, stub=stub), table_id)


def _titled(result: Result, columns: Sequence[str], language: Language, title: str) -> TableText:
    told = title or title_by_kind(result, language)
    return lay_out(result, columns, language=language, title=told)
