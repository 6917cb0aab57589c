"""Who answers: a simple random sample of each province's account holders, and their attributes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kbnn_analysis.inference.simulation.behaviour import (
    CHANNELS,
    PROCEDURES,
    STRAIGHT_LINER_SHARE,
    channel_shares,
    procedure_shares,
)
from kbnn_analysis.inference.simulation.places import load_places
from kbnn_analysis.inference.simulation.population import POPULATION_SEED, Population
from kbnn_analysis.inference.simulation.streams import stream

RESPONSE_RATES = (0.13, 0.30)
"""Lowest and highest share of a province's account holders who answer."""
FEW_ANSWERS: dict[str, int] = {"12": 6, "06": 18, "67": 23, "93": 27}
"""Provinces where few answer (Lai Châu, Bắc Kạn, Đắk Nông, Hậu Giang), and how many in 2023-1."""

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Respondents:
    """Those who answer, one element per respondent, grouped by cell.

    Parameters
    ----------
    cell : int array
        Position in the population's cells.
    channel, procedure : int arrays
        Positions in `CHANNELS` and `PROCEDURES`.
    straight : bool array
        True for straight-liners.
    """

    cell: Ints
    channel: Ints
    procedure: Ints
    straight: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.cell)


def expected_answers(population: Population, period: str) -> Ints:
    """Return how many answer in each of the 63 provinces, shape (63,); the seed does not matter."""
    low, high = RESPONSE_RATES
    rates = stream(POPULATION_SEED, "", "response").uniform(low, high, len(load_places()))
    answers = rates * population.province_sizes()
    for position, place in enumerate(load_places()):
        answers[position] = FEW_ANSWERS.get(place.code, answers[position])
    if period != "2023-1":
        answers *= stream(POPULATION_SEED, period, "response").uniform(0.9, 1.1, len(load_places()))
    return np.rint(answers).astype(int)


def draw_respondents(
    population: Population, period: str, seed: int, answers: Ints, copies: int = 1
) -> Respondents:
    """Draw `answers` account holders without replacement in each province.

    Parameters
    ----------
    population : Population
        The frame.
    period, seed : str, int
        Name the random streams.
    answers : int array (63,)
        Answers by province.
    copies : int
        Times that the frame is repeated, for samples larger than it.

    Returns
    -------
    Respondents
        In the order of the cells.
    """
    cell = _draw_cells(population, stream(seed, period, "sample"), answers, copies)
    kind = population.kind[cell]
    uniform = stream(seed, period, "straight").uniform(size=len(cell))
    return Respondents(
        cell=cell,
        channel=_pick(stream(seed, period, "channel"), channel_shares()[kind], len(CHANNELS)),
        procedure=_pick(
            stream(seed, period, "procedure"), procedure_shares()[kind], len(PROCEDURES)
        ),
        straight=uniform < STRAIGHT_LINER_SHARE,
    )


def _draw_cells(
    population: Population, rng: np.random.Generator, answers: Ints, copies: int
) -> Ints:
    drawn = np.zeros_like(population.count)
    for province, number in enumerate(answers):
        cells = np.flatnonzero(population.province == province)
        drawn[cells] = rng.multivariate_hypergeometric(
            population.count[cells] * copies, number, method="marginals"
        )
    return np.repeat(np.arange(len(drawn)), drawn)


def _pick(rng: np.random.Generator, shares: npt.NDArray[np.float64], levels: int) -> Ints:
    """Draw one level a row by the row's shares, shape (rows,)."""
    uniform = rng.uniform(size=len(shares))
    level: Ints = (uniform[:, None] >= shares.cumsum(axis=1)).sum(axis=1)
    return np.minimum(level, levels - 1)  # the sum of shares may round to below 1
