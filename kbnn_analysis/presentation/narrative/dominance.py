"""Which driver is first by each way of measuring importance, and which dominates, in sentences."""

from __future__ import annotations

import pandas as pd

from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation import numbers, rows
from kbnn_analysis.presentation.driver_words import DOMINANCE_METHODS, driver_word
from kbnn_analysis.presentation.wording import inside, listing, sentence
from kbnn_analysis.results import Result

_ONE = Label(
    "Cả {count} cách đo đều cho thấy {name} gắn với kết quả chung nhiều nhất ({ways})",
    "All {count} measures put {name} first ({ways})",
)
_SEVERAL = Label(
    "Nhân tố đứng đầu tùy theo cách đo: {told}",
    "Which driver is first depends on the measure: {told}",
)
_FIRST = Label("{name} theo {ways}", "{name} by {ways}")
_COMPLETE = Label(
    "Trong các câu trả lời này, {name} góp thêm nhiều hơn {others} ở mọi mô hình con (trội hoàn "
    "toàn)",
    "In these answers {name} adds more than {others} to every submodel (complete dominance)",
)
_ALL = Label("mọi nhân tố khác", "every other driver")
_NOBODY = Label(
    "Không nhân tố nào trội hoàn toàn so với nhân tố khác",
    "No driver completely dominates another",
)
_VIF = Label(
    "Hệ số phóng đại phương sai của các nhân tố đến {value}",
    "Variance inflation of the drivers is up to {value}",
)
_NOTHING = Label("Không có nhân tố nào được hiển thị", "No driver is shown")


def describe_dominance(methods: Result, language: Language) -> str:
    """Say whether all measures agree on the first driver, and what it completely dominates.

    Parameters
    ----------
    methods : Dominance
        The rows by driver of ``compare_importance``.
    language : {"vi", "en"}
        Language of the sentences.

    Returns
    -------
    str
        Four sentences.
    """
    frame = methods.frame.assign(name=rows.row_labels(methods, language, ("driver",)))
    frame = frame[rows.shown(methods, "estimate")]
    if frame.empty:
        return sentence(_NOTHING.text(language))
    told = [_first(frame, language), _complete(frame, language)]
    value = numbers.number(float(frame["vif"].max()), language, decimals=1)
    told.append(_VIF.text(language).format(value=value))
    return " ".join([*(sentence(part) for part in told), driver_word("no_cause", language)])


def _first(frame: pd.DataFrame, language: Language) -> str:
    found: dict[str, list[str]] = {}
    for column, label in DOMINANCE_METHODS.items():
        first = frame.sort_values(column, ascending=False, kind="stable").iloc[0]
        found.setdefault(inside(str(first["name"])), []).append(label.text(language))
    if len(found) == 1:
        ((name, ways),) = found.items()
        count = numbers.count(len(ways), language)
        return _ONE.text(language).format(count=count, name=name, ways=listing(ways, language))
    each = [
        _FIRST.text(language).format(name=name, ways=listing(ways, language))
        for name, ways in found.items()
    ]
    return _SEVERAL.text(language).format(told="; ".join(each))


def _complete(frame: pd.DataFrame, language: Language) -> str:
    first = frame.sort_values("estimate", ascending=False, kind="stable").iloc[0]
    names = frame.set_index("driver")["name"]
    over = [name for name in str(first["dominates"]).split(", ") if name in names.index]
    if not over:
        anybody = frame["dominates"].astype(str).str.len().gt(0).any()
        return "" if anybody else _NOBODY.text(language)
    others = listing([inside(str(names[name])) for name in over], language, most=12)
    if len(over) == len(frame) - 1 > 1:
        others = _ALL.text(language)
    return _COMPLETE.text(language).format(name=inside(str(first["name"])), others=others)
