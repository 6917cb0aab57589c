"""The one-factor model of every unit, with one covariance that follows the survey's design."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference.grouping import attribute_levels, level_labels
from kbnn_analysis.inference.scales import ItemScale
from kbnn_analysis.intake.survey import Survey
from kbnn_analysis.language import Label
from kbnn_analysis.stats.cfa import fit_cfa
from kbnn_analysis.stats.cfa_influences import cfa_influences, weighted_moments
from kbnn_analysis.stats.cfa_model import one_group
from kbnn_analysis.stats.design import DesignArrays
from kbnn_analysis.stats.influences import Influences
from kbnn_analysis.stats.linearization import influence_covariance

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]


@dataclass(frozen=True)
class UnitFactors:
    """One-factor models of G units of p items.

    Parameters
    ----------
    units, levels : tuple of str
        The units fitted, and all units.
    complete : ndarray of shape (levels,)
        Complete answers by level.
    n, means : ndarray of shape (G,)
        Complete answers and mean of the items.
    loadings, intercepts : ndarray of shape (G, p)
        With factor mean 0 and variance 1.
    covariance : ndarray of shape (2 p G + G, 2 p G + G)
        Design-based, of loadings (item by item), intercepts and means.
    left_out : tuple of str
        Units with answers but without a model.
    labels : mapping
        What the units are called.
    """

    units: tuple[str, ...]
    levels: tuple[str, ...]
    complete: npt.NDArray[np.int64]
    n: Floats
    means: Floats
    loadings: Floats
    intercepts: Floats
    covariance: Floats
    left_out: tuple[str, ...]
    labels: Mapping[str, Label]

    @property
    def parameter_covariance(self) -> Floats:
        """Return the covariance of loadings and intercepts alone."""
        return self.covariance[: -len(self.n), : -len(self.n)]


class _One(NamedTuple):
    loadings: Floats
    intercepts: Floats
    mean: float
    influence: Floats


def unit_factors(
    survey: Survey, scale: ItemScale, by: str, min_n: int, design: DesignArrays
) -> UnitFactors:
    """Fit one factor to the complete answers of every unit.

    Parameters
    ----------
    survey : Survey
        The answers.
    scale : ItemScale
        Three items or more.
    by : str
        The attribute whose levels are the units.
    min_n : int
        Fewest complete answers.
    design : DesignArrays
        Of all respondents.

    Returns
    -------
    UnitFactors

    Raises
    ------
    UsageError
        If fewer than two units can be fitted.
    """
    codes, levels = attribute_levels(survey, by)
    codes = np.where(scale.complete, codes, -1)
    complete = np.bincount(codes[codes >= 0], minlength=len(levels))
    found: dict[int, _One] = {}
    for code in np.flatnonzero(complete >= min_n):
        one = _fit(scale.answers[codes == code], design.weight[codes == code])
        if one is not None:
            found[int(code)] = one
    if len(found) < 2:
        raise UsageError(
            f"only {len(found)} units have {min_n} complete answers and a factor model for "
            f"{scale.name!r}; alignment needs two."
        )
    return UnitFactors(
        units=tuple(levels[code] for code in found),
        levels=tuple(levels),
        complete=complete,
        n=complete[list(found)].astype(float),
        means=np.array([one.mean for one in found.values()]),
        loadings=np.array([one.loadings for one in found.values()]),
        intercepts=np.array([one.intercepts for one in found.values()]),
        covariance=_covariance(found, codes, design),
        left_out=tuple(levels[code] for code in np.flatnonzero(complete) if int(code) not in found),
        labels=level_labels(survey, by),
    )


def _fit(answers: Floats, weight: Floats) -> _One | None:
    """Return the model of a unit; None where it has none that is proper."""
    if (answers.min(axis=0) == answers.max(axis=0)).any():
        return None
    items = answers.shape[1]
    try:
        fit = fit_cfa([weighted_moments(answers, weight)], one_group([0] * items))
        if fit.improper:
            return None
        influence = cfa_influences(fit, answers, weight)
    except (UsageError, np.linalg.LinAlgError):
        return None
    wanted = np.r_[0:items, 2 * items : 3 * items]
    score = answers.mean(axis=1)
    mean = float(np.average(score, weights=weight))
    both = np.column_stack([influence[:, wanted], score - mean]) / weight.sum()
    return _One(fit.groups[0].loadings, fit.groups[0].intercepts, mean, both)


def _covariance(found: dict[int, _One], codes: Codes, design: DesignArrays) -> Floats:
    width = next(iter(found.values())).influence.shape[1]
    values, domain = np.zeros((len(codes), width)), np.full(len(codes), -1, dtype=np.intp)
    for place, (code, one) in enumerate(found.items()):
        values[codes == code] = one.influence
        domain[codes == code] = place
    influences = Influences(values, domain, len(found))
    return np.asarray(influence_covariance(influences, design))
