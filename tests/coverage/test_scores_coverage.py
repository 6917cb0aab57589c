"""Intervals of means, ratios, quantiles and totals hold the truth, near the ceiling as well.

Truth: 63 provinces whose answers to a five-level item follow one profile. "plain": independent
respondents. "weights": of weight 1 or 4, by chance. "offices": the profile of an office varies
about the common one (Dirichlet, intra-class correlation .05), and the truth is what lies behind
the offices. A ratio pools two items, the second answered by half of the respondents.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest

from kbnn_analysis.inference.estimation import estimate
from kbnn_analysis.inference.measures import mean_score, pooled, two_box
from kbnn_analysis.inference.quantiles import estimate_quantiles
from kbnn_analysis.inference.totals import estimate_totals
from kbnn_analysis.intake.codebooks import load_codebook
from kbnn_analysis.intake.survey import Design, Survey
from kbnn_analysis.language import Label

UNITS = 63
ITEM, OTHER = "time_on_time", "time_waiting"
LEVELS = np.arange(1.0, 6.0)
PROFILES = {
    "near the ceiling": (0.002, 0.005, 0.013, 0.28, 0.70),
    "spread out": (0.05, 0.10, 0.20, 0.40, 0.25),
}
OFFICES = {30: (10,) * 3, 80: (20,) * 4, 300: (27, 33) * 5, 1500: (150,) * 10}
DESIGNS = {
    "plain": Design(target="self-selected"),
    "weights": Design(target="self-selected", weight="weight"),
    "offices": Design(target="process", psu="office"),
}
RATIO = pooled([ITEM, OTHER], "mean", "time", Label("thời gian", "time"))
MEAN_WEIGHT, ICC = 2.5, 0.05


class Held(NamedTuple):
    """Share of intervals that hold the truth, with its Monte Carlo error."""

    share: float
    error: float


def survey_of(rng: np.random.Generator, n: int, profile: tuple[float, ...], design: str) -> Survey:
    """Return a survey of n answers a province, by chance so many unless offices are fixed."""
    if design == "offices":
        sizes = np.tile(OFFICES[n], UNITS)
        office = np.repeat(np.arange(len(sizes)), sizes)
        unit = office // len(OFFICES[n])
        varied = rng.dirichlet(np.array(profile) * (1 - ICC) / ICC, len(sizes))
    else:
        unit = np.sort(rng.integers(0, UNITS, n * UNITS))
        office, varied = np.zeros(len(unit), dtype=int), np.array([profile])
    edges = np.cumsum(varied, axis=1)[office]

    def answers() -> np.ndarray:
        return LEVELS[np.minimum((rng.random((len(unit), 1)) > edges).sum(axis=1), 4)]

    other = np.where(rng.random(len(unit)) < 0.5, answers(), np.nan)
    scores = pd.DataFrame({ITEM: answers(), OTHER: other})
    attributes = pd.DataFrame(
        {
            "office": office,
            "unit": pd.Categorical(unit.astype(str)),
            "weight": rng.choice([1.0, 4.0], len(unit)),
        }
    )
    return Survey(
        scores=scores,
        not_applicable=scores.isna(),
        attributes=attributes,
        design=DESIGNS[design],
        codebook=load_codebook("kbnn-assumed"),
        period="2023-1",
    )


def quantile(profile: tuple[float, ...], level: float) -> float:
    """Return the smallest score with at least this share at or below it."""
    return float(LEVELS[np.searchsorted(np.cumsum(profile), level)])


# what is estimated, and its truth from n, the profile and the mean weight
STATISTICS: dict[str, tuple[Callable, Callable]] = {
    "mean": (lambda s: estimate(s, mean_score(ITEM), "unit"), lambda n, p, w: LEVELS @ p),
    "ratio": (lambda s: estimate(s, RATIO, "unit"), lambda n, p, w: LEVELS @ p),
    "median": (
        lambda s: estimate_quantiles(s, mean_score(ITEM), 0.5, "unit"),
        lambda n, p, w: quantile(p, 0.5),
    ),
    "lowest tenth": (
        lambda s: estimate_quantiles(s, mean_score(ITEM), 0.1, "unit"),
        lambda n, p, w: quantile(p, 0.1),
    ),
    "total": (
        lambda s: estimate_totals(s, two_box(ITEM), "unit"),
        lambda n, p, w: n * w * (p[3] + p[4]),
    ),
}


def score_coverage(n: int, profile: str, design: str, *, draws: int) -> dict[str, Held]:
    """Return how often the default intervals of provinces held the truth, by statistic.

    Totals are of the people that weights stand for: without weights they are a count, and certain.
    """
    given = PROFILES[profile]
    names = [name for name in STATISTICS if name != "total" or design == "weights"]
    rng = np.random.default_rng([20231, n, list(PROFILES).index(profile), len(design)])
    held: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(draws):
        survey = survey_of(rng, n, given, design)
        for name in names:
            ask, truth_of = STATISTICS[name]
            frame = ask(survey).frame
            truth = truth_of(n, given, MEAN_WEIGHT if design == "weights" else 1.0)
            low, high = frame["conf_low"].to_numpy(), frame["conf_high"].to_numpy()
            held[name].append(float(((low <= truth + 1e-9) & (truth <= high + 1e-9)).mean()))
    # provinces of one draw share borrowed numbers: the error is taken between draws
    return {
        name: Held(
            float(np.mean(shares)),
            float(np.std(shares, ddof=1) / np.sqrt(draws)) if draws > 1 else float("nan"),
        )
        for name, shares in held.items()
    }


@pytest.mark.parametrize("design", DESIGNS)
def test_intervals_of_scores_cover_quickly(design: str) -> None:
    found = score_coverage(300, "spread out", design, draws=3)
    for name, each in found.items():
        # 189 provinces of nominal 95 %: under 90 % something is broken
        assert each.share > 0.90, f"{name}: {each.share:.3f}"
