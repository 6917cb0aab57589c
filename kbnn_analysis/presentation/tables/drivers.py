"""Driver results as tables: importance, coefficients, quadrants, penalty and reward, priorities."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kbnn_analysis.language import Language
from kbnn_analysis.presentation import numbers, rows
from kbnn_analysis.presentation.driver_words import (
    coefficients_word,
    driver_heading,
    driver_word,
    factor_type_word,
    importance_word,
    quadrant_word,
    tests_word,
)
from kbnn_analysis.presentation.tables.cells import rank_set
from kbnn_analysis.presentation.tables.layout import ColumnText, TableText, as_gt
from kbnn_analysis.presentation.tables.views import lay_out
from kbnn_analysis.results import Result

if TYPE_CHECKING:
    from great_tables import GT

Row = dict[str, Any]
Cell = Callable[[Row, Language], str]


def _percent(column: str) -> Cell:
    return lambda row, language: numbers.percent(row[column], language)


def _number(column: str, decimals: int = 2) -> Cell:
    return lambda row, language: numbers.number(row[column], language, decimals=decimals)


def _signed(column: str) -> Cell:
    return lambda row, language: numbers.signed(row[column], language)


def _interval(low: str, high: str, kind: numbers.Kind) -> Cell:
    return lambda row, language: numbers.interval(row[low], row[high], language, kind=kind)


def _p(column: str) -> Cell:
    return lambda row, language: numbers.p_value(row[column], language)


def _count(column: str) -> Cell:
    return lambda row, language: numbers.count(row[column], language)


DRIVERS: dict[str, Cell] = {
    "n": _count("n"),
    "share": _percent("share"),
    "share_interval": _interval("share_low", "share_high", "proportion"),
    "rank_set": lambda row, language: rank_set(row["rank_low"], row["rank_high"], language),
    "stated": _number("stated"),
    "stated_rank": _number("stated_rank", 0),
}
COEFFICIENTS: dict[str, Cell] = {
    "n": _count("n"),
    "coefficient": _signed("estimate"),
    "interval": _interval("conf_low", "conf_high", "mean"),
    "p_value": _p("p_value"),
    "p_adjusted": _p("p_adjusted"),
}
QUADRANTS: dict[str, Cell] = {
    "n": _count("n"),
    "performance": _number("performance"),
    "performance_interval": _interval("performance_low", "performance_high", "mean"),
    "share": _percent("share"),
    "share_interval": _interval("share_low", "share_high", "proportion"),
    "quadrant": lambda row, language: quadrant_word(row["quadrant"], language),
    "prob_quadrant": lambda row, to: numbers.probability(row["prob_quadrant"], to),
    "quadrant_other_cut": lambda row, language: quadrant_word(row["quadrant_other_cut"], language),
}
PENALTY_REWARD: dict[str, Cell] = {
    "n": _count("n"),
    "coefficient": _signed("estimate"),
    "interval": _interval("conf_low", "conf_high", "mean"),
    "p_adjusted": _p("p_adjusted"),
    "factor_type": lambda row, language: factor_type_word(row["factor_type"], language),
}
PRIORITIES: dict[str, Cell] = {
    "n": _count("n"),
    "performance": _number("performance"),
    "share_not_satisfied": _percent("share_not_satisfied"),
    "share": _percent("share"),
    "change": _signed("estimate"),
    "interval": _interval("conf_low", "conf_high", "mean"),
}
TESTS: dict[str, Cell] = {
    "n": _count("n"),
    "statistic": _number("statistic"),
    "p_value": _p("p_value"),
    "p_adjusted": _p("p_adjusted"),
}
DOMINANCE: dict[str, Cell] = {
    "share": _percent("share"),
    "relative_weight": _percent("relative_weight"),
    "alone": _number("alone"),
    "last": _number("last"),
    "vif": _number("vif", 1),
}
_LEFT = {
    "outcome": "dropped_no_outcome", "na": "dropped_not_applicable", "missing": "dropped_missing",
}  # fmt: skip
"""Why respondents are left out of a model, and the note that counts them."""
_TEXTS = {"quadrant", "quadrant_other_cut", "factor_type"}


def table_drivers(drivers: Result, *, language: Language, title: str = "") -> GT:
    """Return the shares of the drivers with intervals, possible ranks and stated importance."""
    order = None if len(rows.varying(drivers)) > 1 else _by(drivers, "share")
    title = title or importance_word(drivers.by, language)
    return as_gt(driver_table(drivers, DRIVERS, language, title=title, order=order))


def table_coefficients(coefficients: Result, *, language: Language, title: str = "") -> GT:
    """Return the coefficients of a model with intervals and p-values."""
    title = title or coefficients_word(coefficients.notes, language)
    return as_gt(driver_table(coefficients, COEFFICIENTS, language, title=title))


def table_dominance(found: Result, *, language: Language, title: str = "") -> GT:
    """Return importance by several measures, or what drivers add to models of each size."""
    if "others" in found.by:
        return _conditional(found, language, title)
    table = driver_table(
        found, DOMINANCE, language,
        title=title or driver_word("dominance", language), order=_by(found, "share"),
    )  # fmt: skip
    over = ColumnText(
        driver_heading("dominates", language),
        tuple(_dominated(found, row, language) for row in _by(found, "share")),
        "left",
    )
    return as_gt(replace(table, columns=(*table.columns, over)))


def table_quadrants(quadrants: Result, *, language: Language, title: str = "") -> GT:
    """Return importance and performance of the drivers, their quadrants and how sure they are."""
    title = title or driver_word("quadrants", language)
    cut = driver_word(str(quadrants.notes.get("cut", "mean")), language)
    extra = (driver_word("cut_note", language, cut=cut),)
    return as_gt(driver_table(quadrants, QUADRANTS, language, title=title, extra=extra))


def table_penalty_reward(contrasts: Result, *, language: Language, title: str = "") -> GT:
    """Return penalties and rewards, grouped by driver, with the type of each."""
    title = title or driver_word("penalty_reward", language)
    return as_gt(driver_table(contrasts, PENALTY_REWARD, language, title=title))


def table_priorities(priorities: Result, *, language: Language, title: str = "") -> GT:
    """Return the priority table, the largest predicted difference first."""
    title = title or driver_word("priorities", language)
    moving = numbers.percent(float(priorities.notes.get("moving", 0.1)), language, decimals=0)
    extra = (driver_word("moving", language, moving=moving),)
    order = _by(priorities, "estimate")
    return as_gt(
        driver_table(priorities, PRIORITIES, language, title=title, extra=extra, order=order)
    )


def table_driver_tests(tests: Result, *, language: Language, title: str = "") -> GT:
    """Return tests by driver, and of all drivers together in the last row."""
    title = title or tests_word(tests.notes, language)
    joint = tests.notes.get("joint") == "smallest"
    extra = (driver_word("smallest", language),) if joint else ()
    return as_gt(driver_table(tests, TESTS, language, title=title, extra=extra))


def driver_table(
    result: Result,
    cells: dict[str, Cell],
    language: Language,
    *,
    title: str,
    extra: tuple[str, ...] = (),
    order: Sequence[int] | None = None,
) -> TableText:
    """Lay a driver result out as text: the given cells, and what must be said under them.

    Parameters
    ----------
    result : Result
        A driver result.
    cells : dict
        Heading -> how its cell is written; those whose columns the result lacks are left out.
    language : {"vi", "en"}
        Language of headings, numbers and notes.
    title : str
        Title; outcome and period stand below it.
    extra : tuple of str
        Notes before the usual ones.
    order : sequence of int, optional
        Rows to show, in this order.

    Returns
    -------
    TableText
        The table before it takes a form.
    """
    base = lay_out(result, (), language=language, title=title, order=order)
    picked = list(range(len(result.frame))) if order is None else list(order)
    records, hidden = rows.records(result), rows.hidden(result).tolist()
    columns = []
    for name, cell in cells.items():
        if not _has(name, result):
            continue
        texts = tuple(
            numbers.hidden(language) if hidden[at] else cell(records[at], language) for at in picked
        )
        heading = driver_heading(name, language)
        columns.append(ColumnText(heading, texts, "left" if name in _TEXTS else "right"))
    stub = replace(base.stub, heading=driver_heading(result.by[-1], language))
    notes = (*extra, *case_notes(result, language), *base.notes)
    return replace(
        base, subtitle=subtitle_of(result, language), stub=stub, columns=tuple(columns), notes=notes
    )


def subtitle_of(result: Result, language: Language) -> str:
    """Return what all rows share: outcome and period."""
    told = [
        rows.value_label(result, column, str(result.frame[column].iloc[0]), language)
        for column in ("outcome", "period")
        if column in result.by
        and result.frame[column].nunique() == 1
        and not (column == "period" and result.notes.get("by") == "period")
    ]
    if told:
        told[0] += rows.of_groups(result, language)
    return ", ".join(told)


def case_notes(result: Result, language: Language) -> tuple[str, ...]:
    """Return who is in the model, and that no cause is claimed."""
    notes = result.notes
    if "respondents_in_model" not in notes:
        return (driver_word("no_cause", language),)
    left = [
        driver_word(f"left {name}", language, count=numbers.count(float(notes[key]), language))
        for name, key in _LEFT.items()
        if notes[key]
    ]
    told = driver_word(
        "cases",
        language,
        used=numbers.count(float(notes["respondents_in_model"]), language),
        all=numbers.count(float(notes["respondents"]), language),
        left=driver_word("left out", language, parts=", ".join(left)) if left else "",
    )
    return driver_word("no_cause", language), f"{told}."


def _conditional(found: Result, language: Language, title: str) -> GT:
    """Return a driver a row, a number of other drivers a column."""
    records, hidden = rows.records(found), rows.hidden(found).tolist()
    drivers = list(dict.fromkeys(found.frame["driver"].astype(str)))
    first = [found.frame["driver"].astype(str).tolist().index(name) for name in drivers]
    base = driver_table(
        found, {}, language, title=title or driver_word("conditional", language), order=first
    )
    sizes = list(dict.fromkeys(found.frame["others"].astype(str)))
    cells = [
        numbers.hidden(language) if out else numbers.number(row["estimate"], language)
        for row, out in zip(records, hidden, strict=True)
    ]
    columns = tuple(
        ColumnText(
            driver_word("beside", language, size=size), tuple(cells[at + place] for at in first)
        )
        for place, size in enumerate(sizes)
    )
    names = tuple(rows.value_label(found, "driver", name, language) for name in drivers)
    stub = ColumnText(driver_heading("driver", language), names, "left")
    return as_gt(replace(base, stub=stub, groups=(), columns=columns))


def _dominated(found: Result, row: int, language: Language) -> str:
    if rows.hidden(found).iloc[row]:
        return numbers.hidden(language)
    return rows.names_of(found, "driver", str(found.frame["dominates"].iloc[row]), language)


def _has(name: str, result: Result) -> bool:
    source = {
        "share_interval": "share_low", "performance_interval": "performance_low",
        "interval": "conf_low", "rank_set": "rank_low", "coefficient": "estimate",
        "change": "estimate",
    }.get(name, name)  # fmt: skip
    return source in result.frame


def _by(result: Result, column: str) -> list[int]:
    values = result.frame[column].where(rows.shown(result, column))
    return [int(row) for row in values.sort_values(ascending=False, kind="stable").index]
