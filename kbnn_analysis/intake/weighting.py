"""What the design's own attributes must fulfil: weights, strata, sampling units, populations."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from kbnn_analysis.errors import Problem, UsageError, nearest
from kbnn_analysis.intake.codebook import Codebook
from kbnn_analysis.intake.problems import Cells, Tally, shorten
from kbnn_analysis.intake.survey import Design

DOMINANT_SHARE = 0.5
"""A weight with more than half of all weight makes the survey one person's answer."""
FEW = 10
"""Below so many respondents a dominant weight is no wonder; nothing is shown of them anyway."""
LARGE_RATIO = 100.0
"""A weight so many times the median is announced."""

_KINDS = {
    "weight": ("number",),
    "fpc": ("number",),
    "strata": ("category", "text"),
    "psu": ("category", "text"),
    "second_psu": ("category", "text"),
    "second_fpc": ("number",),
}


def design_attributes(design: Design, codebook: Codebook) -> dict[str, str]:
    """Return the design's parts and the attributes that hold them.

    Parameters
    ----------
    design : Design
        The design.
    codebook : Codebook
        The instrument.

    Returns
    -------
    dict of str to str
        Part ("weight", "strata", "psu", ...) -> attribute, for the declared parts.

    Raises
    ------
    UsageError
        If an attribute is unknown to the codebook or of the wrong kind.
    """
    parts = {part: getattr(design, part) for part in _KINDS}
    named = {part: name for part, name in parts.items() if name is not None}
    kinds = {attribute.name: attribute.kind for attribute in codebook.attributes}
    for part, name in named.items():
        if name not in kinds:
            likely = nearest(name, kinds, most=1)
            hint = f"did you mean {likely[0]!r}?" if likely else f"it has: {', '.join(kinds)}."
            raise UsageError(f"`{part}`: {codebook.name} has no attribute {name!r}; {hint}")
        if kinds[name] not in _KINDS[part]:
            raise UsageError(
                f"`{part}`: the attribute {name!r} is a {kinds[name]}; a {part} is a"
                f" {' or '.join(_KINDS[part])}."
            )
    return named


def design_problems(part: str, cells: Cells, values: pd.Series) -> list[Problem]:
    """Return what is wrong with one of the design's attributes.

    Every respondent needs a value. A weight of 0 is allowed (the respondent then counts for
    nothing, as in R's survey package); a negative one is not, nor one that holds more than half
    of all weight.

    Parameters
    ----------
    part : {"weight", "strata", "psu", "fpc", "second_psu", "second_fpc"}
        What the attribute is for.
    cells : Cells
        The column.
    values : Series
        Its values.

    Returns
    -------
    list of Problem
        In the order of the file.
    """
    blank = (values.isna() & (cells.texts.str.strip() == "")).to_numpy()
    problems = _at(cells, np.flatnonzero(blank), part, f"the {part} is missing.")
    if _KINDS[part] == ("number",):
        numbers = values.to_numpy(dtype=float)
        problems += _at(cells, np.flatnonzero(numbers < 0), part, f"a {part} is never negative.")
    if part == "weight":
        problems += _dominance(cells, numbers)
    return problems


def weight_announcements(file: str, weights: npt.NDArray[np.float64]) -> tuple[str, ...]:
    """Return what a person should know of accepted weights: zeros, and very large ones.

    Parameters
    ----------
    file : str
        What announcements call the file.
    weights : ndarray of shape (respondents,)
        The weights.

    Returns
    -------
    tuple of str
        Sentences.
    """
    said = []
    if zeros := int((weights == 0).sum()):
        said.append(f"{file}: {zeros} respondents have the weight 0 and count for nothing.")
    positive = weights[weights > 0]
    if positive.size and positive.max() > LARGE_RATIO * np.median(positive):
        ratio = positive.max() / np.median(positive)
        said.append(f"{file}: the largest weight is {ratio:,.0f} times the median; check it.")
    return tuple(said)


def _dominance(cells: Cells, numbers: npt.NDArray[np.float64]) -> list[Problem]:
    known = np.where(numbers > 0, numbers, 0.0)
    total = known.sum()
    if total <= 0:
        return [Problem("weight", "all weights are 0.", cells.file, None, cells.column)]
    heavy = np.flatnonzero((known > DOMINANT_SHARE * total) & (len(known) >= FEW))
    return _at(cells, heavy, "weight", "this weight is more than half of all weights.")


def _at(cells: Cells, places: npt.NDArray[np.intp], rule: str, message: str) -> list[Problem]:
    found, hint = Tally(), "Correct it at its source."
    found.take(
        Problem(rule, message, cells.file, int(cells.rows[i]), cells.column, shorten(text), hint)
        for i, text in zip(places, cells.texts.iloc[places].astype(str), strict=True)
    )
    return found.told("more cells of this column are wrong.", cells.file, cells.column)
