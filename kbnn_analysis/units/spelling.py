"""How a unit's name is brought to one spelling before it is compared.

Two texts are the same name when their :class:`Spelling` agrees. It forgets what carries no
meaning: Unicode form, case, blanks and hyphens, the place of the tone mark within a syllable
(Hoà, Hòa), the look-alikes of đ, and words such as "Tỉnh", "KBNN" or "province". It never
forgets a tone or a letter; the bare form without diacritics serves only texts that have none.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

TONES = "\u0300\u0309\u0303\u0301\u0323"  # huyền, hỏi, ngã, sắc, nặng: the dictionary's order
_LOOKS_LIKE_D = str.maketrans({"ð": "đ", "ɖ": "đ", "Ð": "đ", "Ɖ": "đ"})
_VOWELS = "aeiouy"
_SEPARATORS = re.compile(r"[\s._,]+")
_ROMAN = re.compile(r"(?=[xvi])(x{0,3})(ix|iv|v?i{0,3})")


@dataclass(frozen=True)
class Spelling:
    """A name in comparable form.

    ``full`` keeps letters and tones, ``bare`` neither marks nor strokes; ``plain`` is true where
    the text had no diacritics; ``city`` where it called itself a city.
    """

    full: str
    bare: str
    plain: bool
    city: bool


@lru_cache(maxsize=4096)
def spell(text: str) -> Spelling:
    """Return the comparable form of a name.

    Parameters
    ----------
    text : str
        A name as somebody wrote it.

    Returns
    -------
    Spelling
        Equal for equal names.

    Examples
    --------
    >>> spell("KBNN tỉnh Hoà Bình").full == spell("HÒA-BÌNH").full
    True
    >>> spell("KBNN Khu vực VII").full, spell("khu vực 7").full
    ('#7', '#7')
    """
    tokens, city = _strip_kind_words(_tokens(text))
    number = _region_number(tokens)
    if number is not None:
        return Spelling(f"#{number}", f"#{number}", True, city)
    full = "".join(_gather_tones(token) for token in tokens)
    bare = bare_letters(full)
    return Spelling(full, bare, full == bare, city)


def bare_letters(text: str) -> str:
    """Return a lower-case text without marks and strokes.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        The text in base letters.

    Examples
    --------
    >>> bare_letters("Đắk Lắk")
    'dak lak'
    """
    decomposed = unicodedata.normalize("NFD", text.casefold().translate(_LOOKS_LIKE_D))
    kept = "".join(char for char in decomposed if not unicodedata.combining(char))
    return kept.replace("đ", "d")


def _tokens(text: str) -> list[str]:
    compatible = unicodedata.normalize("NFKC", text).casefold().translate(_LOOKS_LIKE_D)
    kept = []
    for char in compatible:
        category = unicodedata.category(char)
        if category == "Cf":  # zero-width characters, soft hyphen, byte-order mark
            continue
        kept.append(" " if category in ("Pd", "Cc") or char == "\u2212" else char)
    composed = unicodedata.normalize("NFC", "".join(kept).replace("d\u0335", "đ"))
    return [token for token in _SEPARATORS.split(composed) if token]


def _gather_tones(token: str) -> str:
    """Move tone marks behind their run of vowels, so that hoà and hòa agree."""
    out: list[str] = []
    held: list[str] = []
    for char in unicodedata.normalize("NFD", token):
        if char in TONES:
            held.append(char)
            continue
        if char not in _VOWELS and not unicodedata.combining(char):
            out += held
            held = []
        out.append(char)
    return "".join(out + held)


_PROVINCE = ("tỉnh",)
_CITY_FIRST = ("thành phố", "tp", "t p")
_TREASURY = ("kho bạc nhà nước", "kho bạc", "kbnn", "state treasury of", "state treasury")
_CITY_LAST = ("city", "municipality")
_PROVINCE_LAST = ("province",)


def _sequences(*phrases: str) -> tuple[tuple[str, ...], ...]:
    """Return the phrases as token sequences, with and without diacritics, longest first."""
    found = set()
    for phrase in phrases:
        found.add(tuple(_gather_tones(word) for word in phrase.split()))
        found.add(tuple(bare_letters(phrase).split()))
    return tuple(sorted(found, key=lambda words: (-len(words), words)))


_FIRST = [(words, False) for words in _sequences(*_TREASURY, *_PROVINCE)] + [
    (words, True) for words in _sequences(*_CITY_FIRST)
]
_LAST = [(words, False) for words in _sequences(*_PROVINCE_LAST)] + [
    (words, True) for words in _sequences(*_CITY_LAST)
]


def _strip_kind_words(tokens: list[str]) -> tuple[list[str], bool]:
    """Take away words that say what kind of unit it is, as long as a name remains."""
    city = False
    stripped = True
    while stripped:
        stripped = False
        spelled = [_gather_tones(token) for token in tokens]
        for words, says_city in _FIRST:
            if len(tokens) > len(words) and tuple(spelled[: len(words)]) == words:
                tokens, city, stripped = tokens[len(words) :], city or says_city, True
                break
        else:
            for words, says_city in _LAST:
                if len(tokens) > len(words) and tuple(spelled[-len(words) :]) == words:
                    tokens, city, stripped = tokens[: -len(words)], city or says_city, True
                    break
    return tokens, city


_REGION_WORDS = (["khu", "vuc"], ["kv"], ["region"], ["regional", "treasury"])


def _region_number(tokens: list[str]) -> int | None:
    """Return the number of "Khu vực VII", "KV7", "Region 7" or "VII"; None for other names."""
    words = [bare_letters(token) for token in tokens]
    if len(words) == 1 and words[0].startswith("kv"):
        words = [words[0].removeprefix("kv")]
    if words[:-1] not in ([], *_REGION_WORDS):
        return None
    last = words[-1] if words else ""
    return int(last) if re.fullmatch("[0-9]{1,2}", last) else _roman(last)


def _roman(text: str) -> int | None:
    match = _ROMAN.fullmatch(text)
    if match is None:
        return None
    ones = {"": 0, "i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8}
    return 10 * len(match[1]) + (9 if match[2] == "ix" else ones[match[2]])
