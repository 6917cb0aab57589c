"""Which units stand out from what is expected of all, and how much units differ at all."""

from __future__ import annotations

from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation import numbers, rows
from kbnn_analysis.presentation.narrative.hidden import describe_hidden, describe_nothing
from kbnn_analysis.presentation.wording import counted, inside, listing, sentence
from kbnn_analysis.results import BANDS, Funnel, Heterogeneity

LEAST_NAMED = 30  # a unit of fewer answers is counted among the worse ones, never named

_ALL = Label(
    "Cả {count} đều trong mức kỳ vọng: chênh lệch giữa chúng không lớn hơn ngẫu nhiên và độ phân "
    "tán thường thấy cho phép",
    "All {count} are as expected: they differ no more than chance and their usual spread allow",
)
_BETTER = Label("Tốt hơn mức kỳ vọng: {count} ({names})", "Better than expected: {count} ({names})")
_WORSE = Label("Kém hơn mức kỳ vọng: {count} ({names})", "Worse than expected: {count} ({names})")
_WORSE_UNNAMED = Label("Kém hơn mức kỳ vọng: {count}", "Worse than expected: {count}")
_REST = Label("{count} còn lại trong mức kỳ vọng", "The other {count} {are} as expected")
_SPREAD = Label(
    "Các đơn vị khác nhau nhiều hơn ngẫu nhiên: {part} của phần khác biệt quan sát được không do "
    "ngẫu nhiên; mức thực phân tán quanh {mean} với độ lệch chuẩn {tau} (có thể từ {low} đến "
    "{high})",
    "Units differ beyond chance: {part} of the variance seen between them is not chance; their "
    "true values spread around {mean} with a standard deviation of {tau} (anywhere from {low} to "
    "{high})",
)
_NO_SPREAD = Label(
    "Chưa thấy các đơn vị khác nhau nhiều hơn ngẫu nhiên (p = {p}); độ phân tán thực có thể từ "
    "{low} đến {high}",
    "Units are not seen to differ beyond chance (p = {p}); the true spread may be anywhere from "
    "{low} to {high}",
)
_ABOUT = Label("Về “{name}”: ", "On “{name}”: ")
_NEW = Label(
    "Một đơn vị mới tương tự được dự báo nằm trong khoảng {low} đến {high}",
    "A new unit like these is expected between {low} and {high}",
)


def describe_funnel(funnel: Funnel, language: Language) -> str:
    """Say which units are better or worse than expected, and how many are as expected.

    Parameters
    ----------
    funnel : Funnel
        One measure and period, disclosed where it is shared.
    language : {"vi", "en"}
        Language of the sentences.

    Returns
    -------
    str
        Up to four sentences. Worse units of fewer than 30 answers are counted, not named.
    """
    frame = funnel.frame.assign(name=rows.row_labels(funnel, language))
    frame = frame[rows.shown(funnel, "band")]
    if frame.empty:
        return describe_nothing(funnel, language)
    better, usual, worse = (frame[frame["band"] == band] for band in BANDS)
    if len(usual) == len(frame):
        told = [_counted(_ALL, len(frame), language)]
    else:
        named = worse[~(worse["n"] < LEAST_NAMED)]
        told = [
            _counted(_BETTER, len(better), language, list(better["name"])),
            _counted(
                _WORSE if len(named) == len(worse) else _WORSE_UNNAMED,
                len(worse),
                language,
                list(named["name"]),
            ),
            _counted(_REST, len(usual), language),
        ]
    if rows.hidden(funnel).any():
        told.append(describe_hidden(funnel, language))
    return " ".join(part for part in told if part)


def describe_heterogeneity(found: Heterogeneity, language: Language) -> str:
    """Say whether units differ beyond chance and by how much, a sentence or two for each row."""
    told = []
    names_of = rows.row_labels(found, language) if len(found.frame) > 1 else [""]
    for row, kind, name in zip(rows.records(found), rows.kinds(found), names_of, strict=True):
        if row.get("suppressed") is True or numbers.is_missing(row["tau"]):
            continue
        write = numbers.points if kind == "proportion" else numbers.number
        spread = ("tau", "tau_low", "tau_high")
        tau, low, high = (write(row[each], language).lstrip("+") for each in spread)
        if kind == "proportion":  # the unit stands once, after the upper end
            low = numbers.number(100 * row["tau_low"], language, decimals=1)
        differ = row["p_value"] < 1 - found.conf_level
        facts = {
            "part": numbers.percent(row["i_squared"], language, decimals=0),
            "tau": tau,
            "low": low,
            "high": high,
            "mean": numbers.value(row["estimate"], language, kind=kind),
            "p": numbers.p_value(row["p_value"], language),
        }
        text = (_SPREAD if differ else _NO_SPREAD).text(language).format(**facts)
        about = _ABOUT.text(language).format(name=name) + inside(text) if name else text
        told.append(sentence(about))
        ends = [numbers.value(row[each], language, kind=kind) for each in ("conf_low", "conf_high")]
        told.append(sentence(_NEW.text(language).format(low=ends[0], high=ends[1])))
    return " ".join(told) or describe_nothing(found, language)


def _counted(
    pattern: Label, number: int, language: Language, names: list[str] | None = None
) -> str:
    if not number:
        return ""
    return sentence(
        pattern.text(language).format(
            count=counted(number, language, "đơn vị", "unit"),
            names=listing(names or [], language, most=10),
            are="is" if number == 1 else "are",
        )
    )
