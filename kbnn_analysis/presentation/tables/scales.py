"""Tables of scales: reliability, factors, invariance, missing answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kbnn_analysis.language import Language
from kbnn_analysis.presentation.tables.layout import as_gt
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


def table_reliability(
    result: Result, *, language: Language, title: str = "", table_id: str = ""
) -> GT:
    """Return coefficients with intervals, and the share of straight lines beside them."""
    return as_gt(lay_out(result, RELIABILITY, language=language, title=title), table_id)


def table_item_reliability(
    result: Result, *, language: Language, title: str = "", table_id: str = ""
) -> GT:
    """Return what each item adds to its scale."""
    return as_gt(lay_out(result, ITEMS, language=language, title=title), table_id)


def table_factor_fit(
    result: Result, *, language: Language, title: str = "", table_id: str = ""
) -> GT:
    """Return how factor models fit."""
    return as_gt(lay_out(result, FIT, language=language, title=title), table_id)


def table_loadings(
    result: Result, *, language: Language, title: str = "", table_id: str = ""
) -> GT:
    """Return standardized loadings and correlations of factors, with intervals."""
    return as_gt(lay_out(result, LOADINGS, language=language, title=title), table_id)


def table_invariance(
    result: Result, *, language: Language, title: str = "", table_id: str = ""
) -> GT:
    """Return the levels of invariance, and what each costs in fit."""
    return as_gt(lay_out(result, INVARIANCE, language=language, title=title), table_id)


def table_alignment(
    result: Result, *, language: Language, title: str = "", table_id: str = ""
) -> GT:
    """Return item by item, in how many units it differs."""
    return as_gt(lay_out(result, ALIGNMENT, language=language, title=title), table_id)


def table_missing(result: Result, *, language: Language, title: str = "", table_id: str = "") -> GT:
    """Return estimates by treatment of missing answers."""
    return as_gt(lay_out(result, MISSING, language=language, title=title), table_id)
