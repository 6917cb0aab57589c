"""Vietnamese alphabetical order.

The letters are a ă â b c d đ e ê g h i k l m n o ô ơ p q r s t u ư v x y, with f j w z at their
Latin places. Tones count only where all letters are equal, in the dictionary's order: ngang,
huyền, hỏi, ngã, sắc, nặng. The official order is by code, as in `Vintage.codes`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from kbnn_analysis.units.spelling import TONES

_LETTERS = {letter: place for place, letter in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")}
_TONE = {mark: place for place, mark in enumerate(TONES, start=1)}

SortKey = tuple[tuple[tuple[int, int], ...], tuple[int, ...], str]


def vietnamese_key(text: str) -> SortKey:
    """Return a key that sorts texts in Vietnamese alphabetical order.

    First all letters are compared, then the tones syllable by syllable (so that Hoà and Hòa
    stand together), then the text itself. Blanks come before digits, digits before letters.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    tuple
        For ``sorted(..., key=vietnamese_key)``.

    References
    ----------
    Unicode CLDR, collation of the locale vi. In R: ``stringi::stri_sort(x, locale = "vi")``.

    Examples
    --------
    >>> sorted(["Đà Nẵng", "Điện Biên", "Hà Nội", "Cần Thơ", "Cà Mau"], key=vietnamese_key)
    ['Cà Mau', 'Cần Thơ', 'Đà Nẵng', 'Điện Biên', 'Hà Nội']
    """
    composed = unicodedata.normalize("NFC", text)
    letters: list[tuple[int, int]] = []
    tones: list[int] = []
    for syllable in composed.casefold().split(" "):
        decomposed = unicodedata.normalize("NFD", syllable)
        tones.append(max((_TONE.get(char, 0) for char in decomposed), default=0))
        toneless = "".join(char for char in decomposed if char not in _TONE)
        letters += [_place(char) for char in unicodedata.normalize("NFC", toneless)]
        letters.append((0, 0))
    return tuple(letters[:-1]), tuple(tones), composed


def vietnamese_sorted(texts: Iterable[str]) -> list[str]:
    """Return texts in Vietnamese alphabetical order.

    Parameters
    ----------
    texts : iterable of str
        Any texts.

    Returns
    -------
    list of str
        The same, sorted.

    Examples
    --------
    >>> vietnamese_sorted(["mạ", "má", "mã", "mả", "mà", "ma"])
    ['ma', 'mà', 'mả', 'mã', 'má', 'mạ']
    """
    return sorted(texts, key=vietnamese_key)


def _place(char: str) -> tuple[int, int]:
    if char in _LETTERS:
        return 3, _LETTERS[char]
    if char.isdecimal():
        return 2, unicodedata.decimal(char)
    return (4 if char.isalpha() else 1), ord(char)
