"""The error of a reliability coefficient on the scale log(1 - coefficient)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from kbnn_analysis.inference.scale_coefficients import GroupCoefficient
from kbnn_analysis.stats.design import DesignArrays
from kbnn_analysis.stats.domains import domain_degrees_of_freedom
from kbnn_analysis.stats.influences import Influences
from kbnn_analysis.stats.linearization import influence_covariance
from kbnn_analysis.stats.reliability_influences import reweighted_alphas
from kbnn_analysis.stats.share_bootstrap import without_each_psu
from kbnn_analysis.stats.small_samples import tail_freedom

Floats = npt.NDArray[np.float64]
MOST_UNITS = 300
"""A jackknife over more sampling units changes nothing that shows."""


class CoefficientError(NamedTuple):
    """Standard error and bias of log(1 - coefficient), and degrees of freedom; NaN for none."""

    relative: float
    bias: float
    df: float

    @property
    def known(self) -> bool:
        """Return whether there is an error to make an interval of."""
        return bool(self.relative > 0)


def coefficient_error(
    found: GroupCoefficient, answers: Floats, design: DesignArrays
) -> CoefficientError:
    """Return the error of a coefficient.

    Parameters
    ----------
    found : GroupCoefficient
    answers : ndarray of shape (n, k)
        Of all respondents.
    design : DesignArrays

    Returns
    -------
    CoefficientError
        For the two alphas from leaving out each sampling unit in turn, with the bias that shows,
        where there are up to 300; otherwise from influences. The degrees of freedom allow for the
        tails of the units' influences.
    """
    counted = found.counted
    df = float(domain_degrees_of_freedom(design, counted, None, 1)[0])
    left = 1.0 - found.estimate
    if found.influence is None or not left > 0:
        return CoefficientError(float("nan"), float("nan"), df)
    own, bias = -found.influence / left, 0.0
    stage = design.stages[0]
    if stage.psu is not None:
        if found.name.startswith("alpha") and len(stage.psu_stratum) <= MOST_UNITS:
            own, bias = _jackknifed(found, answers, design, own)
        totals = np.bincount(stage.psu, design.weight * own, len(stage.psu_stratum)).astype(float)
        present = np.unique(stage.psu[counted & (design.weight > 0)])
        df = tail_freedom(totals[present], df) if df >= 1 else df
    covariance = influence_covariance(Influences(own[:, None]), design)
    return CoefficientError(float(np.sqrt(covariance[0, 0])), bias, df)


def _jackknifed(
    found: GroupCoefficient, answers: Floats, design: DesignArrays, influence: Floats
) -> tuple[Floats, float]:
    """Return influences with the length that leaving units out shows, and the bias it shows."""
    stage, counted = design.stages[0], found.counted
    assert stage.psu is not None
    unit, weight = stage.psu[counted], design.weight[counted]
    without = reweighted_alphas(answers[counted], weight, unit, without_each_psu(design))
    change = np.log1p(-without) - np.log1p(-found.estimate)
    change = np.where(np.isfinite(change), change, 0.0)
    n = stage.n_psu[stage.psu_stratum]
    mass = np.bincount(unit, weight, len(n))
    now = np.bincount(stage.psu, design.weight * influence, len(n))
    gain = np.where((n > 1) & (mass > 0), -(n - 1) / n * change - now, 0.0)
    longer = influence.copy()
    longer[counted] += (gain / np.where(mass > 0, mass, 1.0))[unit]
    return longer, float(((n - 1) / n * change).sum())
