"""Be Vietnam Pro, shipped so that no figure or page depends on the fonts of a machine.

The two faces are under the SIL Open Font License 1.1 (OFL.txt beside them).
"""

from __future__ import annotations

import base64
import io
from functools import cache
from pathlib import Path
from typing import Any, Literal

FAMILY = "Be Vietnam Pro"
TABULAR = "Be Vietnam Pro Figures"
Weight = Literal["Regular", "Bold"]
WEIGHTS: dict[Weight, int] = {"Regular": 400, "Bold": 700}

_LATIN = "".join(map(chr, range(0x20, 0x7F)))
_VIETNAMESE = "ĂÂĐÊÔƠƯăâđêôơưÀÁẢÃẠÈÉẺẼẸÌÍỈĨỊÒÓỎÕỌÙÚỦŨỤỲÝỶỸỴàáảãạèéẻẽẹìíỉĩịòóỏõọùúủũụỳýỷỹỵ"
_STACKED = "".join(map(chr, range(0x1EA0, 0x1EFA)))
_SIGNS = "–—×·…“”‘’«»•°±≥≤≈−§©₫\u00a0"
CHARACTERS = "".join(sorted(set(_LATIN + _VIETNAMESE + _STACKED + _SIGNS)))


def font_path(weight: Weight) -> Path:
    """Return the place of a shipped face."""
    return Path(__file__).parent / f"BeVietnamPro-{weight}.ttf"


def text_width(text: str, weight: Weight = "Regular") -> float:
    """Return how wide a text is, in em; digits take the room of the widest one.

    Examples
    --------
    >>> text_width("11") == text_width("96"), text_width("i") < text_width("m")
    (True, True)
    """
    widths = _widths(weight)
    return sum(widths.get(ord(letter), 0.6) for letter in text)


@cache
def _widths(weight: Weight) -> dict[int, float]:
    from fontTools.ttLib import TTFont  # late: a heavy import

    with TTFont(font_path(weight), lazy=True) as font:
        advances, em = font["hmtx"], font["head"].unitsPerEm
        found = {letter: advances[name][0] / em for letter, name in font.getBestCmap().items()}
    digits = [ord(digit) for digit in "0123456789"]
    return found | dict.fromkeys(digits, max(found[digit] for digit in digits))


@cache
def register() -> None:
    """Make the family known to matplotlib."""
    from matplotlib import font_manager  # late: a heavy import

    for weight in WEIGHTS:
        font_manager.fontManager.addfont(font_path(weight))


def font_faces(text: str = "") -> str:
    """Return CSS that embeds the family, with the characters of `text` and all Vietnamese ones.

    The digits of the family differ in width. A second small family holds digits of one width, so
    that numbers stand under each other in tables.
    """
    characters = "".join(sorted(set(CHARACTERS + text)))
    faces = [_face(FAMILY, weight, subset(weight, characters)) for weight in WEIGHTS]
    figures = [_face(TABULAR, weight, tabular_digits(weight)) for weight in WEIGHTS]
    return "\n".join(faces + figures)


def _face(family: str, weight: Weight, woff: bytes) -> str:
    encoded = base64.b64encode(woff).decode("ascii")
    return (
        f"@font-face{{font-family:'{family}';font-weight:{WEIGHTS[weight]};font-style:normal;"
        f"font-display:swap;src:url(data:font/woff;base64,{encoded}) format('woff')}}"
    )


@cache
def subset(weight: Weight, characters: str) -> bytes:
    """Return a WOFF of a face with the given characters only; the same bytes each time."""
    return _as_woff(_subset(weight, characters, ["kern", "mark", "mkmk", "ccmp", "locl"]))


@cache
def tabular_digits(weight: Weight) -> bytes:
    """Return a WOFF of the ten digits, each set in the middle of the widest one's space."""
    return _as_woff(_digits(weight))


def tabular_face(weight: Weight) -> bytes:
    """Return the same digits as a font file of their own family, for what cannot read WOFF.

    The files beside this one are its bytes; a test holds them to that.
    """
    font = _digits(weight)
    for entry in font["name"].names:
        if entry.nameID in {1, 4, 16}:
            entry.string = TABULAR
        elif entry.nameID in {3, 6}:
            entry.string = f"{TABULAR}-{weight}".replace(" ", "")
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def _digits(weight: Weight) -> Any:
    font = _subset(weight, "0123456789", [])
    names = [font.getBestCmap()[ord(digit)] for digit in "0123456789"]
    widest = max(font["hmtx"][name][0] for name in names)
    for name in names:
        width, left = font["hmtx"][name]
        shift = (widest - width) // 2
        font["glyf"][name].coordinates.translate((shift, 0))
        font["hmtx"][name] = (widest, left + shift)
    return font


def _subset(weight: Weight, characters: str, features: list[str]) -> Any:
    from fontTools.subset import Options, Subsetter  # late: a heavy import
    from fontTools.ttLib import TTFont

    options = Options()
    options.layout_features = features
    options.hinting = False
    font = TTFont(font_path(weight), recalcTimestamp=False)
    subsetter = Subsetter(options)
    subsetter.populate(text=characters)
    subsetter.subset(font)
    return font


def _as_woff(font: Any) -> bytes:
    font.flavor = "woff"
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()
