"""Classes of values for a map: round borders, ordered colours, and what shows no colour at all."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from kbnn_analysis.errors import UsageError
from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation import numbers, rows
from kbnn_analysis.presentation.figures.parts import tick
from kbnn_analysis.presentation.style import INK, MUTED, PALE, PAPER, RULE
from kbnn_analysis.presentation.wording import sentence, word
from kbnn_analysis.results import BAND_LABELS, Funnel, Result

# one hue from light to dark: told apart by lightness alone
SEQUENCE = ("#DCE9F3", "#B3D1E6", "#7FB2D6", "#2C75AA", "#0A5C91", "#083B63")
BAND_COLORS = {
    "better than expected": ("#9CC9E8", "▲"),
    "as expected": (PALE, ""),
    "worse than expected": ("#F2B48C", "▼"),
}
_BOUND = Label("Chỉ nêu khoảng", "Given as a bound")


@dataclass(frozen=True)
class Look:
    """How one unit is drawn: its colour, its hatching, and the text in it."""

    color: str
    text: str
    hatch: str = ""

    @property
    def ink(self) -> str:
        """Return the colour of text that can be read on this look."""
        dark = float(np.dot(to_rgb(self.color), (0.299, 0.587, 0.114))) < 0.5
        return PAPER if dark and not self.hatch else INK


@dataclass(frozen=True)
class Key:
    """The looks of all units by code, and the entries of the key."""

    looks: dict[str, Look]
    entries: tuple[Patch, ...]


def classify(result: Result, language: Language, *, column: str = "estimate") -> Key:
    """Give every unit of a result its look.

    Parameters
    ----------
    result : Result
        One measure and one period, by unit.
    language : {"vi", "en"}
        Language of numbers and words.
    column : str
        Column that is shown. A funnel is coloured by its bands, with a sign as second channel.

    Returns
    -------
    Key
        Hidden units are hatched, whatever they hold.

    Raises
    ------
    UsageError
        If a unit has several rows, or the result knows no units.
    """
    if "unit" not in result.by or result.frame["unit"].duplicated().any():
        raise UsageError(
            "A map takes one measure and one period by unit; choose rows with .where(...)."
        )
    if isinstance(result, Funnel):
        return _by_band(result, language)
    return _by_value(result, language, column)


def _by_value(result: Result, language: Language, column: str) -> Key:
    kind = rows.kinds(result)[0] if len(result.frame) else "mean"
    values = result.frame[column].where(rows.shown(result, column) & ~rows.banded(result))
    edges = class_edges(values.dropna().to_numpy(dtype=float))
    colors = class_colors(len(edges) - 1)
    looks: dict[str, Look] = {}
    told = rows.released(result, language) if column == "estimate" else [""] * len(values)
    for code, value, text, hidden, bounded in zip(
        result.frame["unit"], values, told, rows.hidden(result), rows.banded(result), strict=True
    ):
        if bounded and not hidden:
            looks[str(code)] = Look(PAPER, text, "....")
        elif hidden or numbers.is_missing(value):
            looks[str(code)] = _empty(bool(hidden), language)
        else:
            at = min(int(np.searchsorted(edges, value, side="right")) - 1, len(colors) - 1)
            shown = text or numbers.value(value, language, kind=kind)
            looks[str(code)] = Look(colors[at], shown)
    ranges = [
        f"{tick(low, kind, language).rstrip('%')}–{tick(high, kind, language)}"
        for low, high in itertools.pairwise(edges)
    ]
    classes = [patch(color, label) for color, label in zip(colors, ranges, strict=True)]
    return Key(looks, (*classes, *_others(looks, language)))


def _by_band(funnel: Funnel, language: Language) -> Key:
    kind = rows.kinds(funnel)[0] if len(funnel.frame) else "mean"
    looks: dict[str, Look] = {}
    told = rows.released(funnel, language)
    for row, text, hidden in zip(rows.records(funnel), told, rows.hidden(funnel), strict=True):
        if hidden or row["band"] not in BAND_COLORS:
            looks[str(row["unit"])] = _empty(bool(hidden), language)
            continue
        color, sign = BAND_COLORS[row["band"]]
        value = text or numbers.value(row["estimate"], language, kind=kind)
        looks[str(row["unit"])] = Look(color, f"{sign} {value}".strip())
    used = [
        patch(color, f"{sign} {sentence(BAND_LABELS[band].text(language)).rstrip('.')}".strip())
        for band, (color, sign) in BAND_COLORS.items()
    ]
    return Key(looks, (*used, *_others(looks, language)))


def class_edges(values: np.ndarray, most: int = 5) -> np.ndarray:
    """Return round borders of up to `most` classes that hold all values.

    Examples
    --------
    >>> class_edges(np.array([0.912, 0.95, 0.986]))
    array([0.9 , 0.92, 0.94, 0.96, 0.98, 1.  ])
    """
    if not len(values):
        return np.array([0.0, 1.0])
    low, high = float(values.min()), float(values.max())
    if high - low < 1e-9:
        low, high = low - 0.005, high + 0.005
    locator = MaxNLocator(nbins=most, steps=[1, 2, 2.5, 5, 10])
    ticks = np.asarray(locator.tick_values(low, high), dtype=float)
    inside = ticks[(ticks > low) & (ticks < high)]
    step = ticks[1] - ticks[0]
    return np.round(np.array([inside[0] - step, *inside, inside[-1] + step]), 10)


def class_colors(classes: int) -> list[str]:
    """Return as many colours as classes, from light to dark."""
    at = np.linspace(0, len(SEQUENCE) - 1, max(classes, 2)).round().astype(int)
    return [SEQUENCE[place] for place in at][-classes:]


def patch(color: str, label: str, hatch: str = "") -> Patch:
    """Return an entry of the key."""
    return Patch(
        facecolor=color, edgecolor=MUTED if hatch else RULE, hatch=hatch, label=label, linewidth=0.6
    )


def _empty(hidden: bool, language: Language) -> Look:
    if hidden:
        return Look(PAPER, numbers.hidden(language), "////")
    return Look(PAPER, numbers.MISSING)


def _others(looks: dict[str, Look], language: Language) -> list[Patch]:
    """Return the entries of what has no class, where there is any."""
    seen = {look.hatch or look.text for look in looks.values()}
    made = []
    if "...." in seen:
        made.append(patch(PAPER, _BOUND.text(language), "...."))
    if "////" in seen:
        made.append(patch(PAPER, sentence(numbers.hidden(language)).rstrip("."), "////"))
    if numbers.MISSING in seen:
        made.append(patch(PAPER, f"{numbers.MISSING} {word('no_value', language)}"))
    return made
