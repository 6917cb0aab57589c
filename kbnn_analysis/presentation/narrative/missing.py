"""What missing answers and careless respondents do to the figures, in words."""

from __future__ import annotations

import pandas as pd

from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation import numbers, rows
from kbnn_analysis.presentation.narrative.hidden import describe_nothing
from kbnn_analysis.presentation.wording import sentence
from kbnn_analysis.results import Result

_MOVED = Label(
    "{measure}: {base} theo mọi câu trả lời hiện có; cách xử lý khác làm thay đổi nhiều nhất "
    "{change} ({treatment}, {respondents})",
    "{measure}: {base} from all available answers; another treatment moves it by {change} at most "
    "({treatment}, {respondents})",
)
_WITHIN = Label("nhỏ hơn sai số lấy mẫu", "less than the sampling error")
_BEYOND = Label(
    "lớn hơn sai số lấy mẫu: cần nêu rõ cách xử lý khi công bố",
    "more than the sampling error: say which treatment was used",
)
_ABSENT = Label(
    "Câu “không áp dụng” không phải là câu bỏ trống và không được gán bù",
    "Not applicable is not missing, and is never imputed",
)


def describe_missing(comparison: Result, language: Language) -> str:
    """Say how much the treatment of missing answers matters for each measure.

    Parameters
    ----------
    comparison : MissingComparison
        Of ``compare_missing``.
    language : {"vi", "en"}
        Language of the sentences.

    Returns
    -------
    str
        A sentence for each measure, and what was never imputed.
    """
    frame = comparison.frame[rows.shown(comparison, "difference")]
    if frame.empty:
        return describe_nothing(comparison, language)
    told = [
        _measure(name, own, comparison, language)
        for name, own in frame.groupby("measure", sort=False)
    ]
    return " ".join(sentence(text) for text in [*told, _ABSENT.text(language)] if text)


def _measure(name: object, own: pd.DataFrame, comparison: Result, language: Language) -> str:
    base = own[(own["treatment"] == "available") & (own["respondents"] == "all")]
    others = own.drop(base.index)
    if base.empty or others.empty:
        return ""
    first = base.iloc[0]
    worst = others.sort_values("difference", key=abs, kind="stable").iloc[-1]
    kind = rows.kind_of(comparison, str(name))
    change = float(worst["difference"])
    moved = _MOVED.text(language).format(
        measure=rows.value_label(comparison, "measure", str(name), language),
        base=numbers.value(float(first["estimate"]), language, kind=kind),
        change=numbers.points(change, language)
        if kind == "proportion"
        else numbers.signed(change, language),
        treatment=rows.value_label(comparison, "treatment", str(worst["treatment"]), language),
        respondents=rows.value_label(
            comparison, "respondents", str(worst["respondents"]), language
        ),
    )
    beyond = abs(change) > float(first["conf_high"] - first["conf_low"]) / 2
    return f"{moved}; {(_BEYOND if beyond else _WITHIN).text(language)}"
