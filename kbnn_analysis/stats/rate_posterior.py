"""Posteriors of true rates of units that form one group or two: the default of rankings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from kbnn_analysis.stats.beta_posterior import (
    MEAN_NODES,
    SPREAD_NODES,
    checked_units,
    hyper_nodes,
)
from kbnn_analysis.stats.beta_slices import beta_slice, mixture_slice
from kbnn_analysis.stats.importance_sampling import Sample, thinned
from kbnn_analysis.stats.posterior import Posterior, Slice, logistic
from kbnn_analysis.stats.two_groups import group_shares, hyper_parameters, sample_two_groups

Floats = npt.NDArray[np.float64]
FEWEST_FOR_TWO = 8
NEGLIGIBLE, MANY = 0.004, 63
PAIRS = 64  # values of the hyper-parameters of two groups that stand for all


@dataclass(frozen=True)
class RatePosterior:
    """The posterior of m rates and how many groups of units the counts speak for.

    Parameters
    ----------
    posterior : Posterior
    prob_two : float
        Posterior probability that the units form two groups, from an even start.
    """

    posterior: Posterior
    prob_two: float


def rate_posterior(count: npt.ArrayLike, n: npt.ArrayLike) -> RatePosterior:
    """Return the posteriors of m rates, averaged over a one-group and a two-group model.

    A single beta distribution is a good description of most sets of units, and a poor one where
    they fall into two camps or a few stand far apart: then its ranks hold less often than they
    say. A mixture of two betas mends that, and the counts decide by their evidence how much each
    model weighs. With fewer than eight units two groups cannot be told and one is taken.

    Parameters
    ----------
    count, n : array of shape (m,)
        Answers that meet the measure and all answers, n above zero; fractions are allowed
        (effective counts of a complex design).

    Returns
    -------
    RatePosterior

    Raises
    ------
    UsageError
        If counts are not within 0..n, a unit has no answers, or there is only one unit.

    Notes
    -----
    The priors stand at :func:`beta_posterior` and :func:`sample_two_groups`. One-group nodes of the
    hyper-parameters that weigh under 0.4 % are left out (more with over 63 units, whose
    hyper-parameters are known better). Reliability is Bühlmann's credibility:
    the variance of true rates over itself plus the mean binomial variance.

    References
    ----------
    Hoeting, J. A. et al. (1999). *Statistical Science* 14, 382-401. Bühlmann, H. (1967).
    *ASTIN Bulletin* 4, 199-207.

    Examples
    --------
    >>> found = rate_posterior([95, 180, 100, 150, 80], [100, 200, 100, 150, 100])
    >>> found.posterior.mean.round(3).tolist(), found.prob_two
    ([0.949, 0.9, 0.997, 0.998, 0.803], 0.0)
    """
    x, size = checked_units(count, n)
    weight, a, b, evidence = hyper_nodes(x, size, SPREAD_NODES, MEAN_NODES)
    pairs, prob_two = None, 0.0
    if len(x) >= FEWEST_FOR_TWO:
        pairs = sample_two_groups(x, size)
        prob_two = float(special.expit(pairs.log_evidence - evidence))
    weight = weight * (1.0 - prob_two)
    keep = _kept(weight, len(x))
    slices = [
        beta_slice(w, one_a + x, one_b + size - x)
        for w, one_a, one_b in zip(weight[keep], a[keep], b[keep], strict=True)
    ]
    reliability = weight[keep] @ (size / (size + (a + b)[keep, None]))
    total = float(weight[keep].sum())
    if pairs is not None and prob_two > NEGLIGIBLE:
        more, credible = _pair_slices(pairs, prob_two, x, size)
        slices, reliability, total = slices + more, reliability + credible, total + prob_two
    scaled = tuple(Slice(s.weight / total, s.nodes, s.mass, s.above) for s in slices)
    return RatePosterior(Posterior(scaled, logistic, reliability / total), prob_two)


def _pair_slices(
    pairs: Sample, prob_two: float, x: Floats, n: Floats
) -> tuple[list[Slice], Floats]:
    few = thinned(pairs, int(np.ceil(PAIRS * prob_two)))
    weight = prob_two / len(few.weight)
    slices, reliability = [], np.zeros(len(x))
    for a, b, other in zip(*hyper_parameters(few.points, n), strict=True):
        share = group_shares(a, b, float(other), x, n)
        slices.append(mixture_slice(weight, a[:, None] + x, b[:, None] + (n - x), share))
        reliability += weight * _credibility(a, b, float(other), n)
    return slices, reliability


def _kept(weight: Floats, units: int) -> npt.NDArray[np.bool_]:
    """Return the nodes worth their work: fewer with many units, where they differ less."""
    least = NEGLIGIBLE * max(1.0, units / MANY)
    largest = float(weight.max())
    return np.asarray((weight > least) | ((weight > 0.5 * largest) & (largest > NEGLIGIBLE)))


def _credibility(a: Floats, b: Floats, other: float, n: Floats) -> Floats:
    parts = np.array([1.0 - other, other])
    rate = a / (a + b)
    second = parts @ (rate * (a + 1.0) / (a + b + 1.0))  # mean of the squared rate
    mean = parts @ rate
    between, within = second - mean**2, mean - second
    return np.asarray(between / (between + within / n))
