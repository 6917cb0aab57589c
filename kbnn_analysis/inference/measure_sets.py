"""The measures that a codebook suggests: overall, by factor, by question."""

from __future__ import annotations

from collections.abc import Sequence

from kbnn_analysis.inference.measures import (
    RULE_LABELS,
    Measure,
    Rule,
    level_share,
    mean_score,
    pooled,
    top_box,
    two_box,
)
from kbnn_analysis.intake.codebook import Codebook
from kbnn_analysis.language import Label

RULES: tuple[Rule, ...] = ("two_box", "top_box", "mean")
MAKERS = {"two_box": two_box, "top_box": top_box, "mean": mean_score}
POOLED = Label("tất cả các câu hỏi", "all questions")


def headline_measures(
    codebook: Codebook, headline: str | None = None, rules: Sequence[Rule] = RULES
) -> tuple[Measure, ...]:
    """Return the measures of the period's headline.

    Parameters
    ----------
    codebook : Codebook
    headline : str, optional
        The overall item; where there is none, all satisfaction items are pooled.
    rules : sequence of {"two_box", "top_box", "mean"}
        One measure for each.

    Returns
    -------
    tuple of Measure

    Examples
    --------
    >>> from kbnn_analysis.intake import load_codebook
    >>> book = load_codebook("kbnn-assumed")
    >>> [measure.name for measure in headline_measures(book, "overall_treasury", ["top_box"])]
    ['overall_treasury_top_box']
    """
    if headline is not None:
        return tuple(MAKERS[rule](headline) for rule in rules)
    items = [item.name for item in codebook.items_with("satisfaction")]
    items = _on_first_scale(codebook, items)
    return tuple(_pool(codebook, items, rule, "all", POOLED) for rule in rules)


def overall_measures(codebook: Codebook, rules: Sequence[Rule] = RULES) -> tuple[Measure, ...]:
    """Return the measures of every overall item, one for each rated object.

    Where there is none, all satisfaction items are pooled.
    """
    overall = codebook.items_with("overall")
    if not overall:
        return headline_measures(codebook, None, rules)
    return tuple(MAKERS[rule](item.name) for item in overall for rule in rules)


def factor_measures(codebook: Codebook, rules: Sequence[Rule] = RULES) -> tuple[Measure, ...]:
    """Return each factor's measures, pooled over its satisfaction items."""
    made: list[Measure] = []
    for factor, text in codebook.factors.items():
        items = [item.name for item in codebook.items_with("satisfaction", factor)]
        if items:
            made += [_pool(codebook, items, rule, factor, text.label) for rule in rules]
    return tuple(made)


def item_measures(
    codebook: Codebook, rules: Sequence[Rule] = ("two_box", "top_box")
) -> tuple[Measure, ...]:
    """Return the measures of every satisfaction item."""
    return tuple(
        MAKERS[rule](item.name) for item in codebook.items_with("satisfaction") for rule in rules
    )


def item_scales(codebook: Codebook) -> tuple[str, ...]:
    """Return the scales that satisfaction items use, in the order of the questionnaire."""
    return tuple(dict.fromkeys(item.scale for item in codebook.items_with("satisfaction")))


def level_measures(codebook: Codebook, scale: str) -> tuple[Measure, ...]:
    """Return the share of every answer of every satisfaction item on one scale."""
    return tuple(
        level_share(item.name, code)
        for item in codebook.items_with("satisfaction")
        if item.scale == scale
        for code in sorted(codebook.scales[scale].labels)
    )


def _pool(codebook: Codebook, items: Sequence[str], rule: Rule, name: str, label: Label) -> Measure:
    words = RULE_LABELS[rule]
    return pooled(
        items, rule, f"{name}_{rule}", Label(f"{label.vi}: {words.vi}", f"{label.en}: {words.en}")
    )


def _on_first_scale(codebook: Codebook, items: Sequence[str]) -> list[str]:
    """Keep the items that share the first one's scale: others cannot be pooled with it."""
    scale = codebook.item(items[0]).scale
    return [item for item in items if codebook.item(item).scale == scale]
