"""What each unit adds to the likelihood's gradient and curvature, and the errors that follow.

Errors come from how much the units differ, not from the model: they hold with weights, with
offices that resemble each other inside a unit, and where effects are not normal.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from kbnn_analysis.stats.small_samples import reduce_bias, tail_freedom

Floats = npt.NDArray[np.float64]


class UnitScores(NamedTuple):
    """Scores (m, k) and information (m, k, k) of m units, and the inverse (k, k) of the whole."""

    scores: Floats
    information: Floats
    bread: Floats


class UnitErrors(NamedTuple):
    """Covariance (k, k) of the parameters, from the units, and degrees of freedom (k,)."""

    covariance: Floats
    df: Floats


def unit_errors(parts: UnitScores, coefficients: int) -> UnitErrors:
    """Return the covariance of a mixed model's parameters with units as sampling units.

    Parameters
    ----------
    parts : UnitScores
    coefficients : int
        The first of the parameters, p; the others are variances.

    Returns
    -------
    UnitErrors
        Scores are lengthened as CR2 does, with the fitted model as working model. Degrees of
        freedom are Satterthwaite's for the coefficients; those of variances allow for the tails of
        the scores.

    References
    ----------
    Bell, R. M. and McCaffrey, D. F. (2002); Pustejovsky, J. E. and Tipton, E. (2018), see
    :func:`~kbnn_analysis.stats.small_samples.reduce_bias`.
    In R: ``clubSandwich::vcovCR(lmer(...), type = "CR2")``.

    Examples
    --------
    >>> one = np.ones((4, 1, 1))
    >>> made = unit_errors(UnitScores(np.array([[-3.0], [-1], [1], [3]]), one, one[0] / 4), 1)
    >>> made.covariance.round(3).tolist(), made.df.round(3).tolist()
    ([[1.667]], [3.0])
    """
    found = reduce_bias(parts.scores, parts.information, parts.information, parts.bread)
    moved = found.scores @ parts.bread
    df = found.df.copy()
    for place in range(coefficients, len(df)):
        df[place] = tail_freedom(moved[:, place], len(moved) - 1.0)
    return UnitErrors(moved.T @ moved, df)
