"""Questions by factor: satisfied or very satisfied beside very satisfied."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from kbnn_analysis.errors import UsageError
from kbnn_analysis.intake.codebook import Codebook
from kbnn_analysis.language import Language
from kbnn_analysis.presentation import rows
from kbnn_analysis.presentation.figures import parts
from kbnn_analysis.presentation.figures.question_rows import (
    figure_rows,
    name_questions,
    question_rows,
    row_height,
)
from kbnn_analysis.presentation.style import BLUE, ORANGE, head, new_figure, styled
from kbnn_analysis.presentation.wording import word
from kbnn_analysis.results import Estimates

BOXES = {"two_box": ("o", BLUE), "top_box": ("D", ORANGE)}


@styled
def plot_items(
    estimates: Estimates,
    codebook: Codebook,
    *,
    language: Language,
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw both shares of each question with their intervals, grouped by factor.

    Parameters
    ----------
    estimates : Estimates
        Measures of the rules two-box and top-box of single items, one period, no other groups.
    codebook : Codebook
        Gives the wording, the order and the factor of the questions.
    language : {"vi", "en"}
        Language of labels and numbers.
    title : str
        Title; the measure and the period where it is left out.
    ax : Axes, optional
        Where to draw.

    Returns
    -------
    Axes
        What was drawn on.

    Raises
    ------
    UsageError
        If no measure is the two-box or top-box share of one item.
    """
    frame = box_frame(estimates)
    lines = question_rows(codebook, set(frame["item"]), language)
    notes = parts.not_shown(estimates, rows.shown(estimates), language)
    alone = ax is None
    ax = ax or new_figure(figure_rows(lines, notes), row_height=row_height(lines))[1][0]
    place = {line.item: at for at, line in enumerate(lines)}
    for rule, (marker, color) in BOXES.items():
        chosen = frame[(frame["rule"] == rule) & frame["estimate"].notna()]
        where = chosen["item"].map(place).to_numpy(dtype=float)
        parts.intervals(ax, chosen, where, color=color, marker=marker, label=word(rule, language))
    name_questions(ax, lines)
    parts.value_axis(ax, "proportion", language)
    ax.set_xlabel(rows.interval_heading(estimates, language))
    parts.key_above(ax, columns=2)
    parts.note_below(ax, notes)
    told = title or rows.title_of(estimates, language)
    head(ax, told, simulated=estimates.simulated, whole=alone)
    return ax


def box_frame(estimates: Estimates) -> pd.DataFrame:
    """Return the rows of the two shares, with their item and rule.

    Raises
    ------
    UsageError
        If there is none.
    """
    found = {
        name: (info.items[0], box_of(info.rule))
        for name, info in estimates.measures.items()
        if len(info.items) == 1 and box_of(info.rule)
    }
    frame = estimates.frame[estimates.frame["measure"].isin(found)]
    if frame.empty:
        raise UsageError(
            "plot_items needs two-box or top-box measures of single items; "
            f"got {', '.join(estimates.frame['measure'].unique())}."
        )
    items, rules = zip(*(found[str(name)] for name in frame["measure"]), strict=True)
    return frame.assign(item=items, rule=rules)


def box_of(rule: str) -> str:
    """Return which share a rule is: "two_box", "top_box", or neither ("")."""
    plain = rule.lower().replace("-", "_").replace(" ", "_")
    if plain.startswith(("two_box", "top_two_box")):
        return "two_box"
    return "top_box" if plain.startswith("top_box") else ""
