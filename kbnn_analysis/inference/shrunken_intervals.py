"""Shrunken estimates of a set of units with intervals that hold for one far from the others too."""

from __future__ import annotations

import numpy as np
from scipy import special

from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference.effective_counts import UnitSet
from kbnn_analysis.stats.limited_translation import Limited, limit_translation
from kbnn_analysis.stats.posterior import Posterior
from kbnn_analysis.stats.proportions import Interval, binomial_interval


def shrunken_intervals(
    units: UnitSet, posterior: Posterior, conf_level: float, most: float
) -> Limited:
    """Return estimates and intervals of a posterior, moved at most so many standard errors.

    The standard error of a rate is that at the shrunken rate, as in a score test: at 100 % its own
    is zero. Its direct interval is Clopper and Pearson's for the effective counts; that of a mean,
    or of a rate published without counts, is normal.

    Parameters
    ----------
    units : UnitSet
    posterior : Posterior
        Of these units.
    conf_level : float
    most : float
        Infinity leaves the posterior as it is.

    Returns
    -------
    Limited

    Raises
    ------
    UsageError
        If `most` is negative.
    """
    if not most >= 0.0:
        raise UsageError(f"`limit` must be 0 or more standard errors, or None; got {most}.")
    tail = (1.0 - conf_level) / 2.0
    ends = posterior.quantiles([tail, 1.0 - tail])
    mean = posterior.mean
    if units.rates_of_counts:
        rate = np.clip(mean, 0.0, 1.0)
        error = np.sqrt(rate * (1.0 - rate) / units.n_eff)
        own = binomial_interval(
            units.count, units.n_eff, method="clopper-pearson", conf_level=conf_level
        )
    else:
        error = np.sqrt(units.sampling_variance)
        half = special.ndtri(1.0 - tail) * error
        own = Interval(
            np.maximum(units.estimate - half, units.info.low),
            np.minimum(units.estimate + half, units.info.high),
        )
    near = Interval(ends[:, 0], ends[:, 1])
    return limit_translation(mean, posterior.sd, near, units.estimate, error, own, most=most)
