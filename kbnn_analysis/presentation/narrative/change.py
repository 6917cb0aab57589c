"""What changed since an earlier period, as far as the data can tell; what is not comparable."""

from __future__ import annotations

from typing import Any

import pandas as pd

from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation import numbers, rows
from kbnn_analysis.presentation.change_words import (
    named,
    reasons_in_words,
    row_names,
    rows_noun,
)
from kbnn_analysis.presentation.narrative.estimates import phrase
from kbnn_analysis.presentation.wording import capital, inside, sentence
from kbnn_analysis.results import Change

MOST_SENTENCES = 3

_SPAN = Label("Từ {earlier} đến {later}", "From {earlier} to {later}")
_MOVED = Label(
    "{subject} {verb} {by}, từ {old} {to} {new} ({interval}: {ends})",
    "{subject} {verb} by {by}, from {old} {to} {new} ({interval}: {ends})",
)
_UP = Label("tăng", "rose")
_DOWN = Label("giảm", "fell")
_TO_UP = Label("lên", "to")
_TO_DOWN = Label("xuống", "to")
_SAME = Label(
    "{subject} không thể phân biệt với không thay đổi: {old} và {new}, chênh lệch {by} "
    "({interval}: {ends})",
    "{subject} cannot be told apart from unchanged: {old} and {new}, a difference of {by} "
    "({interval}: {ends})",
)
_NOT_SHOWN = Label("{subject}: thay đổi không được hiển thị ({why})",
                   "{subject}: the change is not shown ({why})")  # fmt: skip
_BROKEN = Label("{subject}: không so sánh được ({why})", "{subject}: not comparable ({why})")
_LEFT_OUT = Label("{subject}: không đủ phiếu ở cả hai đợt để so sánh",
                  "{subject}: too few answers in the two periods to compare")  # fmt: skip
_NOTHING = Label("không có thay đổi nào tính được", "no change could be computed")
_NONE = Label(
    "trong {count} {noun} so sánh được, không có thay đổi nào vượt quá ngẫu nhiên; điều đó không "
    "có nghĩa là không có gì thay đổi",
    "none of the {count} {noun} compared changed beyond chance; this does not mean that nothing "
    "changed",
)
_ROSE = Label("{count} {noun} tăng vượt quá ngẫu nhiên: {names}",
              "{count} {noun} rose beyond chance: {names}")  # fmt: skip
_FELL = Label("{count} {noun} giảm vượt quá ngẫu nhiên: {names}",
              "{count} {noun} fell beyond chance: {names}")  # fmt: skip
_REST = Label("{count} {noun} còn lại không thể phân biệt với không thay đổi",
              "The remaining {count} {noun} cannot be told apart from unchanged")  # fmt: skip
_BROKEN_ROWS = Label("{count} {noun} không so sánh được ({why}): {names}",
                     "{count} {noun} not comparable ({why}): {names}")  # fmt: skip


def describe_change(change: Change, language: Language) -> str:
    """Say what changed, by how much and how surely; many rows are counted and named.

    A change counts as found where its adjusted p-value is below one minus the confidence level.

    Parameters
    ----------
    change : Change
        Disclosed where it is shared.
    language : {"vi", "en"}
        Language of the sentences.

    Returns
    -------
    str
        One sentence a row for up to three rows, else up to four sentences.
    """
    if change.frame.empty:
        return sentence(f"{_span(change, language)}, {_NOTHING.text(language)}")
    if len(change.frame) <= MOST_SENTENCES:
        told = [_one(change, row, language) for row in _records(change, language)]
        first = f"{_span(change, language)}, {told[0]}"
        return " ".join(sentence(capital(each)) for each in [first, *told[1:]])
    return _many(change, language)


def found_rows(change: Change) -> pd.Series:
    """Return which rows changed beyond chance."""
    return rows.shown(change, "difference") & (change.frame["p_adjusted"] < 1 - change.conf_level)


def _span(change: Change, language: Language) -> str:
    earlier, later = (
        rows.period_label(str(change.notes[name]), language) for name in ("earlier", "later")
    )
    return _SPAN.text(language).format(earlier=earlier, later=later)


def _records(change: Change, language: Language) -> list[dict[str, Any]]:
    why = rows.reasons(change, language)
    places, found = rows.decimals(change), found_rows(change)
    extra = zip(why, places, found, strict=True)
    return [
        row | {"why": told, "places": decimals, "found": bool(is_found)}
        for row, (told, decimals, is_found) in zip(rows.records(change), extra, strict=True)
    ]


def _one(change: Change, row: dict[str, Any], language: Language) -> str:
    subject = _subject(change, row, language)
    if row.get("suppressed") is True:
        return _NOT_SHOWN.text(language).format(subject=subject, why=row["why"])
    if numbers.is_missing(row["difference"]):
        why = reasons_in_words(str(row["reason"] or ""), language, severe=True)
        return (_BROKEN if why else _LEFT_OUT).text(language).format(subject=subject, why=why)
    kind = rows.kind_of(change, str(row["measure"]))
    up = row["difference"] > 0
    size = abs(row["difference"]) if row["found"] else row["difference"]
    return (_MOVED if row["found"] else _SAME).text(language).format(
        subject=subject,
        verb=(_UP if up else _DOWN).text(language),
        to=(_TO_UP if up else _TO_DOWN).text(language),
        by=_size(size, kind, row["places"], language, signed=not row["found"]),
        old=numbers.value(row["estimate_earlier"], language, kind=kind, decimals=row["places"]),
        new=numbers.value(row["estimate"], language, kind=kind, decimals=row["places"]),
        interval=rows.interval_heading(change, language).replace("K", "k", 1),
        ends=numbers.interval(
            row["conf_low"], row["conf_high"], language, kind=kind, decimals=row["places"]
        ),
    )  # fmt: skip


def _size(
    value: float, kind: numbers.Kind, places: int | None, language: Language, *, signed: bool
) -> str:
    decimals = places if places is not None else (1 if kind == "proportion" else 2)
    scaled = 100 * value if kind == "proportion" else value
    write = numbers.signed if signed else numbers.number
    text = write(scaled, language, decimals=decimals)
    noun = Label("điểm phần trăm", "percentage points") if kind == "proportion" else Label(
        "điểm", "points of the scale")  # fmt: skip
    return f"{text} {noun.text(language)}"


def _subject(change: Change, row: dict[str, Any], language: Language) -> str:
    what = phrase(rows.value_label(change, "measure", str(row["measure"]), language), language)
    others = [
        rows.value_label(change, name, str(row[name]), language)
        for name in change.by
        if name not in {"period", "measure", "earlier"}
    ]
    of = Label("của", "of").text(language)
    return what + (f" {of} {', '.join(others)}" if others else "")


def _many(change: Change, language: Language) -> str:
    rule, names = row_names(change, language)
    frame = change.frame.assign(name=names)
    shown = frame[rows.shown(change, "difference")]
    found = frame[found_rows(change)]
    span = _span(change, language)
    if rule:
        span = f"{span} ({inside(rule)})"
    told: list[str] = []
    if shown.empty:
        told.append(f"{span}, {_NOTHING.text(language)}")
    elif found.empty:
        told.append(f"{span}, {_counted(change, _NONE, shown, language)}")
    else:
        for pattern, part in ((_ROSE, found[found["difference"] > 0]),
                              (_FELL, found[found["difference"] < 0])):  # fmt: skip
            if len(part):
                told.append(_counted(change, pattern, part, language))
        told[0] = f"{span}, {told[0]}"
        rest = shown.drop(found.index)
        if len(rest):
            told.append(_counted(change, _REST, rest, language))
    told += _broken(change, frame, language)
    return " ".join(sentence(capital(each)) for each in told)


def _broken(change: Change, frame: pd.DataFrame, language: Language) -> list[str]:
    told = frame["reason"].fillna("").astype(str)
    words = told.map(lambda text: reasons_in_words(text, language, severe=True))
    words = words.where(~rows.hidden(change), "")
    return [
        _counted(change, _BROKEN_ROWS, frame[words == why], language, why=why)
        for why in dict.fromkeys(words)
        if why
    ]


def _counted(
    change: Change, pattern: Label, part: pd.DataFrame, language: Language, **values: str
) -> str:
    return pattern.text(language).format(
        count=numbers.count(len(part), language),
        noun=rows_noun(change, len(part)).text(language),
        names=named(list(part["name"]), language),
        **values,
    )
