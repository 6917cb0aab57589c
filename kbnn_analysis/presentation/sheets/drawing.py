"""A unit beside the country: one small figure for the sheet."""

from __future__ import annotations

import textwrap

import pandas as pd
from matplotlib.axes import Axes

from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation import rows
from kbnn_analysis.presentation.figures import parts
from kbnn_analysis.presentation.sheets.facts import SheetFacts
from kbnn_analysis.presentation.style import BLUE, MUTED, head, new_figure, styled

_WHOLE = Label("Cả nước", "National")


WRAP = 42  # letters of a name beside its row


@styled
def plot_against_whole(facts: SheetFacts, unit: str, *, language: Language) -> Axes | None:
    """Draw the proportions of a unit with their intervals, and the country's as an open diamond.

    Returns
    -------
    Axes or None
        None where the unit shows no proportion.
    """
    own = pd.DataFrame(list(facts.of_unit(unit).values()))
    kinds = [rows.kind_of(facts.units, str(name)) for name in own["measure"]]
    shown = own["estimate"].notna() & own["conf_low"].notna()
    shown &= pd.Series(kinds, index=own.index) == "proportion"
    if "suppressed" in own:
        shown &= ~own["suppressed"].fillna(False).astype(bool)
    own = own[shown].reset_index(drop=True)
    if own.empty:
        return None
    whole = facts.of_whole()
    ax = new_figure(len(own), row_height=0.8)[1][0]
    name = rows.value_label(facts.units, "unit", unit, language)
    places = own.index.to_numpy(dtype=float)
    parts.intervals(ax, own, places, color=BLUE, label=name)
    ax.scatter(
        [whole[str(measure)]["estimate"] for measure in own["measure"]],
        places,
        s=30,
        marker="D",
        facecolors="none",
        edgecolors=MUTED,
        linewidths=1.2,
        zorder=4,
        label=_WHOLE.text(language),
    )
    labels = [
        textwrap.fill(facts.name_of(str(measure), language), WRAP) for measure in own["measure"]
    ]
    parts.name_rows(ax, labels)
    parts.value_axis(ax, "proportion", language)
    ax.set_xlabel(rows.interval_heading(facts.units, language))
    parts.key_above(ax, columns=2)
    head(ax, facts.question(language), simulated=facts.units.simulated, whole=True)
    return ax
