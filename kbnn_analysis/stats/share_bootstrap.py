"""LMG shares when PSUs are drawn again or left out, from their moments: nothing is refitted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kbnn_analysis.stats.design import DesignArrays
from kbnn_analysis.stats.dominance import shapley_weights
from kbnn_analysis.stats.replicate_shares import Replicates
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
    players = np.asarray(record).shape[1] - held - 1
    made = np.empty((replicates, players))
    moments = unit_moments(record, keep, design, held)
    for start in range(0, replicates, CHUNK):
        count = min(CHUNK, replicates - start)
        drawn = psu_multipliers(design, count, rng)
        made[start : start + count] = moments.lmg(drawn).shares
    return made


@dataclass(frozen=True)
class UnitMoments:
    """Sums of products by sampling unit, from which any reweighting of units has its moments.

    Attributes
    ----------
    totals : ndarray of shape (units, s (s + 1) / 2)
        Of a constant, held columns, drivers and outcome, s in all; the upper triangle.
    size : int
        s.
    held : int
        Columns that are cleared from drivers and outcome.
    """

    totals: Floats
    size: int
    held: int

    def covariances(self, factors: Floats) -> Floats:
        """Return by replicate the covariance of drivers and outcome, cleared of what is held."""
        upper = np.triu_indices(self.size)
        moments = factors @ self.totals
        return np.array([_covariance(row, upper, self.size, self.held) for row in moments])

    def lmg(self, factors: Floats) -> Replicates:
        """Return how R² divides among all drivers in each replicate, by way of all subsets."""
        players = self.size - self.held - 2
        weights = np.array([shapley_weights(players, j) for j in range(players)])
        fits = np.array(
            [subset_r_squared(matrix).r_squared for matrix in self.covariances(factors)]
        )
        return Replicates(fits @ weights.T, fits[:, -1])


def unit_moments(
    record: npt.ArrayLike, keep: npt.NDArray[np.bool_], design: DesignArrays, held: int
) -> UnitMoments:
    """Return the moments of every PSU; arguments as for :func:`bootstrap_lmg`."""
    columns = np.asarray(record, dtype=float)
    centred = columns - np.average(columns, axis=0, weights=design.weight[keep])
    ones = np.column_stack([np.ones(len(centred)), centred])
    totals = _psu_moments(ones, design, keep, np.triu_indices(ones.shape[1]))
    return UnitMoments(totals, ones.shape[1], held)


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


def without_each_psu(design: DesignArrays) -> Floats:
    """Return the factors of the weights when each PSU in turn is left out.

    The others of its stratum stand in for it; a PSU alone in its stratum stays.

    Examples
    --------
    >>> from kbnn_analysis.stats.design import design_arrays
    >>> without_each_psu(design_arrays(np.ones(3), psu=np.arange(3)))[0].tolist()
    [0.0, 1.5, 1.5]
    """
    stage = design.stages[0]
    stratum, n = stage.psu_stratum, stage.n_psu[stage.psu_stratum]
    same = stratum[:, None] == stratum[None, :]
    factors = np.where(same, (n / np.maximum(n - 1.0, 1.0))[None, :], 1.0)
    np.fill_diagonal(factors, np.where(n > 1, 0.0, 1.0))
    return np.asarray(factors)


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
