"""How numbers, intervals and dates are written in Vietnamese and in English reports.

A missing value is a dash and a hidden one says that it is hidden; neither is ever a zero.
"""

from __future__ import annotations

import datetime
import math
from typing import Literal

from babel.dates import format_date
from babel.numbers import format_decimal

from kbnn_analysis.language import Label, Language

MISSING = "–"
HIDDEN = Label("ẩn", "hidden")
MINUS = "−"
PROBABILITY_STEP = 0.05
Kind = Literal["proportion", "mean"]

_LOCALES: dict[Language, str] = {"vi": "vi_VN", "en": "en_GB"}


def is_missing(value: object) -> bool:
    """Return whether there is no value: None, NaN or NA."""
    return value is None or str(value) == "<NA>" or value != value


def number(value: float | None, language: Language, *, decimals: int = 2) -> str:
    """Write a number with a fixed count of decimals.

    Examples
    --------
    >>> number(1323.456, "vi"), number(1323.456, "en"), number(None, "vi")
    ('1.323,46', '1,323.46', '–')
    """
    if value is None or is_missing(value) or not math.isfinite(value):
        return MISSING
    rounded = round(float(value), decimals) + 0.0  # no minus zero
    text = str(format_decimal(rounded, format=_pattern(decimals), locale=_LOCALES[language]))
    return text.replace("-", MINUS)


def count(value: float | None, language: Language) -> str:
    """Write a count of things.

    Examples
    --------
    >>> count(1323, "vi"), count(1323, "en")
    ('1.323', '1,323')
    """
    return number(value, language, decimals=0)


def percent(value: float | None, language: Language, *, decimals: int = 1) -> str:
    """Write a proportion as a percentage; only a true 0 or 1 reads as nobody or everybody.

    Parameters
    ----------
    value : float or None
        A proportion, 0 to 1.
    language : {"vi", "en"}
        Language of the number format.
    decimals : int
        Decimals of the percentage.

    Returns
    -------
    str
        The percentage with its sign, or a dash.

    Examples
    --------
    >>> percent(0.9819, "vi", decimals=2), percent(0.9819, "en", decimals=2)
    ('98,19%', '98.19%')
    >>> percent(0.9998, "vi"), percent(1.0, "vi"), percent(0.0001, "en")
    ('>99,9%', '100,0%', '<0.1%')
    """
    if value is None or is_missing(value):
        return MISSING
    step = 10.0**-decimals
    shown = round(100 * value, decimals)
    if value < 1 and shown >= 100:
        return f">{number(100 - step, language, decimals=decimals)}%"
    if value > 0 and shown <= 0:
        return f"<{number(step, language, decimals=decimals)}%"
    return f"{number(shown, language, decimals=decimals)}%"


def probability(value: float | None, language: Language) -> str:
    """Write a probability; one that was released in steps of 5 % has no decimals.

    Such a 0 means less than half a step, not never.

    Examples
    --------
    >>> probability(0.45, "vi"), probability(0.0, "vi"), probability(1.0, "en")
    ('45%', '<5%', '>95%')
    >>> probability(0.123, "en")
    '12.3%'
    """
    if value is None or is_missing(value):
        return MISSING
    steps = round(value / PROBABILITY_STEP, 6)
    if not steps.is_integer():
        return percent(value, language)
    if steps == 0:
        return f"<{percent(PROBABILITY_STEP, language, decimals=0)}"
    if value >= 1:
        return f">{percent(1 - PROBABILITY_STEP, language, decimals=0)}"
    return percent(value, language, decimals=0)


def points(value: float | None, language: Language, *, decimals: int | None = None) -> str:
    """Write a difference of proportions in percentage points, with its sign.

    One decimal where none are given; none for whole points, to which few answers are rounded.

    Examples
    --------
    >>> points(0.0123, "vi"), points(-0.004, "en"), points(-0.15, "en")
    ('+1,2 điểm phần trăm', '−0.4 percentage points', '−15 percentage points')
    """
    if value is None or is_missing(value):
        return MISSING
    if decimals is None:
        decimals = 0 if abs(100 * value - round(100 * value)) < 1e-9 else 1
    noun = Label("điểm phần trăm", "percentage points").text(language)
    return f"{signed(100 * value, language, decimals=decimals)} {noun}"


def signed(value: float | None, language: Language, *, decimals: int = 2) -> str:
    """Write a number with its sign, also where it is positive; zero has none.

    Examples
    --------
    >>> signed(1.25, "vi", decimals=1), signed(-1.25, "en", decimals=2), signed(0.0, "en")
    ('+1,2', '−1.25', '0.00')
    """
    text = number(value, language, decimals=decimals)
    above_zero = value is not None and not is_missing(value) and round(value, decimals) > 0
    return f"+{text}" if above_zero else text


def interval(
    low: float | None,
    high: float | None,
    language: Language,
    *,
    kind: Kind = "proportion",
    decimals: int | None = None,
) -> str:
    """Write both ends of an interval without units; proportions in per cent.

    Examples
    --------
    >>> interval(0.96, 0.992, "vi"), interval(4.1, 4.35, "en", kind="mean")
    ('96,0–99,2', '4.10–4.35')
    """
    if is_missing(low) or is_missing(high):
        return MISSING
    ends = [signless(end, language, kind=kind, decimals=decimals) for end in (low, high)]
    joint = " to " if language == "en" else " đến "
    return (joint if MINUS in "".join(ends) else MISSING).join(ends)


def signless(
    value: float | None,
    language: Language,
    *,
    kind: Kind = "proportion",
    decimals: int | None = None,
) -> str:
    """Write a value on its measure's scale without the unit: 98,2 for a proportion of 0.982."""
    if value is None or is_missing(value):
        return MISSING
    if kind == "proportion":
        return number(100 * value, language, decimals=1 if decimals is None else decimals)
    return number(value, language, decimals=2 if decimals is None else decimals)


def value(
    estimate: float | None, language: Language, *, kind: Kind, decimals: int | None = None
) -> str:
    """Write an estimate with its unit: a percentage for a proportion, points of the scale else.

    Examples
    --------
    >>> value(0.982, "vi", kind="proportion"), value(4.216, "vi", kind="mean")
    ('98,2%', '4,22')
    """
    if kind == "proportion":
        return percent(estimate, language, decimals=1 if decimals is None else decimals)
    return number(estimate, language, decimals=2 if decimals is None else decimals)


def p_value(value: float | None, language: Language, *, decimals: int = 3) -> str:
    """Write a p-value with three decimals, or as it was rounded; a smaller one as a bound.

    Examples
    --------
    >>> p_value(0.0131, "vi"), p_value(1e-9, "en"), p_value(0.001, "en")
    ('0,013', '<0.001', '<0.001')
    """
    if value is None or is_missing(value):
        return MISSING
    if value <= 0.001:  # releases round upward: 0.001 then stands for all that is smaller
        return f"<{number(0.001, language, decimals=3)}"
    return number(value, language, decimals=decimals)


def date(value: datetime.date, language: Language) -> str:
    """Write a date in words.

    Examples
    --------
    >>> date(datetime.date(2023, 12, 11), "vi"), date(datetime.date(2023, 12, 11), "en")
    ('ngày 11 tháng 12 năm 2023', '11 December 2023')
    """
    if language == "vi":
        return f"ngày {value.day} tháng {value.month} năm {value.year}"
    return str(format_date(value, "d MMMM y", locale=_LOCALES[language]))


def hidden(language: Language, reason: str = "") -> str:
    """Write that a value is hidden, with the reason where one is given.

    Examples
    --------
    >>> hidden("vi"), hidden("en", "fewer than 10 valid answers")
    ('ẩn', 'hidden (fewer than 10 valid answers)')
    """
    word = HIDDEN.text(language)
    return f"{word} ({reason})" if reason else word


def _pattern(decimals: int) -> str:
    return "#,##0." + "0" * decimals if decimals else "#,##0"
