"""Answers of large surveys held in a byte each; those of ordinary ones as plain arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

COMPACT_FROM = 1_000_000
"""Respondents from which on a column is held small; below, plain arrays are faster."""


def held_scores(scores: npt.NDArray[np.float64]) -> npt.NDArray[np.float64] | pd.Series:
    """Return scores as a survey holds them: whole numbers of a byte where there are many.

    Parameters
    ----------
    scores : ndarray of shape (n,)
        Valid answers, NaN where there is none.

    Returns
    -------
    ndarray or Series of shape (n,)
        The array itself, or small Arrow integers, missing where there is no answer. Both give the
        same numbers with ``to_numpy(dtype=float)``.

    Examples
    --------
    >>> held_scores(np.array([5.0, np.nan]))
    array([ 5., nan])
    """
    if len(scores) < COMPACT_FROM:
        return scores
    import pyarrow as pa

    none = np.isnan(scores)
    whole = np.where(none, 0.0, scores)
    ends = (whole.min(initial=0), whole.max(initial=0))
    kind = np.int8 if max(map(abs, ends)) <= 127 else np.int32
    return _series(pa.array(whole.astype(kind), mask=none))


def held_flags(flags: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_] | pd.Series:
    """Return flags as a survey holds them: a bit each where there are many.

    Parameters
    ----------
    flags : ndarray of bool, shape (n,)
        One flag per respondent.

    Returns
    -------
    ndarray or Series of shape (n,)
        The array itself, or Arrow's.

    Examples
    --------
    >>> held_flags(np.array([True]))
    array([ True])
    """
    if len(flags) < COMPACT_FROM:
        return flags
    import pyarrow as pa

    return _series(pa.array(flags))


def _series(values: Any) -> pd.Series:
    return pd.Series(pd.arrays.ArrowExtensionArray(values))
