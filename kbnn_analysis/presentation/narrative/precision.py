"""What the intervals of estimates rest on: design effects and degrees of freedom."""

from __future__ import annotations

from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation import numbers, rows
from kbnn_analysis.presentation.wording import counted, sentence
from kbnn_analysis.results import Estimates

LEAST_EFFECT = 1.05
_FREEDOM = Label(
    "Khoảng tin cậy của {count} dựa trên {low} đến {high} bậc tự do của thiết kế mẫu",
    "The intervals of {count} rest on {low} to {high} degrees of freedom of the design",
)
_FREEDOM_OF_ONE = Label(
    "Khoảng tin cậy dựa trên {low} bậc tự do của thiết kế mẫu",
    "The interval rests on {low} degrees of freedom of the design",
)
_EFFECT = Label(
    "; hiệu ứng thiết kế trung vị là {deff}: một phiếu nói được bằng {worth} phiếu của mẫu ngẫu "
    "nhiên đơn giản",
    "; the median design effect is {deff}: an answer tells as much as {worth} of one in a simple "
    "random sample",
)


def describe_precision(estimates: Estimates, language: Language) -> str:
    """Say on how many degrees of freedom the intervals rest, and what the design costs.

    Parameters
    ----------
    estimates : Estimates
        Disclosed where they are shared.
    language : {"vi", "en"}
        Language of the sentence.

    Returns
    -------
    str
        One sentence; empty where no degrees of freedom are known.
    """
    frame = estimates.frame[rows.shown(estimates)]
    df = frame["df"].dropna() if "df" in frame else frame["n"].iloc[:0]
    if df.empty:
        return ""
    pattern = _FREEDOM if len(frame) > 1 else _FREEDOM_OF_ONE
    told = pattern.text(language).format(
        count=counted(len(frame), language, "ước lượng", "estimate"),
        low=numbers.count(float(df.min()), language),
        high=numbers.count(float(df.max()), language),
    )
    deff = frame["deff"].dropna() if "deff" in frame else df.iloc[:0]
    if len(deff) and deff.median() >= LEAST_EFFECT:
        median = float(deff.median())
        told += _EFFECT.text(language).format(
            deff=numbers.number(median, language), worth=numbers.number(1 / median, language)
        )
    return sentence(told)
