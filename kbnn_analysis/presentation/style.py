"""One look for all figures: shipped font, colour-blind safe colours, print size, fixed bytes."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from kbnn_analysis.presentation import fonts

SIMULATED = "DỮ LIỆU MÔ PHỎNG / SIMULATED DATA"

# Okabe and Ito (2008), told apart with every common colour blindness
BLUE, ORANGE, GREEN, PURPLE = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
INK, MUTED, RULE, PALE, PAPER = "#1f2a33", "#5b6770", "#d5dbe0", "#eef1f4", "#ffffff"
CYCLE = (BLUE, ORANGE, GREEN, PURPLE)
MARKERS = ("o", "D", "s", "^")  # shape is the second channel, never colour alone
# five ordered answers: two warm, one grey, two cool; lightness differs as well as hue
LIKERT = ("#B2401A", "#E8A27C", "#D9DEE2", "#8FBEDD", "#0A5C91")
FULL_WIDTH = 16.5  # cm: the text width of an A4 page

STYLE: dict[str, Any] = {
    "font.family": [fonts.FAMILY, "DejaVu Sans"],
    "font.size": 8.5,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 10,
    "axes.labelsize": 8.5,
    "axes.labelcolor": MUTED,
    "axes.edgecolor": RULE,
    "axes.facecolor": PAPER,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.grid.axis": "x",
    "axes.unicode_minus": True,
    "grid.color": RULE,
    "grid.linewidth": 0.6,
    "xtick.color": RULE,
    "xtick.labelcolor": MUTED,
    "xtick.labelsize": 8,
    "ytick.color": RULE,
    "ytick.labelcolor": INK,
    "ytick.left": False,
    "ytick.labelsize": 8.5,
    "text.color": INK,
    "legend.frameon": False,
    "legend.fontsize": 8,
    "figure.facecolor": PAPER,
    "figure.dpi": 100,
    "savefig.dpi": 200,
    "savefig.facecolor": PAPER,
    "svg.fonttype": "none",
    "svg.hashsalt": "kbnn",
    "lines.linewidth": 1.6,
}

P = ParamSpec("P")
R = TypeVar("R")
Drawn = Axes | Figure | tuple[Axes, ...]


@contextmanager
def style() -> Iterator[None]:
    """Draw in the style of the reports while the context lasts."""
    fonts.register()
    backend = mpl.rcParams["backend"]
    fresh: Any = {**dict(mpl.rcParamsDefault), "backend": backend, **STYLE}
    with mpl.rc_context(fresh):
        yield


def styled(draw: Callable[P, R]) -> Callable[P, R]:
    """Let a function draw in the style of the reports."""

    @wraps(draw)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        """Draw in the style of the reports."""
        with style():
            return draw(*args, **kwargs)

    return wrapper


def use_style() -> None:
    """Set the style for everything drawn afterwards, seaborn's figures included.

    seaborn puts Arial first when it sets a theme; our family is set after it, so that a figure
    does not depend on the machine.
    """
    import seaborn as sns  # late: a heavy import

    fonts.register()
    sns.set_theme(style="white", palette=list(CYCLE))
    settings: Any = STYLE
    mpl.rcParams.update(settings)


@styled
def new_figure(
    rows: int = 12,
    *,
    columns: int = 1,
    width: float = FULL_WIDTH,
    ratios: tuple[float, ...] = (),
    row_height: float = 0.0,
) -> tuple[Figure, list[Axes]]:
    """Return an empty figure high enough for `rows` lines of labels, and its axes side by side.

    It is not registered with pyplot: nothing is shown twice and nothing leaks. Sizes are in cm.
    """
    # titles, key and notes take the same room in a low figure: its rows must not pay for them
    height = (
        3.0 + max(0.0, 1.7 - 0.05 * rows) + rows * (row_height or (0.52 if rows <= 30 else 0.36))
    )
    made = Figure(figsize=(width / 2.54, height / 2.54), layout="constrained")
    FigureCanvasAgg(made)
    axes = made.subplots(
        1, columns, squeeze=False, sharey=True, width_ratios=ratios or (1.0,) * columns
    )
    return made, list(axes[0])


def figure_of(drawn: Drawn) -> Figure:
    """Return the whole figure of axes, or the figure itself."""
    if isinstance(drawn, Figure):
        return drawn
    if isinstance(drawn, tuple):
        drawn = drawn[0]
    found = drawn.get_figure(root=True)
    assert found is not None, "axes without a figure"
    return found


@styled
def to_svg(drawn: Drawn) -> str:
    """Return a figure as SVG: text stays text, no date, the same bytes each time."""
    out = io.StringIO()
    figure_of(drawn).savefig(out, format="svg", metadata={"Date": None, "Creator": None})
    return out.getvalue()


@styled
def to_png(drawn: Drawn, *, dpi: int = 200) -> bytes:
    """Return a figure as PNG without machine or software marks."""
    out = io.BytesIO()
    figure_of(drawn).savefig(out, format="png", dpi=dpi, metadata={"Software": None})
    return out.getvalue()


@styled
def head(ax: Axes, title: str, *, simulated: bool, whole: bool) -> None:
    """Write the title, over the whole figure or over these axes, and the mark of simulated data.

    Parameters
    ----------
    ax : Axes
        Where the result was drawn.
    title : str
        Wrapped to the width of the figure.
    simulated : bool
        True writes on the figure, once, that its data were simulated.
    whole : bool
        True where the figure shows nothing else.
    """
    figure = figure_of(ax)
    if whole:
        lines = textwrap.wrap(title, 84)
        text = "\n".join(["", *lines] if simulated else lines)
        figure.suptitle(text, x=0.012, ha="left", size=10, weight="bold", linespacing=1.35)
    else:
        ax.set_title("\n".join(textwrap.wrap(title, 44)))
    if simulated and not any(text.get_gid() == "simulated" for text in figure.texts):
        figure.text(
            0.012,
            0.995,
            SIMULATED,
            ha="left",
            va="top",
            size=7.5,
            weight="bold",
            color=ORANGE,
            gid="simulated",
            in_layout=False,
        )
