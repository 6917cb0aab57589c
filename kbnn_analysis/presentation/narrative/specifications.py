"""Whether the driver that leads depends on how drivers were studied, in a sentence."""

from __future__ import annotations

from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation import numbers, rows
from kbnn_analysis.presentation.driver_words import driver_word
from kbnn_analysis.presentation.wording import inside, listing, sentence
from kbnn_analysis.results import Result

_SAME = Label(
    "Trong cả {count} cách phân tích, {name} có tỷ trọng lớn nhất: từ {low} đến {high}",
    "In all {count} specifications the largest share is that of {name}: from {low} to {high}",
)
_ONLY = Label(
    "Chỉ một cách phân tích được hiển thị; trong đó {name} có tỷ trọng lớn nhất: {low}",
    "Only one specification is shown; in it the largest share is that of {name}: {low}",
)
_OTHER = Label(
    "Nhân tố có tỷ trọng lớn nhất tùy theo cách phân tích: {names}",
    "Which driver has the largest share depends on the specification: {names}",
)
_NOTHING = Label("Không có nhân tố nào được hiển thị", "No driver is shown")


def describe_specifications(shares: Result, language: Language) -> str:
    """Say whether the same driver leads in every specification, and how far its share moves.

    Parameters
    ----------
    shares : Drivers
        Of ``compare_specifications``.
    language : {"vi", "en"}
        Language of the sentence.

    Returns
    -------
    str
        Two sentences.
    """
    frame = shares.frame.assign(name=rows.row_labels(shares, language, ("driver",)))
    frame = frame[rows.shown(shares, "share")]
    if frame.empty:
        return sentence(_NOTHING.text(language))
    first = frame.loc[frame.groupby("specification", sort=False)["share"].idxmax()]
    names = [inside(name) for name in dict.fromkeys(first["name"])]
    own = frame[frame["name"] == first.iloc[0]["name"]]["share"]
    same = _SAME if len(first) > 1 else _ONLY
    told = (
        (same if len(names) == 1 else _OTHER)
        .text(language)
        .format(
            count=numbers.count(len(first), language),
            name=names[0],
            names=listing(names, language, most=8),
            low=numbers.percent(own.min(), language),
            high=numbers.percent(own.max(), language),
        )
    )
    return f"{sentence(told)} {driver_word('no_cause', language)}"
