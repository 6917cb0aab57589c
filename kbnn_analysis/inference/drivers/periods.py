"""Which drivers several periods can be compared on: those that were asked alike in all of them."""

from __future__ import annotations

from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference.grouping import attribute_levels
from kbnn_analysis.intake.stacking import PERIOD
from kbnn_analysis.intake.survey import Survey
from kbnn_analysis.results.breaks import SEVERE


def comparable_drivers(survey: Survey, outcome: str) -> tuple[str, ...]:
    """Return the factors whose shares may be compared between periods.

    Parameters
    ----------
    survey : Survey
        Several periods, stacked.
    outcome : str
        The overall item.

    Returns
    -------
    tuple of str
        Factors whose items were all asked in the same words, on the same answers, and answered, in
        every period. None where the outcome was not, where the questionnaire was another, or who
        was asked, how, or what is counted; none where fewer than two are left: the share of one
        is 1.

    Raises
    ------
    UsageError
        If the survey holds one period.
    """
    if not survey.periods:
        raise UsageError("these are the answers of one period; stack it with earlier ones.")
    if any(each.reason in SEVERE and not each.items for each in survey.breaks):
        return ()
    changed = {item for each in survey.breaks for item in each.items}
    answered = survey.scores.notna().groupby(attribute_levels(survey, PERIOD)[0]).any().all()
    alike = {str(name) for name in answered.index[answered]} - changed
    if outcome not in alike:
        return ()
    book = survey.codebook
    items = {name: [i.name for i in book.items_with("satisfaction", name)] for name in book.factors}
    asked = {name: [i for i in own if i in survey.scores] for name, own in items.items()}
    kept = tuple(name for name, own in asked.items() if own and alike >= set(own))
    return kept if len(kept) > 1 else ()
