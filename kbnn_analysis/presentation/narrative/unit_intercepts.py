"""What units differ by after the drivers, and what of their context goes with it, in sentences."""

from __future__ import annotations

from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation import numbers, rows
from kbnn_analysis.presentation.driver_words import driver_word
from kbnn_analysis.presentation.wording import inside, sentence
from kbnn_analysis.results import Result

_BETWEEN = Label(
    "Sau khi tính đến các nhân tố, {units} đơn vị vẫn khác nhau: {icc} phần còn lại nằm giữa các "
    "đơn vị (độ lệch chuẩn {sd}; {interval})",
    "After the drivers, {units} units still differ: {icc} of what is left lies between units "
    "(standard deviation {sd}; {interval})",
)
_ALIKE = Label(
    "Sau khi tính đến các nhân tố, không thấy {units} đơn vị khác nhau",
    "After the drivers, {units} units are not shown to differ",
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
            units=numbers.count(row["units"], language),
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
