"""Whatever is shown stays byte for byte the same when the answers that are hidden change."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
import pytest

from kbnn_analysis.disclosure import disclose
from kbnn_analysis.inference.aggregates import estimates_from_counts
from kbnn_analysis.language import LANGUAGES, Label, Language
from kbnn_analysis.presentation import figures, maps, narrative, style, tables
from kbnn_analysis.presentation.excel import Sheet, render_excel
from kbnn_analysis.presentation.tables.csv import csv_text
from kbnn_analysis.results import Estimates, MeasureInfo
from kbnn_analysis.units import load_vintage

VINTAGE = load_vintage("provinces-63")
CODES = [unit.code for unit in VINTAGE.units]
SHARE = MeasureInfo("m", "two_box", "1", "proportion", Label("Hài lòng", "Satisfied"), ("q",))


def estimates(count: dict[str, int], n: dict[str, int]) -> Estimates:
    """Return simulated shares of all provinces; those that are not named are alike."""
    frame = pd.DataFrame({"unit": CODES})
    frame["n"] = [n.get(code, 300) for code in CODES]
    frame["count"] = [count.get(code, 180 + at) for at, code in enumerate(CODES)]
    labels = {"unit": {unit.code: unit.name for unit in VINTAGE.units}}
    return estimates_from_counts(frame, SHARE, period="2023-1", labels=labels)


def shown(result: Estimates, language: Language) -> dict[str, str | bytes]:
    """Return every form in which a reader or his program sees a result."""
    drawn = figures.plot_estimates(result, language=language)
    on_map = maps.plot_map(result, VINTAGE, language=language)
    made: dict[str, str | bytes] = {
        "svg": style.to_svg(drawn),
        "png": style.to_png(drawn, dpi=60),
        "map": style.to_svg(on_map),
        "alt text": figures.alt_text(result, language),
        "caption": figures.caption_of(result, language),
        "table": tables.table_estimates(result, language=language).as_raw_html(),
        "csv": csv_text(result, language),
        "sentence": narrative.describe_hidden(result, language),
        "workbook": render_excel([Sheet("a", result)], language=language, title="x"),
    }
    plt.close("all")
    return made


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_shown_depends_on_the_answers_of_a_hidden_unit(language: Language) -> None:
    one = estimates({"02": 1, "04": 8}, {"02": 3, "04": 9})
    other = estimates({"02": 9, "04": 2}, {"02": 9, "04": 4})
    assert shown(disclose(one), language) == shown(disclose(other), language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_shown_depends_on_the_answers_behind_a_bound(language: Language) -> None:
    one = estimates({"02": 297, "04": 0}, {"02": 297, "04": 41})
    other = estimates({"02": 288, "04": 9}, {"02": 297, "04": 41})
    assert shown(disclose(one), language) == shown(disclose(other), language)


def test_the_same_attack_works_on_what_is_shown() -> None:
    one, other = (disclose(estimates({"02": count}, {})) for count in (150, 200))
    first, second = shown(one, "vi"), shown(other, "vi")
    assert {name for name in first if first[name] == second[name]} == {"caption", "sentence"}
