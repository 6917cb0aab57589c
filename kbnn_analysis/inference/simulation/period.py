"""Draw a period: who answers, what they feel, what they write down."""

from __future__ import annotations

import math

import numpy as np

from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference.simulation.answers import draw_latents, grade
from kbnn_analysis.inference.simulation.effects import PERIODS, load_effects
from kbnn_analysis.inference.simulation.layout import file_frame, population_frame
from kbnn_analysis.inference.simulation.population import load_population
from kbnn_analysis.inference.simulation.respondents import draw_respondents, expected_answers
from kbnn_analysis.inference.simulation.truth import driver_truth, population_truth
from kbnn_analysis.inference.simulation.writing import SimulatedPeriod
from kbnn_analysis.periods import check_simulated, parse_period

FIRST: str = PERIODS[0]
LATEST: str = PERIODS[-1]
DEFAULT_SEED = 2023


def simulate_period(
    period: str = FIRST,
    *,
    seed: int = DEFAULT_SEED,
    scale: float = 1.0,
    response_depends_on_satisfaction: float = 0.0,
) -> SimulatedPeriod:
    """Draw a period's answers from the known truth.

    Parameters
    ----------
    period : str
        One of `PERIODS`, or as people write it; "2023-1" is the calibrated one.
    seed : int
        Seed of the draws; the truth and the numbers of answers do not depend on it.
    scale : float
        Answers, as a multiple of the usual number in every province. Above 1 the frame is repeated
        a whole number of times, so that the truth stays what it is and the response rate below 1.
    response_depends_on_satisfaction : float
        0: who answers has nothing to do with satisfaction. g: the chance to answer is proportional
        to exp(g G), G the standard normal general impression, so that those who answer have a mean
        G of g and the estimates are biased upward by a known mechanism.

    Returns
    -------
    SimulatedPeriod
        The same bytes for the same arguments.

    Raises
    ------
    UsageError
        For an unknown period, or a scale that is not a positive number.

    Examples
    --------
    >>> simulated = simulate_period("2023-1", scale=0.1)
    >>> simulated.frame["respondent_id"].iloc[0]
    '2023-1-000001'
    >>> leader = simulated.truth.query("unit == '19' and measure == 'overall_treasury'")
    >>> leader["two_box"].round(9).item()
    0.9819
    """
    period = parse_period(period).id
    check_simulated(period)
    _check_numbers(seed, scale, response_depends_on_satisfaction)
    population = load_population()
    copies = math.ceil(scale)
    answers = np.maximum(np.rint(expected_answers(population, period) * scale), 1).astype(int)
    respondents = draw_respondents(population, period, seed, answers, copies)
    latents = draw_latents(
        population,
        load_effects(period),
        respondents,
        period,
        seed,
        tilt=response_depends_on_satisfaction,
    )
    scores = grade(latents, respondents)
    frame, straight = file_frame(population, respondents, scores, period, seed)
    return SimulatedPeriod(
        period=period,
        seed=seed,
        frame=frame,
        truth=population_truth(period),
        drivers=driver_truth(),
        population=population_frame(population, period, copies),
        straight_liners=straight,
    )


def _check_numbers(seed: int, scale: float, dependence: float) -> None:
    if isinstance(seed, bool) or not isinstance(seed, int):
        raise UsageError(f"`seed` must be a whole number; got {seed!r}.")
    if not (math.isfinite(scale) and 0 < scale <= 1000):
        raise UsageError(f"`scale` must be above 0 and at most 1000; got {scale!r}.")
    if not (math.isfinite(dependence) and abs(dependence) <= 1):
        raise UsageError(
            f"`response_depends_on_satisfaction` must lie in -1..1; got {dependence!r}."
        )
