"""Many comparisons at once: adjusted p-values, simultaneous limits, equivalence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
from scipy import special

from kbnn_analysis.errors import check_one_of
from kbnn_analysis.stats.common_unit import CommonUnit, critical_value, exceedance
from kbnn_analysis.stats.contrasts import Contrasts
from kbnn_analysis.stats.joint_errors import joint_errors
from kbnn_analysis.stats.largest_error import (
    draws_about,
    plain_draws,
    standardized,
)

Floats = npt.NDArray[np.float64]
Adjustment = Literal["none", "bonferroni", "holm", "benjamini-hochberg", "max-t"]
Stepwise = Literal["none", "bonferroni", "holm", "benjamini-hochberg"]
FEW_DRAWS = 30


@dataclass(frozen=True)
class Simultaneous:
    """Inference that holds for all of k contrasts together.

    Parameters
    ----------
    p_adjusted : ndarray of shape (k,)
        Probability that the largest of all statistics is as large as this one.
    critical : float
        Critical value as a normal score, for simultaneous intervals.
    error : float
        Monte Carlo standard error of the critical value; 0 by quadrature.
    """

    p_adjusted: Floats
    critical: float
    error: float


def adjust_p(p_value: npt.ArrayLike, method: Stepwise) -> Floats:
    """Adjust p-values for their number.

    Bonferroni and Holm keep the probability of any false finding, for any dependence; Holm is
    never less powerful. Benjamini-Hochberg keeps the expected share of false findings among the
    findings, for independent or positively dependent tests.

    Parameters
    ----------
    p_value : array of shape (k,)
        P-values; NaN stays NaN and is not counted.
    method : {"none", "bonferroni", "holm", "benjamini-hochberg"}
        Adjustment.

    Returns
    -------
    ndarray of shape (k,)
        Adjusted p-values, never below the p-values.

    References
    ----------
    Holm, S. (1979). *Scandinavian Journal of Statistics* 6, 65-70. Benjamini, Y. and Hochberg, Y.
    (1995). *JRSS B* 57, 289-300. In R: ``p.adjust``; ``statsmodels``: ``multipletests``.

    Examples
    --------
    >>> adjust_p([0.01, 0.04, 0.03], "holm").round(4).tolist()
    [0.03, 0.06, 0.06]
    """
    check_one_of("method", method, get_args(Stepwise))
    p = np.asarray(p_value, dtype=float)
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known], kind="stable")]
    size, place = len(order), np.arange(1, len(order) + 1)
    adjusted = p.copy()
    if method == "bonferroni":
        adjusted[order] = size * p[order]
    elif method == "holm":
        adjusted[order] = np.maximum.accumulate((size - place + 1) * p[order])
    elif method == "benjamini-hochberg":
        stepped = size / place * p[order]
        adjusted[order] = np.minimum.accumulate(stepped[::-1])[::-1]
    return np.asarray(np.minimum(adjusted, 1.0))


def simultaneous(
    found: Contrasts, covariance: Floats, level: float, *, reference: int | None = None
) -> Simultaneous:
    """Set every contrast against the largest of all of them ("max-t", single step).

    Parameters
    ----------
    found : Contrasts
        The contrasts.
    covariance : ndarray of shape (m, m)
        Covariance of the estimates.
    level : float
        Level of the simultaneous intervals.
    reference : int, optional
        Where all contrasts are with one unit and estimates are independent: its position. The
        distribution is then an integral (Dunnett) and needs no draws.

    Returns
    -------
    Simultaneous
        Adjusted p-values and the critical value.

    Notes
    -----
    By draws, p-values under about 1e-4 rest on too few of them; Sidak's bound 1 - (1 - p)^k, which
    holds for normal contrasts of any correlation, takes over where it or the draws are smaller.

    References
    ----------
    Hothorn, T., Bretz, F. and Westfall, P. (2008). *Biometrical Journal* 50, 346-363. In R:
    ``multcomp::glht``; ``emmeans`` with ``adjust = "mvt"``. Sidak, Z. (1967). *JASA* 62, 626-633.

    Examples
    --------
    >>> from kbnn_analysis.stats.contrasts import contrasts, reference_matrix
    >>> V = np.eye(3)
    >>> apart = contrasts(reference_matrix(3, 0)[1:], [0.0, 1.0, 3.1285], V)
    >>> round(simultaneous(apart, V, 0.95, reference=0).p_adjusted[1], 4).item()
    0.05
    """
    score = np.abs(found.score)
    if not (found.std_error > 0).any():
        return Simultaneous(np.where(score > 0, 0.0, 1.0), 0.0, 0.0)
    if reference is not None:
        return _with_one(found, covariance, 1 - level, reference)
    errors = standardized(found.matrix, found.std_error, joint_errors(covariance))
    if len(errors.matrix) == 1:
        return Simultaneous(found.p_value, -float(special.ndtri((1 - level) / 2)), 0.0)
    tail, plain = draws_about(errors, 1 - level), np.sort(plain_draws(errors))
    order = np.argsort(-tail.largest)
    reached = np.concatenate([[0.0], np.cumsum(tail.weight[order])])
    above = np.searchsorted(-tail.largest[order], -score, side="left")
    far = score >= tail.threshold
    chance = np.where(far, reached[above], 1.0 - np.searchsorted(plain, score) / len(plain))
    bound = -np.expm1(len(errors.matrix) * np.log1p(-np.minimum(found.p_value, 1 - 1e-16)))
    chance = np.where(far & (above < FEW_DRAWS), bound, np.minimum(chance, bound))
    return Simultaneous(
        _falling(score, np.maximum(chance, found.p_value)), *tail.critical(1 - level)
    )


def equivalence_p(found: Contrasts, margin: float) -> Floats:
    """Return the p-values of two one-sided tests that |difference| is below the margin.

    Parameters
    ----------
    found : Contrasts
        The contrasts.
    margin : float
        Largest difference that does not matter, above 0, on the scale of the estimates.

    Returns
    -------
    ndarray of shape (k,)
        Small where the difference is surely within the margin.

    References
    ----------
    Schuirmann, D. J. (1987). *Journal of Pharmacokinetics and Biopharmaceutics* 15, 657-680. In R:
    ``emmeans::test(delta = margin, side = "equivalence")``.

    Examples
    --------
    >>> from kbnn_analysis.stats.contrasts import contrasts, pair_matrix
    >>> near = contrasts(pair_matrix(2), [0.981, 0.980], np.eye(2) * 8e-6)
    >>> equivalence_p(near, 0.01).round(4).tolist()
    [0.0122]
    """
    return np.asarray(special.ndtr(-found.score_within(margin)))


def _with_one(found: Contrasts, covariance: Floats, alpha: float, reference: int) -> Simultaneous:
    error = np.sqrt(np.diag(covariance))
    compared = found.std_error > 0
    others = np.abs(found.matrix[compared]).copy()
    others[:, reference] = 0.0
    flags = np.ones(int(compared.sum()), dtype=bool)
    unit = CommonUnit(float(error[reference]), others @ error, flags, flags)
    score = np.abs(found.score)
    p = [1.0 if t == 0 else 0.0 if np.isinf(t) else exceedance(unit, float(t)) for t in score]
    return Simultaneous(np.minimum(p, 1.0), critical_value(unit, alpha), 0.0)


def _falling(score: Floats, chance: Floats) -> Floats:
    """Make p-values fall with the score, which draws and bounds of two kinds may not quite do."""
    order = np.argsort(score, kind="stable")
    settled = np.empty_like(chance)
    settled[order] = np.minimum.accumulate(np.minimum(chance[order], 1.0))
    return settled
