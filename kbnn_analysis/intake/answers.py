"""What respondents wrote as answers, turned into the codes of a scale."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Literal

from kbnn_analysis.intake.codebook import Scale

Kind = Literal["valid", "missing", "not_applicable"]

_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_NUMBERED = re.compile(r"(-?\d{1,9})\s*[-–—.:)=]\s*(\D.*)")
_WHOLE = re.compile(r"([+-]?\d{1,9})(?:[.,]0+)?")


def clean(text: str) -> str:
    """Return `text` in NFC, without invisible signs, with single plain spaces.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        The same words, comparable letter by letter.

    Examples
    --------
    >>> clean(" Ha\u0300\u00a0 No\u0302\u0323i\u200b ")
    'Hà Nội'
    """
    return " ".join(unicodedata.normalize("NFC", text).translate(_INVISIBLE).split())


def fold(text: str) -> str:
    """Return `text` cleaned and without case, for comparing.

    The letter Eth, which looks like Đ and is often typed for it, counts as Đ.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        A key: texts that a person takes for the same have the same one.

    Examples
    --------
    >>> fold("Đúng  hạn") == fold("ÐÚNG HẠN")
    True
    """
    return clean(text).casefold().replace("ð", "đ")


@dataclass(frozen=True)
class AnswerCodes:
    """The texts that a scale understands, folded, and the meaning of each code."""

    codes: dict[str, int]
    kinds: dict[int, Kind]
    conflicts: tuple[str, ...] = field(default=())

    def read(self, text: str) -> int | None:
        """Return the code that an answer means, or None if it means none.

        Parameters
        ----------
        text : str
            What stands in the cell.

        Returns
        -------
        int or None
            A code of the scale, a missing or not-applicable code included.

        Examples
        --------
        >>> from kbnn_analysis.intake.codebook import Scale, Text
        >>> scale = Scale(labels={4: Text(vi="Hài lòng", en="Satisfied"),
        ...                       5: Text(vi="Rất hài lòng", en="Very satisfied")}, missing=(9,))
        >>> codes = answer_codes(scale)
        >>> [codes.read(text) for text in ("5", "5.0", "RẤT HÀI LÒNG", "5 - Rất hài lòng")]
        [5, 5, 5, 5]
        >>> [codes.read(text) for text in ("6", "4,5", "5 - Hài lòng", "hay lắm")]
        [None, None, None, None]
        """
        folded = fold(text)
        if folded in self.codes:
            return self.codes[folded]
        if number := _WHOLE.fullmatch(folded):
            code = int(number[1])
            return code if code in self.kinds else None
        if numbered := _NUMBERED.fullmatch(folded):
            code = int(numbered[1])
            return code if self.codes.get(numbered[2]) == code else None
        return None


def answer_codes(scale: Scale) -> AnswerCodes:
    """Return the texts and codes of a scale; ambiguous texts are told in ``conflicts``.

    Parameters
    ----------
    scale : Scale
        The scale.

    Returns
    -------
    AnswerCodes
        What its labels, synonyms and codes mean.
    """
    texts: dict[str, int] = {}
    conflicts = []
    pairs = [(text, code) for code, label in scale.labels.items() for text in label.label]
    for text, code in (*pairs, *scale.synonyms.items()):
        if texts.setdefault(fold(text), code) != code:
            conflicts.append(f"the answer {text!r} would mean both {texts[fold(text)]} and {code}.")
    kinds: dict[int, Kind] = dict.fromkeys(scale.missing, "missing")
    kinds.update(dict.fromkeys(scale.not_applicable, "not_applicable"))
    kinds.update(dict.fromkeys(scale.labels, "valid"))
    return AnswerCodes(texts, kinds, tuple(conflicts))
