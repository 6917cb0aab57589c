"""The default intervals cover what they promise, under the target that each names.

Truth: 63 provinces with the same rate p. A province has 11 offices whose own rates vary around p
by a beta distribution with intra-class correlation .05, and 27 answers in each office (n = 297),
or with unequal offices. "process": the truth is p. "period": the truth is the mean rate of the
offices that are there.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest

from kbnn_analysis.inference.estimation import estimate
from kbnn_analysis.inference.measures import mean_score, two_box
from kbnn_analysis.intake.codebooks import load_codebook
from kbnn_analysis.intake.survey import Design, Survey

ITEM = "overall_treasury"
UNITS = 63


class Coverage(NamedTuple):
    """Share of intervals that hold the truth, with its Monte Carlo error."""

    share: float
    error: float


def draw(rng, p, *, icc, sizes):
    """Return unit, office, office rate and satisfaction of every respondent."""
    office_rate = np.full(UNITS * len(sizes), p)
    if icc:
        strength = (1 - icc) / icc
        office_rate = rng.beta(p * strength, (1 - p) * strength, UNITS * len(sizes))
    office = np.repeat(np.arange(len(office_rate)), np.tile(sizes, UNITS))
    return office // len(sizes), office, office_rate, rng.random(len(office)) < office_rate[office]


def as_survey(unit, office, satisfied, design, codebook):
    score = pd.DataFrame({ITEM: np.where(satisfied, 5.0, 2.0)})
    attributes = pd.DataFrame({"office": office, "unit": pd.Categorical(unit.astype(str))})
    return Survey(
        scores=score,
        not_applicable=score.isna(),
        attributes=attributes,
        design=design,
        codebook=codebook,
        period="2023-1",
    )


def coverage(target, p, *, draws, icc=0.05, sizes=(27,) * 11, measure=two_box, seed=20231):
    """Return how often the default interval of a province held its truth."""
    codebook, rng, held = load_codebook("kbnn-assumed"), np.random.default_rng(seed), []
    design = Design(
        target=target,
        **{"period": {"strata": "office"}, "process": {"psu": "office"}, "self-selected": {}}[
            target
        ],
    )
    for _ in range(draws):
        unit, office, rate, satisfied = draw(rng, p, icc=icc, sizes=sizes)
        survey = as_survey(unit, office, satisfied, design, codebook)
        frame = estimate(survey, measure(ITEM), by="unit").frame
        order = frame["unit"].astype(int).to_numpy()
        truth = np.full(UNITS, p)
        if target == "period":
            truth = (np.bincount(unit, weights=rate[office]) / np.bincount(unit))[order]
        scale = (2 + 3 * truth) if measure is mean_score else truth
        held.append(((frame["conf_low"] <= scale) & (scale <= frame["conf_high"])).to_numpy())
    share = np.mean(held)
    # provinces of a draw share the borrowed design effect: the error is taken between draws
    error = np.std(np.mean(held, axis=1), ddof=1) / np.sqrt(draws) if draws > 1 else np.nan
    return Coverage(float(share), float(error))


UNEQUAL = (5, 5, 10, 10, 15, 20, 30, 40, 60, 102)


@pytest.mark.parametrize("target", ["period", "process"])
@pytest.mark.parametrize("p", [0.90, 0.97, 0.99])
def test_default_intervals_cover_quickly(target, p):
    assert coverage(target, p, draws=8).share > 0.935


def test_a_plain_binomial_interval_under_covers_with_clustered_offices():
    """The reason for the design-adjusted default: a binomial interval knows no offices."""
    assert coverage("self-selected", 0.97, draws=8).share < 0.88


@pytest.mark.coverage
@pytest.mark.parametrize("target", ["period", "process"])
@pytest.mark.parametrize("p", [0.90, 0.95, 0.97, 0.98, 0.99, 0.995])
@pytest.mark.parametrize("sizes", [(27,) * 11, UNEQUAL, (30,) * 4, (10,) * 3])
def test_default_intervals_cover(target, p, sizes):
    result = coverage(target, p, draws=100, sizes=sizes)
    assert result.share > 0.94, result
