"""Answers of large surveys held in a byte each; those of ordinary ones as plain arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from kbnn_analysis.intake.answers import clean
from kbnn_analysis.intake.text_columns import cleaned_or_none

Held = npt.NDArray[Any] | pd.Series
Codes = npt.NDArray[np.integer[Any]]

COMPACT_FROM = 1_000_000
"""Respondents from which on a column is held small; below, plain arrays are faster."""


def held_scores(levels: npt.NDArray[np.float64], codes: Codes) -> Held:
    """Return scores as a survey holds them: whole numbers of a byte where there are many.

    Parameters
    ----------
    levels : ndarray of shape (k,)
        The valid answers that occur, NaN for none.
    codes : ndarray of int, shape (n,)
        Which of them each respondent gave.

    Returns
    -------
    ndarray or Series of shape (n,)
        Plain numbers, or small Arrow integers, missing where there is no answer. Both give the
        same numbers with ``to_numpy(dtype=float)``.

    Examples
    --------
    >>> held_scores(np.array([5.0, np.nan]), np.array([1, 0, 0]))
    array([nan,  5.,  5.])
    """
    if len(codes) < COMPACT_FROM:
        return np.asarray(levels[codes])
    import pyarrow as pa

    none = np.isnan(levels)
    whole = np.where(none, 0.0, levels)
    ends = (whole.min(initial=0), whole.max(initial=0))
    kind = np.int8 if max(map(abs, ends)) <= 127 else np.int32
    return _series(pa.array(whole.astype(kind)[codes], mask=none[codes]))


def held_texts(texts: pd.Series) -> pd.Series:
    """Return texts cleaned, missing where blank; texts that come back, of many, as a categorical.

    Parameters
    ----------
    texts : Series
        Objects, a categorical or Arrow texts.

    Returns
    -------
    Series
        Of str, or of the sorted texts as categories: both mean the same groups in the same order.

    Examples
    --------
    >>> held_texts(pd.Series([" a ", "b"], dtype="category")).tolist()
    ['a', 'b']
    """
    if len(texts) < COMPACT_FROM or texts.dtype != "category":
        return cleaned_or_none(texts)
    cleaned = [clean(str(text)) for text in texts.cat.categories]
    levels = sorted({text for text in cleaned if text})
    place = {text: code for code, text in enumerate(levels)}
    small = np.min_scalar_type(-len(levels) - 1)
    codes = np.array([place.get(text, -1) for text in cleaned], dtype=small)
    categories = pd.Index(levels, dtype=str)
    return pd.Series(pd.Categorical.from_codes(codes[texts.cat.codes], categories=categories))


def held_flags(flags: npt.NDArray[np.bool_]) -> Held:
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
