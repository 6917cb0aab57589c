"""Cells of a sheet: numbers with the format in which reports print them, or text."""

from __future__ import annotations

import math
from dataclasses import dataclass

from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation import driver_words, numbers, rows
from kbnn_analysis.presentation.headings import HEADINGS
from kbnn_analysis.presentation.wording import capital, word
from kbnn_analysis.results import BAND_LABELS, VOCABULARY, Dominance, Drivers, Priorities, Result

SKIPPED = {"suppressed", "suppressed_reason", "display"}
_ON_SCALE = {
    "estimate", "direct", "target", "std_error", "conf_low", "conf_high",
    "limit_low", "limit_high", "warn_low", "warn_high",
}  # fmt: skip
_IN_POINTS = {"difference", "tau", "tau_low", "tau_high"}
_LOW = Label("từ", "from")
_HIGH = Label("đến", "to")
_ENDS = {
    "conf_low": ("interval", _LOW),
    "conf_high": ("interval", _HIGH),
    "limit_low": ("limits", _LOW),
    "limit_high": ("limits", _HIGH),
    "warn_low": ("warnings", _LOW),
    "warn_high": ("warnings", _HIGH),
    "tau_low": ("tau_interval", _LOW),
    "tau_high": ("tau_interval", _HIGH),
    "i_squared_low": ("i_squared_interval", _LOW),
    "i_squared_high": ("i_squared_interval", _HIGH),
    "share_low": ("share_interval", _LOW),
    "share_high": ("share_interval", _HIGH),
    "performance_low": ("performance_interval", _LOW),
    "performance_high": ("performance_interval", _HIGH),
    "stated_low": ("stated", _LOW),
    "stated_high": ("stated", _HIGH),
    "rmsea_low": ("rmsea", _LOW),
    "rmsea_high": ("rmsea", _HIGH),
}
_WHY_HIDDEN = Label("Lý do ẩn", "Why hidden")


@dataclass(frozen=True)
class Value:
    """A cell: a number with its format, or text where ``number`` is None."""

    text: str = ""
    number: float | None = None
    format: str = ""


Column = tuple[str, tuple[Value, ...]]
_DRIVERS = ("dominates", "dominates_by_size")


def sheet_columns(result: Result, language: Language) -> list[Column]:
    """Return all columns of a result as headings and cells.

    Numbers are rounded to the places in which reports print them: a sheet tells no more than the
    page does. Hidden cells say that they are hidden.

    Parameters
    ----------
    result : Result
        Disclosed before where it leaves the machine.
    language : {"vi", "en"}
        Language of headings, names and words.

    Returns
    -------
    list of (str, tuple of Value)
        Names of the rows that tell them apart first, then the numbers, then why rows are hidden.
    """
    made: list[Column] = []
    for name in rows.varying(result):
        labels = rows.row_labels(result, language, (name,))
        heading = sheet_heading(result, name, language)
        made.append((heading, tuple(Value(label) for label in labels)))
    for name in map(str, result.frame.columns[len(result.by) :]):
        if name not in SKIPPED and not _says_nothing(result, name):
            made.append((sheet_heading(result, name, language), _cells(result, name, language)))
    reasons = rows.reasons(result, language)
    if any(reasons):
        made.append((_WHY_HIDDEN.text(language), tuple(Value(why) for why in reasons)))
    return made


def _says_nothing(result: Result, name: str) -> bool:
    """Return whether a column is empty in every row that is shown, or repeats the bounds."""
    if name == "band":
        return not result.frame[name].isin(BAND_LABELS).any()
    shown = result.frame[name][~rows.hidden(result)]
    return bool(len(shown)) and bool(shown.isna().all())


def sheet_heading(result: Result, name: str, language: Language) -> str:
    """Return the heading of a column: what its table in the report calls it, where it has one."""
    if name not in _ENDS:
        return capital(_plain_heading(result, name, language))
    joint, end = _ENDS[name]
    if joint == "interval":
        told = rows.interval_heading(result, language)
    else:
        told = _plain_heading(result, joint, language)
    return capital(f"{told}, {end.text(language)}")


def _plain_heading(result: Result, name: str, language: Language) -> str:
    if name in result.labels.get("column", {}):
        return rows.column_heading(result, name, language)
    parts = "part" if isinstance(result, Dominance | Drivers) else "coefficient"
    own = {"estimate": "change" if isinstance(result, Priorities) else parts}.get(name, name)
    if "driver" in result.by and own in driver_words.HEADINGS:
        return driver_words.driver_heading(own, language)
    if name not in HEADINGS and name in driver_words.HEADINGS:
        return driver_words.driver_heading(name, language)
    return rows.column_heading(result, name, language)


def _cells(result: Result, name: str, language: Language) -> tuple[Value, ...]:
    in_points = "difference" in result.frame and "estimate" not in result.frame
    columns = zip(
        result.frame[name],
        rows.kinds(result),
        rows.decimals(result),
        rows.hidden(result),
        rows.banded(result),
        rows.released(result, language),
        strict=True,
    )
    cells = []
    for value, kind, places, hidden, banded, told in columns:
        if hidden:
            cells.append(Value(numbers.hidden(language)))
        elif banded and name == "estimate":
            cells.append(Value(told))
        elif name in _DRIVERS:
            cells.append(Value(rows.names_of(result, "driver", str(value), language)))
        else:
            ends = in_points and name in {"std_error", "conf_low", "conf_high"}
            cells.append(_value(value, "difference" if ends else name, kind, places, language))
    return tuple(cells)


def _value(
    value: object, name: str, kind: numbers.Kind, places: int | None, language: Language
) -> Value:
    if numbers.is_missing(value):
        return Value(numbers.MISSING)
    if isinstance(value, str):
        return Value(_word(value, name, language))
    number = float(str(value)) if not isinstance(value, bool) else float(value)
    if not math.isfinite(number):
        return Value(numbers.MISSING)
    told = VOCABULARY[name].kind if name in VOCABULARY else "number"
    if told == "count" or name in {"n_needed", "n_eff"}:
        return _rounded(number, 0, "#,##0")
    own = _of_its_own(number, name, language)
    if own is not None:
        return own
    if told == "share" or name.startswith("i_squared"):
        return _percent(number, 1)
    if name in _IN_POINTS and kind == "proportion":
        return _rounded(100 * number, 1 if places is None else places)
    if name in _ON_SCALE and kind == "proportion":
        return _percent(number, 1 if places is None else places)
    return _rounded(number, 2 if places is None else places)


def _of_its_own(number: float, name: str, language: Language) -> Value | None:
    """Return columns that are written in a way of their own: ranks, p-values, probabilities."""
    if name in {"rank", "stated_rank", "df"}:
        return _rounded(number, 0 if number.is_integer() else 1)
    if name == "included":
        return Value(word("included" if number > 0 else "excluded", language))
    if name.startswith("prob_"):
        return _probability(number)
    return _p_value(number, language) if name.startswith("p_") else None


def _word(value: str, name: str, language: Language) -> str:
    if name.startswith("quadrant"):
        return driver_words.quadrant_word(value, language)
    if name == "factor_type":
        return driver_words.factor_type_word(value, language)
    if name == "role":
        return driver_words.role_word(value, language)
    return BAND_LABELS[value].text(language) if value in BAND_LABELS else value


def _p_value(number: float, language: Language) -> Value:
    """Return a p-value; what the page writes as a bound is written as the same bound."""
    least = numbers.p_value(0.0, language)
    return Value(number=max(round(number, 3), 0.001), format=f'[<=0.001]"{least}";0.000')


def _probability(number: float) -> Value:
    """Return a probability; one in steps of 5 % never reads as never or as certain."""
    if not round(number / numbers.PROBABILITY_STEP, 6).is_integer():
        return _percent(number, 1)
    return Value(number=round(number, 2), format='[<0.05]"<5%";[>0.95]">95%";0%')


def _percent(number: float, places: int) -> Value:
    return Value(number=round(number, places + 2), format=f"{_zeros(places)}%")


def _rounded(number: float, places: int, shape: str = "") -> Value:
    return Value(number=round(number, places) + 0.0, format=shape or _zeros(places))


def _zeros(places: int) -> str:
    return "0." + "0" * places if places else "0"
