"""What goes with satisfaction, in sentences that claim no cause and hide no doubt."""

from __future__ import annotations

import pandas as pd

from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation import numbers, rows
from kbnn_analysis.presentation.driver_words import driver_word, groups_word
from kbnn_analysis.presentation.narrative.estimates import phrase
from kbnn_analysis.presentation.tables.drivers import case_notes
from kbnn_analysis.presentation.wording import inside, listing, sentence
from kbnn_analysis.results import Result

_CLEAR = Label(
    "“{first}” gắn chặt nhất với {outcome}: {share} phần giải thích được ({interval}%)",
    "“{first}” goes most closely with {outcome}: {share} of the explained part ({interval}%)",
)
_OPEN = Label(
    "Dữ liệu chưa cho biết nhân tố nào gắn chặt nhất với {outcome}; có thể là {names}",
    "The data do not say which driver goes most closely with {outcome}; it may be {names}",
)
_FIT = Label(
    "Các nhân tố cùng giải thích {fit} ({measure})",
    "Together the drivers account for a fit of {fit} ({measure})",
)
_STATED = Label(
    "Khi được hỏi, người trả lời nêu “{stated}” là quan trọng nhất; điều đó {agree} kết quả trên",
    "When asked, respondents name “{stated}” as mattering most, which {agree} the above",
)
_AGREES = Label("phù hợp với", "agrees with")
_DIFFERS = Label("khác với", "differs from")
_CONCENTRATE = Label(
    "{names} có mức độ quan trọng cao hơn nhưng điểm thấp hơn mức cắt (xác suất từ 95% trở lên)",
    "{names} {matter} more than the cut but {score} below it (probability at least 95%)",
)
_NO_CONCENTRATE = Label(
    "Không nhân tố nào vừa có mức độ quan trọng cao hơn vừa có điểm thấp hơn mức cắt với xác suất "
    "từ 95% trở lên",
    "No driver matters more than the cut and scores below it with a probability of at least 95%",
)
_UNSURE = Label("Chưa chắc chắn {names} thuộc ô nào", "The quadrant is uncertain for {names}")
_TYPES = {
    "basic": Label(
        "Mức thấp hơn ở người chưa hài lòng lớn hơn mức cao hơn ở người rất hài lòng đối với: "
        "{names}",
        "The outcome is lower among the dissatisfied by more than it is higher among the very "
        "satisfied for {names}",
    ),
    "excitement": Label(
        "Mức cao hơn ở người rất hài lòng lớn hơn mức thấp hơn ở người chưa hài lòng đối với: "
        "{names}",
        "The outcome is higher among the very satisfied by more than it is lower among the "
        "dissatisfied for {names}",
    ),
    "unclear": Label("Chưa rõ loại của: {names}", "The type is unclear for {names}"),
}
_NO_TYPES = Label(
    "Không nhân tố nào cho thấy hai mức chênh này khác nhau",
    "No driver shows that these two differences differ",
)
_FIRST = Label(
    "Chênh lệch dự đoán lớn nhất là ở “{name}”: {value} ({interval})",
    "The largest predicted difference is at “{name}”: {value} ({interval})",
)
_NONE_SHOWN = Label(
    "Không chênh lệch dự đoán nào khác 0 một cách rõ ràng",
    "No predicted difference is clearly other than zero",
)
_TESTS: dict[str, tuple[Label, Label, Label, Label]] = {
    "equal drivers": (
        Label(
            "Các {groups} khác nhau về phần của: {names} (mọi nhân tố cùng lúc: p {p})",
            "The {groups} differ in {names} (all drivers together: p {p})",
        ),
        Label(
            "Xét mọi nhân tố cùng lúc, các {groups} khác nhau (p {p}), nhưng không nhân tố riêng "
            "nào nổi rõ",
            "Taken together the {groups} differ (p {p}), but no single driver stands out",
        ),
        Label(
            "Xét mọi nhân tố cùng lúc, không thấy các {groups} khác nhau (p {p}); xét riêng thì có "
            "ở: {names}, có thể do ngẫu nhiên",
            "Taken together the {groups} are not shown to differ (p {p}); singly they do in "
            "{names}, which may be chance",
        ),
        Label(
            "Không thấy các {groups} khác nhau về những gì gắn với đánh giá chung (p {p}); điều đó "
            "không có nghĩa là các {groups} giống nhau",
            "The {groups} are not shown to differ in what goes with the overall answer (p {p}), "
            "which does not show that they are alike",
        ),
    ),
    "proportional odds": (
        Label(
            "Hệ số không như nhau ở mọi mức trả lời đối với: {names} (mọi nhân tố cùng lúc: p "
            "{p}); một hệ số duy nhất chỉ là trung bình qua các mức",
            "The coefficient is not the same at all levels of the answer for {names} (all drivers "
            "together: p {p}); a single one is an average over the levels",
        ),
        Label(
            "Xét mọi nhân tố cùng lúc, hệ số không như nhau ở mọi mức trả lời (p {p}), nhưng không "
            "nhân tố riêng nào nổi rõ; một hệ số duy nhất chỉ là trung bình qua các mức",
            "Taken together the coefficients are not the same at all levels of the answer (p {p}), "
            "but no single driver stands out; each is an average over the levels",
        ),
        Label(
            "Xét mọi nhân tố cùng lúc, không thấy hệ số thay đổi theo mức trả lời (p {p}); xét "
            "riêng thì có ở: {names}, có thể do ngẫu nhiên",
            "Taken together the coefficients are not shown to change with the level of the answer "
            "(p {p}); singly they do for {names}, which may be chance",
        ),
        Label(
            "Không thấy hệ số nào thay đổi theo mức trả lời (p {p})",
            "No coefficient is shown to change with the level of the answer (p {p})",
        ),
    ),
}
"""Both tests reject, only the joint one, only single drivers, none."""
_NOTHING = Label("Không có nhân tố nào được hiển thị", "No driver is shown")


def describe_drivers(drivers: Result, language: Language) -> str:
    """Say which driver goes with the outcome most, if the data say so, and how much is explained.

    Parameters
    ----------
    drivers : Drivers
        Of one group.
    language : {"vi", "en"}
        Language of the sentences.

    Returns
    -------
    str
        Three to five sentences.
    """
    frame = _shown(drivers, "share", language)
    if frame.empty:
        return sentence(_NOTHING.text(language))
    frame = frame.sort_values("share", ascending=False, kind="stable")
    told = [_leader(drivers, frame, language), _fit(drivers, frame, language)]
    if "stated_rank" in frame and frame["stated_rank"].notna().any():
        told.append(_stated(frame, language))
    return " ".join([*told, *case_notes(drivers, language)])


def describe_first_driver(drivers: Result, language: Language) -> str:
    """Say which driver goes with the outcome most, what was stated, and that it is no cause."""
    frame = _shown(drivers, "share", language)
    if frame.empty:
        return sentence(_NOTHING.text(language))
    frame = frame.sort_values("share", ascending=False, kind="stable")
    told = [_leader(drivers, frame, language)]
    if "stated_rank" in frame and frame["stated_rank"].notna().any():
        told.append(_stated(frame, language))
    return " ".join([*told, driver_word("no_cause", language)])


def describe_quadrants(quadrants: Result, language: Language) -> str:
    """Say which drivers are surely important and low, and whose place is uncertain."""
    frame = _shown(quadrants, "share", language)
    if frame.empty:
        return sentence(_NOTHING.text(language))
    sure = frame["prob_quadrant"] >= 0.95
    first = list(frame[sure & (frame["quadrant"] == "concentrate")]["name"])
    told = [_listed(_CONCENTRATE, first, language) or sentence(_NO_CONCENTRATE.text(language))]
    told.append(_listed(_UNSURE, list(frame[~sure]["name"]), language))
    cut = driver_word(str(quadrants.notes.get("cut", "mean")), language)
    told += [driver_word("cut_note", language, cut=cut), driver_word("no_cause", language)]
    return " ".join(part for part in told if part)


def describe_penalty_reward(contrasts: Result, language: Language) -> str:
    """Say which drivers hurt more than they please, which please more, and which are unclear."""
    frame = _shown(contrasts, "estimate", language).drop_duplicates("driver")
    if frame.empty:
        return sentence(_NOTHING.text(language))
    told = [
        _listed(pattern, list(frame[frame["factor_type"] == kind]["name"]), language)
        for kind, pattern in _TYPES.items()
    ]
    told = [part for part in told if part] or [sentence(_NO_TYPES.text(language))]
    return " ".join([*told, driver_word("no_cause", language)])


def describe_priorities(priorities: Result, language: Language) -> str:
    """Say where the predicted difference is largest, and how the number is to be read."""
    frame = _shown(priorities, "estimate", language)
    if frame.empty:
        return sentence(_NOTHING.text(language))
    clear = frame[(frame["conf_low"] > 0) | (frame["conf_high"] < 0)]
    if clear.empty:
        told = sentence(_NONE_SHOWN.text(language))
    else:
        first = clear.sort_values("estimate", ascending=False, kind="stable").iloc[0]
        told = sentence(
            _FIRST.text(language).format(
                name=first["name"],
                value=numbers.points(first["estimate"] / 100, language, decimals=2),
                interval=numbers.interval(
                    first["conf_low"], first["conf_high"], language, kind="mean"
                ),
            )
        )
    moving = numbers.percent(float(priorities.notes.get("moving", 0.1)), language, decimals=0)
    return f"{told} {driver_word('moving', language, moving=moving)}"


def describe_driver_tests(tests: Result, language: Language) -> str:
    """Say what tests of equal drivers or of proportional odds show, the joint test first.

    Drivers are named by their adjusted p-values at the level of the result.
    """
    frame = tests.frame.assign(name=rows.row_labels(tests, language, ("driver",)))
    joint = frame.iloc[-1]["p_value"]
    if rows.hidden(tests).iloc[-1] or pd.isna(joint):
        return sentence(_NOTHING.text(language))
    limit = 1 - float(tests.notes.get("conf_level", 0.95))
    single = frame.iloc[:-1]
    found = [inside(str(name)) for name in single[single["p_adjusted"] < limit]["name"]]
    both, jointly, singly, none = _TESTS[str(tests.notes["test"])]
    pattern = (both if found else jointly) if joint < limit else (singly if found else none)
    told = numbers.p_value(joint, language)
    p = told if told.startswith("<") else f"= {told}"
    names = listing(found, language, most=8)
    groups = groups_word(tests.notes, language)
    return sentence(pattern.text(language).format(names=names, p=p, groups=groups))


def _leader(drivers: Result, frame: pd.DataFrame, language: Language) -> str:
    first = frame.iloc[0]
    outcome = rows.value_label(drivers, "outcome", str(first["outcome"]), language)
    able = list(frame[frame["rank_low"] == 1]["name"])
    interval = numbers.interval(first["share_low"], first["share_high"], language)
    pattern = _CLEAR if len(able) == 1 else _OPEN
    return sentence(
        pattern.text(language).format(
            first=first["name"],
            outcome=phrase(outcome, language),
            share=numbers.percent(first["share"], language),
            interval=interval,
            names=listing(_quoted(able), language, most=8, last="or"),
        )
    )


def _fit(drivers: Result, frame: pd.DataFrame, language: Language) -> str:
    measure = str(drivers.notes.get("fit_measure", ""))
    fit = numbers.number(frame.iloc[0]["fit"], language)
    return sentence(_FIT.text(language).format(fit=fit, measure=measure))


def _stated(frame: pd.DataFrame, language: Language) -> str:
    named = frame.sort_values("stated_rank", kind="stable").iloc[0]
    agrees = named["driver"] == frame.iloc[0]["driver"]
    agree = (_AGREES if agrees else _DIFFERS).text(language)
    return sentence(_STATED.text(language).format(stated=named["name"], agree=agree))


def _listed(pattern: Label, names: list[str], language: Language) -> str:
    if not names:
        return ""
    one = len(names) == 1
    told = pattern.text(language).format(
        names=listing(_quoted(names), language, most=8),
        matter="matters" if one else "matter",
        score="scores" if one else "score",
    )
    return sentence(told)


def _quoted(names: list[str]) -> list[str]:
    return [f"“{name}”" for name in names]


def _shown(result: Result, column: str, language: Language) -> pd.DataFrame:
    frame = result.frame.assign(name=rows.row_labels(result, language, ("driver",)))
    return frame[rows.shown(result, column)]
