"""Legacy Vietnamese encodings: how their texts look, so that they can be told apart.

Single-byte files carry no name of their encoding, and several decoders "succeed" on each of them.
What decides is whether the decoded words are possible Vietnamese syllables.

References
----------
TCVN 5712:1993 (TCVN3, the ABC fonts ``.VnTime``); the VNI Windows character set; Microsoft code
page 1258.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

Legacy = Literal["windows-1258", "TCVN3", "VNI"]

TCVN3 = dict(
    zip(
        bytes.fromhex(
            "a1a2a3a4a5a6a7a8a9aaabacadaeb5b6b7b8b9bbbcbdbec6c7c8c9cacbcccecfd0d1d2d3d4d5d6d7d8dcddde"
            "dfe1e2e3e4e5e6e7e8e9eaebecedeeeff1f2f3f4f5f6f7f8f9fafbfcfdfe"
        ),
        "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
        strict=True,
    )
)
VNI_MARKS = {
    "ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323",
    "â": "\u0302", "á": "\u0302\u0301", "à": "\u0302\u0300", "å": "\u0302\u0309",
    "ã": "\u0302\u0303", "ä": "\u0302\u0323",
    "ê": "\u0306", "é": "\u0306\u0301", "è": "\u0306\u0300", "ú": "\u0306\u0309",
    "ü": "\u0306\u0303", "ë": "\u0306\u0323",
}  # fmt: skip
_VNI_LETTERS = {"ñ": "đ", "ö": "ư", "ô": "ơ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}
_VNI_PAIR = re.compile(f"([aeouyöô])([{''.join(VNI_MARKS)}])")
_ONSETS = "b|ch|c|d|đ|gh|gi|g|h|kh|k|l|m|ngh|ng|nh|n|ph|p|qu|r|s|th|tr|t|v|x"
_NUCLEI = (
    "uyê|uya|uyu|uây|iêu|yêu|uôi|ươi|ươu|oai|oay|oeo|iê|ia|yê|ua|uô|ưa|ươ|ai|ao|au|ay|âu|ây|eo|êu"
    "|iu|oi|ôi|ơi|ui|ưi|ưu|oa|oă|oe|uâ|uê|uơ|uy|a|ă|â|e|ê|i|o|ô|ơ|u|ư|y"
)
_SYLLABLE = re.compile(f"(?:{_ONSETS})?(?:{_NUCLEI})(?:ch|c|m|ng|nh|n|p|t)?")
_TONES = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_SAMPLE = 50_000
_WORD = re.compile(r"[^\W\d_]+(?:[\u0300-\u0323][^\W\d_]*)*")


def guess_legacy(content: bytes) -> Legacy | None:
    r"""Return the legacy Vietnamese encoding of some bytes, or None if it is none of them.

    Parameters
    ----------
    content : bytes
        The file; its first lines beyond ASCII are looked at.

    Returns
    -------
    {"windows-1258", "TCVN3", "VNI"} or None
        The encoding under which 60 % of the accented words are possible, and most of all.

    Examples
    --------
    >>> guess_legacy(b"H\xe0 N\xf4\xf2i")
    'windows-1258'
    >>> guess_legacy(b"H\xb5 N\xe9i")
    'TCVN3'
    >>> guess_legacy(b"Ha\xf8 No\xe4i")
    'VNI'
    """
    lines = (line for line in content.splitlines() if not line.isascii())
    sample = b"\n".join(lines)[:_SAMPLE]
    candidates: dict[Legacy, str] = {
        "windows-1258": unicodedata.normalize("NFC", sample.decode("cp1258", "replace")),
        "TCVN3": decode_tcvn3(sample.decode("latin-1")),
        "VNI": decode_vni(sample.decode("cp1252", "replace")),
    }
    shares = {name: plausible_share(text) for name, text in candidates.items()}
    best = max(shares, key=lambda name: shares[name])
    return best if shares[best] >= 0.6 else None


def guess_misread(text: str) -> Legacy | None:
    """Return the legacy encoding whose bytes were saved as if they were Unicode letters.

    Such a file is valid UTF-8 and still unreadable: it only looks right in an old font.

    Parameters
    ----------
    text : str
        The decoded file.

    Returns
    -------
    {"TCVN3", "VNI"} or None
        None for readable text, and where fewer than three accented words can be judged.

    Examples
    --------
    >>> guess_misread("Hµ Néi; §µ N½ng; rÊt hµi lßng"), guess_misread("Hà Nội; rất hài lòng")
    ('TCVN3', None)
    """
    sample = "\n".join(line for line in text.splitlines() if not line.isascii())[:_SAMPLE]
    if sum(not word.isascii() for word in _WORD.findall(sample)) < 3:
        return None
    shares: dict[Legacy, float] = {
        "TCVN3": plausible_share(decode_tcvn3(sample)),
        "VNI": plausible_share(decode_vni(sample)),
    }
    best = max(shares, key=lambda name: shares[name])
    right = plausible_share(sample)
    return best if shares[best] >= 0.8 and shares[best] > right + 0.3 else None


def decode_tcvn3(text: str) -> str:
    """Return what a TCVN3 text, read as Latin-1, was meant to say.

    Parameters
    ----------
    text : str
        TCVN3 bytes decoded as Latin-1.

    Returns
    -------
    str
        The text in Unicode.
    """
    return text.translate(TCVN3)


def decode_vni(text: str) -> str:
    """Return what a VNI text, read as Windows-1252, was meant to say (in small letters).

    Parameters
    ----------
    text : str
        VNI bytes decoded as Windows-1252.

    Returns
    -------
    str
        The text in Unicode.
    """
    paired = _VNI_PAIR.sub(lambda pair: pair[1] + VNI_MARKS[pair[2]], text.lower())
    letters = "".join(_VNI_LETTERS.get(letter, letter) for letter in paired)
    return unicodedata.normalize("NFC", letters)


def plausible_share(text: str) -> float:
    """Return the share of accented words that are possible Vietnamese syllables.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    float
        Between 0 and 1; 0 where no word is accented.

    Examples
    --------
    >>> plausible_share("Hà Nội"), plausible_share("café"), plausible_share("plain")
    (1.0, 0.0, 0.0)
    """
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    if not words:
        return 0.0
    return sum(is_syllable(word) for word in words) / len(words)


def is_syllable(word: str) -> bool:
    """Return whether a word is a possible Vietnamese syllable.

    Parameters
    ----------
    word : str
        One word.

    Returns
    -------
    bool
        True where onset, nucleus, coda and tone fit together.

    Examples
    --------
    >>> [is_syllable(word) for word in ("nghiêng", "Đắk", "Hµ", "café")]
    [True, True, False, False]
    """
    parts = unicodedata.normalize("NFD", word.casefold())
    plain, tones = _TONES.subn("", parts)
    base = unicodedata.normalize("NFC", plain)
    return tones <= 1 and (_SYLLABLE.fullmatch(base) is not None or base in {"đăk", "lăk"})
