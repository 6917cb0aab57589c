"""Replicate weights: given by the user, or made by jackknife and bootstrap."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from kbnn_analysis.errors import UsageError, check_one_of
from kbnn_analysis.stats.design import DesignArrays, Stage
from kbnn_analysis.stats.replication import Replicates

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]
ReplicateKind = Literal["JK1", "JKn", "BRR", "Fay", "bootstrap"]

# A jackknife of as many units holds this many squared factors (0.2 GB).
MOST_JACKKNIFE_UNITS = 5_000


def given_replicates(
    weight: Floats,
    weights: Floats,
    kind: ReplicateKind,
    *,
    combined: bool = True,
    rho: float | None = None,
    rscales: Floats | None = None,
    mse: bool = False,
) -> Replicates:
    """Take replicate weights as a data producer delivers them.

    Parameters
    ----------
    weight : ndarray of shape (n,)
        Full-sample weights, positive.
    weights : ndarray of shape (n, R)
        Replicate weights.
    kind : {"JK1", "JKn", "BRR", "Fay", "bootstrap"}
        How they were made; sets the scale: (R - 1) / R, 1, 1 / R, 1 / (R (1 - rho)^2),
        1 / (R - 1).
    combined : bool
        Whether they contain the full weight; False for factors alone.
    rho : float, optional
        Fay's coefficient; needed for "Fay" only.
    rscales : ndarray of shape (R,), optional
        (n_h - 1) / n_h of each replicate's stratum; needed for "JKn".
    mse : bool
        Deviations from the full-sample estimate instead of the replicates' mean.

    Returns
    -------
    Replicates
        With degrees of freedom rank - 1.

    Raises
    ------
    UsageError
        If `rho` or `rscales` is missing, or shapes do not fit.

    References
    ----------
    Wolter (2007), Introduction to Variance Estimation. R: ``survey::svrepdesign``.

    Examples
    --------
    >>> pairs = np.array([[2.0, 0.0], [0.0, 2.0]])
    >>> given_replicates(np.ones(2), pairs, "BRR", combined=False).scale
    0.5
    """
    check_one_of("kind", kind, get_args(ReplicateKind))
    given, full = np.asarray(weights, dtype=float), np.asarray(weight, dtype=float)
    if given.ndim != 2 or given.shape[0] != len(full) or (full <= 0).any():
        raise UsageError("Replicate weights must be respondents x R, full weights positive.")
    if (kind == "Fay") != (rho is not None) or (kind == "JKn") != (rscales is not None):
        raise UsageError("`rho` goes with kind 'Fay' and `rscales` with 'JKn', and only there.")
    r = given.shape[1]
    factors = given / full[:, None] if combined else given
    scales = {"JK1": (r - 1) / r, "JKn": 1.0, "BRR": 1 / r, "bootstrap": 1 / (r - 1)}
    scale = scales[kind] if rho is None else 1 / (r * (1 - rho) ** 2)
    rank = np.linalg.matrix_rank(factors * full[:, None])
    own = np.ones(r) if rscales is None else np.asarray(rscales, dtype=float)
    return Replicates(full, np.arange(len(full)), factors, scale, own, mse, float(rank - 1))


def jackknife_replicates(design: DesignArrays, *, mse: bool = False) -> Replicates:
    """Leave out one first-stage unit at a time (JK1, or JKn with strata).

    Parameters
    ----------
    design : DesignArrays
        The design; its first stage counts.
    mse : bool
        Deviations from the full-sample estimate instead of the replicates' mean.

    Returns
    -------
    Replicates
        One a sampling unit; the finite population enters through ``rscales``.

    Raises
    ------
    UsageError
        If a stratum has one unit, or the units are too many.

    References
    ----------
    Wolter (2007), chapter 4. R: ``survey::as.svrepdesign(type = "JK1")``, ``"JKn"``.

    Examples
    --------
    >>> from kbnn_analysis.stats.design import design_arrays
    >>> jackknife_replicates(design_arrays(np.ones(2))).factors
    array([[0., 2.],
           [2., 0.]])
    """
    stage, unit = _first_stage(design)
    units = len(stage.psu_stratum)
    if units > MOST_JACKKNIFE_UNITS:
        raise UsageError(f"{units} units are too many for a jackknife; use the bootstrap.")
    same = stage.psu_stratum[:, None] == stage.psu_stratum
    n = stage.n_psu[stage.psu_stratum]
    factors = np.where(same, n / (n - 1), 1.0)
    np.fill_diagonal(factors, 0.0)
    rscales = (n - 1) / n * stage.not_sampled[stage.psu_stratum]
    df = float(units - stage.n_strata)
    return Replicates(design.weight, unit, factors, 1.0, rscales, mse, df)


def bootstrap_replicates(
    design: DesignArrays, replicates: int, rng: np.random.Generator, *, mse: bool = False
) -> Replicates:
    """Draw rescaling bootstrap weights: n_h - 1 first-stage units with replacement in a stratum.

    The factor of a unit drawn k times is 1 - c + c k n_h / (n_h - 1) with
    c = sqrt(1 - n_h / N_h), which is 1 without a finite population correction.

    Parameters
    ----------
    design : DesignArrays
        The design; its first stage counts.
    replicates : int
        R, at least 2.
    rng : Generator
        Random numbers.
    mse : bool
        Deviations from the full-sample estimate instead of the replicates' mean.

    Returns
    -------
    Replicates
        With scale 1 / (R - 1).

    Raises
    ------
    UsageError
        If a stratum has one unit, or R is below 2.

    References
    ----------
    Rao and Wu (1988), JASA 83; Rao, Wu and Yue (1992), Survey Methodology 18.
    R: ``survey::as.svrepdesign(type = "subbootstrap")``.

    Examples
    --------
    >>> from kbnn_analysis.stats.design import design_arrays
    >>> made = bootstrap_replicates(design_arrays(np.ones(5)), 3, np.random.default_rng(1))
    >>> made.factors.sum(axis=0)
    array([5., 5., 5.])
    """
    if replicates < 2:
        raise UsageError("`replicates` must be at least 2.")
    stage, unit = _first_stage(design)
    drawn = np.empty((len(stage.psu_stratum), replicates))
    for h, n in enumerate(stage.n_psu.astype(int)):
        share = np.full(n, 1 / n)
        drawn[stage.psu_stratum == h] = rng.multinomial(n - 1, share, size=replicates).T
    n_h = stage.n_psu[stage.psu_stratum][:, None]
    c = np.sqrt(stage.not_sampled)[stage.psu_stratum][:, None]
    factors = 1 - c + c * drawn * n_h / (n_h - 1)
    df = float(len(n_h) - stage.n_strata)
    ones = np.ones(replicates)
    return Replicates(design.weight, unit, factors, 1 / (replicates - 1), ones, mse, df)


def _first_stage(design: DesignArrays) -> tuple[Stage, Codes]:
    stage = design.stages[0]
    if (stage.n_psu < 2).any():
        alone = int((stage.n_psu < 2).sum())
        raise UsageError(f"{alone} strata have only one PSU; join strata before replication.")
    if design.auxiliaries:
        raise UsageError("Make replicates from the uncalibrated design.")
    return stage, np.arange(len(design)) if stage.psu is None else stage.psu
