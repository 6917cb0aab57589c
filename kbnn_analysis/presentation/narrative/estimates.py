"""One sentence for one estimate: value, interval, base, and what 0 or 100 per cent leaves open."""

from __future__ import annotations

from typing import Any

from kbnn_analysis.errors import UsageError
from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation import numbers, rows
from kbnn_analysis.presentation.wording import counted, inside, sentence
from kbnn_analysis.results import Estimates

MOST_ROWS = 6

_WHEN = Label("Trong {period}, {what}", "In {period}, {what}")
_VALUE = Label("{subject} là {value}", "{subject} is {value}")
_HIDDEN = Label("{subject} không được hiển thị", "{subject} is not shown")
_NOTHING = Label("{subject}: không có phiếu hợp lệ", "{subject}: there are no valid answers")


def describe_estimate(estimates: Estimates, language: Language) -> str:
    """Say what each estimate is and how sure it is.

    Parameters
    ----------
    estimates : Estimates
        One row, or a few: each gets its sentence. Take rows with ``where``.
    language : {"vi", "en"}
        Language of the sentences.

    Returns
    -------
    str
        One sentence per row.

    Raises
    ------
    UsageError
        If there are more rows than anybody reads in prose: use a table.
    """
    if len(estimates.frame) > MOST_ROWS:
        raise UsageError(
            f"describe_estimate takes up to {MOST_ROWS} rows, it got {len(estimates.frame)}; "
            "choose with .where(...) or show a table."
        )
    why = rows.reasons(estimates, language)
    told, period = [], ""
    texts, places = rows.released(estimates, language), rows.decimals(estimates)
    for row, reason, text, places_ in zip(rows.records(estimates), why, texts, places, strict=True):
        row |= {"told": text, "decimals": places_}
        subject = _subject(estimates, row, language, with_period=row["period"] != period)
        told.append(_one(estimates, row, subject, reason, language))
        period = row["period"]
    return " ".join(told)


def _one(
    estimates: Estimates, row: dict[str, Any], subject: str, why: str, language: Language
) -> str:
    if row.get("suppressed") is True:
        told = _HIDDEN.text(language).format(subject=subject)
        return sentence(f"{told} ({why})" if why else told)
    if numbers.is_missing(row["estimate"]) and not row["told"]:
        return sentence(_NOTHING.text(language).format(subject=subject))
    kind = rows.kind_of(estimates, str(row["measure"]))
    shown = row["told"] or numbers.value(row["estimate"], language, kind=kind)
    evidence = "; ".join(_evidence(estimates, row, kind, language))
    value = f"{shown} ({evidence})" if evidence else shown
    told = _VALUE.text(language).format(subject=subject, value=value)
    return sentence(told + _open_end(row, kind, language))


def _subject(
    estimates: Estimates, row: dict[str, Any], language: Language, *, with_period: bool
) -> str:
    label = rows.value_label(estimates, "measure", str(row["measure"]), language)
    others = [
        rows.value_label(estimates, name, str(row[name]), language)
        for name in estimates.by
        if name not in {"period", "measure"}
    ]
    of = Label("của", "of").text(language)
    what = phrase(label, language) + (f" {of} {', '.join(others)}" if others else "")
    if not with_period:
        return what
    period = rows.value_label(estimates, "period", str(row["period"]), language)
    return _WHEN.text(language).format(period=period, what=what)


def phrase(label: str, language: Language) -> str:
    """Turn "item: share satisfied" into "the share satisfied (item)", as a sentence needs it."""
    item, _, rule = label.rpartition(": ")
    name = f"{inside(rule)} ({inside(item)})" if item else inside(label)
    return f"the {name}" if language == "en" and not name.startswith("the ") else name


def _evidence(
    estimates: Estimates, row: dict[str, Any], kind: numbers.Kind, language: Language
) -> list[str]:
    low_high = numbers.interval(
        row["conf_low"], row["conf_high"], language, kind=kind, decimals=row["decimals"]
    )
    parts = []
    if low_high != numbers.MISSING:
        unit = "%" if kind == "proportion" else ""
        parts.append(f"{inside(rows.interval_heading(estimates, language))}: {low_high}{unit}")
    if not numbers.is_missing(row["n"]):
        parts.append(counted(int(row["n"]), language, "phiếu hợp lệ", "valid answer"))
    return parts


def _open_end(row: dict[str, Any], kind: numbers.Kind, language: Language) -> str:
    """Return what a unanimous answer leaves open; nothing for any other estimate."""
    if kind != "proportion" or row["estimate"] not in (0, 1) or row.get("band"):
        return ""
    everybody = row["estimate"] == 1
    end = row["conf_low"] if everybody else row["conf_high"]
    if numbers.is_missing(end):
        return ""
    told = (
        Label(
            "; tỷ lệ thực vẫn có thể thấp tới {end}", "; the true rate may still be as low as {end}"
        )
        if everybody
        else Label(
            "; tỷ lệ thực vẫn có thể cao tới {end}", "; the true rate may still be as high as {end}"
        )
    )
    return told.text(language).format(end=numbers.percent(end, language))
