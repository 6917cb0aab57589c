"""Models fitted to distinct answers with weights are those of the respondents."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference import respondent_rows
from kbnn_analysis.inference.drivers import (
    analyse_drivers,
    check_proportional_odds,
    few_units,
    fit_drivers,
    fit_partial_drivers,
    model_patterns,
    partition,
)
from kbnn_analysis.inference.drivers.study import read_study
from kbnn_analysis.inference.measures import top_box
from kbnn_analysis.inference.simulation import simulate_period
from kbnn_analysis.intake import Design, Survey, load_codebook, read_raw, validate
from kbnn_analysis.stats import patterns
from kbnn_analysis.stats.game_fit import pseudo_importance

ITEM = "overall_treasury"
DESIGNS = {
    "offices": Design(target="process", psu="office"),
    "strata": Design(target="process", psu="office", strata="province"),
    "weights": Design(target="process", psu="office", weight="duration_seconds"),
    "respondents": Design(),
    "respondents in strata": Design(strata="province"),
    "weighted respondents": Design(strata="province", weight="duration_seconds"),
}


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    path = tmp_path_factory.mktemp("answers") / "a-SIMULATED.csv"
    path.write_bytes(simulate_period("2023-1", seed=5, scale=0.1).to_csv().encode())
    book = load_codebook("kbnn-assumed")
    read = validate(read_raw(path), book, Design(), period="2023-1", unit_vintage="provinces-63")
    weight = read.attributes["duration_seconds"].fillna(0.0).clip(upper=900)
    return replace(read, attributes=read.attributes.assign(duration_seconds=weight))


def in_patterns(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(model_patterns, "PATTERNS_FROM", 0)
    patch.setattr(respondent_rows, "BLOCK", 397)
    patch.setattr(patterns, "MOST_WAITING", 500)


def assert_same(few: Any, full: Any) -> None:
    pd.testing.assert_frame_equal(few.frame, full.frame, rtol=1e-8, atol=1e-10)
    size = np.abs(full.covariance).max()
    np.testing.assert_allclose(few.covariance, full.covariance, rtol=0, atol=1e-10 * size)
    assert few.method == full.method
    for name, value in full.notes.items():
        wanted = pytest.approx(value) if isinstance(value, float) else value
        assert few.notes[name] == wanted, name


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("model", ["linear", "logit", "ordinal"])
def test_coefficients(
    survey: Survey, design: str, model: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = replace(survey, design=DESIGNS[design])
    full = fit_drivers(asked, ITEM, model=model)
    in_patterns(monkeypatch)
    few = fit_drivers(asked, ITEM, model=model)
    assert_same(few, full)
    np.testing.assert_allclose(few.frame["estimate"], full.frame["estimate"], rtol=1e-10, atol=0)


@pytest.mark.parametrize("model", ["logit", "ordinal"])
def test_many_units_need_no_correction(
    survey: Survey, model: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(few_units, "MOST_UNITS", 10)
    asked = replace(survey, design=DESIGNS["offices"])
    full = fit_drivers(asked, ITEM, model=model)
    in_patterns(monkeypatch)
    assert_same(fit_drivers(asked, ITEM, model=model), full)


@pytest.mark.parametrize("penalty", ["ridge", "firth"])
@pytest.mark.parametrize("design", ["weights", "weighted respondents"])
def test_penalties_are_on_respondents(
    survey: Survey, design: str, penalty: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, among = replace(survey, design=DESIGNS[design]), top_box(ITEM).among(channel="online")
    full = fit_drivers(asked, among, ["time", "staff"], model="logit", penalty=penalty, ridge=50.0)
    in_patterns(monkeypatch)
    few = fit_drivers(asked, among, ["time", "staff"], model="logit", penalty=penalty, ridge=50.0)
    assert_same(few, full)


@pytest.mark.parametrize("model", ["linear", "logit", "ordinal"])
@pytest.mark.parametrize("design", ["respondents in strata", "weighted respondents"])
def test_importance_where_respondents_are_the_units(
    survey: Survey, design: str, model: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, names = replace(survey, design=DESIGNS[design]), ["time", "staff", "online"]
    full = analyse_drivers(asked, ITEM, names, model=model)
    in_patterns(monkeypatch)
    assert_same(analyse_drivers(asked, ITEM, names, model=model), full)


@pytest.mark.parametrize("model", ["logit", "ordinal"])
@pytest.mark.parametrize("fit", ["mcfadden", "latent"])
@pytest.mark.parametrize("psu", ["office", "province"])  # few provinces are left out in turn
def test_importance_where_offices_are_the_units(
    survey: Survey, psu: str, fit: Any, model: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    design = Design(target="process", psu=psu, weight="duration_seconds")
    asked, names = replace(survey, design=design), ["time", "staff", "online"]
    full = analyse_drivers(asked, ITEM, names, model=model, fit=fit)
    in_patterns(monkeypatch)
    assert_same(analyse_drivers(asked, ITEM, names, model=model, fit=fit), full)


def test_a_ridge_is_as_strong_on_patterns(survey: Survey, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, names = replace(survey, design=DESIGNS["offices"]), ["time", "staff"]

    def separated(*_: Any, ridge: float = 0.0, **more: Any) -> Any:
        if not ridge:
            raise UsageError("separated")
        return pseudo_importance(*_, ridge=ridge, **more)

    monkeypatch.setattr(partition, "pseudo_importance", separated)
    full = analyse_drivers(asked, ITEM, names, model="logit", ridge=80.0)
    in_patterns(monkeypatch)
    assert_same(analyse_drivers(asked, ITEM, names, model="logit", ridge=80.0), full)


@pytest.mark.parametrize("design", ["weights", "weighted respondents"])
def test_proportional_odds(survey: Survey, design: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, names = replace(survey, design=DESIGNS[design]), ["time", "staff", "online"]
    tests = check_proportional_odds(asked, ITEM, names)
    partial = fit_partial_drivers(asked, ITEM, names, free=["time"], ridge=20.0)
    in_patterns(monkeypatch)
    few = check_proportional_odds(asked, ITEM, names)
    pd.testing.assert_frame_equal(few.frame, tests.frame, rtol=1e-7, atol=1e-9)
    assert_same(fit_partial_drivers(asked, ITEM, names, free=["time"], ridge=20.0), partial)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"adjust": ["channel"]}, "`adjust`"),
        ({"by": "respondent_type"}, "`by`"),
        ({"not_applicable": "indicator"}, "`not_applicable` = 'indicator'"),
        ({"interval": "bootstrap"}, "this driver analysis"),
        ({"context": pd.DataFrame({"x": [1.0]}, index=["01"])}, "`context`"),
    ],
)
def test_what_holds_every_respondent_is_refused_for_very_many(
    survey: Survey, asked: dict[str, Any], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(respondent_rows, "MOST_HELD", len(survey) - 1)
    verb = fit_drivers if "context" in asked else analyse_drivers
    with pytest.raises(UsageError, match=f"^{told} holds every respondent and takes at most"):
        verb(replace(survey, design=DESIGNS["offices"]), ITEM, **asked)


def test_few_units_with_very_many_distinct_answers_are_refused(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = replace(survey, design=Design(target="process", psu="province"))
    in_patterns(monkeypatch)
    monkeypatch.setattr(respondent_rows, "MOST_HELD", 500)
    with pytest.raises(UsageError, match="leaving out each of few sampling units in turn holds"):
        analyse_drivers(asked, ITEM, ["time", "staff"], model="logit")


def test_patterns_are_fewer_and_nobody_is_lost(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = replace(survey, design=DESIGNS["offices"])
    full = read_study(asked, ITEM, ["time"], "ordinal").cases[0]
    in_patterns(monkeypatch)
    few = read_study(asked, ITEM, ["time"], "ordinal", patterns=True).cases[0]
    assert len(few.outcome) < len(full.outcome) / 20
    assert few.facts == full.facts
    assert few.weight.sum() == pytest.approx(full.weight.sum())


def test_mistakes_are_told_alike(survey: Survey, monkeypatch: pytest.MonkeyPatch) -> None:
    in_patterns(monkeypatch)
    with pytest.raises(UsageError, match="outcome and driver at once"):
        fit_drivers(survey, "time_waiting", model="logit")
    with pytest.raises(UsageError, match="did you mean 'staff'"):
        fit_drivers(survey, ITEM, ["staf"], model="ordinal")
    with pytest.raises(UsageError, match="takes the answers of an item"):
        fit_drivers(survey, top_box(ITEM), model="ordinal")
    none = replace(survey, scores=survey.scores.assign(**{ITEM: np.nan}))
    with pytest.raises(UsageError, match="only 0 complete respondents"):
        fit_drivers(none, ITEM, model="logit")
