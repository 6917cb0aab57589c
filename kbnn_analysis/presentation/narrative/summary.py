"""The page that everybody reads: a few points, one or two sentences each, from results only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation import numbers, rows
from kbnn_analysis.presentation.narrative.ranking import compared
from kbnn_analysis.presentation.wording import counted, inside, listing, sentence
from kbnn_analysis.results import Estimates, Result

POINTS: dict[str, Label] = {
    "rate": Label("Hài lòng đến đâu", "How satisfied"),
    "change": Label("Thay đổi", "Change"),
    "differences": Label("Đơn vị nào khác biệt", "Who differs"),
    "ranks": Label("Thứ hạng", "Ranks"),
    "best": Label("Khả năng đứng đầu", "Who may be best"),
    "drivers": Label("Điều gì gắn với sự hài lòng", "What goes with satisfaction"),
    "first": Label("Nên xem xét điều gì trước", "What to look at first"),
    "hidden": Label("Không hiển thị", "Not shown"),
}
"""The points of a summary, in their order."""

_WHEN = Label("Trong {period}, về {item}, {values}", "In {period}, on {item}, {values}")
_PLAIN = Label("Trong {period}, {values}", "In {period}, {values}")
_VALUE = Label("{rule} là {value}", "the {rule} was {value}")
_BASE = Label(
    "Số liệu dựa trên {count}; trong ngoặc là {interval}",
    "This rests on {count}; in brackets is the {interval}",
)
_HIDDEN = Label("{rule} không hiển thị ({why})", "the {rule} is not shown ({why})")
_NO_VALUE = Label("{rule} không có phiếu hợp lệ", "the {rule} had no valid answers")
_TIERS = Label(
    "Dữ liệu xếp được các đơn vị vào {count}: {named}",
    "The data put the units into {count}: {named}",
)
_TIERED = Label(
    "Chỉ {count} được nêu thứ hạng mới được xếp nhóm; thứ hạng được tính trong tất cả {compared} "
    "đơn vị đủ phiếu, kể cả đơn vị chỉ công bố dưới dạng cận hoặc bị ẩn",
    "Tiers hold only the {count} whose rank is published; ranks are counted among all "
    "{compared} units with enough answers, those told as a bound or hidden included",
)
_TIER = Label("nhóm {tier} có {units}", "{units} in tier {tier}")


def describe_summary(points: Mapping[str, str], language: Language) -> str:
    """Return the points of a summary as a list, each with what it is about.

    Parameters
    ----------
    points : mapping
        Sentences by the names of :data:`POINTS`; empty ones are left out.
    language : {"vi", "en"}
        Language of the sentences.

    Returns
    -------
    str
        Markdown.

    Examples
    --------
    >>> print(describe_summary({"rate": "97% satisfied.", "change": ""}, "en"))
    - **How satisfied.** 97% satisfied.
    """
    return "\n".join(
        f"- **{label.text(language)}.** {points[name].strip()}"
        for name, label in POINTS.items()
        if points.get(name)
    )


def describe_headline(estimates: Estimates, language: Language) -> str:
    """Say all measures of one question: each value with its interval, and what they rest on.

    Parameters
    ----------
    estimates : Estimates
        Measures of one question in one period, disclosed where they are shared.
    language : {"vi", "en"}
        Language of the sentence.

    Returns
    -------
    str
        Two sentences. A hidden value says why; a bound is told as it was released.
    """
    frame = estimates.frame.assign(
        told=rows.released(estimates, language),
        why=rows.reasons(estimates, language),
        places=pd.array(rows.decimals(estimates), dtype="Int64"),
    )
    parts = [_split(estimates, str(name), language) for name in frame["measure"]]
    records = frame.to_dict(orient="records")
    values = [
        _value(estimates, {str(k): v for k, v in row.items()}, rule, language)
        for row, (_, rule) in zip(records, parts, strict=True)
    ]
    items = {item for item, _ in parts}
    period = rows.value_label(estimates, "period", str(frame["period"].iloc[0]), language)
    pattern = _WHEN if len(items) == 1 and "" not in items else _PLAIN
    told = pattern.text(language).format(
        period=period, item=inside(min(items)), values=listing(values, language)
    )
    told = sentence(told)
    return f"{told} {_base(estimates, frame, language)}" if _has_base(frame) else told


def describe_tiers(ranking: Result, language: Language) -> str:
    """Say into how many tiers the data put the units; nothing where all are in one."""
    if "tier" not in ranking.frame:
        return ""
    shown = ranking.frame[rows.shown(ranking) & ranking.frame["tier"].fillna("").ne("")]
    sizes = shown["tier"].value_counts().sort_index()
    if len(sizes) < 2:
        return ""
    named = [
        _TIER.text(language).format(tier=tier, units=counted(int(size), language, "đơn vị", "unit"))
        for tier, size in sizes.items()
    ]
    count = counted(len(sizes), language, "nhóm", "tier")
    told = sentence(_TIERS.text(language).format(count=count, named=listing(named, language)))
    among, tiered = compared(ranking.frame[rows.shown(ranking, "rank_high")]), int(sizes.sum())
    if tiered >= among:
        return told
    units = counted(tiered, language, "đơn vị", "unit")
    return f"{told} {sentence(_TIERED.text(language).format(count=units, compared=among))}"


def _split(estimates: Estimates, measure: str, language: Language) -> tuple[str, str]:
    label = rows.value_label(estimates, "measure", measure, language)
    item, _, rule = label.rpartition(": ")
    return item, inside(rule)


def _value(estimates: Estimates, row: dict[str, Any], rule: str, language: Language) -> str:
    if row.get("suppressed") is True:
        return _HIDDEN.text(language).format(rule=rule, why=row["why"])
    if numbers.is_missing(row["estimate"]) and not row["told"]:
        return _NO_VALUE.text(language).format(rule=rule)
    kind = rows.kind_of(estimates, str(row["measure"]))
    places = None if pd.isna(row["places"]) else int(row["places"])
    value = row["told"] or numbers.value(row["estimate"], language, kind=kind)
    between = numbers.interval(
        row["conf_low"], row["conf_high"], language, kind=kind, decimals=places
    )
    unit = "%" if kind == "proportion" else ""
    told = value if between == numbers.MISSING else f"{value} ({between}{unit})"
    return _VALUE.text(language).format(rule=rule, value=told)


def _has_base(frame: pd.DataFrame) -> bool:
    return bool("n" in frame and frame["n"].notna().any() and frame["conf_low"].notna().any())


def _base(estimates: Estimates, frame: pd.DataFrame, language: Language) -> str:
    count = counted(int(frame["n"].max()), language, "phiếu hợp lệ", "valid answer")
    interval = inside(rows.interval_heading(estimates, language))
    return sentence(_BASE.text(language).format(count=count, interval=interval))
