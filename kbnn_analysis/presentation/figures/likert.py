"""How answers spread over the levels of the scale: stacked bars, one for each question."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb

from kbnn_analysis.errors import UsageError
from kbnn_analysis.intake.codebook import Codebook
from kbnn_analysis.language import Language
from kbnn_analysis.presentation import numbers, rows
from kbnn_analysis.presentation.figures import parts
from kbnn_analysis.presentation.figures.question_rows import (
    figure_rows,
    name_questions,
    question_rows,
    row_height,
)
from kbnn_analysis.presentation.style import INK, LIKERT, PAPER, head, new_figure, styled
from kbnn_analysis.presentation.wording import word
from kbnn_analysis.results import Estimates

LEAST_LABELLED = 0.055  # a narrower piece has no room for its number


@styled
def plot_likert(
    estimates: Estimates,
    codebook: Codebook,
    *,
    language: Language,
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw the share of every answer level, a bar for each question, grouped by factor.

    Parameters
    ----------
    estimates : Estimates
        Shares of single answer levels: each measure has one item and a rule "level <code>".
    codebook : Codebook
        Gives the wording and the order of questions and levels.
    language : {"vi", "en"}
        Language of labels and numbers.
    title : str
        Title; the measure and the period where it is left out.
    ax : Axes, optional
        Where to draw.

    Returns
    -------
    Axes
        What was drawn on. A question with a hidden level is left out and named below.

    Raises
    ------
    UsageError
        If no measure is the share of an answer level.
    """
    shares = level_shares(estimates)
    complete = shares[shares.notna().all(axis=1)]
    lines = question_rows(codebook, set(complete.index), language)
    notes = _left_out(estimates, shares, codebook, language)
    alone = ax is None
    ax = ax or new_figure(figure_rows(lines, notes), row_height=row_height(lines))[1][0]
    levels = sorted(shares.columns)
    left = np.zeros(len(lines))
    for level, color in zip(levels, level_colors(len(levels)), strict=True):
        width = np.array([complete[level].get(line.item, 0.0) for line in lines])
        label = codebook.scale_of(str(shares.index[0])).labels[int(level)].label.text(language)
        ax.barh(
            range(len(lines)),
            width,
            left=left,
            height=0.72,
            color=color,
            label=label,
            edgecolor=PAPER,
            linewidth=0.6,
        )
        _write(ax, left, width, color, language)
        left = left + width
    name_questions(ax, lines)
    ax.set_xlim(0, 1)
    ax.grid(visible=False)
    parts.value_axis(ax, "proportion", language)
    parts.key_above(ax, columns=len(levels))
    parts.note_below(ax, notes)
    told = title or rows.title_of(estimates, language)
    head(ax, told, simulated=estimates.simulated, whole=alone)
    return ax


def _left_out(
    estimates: Estimates, shares: pd.DataFrame, codebook: Codebook, language: Language
) -> list[str]:
    """Name the questions without a bar, each once, and the reason where there is one alone."""
    left = set(shares.index[shares.isna().any(axis=1)])
    names = [line.text for line in question_rows(codebook, left, language) if line.item]
    if not names:
        return []
    reasons = set(rows.reasons(estimates, language)) - {""}
    why = f" ({reasons.pop()})" if len(reasons) == 1 else ""
    told = parts.named([" ".join(name.split()) for name in names], language)
    return [f"{word('not_drawn', language)}{why}: {told}."]


def level_shares(estimates: Estimates) -> pd.DataFrame:
    """Return the shares as items by levels; a hidden or missing share is missing.

    Raises
    ------
    UsageError
        If no measure is the share of an answer level.
    """
    found = {
        name: (info.items[0], int(match.group(1)))
        for name, info in estimates.measures.items()
        if len(info.items) == 1 and (match := re.fullmatch(r"level[ _:-]?(\d+)", info.rule))
    }
    frame = estimates.frame[estimates.frame["measure"].isin(found)]
    if frame.empty:
        raise UsageError('plot_likert needs measures of answer levels (rule "level <code>").')
    items, levels = zip(*(found[str(name)] for name in frame["measure"]), strict=True)
    values = frame["estimate"].where(rows.shown(estimates)[frame.index])
    return (
        pd.DataFrame({"item": items, "level": levels, "share": values.to_numpy()})
        .pivot_table(index="item", columns="level", values="share", aggfunc="first", dropna=False)
        .reindex(columns=sorted(set(levels)))
    )


def level_colors(levels: int) -> list[str]:
    """Return ordered colours, warm to cool, spread over the number of levels."""
    picked = np.linspace(0, len(LIKERT) - 1, levels).round().astype(int)
    if levels > len(LIKERT):
        raise UsageError(f"A stacked bar shows up to {len(LIKERT)} answer levels, got {levels}.")
    return [LIKERT[at] for at in picked]


def _write(ax: Axes, left: np.ndarray, width: np.ndarray, color: str, language: Language) -> None:
    ink = PAPER if np.dot(to_rgb(color), (0.299, 0.587, 0.114)) < 0.5 else INK
    for at, (start, size) in enumerate(zip(left, width, strict=True)):
        if size >= LEAST_LABELLED:
            text = numbers.percent(size, language, decimals=0).rstrip("%")
            ax.text(start + size / 2, at, text, ha="center", va="center", fontsize=7, color=ink)
