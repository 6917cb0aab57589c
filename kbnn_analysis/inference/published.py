"""Frames of published figures: checked column by column, and made into Estimates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from kbnn_analysis.errors import UsageError, nearest
from kbnn_analysis.language import Label
from kbnn_analysis.periods import parse_period
from kbnn_analysis.results import Estimates, Labels, MeasureInfo

Floats = npt.NDArray[np.float64]


class Published(NamedTuple):
    """Where figures come from and what is known of them."""

    info: MeasureInfo
    period: str
    kind: str
    conf_level: float
    source: str


def published_estimates(
    groups: pd.DataFrame,
    values: Mapping[str, Floats],
    error: Floats,
    origin: Published,
    labels: Labels,
) -> Estimates:
    """Make Estimates of independent rows.

    Parameters
    ----------
    groups : DataFrame
        The `by` columns.
    values : mapping
        Columns of the vocabulary, each of shape (rows,).
    error : ndarray of shape (rows,)
        Standard errors, NaN where unknown.
    origin : Published
        Measure, period, source.
    labels : mapping
        Column -> value -> label.

    Returns
    -------
    Estimates
        With a diagonal covariance; NaN in the rows without a standard error.
    """
    when, info = parse_period(origin.period), origin.info
    keys = groups.astype("string").astype(object).reset_index(drop=True)
    keys.insert(0, "measure", info.name)
    keys.insert(0, "period", when.id)
    unknown = np.isnan(error)
    covariance = np.where(unknown[:, None] | unknown, np.nan, np.diag(np.nan_to_num(error) ** 2))
    period = Label(when.label("vi"), when.label("en"))
    named = {"period": {when.id: period}, "measure": {info.name: info.label}}
    return Estimates(
        frame=keys.assign(**values, std_error=error),
        by=tuple(keys.columns),
        method=f"Aggregate figures ({origin.kind}); groups and answers taken as independent.",
        labels={**named, **labels},
        notes=_notes(origin),
        covariance=covariance,
        measures={info.name: info},
        conf_level=origin.conf_level,
    )


def group_columns(by: str | Sequence[str]) -> list[str]:
    """Return the names of the group columns.

    Parameters
    ----------
    by : str or sequence of str
        One name or several.

    Returns
    -------
    list of str
        The names.

    Examples
    --------
    >>> group_columns("unit")
    ['unit']
    """
    return [by] if isinstance(by, str) else list(by)


def require_columns(frame: pd.DataFrame, names: Sequence[str]) -> None:
    """Refuse a frame without the named columns.

    Parameters
    ----------
    frame : DataFrame
        What was given.
    names : sequence of str
        What must be there.

    Raises
    ------
    UsageError
        Naming the first that is missing.

    Examples
    --------
    >>> require_columns(pd.DataFrame({"n_total": [1]}), ["n"])
    Traceback (most recent call last):
    ...
    kbnn_analysis.errors.UsageError: The frame has no column 'n'; it has n_total.
    """
    have = [str(name) for name in frame.columns]
    for name in names:
        if name not in have:
            likely = nearest(name, have, most=1)
            hint = f"; is it {likely[0]!r}?" if likely else f"; it has {', '.join(have[:8])}."
            raise UsageError(f"The frame has no column {name!r}{hint}")


def number_column(frame: pd.DataFrame, name: str) -> Floats:
    """Return a column as numbers; NaN where it is missing or not there.

    Parameters
    ----------
    frame : DataFrame
        What was given.
    name : str
        A column.

    Returns
    -------
    ndarray of shape (rows,)
        Its values.

    Raises
    ------
    UsageError
        If a value is not a number.

    Examples
    --------
    >>> number_column(pd.DataFrame({"n": [1, None]}), "n")
    array([ 1., nan])
    """
    if name not in frame.columns:
        return np.full(len(frame), np.nan)
    given = frame[name]
    numbers = pd.to_numeric(given, errors="coerce")
    wrong = (numbers.isna() & given.notna()).to_numpy(dtype=bool)
    if wrong.any():
        raise UsageError(f"`{name}` must be a number; row {first_row(wrong)} is not.")
    return np.asarray(numbers.to_numpy(dtype=float, na_value=np.nan))


def first_row(wrong: npt.NDArray[np.bool_]) -> int:
    """Return the first true row, counted from 1.

    Parameters
    ----------
    wrong : ndarray of bool
        One value a row.

    Returns
    -------
    int
        Row number.

    Examples
    --------
    >>> first_row(np.array([False, True]))
    2
    """
    return int(np.argmax(wrong)) + 1


def _notes(origin: Published) -> dict[str, Any]:
    return {
        "target": None,
        "assumption": "answers count as a simple random sample: no design was published",
        "assumption_vi": "câu trả lời được coi như mẫu ngẫu nhiên đơn giản: thiết kế mẫu không "
        "được công bố",
        "interval": origin.kind,
        "conf_level": origin.conf_level,
        "weighted": None,
        "aggregate": True,
        "source": origin.source,
    }
