"""What a figure shows, in sentences made from its result, for those who do not see it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation import numbers, rows
from kbnn_analysis.presentation.narrative.change import describe_change
from kbnn_analysis.presentation.narrative.comparison import describe_comparison
from kbnn_analysis.presentation.narrative.funnel import describe_funnel, describe_heterogeneity
from kbnn_analysis.presentation.narrative.groups import describe_best_units, describe_letters
from kbnn_analysis.presentation.narrative.rank_change import describe_rank_change
from kbnn_analysis.presentation.narrative.ranking import describe_ranking
from kbnn_analysis.presentation.narrative.shrinkage import describe_shrinkage
from kbnn_analysis.presentation.narrative.totals import describe_totals
from kbnn_analysis.presentation.style import SIMULATED
from kbnn_analysis.presentation.wording import counted, sentence
from kbnn_analysis.results import (
    BestUnits,
    Change,
    Comparison,
    Funnel,
    Heterogeneity,
    LetterGroups,
    RankChange,
    Result,
    Shrinkage,
    Totals,
)

_OWN_WORDS: dict[type[Result], Callable[[Any, Language], str]] = {
    Shrinkage: describe_shrinkage,
    Funnel: describe_funnel,
    Heterogeneity: describe_heterogeneity,
    Comparison: describe_comparison,
    LetterGroups: describe_letters,
    BestUnits: describe_best_units,
    Totals: describe_totals,
    Change: describe_change,
    RankChange: describe_rank_change,
}
_RANGE = Label(
    "{count}, từ {low} ({lowest}) đến {high} ({highest})",
    "{count}, from {low} ({lowest}) to {high} ({highest})",
)
# a best and a worst unit are never named without their rank intervals
_RANGE_OF_UNITS = Label("{count}, từ {low} đến {high}", "{count}, from {low} to {high}")
_ONE = Label("{highest}: {high}", "{highest}: {high}")
_NOTHING = Label("Không có giá trị nào được hiển thị", "No value is shown")
_HIDDEN = Label("{count} không hiển thị", "{count} not shown")
_TABLE = Label("Bảng số liệu đi kèm nêu mọi giá trị", "The table beside it holds every value")


def alt_text(result: Result, language: Language) -> str:
    """Return what a figure of `result` shows, in two to five sentences.

    Parameters
    ----------
    result : Result
        The result that was drawn.
    language : {"vi", "en"}
        Language of the sentences.

    Returns
    -------
    str
        Plain text.
    """
    told = [sentence(rows.title_of(result, language))]
    if (describe := _OWN_WORDS.get(type(result))) is not None:
        told.append(describe(result, language))
    elif "rank_low" in result.frame:
        told.append(describe_ranking(result, language))
    else:
        told += [sentence(_span(result, language)), sentence(_not_shown(result, language))]
    told.append(sentence(_TABLE.text(language)))
    if result.simulated:
        told.append(f"{SIMULATED}.")
    return " ".join(part for part in told if part)


def _span(result: Result, language: Language) -> str:
    column = next(
        (
            name
            for name in ("estimate", "difference", "share", "share_missing")
            if name in result.frame
        ),
        "",
    )
    if not column or not rows.shown(result, column).any():
        return _NOTHING.text(language)
    frame = result.frame.assign(name=rows.row_labels(result, language), kind=rows.kinds(result))
    frame = frame[rows.shown(result, column)]
    ordered = frame.sort_values(column, kind="stable")
    low, high = ordered.iloc[0], ordered.iloc[-1]
    by_unit = rows.varying(result)[-1] == "unit"
    pattern = _ONE if len(frame) == 1 else _RANGE_OF_UNITS if by_unit else _RANGE
    return pattern.text(language).format(
        count=counted(len(frame), language, "giá trị", "value"),
        low=_write(low[column], column, low["kind"], language),
        high=_write(high[column], column, high["kind"], language),
        lowest=low["name"],
        highest=high["name"],
    )


def _write(value: float, column: str, kind: numbers.Kind, language: Language) -> str:
    if column.startswith("share"):
        return numbers.percent(value, language)
    if column == "difference" and kind == "proportion":
        return numbers.points(value, language)
    return numbers.value(value, language, kind=kind)


def _not_shown(result: Result, language: Language) -> str:
    hidden = int(rows.hidden(result).sum())
    if not hidden:
        return ""
    return _HIDDEN.text(language).format(count=counted(hidden, language, "mục", "row"))
