"""Levels over several periods, with intervals; a line stops where a comparison is broken."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from kbnn_analysis.errors import UsageError
from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation import numbers, rows
from kbnn_analysis.presentation.figures import parts
from kbnn_analysis.presentation.style import CYCLE, MARKERS, head, new_figure, styled
from kbnn_analysis.presentation.wording import capital, inside
from kbnn_analysis.results import Estimates
from kbnn_analysis.results.breaks import SEVERE, breaks_between

MOST_LINES = len(CYCLE)
SHORT = 24  # characters of a name that stands beside others in the key
_STOPS = Label(
    "Đường bị ngắt ở nơi hai đợt không so sánh được",
    "A line stops where two periods are not comparable",
)
_BESIDE = Label("Dưới mỗi mức: {what}", "Below each level: {what}")


@styled
def plot_trend(
    estimates: Estimates, *, language: Language, title: str = "", ax: Axes | None = None
) -> Axes:
    """Draw one line for each measure (or group) over the periods, with the intervals.

    Parameters
    ----------
    estimates : Estimates
        Two periods or more, of one kind, up to four lines.
    language : {"vi", "en"}
        Language of labels and numbers.
    title : str
        Title; what all lines share where it is left out.
    ax : Axes, optional
        Where to draw.

    Returns
    -------
    Axes
        What was drawn on.

    Raises
    ------
    UsageError
        If there are more lines than can be told apart.
    """
    columns = [name for name in rows.varying(estimates) if name != "period"] or ["measure"]
    drawn = rows.shown(estimates)
    frame = estimates.frame.assign(
        line=rows.row_labels(estimates, language, tuple(columns)),
        told=_told(estimates, language),
    )
    shared, frame["line"] = _shared_name(list(frame["line"]))
    lines = list(dict.fromkeys(frame["line"]))
    if len(lines) > MOST_LINES:
        raise UsageError(f"A trend shows up to {MOST_LINES} lines; it got {len(lines)}.")
    alone = ax is None
    ax = ax or new_figure(9)[1][0]
    periods = list(dict.fromkeys(frame["period"]))
    broken = False
    for number, line in enumerate(lines):
        part = frame[drawn & (frame["line"] == line)]
        broken |= _line(ax, estimates, part, periods, number, len(lines))
    _axes(ax, estimates, periods, language)
    if len(lines) > 1:
        short = max(map(len, lines)) <= SHORT
        parts.key_above(ax, columns=len(lines) if short else 1)
    note = _STOPS.text(language) if broken else ""
    interval = _BESIDE.text(language).format(
        what=inside(rows.interval_heading(estimates, language))
    )
    parts.note_below(ax, [interval, note, *parts.not_shown(estimates, drawn, language)])
    told = title or shared or rows.title_of(estimates, language)
    head(ax, told, simulated=estimates.simulated, whole=alone)
    return ax


def _shared_name(names: list[str]) -> tuple[str, list[str]]:
    """Split "item: rule" where all lines share the item, so that the key names rules alone."""
    heads = {name.rpartition(": ")[0] for name in names}
    if len(heads) == 1 and "" not in heads and len(set(names)) > 1:
        return heads.pop(), [capital(name.rpartition(": ")[2]) for name in names]
    return "", names


def _told(estimates: Estimates, language: Language) -> list[str]:
    """Return each value with its interval below, as it may be written."""
    frame = estimates.frame
    kind = rows.kinds(estimates)[0] if len(frame) else "mean"
    lines = zip(
        rows.released(estimates, language),
        rows.decimals(estimates),
        frame["estimate"],
        frame["conf_low"],
        frame["conf_high"],
        strict=True,
    )
    return [
        (
            f"{told or numbers.value(value, language, kind=kind)}\n"
            f"{numbers.interval(low, high, language, kind=kind, decimals=places)}"
        ).removesuffix(f"\n{numbers.MISSING}")
        for told, places, value, low, high in lines
    ]


def _line(
    ax: Axes, estimates: Estimates, part: pd.DataFrame, periods: list[str], number: int, of: int
) -> bool:
    """Draw one line piece by piece; return whether it was interrupted."""
    if part.empty:
        return False
    color = CYCLE[number]
    x = np.array([periods.index(period) for period in part["period"]]) + 0.06 * (
        number - (of - 1) / 2
    )
    y = part["estimate"].to_numpy(dtype=float)
    ax.vlines(x, part["conf_low"], part["conf_high"], color=color, linewidth=1.8, alpha=0.45)
    ax.scatter(
        x, y, s=26, color=color, marker=MARKERS[number], zorder=3, label=part["line"].iloc[0]
    )
    for at, text in enumerate(part["told"]):
        top = np.nanmax([part["conf_high"].iloc[at], y[at]])
        ax.annotate(
            text, (x[at], top), xytext=(0, 3), textcoords="offset points", ha="center",
            fontsize=7, linespacing=1.1,
        )  # fmt: skip
    info = estimates.measures.get(str(part["measure"].iloc[0]))
    broken = False
    for at in range(len(part) - 1):
        pair = (str(part["period"].iloc[at]), str(part["period"].iloc[at + 1]))
        why = breaks_between(estimates.breaks, periods, pair, info.items if info else ())
        if SEVERE & set(why):
            broken = True
        else:
            ax.plot(x[at : at + 2], y[at : at + 2], color=color, linewidth=1.2)
    return broken


def _axes(ax: Axes, estimates: Estimates, periods: list[str], language: Language) -> None:
    kind = rows.kinds(estimates)[0] if len(estimates.frame) else "mean"
    names = [capital(rows.period_label(period, language)) for period in periods]
    ax.set_xticks(range(len(periods)), names)
    ax.set_xlim(-0.4, len(periods) - 0.6)
    ax.grid(visible=False)
    ax.yaxis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: parts.tick(value, kind, language)))
    ax.tick_params(axis="both", length=0)
    ax.margins(y=0.16)
