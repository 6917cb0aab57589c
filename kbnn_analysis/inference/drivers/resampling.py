"""Bootstrap of importance: PSUs are drawn again within strata, and only moments are refitted."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference.drivers.cases import Cases
from kbnn_analysis.stats.share_bootstrap import bootstrap_lmg

Floats = npt.NDArray[np.float64]


def bootstrap_shares(cases: Cases, replicates: int, rng: np.random.Generator) -> Floats:
    """Return bootstrap replicates of the LMG shares, shape (replicates, p).

    Adjustments are cleared again in every replicate.

    Parameters
    ----------
    cases : Cases
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
    record = np.column_stack([cases.terms.columns, cases.drivers, cases.outcome])
    held = cases.terms.columns.shape[1]
    return bootstrap_lmg(record, cases.keep, cases.design, held, replicates, rng)
