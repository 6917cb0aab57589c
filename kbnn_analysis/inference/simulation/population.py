"""The finite population of account holders: provinces, offices, respondent types, counts.

Drawn once from the fixed population seed: it is part of the version, not of a run.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kbnn_analysis.inference.simulation.places import load_places
from kbnn_analysis.inference.simulation.streams import stream

POPULATION_SEED = 981_900
"""Fixes provinces, offices, sizes and effects; a change is a new version of the simulation."""

OFFICES = 703
MEAN_PROVINCE_SIZE = 1_500
TYPE_SHARES: dict[str, float] = {
    "budget_unit": 0.70,
    "project_board": 0.10,
    "organisation": 0.12,
    "individual": 0.08,
}
RESPONDENT_TYPES: tuple[str, ...] = tuple(TYPE_SHARES)
_METROPOLES = {"01": 3.0, "79": 2.8}  # Hà Nội and Hồ Chí Minh, times the mean province

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Population:
    """Account holders by cell, one cell per office and respondent type.

    Parameters
    ----------
    office_ids : tuple of str, length offices
        "19-03" is the third office of province 19.
    province_of_office : int array (offices,)
        Position in `load_places()`.
    office, kind : int arrays (cells,)
        Position in `office_ids` and in `RESPONDENT_TYPES`.
    count : int array (cells,)
        Account holders; never 0.
    """

    office_ids: tuple[str, ...]
    province_of_office: Ints
    office: Ints
    kind: Ints
    count: Ints

    def __post_init__(self) -> None:
        for array in (self.province_of_office, self.office, self.kind, self.count):
            array.setflags(write=False)  # shared by all who load it

    @property
    def province(self) -> Ints:
        """Return the province of each cell, shape (cells,)."""
        return self.province_of_office[self.office]

    def province_sizes(self) -> Ints:
        """Return the account holders of each province, shape (63,)."""
        return np.bincount(self.province, weights=self.count, minlength=len(load_places())).astype(
            np.int64
        )


@functools.cache
def load_population() -> Population:
    """Return the population of this version: about 94,500 account holders at 703 offices.

    Returns
    -------
    Population
        The same object at every call.

    Examples
    --------
    >>> population = load_population()
    >>> len(population.office_ids), population.office_ids[0]
    (703, '01-01')
    """
    sizes = _province_sizes()
    offices = _offices_per_province(sizes)
    counts = np.vstack(
        [
            _cells(place.code, int(size), int(number))
            for place, size, number in zip(load_places(), sizes, offices, strict=True)
        ]
    )
    office, kind = np.nonzero(counts)
    return Population(
        office_ids=tuple(
            f"{place.code}-{k:02d}"
            for place, number in zip(load_places(), offices, strict=True)
            for k in range(1, number + 1)
        ),
        province_of_office=np.repeat(np.arange(len(load_places())), offices),
        office=office,
        kind=kind,
        count=counts[office, kind],
    )


def _province_sizes() -> Ints:
    relative = stream(POPULATION_SEED, "", "sizes").lognormal(0.0, 0.35, len(load_places()))
    for position, place in enumerate(load_places()):
        relative[position] = _METROPOLES.get(place.code, relative[position])
    sizes: Ints = np.rint(relative / relative.mean() * MEAN_PROVINCE_SIZE).astype(np.int64)
    return sizes


def _offices_per_province(sizes: Ints) -> Ints:
    """Two offices each, the rest by the square root of the size (largest remainders)."""
    share = np.sqrt(sizes)
    exact = (OFFICES - 2 * len(load_places())) * share / share.sum()
    number: Ints = np.floor(exact).astype(np.int64)
    first = np.argsort(number - exact, kind="stable")[
        : OFFICES - 2 * len(load_places()) - number.sum()
    ]
    number[first] += 1
    number += 2
    return number


def _cells(code: str, size: int, offices: int) -> Ints:
    """Return the counts of a province, offices x types: the provincial office is the largest."""
    rng = stream(POPULATION_SEED, "", f"cells {code}")
    main = rng.uniform(0.22, 0.32)
    shares = np.concatenate([[main], (1 - main) * rng.dirichlet(np.full(offices - 1, 6.0))])
    mix = rng.dirichlet(40.0 * np.array(list(TYPE_SHARES.values())), size=offices)
    return rng.multinomial(size, (shares[:, None] * mix).ravel()).reshape(offices, -1)
