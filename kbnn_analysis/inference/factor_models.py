"""A factor model of survey answers: standardized loadings with design-based errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference.scales import ItemScale
from kbnn_analysis.stats.cfa import fit_cfa
from kbnn_analysis.stats.cfa_influences import cfa_influences, weighted_moments
from kbnn_analysis.stats.cfa_model import one_group
from kbnn_analysis.stats.cfa_ordinal import fit_ordinal_cfa
from kbnn_analysis.stats.design import DesignArrays
from kbnn_analysis.stats.fit_indices import FitIndices, cfa_fit_indices
from kbnn_analysis.stats.influences import Influences
from kbnn_analysis.stats.linearization import influence_covariance
from kbnn_analysis.stats.polychoric import polychoric
from kbnn_analysis.stats.polychoric_influences import polychoric_influences

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class FittedFactors:
    """Loadings of the items, then correlations of the factors, in the order of `terms`.

    ``terms`` are pairs (factor, item) and (factor, later factor).
    """

    terms: tuple[tuple[str, str], ...]
    estimate: Floats
    std_error: Floats
    fit: FitIndices
    n: int


def fit_survey_factors(
    scales: Sequence[ItemScale], design: DesignArrays, *, ordinal: bool
) -> FittedFactors:
    """Fit scales as correlated factors to the complete answers.

    Parameters
    ----------
    scales : sequence of ItemScale
        One a factor, no item in two.
    design : DesignArrays
        Of all respondents.
    ordinal : bool
        Polychoric correlations in place of normal-theory maximum likelihood.

    Returns
    -------
    FittedFactors

    Raises
    ------
    UsageError
        If an item stands in two scales, or the model cannot be fitted.
    """
    items = [item for scale in scales for item in scale.items]
    if len(set(items)) != len(items):
        raise UsageError("an item stands in two scales; each may load on one factor only.")
    answers = np.hstack([scale.answers for scale in scales])
    complete = np.asarray(~np.isnan(answers).any(axis=1))
    if complete.sum() <= len(items):
        raise UsageError(f"{int(complete.sum())} complete answers to {len(items)} items: too few.")
    factor_of = [number for number, scale in enumerate(scales) for _ in scale.items]
    first, second = np.triu_indices(len(scales), 1)
    terms = [(scale.name, item) for scale in scales for item in scale.items]
    terms += [
        (scales[int(a)].name, scales[int(b)].name) for a, b in zip(first, second, strict=True)
    ]
    compute = _ordinal if ordinal else _normal
    estimate, error, fit = compute(answers[complete], complete, factor_of, design)
    return FittedFactors(tuple(terms), estimate, error, fit, int(complete.sum()))


def _ordinal(
    answers: Floats, complete: Flags, factor_of: list[int], design: DesignArrays
) -> tuple[Floats, Floats, FitIndices]:
    weight = design.weight[complete]
    found = polychoric(answers, weight)
    influence = polychoric_influences(answers, found, weight)
    spread = _covariance(influence, complete, design)
    if (np.diag(spread) <= 0).any():
        raise UsageError("a polychoric correlation has no sampling error; too few PSUs.")
    fit = fit_ordinal_cfa(found.correlation, spread, float(len(answers)), factor_of)
    first, second = np.triu_indices(len(fit.factor_correlation), 1)
    estimate = np.concatenate([fit.loadings, fit.factor_correlation[first, second]])
    return estimate, fit.std_error, fit.fit


def _normal(
    answers: Floats, complete: Flags, factor_of: list[int], design: DesignArrays
) -> tuple[Floats, Floats, FitIndices]:
    weight = design.weight[complete]
    seen = weighted_moments(answers, weight)
    fit = fit_cfa([seen], one_group(factor_of))
    group, p = fit.groups[0], len(factor_of)
    implied = np.diag(group.implied()[0])
    loads = group.loadings / np.sqrt(implied)
    first, second = np.triu_indices(len(group.factor_mean), 1)
    # d standardized loading by the loading and by the uniqueness
    turn = np.zeros((p + len(first), len(fit.parameters)))
    items = np.arange(p)
    turn[items, items] = group.uniqueness / implied**1.5
    turn[items, p + items] = -group.loadings / (2 * implied**1.5)
    turn[p + np.arange(len(first)), 3 * p + np.arange(len(first))] = 1.0
    influence = cfa_influences(fit, answers, weight) @ turn.T
    spread = _covariance(influence, complete, design)
    estimate = np.concatenate([loads, group.factor_covariance[first, second]])
    return estimate, np.sqrt(np.diag(spread)), cfa_fit_indices(fit, [seen])


def _covariance(influence: Floats, complete: Flags, design: DesignArrays) -> Floats:
    everyone = np.zeros((len(complete), influence.shape[1]))
    everyone[complete] = influence / design.weight[complete].sum()
    return influence_covariance(Influences(everyone), design)
