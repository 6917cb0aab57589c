"""What the columns of a model's result mean, as notes under its table."""

from __future__ import annotations

from collections.abc import Sequence

from kbnn_analysis.language import Language
from kbnn_analysis.presentation.needed_words import needed_note
from kbnn_analysis.presentation.wording import word
from kbnn_analysis.results import (
    BestUnits,
    Funnel,
    Heterogeneity,
    LetterGroups,
    RespondentsNeeded,
    Result,
    Shrinkage,
    Totals,
)


def notes_of_models(result: Result, columns: Sequence[str], language: Language) -> list[str]:
    """Return what must be said beside a posterior, a funnel, a spread or a number needed."""
    if isinstance(result, Shrinkage):
        reliable = [needed_note(result, language)] if "reliability" in columns else []
        return [word("posterior_means", language), *reliable]
    if isinstance(result, Funnel):
        return [word("limits_mean", language)]
    if isinstance(result, Heterogeneity):
        return [word("spread_means", language)]
    if isinstance(result, Totals):
        return [word("totals_mean", language)]
    if isinstance(result, LetterGroups):
        return [word("letters_mean", language)]
    if isinstance(result, BestUnits):
        return [word("set_means", language)]
    if isinstance(result, RespondentsNeeded):
        return [needed_note(result, language)]
    return []
