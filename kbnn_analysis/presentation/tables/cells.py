"""Every cell of a table as text: formatted by kind, a dash where missing, hidden where hidden."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation import numbers, rows
from kbnn_analysis.presentation.change_words import reason_cells
from kbnn_analysis.presentation.tables.layout import ColumnText
from kbnn_analysis.presentation.wording import word
from kbnn_analysis.results import BAND_LABELS, VOCABULARY, Result

_PAIRS = {
    "interval": ("conf_low", "conf_high"),
    "prediction": ("conf_low", "conf_high"),
    "rank_set": ("rank_low", "rank_high"),
    "rank_set_earlier": ("rank_low_earlier", "rank_high_earlier"),
    "moved": ("moved_low", "moved_high"),
    "shrunken_interval": ("shrunken_low", "shrunken_high"),
    "limits": ("limit_low", "limit_high"),
    "warnings": ("warn_low", "warn_high"),
    "tau_interval": ("tau_low", "tau_high"),
    "i_squared_interval": ("i_squared_low", "i_squared_high"),
}
_WITH_UNIT = {"estimate", "estimate_earlier", "direct", "target"}
_DIFFERENCES = {"difference", "shrunken", "regression"}
_REMARKS = {"reason", "shrunken", "regression"}
_MEASURED = {*_WITH_UNIT, *_DIFFERENCES, "std_error", "tau"}


def column_cells(
    result: Result, columns: Sequence[str], language: Language
) -> Iterator[ColumnText]:
    """Yield the columns that the result has, with their headings; none of empty remarks."""
    for name in columns:
        needed = _PAIRS.get(name, (name,))
        if all(part in result.frame for part in needed):
            column = _column(result, name, language)
            said = set(column.cells) - {numbers.MISSING, numbers.hidden(language)}
            if name not in _REMARKS or said:
                yield column


def _column(result: Result, name: str, language: Language) -> ColumnText:
    title = rows.column_heading(result, name, language)
    if name == "interval":
        title = rows.interval_heading(result, language)
    if name in {"rank_set", "rank_set_earlier"}:
        cells = _rank_sets(result, _PAIRS[name], language)
    elif name == "moved":
        cells = _moved(result, language)
    elif name in _PAIRS:
        cells = _intervals(result, _PAIRS[name], language)
    else:
        cells = _values(result, name, language)
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
    if name == "reason":
        return reason_cells(result, language)
    if name in _MEASURED:
        kinds, places = rows.kinds(result), rows.decimals(result)
        cells = [
            _measured(value, name, kind, language, decimals)
            for value, kind, decimals in zip(values, kinds, places, strict=True)
        ]
        if name == "estimate":
            told = rows.released(result, language)
            return [text or cell for text, cell in zip(told, cells, strict=True)]
        return cells
    of_p = _places_of_p(result, name) if name.startswith("p_") else None
    return [_plain(value, name, language, of_p) for value in values]


def _places_of_p(result: Result, name: str) -> int:
    """Return two decimals where releases rounded p-values to hundredths, else three."""
    told = result.frame[name].astype(float).dropna()
    rounded = bool(result.notes.get("disclosed")) and len(told) > 0
    return 2 if rounded and (told - told.round(2)).abs().max() < 1e-9 else 3


def _measured(
    value: float, name: str, kind: numbers.Kind, language: Language, decimals: int | None
) -> str:
    if name in _WITH_UNIT:
        return numbers.value(value, language, kind=kind, decimals=decimals)
    if name in _DIFFERENCES:
        scaled = 100 * value if kind == "proportion" and not numbers.is_missing(value) else value
        usual = 1 if kind == "proportion" else 2
        return numbers.signed(scaled, language, decimals=usual if decimals is None else decimals)
    return numbers.signless(value, language, kind=kind, decimals=decimals)


def _plain(value: object, name: str, language: Language, places: int | None = None) -> str:
    if numbers.is_missing(value):
        return numbers.MISSING
    if isinstance(value, str):
        return BAND_LABELS[value].text(language) if value in BAND_LABELS else value
    kind = VOCABULARY[name].kind if name in VOCABULARY else "number"
    number = float(str(value)) if not isinstance(value, bool) else float(value)
    if name.startswith("prob_"):
        return numbers.probability(number, language)
    if name.startswith("p_"):
        return numbers.p_value(number, language, decimals=places or 3)
    if name == "included":
        return word("included" if number > 0 else "excluded", language)
    if kind == "count" or name in {"n_eff", "n_needed"}:
        return numbers.count(number, language)
    if kind == "share":
        return numbers.percent(number, language)
    if name in {"rank", "df"}:
        return numbers.number(number, language, decimals=0 if number.is_integer() else 1)
    return numbers.number(number, language)


def _intervals(result: Result, pair: tuple[str, str], language: Language) -> list[str]:
    low, high = (result.frame[name] for name in pair)
    kinds = rows.kinds(result)
    if pair[0].startswith("i_squared"):
        kinds = ["proportion"] * len(kinds)
    ends = zip(low, high, kinds, rows.decimals(result), strict=True)
    return [
        numbers.interval(low, high, language, kind=kind, decimals=decimals)
        for low, high, kind, decimals in ends
    ]


def _rank_sets(result: Result, pair: tuple[str, str], language: Language) -> list[str]:
    ends = zip(result.frame[pair[0]], result.frame[pair[1]], strict=True)
    return [rank_set(low, high, language) for low, high in ends]


def _moved(result: Result, language: Language) -> list[str]:
    """Write by how many places a unit may have moved, with signs: above zero it gained."""
    joint = Label(" đến ", " to ").text(language)
    ends = zip(result.frame["moved_low"], result.frame["moved_high"], strict=True)
    return [
        numbers.MISSING
        if numbers.is_missing(low)
        else joint.join(numbers.signed(end, language, decimals=0) for end in (low, high))
        for low, high in ends
    ]


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
