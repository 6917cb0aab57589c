"""Survey periods: half-years such as "đợt I năm 2023", or whole years where a survey was yearly.

One period has one identity, however it is written.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import total_ordering

from kbnn_analysis.errors import UsageError
from kbnn_analysis.language import Language

ALLOWED = '"2023-1", "đợt I năm 2023", "I/2023", "1/2023", "2023H1", or a whole year "2022"'
SIMULATED_PERIODS = ("2023-1", "2023-2", "2024-1", "2024-2", "2025-1", "2025-2")
"""The periods that can be simulated; here, so that no numerical library is loaded to know them."""


@total_ordering
@dataclass(frozen=True)
class Period:
    """A half-year (`half` 1 or 2) or, with `half` None, a whole year.

    Periods are ordered in time: by their first day, then by their last.

    Examples
    --------
    >>> Period(2023, 1).id, Period(2023, 1) < Period(2023, 2)
    ('2023-1', True)
    """

    year: int
    half: int | None = None

    def __post_init__(self) -> None:
        if self.half not in (None, 1, 2) or not 1900 <= self.year <= 2099:
            raise UsageError(f"There is no period {self.half} of {self.year}; write {ALLOWED}.")

    def __lt__(self, other: Period) -> bool:
        if not isinstance(other, Period):
            return NotImplemented
        return (self.start, self.end) < (other.start, other.end)

    @property
    def id(self) -> str:
        """Return the one way in which a period is written in files: "2023-1" or "2022"."""
        return str(self.year) if self.half is None else f"{self.year}-{self.half}"

    @property
    def start(self) -> date:
        """Return the first day."""
        return date(self.year, 7 if self.half == 2 else 1, 1)

    @property
    def end(self) -> date:
        """Return the last day."""
        return date(self.year, 6, 30) if self.half == 1 else date(self.year, 12, 31)

    def label(self, language: Language) -> str:
        """Return the period as a report writes it.

        Examples
        --------
        >>> Period(2023, 1).label("vi"), Period(2023, 1).label("en"), Period(2022).label("en")
        ('đợt I năm 2023', 'period I/2023', 'year 2022')
        """
        if self.half is None:
            return f"năm {self.year}" if language == "vi" else f"year {self.year}"
        roman = "I" * self.half
        if language == "vi":
            return f"đợt {roman} năm {self.year}"
        return f"period {roman}/{self.year}"

    def previous(self) -> Period:
        """Return the period before: the half-year before, or the year before.

        Examples
        --------
        >>> Period(2023, 1).previous().id
        '2022-2'
        """
        if self.half == 2:
            return Period(self.year, 1)
        return Period(self.year - 1, None if self.half is None else 2)

    def __str__(self) -> str:
        return self.id


_HALVES = {"1": 1, "i": 1, "2": 2, "ii": 2}
_YEAR = "(?P<year>(?:19|20)[0-9]{2})"
_HALF = "(?P<half>1|2|i|ii)"
_WORD = "(?:(?:đợt|dot|period) ?)?"
_FORMS = tuple(
    re.compile(form)
    for form in (
        f"{_YEAR} ?- ?{_HALF}",
        f"{_YEAR} ?h ?(?P<half>1|2)",
        f"{_WORD}{_HALF}(?: ?/ ?| (?:năm|nam) ){_YEAR}",
        f"(?:(?:năm|nam|year) )?{_YEAR}",
    )
)


def parse_period(text: str) -> Period:
    """Read a period in any of the ways in which it is written.

    Parameters
    ----------
    text : str
        For example "2023-1", "2023-I", "đợt I năm 2023", "Đợt 1/2023", "I/2023", "2023H1"; a
        bare year is a whole-year period. Case, blanks and Unicode form do not matter.

    Returns
    -------
    Period
        The same for all writings of a period.

    Raises
    ------
    UsageError
        If it is anything else; the message says what is allowed.

    Examples
    --------
    >>> {parse_period(text).id for text in ("2023-1", "đợt I năm 2023", "I/2023", "2023H1")}
    {'2023-1'}
    >>> parse_period("2022")
    Period(year=2022, half=None)
    """
    if not isinstance(text, str):
        raise UsageError(f"A period is text, got {text!r} (quote it); write {ALLOWED}.")
    plain = _plain(text)
    for form in _FORMS:
        match = form.fullmatch(plain)
        if match:
            half = match.groupdict().get("half")
            return Period(int(match["year"]), _HALVES[half] if half else None)
    raise UsageError(f"{text!r} is not a period; write {ALLOWED}.")


def check_simulated(period: str) -> None:
    """Refuse a period of which no answers can be simulated.

    Parameters
    ----------
    period : str
        Its identity.

    Raises
    ------
    UsageError
        If it is none of :data:`SIMULATED_PERIODS`.

    Examples
    --------
    >>> check_simulated("2026-1")
    Traceback (most recent call last):
    ...
    kbnn_analysis.errors.UsageError: Answers of 2026-1 cannot be simulated, only those ...
    """
    if period not in SIMULATED_PERIODS:
        first, last = SIMULATED_PERIODS[0], SIMULATED_PERIODS[-1]
        raise UsageError(
            f"Answers of {period} cannot be simulated, only those of {first} to {last}; "
            "name a file of answers."
        )


def _plain(text: str) -> str:
    kept = []
    for char in unicodedata.normalize("NFKC", text).casefold():
        category = unicodedata.category(char)
        if category != "Cf":
            kept.append("-" if category == "Pd" else char)
    return " ".join("".join(kept).replace("ð", "đ").split())
