"""The known truth of a period: exact population values, no sampling.

In a cell (office x type) the latent of an item is normal with variance 1, so that the probability
of each answer is a difference of normal distribution functions; straight-liners give the
distribution of their overall treasury answer. A unit's truth is the mean over the cells, weighted
by account holders to whom the item applies.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtr

from kbnn_analysis.inference.simulation.behaviour import STRAIGHT_LINER_SHARE, applicable_by_type
from kbnn_analysis.inference.simulation.effects import Effects, load_effects
from kbnn_analysis.inference.simulation.instrument import (
    FACTOR_OF,
    FACTORS,
    LOCAL_SHARE,
    OVERALL_ITEMS,
    PRIORITY_SHARES,
    RATED_ITEMS,
    WEIGHTS,
    explained_variance,
    item_thresholds,
    weight_vector,
)
from kbnn_analysis.inference.simulation.places import place_units
from kbnn_analysis.inference.simulation.population import Population, load_population

WHOLE = "all"
"""The `unit` of the rows that speak of the whole system."""

Floats = npt.NDArray[np.float64]


def population_truth(period: str) -> pd.DataFrame:
    """Return the population values of every unit and rated item.

    Parameters
    ----------
    period : str
        One of `PERIODS`.

    Returns
    -------
    DataFrame
        Columns period, unit (code, or "all"), measure (the item's name), population (account
        holders), applicable (share of them to whom the item applies), two_box, top_box, mean.

    Examples
    --------
    >>> truth = population_truth("2023-1").query("measure == 'overall_treasury'")
    >>> truth.set_index("unit").loc[["19", "all"], "two_box"].round(9).tolist()
    [0.9819, 0.97]
    """
    population = load_population()
    units, position = np.unique([code for code, _ in place_units(period)], return_inverse=True)
    values = _unit_values(population, load_effects(period), position[population.province])
    return pd.concat(
        [
            _rows(period, [*units, WHOLE], item, values[:, :, j])
            for j, item in enumerate(RATED_ITEMS)
        ],
        ignore_index=True,
    )


def answer_probabilities(population: Population, effects: Effects) -> Floats:
    """Return P(answer >= k) for k = 2..5 among the careful, shape (cells, items, 4)."""
    means = np.empty((len(population.count), len(RATED_ITEMS)))
    factor_means = effects.cell_means(population)
    for j, item in enumerate(RATED_ITEMS):
        if item in OVERALL_ITEMS:
            local = effects.cell_means(population, local=LOCAL_SHARE[item])
            means[:, j] = local @ weight_vector(item)
        else:
            means[:, j] = factor_means[:, FACTORS.index(FACTOR_OF[item])]
    return np.asarray(ndtr(means[:, :, None] - item_thresholds()[None]))


def driver_truth() -> pd.DataFrame:
    """Return what drives the overall items, and what respondents say matters to them.

    Returns
    -------
    DataFrame
        Columns outcome, factor, coefficient (of the factor's latent in the outcome's latent;
        latents have variance 1 within an office), r_squared (latent, within an office),
        stated_priority (mean on 1..3, equal for both outcomes).
    """
    stated = {factor: float(np.dot(PRIORITY_SHARES[factor], (1, 2, 3))) for factor in FACTORS}
    return pd.DataFrame(
        [
            {
                "outcome": outcome,
                "factor": factor,
                "coefficient": coefficient,
                "r_squared": explained_variance(outcome),
                "stated_priority": stated[factor],
            }
            for outcome, weights in WEIGHTS.items()
            for factor, coefficient in weights.items()
        ]
    )


def _unit_values(population: Population, effects: Effects, unit: npt.NDArray[np.intp]) -> Floats:
    """Return population, applicable share, two-box, top-box and mean: (5, units + 1, items)."""
    careful = answer_probabilities(population, effects)
    overall = careful[:, [RATED_ITEMS.index("overall_treasury")], :]
    applies = (1 - STRAIGHT_LINER_SHARE) * applicable_by_type()[population.kind]
    count = population.count[:, None]
    at_least = count[..., None] * (applies[..., None] * careful + STRAIGHT_LINER_SHARE * overall)
    base = count * (applies + STRAIGHT_LINER_SHARE)
    holders = np.broadcast_to(count, base.shape)
    parts = [holders, base, at_least[..., 2], at_least[..., 3], base + at_least.sum(axis=2)]
    total, applicable, *rest = [_sum_by(part, unit) for part in parts]
    return np.stack([total, applicable / total, *(part / applicable for part in rest)])


def _sum_by(values: Floats, unit: npt.NDArray[np.intp]) -> Floats:
    sums = np.zeros((unit.max() + 2, values.shape[1]))
    np.add.at(sums, unit, values)
    sums[-1] = values.sum(axis=0)
    return sums


def _rows(period: str, units: list[str], item: str, values: Floats) -> pd.DataFrame:
    names = ("applicable", "two_box", "top_box", "mean")
    return pd.DataFrame(
        {"period": period, "unit": units, "measure": item, "population": values[0].astype(int)}
        | dict(zip(names, values[1:], strict=True))
    )
