"""Driver results as figures: shares, coefficients, penalty and reward."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from kbnn_analysis.language import Language
from kbnn_analysis.presentation import numbers, rows
from kbnn_analysis.presentation.driver_words import driver_word, factor_type_word
from kbnn_analysis.presentation.figures import parts
from kbnn_analysis.presentation.style import (
    BLUE,
    INK,
    ORANGE,
    head,
    new_figure,
    styled,
)
from kbnn_analysis.results import Result


@styled
def plot_drivers(drivers: Result, *, language: Language, ax: Axes | None = None) -> Axes:
    """Draw the share of each driver with its interval, the largest on top.

    Parameters
    ----------
    drivers : Drivers
        Shares; groups stand side by side in the names of the rows.
    language : {"vi", "en"}
        Language of labels and numbers.
    ax : Axes, optional
        Where to draw; a figure of the right height is made where it is left out.

    Returns
    -------
    Axes
        What was drawn on.
    """
    drawn = rows.shown(drivers, "share")
    frame = drivers.frame.assign(name=rows.row_labels(drivers, language))[drawn]
    if len(rows.varying(drivers)) == 1:
        frame = frame.sort_values("share", ascending=False, kind="stable")
    shares = frame.assign(
        estimate=frame["share"], conf_low=frame["share_low"], conf_high=frame["share_high"]
    )
    alone = ax is None
    ax = ax or new_figure(max(len(frame), 2))[1][0]
    place = np.arange(len(frame))
    parts.intervals(ax, shares, place)
    _write(ax, place, [numbers.percent(share, language) for share in frame["share"]])
    parts.name_rows(ax, list(frame["name"]))
    parts.value_axis(ax, "proportion", language)
    title = driver_word("importance", language)
    ax.set_xlabel(driver_word("share_axis", language, level=_level(drivers, language)))
    head(ax, title, simulated=drivers.simulated, whole=alone)
    return _noted(ax, drivers, drawn, language)


@styled
def plot_coefficients(coefficients: Result, *, language: Language, ax: Axes | None = None) -> Axes:
    """Draw coefficients with their intervals about zero, in the order of the model.

    Parameters
    ----------
    coefficients : Coefficients
        Of one model.
    language : {"vi", "en"}
        Language of labels and numbers.
    ax : Axes, optional
        Where to draw; a figure of the right height is made where it is left out.

    Returns
    -------
    Axes
        What was drawn on.
    """
    drawn = rows.shown(coefficients)
    frame = coefficients.frame.assign(name=rows.row_labels(coefficients, language))[drawn]
    alone = ax is None
    ax = ax or new_figure(max(len(frame), 2))[1][0]
    place = np.arange(len(frame))
    ax.axvline(0.0, color=INK, linewidth=0.8, zorder=1)
    parts.intervals(ax, frame, place)
    _write(ax, place, [numbers.signed(value, language) for value in frame["estimate"]])
    parts.name_rows(ax, list(frame["name"]))
    parts.value_axis(ax, "mean", language)
    linear = coefficients.notes.get("model") == "linear"
    title = driver_word("coefficients", language)
    ax.set_xlabel(driver_word("score_axis" if linear else "log_odds_axis", language))
    head(ax, title, simulated=coefficients.simulated, whole=alone)
    return _noted(ax, coefficients, drawn, language)


@styled
def plot_penalty_reward(contrasts: Result, *, language: Language, ax: Axes | None = None) -> Axes:
    """Draw what each driver costs when poor (left) and adds when excellent (right).

    Parameters
    ----------
    contrasts : PenaltyReward
        Penalties and rewards; the type of each driver stands beside its name.
    language : {"vi", "en"}
        Language of labels and numbers.
    ax : Axes, optional
        Where to draw; a figure of the right height is made where it is left out.

    Returns
    -------
    Axes
        What was drawn on.
    """
    drawn = rows.shown(contrasts)
    frame = contrasts.frame.assign(name=rows.row_labels(contrasts, language, ("driver",)))[drawn]
    names = list(dict.fromkeys(frame["driver"]))
    alone = ax is None
    ax = ax or new_figure(max(len(names), 2))[1][0]
    ax.axvline(0.0, color=INK, linewidth=0.8, zorder=1)
    for contrast, color, marker in (("penalty", ORANGE, "D"), ("reward", BLUE, "o")):
        own = frame[frame["contrast"] == contrast]
        place = np.array([names.index(name) for name in own["driver"]])
        label = driver_word(contrast, language)
        parts.intervals(ax, own, place, color=color, marker=marker, label=label)
    parts.name_rows(ax, _typed(frame, names, language))
    parts.value_axis(ax, "mean", language)
    parts.key_above(ax, columns=2)
    title = driver_word("penalty_reward", language)
    ax.set_xlabel(driver_word("points_axis", language))
    head(ax, title, simulated=contrasts.simulated, whole=alone)
    return _noted(ax, contrasts, drawn, language)


def _typed(frame: pd.DataFrame, names: list[str], language: Language) -> list[str]:
    first = frame.drop_duplicates("driver").set_index("driver")
    told = dict(
        zip(first.index, zip(first["name"], first["factor_type"], strict=True), strict=True)
    )
    return [f"{told[name][0]} ({factor_type_word(told[name][1], language)})" for name in names]


def _write(ax: Axes, place: np.ndarray, texts: list[str]) -> None:
    for at, text in zip(place, texts, strict=True):
        ax.annotate(text, (1.01, at), xycoords=ax.get_yaxis_transform(), va="center", fontsize=7.5)


def _level(result: Result, language: Language) -> str:
    return numbers.percent(float(getattr(result, "conf_level", 0.95)), language, decimals=0)


def _noted(ax: Axes, result: Result, drawn: pd.Series, language: Language) -> Axes:
    notes = [driver_word("no_cause", language), *parts.not_shown(result, drawn, language)]
    parts.note_below(ax, notes)
    return ax
