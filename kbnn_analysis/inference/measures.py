"""Makers of measures: share satisfied, share very satisfied, mean, one answer, pooled items."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from kbnn_analysis.errors import UsageError, check_one_of
from kbnn_analysis.inference.measure import Measure
from kbnn_analysis.inference.rules import RULE_LABELS, RULE_VERSIONS, Quotient, Rule
from kbnn_analysis.language import Label

__all__ = [
    "RULE_LABELS",
    "RULE_VERSIONS",
    "Measure",
    "Quotient",
    "Rule",
    "level_share",
    "mean_score",
    "pooled",
    "top_box",
    "two_box",
]


def two_box(item: str) -> Measure:
    """Return the share of valid answers that the codebook counts as satisfied.

    Parameters
    ----------
    item : str
        Item of the codebook.

    Returns
    -------
    Measure
        A proportion.

    Examples
    --------
    >>> two_box("overall_treasury").name
    'overall_treasury_two_box'
    """
    return Measure(f"{item}_two_box", "two_box", (item,))


def top_box(item: str) -> Measure:
    """Return the share of valid answers at the top of the scale.

    Parameters
    ----------
    item : str
        Item of the codebook.

    Returns
    -------
    Measure
        A proportion.

    Examples
    --------
    >>> top_box("overall_treasury").rule
    'top_box'
    """
    return Measure(f"{item}_top_box", "top_box", (item,))


def mean_score(item: str) -> Measure:
    """Return the mean of the valid scores.

    Parameters
    ----------
    item : str
        Item of the codebook.

    Returns
    -------
    Measure
        A mean on the item's own scale.

    Examples
    --------
    >>> mean_score("overall_treasury").version
    '1'
    """
    return Measure(f"{item}_mean", "mean", (item,))


def level_share(item: str, code: int) -> Measure:
    """Return the share of valid answers that chose one answer of the scale.

    Parameters
    ----------
    item : str
        Item of the codebook.
    code : int
        Code of the answer, in the codebook's direction.

    Returns
    -------
    Measure
        A proportion.

    Examples
    --------
    >>> level_share("overall_treasury", 3).name
    'overall_treasury_level_3'
    """
    return Measure(f"{item}_level_{code}", "level", (item,), code=code)


def pooled(items: Sequence[str], rule: Rule, name: str, label: Label) -> Measure:
    """Return a rule over the answers to several items together.

    Each valid answer counts once, whoever gave it: the quotient of all satisfied answers and all
    valid answers. A respondent who answered more items weighs more than in a mean of means.

    Parameters
    ----------
    items : sequence of str
        Items of one scale.
    rule : {"two_box", "top_box", "mean"}
        Rule for each answer.
    name : str
        Value in the column ``measure``.
    label : Label
        What it is called in both languages.

    Returns
    -------
    Measure
        A proportion or a mean.

    Raises
    ------
    UsageError
        If there is no item, an item is repeated, or the rule is unknown.

    Examples
    --------
    >>> pooled(["time_on_time", "time_waiting"], "mean", "time", Label("thời gian", "time")).pools
    True
    """
    check_one_of("rule", rule, get_args(Rule))
    if not items or len(set(items)) != len(items):
        raise UsageError(f"`items` of {name!r} must name at least one item, each once.")
    return Measure(name, rule, tuple(items), label)
