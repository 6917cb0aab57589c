"""The page that lists all periods: their headline figures, and the forms of their reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

from kbnn_analysis.errors import UsageError
from kbnn_analysis.language import Label, Language
from kbnn_analysis.periods import parse_period
from kbnn_analysis.presentation import fonts, numbers, rows
from kbnn_analysis.presentation.narrative.key_figures import key_figures
from kbnn_analysis.presentation.narrative.promise import PROMISE
from kbnn_analysis.presentation.report.page import WORDS, environment, letters_of
from kbnn_analysis.presentation.style import SIMULATED
from kbnn_analysis.presentation.wording import capital
from kbnn_analysis.results import Estimates

_WORDS = {
    "title": Label("Các đợt khảo sát", "Survey periods"),
    "period": Label("Đợt khảo sát", "Survey period"),
    "figures": Label("Kết quả chính", "Headline figures"),
    "reports": Label("Báo cáo", "Reports"),
    "none": Label("Chưa có báo cáo nào.", "There is no report yet."),
}


@dataclass(frozen=True)
class Entry:
    """What the page says of a period.

    Parameters
    ----------
    period : str
        Its id.
    figures : tuple of (str, str, str)
        What is measured, its value, its interval; all as text that was cleared for release.
    links : tuple of (str, str)
        What a form is called, and its relative address.
    simulated : bool
        True for simulated answers.
    name : str
        Told after the period where a period has several runs.
    """

    period: str
    figures: tuple[tuple[str, str, str], ...]
    links: tuple[tuple[str, str], ...]
    simulated: bool = False
    name: str = ""


def headline_figures(overall: Estimates, language: Language) -> tuple[tuple[str, str, str], ...]:
    """Return what the page prints of a period: measure, value, interval.

    Parameters
    ----------
    overall : Estimates
        Disclosed; one period, by measure.
    language : {"vi", "en"}
        Language of names and numbers.
    """
    return tuple(
        (each.label, each.value, each.interval or numbers.MISSING)
        for each in key_figures(overall, language)
    )


def render_index(entries: Sequence[Entry], *, language: Language, title: str = "") -> str:
    """Return the page of all periods, the newest first, as one self-contained file.

    Parameters
    ----------
    entries : sequence of Entry
        One for each period.
    language : {"vi", "en"}
        Language of the page.
    title : str
        Heading; a general one where it is left out.

    Returns
    -------
    str
        The page; the same entries give the same bytes.

    Raises
    ------
    UsageError
        If a link leaves the folder of the page.
    """
    for entry in entries:
        for _, address in entry.links:
            if ":" in address or address.startswith(("/", "\\", "..")) or "/../" in address:
                raise UsageError(f"A link of the index must stay in its folder; got {address!r}.")
    ordered = sorted(entries, key=lambda entry: parse_period(entry.period), reverse=True)
    words = {**WORDS, **_WORDS}
    page = (
        environment()
        .get_template("index.html.j2")
        .render(
            language=language,
            title=title or _WORDS["title"].text(language),
            entries=[(entry, _heading(entry, language)) for entry in ordered],
            simulated=SIMULATED,
            all_simulated=bool(entries) and all(entry.simulated for entry in entries),
            promise=PROMISE.text(language),
            words={name: label.text(language) for name, label in words.items()},
            css=files(__package__).joinpath("template", "report.css").read_text(encoding="utf-8"),
            fonts="@@FONTS@@",
        )
    )
    return page.replace("@@FONTS@@", fonts.font_faces(letters_of(page)), 1)


def _heading(entry: Entry, language: Language) -> str:
    told = capital(rows.period_label(entry.period, language))
    return f"{told} · {entry.name}" if entry.name else told
