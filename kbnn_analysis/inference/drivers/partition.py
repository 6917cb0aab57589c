"""Divide the fit among drivers by the right method for the model and their number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from kbnn_analysis.errors import UsageError, check_one_of
from kbnn_analysis.inference.drivers.cases import Cases
from kbnn_analysis.inference.drivers.outcomes import Model
from kbnn_analysis.stats.coalitions import (
    MOST_EXACT,
    CoalitionPlan,
    owen_plan,
    sampled_plan,
    shapley_plan,
)
from kbnn_analysis.stats.game_fit import FitImportance, linear_importance, pseudo_importance
from kbnn_analysis.stats.importance import lmg
from kbnn_analysis.stats.subset_fit import MOST_PREDICTORS
from kbnn_analysis.stats.subset_game import PseudoFit

Floats = npt.NDArray[np.float64]
Structure = Literal["auto", "shapley", "owen", "sampled"]
ORDER_PAIRS = 200

SENTENCES = {
    "shapley": "Shapley values (all orders)",
    "owen": "Owen values (items within factors)",
    "sampled": f"Shapley values from {2 * ORDER_PAIRS} sampled orders, with their error",
}
MEASURES = {
    "linear": "R²",
    "mcfadden": "McFadden's R²",
    "latent": "the latent R² of McKelvey and Zavoina",
}


@dataclass(frozen=True)
class Partition:
    """The fit, its parts with influences (scaled for the design), and how they were found."""

    fit: float
    parts: Floats
    influence: Floats
    sampling_error: Floats
    structure: str
    measure: str
    penalty: str

    @property
    def sentence(self) -> str:
        """Return the method in words."""
        return SENTENCES[self.structure]

    @property
    def share_influence(self) -> Floats:
        """Return the influence of each respondent on each share."""
        total = self.influence.sum(axis=1, keepdims=True)
        return np.asarray((self.influence - self.parts / self.fit * total) / self.fit)

    @property
    def share_sampling_error(self) -> Floats:
        """Return the standard error that sampled orders add to the shares."""
        return self.sampling_error / self.fit


def partition_fit(
    cases: Cases,
    model: Model,
    factors: tuple[str, ...],
    structure: Structure,
    fit: PseudoFit,
    ridge: float,
    rng: np.random.Generator,
) -> Partition:
    """Return the parts of the fit.

    In a linear model drivers and outcome are first cleared of the adjustments (Frisch-Waugh); the
    estimation of that clearing does not move the influences in first order.

    Parameters
    ----------
    cases : Cases
    model : {"linear", "logit", "ordinal"}
    factors : tuple of str
        Factor of each driver.
    structure : {"auto", "shapley", "owen", "sampled"}
    fit : {"mcfadden", "latent"}
    ridge : float
        Used only where answers are separated.
    rng : Generator
        For sampled orders.

    Returns
    -------
    Partition
    """
    check_one_of("structure", structure, get_args(Structure))
    chosen = choose_structure(structure, model, factors)
    if model == "linear":
        x, y = _cleared(cases)
        if chosen == "shapley":
            exact = lmg(x, y, cases.weight)
            parts = exact.shares * exact.r_squared
            influence = exact.influence / cases.weight.sum()
            none = np.zeros(len(parts))
            return Partition(
                exact.r_squared, parts, influence, none, chosen, MEASURES[model], "none"
            )
        made = linear_importance(x, y, cases.weight, _plan(chosen, factors, rng))
        return _partition(made, chosen, MEASURES[model], "none")
    plan = _plan(chosen, factors, rng)
    made, penalty = _pseudo(cases, plan, fit, ridge)
    return _partition(made, chosen, MEASURES[fit], penalty)


def choose_structure(structure: Structure, model: Model, factors: tuple[str, ...]) -> str:
    """Return the structure that "auto" stands for."""
    if structure != "auto":
        return structure
    sizes = {name: factors.count(name) for name in factors}
    if len(sizes) > 1 and max(sizes.values()) > 1:
        return "owen"
    most = MOST_PREDICTORS if model == "linear" else MOST_EXACT
    return "shapley" if len(factors) <= most else "sampled"


def _plan(structure: str, factors: tuple[str, ...], rng: np.random.Generator) -> CoalitionPlan:
    if structure == "owen":
        names = list(dict.fromkeys(factors))
        return owen_plan([names.index(name) for name in factors])
    if structure == "sampled":
        return sampled_plan(len(factors), ORDER_PAIRS, rng)
    return shapley_plan(len(factors))


def _pseudo(
    cases: Cases, plan: CoalitionPlan, fit: PseudoFit, ridge: float
) -> tuple[FitImportance, str]:
    answer = np.unique(cases.outcome, return_inverse=True)[1]
    base = cases.terms.columns
    try:
        return pseudo_importance(
            cases.drivers, answer, cases.weight, plan, base=base, fit=fit
        ), "none"
    except UsageError:
        made = pseudo_importance(
            cases.drivers, answer, cases.weight, plan, base=base, fit=fit, ridge=ridge
        )
        return made, "ridge"


def _partition(made: FitImportance, structure: str, measure: str, penalty: str) -> Partition:
    return Partition(
        made.fit, made.parts, made.influence, made.sampling_error, structure, measure, penalty
    )


def _cleared(cases: Cases) -> tuple[Floats, Floats]:
    """Return drivers and outcome less what the adjustments explain of them."""
    both = np.column_stack([cases.drivers, cases.outcome])
    held = np.column_stack([np.ones(len(both)), cases.terms.columns])
    root = np.sqrt(cases.weight)[:, None]
    slopes = np.linalg.lstsq(held * root, both * root, rcond=None)[0]
    left = both - held @ slopes
    return left[:, :-1], left[:, -1]
