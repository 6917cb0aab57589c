"""Verdicts on scales in words: reliable or only straight-lined, comparable or not."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation import numbers, rows
from kbnn_analysis.presentation.wording import counted, inside, listing, sentence
from kbnn_analysis.results import Result

GOOD, USABLE = 0.80, 0.70
_NOTHING = Label("Không có thang đo nào tính được", "No scale could be computed")
_SPAN = Label(
    "Hệ số Cronbach alpha từ {low} ({lowest}) đến {high} ({highest})",
    "Cronbach's alpha runs from {low} ({lowest}) to {high} ({highest})",
)
_ONE = Label(
    "{name}: hệ số Cronbach alpha {value} (khoảng tin cậy {interval})",
    "{name}: Cronbach's alpha is {value} (interval {interval})",
)
_WEAK = Label(
    "Dưới {limit}: {names}; điểm của các thang đo này chưa đủ ổn định để so sánh",
    "Below {limit}: {names}; scores of these scales are too unsteady to compare",
)
_FINE = Label("Mọi thang đo đạt từ {limit}", "Every scale reaches {limit}")
_STRAIGHT = Label(
    "Cảnh báo: ở {names}, độ tin cậy cao có thể chỉ do người trả lời chọn một mức cho mọi câu "
    "({share} số phiếu; alpha {value} khi bỏ các phiếu đó). Khi gần như ai cũng rất hài lòng, "
    "trả lời như vậy cũng có thể là thật",
    "Warning: for {names} the high reliability may only come from respondents who chose one "
    "answer throughout ({share} of them; alpha {value} without them). Where nearly everybody is "
    "very satisfied, such answers may also be sincere",
)
_LEVELS: Mapping[str, Label] = {
    "scalar": Label(
        "Có thể so sánh điểm trung bình giữa các nhóm đối với: {names}",
        "Means may be compared between the groups for: {names}",
    ),
    "metric": Label(
        "Chỉ có thể so sánh mối liên hệ, không so sánh điểm trung bình, đối với: {names}",
        "Relations may be compared, means may not, for: {names}",
    ),
    "configural": Label(
        "Các nhóm hiểu câu hỏi khác nhau; không so sánh điểm trung bình của: {names}",
        "The groups read the items differently; means may not be compared for: {names}",
    ),
    "none": Label(
        "Cấu trúc một nhân tố không khớp dữ liệu; không so sánh: {names}",
        "One factor does not fit the answers; nothing may be compared for: {names}",
    ),
}
_LEFT_OUT = Label(
    "Không xét vì ít phiếu hoặc không khớp mô hình: {names}",
    "Left out for few answers or no proper model: {names}",
)
_ALIGNED = Label(
    "Thang đo {name} ở {units}: {share} tham số khác giữa các đơn vị; {verdict}",
    "Scale {name} in {units}: {share} of the parameters differ between units; {verdict}",
)
_COMPARABLE = Label("có thể so sánh điểm trung bình", "means may be compared")
_NOT_COMPARABLE = Label(
    "không nên so sánh điểm trung bình (ngưỡng 25%)",
    "means should not be compared (the limit is 25%)",
)
_BREAKS = Label("Câu hỏi khác biệt nhiều nhất: {names}", "The items that differ most: {names}")
_NONE_BREAKS = Label("Không câu hỏi nào khác biệt", "No item differs")
_RANKS = Label(
    "So với điểm trung bình các câu, thứ hạng sau căn chỉnh thay đổi nhiều nhất {change} "
    "(tương quan thứ hạng {correlation})",
    "Against the mean of the items, ranks after alignment change by {change} at most "
    "(rank correlation {correlation})",
)


def describe_reliability(reliability: Result, language: Language) -> str:
    """Say how reliable the scales are, and warn where straight-lining may be the reason.

    Parameters
    ----------
    reliability : Reliability
        Coefficients by scale.
    language : {"vi", "en"}
        Language of the sentences.

    Returns
    -------
    str
        One to three sentences.
    """
    frame = reliability.frame.assign(name=_scale_names(reliability, language))
    alpha = frame[(frame["coefficient"] == "alpha") & rows.shown(reliability)]
    if alpha.empty:
        return sentence(_NOTHING.text(language))
    told = [_span(alpha, language), _limit(alpha, language), _warning(frame, reliability, language)]
    return " ".join(sentence(text) for text in told if text)


def describe_invariance(invariance: Result, language: Language) -> str:
    """Say which scales may be compared between groups of respondents, and how far.

    Parameters
    ----------
    invariance : Invariance
        With its verdicts in the notes.
    language : {"vi", "en"}
        Language of the sentences.

    Returns
    -------
    str
        A sentence for each verdict that occurs.
    """
    if rows.hidden(invariance).all():
        return sentence(_NOTHING.text(language))
    told = []
    for level, pattern in _LEVELS.items():
        names = _named(str(invariance.notes.get(level) or ""), "scale", invariance, language)
        if names:
            told.append(pattern.text(language).format(names=listing(names, language, most=12)))
    told.append(_left_out(invariance, language))
    return " ".join(sentence(text) for text in told if text)


def describe_alignment(items: Result, language: Language) -> str:
    """Say whether the means of many units may be compared, which items break it, what changes.

    Parameters
    ----------
    items : InvariantItems
        Of ``align_units(...)``, with its verdict in the notes.
    language : {"vi", "en"}
        Language of the sentences.

    Returns
    -------
    str
        Three or four sentences.
    """
    if rows.hidden(items).all():
        return sentence(_NOTHING.text(language))
    notes = items.notes
    verdict = _COMPARABLE if notes["comparable"] else _NOT_COMPARABLE
    units = items.frame["units"].dropna()
    text = _ALIGNED.text(language).format(
        name=_scale_names(items, language)[0],
        units=counted(int(units.iloc[0]), language, "đơn vị", "unit") if len(units) else "–",
        share=numbers.percent(float(notes["share_broken"]), language),
        verdict=verdict.text(language),
    )
    ranks = _RANKS.text(language).format(
        change=counted(int(notes["largest_rank_change"]), language, "bậc", "place"),
        correlation=numbers.number(float(notes["rank_correlation"]), language),
    )
    broken = _broken(items, language)
    told = (text, broken, ranks, _left_out(items, language))
    return " ".join(sentence(part) for part in told if part)


def _span(alpha: pd.DataFrame, language: Language) -> str:
    ordered = alpha.sort_values("estimate", kind="stable")
    low, high = ordered.iloc[0], ordered.iloc[-1]
    if len(ordered) == 1:
        return _ONE.text(language).format(
            name=low["name"],
            value=numbers.number(float(low["estimate"]), language),
            interval=numbers.interval(low["conf_low"], low["conf_high"], language, kind="mean"),
        )
    return _SPAN.text(language).format(
        low=numbers.number(float(low["estimate"]), language),
        lowest=inside(str(low["name"])),
        high=numbers.number(float(high["estimate"]), language),
        highest=inside(str(high["name"])),
    )


def _limit(alpha: pd.DataFrame, language: Language) -> str:
    weak = alpha[alpha["estimate"] < USABLE]
    if not weak.empty:
        names = [inside(str(name)) for name in dict.fromkeys(weak["name"])]
        return _WEAK.text(language).format(
            limit=numbers.number(USABLE, language), names=listing(names, language)
        )
    reached = GOOD if (alpha["estimate"] >= GOOD).all() else USABLE
    return _FINE.text(language).format(limit=numbers.number(reached, language))


def _warning(frame: pd.DataFrame, reliability: Result, language: Language) -> str:
    told = _split(str(reliability.notes.get("straight_lining") or ""))
    own = frame[frame["scale"].isin(told) & rows.shown(reliability)]
    alpha = own[own["coefficient"] == "alpha"]
    varied = own[own["coefficient"] == "alpha_without_straight_lines"]
    if alpha.empty or varied.empty:
        return ""
    names = [inside(str(name)) for name in dict.fromkeys(alpha["name"])]
    return _STRAIGHT.text(language).format(
        names=listing(names, language),
        share=_between(alpha["share"], language, percent=True),
        value=_between(varied["estimate"], language, percent=False),
    )


def _between(values: pd.Series, language: Language, *, percent: bool) -> str:
    write = numbers.percent if percent else numbers.number
    ends = dict.fromkeys(write(float(end), language) for end in (values.min(), values.max()))
    return "–".join(ends)


def _broken(items: Result, language: Language) -> str:
    seen = items.frame.assign(name=rows.row_labels(items, language, ("item", "parameter")))
    seen = seen[rows.shown(items, "share") & (seen["share"] > 0)]
    if seen.empty:
        return _NONE_BREAKS.text(language)
    worst = seen.sort_values("share", ascending=False, kind="stable").head(3)
    shares = [numbers.percent(float(share), language) for share in worst["share"]]
    names = [f"“{name}” ({share})" for name, share in zip(worst["name"], shares, strict=True)]
    return _BREAKS.text(language).format(names=listing(names, language))


def _left_out(result: Result, language: Language) -> str:
    codes = _split(str(result.notes.get("left_out") or ""))
    names = [rows.value_label(result, "group", code, language) for code in codes]
    return _LEFT_OUT.text(language).format(names=listing(names, language)) if names else ""


def _scale_names(result: Result, language: Language) -> list[str]:
    groups = [name for name in result.by if name not in ("period", "coefficient", "item")]
    keys = tuple(name for name in groups if name != "parameter")
    return rows.row_labels(result, language, keys)


def _named(told: str, column: str, result: Result, language: Language) -> list[str]:
    return [inside(rows.value_label(result, column, name, language)) for name in _split(told)]


def _split(told: str) -> list[str]:
    return [name.strip() for name in told.split(",") if name.strip()]
