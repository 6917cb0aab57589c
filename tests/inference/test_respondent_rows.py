"""Patterns of respondents give the numbers of the respondents, to rounding."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference import respondent_rows
from kbnn_analysis.inference.estimation import estimate
from kbnn_analysis.inference.measures import mean_score, pooled, top_box, two_box
from kbnn_analysis.inference.ranking import rank
from kbnn_analysis.inference.simulation import simulate_period
from kbnn_analysis.intake import Design, Survey, load_codebook, read_raw, validate
from kbnn_analysis.language import Label

DESIGNS = {
    "process": Design(target="process", psu="office"),
    "strata": Design(target="process", strata="province", psu="office"),
    "plain": Design(),
    "respondents": Design(target="period", strata="province"),
    "weighted": Design(weight="duration_seconds"),
    "weighted clusters": Design(target="process", psu="office", weight="duration_seconds"),
    "finite": Design(target="period", strata="province", fpc="size"),
}


@pytest.fixture(scope="module")
def survey(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    path = tmp_path_factory.mktemp("answers") / "a-SIMULATED.csv"
    path.write_bytes(simulate_period("2023-1", seed=5, scale=0.08).to_csv().encode())
    book = load_codebook("kbnn-assumed")
    read = validate(read_raw(path), book, Design(), period="2023-1", unit_vintage="provinces-63")
    weight = read.attributes["duration_seconds"].fillna(0.0).clip(upper=900)
    sizes = read.attributes["unit"].map(read.attributes["unit"].value_counts()).astype(float) * 3
    return replace(read, attributes=read.attributes.assign(duration_seconds=weight, size=sizes))


@pytest.mark.parametrize("name", DESIGNS)
@pytest.mark.parametrize("by", [(), ("unit",), ("unit", "channel"), ("procedure",)])
def test_patterns_equal_respondents(
    survey: Survey, name: str, by: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = replace(survey, design=DESIGNS[name])
    measures = [
        top_box("overall_treasury"),
        two_box("staff_attitude").among(channel="online"),
        mean_score("time_waiting"),
        pooled(["time_waiting", "time_on_time"], "two_box", "time", Label("a", "b")),
    ]
    if by == ("unit", "channel"):
        measures = measures[:2]
    full = estimate(asked, measures, by)
    monkeypatch.setattr(respondent_rows, "PATTERNS_FROM", 0)
    monkeypatch.setattr(respondent_rows, "BLOCK", 397)
    few = estimate(asked, measures, by)
    pd.testing.assert_frame_equal(few.frame, full.frame, rtol=1e-9, atol=1e-10)
    exact = ["n", "estimate", "count", "df", "weight_sum", "n_eff"]
    pd.testing.assert_frame_equal(few.frame[exact], full.frame[exact], rtol=1e-12, atol=0)
    size = np.nanmax(np.abs(full.covariance))
    np.testing.assert_allclose(few.covariance, full.covariance, rtol=1e-12, atol=1e-12 * size)
    assert few.method == full.method
    assert few.notes == full.notes


def test_measures_together_and_one_by_one_covary_alike(
    survey: Survey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Totals of sampling units are held one measure after another, unless they are too many."""
    asked = replace(survey, design=DESIGNS["weighted clusters"])
    measures = [top_box("overall_treasury"), mean_score("time_waiting")]
    monkeypatch.setattr(respondent_rows, "PATTERNS_FROM", 0)
    apart = estimate(asked, measures, "unit")
    monkeypatch.setattr(respondent_rows, "MOST_TOTALS", 0)
    together = estimate(asked, measures, "unit")
    pd.testing.assert_frame_equal(apart.frame, together.frame, rtol=1e-9, atol=1e-10)
    size = np.nanmax(np.abs(together.covariance))
    np.testing.assert_allclose(apart.covariance, together.covariance, rtol=0, atol=1e-12 * size)


def test_ranks_from_patterns(survey: Survey, monkeypatch: pytest.MonkeyPatch) -> None:
    full = rank(estimate(survey, top_box("overall_treasury"), "unit"))
    monkeypatch.setattr(respondent_rows, "PATTERNS_FROM", 0)
    few = rank(estimate(survey, top_box("overall_treasury"), "unit"))
    columns = ["rank", "rank_low", "rank_high", "tier"]
    pd.testing.assert_frame_equal(few.frame[columns], full.frame[columns])


def test_mistakes_are_told_alike(survey: Survey, monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = [top_box("overal_treasury"), top_box("overall_treasury").among(channel="onlin")]
    for measure in wrong:
        with pytest.raises(UsageError) as full:
            estimate(survey, measure)
        with monkeypatch.context() as patch:
            patch.setattr(respondent_rows, "PATTERNS_FROM", 0)
            with pytest.raises(UsageError) as few:
                estimate(survey, measure)
        assert str(few.value) == str(full.value)


@pytest.mark.parametrize("told", ["a design of two stages", "a calibrated weight"])
def test_what_holds_every_respondent_is_refused_for_very_many(
    survey: Survey, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, counts = replace(survey, design=DESIGNS["finite"]), None
    if told == "a calibrated weight":
        counts = {"channel": (survey.attributes["channel"].value_counts() * 3.0).to_dict()}
    else:
        two = Design(
            target="period", psu="unit", fpc="units", second_psu="office", second_fpc="offices"
        )
        sizes = survey.attributes.assign(units=100.0, offices=100.0)
        asked = replace(survey, design=two, attributes=sizes)
    monkeypatch.setattr(respondent_rows, "PATTERNS_FROM", 0)
    monkeypatch.setattr(respondent_rows, "MOST_HELD", len(survey))
    estimate(asked, top_box("overall_treasury"), frame_counts=counts)
    monkeypatch.setattr(respondent_rows, "MOST_HELD", len(survey) - 1)
    with pytest.raises(UsageError, match=f"^{told} holds every respondent and takes at most"):
        estimate(asked, top_box("overall_treasury"), frame_counts=counts)
