"""How many people stand behind a measure."""

from __future__ import annotations

from kbnn_analysis.language import Label, Language
from kbnn_analysis.presentation import numbers, rows
from kbnn_analysis.presentation.narrative.hidden import describe_hidden
from kbnn_analysis.presentation.wording import counted, sentence
from kbnn_analysis.results import Totals

MOST_TOLD = 6

_ONE = Label(
    "{name}: ước tính {count} ({interval}: {low}–{high})",
    "{name}: an estimated {count} ({interval}: {low}–{high})",
)
_MANY = Label(
    "Số người ước tính của {rows} dòng được nêu trong bảng",
    "The estimated numbers of people of {rows} rows stand in the table",
)


def describe_totals(totals: Totals, language: Language) -> str:
    """Say how many people meet a measure; more than six rows are left to the table.

    Parameters
    ----------
    totals : Totals
        Disclosed where it is shared.
    language : {"vi", "en"}
        Language of the sentences.

    Returns
    -------
    str
        A sentence for each row that is shown.
    """
    names = rows.row_labels(totals, language)
    shown = [
        (name, row)
        for name, row, seen in zip(names, rows.records(totals), rows.shown(totals), strict=True)
        if seen
    ]
    told = [_told(totals, name, row, language) for name, row in shown[:MOST_TOLD]]
    if len(shown) > MOST_TOLD:
        count = numbers.count(len(shown), language)
        told = [sentence(_MANY.text(language).format(rows=count))]
    if rows.hidden(totals).any():
        told.append(describe_hidden(totals, language))
    return " ".join(told)


def _told(totals: Totals, name: str, row: dict[str, float], language: Language) -> str:
    heading = rows.interval_heading(totals, language)
    return sentence(
        _ONE.text(language).format(
            name=name,
            count=counted(round(row["estimate"]), language, "người", "person", "people"),
            interval=heading[0].lower() + heading[1:],
            low=numbers.count(row["conf_low"], language),
            high=numbers.count(row["conf_high"], language),
        )
    )
