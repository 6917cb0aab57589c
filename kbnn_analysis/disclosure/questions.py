"""Which answers each measure of a codebook counts, by the measure's name."""

from __future__ import annotations

from kbnn_analysis.disclosure.released import Question
from kbnn_analysis.intake.codebook import Codebook


def questions_of(codebook: Codebook) -> dict[str, Question]:
    """Return the question of every measure of single items, and of the pools over factors.

    Parameters
    ----------
    codebook : Codebook
        The instrument.

    Returns
    -------
    dict
        Name of the measure -> :class:`~kbnn_analysis.disclosure.released.Question`. Measures of one
        item share its unknowns; a pool over several items has unknowns of its own.

    Examples
    --------
    >>> from kbnn_analysis.intake import load_codebook
    >>> asked = questions_of(load_codebook("kbnn-assumed"))["overall_treasury_two_box"]
    >>> asked.item, [code for code, weight in asked.weights.items() if weight]
    ('overall_treasury', [4, 5])
    """
    found: dict[str, Question] = {}
    for item in codebook.items:
        scale = codebook.scale_of(item.name)
        codes = sorted(scale.labels)
        boxes = {"two_box": set(scale.satisfied), "top_box": set(scale.top)}
        for rule, counted in boxes.items():
            weights = {code: float(code in counted) for code in codes}
            found[f"{item.name}_{rule}"] = Question(item.name, weights)
        scores = {code: float(code) for code in codes}
        found[f"{item.name}_mean"] = Question(item.name, scores, is_share=False)
        for level in codes:
            one = {code: float(code == level) for code in codes}
            found[f"{item.name}_level_{level}"] = Question(item.name, one)
    for pool in ("all", *codebook.factors):
        for rule in ("two_box", "top_box"):
            name = f"{pool}_{rule}"
            found.setdefault(name, Question(f"pool {name}", {0: 0.0, 1: 1.0}))
    return found
