"""What provinces, offices and periods add to the latent satisfaction, calibrated exactly.

Province effects follow a first-order autoregression from period to period, office effects too, so
that the same offices answer again with much the same service.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from kbnn_analysis.inference.simulation.instrument import FACTORS, THRESHOLDS, weight_vector
from kbnn_analysis.inference.simulation.places import load_places
from kbnn_analysis.inference.simulation.population import (
    POPULATION_SEED,
    RESPONDENT_TYPES,
    Population,
    load_population,
)
from kbnn_analysis.inference.simulation.streams import stream
from kbnn_analysis.periods import SIMULATED_PERIODS

PERIODS: tuple[str, ...] = SIMULATED_PERIODS
LEADER = "19"
"""Thái Nguyên: its rate and the system's are what the calibration meets."""
LEADER_RATE = 0.9819
SYSTEM_RATE = 0.97

OFFICE_ICC = 0.05
"""Intra-class correlation of the latent of one respondent type within a province."""
PROVINCE_SD, PROVINCE_MEMORY = 0.10, 0.85
FACTOR_SD, FACTOR_MEMORY = 0.06, 0.85
OFFICE_SD, OFFICE_MEMORY = float(np.sqrt(OFFICE_ICC / (1 - OFFICE_ICC))), 0.90
HIGHEST_EFFECT = 1.9
"""Other provinces' first effects are drawn from a normal cut off above, in its own sd."""

TYPE_EFFECTS: dict[str, float] = {
    "budget_unit": 0.0,
    "project_board": -0.15,
    "organisation": -0.05,
    "individual": 0.08,
}
PERIOD_EFFECTS: dict[str, float] = dict(
    zip(PERIODS, (0.0, 0.04, 0.10, 0.08, -0.04, 0.03), strict=True)
)
PERIOD_FACTOR_EFFECTS: dict[str, dict[str, float]] = {
    "2023-2": {"time": -0.08, "online": -0.06},
    "2024-1": {"feedback": 0.08},
    "2024-2": {"time": -0.08, "feedback": 0.08},
    "2025-1": {"time": -0.15, "guidance": -0.08, "feedback": 0.08},
    "2025-2": {"time": -0.10, "online": 0.10, "feedback": 0.08},
}

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Effects:
    """Means of the latents in one period.

    Parameters
    ----------
    common : float array (7,)
        Intercept and period, by factor.
    province : float array (63, 7)
        General and factor-specific deviation of each province.
    office : float array (offices,)
        Deviation of an office from its province; weighted mean 0 in each province.
    kind : float array (4,)
        Deviation of each respondent type.
    """

    common: Floats
    province: Floats
    office: Floats
    kind: Floats

    def __post_init__(self) -> None:
        for array in (self.common, self.province, self.office, self.kind):
            array.setflags(write=False)  # shared by all who load it

    def cell_means(self, population: Population, *, local: float = 1.0) -> Floats:
        """Return the mean latent of each cell and factor, shape (cells, 7).

        `local` is the part of the province's and office's deviation that counts.
        """
        here = self.province[population.province] + self.office[population.office][:, None]
        return self.common + local * here + self.kind[population.kind][:, None]


def load_effects(period: str) -> Effects:
    """Return the effects of a period; 2023-1 is the calibrated one, the others continue it."""
    return _all_effects()[period]


@functools.cache
def _all_effects() -> dict[str, Effects]:
    population = load_population()
    general = _first_general()
    factor = FACTOR_SD * _normals("", "factors", (len(load_places()), len(FACTORS)))
    office = OFFICE_SD * _normals("", "offices", (len(population.office_ids),))
    intercept, general = _calibrate(population, general, factor, _centred(population, office))
    effects: dict[str, Effects] = {}
    for period in PERIODS:
        if effects:
            general = _drift(general, PROVINCE_SD, PROVINCE_MEMORY, period, "provinces")
            factor = _drift(factor, FACTOR_SD, FACTOR_MEMORY, period, "factors")
            office = _drift(office, OFFICE_SD, OFFICE_MEMORY, period, "offices")
        effects[period] = Effects(
            common=intercept + _period_effect(period),
            province=general[:, None] + factor,
            office=_centred(population, office),
            kind=np.array([TYPE_EFFECTS[kind] for kind in RESPONDENT_TYPES]),
        )
    return effects


def _first_general() -> Floats:
    uniform = stream(POPULATION_SEED, "", "provinces").uniform(size=len(load_places()))
    return PROVINCE_SD * np.asarray(ndtri(uniform * ndtr(HIGHEST_EFFECT)))


def _normals(period: str, name: str, shape: tuple[int, ...]) -> Floats:
    return stream(POPULATION_SEED, period, name).standard_normal(shape)


def _drift(last: Floats, sd: float, memory: float, period: str, name: str) -> Floats:
    news: Floats = sd * np.sqrt(1 - memory**2) * _normals(period, name, last.shape)
    return memory * last + news


def _centred(population: Population, office: Floats) -> Floats:
    weight = np.bincount(population.office, weights=population.count)
    where = population.province_of_office
    mean = np.bincount(where, weights=weight * office) / np.bincount(where, weights=weight)
    return office - mean[where]


def _period_effect(period: str) -> Floats:
    shifts = PERIOD_FACTOR_EFFECTS.get(period, {})
    return np.array([PERIOD_EFFECTS[period] + shifts.get(factor, 0.0) for factor in FACTORS])


def _calibrate(
    population: Population, general: Floats, factor: Floats, office: Floats
) -> tuple[float, Floats]:
    """Solve for the common intercept (system's rate), then for the leader's effect (its rate).

    The leader's rate is known beforehand, so the two equations separate.
    """
    kind = np.array([TYPE_EFFECTS[name] for name in RESPONDENT_TYPES])[population.kind]
    rest = (
        office[population.office]
        + kind
        + (factor @ weight_vector("overall_treasury"))[population.province]
    )
    lead = np.array([place.code == LEADER for place in load_places()])[population.province]
    known = general[population.province]
    leaders = population.count[lead].sum()
    target = SYSTEM_RATE * population.count.sum() - LEADER_RATE * leaders

    def satisfied(shift: float, cells: npt.NDArray[np.bool_], base: Floats) -> float:
        latent = shift + base[cells] - THRESHOLDS[2]
        return float(population.count[cells] @ ndtr(latent))

    intercept = brentq(
        lambda shift: satisfied(shift, ~lead, rest + known) - target, -2, 2, xtol=1e-14
    )
    effect = brentq(
        lambda shift: satisfied(intercept + shift, lead, rest) - LEADER_RATE * leaders,
        -2,
        2,
        xtol=1e-14,
    )
    codes = np.array([place.code for place in load_places()])
    return float(intercept), np.where(codes == LEADER, effect, general)
