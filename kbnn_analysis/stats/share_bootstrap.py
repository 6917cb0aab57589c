"""Bootstrap of LMG shares over PSUs from their moments: no model is refitted on respondents."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from kbnn_analysis.stats.design import DesignArrays
from kbnn_analysis.stats.dominance import shapley_weights
from kbnn_analysis.stats.subset_fit import subset_r_squared

Floats = npt.NDArray[np.float64]
CHUNK = 50


def bootstrap_lmg(
    record: npt.ArrayLike,
    keep: npt.NDArray[np.bool_],
    design: DesignArrays,
    held: int,
    replicates: int,
    rng: np.random.Generator,
) -> Floats:
    """Return bootstrap replicates of LMG shares.

    In each stratum n_h - 1 of its n_h PSUs are drawn with replacement and the weights rescaled
    (Rao, Wu and Yue 1992), shrunken toward 1 by the square root of the part not sampled.

    Parameters
    ----------
    record : array of shape (m, a + p + 1)
        Columns held in every model, drivers, outcome, of the respondents kept.
    keep : ndarray of bool, shape (n,)
        Who is in the record.
    design : DesignArrays
        Of all n respondents; the first stage is drawn.
    held : int
        a, the number of columns cleared from drivers and outcome.
    replicates : int
    rng : Generator

    Returns
    -------
    ndarray of shape (replicates, p)

    References
    ----------
    Rao, J. N. K., Wu, C. F. J. and Yue, K. (1992). *Survey Methodology* 18, 209-217.
    In R: ``survey::as.svrepdesign(type = "subbootstrap")``.
    """
    columns = np.asarray(record, dtype=float)
    centred = columns - np.average(columns, axis=0, weights=design.weight[keep])
    ones = np.column_stack([np.ones(len(centred)), centred])
    upper = np.triu_indices(ones.shape[1])
    totals = _psu_moments(ones, design, keep, upper)
    players = columns.shape[1] - held - 1
    weights = np.array([shapley_weights(players, j) for j in range(players)])
    made = np.empty((replicates, players))
    for start in range(0, replicates, CHUNK):
        count = min(CHUNK, replicates - start)
        drawn = psu_multipliers(design, count, rng)
        fits = np.array(
            [
                subset_r_squared(_covariance(moments, upper, ones.shape[1], held)).r_squared
                for moments in drawn @ totals
            ]
        )
        made[start : start + count] = fits @ weights.T / fits[:, -1:]
    return made


def psu_multipliers(design: DesignArrays, count: int, rng: np.random.Generator) -> Floats:
    """Return factors of the weights of all PSUs in `count` bootstrap replicates.

    Parameters
    ----------
    design : DesignArrays
    count : int
    rng : Generator

    Returns
    -------
    ndarray of shape (count, PSUs)
        Mean 1 in every stratum; a stratum with one PSU keeps its weight.

    Examples
    --------
    >>> from kbnn_analysis.stats.design import design_arrays
    >>> design = design_arrays(np.ones(4))
    >>> psu_multipliers(design, 2, np.random.default_rng(1)).sum(axis=1).round(12).tolist()
    [4.0, 4.0]
    """
    stage = design.stages[0]
    factors = np.ones((count, len(stage.psu_stratum)))
    for stratum in range(stage.n_strata):
        members = np.flatnonzero(stage.psu_stratum == stratum)
        n = len(members)
        if n < 2:
            continue
        drawn = rng.multinomial(n - 1, np.full(n, 1 / n), size=count)
        shrink = np.sqrt(max(float(stage.not_sampled[stratum]), 0.0))
        factors[:, members] = 1.0 + shrink * (drawn * n / (n - 1) - 1.0)
    return factors


def _psu_moments(
    ones: Floats,
    design: DesignArrays,
    keep: npt.NDArray[np.bool_],
    upper: tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]],
) -> Floats:
    """Return by PSU the weighted sums of products of all pairs of columns."""
    stage = design.stages[0]
    psu = np.arange(len(design)) if stage.psu is None else stage.psu
    unit, weight = psu[keep], design.weight[keep]
    sums = [
        np.bincount(unit, weight * ones[:, i] * ones[:, j], len(stage.psu_stratum))
        for i, j in zip(*upper, strict=True)
    ]
    return np.stack(sums, axis=1)


def _covariance(
    moments: Floats,
    upper: tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]],
    size: int,
    held: int,
) -> Floats:
    matrix = np.zeros((size, size))
    matrix[upper] = moments
    matrix = matrix + np.triu(matrix, 1).T
    first = 1 + held  # the constant and the held columns are cleared first
    cross = matrix[:first, first:]
    slopes = np.linalg.lstsq(matrix[:first, :first], cross, rcond=None)[0]
    return np.asarray((matrix[first:, first:] - cross.T @ slopes) / matrix[0, 0])
