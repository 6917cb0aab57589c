"""A result on a user's own outline, with Hoàng Sa and Trường Sa where they lie."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Shape

from kbnn_analysis.language import Language
from kbnn_analysis.presentation import rows
from kbnn_analysis.presentation.figures import parts
from kbnn_analysis.presentation.maps.classes import Look, classify
from kbnn_analysis.presentation.maps.outline import Outline
from kbnn_analysis.presentation.maps.placing import archipelago_box, key_of_classes, unit_note
from kbnn_analysis.presentation.style import MUTED, PAPER, head, new_figure, styled
from kbnn_analysis.results import Result
from kbnn_analysis.units import load_vintage, tile_grid

# longitude and latitude of the south-west corner, width and height in degrees
PLACES = {"48": (111.0, 15.6, 2.2, 1.7), "56": (111.4, 7.0, 4.2, 5.0)}
VIEW = (101.8, 116.2, 6.6, 23.6)


@styled
def plot_outline(
    result: Result,
    outline: Outline,
    *,
    language: Language,
    title: str = "",
    column: str = "estimate",
    ax: Axes | None = None,
) -> Axes:
    """Draw units in their true shapes, coloured by class; their values stand in the table.

    Large units look weightier than small ones of as many people: the tile map does not do so.

    Parameters
    ----------
    result : Result
        One measure and one period, by unit of the outline's vintage.
    outline : Outline
        From :func:`load_outline`.
    language : {"vi", "en"}
        Language of the words.
    title : str
        Title; the measure and the period where it is left out.
    column : str
        Column that is shown.
    ax : Axes, optional
        Where to draw.

    Returns
    -------
    Axes
        What was drawn on.

    Raises
    ------
    UsageError
        If the result has units that are not of the vintage.
    """
    key = classify(result, language, column=column)
    unit_note(result, load_vintage(outline.vintage))
    alone = ax is None
    ax = ax or new_figure(19, row_height=1.0)[1][0]
    for code in outline.shapes:
        ax.add_patch(_shape(outline, code, key.looks.get(code, Look(PAPER, ""))))
    grid = tile_grid(outline.vintage)
    for box in grid.archipelagos:
        left, bottom, width, height = PLACES[box.unit]
        name = box.name.text(language)
        archipelago_box(ax, (left, bottom + height, width, -height), name)
    ax.set_xlim(*VIEW[:2])
    ax.set_ylim(*VIEW[2:])
    ax.set_aspect(1.04)  # a degree of longitude is shorter than one of latitude at 15° north
    ax.set_axis_off()
    key_of_classes(ax, key.entries, at=(VIEW[0], 15.5))
    parts.note_below(ax, [grid.note.text(language)])
    told = title or rows.title_of(result, language)
    head(ax, told, simulated=result.simulated, whole=alone)
    return ax


def _shape(outline: Outline, code: str, look: Look) -> PathPatch:
    rings = [Shape(ring, closed=True) for ring in outline.shapes[code]]
    return PathPatch(
        Shape.make_compound_path(*rings),
        facecolor=look.color,
        edgecolor=MUTED,
        linewidth=0.5,
        hatch=look.hatch,
    )
