"""Importance by several measures: dominance in all submodels, relative weights, alone, last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference.drivers.cases import Cases, NotApplicable, answer_codes
from kbnn_analysis.inference.drivers.facts import driver_labels, driver_notes, method_sentence
from kbnn_analysis.inference.drivers.outcomes import Model
from kbnn_analysis.inference.drivers.partition import MEASURES, cleared
from kbnn_analysis.inference.drivers.scores import Level
from kbnn_analysis.inference.drivers.study import read_study
from kbnn_analysis.inference.measures import Measure
from kbnn_analysis.intake.survey import Survey
from kbnn_analysis.language import Label
from kbnn_analysis.results import Dominance
from kbnn_analysis.stats.coalitions import shapley_plan
from kbnn_analysis.stats.collinearity import variance_inflation
from kbnn_analysis.stats.dominance import dominance
from kbnn_analysis.stats.game_fit import pseudo_importance
from kbnn_analysis.stats.importance import relative_weights
from kbnn_analysis.stats.latent_weights import latent_relative_weights
from kbnn_analysis.stats.subset_fit import subset_r_squared
from kbnn_analysis.stats.subset_game import PseudoFit

Floats = npt.NDArray[np.float64]
_OTHERS = Label("Số nhân tố khác đã có trong mô hình", "Other drivers in the model")


@dataclass(frozen=True)
class ImportanceMethods:
    """Importance of each driver by several methods, and what it adds to models of each size.

    Parameters
    ----------
    methods : Dominance
        Rows by driver: general dominance, relative weight, alone, last, variance inflation, and
        over which other drivers it has complete and conditional dominance.
    conditional : Dominance
        Rows by driver and number of others: the mean of what the driver adds to their models.
    """

    methods: Dominance
    conditional: Dominance


@dataclass(frozen=True)
class _Game:
    """The fit of every subset by bit mask, relative weights, and the penalty that it took."""

    fits: Floats
    weights: Floats
    penalty: str


def compare_importance(
    survey: Survey,
    outcome: str | Measure,
    drivers: Sequence[str] | None = None,
    *,
    model: Model = "linear",
    level: Level = "factor",
    adjust: Sequence[str] = (),
    fit: PseudoFit = "mcfadden",
    not_applicable: NotApplicable = "drop",
    ridge: float = 0.5,
) -> ImportanceMethods:
    """Measure the importance of drivers by dominance, relative weights, alone and last.

    Parameters
    ----------
    survey : Survey
        Validated answers with their design; estimates are weighted.
    outcome : str or Measure
        An item or a measure.
    drivers : sequence of str, optional
        Factors or items; all factors by default. Up to 20 in a linear, 12 in another model.
    model, level, adjust, fit, not_applicable, ridge
        As for :func:`~kbnn_analysis.inference.drivers.importance.analyse_drivers`.

    Returns
    -------
    ImportanceMethods

    Raises
    ------
    UsageError
        If there are fewer than two drivers or too many for all submodels.

    Notes
    -----
    General dominance is the mean of what a driver adds over all submodels (LMG, Shapley);
    conditional dominance compares these means for each number of others, complete dominance what
    two drivers add to every one of the models that hold neither. All three are of these answers:
    :func:`~kbnn_analysis.inference.drivers.importance.analyse_drivers` tells how sure shares and
    ranks are.

    References
    ----------
    Azen, R. and Budescu, D. V. (2003). *Psychological Methods* 8, 129-148. Johnson, J. W. (2000).
    *Multivariate Behavioral Research* 35, 1-19. In R: ``domir::domir``, ``relaimpo::calc.relimp``
    (lmg, first, last).
    """
    study = read_study(
        survey, outcome, drivers, model, level=level, adjust=adjust, not_applicable=not_applicable
    )
    names, cases = study.scores.names, study.cases[0]
    if len(names) < 2:
        raise UsageError("importance is divided among drivers; give at least two.")
    game = _linear(cases) if model == "linear" else _pseudo(cases, fit, ridge)
    measure = MEASURES["linear" if model == "linear" else fit]
    notes = driver_notes(
        survey, model, study.outcome, study.cases,
        penalty=game.penalty, ridge=ridge, adjust=adjust, conf_level=0.95, level=level,
        fit_measure=measure,
    )  # fmt: skip
    found = dominance(game.fits)
    size, keys = len(names), {"period": survey.period, "outcome": study.outcome.name}
    n = cases.facts["respondents_in_model"]
    bits = 1 << np.arange(size)
    rows = pd.DataFrame(
        {
            **keys,
            "driver": list(names),
            "n": n,
            "fit": game.fits[-1],
            "estimate": found.shapley,
            "share": found.shapley / game.fits[-1],
            "relative_weight": game.weights / game.weights.sum(),
            "alone": game.fits[bits],
            "last": game.fits[-1] - game.fits[(len(game.fits) - 1) ^ bits],
            "vif": variance_inflation(cleared(cases)[0], cases.weight),
            "dominates": _named(found.complete, names),
            "dominates_by_size": _named(_by_size(found.conditional), names),
        }
    )
    added = pd.DataFrame(
        {
            **keys,
            "driver": np.repeat(names, size),
            "others": [str(count) for count in range(size)] * size,
            "n": n,
            "estimate": found.conditional.ravel(),
        }
    )
    labels = driver_labels(survey, study.outcome, study.scores.labels, "driver", ())
    labels = {**labels, "column": {**labels.get("column", {}), "others": _OTHERS}}
    method = method_sentence(survey, notes, f"Dominance over all submodels by {measure}")
    made = [
        Dominance(
            frame=frame, by=by, method=method, labels=labels, notes=notes,
            simulated=survey.simulated,
        )
        for frame, by in (
            (rows, ("period", "outcome", "driver")),
            (added, ("period", "outcome", "driver", "others")),
        )
    ]  # fmt: skip
    return ImportanceMethods(*made)


def _linear(cases: Cases) -> _Game:
    x, y = cleared(cases)
    record = np.column_stack([x, y])
    record = record - np.average(record, axis=0, weights=cases.weight)
    covariance = (record * cases.weight[:, None]).T @ record / cases.weight.sum()
    scale = np.sqrt(covariance.diagonal())
    fits = subset_r_squared(covariance).r_squared
    return _Game(fits, relative_weights(covariance / np.outer(scale, scale)), "none")


def _pseudo(cases: Cases, fit: PseudoFit, ridge: float) -> _Game:
    try:
        return _penalized(cases, fit, 0.0, "none")
    except UsageError:
        return _penalized(cases, fit, ridge, "ridge")


def _penalized(cases: Cases, fit: PseudoFit, ridge: float, penalty: str) -> _Game:
    x, answer, weight = cases.drivers, answer_codes(cases), cases.weight
    base, plan = cases.terms.columns, shapley_plan(x.shape[1])
    made = pseudo_importance(x, answer, weight, plan, base=base, fit=fit, ridge=ridge)
    weights = latent_relative_weights(x, answer, weight, base=base, ridge=ridge)
    return _Game(made.fits, weights, penalty)


def _by_size(conditional: Floats) -> npt.NDArray[np.bool_]:
    """Return where a driver adds at least as much at every number of others, and more at one."""
    lead = conditional[:, None, :] - conditional[None, :, :]
    return np.asarray((lead >= 0).all(axis=2) & (lead > 0).any(axis=2))


def _named(over: npt.NDArray[np.bool_], names: Sequence[str]) -> list[str]:
    return [", ".join(names[int(k)] for k in np.flatnonzero(row)) for row in over]
