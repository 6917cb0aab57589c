"""Columns of texts, held small: codes for texts that come back, Arrow for texts that do not.

A file of ordinary size keeps its texts as objects; a large one is read in pieces into codes, so
that ten million answers to a question take ten megabytes. Whatever the form, a column means the
same texts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from kbnn_analysis.intake.answers import clean

MOST_CODES = 65_536
"""A column with more distinct texts is kept as text: its texts seldom come back."""
AT_ONCE = 250_000
"""Texts that are turned into Python's at a time."""


class Column(Protocol):
    """Takes a column's texts piece by piece and gives them back as one series."""

    def add(self, texts: Sequence[str]) -> None:
        """Take the next texts."""
        ...

    def series(self) -> pd.Series:
        """Return all texts."""
        ...


class ObjectColumn:
    """A column of a file of ordinary size: fastest where everything is read at once."""

    def __init__(self) -> None:
        self._texts: list[str] = []

    def add(self, texts: Sequence[str]) -> None:
        """Take the next texts."""
        self._texts.extend(texts)

    def series(self) -> pd.Series:
        """Return the texts as objects."""
        return pd.Series(self._texts, dtype=object)  # Arrow would cost half the reading time


class CodedColumn:
    """A column of a large file: a code per cell while texts come back, Arrow texts otherwise."""

    def __init__(self) -> None:
        self._codes = _Codes()
        self._pieces: dict[np.dtype[Any], bytearray] = {}
        self._texts: list[Any] = []
        self._coded = True

    def add(self, texts: Sequence[str]) -> None:
        """Take the next texts."""
        import pyarrow as pa

        if not self._coded:
            self._texts.append(pa.array(texts, type=pa.large_string()))
            return
        lookup = self._codes.__getitem__
        codes = np.fromiter(map(lookup, texts), dtype=np.int32, count=len(texts))
        kind = np.min_scalar_type(-len(self._codes) - 1)
        # growing in place: many small arrays would leave the heap full of holes
        self._pieces.setdefault(kind, bytearray()).extend(codes.astype(kind).data.cast("B"))
        if len(self._codes) > MOST_CODES:
            self._to_texts()

    def series(self) -> pd.Series:
        """Return a categorical in the order of first appearance, or Arrow texts."""
        import pyarrow as pa

        if not self._coded:
            return pd.Series(pa.chunked_array(self._texts).to_pandas()).astype("str")
        codes = np.concatenate(self._arrays())
        self._pieces.clear()
        levels = pd.Index(list(self._codes), dtype=object)
        return pd.Series(pd.Categorical.from_codes(codes, categories=levels))

    def _arrays(self) -> list[npt.NDArray[Any]]:
        return [np.frombuffer(held, dtype=kind) for kind, held in self._pieces.items()]

    def _to_texts(self) -> None:
        import pyarrow as pa

        levels = pa.array(list(self._codes), type=pa.large_string())
        self._texts = [levels.take(pa.array(codes)) for codes in self._arrays()]
        self._pieces.clear()
        self._codes.clear()
        self._coded = False


def cleaned(texts: pd.Series) -> pd.Series:
    """Return the texts cleaned as by :func:`~kbnn_analysis.intake.answers.clean`.

    Parameters
    ----------
    texts : Series
        Objects, a categorical or Arrow texts.

    Returns
    -------
    Series
        Objects, or Arrow texts where they came so.

    Examples
    --------
    >>> cleaned(pd.Series([" a  b", "c"], dtype="category")).tolist()
    ['a b', 'c']
    """
    if texts.dtype == "category":
        levels = np.array([clean(str(text)) for text in texts.cat.categories], dtype=object)
        return pd.Series(levels[texts.cat.codes.to_numpy()], index=texts.index)
    if texts.dtype == object:
        return texts.map(clean)
    return _arrow_cleaned(texts)


def cleaned_or_none(texts: pd.Series) -> pd.Series:
    """Return the texts cleaned, missing where nothing is left of them.

    Parameters
    ----------
    texts : Series
        Objects, a categorical or Arrow texts.

    Returns
    -------
    Series of str
        Numbered from 0.

    Examples
    --------
    >>> cleaned_or_none(pd.Series([" a ", " "], dtype=object)).isna().tolist()
    [False, True]
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if texts.dtype == "category":
        levels = [clean(str(text)) or None for text in texts.cat.categories]
        coded = pa.DictionaryArray.from_arrays(
            pa.array(texts.cat.codes.to_numpy()), pa.array(levels, type=pa.large_string())
        )
        return pd.Series(coded.cast(pa.large_string()).to_pandas()).astype("str")
    if texts.dtype == object:
        codes, found = pd.factorize(texts)
        kept = np.array([clean(text) or None for text in found], dtype=object)
        return pd.Series(kept[codes], dtype="str")
    words = _arrow_cleaned(texts).reset_index(drop=True)  # shares its texts where nothing changed
    if not (words == "").any():
        return words
    plain = pa.chunked_array([pa.array(words, type=pa.large_string())])
    blank = pc.equal(plain, "")
    plain = pc.if_else(blank, pa.scalar(None, type=pa.large_string()), plain)
    return pd.Series(plain.to_pandas()).astype("str")


def repeated(texts: pd.Series) -> npt.NDArray[np.bool_]:
    """Return which texts stand more than once, exactly.

    Many texts are compared by a hash of eight bytes each first; only those whose hash comes back
    are compared as texts.

    Parameters
    ----------
    texts : Series
        Objects or Arrow texts.

    Returns
    -------
    ndarray of bool
        True for every one of a set of equal texts.

    Examples
    --------
    >>> repeated(pd.Series(["a", "b", "a"], dtype="str")).tolist()
    [True, False, True]
    """
    if texts.dtype == object:
        return np.asarray(texts.duplicated(keep=False))
    hashes = np.concatenate([_hashes(piece) for piece in _pieces(texts)])
    order = np.sort(hashes)
    again = np.unique(order[1:][order[1:] == order[:-1]])
    places = np.flatnonzero(np.isin(hashes, again)) if again.size else np.array([], dtype=np.intp)
    found = np.zeros(len(texts), dtype=bool)
    found[places] = texts.iloc[places].astype(object).duplicated(keep=False).to_numpy()
    return found


class _Codes(dict[str, int]):
    """Text -> code, a new code for a new text."""

    def __missing__(self, text: str) -> int:
        code = self[text] = len(self)
        return code


def _pieces(texts: pd.Series) -> Iterator[pd.Series]:
    for start in range(0, max(len(texts), 1), AT_ONCE):
        yield texts.iloc[start : start + AT_ONCE]


def _hashes(texts: pd.Series) -> npt.NDArray[np.uint64]:
    plain = texts.to_numpy(dtype=object)
    return np.asarray(pd.util.hash_array(plain, categorize=False), dtype=np.uint64)


def _arrow_cleaned(texts: pd.Series) -> pd.Series:
    import pyarrow as pa
    import pyarrow.compute as pc

    if not any(pc.any(_odd(_plain(piece))).as_py() for piece in _pieces(texts)):
        return texts
    whole = pa.chunked_array([_piece_cleaned(_plain(piece)) for piece in _pieces(texts)])
    return pd.Series(whole.to_pandas()).astype("str").set_axis(texts.index)


def _plain(piece: pd.Series) -> Any:
    import pyarrow as pa

    plain = pa.array(piece)
    if isinstance(plain, pa.ChunkedArray):
        plain = plain.combine_chunks()
    return plain.cast(pa.large_string())


def _odd(piece: Any) -> Any:
    """Return which texts hold a blank, or anything beyond ASCII."""
    import pyarrow.compute as pc

    return pc.match_substring_regex(piece, "[^!-~]")


def _piece_cleaned(piece: Any) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    odd = _odd(piece)
    words = [clean(text) for text in piece.filter(odd).to_pylist()]
    return pc.replace_with_mask(piece, odd, pa.array(words, type=pa.large_string()))
