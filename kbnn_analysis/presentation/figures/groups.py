"""Units that cannot be told apart, as letters, and units that may be among the best."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from kbnn_analysis.language import Language
from kbnn_analysis.presentation import rows
from kbnn_analysis.presentation.figures import parts
from kbnn_analysis.presentation.style import BLUE, ORANGE, head, new_figure, styled
from kbnn_analysis.presentation.wording import word
from kbnn_analysis.results import BestUnits, LetterGroups


@styled
def plot_letters(
    letters: LetterGroups,
    *,
    language: Language,
    title: str = "",
    axes: tuple[Axes, Axes] | None = None,
) -> tuple[Axes, Axes]:
    """Draw estimates with intervals at the left and a column of marks for each letter.

    Units keep the order of the result; hidden ones are named under the figure.

    Parameters
    ----------
    letters : LetterGroups
        One measure and period.
    language : {"vi", "en"}
        Language of labels and numbers.
    title : str
        Title; the measure and the period where it is left out.
    axes : pair of Axes, optional
        Two axes that share their rows.

    Returns
    -------
    pair of Axes
        What was drawn on.
    """
    drawn = rows.shown(letters) & (letters.frame["letters"].fillna("") != "")
    frame = letters.frame.assign(name=rows.row_labels(letters, language, ("unit",)))[drawn]
    notes = [word("letters_mean", language), *parts.not_shown(letters, drawn, language)]
    alone = axes is None
    if axes is None:
        height = max(len(frame), 3) + parts.note_rows(notes)
        made = new_figure(height, columns=2, ratios=(1.25, 1.0))[1]
        axes = (made[0], made[1])
    left, right = axes
    parts.intervals(left, frame, np.arange(len(frame)))
    _letter_columns(right, list(frame["letters"]))
    parts.name_rows(left, list(frame["name"]))
    parts.value_axis(left, rows.kinds(letters)[0], language)
    left.set_xlabel(rows.interval_heading(letters, language))
    right.set_xlabel(rows.column_heading(letters, "letters", language))
    parts.note_below(left, notes)
    told = title or rows.title_of(letters, language)
    head(left, told, simulated=letters.simulated, whole=alone)
    return left, right


@styled
def plot_best_units(
    best: BestUnits, *, language: Language, title: str = "", ax: Axes | None = None
) -> Axes:
    """Draw estimates with intervals; units that may be among the best are diamonds.

    Units keep the order of the result: those of the set stand in no order.

    Parameters
    ----------
    best : BestUnits
        One measure and period.
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
    """
    drawn = rows.shown(best) & best.frame["included"].notna()
    frame = best.frame.assign(name=rows.row_labels(best, language, ("unit",)))[drawn]
    notes = [word("set_means", language), *parts.not_shown(best, drawn, language)]
    alone = ax is None
    ax = ax or new_figure(max(len(frame), 2) + parts.note_rows(notes))[1][0]
    inside, place = (frame["included"] > 0).to_numpy(), np.arange(len(frame))
    _marked(ax, frame, inside, place, language, last=bool(best.notes.get("last")))
    parts.name_rows(ax, list(frame["name"]))
    parts.value_axis(ax, rows.kinds(best)[0], language)
    ax.set_xlabel(rows.interval_heading(best, language))
    parts.note_below(ax, notes)
    told = title or rows.title_of(best, language)
    head(ax, told, simulated=best.simulated, whole=alone)
    return ax


def _marked(
    ax: Axes,
    frame: pd.DataFrame,
    inside: np.ndarray,
    place: np.ndarray,
    language: Language,
    *,
    last: bool,
) -> None:
    label = word("may_be_last" if last else "may_be_best", language)
    parts.intervals(ax, frame[inside], place[inside], color=ORANGE, marker="D", label=label)
    parts.intervals(ax, frame[~inside], place[~inside], label=word("others", language))
    parts.key_above(ax, columns=2)


def _letter_columns(ax: Axes, letters: list[str]) -> None:
    own = [rows.letters_of(told) for told in letters]
    used = {name for each in own for name in each}
    names = sorted(used, key=lambda name: (int(name[1:] or 0), name))
    at = {name: place for place, name in enumerate(names)}
    x = [at[letter] for each in own for letter in each]
    y = [row for row, each in enumerate(own) for _ in each]
    size = 30 if len(letters) <= 30 else 16
    ax.scatter(x, y, s=size, marker="s", color=BLUE, linewidths=0)
    ax.set_xticks(range(len(names)), names)
    ax.set_xlim(-0.8, max(len(names), 4) - 0.2)
    ax.tick_params(axis="both", length=0, labelleft=False, labelsize=8 if len(names) <= 26 else 5)
