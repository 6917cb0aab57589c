"""The figures that stand above a summary: each value with its interval, as a table of few words."""

from __future__ import annotations

from kbnn_analysis.language import Language
from kbnn_analysis.presentation import numbers, rows
from kbnn_analysis.presentation.document.model import KeyFigure
from kbnn_analysis.presentation.wording import capital
from kbnn_analysis.results import Estimates


def key_figures(estimates: Estimates, language: Language) -> tuple[KeyFigure, ...]:
    """Return each estimate as a figure to print large.

    Parameters
    ----------
    estimates : Estimates
        Measures in one period, disclosed where they are shared.
    language : {"vi", "en"}
        Language of names and numbers.

    Returns
    -------
    tuple of KeyFigure
    """
    heading = rows.interval_heading(estimates, language)
    made = []
    for row, told, reason, places, kind in zip(
        rows.records(estimates),
        rows.released(estimates, language),
        rows.reasons(estimates, language),
        rows.decimals(estimates),
        rows.kinds(estimates),
        strict=True,
    ):
        label = rows.value_label(estimates, "measure", str(row["measure"]), language)
        if row.get("suppressed") is True:
            made.append(KeyFigure(label, numbers.hidden(language), "", reason))
            continue
        between = numbers.interval(
            row["conf_low"], row["conf_high"], language, kind=kind, decimals=places
        )
        value = told or numbers.value(row["estimate"], language, kind=kind)
        if between == numbers.MISSING:
            made.append(KeyFigure(label, value, "", ""))
            continue
        unit = "%" if kind == "proportion" else ""
        made.append(KeyFigure(label, value, between + unit, heading))
    return tuple(made)


def key_figures_table(estimates: Estimates, language: Language) -> str:
    """Return key figures as a Markdown table: a column for each, of name, value, interval, note.

    What all names begin with, the question, is told by the sentence that follows and left out.

    Parameters
    ----------
    estimates : Estimates
        Measures in one period, disclosed where they are shared.
    language : {"vi", "en"}
        Language of names and numbers.

    Returns
    -------
    str
        Markdown.
    """
    figures = key_figures(estimates, language)
    parts = [figure.label.rpartition(": ") for figure in figures]
    alike = len({question for question, _, _ in parts}) == 1
    names = [
        capital(rule if alike else figure.label)
        for figure, (_, _, rule) in zip(figures, parts, strict=True)
    ]
    under = [(each.value, each.interval, each.note) for each in figures]
    lines = [names, ["---"] * len(figures), *zip(*under, strict=True)]
    return "\n".join("| " + " | ".join(_cell(text) for text in line) + " |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
