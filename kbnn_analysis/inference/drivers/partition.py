"""Divide the fit among drivers by the right method for the model and their number."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from kbnn_analysis.errors import UsageError, check_one_of
from kbnn_analysis.inference.drivers.cases import Cases, answer_codes, within_units
from kbnn_analysis.inference.drivers.few_units import spread_evenly, unit_totals
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
from kbnn_analysis.stats.replicate_shares import (
    Replicates,
    linear_replicates,
    pseudo_replicates,
)
from kbnn_analysis.stats.share_bootstrap import unit_moments, without_each_psu
from kbnn_analysis.stats.small_samples import moment_freedom
from kbnn_analysis.stats.subset_fit import MOST_PREDICTORS
from kbnn_analysis.stats.subset_game import PseudoFit

Floats = npt.NDArray[np.float64]
Structure = Literal["auto", "shapley", "owen", "sampled"]
ORDER_PAIRS = 200
# beyond these a jackknife takes more than a few seconds, and few units are no concern
MOST_UNITS = 300
MOST_LINEAR, MOST_PSEUDO = 10_000_000, 60_000

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
    """The fit, its parts with influences (scaled for the design), and how they were found.

    Attributes
    ----------
    fit : float
    parts : ndarray of shape (p,)
    influence, share_influence : ndarray of shape (m, p)
        Of the parts and of the shares; lengthened for few sampling units by a jackknife; their
        totals by sampling unit where rows are patterns.
    sampling_error : ndarray of shape (p,)
        What sampled orders add.
    structure, measure, penalty : str
    plan : CoalitionPlan or None
        None for LMG, which takes all subsets.
    df : ndarray of shape (p,)
        Degrees of freedom of each share; never above the design's.
    """

    fit: float
    parts: Floats
    influence: Floats
    share_influence: Floats
    sampling_error: Floats
    structure: str
    measure: str
    penalty: str
    plan: CoalitionPlan | None
    df: Floats

    @property
    def sentence(self) -> str:
        """Return the method in words."""
        return SENTENCES[self.structure]

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
    if cases.members is not None:
        plan = _plan(chosen, factors, rng)
        rows = within_units(cases) if few_enough(cases.units, model, len(plan.members)) else None
        found, penalty = _pseudo(cases, plan, fit, ridge)
        made = _partition(cases, found, chosen, MEASURES[fit], penalty, plan)
        return made if rows is None else _lengthened(rows, model, made, fit, ridge, totals=True)
    if model == "linear":
        x, y = cleared(cases)
        if chosen == "shapley":
            exact = lmg(x, y, cases.weight)
            parts = exact.shares * exact.r_squared
            influence = exact.influence / cases.weight.sum()
            none = np.zeros(len(parts))
            whole = FitImportance(exact.r_squared, 0.0, parts, influence, none, none)
            made = _partition(cases, whole, chosen, MEASURES[model], "none", None)
        else:
            plan = _plan(chosen, factors, rng)
            whole = linear_importance(x, y, cases.weight, plan)
            made = _partition(cases, whole, chosen, MEASURES[model], "none", plan)
        return _lengthened(cases, model, made, fit, ridge)
    plan = _plan(chosen, factors, rng)
    found, penalty = _pseudo(cases, plan, fit, ridge)
    made = _partition(cases, found, chosen, MEASURES[fit], penalty, plan)
    return _lengthened(cases, model, made, fit, ridge)


def replicate_partition(
    cases: Cases, model: Model, made: Partition, factors: Floats, fit: PseudoFit, ridge: float
) -> Replicates:
    """Divide the fit again for each set of factors of the sampling units' weights.

    Parameters
    ----------
    cases : Cases
    model : {"linear", "logit", "ordinal"}
    made : Partition
        Of these cases: its structure, plan and penalty are taken again.
    factors : ndarray of shape (R, units)
        Respondents are the units where the design declares none.
    fit : {"mcfadden", "latent"}
    ridge : float

    Returns
    -------
    Replicates
        Exact in a linear model, where adjustments are cleared anew; one Newton step from the fit of
        all in the others.
    """
    terms = cases.terms.columns
    if model == "linear":
        record = np.column_stack([terms, cases.drivers, cases.outcome])
        moments = unit_moments(record, cases.keep, cases.design, terms.shape[1])
        if made.plan is None:
            return moments.lmg(factors)
        return linear_replicates(moments.covariances(factors), made.plan)
    assert made.plan is not None, "only the linear model goes without a plan"
    unit = np.flatnonzero(cases.keep) if cases.unit is None else cases.unit
    return pseudo_replicates(
        cases.drivers, answer_codes(cases), cases.weight, made.plan, unit, factors,
        base=terms, fit=fit, ridge=ridge if made.penalty == "ridge" else 0.0,
    )  # fmt: skip


def few_enough(units: int, model: Model, subsets: int) -> bool:
    """Return whether sampling units are few, so that each is left out in turn."""
    most = MOST_LINEAR if model == "linear" else MOST_PSEUDO
    return units <= MOST_UNITS and units * subsets <= most


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
    answer = answer_codes(cases)
    base = cases.terms.columns
    ridge = ridge * cases.mean_weight / float(cases.weight.mean())  # where a row stands for many
    try:
        return pseudo_importance(
            cases.drivers, answer, cases.weight, plan, base=base, fit=fit
        ), "none"
    except UsageError:
        made = pseudo_importance(
            cases.drivers, answer, cases.weight, plan, base=base, fit=fit, ridge=ridge
        )
        return made, "ridge"


def _partition(
    cases: Cases,
    made: FitImportance,
    structure: str,
    measure: str,
    penalty: str,
    plan: CoalitionPlan | None,
) -> Partition:
    own = made.share_influence
    df = np.full(len(made.parts), cases.df)
    if cases.members is not None:
        squares = np.sqrt(cases.members.totals(own, power=2))
        found = moment_freedom(squares, np.ones(cases.units), np.arange(cases.units), cases.units)
        df = np.fmin(df, np.fmax(found, min(1.0, cases.df)))
    elif cases.unit is not None:
        found = moment_freedom(own, cases.weight, cases.unit, cases.units)
        if cases.squared_sums is not None:  # what respondents differ is not known: by weight
            squares = np.sqrt(cases.squared_sums[:, 0, :1])
            found = moment_freedom(
                squares, np.ones(cases.units), np.arange(cases.units), cases.units
            )
        df = np.fmin(df, np.fmax(found, min(1.0, cases.df)))
    return Partition(
        made.fit, made.parts, cases.by_unit(made.influence), cases.by_unit(own),
        made.sampling_error, structure, measure, penalty, plan, df,
    )  # fmt: skip


def _lengthened(
    cases: Cases,
    model: Model,
    made: Partition,
    fit: PseudoFit,
    ridge: float,
    *,
    totals: bool = False,
) -> Partition:
    """Give the influences the length that leaving out each sampling unit in turn shows.

    With `totals` they are those of sampling units, not of the cases.
    """
    subsets = 2 ** len(made.parts) if made.plan is None else len(made.plan.members)
    if cases.unit is None or not few_enough(cases.units, model, subsets):
        return made
    stage = cases.design.stages[0]
    rest = replicate_partition(cases, model, made, without_each_psu(cases.design), fit, ridge)
    n = stage.n_psu[stage.psu_stratum][:, None]

    def longer(influence: Floats, value: Floats, without: Floats) -> Floats:
        """Return influences whose unit totals are what the units change when left out."""
        moved = influence if totals else unit_totals(cases, influence)
        gain = np.where(n > 1, (n - 1) / n * (value - without) - moved, 0.0)
        return influence + gain if totals else spread_evenly(cases, influence, gain)

    return replace(
        made,
        influence=longer(made.influence, made.parts, rest.parts),
        share_influence=longer(made.share_influence, made.parts / made.fit, rest.shares),
    )


def cleared(cases: Cases) -> tuple[Floats, Floats]:
    """Return drivers (m, p) and outcome (m,) less what the adjustments explain of them."""
    both = np.column_stack([cases.drivers, cases.outcome])
    held = np.column_stack([np.ones(len(both)), cases.terms.columns])
    root = np.sqrt(cases.weight)[:, None]
    slopes = np.linalg.lstsq(held * root, both * root, rcond=None)[0]
    left = both - held @ slopes
    return left[:, :-1], left[:, -1]
