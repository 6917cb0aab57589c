"""What units differ by after the drivers, and what of their context goes with it, in sentences."""

from __future__ import annotations

from typing import Any

from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation import numbers, rows
from kbnn_analysis.presentation.driver_words import driver_word
from kbnn_analysis.presentation.wording import counted, inside, sentence
from kbnn_analysis.results import Result
from kbnn_analysis.units import UnitContext

_BETWEEN = Label(
    "Sau khi tính đến các nhân tố, {units} vẫn khác nhau: {icc} phần còn lại nằm giữa các "
    "đơn vị (độ lệch chuẩn {sd}; {interval})",
    "After the drivers, {units} still differ: {icc} of what is left lies between units "
    "(standard deviation {sd}; {interval})",
)
_ALIKE = Label(
    "Sau khi tính đến các nhân tố, không thấy {units} khác nhau",
    "After the drivers, {units} are not shown to differ",
)
_HIGHER = Label(
    "Kết quả chung cao hơn ở đơn vị có mức cao hơn về: {name} ({value}; {interval})",
    "The outcome is higher in units that have more of: {name} ({value}; {interval})",
)
_LOWER = Label(
    "Kết quả chung thấp hơn ở đơn vị có mức cao hơn về: {name} ({value}; {interval})",
    "The outcome is lower in units that have more of: {name} ({value}; {interval})",
)
_OPEN = Label(
    "Chưa thấy bối cảnh của đơn vị gắn với kết quả chung: {name} ({interval}; {df} bậc tự do)",
    "Context of the unit that is not shown to go with the outcome: {name} ({interval}; {df} "
    "degrees of freedom)",
)
_MORE = Label(
    "Gắn với kết quả chung mạnh hơn ở đơn vị có mức cao hơn: {name} ({value}; {interval})",
    "Goes with the outcome more in units that have more: {name} ({value}; {interval})",
)
_LESS = Label(
    "Gắn với kết quả chung yếu hơn ở đơn vị có mức cao hơn: {name} ({value}; {interval})",
    "Goes with the outcome less in units that have more: {name} ({value}; {interval})",
)
_NO_PRODUCT = Label(
    "Không thấy nhân tố nào gắn với kết quả chung mạnh hơn hay yếu hơn theo bối cảnh của đơn vị "
    "(giá trị p hiệu chỉnh nhỏ nhất: {p})",
    "No driver is shown to go with the outcome more or less by the context of the unit (smallest "
    "adjusted p-value: {p})",
)
_SOURCES = Label("Bối cảnh của đơn vị: {told}", "Context of the units: {told}")
NO_CONTEXT = Label(
    "Không xét: đợt này không nêu tệp bối cảnh của đơn vị (PCI, PAPI, DDCI).",
    "Not studied: this run names no file with context of the units (PCI, PAPI, DDCI).",
)
_NOTHING = Label("Mô hình không được hiển thị", "The model is not shown")


def describe_unit_intercepts(model: Result, language: Language) -> str:
    """Say how much units differ after the drivers, and what each context of theirs goes with.

    Parameters
    ----------
    model : Coefficients
        Of ``fit_unit_intercepts``.
    language : {"vi", "en"}
        Language of the sentences.

    Returns
    -------
    str
        Degrees of freedom stand where a context is not shown to matter: few of them may be why.
    """
    frame = model.frame.assign(name=rows.row_labels(model, language, ("term",)))
    frame = frame[rows.shown(model)]
    spread = frame[frame["role"] == "between"]
    if spread.empty:
        return sentence(_NOTHING.text(language))
    row = spread.iloc[0]
    told = [
        (_BETWEEN if row["estimate"] > 0 else _ALIKE)
        .text(language)
        .format(
            units=counted(int(row["units"]), language, "đơn vị", "unit"),
            icc=numbers.percent(float(model.notes["icc"]), language),
            sd=numbers.number(row["estimate"], language),
            interval=numbers.interval(row["conf_low"], row["conf_high"], language, kind="mean"),
        )
    ]
    for _, each in frame[frame["role"] == "context"].iterrows():
        known = each["conf_low"] > 0 or each["conf_high"] < 0
        pattern = (_HIGHER if each["estimate"] > 0 else _LOWER) if known else _OPEN
        ends = numbers.interval(each["conf_low"], each["conf_high"], language, kind="mean")
        told.append(
            pattern.text(language).format(
                name=inside(each["name"]),
                value=numbers.signed(each["estimate"], language),
                interval=ends,
                df=numbers.count(each["df"], language),
            )
        )
    return " ".join([*map(sentence, told), driver_word("no_cause", language)])


def describe_products(model: Result | None, context: UnitContext | None, language: Language) -> str:
    """Say which drivers go with the outcome more where the context of the unit is higher.

    Parameters
    ----------
    model : Coefficients, optional
        Of ``fit_unit_intercepts`` with products; None where there are none.
    context : UnitContext, optional
        Whose sources are told.
    language : {"vi", "en"}
        Language of the sentences.

    Returns
    -------
    str
        Products are named by their adjusted p-values at the level of the result.
    """
    if model is None or context is None:
        return NO_CONTEXT.text(language)
    frame = model.frame.assign(name=rows.row_labels(model, language, ("term",)))
    frame = frame[rows.shown(model) & (frame["role"] == "product")]
    if frame.empty:
        return sentence(_NOTHING.text(language))
    limit = 1 - float(model.notes["conf_level"])
    told = [_SOURCES.text(language).format(told=_sources(context))]
    for _, row in frame[frame["p_adjusted"] < limit].iterrows():
        told.append(_product(row, language))
    if len(told) == 1:
        p = numbers.p_value(frame["p_adjusted"].min(), language)
        told.append(_NO_PRODUCT.text(language).format(p=p))
    return " ".join([*map(sentence, told), driver_word("no_cause", language)])


def _sources(context: UnitContext) -> str:
    return "; ".join(f"{name} ({source})" for name, source in context.sources.items())


def _product(row: Any, language: Language) -> str:
    ends = numbers.interval(row["conf_low"], row["conf_high"], language, kind="mean")
    return (
        (_MORE if row["estimate"] > 0 else _LESS)
        .text(language)
        .format(
            name=inside(str(row["name"])),
            value=numbers.signed(row["estimate"], language),
            interval=ends,
        )
    )
