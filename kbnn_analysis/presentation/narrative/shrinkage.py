"""What a model makes of ranks, and how many answers would settle them."""

from __future__ import annotations

import math

import pandas as pd

from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation import numbers, rows
from kbnn_analysis.presentation.narrative.hidden import describe_hidden, describe_nothing
from kbnn_analysis.presentation.needed_words import reference_shown
from kbnn_analysis.presentation.wording import counted, sentence, word
from kbnn_analysis.results import RespondentsNeeded, Shrinkage

LEAST_PROBABILITY = 0.025
MOST_ANSWERS = 1e6
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
_LIKELY_SEEN = Label(
    "Theo mô hình, trong {count} có xác suất được công bố, {leader} nhiều khả năng đứng đầu nhất "
    "(xác suất {best}{also}); các đơn vị khác chỉ được "
    "công bố dưới dạng cận hoặc không nêu xác suất, và có thể đứng trước",
    "Given the model, of the {count} whose probability is published {leader} is the most likely to "
    "be the best (probability {best}{also}); others are published "
    "only as bounds or without a probability, and may be ahead",
)
_NO_UNIT_OF = Label("không đơn vị nào trong", "none")
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
_NONE_SETTLED = Label(
    "Trong {count} còn lại, chưa đơn vị nào có đủ số phiếu cho so sánh này",
    "Of the other {count}, none has the answers yet that this comparison takes",
)
_RELIABLE = Label(
    "Độ tin cậy của phiếu của chính từng đơn vị (phần trọng số mà mô hình dành cho chúng) từ {low} "
    "đến {high}; {enough} đạt {level}",
    "The reliability of a unit's own answers (the weight that the model gives to them) runs from "
    "{low} to {high}; {enough} {reach} {level}",
)
_TO_BE_RELIABLE = Label(
    "Để đạt mức đó, một nửa số đơn vị cần từ {half} trở lên",
    "To reach it, half of the units would need {half} or more",
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
    first = likeliest(frame)
    pattern = _LIKELY if first["prob_best"] > 0.5 else _OPEN
    if _others_modelled(shrinkage, len(frame)) and first["prob_best"] <= 0.5:
        pattern = _LIKELY_SEEN
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
    if value < LEAST_PROBABILITY:
        return word("under", language, value=numbers.percent(0.05, language, decimals=0))
    certain = value >= 1
    told = numbers.percent(ALMOST if certain else value, language, decimals=0)
    return _MORE_THAN.text(language).format(value=told) if certain else told


def likeliest(frame: pd.DataFrame) -> pd.Series:
    """Return the row most likely the best; probabilities in steps tie, the top group decides."""
    by = ["prob_best", "prob_top"]
    return frame.sort_values(by, ascending=False, kind="stable").iloc[0]


def _others_modelled(shrinkage: Shrinkage, seen: int) -> bool:
    """Return whether units of the model have no probability to be seen: they may be ahead."""
    least = float(shrinkage.notes.get("min_n") or 0)
    enough = ~(shrinkage.frame["n"] < least) & ~rows.hidden(shrinkage)
    return int(enough.sum()) > seen


def describe_unit_reliability(shrinkage: Shrinkage, language: Language) -> str:
    """Say how far the units' own answers can be relied on, and how many would be needed.

    Parameters
    ----------
    shrinkage : Shrinkage
        One measure and period, disclosed where it is shared.
    language : {"vi", "en"}
        Language of the sentences.

    Returns
    -------
    str
        One or two sentences; no unit is named.
    """
    frame = shrinkage.frame[rows.shown(shrinkage, "reliability")]
    if frame.empty:
        return describe_nothing(shrinkage, language)
    aim = float(shrinkage.notes["reliability"])
    ends = [
        numbers.percent(float(end), language, decimals=0)
        for end in (frame["reliability"].min(), frame["reliability"].max())
    ]
    told = _RELIABLE.text(language).format(
        low=ends[0],
        high=ends[1],
        **_part_of(int((frame["reliability"] >= aim).sum()), len(frame), language),
        level=numbers.percent(aim, language, decimals=0),
    )
    half = float(frame["n_needed"].median())
    if not math.isfinite(half) or half > MOST_ANSWERS:
        return sentence(told)
    needed = counted(math.ceil(half), language, "phiếu hợp lệ", "valid answer")
    return f"{sentence(told)} {sentence(_TO_BE_RELIABLE.text(language).format(half=needed))}"


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
    if not reference_shown(needed):
        return word("needed_hidden", language)
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
    if not math.isfinite(answers) or answers > MOST_ANSWERS:
        told = _ENDLESS.text(language).format(reference=name, unit=next_one["name"])
        return sentence(told)
    enough = answers <= min(own["n"], next_one["n"])
    told = _NEEDED.text(language).format(
        reference=name,
        unit=next_one["name"],
        gap=_gap(next_one["difference"], rows.kinds(needed)[0], language),
        needed=counted(int(answers), language, "phiếu hợp lệ", "valid answer"),
        first=numbers.count(own["n"], language),
        second=numbers.count(next_one["n"], language),
        enough=_ENOUGH.text(language) if enough else "",
    )
    return sentence(told)


def _part_of(enough: int, units: int, language: Language) -> dict[str, str]:
    number = numbers.count(enough, language)
    part = Label(f"{number} trong", number) if enough else _NO_UNIT_OF
    whole = counted(units, language, "đơn vị", "unit")
    of = "of " if language == "en" else ""
    return {
        "enough": f"{part.text(language)} {of}{whole}",
        "reach": "reaches" if enough <= 1 else "reach",
    }


def _gap(difference: float, kind: numbers.Kind, language: Language) -> str:
    write, least = (numbers.points, 0.001) if kind == "proportion" else (numbers.signed, 0.01)
    if difference < least / 2:
        return word("under", language, value=write(least, language).lstrip("+"))
    return write(difference, language).lstrip("+")


def _settled(own: pd.Series, behind: pd.DataFrame, language: Language) -> str:
    rest = behind.iloc[1:]
    if rest.empty:
        return ""
    enough = (rest["n_needed"] <= rest["n"]) & (rest["n_needed"] <= own["n"])
    number = int(enough.sum())
    told = (
        (_SETTLED if number else _NONE_SETTLED)
        .text(language)
        .format(
            count=counted(len(rest), language, "đơn vị", "unit"),
            enough=numbers.count(number, language),
            have="has" if number == 1 else "have",
        )
    )
    return sentence(told)
