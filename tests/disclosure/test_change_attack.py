"""The merger attack on what `change` really tells: stacked answers, 63 provinces, then 34."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kbnn_analysis.disclosure import Rules, disclose
from kbnn_analysis.disclosure.audit import audit
from kbnn_analysis.disclosure.questions import questions_of
from kbnn_analysis.disclosure.released import Released, released_rows
from kbnn_analysis.disclosure.suppression import protect
from kbnn_analysis.inference import change, estimate, headline_measures
from kbnn_analysis.intake.stacking import stack_surveys
from kbnn_analysis.runs.params import Params
from kbnn_analysis.runs.placing import place_input
from kbnn_analysis.runs.release_tables import nests
from kbnn_analysis.runs.source import load_earlier, load_survey

RULES = Rules()
BEFORE, NOW = "provinces-63", "provinces-34"
ASKED = {
    "period": "2025-2",
    "unit_vintage": NOW,
    "simulate": {"scale": 0.25},
    "earlier": [{"period": "2024-2", "unit_vintage": BEFORE}],
}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return the provinces of the earlier period, those of the later one, and the change."""
    folder = tmp_path_factory.mktemp("periods")
    settings = place_input(Params.model_validate(ASKED), folder, (Path(folder),))
    now, (old,) = load_survey(settings, folder), load_earlier(settings, folder)
    measures = headline_measures(now.codebook, "overall_treasury", ["top_box"])
    both = estimate(stack_surveys([old, now]), measures, "unit")
    levels = {name: estimate(each, measures, "unit") for name, each in (("old", old), ("now", now))}
    return {**levels, "change": change(both), "codebook": now.codebook}


def rows(results: dict[str, Any], names: str, rules: Rules = RULES) -> list[Released]:
    told = []
    for name in names.split():
        shown = disclose(results[name], rules)
        vintage = BEFORE if name == "old" else NOW
        for row in released_rows(shown.frame, shown.by, questions_of(results["codebook"])):
            dims = tuple((f"unit@{vintage}", code) for _, code in row.dims)
            told.append(replace(row, dims=dims))
    return told


def unsafe(told: list[Released]) -> set[str]:
    return {row.dims[0][1] for row, found in audit(told, RULES, nests()) if not found.passes(RULES)}


def test_provinces_hidden_before_a_merger_stay_hidden_after_it(results: dict[str, Any]) -> None:
    ledger = rows(results, "old")
    hidden = {row.dims[0][1] for row in ledger if row.reason}
    assert hidden
    assert not unsafe(ledger)
    assert not unsafe(rows(results, "now change"))
    found = unsafe([*ledger, *rows(results, "now change")])
    assert found, "the attack must work unprotected"
    asked = protect(rows(results, "now change"), RULES, nests(), earlier=ledger)
    assert not asked.broken
    assert {len(key) for key in asked.withheld} == {4}, "levels of now may be told, no change"
    assert len(asked.withheld) <= len(found), "nothing is hidden without need"
    safe = replace(RULES, withheld=asked.withheld)
    assert not unsafe([*ledger, *rows(results, "now change", safe)])
