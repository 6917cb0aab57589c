"""Bootstrap of importance: sampling units are drawn again within strata."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference.drivers.cases import Cases
from kbnn_analysis.inference.drivers.outcomes import Model
from kbnn_analysis.inference.drivers.partition import Partition, replicate_partition
from kbnn_analysis.stats.share_bootstrap import psu_multipliers
from kbnn_analysis.stats.subset_game import PseudoFit

Floats = npt.NDArray[np.float64]
CHUNK = 50


def bootstrap_shares(
    cases: Cases,
    model: Model,
    made: Partition,
    fit: PseudoFit,
    ridge: float,
    replicates: int,
    rng: np.random.Generator,
) -> Floats:
    """Return bootstrap replicates of the shares, shape (replicates, p).

    Parameters
    ----------
    cases : Cases
    model : {"linear", "logit", "ordinal"}
    made : Partition
        Of all cases.
    fit, ridge
        As the partition was made.
    replicates : int
    rng : Generator

    Returns
    -------
    ndarray of shape (replicates, p)

    Raises
    ------
    UsageError
        If there are fewer than 100 replicates, too few for an interval.
    """
    if replicates < 100:
        raise UsageError(f"`replicates` must be 100 or more; got {replicates}.")
    # all at once where every subset sums over the respondents anew; little by little otherwise
    step = CHUNK if model == "linear" or cases.unit is None else replicates
    parts = []
    for start in range(0, replicates, step):
        factors = psu_multipliers(cases.design, min(step, replicates - start), rng)
        parts.append(replicate_partition(cases, model, made, factors, fit, ridge).shares)
    return np.vstack(parts)
