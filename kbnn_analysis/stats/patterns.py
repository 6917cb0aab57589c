"""Distinct rows with what they stand for: many respondents, few patterns of answers.

Sums over respondents are sums over patterns with frequencies. A design-based covariance needs more
than a frequency: the patterns are formed within sampling units, strata and domains, and carry the
sums of weights and of squared weights.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]
Codes32 = npt.NDArray[np.int32]
Column = npt.NDArray[Any]

MOST_WAITING = 300_000
"""Rows of blocks that wait to be joined, where patterns are fewer."""
_MOST = 2**62


@dataclass(frozen=True)
class Patterns:
    """Distinct rows of several columns.

    Attributes
    ----------
    columns : tuple of ndarray, each of shape (k,)
        The values of every pattern, column by column.
    count : ndarray of shape (k,)
        Respondents with the pattern.
    weight, weight_square : ndarray of shape (k,)
        Sums of their weights and of the squares of these.
    """

    columns: tuple[Column, ...]
    count: Floats
    weight: Floats
    weight_square: Floats

    def __len__(self) -> int:
        return len(self.count)


def find_patterns(blocks: Iterable[tuple[Sequence[Column], Floats]]) -> Patterns:
    """Reduce respondents, who come in blocks, to patterns.

    Parameters
    ----------
    blocks : iterable of (columns, weight)
        Columns of shape (n_b,), the same number in each block, and the weights of its respondents.

    Returns
    -------
    Patterns
        In the order of their values; memory grows with the patterns and with
        one block, not with the respondents.

    Examples
    --------
    >>> block = [np.array([2, 1, 2]), np.array([1.0, 0.0, 1.0])], np.array([1.0, 1.0, 3.0])
    >>> found = find_patterns([block, block])
    >>> found.columns[0], found.count, found.weight, found.weight_square
    (array([1, 2]), array([2., 4.]), array([2., 8.]), array([ 2., 20.]))
    """
    return _gathered(blocks, None)


def code_patterns(blocks: Iterable[tuple[Sequence[Column], Floats]]) -> tuple[Patterns, Codes32]:
    """Reduce respondents to patterns, and tell the pattern of each.

    Parameters
    ----------
    blocks : iterable of (columns, weight)
        As for :func:`find_patterns`.

    Returns
    -------
    patterns : Patterns
        As of :func:`find_patterns`.
    code : ndarray of int32, shape (n,)
        Row of `patterns` of each respondent.

    Examples
    --------
    >>> block = [np.array([2, 1, 2])], np.ones(3)
    >>> code_patterns([block, block])[1]
    array([1, 0, 1, 1, 0, 1], dtype=int32)
    """
    codes: list[Codes32] = []
    patterns = _gathered(blocks, codes)
    return patterns, np.concatenate(codes)


def distinct_rows(columns: Sequence[Column]) -> tuple[Codes, Codes]:
    """Return a row of each pattern, and the pattern of each row.

    Parameters
    ----------
    columns : sequence of ndarray of shape (n,)
        Whole numbers or finite floats.

    Returns
    -------
    first : ndarray of int, shape (k,)
        Where each pattern stands first.
    pattern : ndarray of int, shape (n,)
        Pattern of each row, 0 to k - 1, in the order of the values.

    Examples
    --------
    >>> distinct_rows([np.array([2, 1, 2])])
    (array([1, 0]), array([1, 0, 1]))
    """
    rows = len(columns[0])
    key, size = np.zeros(rows, dtype=np.int64), 1
    for column in columns:
        codes, levels = _codes(column)
        if size > _MOST // max(levels, 1):
            key, size = _compact(key, size)
        key = key * levels + codes
        size *= levels
    pattern, count = _compact(key, size)
    first = np.zeros(count, dtype=np.intp)
    first[pattern[::-1]] = np.arange(rows)[::-1]
    return first, pattern


def _gathered(
    blocks: Iterable[tuple[Sequence[Column], Floats]], codes: list[Codes32] | None
) -> Patterns:
    """Join blocks whenever as many rows wait as there are patterns; keep `codes` true to them."""
    parts: list[Patterns] = []
    for columns, w in blocks:
        found, pattern = _reduced(columns, np.ones(len(w)), w, w * w)
        if codes is not None:
            codes.append(np.asarray(pattern + sum(map(len, parts)), dtype=np.int32))
        parts.append(found)
        if sum(map(len, parts[1:])) > max(len(parts[0]), MOST_WAITING):
            parts = [_joined(parts, codes)]
    return _joined(parts, codes)


def _joined(parts: Sequence[Patterns], codes: list[Codes32] | None) -> Patterns:
    columns = [np.concatenate(each) for each in zip(*(p.columns for p in parts), strict=True)]
    sums = [
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("count", "weight", "weight_square")
    ]
    found, pattern = _reduced(columns, *sums)
    for place in range(len(codes or ())):
        assert codes is not None
        codes[place] = np.asarray(pattern[codes[place]], dtype=np.int32)
    return found


def _reduced(
    columns: Sequence[Column], count: Floats, weight: Floats, square: Floats
) -> tuple[Patterns, Codes]:
    first, pattern = distinct_rows(columns)

    def add(values: Floats) -> Floats:
        return np.asarray(np.bincount(pattern, values, minlength=len(first)), dtype=float)

    kept = tuple(np.asarray(column)[first] for column in columns)
    return Patterns(kept, add(count), add(weight), add(square)), pattern


def _codes(column: Column) -> tuple[npt.NDArray[np.int64], int]:
    if column.size == 0:
        return np.zeros(0, dtype=np.int64), 1
    low, high = column.min(), column.max()
    if -(2**31) < low <= high < 2**31:
        whole = column.astype(np.int64)
        if column.dtype.kind in "iub" or np.array_equal(whole, column):
            return whole - int(low), int(high) - int(low) + 1
    levels, codes = np.unique(column, return_inverse=True)
    return np.asarray(codes, dtype=np.int64), len(levels)


def _compact(key: npt.NDArray[np.int64], size: int) -> tuple[Codes, int]:
    if size <= 4 * len(key) + 1_000:
        seen = np.bincount(key, minlength=size) > 0
        return np.asarray((np.cumsum(seen) - 1)[key], dtype=np.intp), int(seen.sum())
    present, codes = np.unique(key, return_inverse=True)
    return np.asarray(codes, dtype=np.intp), len(present)
