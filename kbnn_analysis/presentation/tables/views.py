"""Which columns of a result the reader sees, in which order and with which notes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from kbnn_analysis.language import Language
from kbnn_analysis.presentation import numbers, rows
from kbnn_analysis.presentation.change_words import change_title, shared_note
from kbnn_analysis.presentation.narrative.method import method_sentences
from kbnn_analysis.presentation.tables.cells import column_cells
from kbnn_analysis.presentation.tables.explaining import notes_of_models
from kbnn_analysis.presentation.tables.layout import ColumnText, TableText, as_gt
from kbnn_analysis.presentation.tables.naming import names_and_groups
from kbnn_analysis.presentation.wording import listing, word
from kbnn_analysis.results import Result

if TYPE_CHECKING:
    from great_tables import GT

ESTIMATES = ("n", "estimate", "interval")
RANKING = ("n", "estimate", "interval", "rank_set")
COMPARISON = ("difference", "interval", "p_adjusted", "p_equivalence")
LETTERS = ("n", "estimate", "interval", "letters")
BEST = ("n", "estimate", "interval", "included")
SHRINKAGE = ("n", "direct", "estimate", "interval", "rank_set", "prob_best", "prob_top")
FUNNEL = ("n", "estimate", "target", "limits", "p_adjusted", "band")
HETEROGENEITY = (
    "units", "tau", "tau_interval", "i_squared", "icc", "prediction", "statistic", "p_value",
)  # fmt: skip
CHANGE = ("n", "n_earlier", "estimate_earlier", "estimate", "difference", "interval", "p_adjusted",
          "shrunken", "regression", "reason")  # fmt: skip
RANK_CHANGE = ("n", "n_earlier", "rank_set_earlier", "rank_set", "moved", "reason")
NEEDED = ("n", "estimate", "difference", "n_needed")
PRECISION = ("n", "n_eff", "deff", "df", "std_error", "interval")
RELIABILITY = ("n", "direct", "estimate", "reliability", "n_needed")


def table_estimates(
    estimates: Result, *, language: Language, title: str = "", table_id: str = ""
) -> GT:
    """Return a table of estimates with their intervals, in the order of the result."""
    return as_gt(lay_out(estimates, ESTIMATES, language=language, title=title), table_id)


def table_precision(
    estimates: Result, *, language: Language, title: str = "", table_id: str = ""
) -> GT:
    """Return what each interval rests on: effective answers, design effect, degrees of freedom."""
    return as_gt(lay_out(estimates, PRECISION, language=language, title=title), table_id)


def table_totals(totals: Result, *, language: Language, title: str = "", table_id: str = "") -> GT:
    """Return how many people meet each measure, with intervals, in the order of the result."""
    return as_gt(lay_out(totals, ESTIMATES, language=language, title=title), table_id)


def table_ranking(
    ranking: Result, *, language: Language, title: str = "", table_id: str = ""
) -> GT:
    """Return a ranking with its rank intervals; hidden and unranked units stand apart, below."""
    table = lay_out(ranking, RANKING, language=language, title=title, order=ranking_order(ranking))
    return as_gt(table, table_id)


def table_comparison(
    comparison: Result, *, language: Language, title: str = "", table_id: str = ""
) -> GT:
    """Return differences with their intervals and adjusted p-values."""
    return as_gt(lay_out(comparison, COMPARISON, language=language, title=title), table_id)


def table_letters(
    letters: Result, *, language: Language, title: str = "", table_id: str = ""
) -> GT:
    """Return estimates with their letters, units in their own order: letters are no ranking."""
    return as_gt(lay_out(letters, LETTERS, language=language, title=title), table_id)


def table_best_units(
    best: Result, *, language: Language, title: str = "", table_id: str = ""
) -> GT:
    """Return which units may be among the best, in their own order: a set has none."""
    return as_gt(lay_out(best, BEST, language=language, title=title), table_id)


def table_change(change: Result, *, language: Language, title: str = "", table_id: str = "") -> GT:
    """Return both levels, the change with its interval, and what is not comparable and why."""
    told = title or change_title(change, language)
    return as_gt(lay_out(change, CHANGE, language=language, title=told), table_id)


def table_rank_change(
    change: Result, *, language: Language, title: str = "", table_id: str = ""
) -> GT:
    """Return the rank intervals of both periods and by how many places units may have moved."""
    told = title or change_title(change, language)
    return as_gt(lay_out(change, RANK_CHANGE, language=language, title=told), table_id)


def table_shrinkage(
    shrinkage: Result, *, language: Language, title: str = "", table_id: str = ""
) -> GT:
    """Return shrunken estimates with posterior ranks and probabilities; units by estimate."""
    order = ranking_order(shrinkage)
    table = lay_out(shrinkage, SHRINKAGE, language=language, title=title, order=order)
    return as_gt(table, table_id)


def table_unit_reliability(
    shrinkage: Result, *, language: Language, title: str = "", table_id: str = ""
) -> GT:
    """Return how far each unit's own answers can be relied on; units in their own order."""
    return as_gt(lay_out(shrinkage, RELIABILITY, language=language, title=title), table_id)


def table_funnel(funnel: Result, *, language: Language, title: str = "", table_id: str = "") -> GT:
    """Return units against their control limits, in their own order: a funnel is no ranking."""
    return as_gt(lay_out(funnel, FUNNEL, language=language, title=title), table_id)


def table_heterogeneity(
    found: Result, *, language: Language, title: str = "", table_id: str = ""
) -> GT:
    """Return how much units differ beyond chance, a row for each measure and period."""
    return as_gt(lay_out(found, HETEROGENEITY, language=language, title=title), table_id)


def table_respondents_needed(
    needed: Result, *, language: Language, title: str = "", table_id: str = ""
) -> GT:
    """Return how many answers would settle each difference; no rows where none may be told."""
    order = None if rows.shown(needed, "n_needed").any() else ()
    return as_gt(lay_out(needed, NEEDED, language=language, title=title, order=order), table_id)


def table_diagnosis(
    diagnosis: Result, *, language: Language, title: str = "", table_id: str = ""
) -> GT:
    """Return what was found in the data, all columns of the result."""
    return table_result(diagnosis, language=language, title=title, table_id=table_id)


def table_result(result: Result, *, language: Language, title: str = "", table_id: str = "") -> GT:
    """Return any result with all its columns, an interval in one column."""
    return as_gt(lay_out(result, all_columns(result), language=language, title=title), table_id)


def lay_out(
    result: Result,
    columns: Sequence[str],
    *,
    language: Language,
    title: str = "",
    order: Sequence[int] | None = None,
) -> TableText:
    """Lay a result out as text.

    Parameters
    ----------
    result : Result
        What is shown.
    columns : sequence of str
        Columns of the vocabulary; "interval" and "rank_set" join two of them. Those that the
        result does not have are left out.
    language : {"vi", "en"}
        Language of headings, numbers and notes.
    title : str
        Title; the measure and the period where it is left out.
    order : sequence of int, optional
        Rows to show, in this order.

    Returns
    -------
    TableText
        The table before it takes a form.
    """
    picked = range(len(result.frame)) if order is None else order
    names, groups = names_and_groups(result, language)
    take = _picker(picked)
    parts = [
        ColumnText(column.heading, take(column.cells), column.align)
        for column in column_cells(result, columns, language)
    ]
    return TableText(
        title=title or rows.title_of(result, language),
        subtitle="",
        stub=ColumnText(
            rows.column_heading(result, rows.varying(result)[-1], language),
            take(names),
            "left",
        ),
        columns=tuple(parts),
        groups=take(groups) if groups else (),
        notes=notes_of(result, columns, language),
    )


def ranking_order(ranking: Result) -> list[int]:
    """Return the rows by estimate, best first; those without a rank follow in their own order."""
    ranked = rows.shown(ranking) & ranking.frame["rank_low"].notna()
    estimate = ranking.frame["estimate"].where(ranked).to_numpy(dtype=float)
    sign = -1.0 if rows.high_is_best(ranking) else 1.0
    return [int(row) for row in np.argsort(sign * estimate, kind="stable")]  # NaN sorts last


def all_columns(result: Result) -> tuple[str, ...]:
    """Return the columns of a result for a reader: pairs joined, flags told in the cells."""
    joined = {"conf_low": "interval", "rank_low": "rank_set"}
    dropped = {"conf_high", "rank_high", "suppressed", "suppressed_reason", "display", "band"}
    own = [str(name) for name in result.frame.columns[len(result.by) :]]
    return tuple(joined.get(name, name) for name in own if name not in dropped)


def notes_of(result: Result, columns: Sequence[str], language: Language) -> tuple[str, ...]:
    """Return the notes under a table: what columns mean, the method, hidden rows, the source."""
    has_base = "n" in columns and {"n", "estimate"} <= set(result.frame)
    notes = [word("n_means", language)] if has_base else []
    if "rank_set" in columns and not rows.is_posterior(result):
        notes.append(word("rank_means", language))
    if "regression" in columns and "regression" in result.frame:
        notes.append(word("regression_means", language))
    if "reason" in columns and shared_note(result, language):
        notes.append(shared_note(result, language))
    if "moved" in columns:
        notes.append(word("moved_means", language))
    if "difference" in columns and "proportion" in rows.kinds(result):
        notes.append(word("difference_points", language))
    notes += notes_of_models(result, columns, language)
    notes += method_sentences(result, language)
    notes += _hidden_notes(result, language)
    if result.simulated:
        notes.append(word("source_simulated", language))
    return tuple(notes)


def _hidden_notes(result: Result, language: Language) -> list[str]:
    hidden = rows.hidden(result)
    if not hidden.any():
        return []
    told = listing(sorted(set(rows.reasons(result, language)) - {""}), language)
    mark = numbers.hidden(language).capitalize()
    return [f"{mark}: {told}." if told else f"{mark}."]


def _picker(order: Sequence[int]) -> Callable[[Sequence[str]], tuple[str, ...]]:
    return lambda cells: tuple(cells[row] for row in order)
