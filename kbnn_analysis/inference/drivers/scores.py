"""Drivers as numbers: items as they were answered, factors as the mean of their valid items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from kbnn_analysis.errors import UsageError, nearest
from kbnn_analysis.intake.codebook import Item
from kbnn_analysis.intake.survey import Survey
from kbnn_analysis.language import Label

Floats = npt.NDArray[np.float64]
Level = Literal["factor", "item"]


@dataclass(frozen=True)
class DriverScores:
    """Scores of the drivers, respondents x drivers.

    Attributes
    ----------
    names : tuple of str
    labels : mapping
        Driver -> what it is called.
    groups : tuple of str
        Factor of each driver (its own name where it has none).
    scores : ndarray of shape (n, p)
        NaN where there is no valid answer.
    not_applicable : ndarray of bool, shape (n, p)
        True where there is none because the driver does not apply.
    items : tuple of tuple of str
        Items behind each driver.
    """

    names: tuple[str, ...]
    labels: dict[str, Label]
    groups: tuple[str, ...]
    scores: Floats
    not_applicable: npt.NDArray[np.bool_]
    items: tuple[tuple[str, ...], ...]


def driver_scores(
    survey: Survey, drivers: Sequence[str] | None = None, level: Level = "factor"
) -> DriverScores:
    """Return the scores of factors or items.

    A factor's score is the mean of its valid items, however many they are: items that do not apply
    or were left out are not counted. It is missing where none is valid.

    Parameters
    ----------
    survey : Survey
        The answers.
    drivers : sequence of str, optional
        Factors or items of the codebook; all factors by default.
    level : {"factor", "item"}
        "item" takes a factor apart into its items.

    Returns
    -------
    DriverScores

    Raises
    ------
    UsageError
        If a name is neither a factor nor an item, is repeated, or fewer than one remains.
    """
    if isinstance(drivers, str):
        raise UsageError("`drivers` is a list of names; write [" + repr(drivers) + "].")
    wanted = tuple(survey.codebook.factors) if drivers is None else tuple(drivers)
    parts = [part for name in wanted for part in _parts(survey, name, level)]
    names = [part[0] for part in parts]
    if not names or len(set(names)) != len(names):
        raise UsageError("`drivers` must name at least one factor or item, each once.")
    columns = [_score(survey, items) for _, _, _, items in parts]
    return DriverScores(
        names=tuple(names),
        labels={name: label for name, label, _, _ in parts},
        groups=tuple(group for _, _, group, _ in parts),
        scores=np.column_stack([values for values, _ in columns]),
        not_applicable=np.column_stack([applies for _, applies in columns]),
        items=tuple(items for _, _, _, items in parts),
    )


def driver_scale(survey: Survey, scores: DriverScores) -> tuple[float, float, float]:
    """Return low end, lowest satisfied answer and high end of the drivers' common scale.

    Raises
    ------
    UsageError
        If the drivers are answered on different scales, or none of its answers means satisfied.
    """
    names = {survey.codebook.item(item).scale for items in scores.items for item in items}
    if len(names) > 1:
        raise UsageError(f"drivers on the scales {', '.join(sorted(names))} cannot be compared.")
    scale = survey.codebook.scales[names.pop()]
    if not scale.satisfied:
        raise UsageError("the drivers' scale declares no `satisfied` answers in the codebook.")
    return float(scale.low), float(min(scale.satisfied)), float(scale.high)


def _parts(
    survey: Survey, name: str, level: Level
) -> list[tuple[str, Label, str, tuple[str, ...]]]:
    codebook = survey.codebook
    if name in codebook.factors:
        items = [item for item in codebook.items_with("satisfaction", name) if _has(survey, item)]
        if not items:
            raise UsageError(f"the survey has no item of the factor {name!r}.")
        if level == "item":
            return [(item.name, item.label.label, name, (item.name,)) for item in items]
        label = codebook.factors[name].label
        return [(name, label, name, tuple(item.name for item in items))]
    found = [item for item in codebook.items if item.name == name]
    if not found:
        known = [*codebook.factors, *(item.name for item in codebook.items)]
        likely = nearest(name, known, most=1)
        hint = f"; did you mean {likely[0]!r}?" if likely else "."
        raise UsageError(f"{name!r} is neither a factor nor an item{hint}")
    return [(name, found[0].label.label, found[0].factor or name, (name,))]


def _has(survey: Survey, item: Item) -> bool:
    return item.name in survey.scores.columns


def _score(survey: Survey, items: tuple[str, ...]) -> tuple[Floats, npt.NDArray[np.bool_]]:
    answers = np.column_stack([survey.score(item) for item in items])
    valid = np.isfinite(answers)
    count = valid.sum(axis=1)
    total = np.where(valid, answers, 0.0).sum(axis=1)
    score = np.divide(total, count, out=np.full(len(answers), np.nan), where=count > 0)
    flags: pd.DataFrame = survey.not_applicable[list(items)]
    return score, (count == 0) & flags.to_numpy(dtype=bool).any(axis=1)
