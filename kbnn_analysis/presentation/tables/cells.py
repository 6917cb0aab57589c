"""Every cell of a table as text: formatted by kind, a dash where missing, hidden where hidden."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from kbnn_analysis.language import Language
from kbnn_analysis.presentation import numbers, rows
from kbnn_analysis.presentation.tables.layout import ColumnText
from kbnn_analysis.presentation.wording import word
from kbnn_analysis.results import VOCABULARY, Result

_PAIRS = {"interval": ("conf_low", "conf_high"), "rank_set": ("rank_low", "rank_high")}
_MEASURED = {"estimate", "difference", "std_error"}


def column_cells(
    result: Result, columns: Sequence[str], language: Language
) -> Iterator[ColumnText]:
    """Yield the columns that the result has, with their headings."""
    for name in columns:
        needed = _PAIRS.get(name, (name,))
        if all(part in result.frame for part in needed):
            yield _column(result, name, language)


def _column(result: Result, name: str, language: Language) -> ColumnText:
    if name == "interval":
        title, cells = rows.interval_heading(result, language), _intervals(result, language)
    elif name == "rank_set":
        title, cells = rows.column_heading(result, name, language), _rank_sets(result, language)
    else:
        title, cells = rows.column_heading(result, name, language), _values(result, name, language)
    text = name in VOCABULARY and VOCABULARY[name].kind == "text"
    return ColumnText(title, _with_hidden(result, cells, language), "left" if text else "right")


def _with_hidden(result: Result, cells: Iterable[str], language: Language) -> tuple[str, ...]:
    word_for_hidden = numbers.hidden(language)
    return tuple(
        word_for_hidden if hidden else cell
        for cell, hidden in zip(cells, rows.hidden(result), strict=True)
    )


def _values(result: Result, name: str, language: Language) -> list[str]:
    values = result.frame[name].tolist()
    if name in _MEASURED:
        cells = [
            _measured(value, name, kind, language)
            for value, kind in zip(values, rows.kinds(result), strict=True)
        ]
        return _with_bands(result, cells) if name == "estimate" else cells
    return [_plain(value, name, language) for value in values]


def _measured(value: float, name: str, kind: numbers.Kind, language: Language) -> str:
    if name == "estimate":
        return numbers.value(value, language, kind=kind)
    if name == "difference":
        scaled = 100 * value if kind == "proportion" and not numbers.is_missing(value) else value
        return numbers.signed(scaled, language, decimals=1 if kind == "proportion" else 2)
    return numbers.signless(value, language, kind=kind)


def _with_bands(result: Result, cells: list[str]) -> list[str]:
    if "band" not in result.frame:
        return cells
    bands = result.frame["band"].fillna("").astype(str)
    return [band or cell for band, cell in zip(bands, cells, strict=True)]


def _plain(value: object, name: str, language: Language) -> str:
    if numbers.is_missing(value):
        return numbers.MISSING
    if isinstance(value, str):
        return value
    kind = VOCABULARY[name].kind if name in VOCABULARY else "number"
    number = float(str(value)) if not isinstance(value, bool) else float(value)
    if name.startswith("p_"):
        return numbers.p_value(number, language)
    if kind == "count":
        return numbers.count(number, language)
    if kind == "share":
        return numbers.percent(number, language)
    if name == "rank":
        return numbers.number(number, language, decimals=0 if number.is_integer() else 1)
    return numbers.number(number, language)


def _intervals(result: Result, language: Language) -> list[str]:
    ends = zip(result.frame["conf_low"], result.frame["conf_high"], rows.kinds(result), strict=True)
    return [numbers.interval(low, high, language, kind=kind) for low, high, kind in ends]


def _rank_sets(result: Result, language: Language) -> list[str]:
    ends = zip(result.frame["rank_low"], result.frame["rank_high"], strict=True)
    return [rank_set(low, high, language) for low, high in ends]


def rank_set(low: float, high: float, language: Language) -> str:
    """Write the ranks that the data allow.

    Examples
    --------
    >>> rank_set(1, 25, "vi"), rank_set(1, 1, "vi"), rank_set(float("nan"), 2, "en")
    ('1–25', '1', 'not ranked')
    """
    if numbers.is_missing(low) or numbers.is_missing(high):
        return word("unranked", language)
    if low == high:
        return numbers.count(low, language)
    return f"{numbers.count(low, language)}–{numbers.count(high, language)}"
