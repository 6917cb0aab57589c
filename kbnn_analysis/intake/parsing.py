"""Numbers and dates as people write them; nothing is guessed that could mean two things."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Literal

from kbnn_analysis.intake.answers import clean

DecimalMark = Literal[".", ","]

_PLAIN = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?")
_POINT_GROUPS = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_COMMA_GROUPS = re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?")
_COMMA_DECIMAL = re.compile(r"[+-]?\d+,\d+(?:[eE][+-]?\d{1,3})?")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d+)?)?Z?)?")
_DAY_FIRST = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?: \d{1,2}:\d{2}(?::\d{2})?)?")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_SERIAL_ZERO = dt.date(1899, 12, 30)


def decimal_mark(texts: Iterable[str]) -> DecimalMark | None:
    """Return the decimal mark that a column's numbers show, or None if they contradict.

    A comma counts as decimal where it cannot separate thousands ("98,19", "0,554"), a point
    likewise. Without evidence the mark is the point, as machines write.

    Parameters
    ----------
    texts : iterable of str
        The distinct texts of the column.

    Returns
    -------
    {".", ","} or None
        None where some numbers need the comma and others the point, or where "1,234" alone
        could be either.

    Examples
    --------
    >>> decimal_mark(["98,19", "1.234,56"]), decimal_mark(["0.5", "1,234.5"]), decimal_mark(["7"])
    (',', '.', '.')
    >>> decimal_mark(["98,19", "97.5"]) is None, decimal_mark(["1,234", "5"]) is None
    (True, True)
    """
    numbers = [text for text in map(clean, texts) if "," in text or "." in text]
    comma = point = either = False
    for text in numbers:
        reads_comma = bool(_COMMA_DECIMAL.fullmatch(text) or _POINT_GROUPS.fullmatch(text))
        reads_point = bool(_PLAIN.fullmatch(text) or _COMMA_GROUPS.fullmatch(text))
        comma |= reads_comma and not reads_point
        point |= reads_point and not reads_comma
        either |= reads_comma and reads_point and "," in text
    if comma and point:
        return None
    if either and not comma and not point:
        return None
    return "," if comma else "."


def parse_number(text: str, mark: DecimalMark = ".") -> float:
    """Return the number that a text means under a decimal mark.

    Parameters
    ----------
    text : str
        A number as written.
    mark : {".", ","}, default "."
        The decimal mark of the column, see :func:`decimal_mark`.

    Returns
    -------
    float
        A finite number.

    Raises
    ------
    ValueError
        If it is no finite number; the message says why, for a person.

    Examples
    --------
    >>> parse_number("98,19", ","), parse_number("1.234,56", ","), parse_number("1,234.5")
    (98.19, 1234.56, 1234.5)
    """
    plain = clean(text).replace("\u2212", "-")
    if plain.isascii():
        if mark == "." and (_PLAIN.fullmatch(plain) or _COMMA_GROUPS.fullmatch(plain)):
            return _finite(plain.replace(",", ""))
        if mark == "," and _POINT_GROUPS.fullmatch(plain):
            return _finite(plain.replace(".", "").replace(",", "."))
        if mark == "," and (_COMMA_DECIMAL.fullmatch(plain) or "." not in plain):
            return _finite(plain.replace(",", "."))
    raise ValueError("is no number.")


def parse_date(text: str) -> dt.date:
    """Return the day that a text means: 2023-05-31, 31/05/2023, or an Excel serial number.

    Parameters
    ----------
    text : str
        A day as written; a time of day after it is passed over.

    Returns
    -------
    date
        The day.

    Raises
    ------
    ValueError
        If there is no such day, or it could be read in two ways; the message says why.

    Examples
    --------
    >>> parse_date("31/05/2023"), parse_date("2023-05-31 08:15"), parse_date("45077")
    (datetime.date(2023, 5, 31), datetime.date(2023, 5, 31), datetime.date(2023, 5, 31))
    """
    plain = clean(text)
    if not plain.isascii():
        raise ValueError("is no date.")
    if found := _ISO.fullmatch(plain):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := _DAY_FIRST.fullmatch(plain):
        return _day(int(found[4]), int(found[3]), int(found[1]))
    if is_serial(plain):
        return _SERIAL_ZERO + dt.timedelta(days=int(float(plain)))
    raise ValueError("is no date.")


def is_serial(text: str) -> bool:
    """Return whether a text is the serial number of a day in Excel, 1954 to 2118.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    bool
        True for five digits in that range.

    Examples
    --------
    >>> is_serial("45077"), is_serial("5077")
    (True, False)
    """
    plain = clean(text)
    return plain.isascii() and bool(_SERIAL.fullmatch(plain)) and 20_000 <= float(plain) < 80_000


def _finite(text: str) -> float:
    if not _PLAIN.fullmatch(text):
        raise ValueError("is no number.")
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError("is no finite number.")
    return number


def _day(year: int, month: int, day: int) -> dt.date:
    if month > 12 >= day:
        raise ValueError(f"has no month {month}: it seems to be month first.")
    try:
        return dt.date(year, month, day)
    except ValueError as error:
        raise ValueError("is a day that does not exist.") from error
