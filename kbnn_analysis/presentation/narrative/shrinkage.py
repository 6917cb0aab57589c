"""What a model makes of ranks, and how many answers would settle them."""

from __future__ import annotations

import math

import pandas as pd

from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation import numbers, rows
from kbnn_analysis.presentation.narrative.hidden import describe_hidden, describe_nothing
from kbnn_analysis.presentation.wording import counted, sentence, word
from kbnn_analysis.results import RespondentsNeeded, Shrinkage

_LIKELY = Label(
    "Theo mô hình, {leader} nhiều khả năng đứng đầu {count} (xác suất {best}{also})",
    "Given the model, {leader} is probably the best of {count} (probability {best}{also})",
)
_OPEN = Label(
    "Theo mô hình, chưa đơn vị nào trong {count} có quá nửa khả năng đứng đầu; khả năng cao nhất "
    "là {leader} (xác suất {best}{also})",
    "Given the model, none of {count} is more likely than not to be the best; {leader} comes "
    "closest (probability {best}{also})",
)
_TOP = Label(
    "; xác suất thuộc {top} đơn vị đứng đầu: {chance}", "; of being in the top {top}: {chance}"
)
_MORE_THAN = Label("trên {value}", "more than {value}")
ALMOST = 0.97  # probabilities are released in steps of 5 %: 100 % stands for 97.5 % or more
_NOT_BETTER = Label(
    "Không có đơn vị nào có ước lượng dưới {reference} để so sánh",
    "There is no unit with an estimate under that of {reference} to compare with",
)
_NEEDED = Label(
    "Để biết chắc {reference} có hơn {unit} (đơn vị gần nhất, chênh lệch ước lượng {gap}) hay "
    "không, mỗi đơn vị cần khoảng {needed}; hiện có {first} và {second}{enough}",
    "To settle whether {reference} is better than {unit} (the closest, an estimated difference of "
    "{gap}), each of the two would need about {needed}; they have {first} and {second}{enough}",
)
_ENOUGH = Label(", đã đủ", ", which is enough")
_ENDLESS = Label(
    "{reference} và {unit} gần như bằng nhau: không một số phiếu thực tế nào phân định được",
    "{reference} and {unit} are all but equal: no realistic number of answers would settle it",
)
_SETTLED = Label(
    "Trong {count} còn lại, {enough} đã có đủ số phiếu cho so sánh này",
    "Of the other {count}, {enough} already {have} the answers that this comparison takes",
)


def describe_shrinkage(shrinkage: Shrinkage, language: Language) -> str:
    """Say who is probably best given the model, and that this is no confidence statement.

    Parameters
    ----------
    shrinkage : Shrinkage
        One measure and period, disclosed where it is shared.
    language : {"vi", "en"}
        Language of the sentences.

    Returns
    -------
    str
        Two or three sentences.
    """
    parts = [describe_probably_best(shrinkage, language)]
    if not rows.shown(shrinkage, "prob_best").any():
        return parts[0]
    parts.append(word("posterior_means", language))
    if rows.hidden(shrinkage).any():
        parts.append(describe_hidden(shrinkage, language))
    return " ".join(parts)


def describe_probably_best(shrinkage: Shrinkage, language: Language) -> str:
    """Say in one sentence which unit is most likely the best, given the model."""
    frame = shrinkage.frame.assign(name=rows.row_labels(shrinkage, language))
    frame = frame[rows.shown(shrinkage, "prob_best")]
    if frame.empty:
        return describe_nothing(shrinkage, language)
    first = frame.sort_values("prob_best", ascending=False, kind="stable").iloc[0]
    pattern = _LIKELY if first["prob_best"] > 0.5 else _OPEN
    told = pattern.text(language).format(
        leader=first["name"],
        count=counted(len(frame), language, "đơn vị", "unit"),
        best=_probability(first["prob_best"], language),
        also=_also_top(shrinkage, first, len(frame), language),
    )
    return sentence(told)


def _also_top(shrinkage: Shrinkage, first: pd.Series, units: int, language: Language) -> str:
    """Return how likely the first is among the top; nothing where all units are."""
    top = float(shrinkage.notes["top"])
    if top >= units:
        return ""
    chance = _probability(first["prob_top"], language)
    return _TOP.text(language).format(top=numbers.count(top, language), chance=chance)


def _probability(value: float, language: Language) -> str:
    """Return a probability of a model; never as certainty, which rounding would make of it."""
    certain = value >= 1
    told = numbers.percent(ALMOST if certain else value, language, decimals=0)
    return _MORE_THAN.text(language).format(value=told) if certain else told


def describe_respondents_needed(needed: RespondentsNeeded, language: Language) -> str:
    """Say how many answers would settle whether the reference is better than the next unit.

    Parameters
    ----------
    needed : RespondentsNeeded
        One measure and period.
    language : {"vi", "en"}
        Language of the sentences.

    Returns
    -------
    str
        One or two sentences.
    """
    reference = str(needed.notes["reference"])
    name = rows.value_label(needed, "unit", reference, language)
    frame = needed.frame.assign(name=rows.row_labels(needed, language, ("unit",)))
    own = frame[frame["unit"] == reference].iloc[0]
    others = frame[rows.shown(needed, "difference") & (frame["unit"] != reference)]
    ahead = others["difference"] if rows.high_is_best(needed) else -others["difference"]
    others = others.assign(difference=ahead)
    behind = others[others["difference"] >= 0].sort_values("difference", kind="stable")
    if not rows.shown(needed, "difference").any():
        return describe_nothing(needed, language)
    if behind.empty:
        return sentence(_NOT_BETTER.text(language).format(reference=name))
    told = [_closest(needed, name, own, behind.iloc[0], language), _settled(own, behind, language)]
    return " ".join(part for part in told if part)


def _closest(
    needed: RespondentsNeeded, name: str, own: pd.Series, next_one: pd.Series, language: Language
) -> str:
    answers = float(next_one["n_needed"])
    if not math.isfinite(answers) or answers > 1e6:
        told = _ENDLESS.text(language).format(reference=name, unit=next_one["name"])
        return sentence(told)
    proportion = rows.kinds(needed)[0] == "proportion"
    enough = answers <= min(own["n"], next_one["n"])
    write = numbers.points if proportion else numbers.signed
    told = _NEEDED.text(language).format(
        reference=name,
        unit=next_one["name"],
        gap=write(next_one["difference"], language).lstrip("+"),
        needed=counted(int(answers), language, "phiếu hợp lệ", "valid answer"),
        first=numbers.count(own["n"], language),
        second=numbers.count(next_one["n"], language),
        enough=_ENOUGH.text(language) if enough else "",
    )
    return sentence(told)


def _settled(own: pd.Series, behind: pd.DataFrame, language: Language) -> str:
    rest = behind.iloc[1:]
    if rest.empty:
        return ""
    enough = (rest["n_needed"] <= rest["n"]) & (rest["n_needed"] <= own["n"])
    number = int(enough.sum())
    told = _SETTLED.text(language).format(
        count=counted(len(rest), language, "đơn vị", "unit"),
        enough=numbers.count(number, language),
        have="has" if number == 1 else "have",
    )
    return sentence(told)
