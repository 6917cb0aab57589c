"""Answers that there are beside the answers that it would take, for each unit."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from kbnn_analysis.language import Language
from kbnn_analysis.presentation import numbers, rows
from kbnn_analysis.presentation.figures import parts
from kbnn_analysis.presentation.needed_words import needed_note
from kbnn_analysis.presentation.style import BLUE, MUTED, ORANGE, head, new_figure, styled
from kbnn_analysis.presentation.wording import word
from kbnn_analysis.results import RespondentsNeeded, Shrinkage

MOST = 1e6  # beyond it no survey settles anything: drawn as an arrow at the edge


@styled
def plot_respondents_needed(
    needed: RespondentsNeeded | Shrinkage,
    *,
    language: Language,
    title: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw a row for each unit: an open dot at its answers, a mark at those it would need.

    Units keep the order of the result: in the order of what they need they would be a ranking.

    Parameters
    ----------
    needed : RespondentsNeeded or Shrinkage
        Answers to settle a difference from the reference, or to be reliable; one measure.
    language : {"vi", "en"}
        Language of labels and numbers.
    title : str
        Title; the measure and the period where it is left out.
    ax : Axes, optional
        Where to draw; a figure of the right height is made where it is left out.

    Returns
    -------
    Axes
        What was drawn on.
    """
    drawn = rows.shown(needed, "n_needed") & needed.frame["n"].notna()
    frame = needed.frame.assign(name=rows.row_labels(needed, language, ("unit",)))[drawn]
    beyond = bool((frame["n_needed"] > MOST).any())
    notes = [needed_note(needed, language), word("needed_beyond", language) if beyond else ""]
    reference = needed.frame["unit"] == str(needed.notes.get("reference"))
    notes += parts.not_shown(needed, drawn | reference, language)
    alone = ax is None
    ax = ax or new_figure(max(len(frame), 2) + parts.note_rows(notes))[1][0]
    _marks(ax, frame, language)
    parts.name_rows(ax, list(frame["name"]))
    _axis(ax, frame, language)
    if len(frame):
        parts.key_above(ax, columns=3)
    parts.note_below(ax, notes)
    told = title or rows.title_of(needed, language)
    head(ax, told, simulated=needed.simulated, whole=alone)
    return ax


def _marks(ax: Axes, frame: pd.DataFrame, language: Language) -> None:
    place, has = np.arange(len(frame)), frame["n"].to_numpy(dtype=float)
    needs = np.fmax(frame["n_needed"].to_numpy(dtype=float), 1.0)
    edge, enough = np.fmin(needs, MOST), has >= needs
    ax.hlines(place, np.fmin(has, edge), np.fmax(has, edge), color=MUTED, linewidth=0.9, zorder=1.5)
    kinds = (
        (enough, "D", BLUE, "needed_enough"),
        (~enough & (needs <= MOST), "D", ORANGE, "needed_more"),
        (needs > MOST, ">", ORANGE, ""),
    )
    size = 26 if len(frame) <= 30 else 14
    ax.scatter(
        has, place, s=size, facecolors="white", edgecolors=MUTED, linewidths=0.9, zorder=3,
        label=word("needed_has", language),
    )  # fmt: skip
    for rows_, marker, color, key in kinds:
        if rows_.any():
            ax.scatter(
                edge[rows_], place[rows_], s=size, marker=marker, color=color, linewidths=0,
                zorder=2.5, label=word(key, language) if key else None,
            )  # fmt: skip


def _axis(ax: Axes, frame: pd.DataFrame, language: Language) -> None:
    ax.set_xscale("log")
    ends = frame[["n", "n_needed"]].to_numpy(dtype=float)
    ends = np.clip(ends, 1.0, MOST) if len(frame) else np.array([1.0, 10.0])
    ax.set_xlim(ends.min() / 1.4, ends.max() * 1.4)
    ax.xaxis.set_major_locator(LogLocator(base=10, subs=(1.0, 3.0), numticks=9))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: numbers.count(value, language)))
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.tick_params(axis="x", length=0, which="both")
    ax.set_xlabel(word("needed_axis", language))
