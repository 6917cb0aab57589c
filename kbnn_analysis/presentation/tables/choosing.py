"""The table that fits a result: for an annex, which shows results of every kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kbnn_analysis.language import Language
from kbnn_analysis.presentation.tables import drivers, scales, views
from kbnn_analysis.presentation.tables.titles import title_by_kind
from kbnn_analysis.results import (
    BestUnits,
    Change,
    Coefficients,
    Comparison,
    Diagnosis,
    Dominance,
    Drivers,
    DriverTests,
    Estimates,
    FactorFit,
    Funnel,
    Heterogeneity,
    Invariance,
    ItemReliability,
    LetterGroups,
    Loadings,
    MissingComparison,
    PenaltyReward,
    Priorities,
    Quadrants,
    RankChange,
    Ranking,
    Reliability,
    RespondentsNeeded,
    Result,
    Shrinkage,
    Totals,
)

if TYPE_CHECKING:
    from great_tables import GT

TABLES: dict[type[Result], Callable[..., GT]] = {
    BestUnits: views.table_best_units,
    Change: views.table_change,
    Coefficients: drivers.table_coefficients,
    Comparison: views.table_comparison,
    Dominance: drivers.table_dominance,
    DriverTests: drivers.table_driver_tests,
    Drivers: drivers.table_drivers,
    Estimates: views.table_estimates,
    FactorFit: scales.table_factor_fit,
    Funnel: views.table_funnel,
    Heterogeneity: views.table_heterogeneity,
    Invariance: scales.table_invariance,
    ItemReliability: scales.table_item_reliability,
    LetterGroups: views.table_letters,
    Loadings: scales.table_loadings,
    MissingComparison: scales.table_missing,
    PenaltyReward: drivers.table_penalty_reward,
    Priorities: drivers.table_priorities,
    Quadrants: drivers.table_quadrants,
    RankChange: views.table_rank_change,
    Ranking: views.table_ranking,
    Reliability: scales.table_reliability,
    RespondentsNeeded: views.table_respondents_needed,
    Shrinkage: views.table_shrinkage,
    Totals: views.table_totals,
}


def table_of(result: Result, *, language: Language, title: str = "") -> GT:
    """Return a result as the table of its kind; one of no known kind with all its columns.

    Parameters
    ----------
    result : Result
        Disclosed where it is shared.
    language : {"vi", "en"}
        Language of headings, numbers and notes.
    title : str
        Title; told from the result where it is left out.

    Returns
    -------
    GT
        The table.
    """
    title = title or title_by_kind(result, language)
    for kind in type(result).__mro__:
        if kind in TABLES:
            return TABLES[kind](result, language=language, title=title)
    if isinstance(result, Diagnosis) and {"item", "factor"} <= set(result.by):
        return scales.table_exploration(result, language=language, title=title)
    if isinstance(result, Diagnosis) and {"driver", "other"} <= set(result.by):
        return scales.table_correlations(result, language=language, title=title)
    if isinstance(result, Diagnosis) and "eigenvalue" in result.frame:
        return scales.table_eigenvalues(result, language=language, title=title)
    return views.table_result(result, language=language, title=title)
