"""What the rows of a comparison are called: units, rated objects, or groups of respondents."""

from __future__ import annotations

from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation.wording import counted
from kbnn_analysis.results import Result

NOUNS: dict[str, Label] = {
    "unit": Label("đơn vị", "unit"),
    "object": Label("đối tượng được đánh giá", "rated object"),
}
"""What the rows of a comparison are, by the column that tells them apart; others are groups."""


def noun_of(comparison: Result) -> Label:
    """Return what the rows of a comparison are called, one of them."""
    named = [name for name in comparison.by if name not in ("period", "measure", "other")]
    return NOUNS.get(named[-1] if named else "", Label("nhóm", "group"))


def counted_rows(comparison: Result, number: int, language: Language) -> str:
    """Return how many rows of a comparison: "3 units", "1 group"."""
    called = noun_of(comparison)
    return counted(number, language, called.vi, called.en)


def group_heading(comparison: Result, language: Language) -> str:
    """Return by what groups of respondents are told apart; empty for units and objects."""
    own = comparison.labels.get("column", {})
    named = [name for name in comparison.by if name in own and name not in {*NOUNS, "other"}]
    return own[named[0]].text(language) if named else ""
