"""What they answer: a graded response model with normal latents.

theta[i, f] = cell mean[f] + sqrt(c) G[i] + sqrt(1 - c) H[i, f], with G, H standard normal and c the
factors' correlation. An item's latent is its factor's mean, plus the loading times the person's
part, plus its own noise, total variance 1; an overall item's latent is the weighted sum of the
thetas plus noise, total variance 1. The answer is 1 plus the number of thresholds below the latent.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from kbnn_analysis.inference.simulation.behaviour import (
    MISSING_CODES,
    MISSING_SHARE,
    NOT_APPLICABLE_CODE,
    not_applicable_by_channel,
)
from kbnn_analysis.inference.simulation.effects import Effects
from kbnn_analysis.inference.simulation.instrument import (
    FACTOR_CORRELATION,
    FACTOR_OF,
    FACTORS,
    LOADING,
    LOCAL_SHARE,
    OVERALL_ITEMS,
    PRIORITY_ITEMS,
    PRIORITY_SHARES,
    RATED_ITEMS,
    explained_variance,
    item_thresholds,
    weight_vector,
)
from kbnn_analysis.inference.simulation.population import Population
from kbnn_analysis.inference.simulation.respondents import Respondents
from kbnn_analysis.inference.simulation.streams import stream

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def draw_latents(
    population: Population,
    effects: Effects,
    respondents: Respondents,
    period: str,
    seed: int,
    *,
    tilt: float = 0.0,
) -> Floats:
    """Draw the latent of every rated item, shape (respondents, items).

    `tilt` shifts the general impression G of those who answer: if the chance to answer is
    proportional to exp(tilt G), then G among those who answer is normal with mean `tilt`.
    """
    people = len(respondents)
    general = stream(seed, period, "general").standard_normal(people) + tilt
    specific = stream(seed, period, "specific").standard_normal((people, len(FACTORS)))
    noise = stream(seed, period, "noise").standard_normal((people, len(RATED_ITEMS)))
    person = (
        np.sqrt(FACTOR_CORRELATION) * general[:, None] + np.sqrt(1 - FACTOR_CORRELATION) * specific
    )
    place = effects.cell_means(population)[respondents.cell]
    latents = np.empty((people, len(RATED_ITEMS)))
    for j, item in enumerate(RATED_ITEMS):
        if item in OVERALL_ITEMS:
            local = effects.cell_means(population, local=LOCAL_SHARE[item])[respondents.cell]
            rest = np.sqrt(1 - explained_variance(item))
            latents[:, j] = (local + person) @ weight_vector(item) + rest * noise[:, j]
        else:
            f = FACTORS.index(FACTOR_OF[item])
            rest = np.sqrt(1 - LOADING**2)
            latents[:, j] = place[:, f] + LOADING * person[:, f] + rest * noise[:, j]
    return latents


def grade(latents: Floats, respondents: Respondents) -> Ints:
    """Return answers 1..5, shape (respondents, items); straight-liners repeat one answer."""
    thresholds = item_thresholds()
    scores: Ints = 1 + (latents[:, :, None] > thresholds[None]).sum(axis=2)
    overall = scores[:, [RATED_ITEMS.index("overall_treasury")]]
    return np.where(respondents.straight[:, None], overall, scores)


def encode(
    scores: Ints, respondents: Respondents, period: str, seed: int
) -> npt.NDArray[np.object_]:
    """Return the codes as a file holds them: "1".."5", "6" where it does not apply, gaps.

    One uniform number a respondent and factor decides what does not apply, so that who never sent
    feedback has none of its items.
    """
    codes = scores.astype(str).astype(object)
    factors = [*FACTORS, "overall"]
    uniform = stream(seed, period, "applicable").uniform(size=(len(codes), len(factors)))
    where = [factors.index(FACTOR_OF.get(item, "overall")) for item in RATED_ITEMS]
    share = not_applicable_by_channel()[respondents.channel]
    codes[(uniform[:, where] < share) & ~respondents.straight[:, None]] = NOT_APPLICABLE_CODE
    return leave_gaps(codes, stream(seed, period, "missing"))


def draw_priorities(people: int, period: str, seed: int) -> npt.NDArray[np.object_]:
    """Draw the stated priorities "1".."3", shape (people, 7), independent of satisfaction."""
    uniform = stream(seed, period, "priorities").uniform(size=(people, len(PRIORITY_ITEMS)))
    cuts = np.cumsum([PRIORITY_SHARES[factor] for factor in PRIORITY_ITEMS.values()], axis=1)
    codes = 1 + (uniform[:, :, None] >= cuts[None, :, :2]).sum(axis=2)
    return leave_gaps(codes.astype(str).astype(object), stream(seed, period, "missing priorities"))


def leave_gaps(codes: npt.NDArray[np.object_], rng: np.random.Generator) -> npt.NDArray[np.object_]:
    """Replace the share `MISSING_SHARE` of the codes, whatever they are, by a missing code."""
    gaps = rng.uniform(size=codes.shape) < MISSING_SHARE
    blank = rng.choice(list(MISSING_CODES), p=list(MISSING_CODES.values()), size=codes.shape)
    return np.where(gaps, blank.astype(object), codes)
