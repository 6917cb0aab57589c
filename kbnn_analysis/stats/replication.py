"""Covariance by replication, for any statistic of the weights.

Factors are kept per sampling unit, not per respondent, so that memory stays linear in the data.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kbnn_analysis.errors import UsageError
from kbnn_analysis.stats.influences import Influences

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Replicates:
    """Full weights and the factors that turn them into replicate weights.

    Attributes
    ----------
    weight : ndarray of shape (n,)
        Full-sample weights.
    unit : ndarray of int, shape (n,)
        Row of `factors` for each respondent.
    factors : ndarray of shape (units, R)
        Replicate weight over full weight.
    scale, rscales : float, ndarray of shape (R,)
        The covariance is scale * sum of rscales * squared deviations.
    mse : bool
        Deviations from the full-sample estimate; otherwise from the mean of the replicates.
    df : float
        Degrees of freedom.
    """

    weight: Floats
    unit: Codes
    factors: Floats
    scale: float
    rscales: Floats
    mse: bool
    df: float

    def covariance(self, replicates: Floats, full: Floats) -> Floats:
        """Return the covariance of estimates, R x k, around the full estimate or their mean."""
        if not np.isfinite(replicates).all():
            missing = int((~np.isfinite(replicates)).any(axis=1).sum())
            raise UsageError(
                f"The statistic is missing in {missing} of {len(replicates)} replicates: a group "
                "is too small for replication; use linearization there."
            )
        centre = full if self.mse else replicates[self.rscales > 0].mean(axis=0)
        deviations = replicates - centre
        return np.asarray(self.scale * deviations.T @ (deviations * self.rscales[:, None]))


def replicate_statistic(
    statistic: Callable[[Floats], Floats], replicates: Replicates
) -> tuple[Floats, Floats]:
    """Return any statistic of the weights with its replication covariance.

    Parameters
    ----------
    statistic : callable
        Weights of shape (n,) in, estimates of shape (k,) out.
    replicates : Replicates
        The replicate weights.

    Returns
    -------
    estimate : ndarray of shape (k,)
        With the full weights.
    covariance : ndarray of shape (k, k)
        From the replicates.

    References
    ----------
    R: ``survey::withReplicates``.

    Examples
    --------
    >>> from kbnn_analysis.stats.design import design_arrays
    >>> from kbnn_analysis.stats.replicate_weights import jackknife_replicates
    >>> y = np.array([1.0, 2.0, 3.0, 4.0])
    >>> jackknife = jackknife_replicates(design_arrays(np.ones(4)))
    >>> replicate_statistic(lambda w: np.array([w @ y / w.sum()]), jackknife)[1].round(8)
    array([[0.41666667]])
    """
    full = np.asarray(statistic(replicates.weight))
    draws = [
        np.asarray(statistic(replicates.weight * factor[replicates.unit]))
        for factor in replicates.factors.T
    ]
    return full, replicates.covariance(np.stack(draws), full)


def replicate_ratios(
    numerator: Influences, denominator: Influences, replicates: Replicates
) -> tuple[Floats, Floats]:
    """Return ratios of totals with their replication covariance, without a pass per replicate.

    Parameters
    ----------
    numerator, denominator : Influences
        Values of the totals, from :func:`kbnn_analysis.stats.domains.total_by_domain`.
    replicates : Replicates
        The replicate weights.

    Returns
    -------
    estimate : ndarray of shape (k,)
        With the full weights.
    covariance : ndarray of shape (k, k)
        From the replicates.

    Examples
    --------
    >>> from kbnn_analysis.stats.design import design_arrays
    >>> from kbnn_analysis.stats.replicate_weights import jackknife_replicates
    >>> y, one = Influences(np.array([[1.0], [2.0], [6.0]])), Influences(np.ones((3, 1)))
    >>> jackknife = jackknife_replicates(design_arrays(np.ones(3)))
    >>> replicate_ratios(y, one, jackknife)[0]
    array([3.])
    """
    full, draws = ratio_draws(numerator, denominator, replicates)
    return full, replicates.covariance(draws, full)


def ratio_draws(
    numerator: Influences, denominator: Influences, replicates: Replicates
) -> tuple[Floats, Floats]:
    """Return ratios of totals with the full weights and with each set of replicate weights.

    Parameters
    ----------
    numerator, denominator : Influences
        Values of the totals.
    replicates : Replicates
        The replicate weights.

    Returns
    -------
    full : ndarray of shape (k,)
        With the full weights; NaN where the denominator is 0.
    draws : ndarray of shape (R, k)
        With the replicate weights.
    """
    units = len(replicates.factors)
    sums = [
        part.totals(replicates.weight, replicates.unit, units) for part in (numerator, denominator)
    ]
    with np.errstate(invalid="ignore", divide="ignore"):
        full = sums[0].sum(axis=0) / sums[1].sum(axis=0)
        draws = (sums[0].T @ replicates.factors) / (sums[1].T @ replicates.factors)
    return np.asarray(full), np.asarray(draws).T
