"""What the columns of a model's result mean, as notes under its table."""

from __future__ import annotations

from kbnn_analysis.language import Language
from kbnn_analysis.presentation import numbers, rows
from kbnn_analysis.presentation.wording import word
from kbnn_analysis.results import (
    BestUnits,
    Funnel,
    Heterogeneity,
    LetterGroups,
    RespondentsNeeded,
    Result,
    Totals,
)


def notes_of_models(result: Result, language: Language) -> list[str]:
    """Return what must be said beside a posterior, a funnel, a spread or a number needed."""
    if rows.is_posterior(result):
        return [word("posterior_means", language)]
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
        if not rows.shown(result, "difference").any():
            return []  # the reference has no figure of its own: it is not named either
        reference = rows.value_label(result, "unit", str(result.notes["reference"]), language)
        power = numbers.percent(float(result.notes["power"]), language, decimals=0)
        return [word("needed_means", language, reference=reference, power=power)]
    return []
