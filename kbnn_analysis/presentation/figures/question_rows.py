"""Questions as rows of a figure: in the order of the instrument, under the name of their factor."""

from __future__ import annotations

import textwrap
from collections.abc import Collection
from dataclasses import dataclass

from matplotlib.axes import Axes

from kbnn_analysis.intake.codebook import Codebook
from kbnn_analysis.language import Language
from kbnn_analysis.presentation.figures import parts
from kbnn_analysis.presentation.wording import word

LABEL_WIDTH = 64


@dataclass(frozen=True)
class Row:
    """One line of the figure: the heading of a factor (no item), or an item."""

    text: str
    item: str | None


def question_rows(codebook: Codebook, items: Collection[str], language: Language) -> list[Row]:
    """Return the lines for the given items, each factor's name once, before all its items."""
    groups: dict[str, list[Row]] = {}
    for item in codebook.items:
        if item.name in items:
            row = Row(_short(item.label.label.text(language)), item.name)
            groups.setdefault(_factor(codebook, item.factor, language), []).append(row)
    return [line for name, rows in groups.items() for line in (Row(name, None), *rows)]


def row_height(lines: list[Row]) -> float:
    """Return the height of a line in cm: two figures of a whole form then share a printed page."""
    return 0.46 if any("\n" in line.text for line in lines) else 0.34


def figure_rows(lines: list[Row], notes: list[str]) -> int:
    """Return how many lines high a figure is, with room for long notes below it."""
    room = parts.note_rows(notes) - 1  # one row of notes has its room in every figure
    return max(len(lines), 2) + max(0, round(room * 0.52 / row_height(lines)))


def name_questions(ax: Axes, lines: list[Row]) -> None:
    """Write the names at the left, those of factors in bold."""
    ax.set_yticks(range(len(lines)), [line.text for line in lines])
    ax.set_ylim(len(lines) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0, labelsize=7.5)
    for line, label in zip(lines, ax.get_yticklabels(), strict=True):
        if line.item is None:
            label.set_fontweight("bold")
        elif "\n" in line.text:
            label.set_fontsize(6)


def _factor(codebook: Codebook, factor: str | None, language: Language) -> str:
    if factor is None or factor not in codebook.factors:
        return word("overall", language)
    return codebook.factors[factor].label.text(language)


def _short(text: str) -> str:
    return "\n".join(textwrap.wrap(text, LABEL_WIDTH, max_lines=2, placeholder=" …"))
