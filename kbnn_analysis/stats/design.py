"""The sampling design as arrays: weights, and per stage strata, sampling units, population."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

from kbnn_analysis.errors import UsageError
from kbnn_analysis.stats.influences import Influences

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]
LonelyPsu = Literal["fail", "remove", "adjust", "average"]


@dataclass(frozen=True)
class StageInput:
    """What a user knows of one stage of sampling, one value per respondent.

    Parameters
    ----------
    psu : array of shape (n,), optional
        Code (>= 0) of the unit sampled at this stage; None when it is the respondent.
    strata : array of shape (n,), optional
        Code (>= 0) of the stratum; None for a single stratum.
    fpc : array of shape (n,), optional
        Number of sampling units in the population of the respondent's stratum (within the unit of
        the stage above); infinity or None for no finite population correction.
    """

    psu: Codes | None = None
    strata: Codes | None = None
    fpc: Floats | None = None


@dataclass(frozen=True)
class Stage:
    """One stage of sampling, checked and counted.

    Attributes
    ----------
    stratum : ndarray of shape (n,)
        Stratum code of each respondent, 0 to H - 1.
    psu : ndarray of shape (n,), optional
        Sampling-unit code of each respondent, 0 to P - 1; None when it is the respondent.
    psu_stratum : ndarray of shape (P,)
        Stratum of each sampling unit.
    n_psu, population : ndarray of shape (H,)
        Sampling units in the sample and in the population (infinity: no correction).
    parent : ndarray of shape (H,)
        Unit of the stage above to which the stratum belongs; zeros at the first stage.
    multiplier : ndarray of shape (H,)
        Product of the sampling fractions of the stages above (1 at the first stage).
    """

    stratum: Codes
    psu: Codes | None
    psu_stratum: Codes
    n_psu: Floats
    population: Floats
    parent: Codes
    multiplier: Floats

    @property
    def n_strata(self) -> int:
        """Return the number of strata."""
        return len(self.n_psu)

    @property
    def not_sampled(self) -> Floats:
        """Return the share of units not in the sample, by stratum (1 without a correction)."""
        return np.asarray(1.0 - self.n_psu / self.population)


@dataclass(frozen=True)
class DesignArrays:
    """Weights and stages of a design, and the calibration of the weights if there was one.

    ``weight`` has shape (n,). Make one with :func:`design_arrays`. A calibrated design comes from
    :mod:`kbnn_analysis.stats.calibration`: then ``auxiliaries`` are what the weights were
    calibrated on, and ``base_weight`` weighs the regression whose residuals give the variance.

    Where a row is a pattern of several respondents (:mod:`kbnn_analysis.stats.patterns`),
    ``weight`` is the sum of their weights, ``count`` their number and ``weight_square`` the sum of
    the squared weights; otherwise the two are None. ``lonely_psu`` is what a stratum with one
    sampling unit does where a covariance is not told otherwise.

    Where the same sampling units were observed in several periods, each (unit, period) is a unit
    of the first stage and ``linked``, of shape (P,), tells which of them are one.
    """

    weight: Floats
    stages: tuple[Stage, ...]
    base_weight: Floats | None = None
    auxiliaries: tuple[Influences, ...] = field(default=())
    count: Floats | None = None
    weight_square: Floats | None = None
    lonely_psu: LonelyPsu = "fail"
    linked: Codes | None = None

    @property
    def projection_weight(self) -> Floats:
        """Return the weights of the regression of influences on the auxiliaries."""
        return self.weight if self.base_weight is None else self.base_weight

    def __len__(self) -> int:
        return len(self.weight)


def design_arrays(
    weight: npt.ArrayLike,
    *,
    strata: Codes | None = None,
    psu: Codes | None = None,
    fpc: Floats | None = None,
    further: Sequence[StageInput] = (),
    nest: bool = False,
    lonely_psu: LonelyPsu = "fail",
) -> DesignArrays:
    """Check a sampling design and count its units.

    A stage below one without a finite population correction adds nothing to the variance, as in
    R's ``svydesign``: the first stage then stands for all (the "ultimate cluster" estimator).

    Parameters
    ----------
    weight : array of shape (n,)
        Sampling weights, finite and not negative.
    strata, psu, fpc : array of shape (n,), optional
        The first stage, see :class:`StageInput`.
    further : sequence of StageInput
        The stages below, in order.
    nest : bool
        Take equal PSU codes in different strata as different PSUs; otherwise they are refused.
    lonely_psu : {"fail", "remove", "adjust", "average"}
        What a stratum with one PSU does, see :func:`influence_covariance` of `linearization`.

    Returns
    -------
    DesignArrays
        The design on which every covariance is computed.

    Raises
    ------
    UsageError
        If weights are not usable, codes are missing, PSUs are not nested in strata, or ``fpc``
        varies within a stratum or is below the number of units in the sample.

    References
    ----------
    Särndal, Swensson and Wretman (1992), Model Assisted Survey Sampling, chapter 4.
    R: ``survey::svydesign(ids=, strata=, fpc=, weights=, nest=)``.

    Examples
    --------
    >>> design = design_arrays([1.0, 1.0, 2.0, 2.0], psu=np.array([0, 0, 1, 1]))
    >>> design.stages[0].n_psu
    array([2.])
    """
    w = np.asarray(weight, dtype=float)
    if not np.isfinite(w).all() or (w < 0).any():
        raise UsageError("`weight` must be finite and not negative for every respondent.")
    stages: list[Stage] = []
    for number, given in enumerate((StageInput(psu, strata, fpc), *further), start=1):
        above = stages[-1] if stages else None
        if above is not None and (above.psu is None or np.isinf(above.population).all()):
            break
        stages.append(_stage(given, above, len(w), number, nest or number > 1))
    return DesignArrays(w, tuple(stages), lonely_psu=lonely_psu)


def compact_codes(codes: Codes, what: str = "codes") -> tuple[Codes, int]:
    """Relabel codes to 0 .. K - 1 in the same order; return them and K.

    Parameters
    ----------
    codes : array of int, shape (n,)
        Codes, none negative.
    what : str
        What they are, for the error.

    Returns
    -------
    codes : ndarray of int, shape (n,)
        The same groups, numbered without gaps.
    count : int
        Number of groups.

    Raises
    ------
    UsageError
        If a code is negative (missing).

    Examples
    --------
    >>> compact_codes(np.array([7, 3, 7]))
    (array([1, 0, 1]), 2)
    """
    given = np.asarray(codes, dtype=np.intp)
    if given.size and given.min() < 0:
        missing = int((given < 0).sum())
        raise UsageError(f"{what} are missing for {missing} respondents; give each one a code.")
    if given.size and given.max() > 4 * given.size + 1_000:
        present, inverse = np.unique(given, return_inverse=True)
        return np.asarray(inverse, dtype=np.intp), len(present)
    seen = np.bincount(given) > 0
    return np.asarray(np.cumsum(seen) - 1, dtype=np.intp)[given], int(seen.sum())


def _stage(given: StageInput, above: Stage | None, n: int, number: int, nest: bool) -> Stage:
    stratum, parent = _strata(given, above, n)
    psu, psu_stratum = _units(given.psu, stratum, nest)
    n_psu = np.bincount(psu_stratum, minlength=len(parent)).astype(float)
    population = _population(given.fpc, stratum, n_psu, number)
    multiplier = np.ones(len(parent))
    if above is not None:
        of_unit = above.psu_stratum[parent]
        multiplier = (above.multiplier * above.n_psu / above.population)[of_unit]
    return Stage(stratum, psu, psu_stratum, n_psu, population, parent, multiplier)


def _strata(given: StageInput, above: Stage | None, n: int) -> tuple[Codes, Codes]:
    if given.strata is None:
        own, count = np.zeros(n, dtype=np.intp), 1
    else:
        own, count = compact_codes(given.strata, "strata")
    if above is None or above.psu is None:
        return own, np.zeros(count, dtype=np.intp)
    stratum, total = compact_codes(above.psu * count + own)
    parent = np.zeros(total, dtype=np.intp)
    parent[stratum] = above.psu
    return stratum, parent


def _units(psu: Codes | None, stratum: Codes, nest: bool) -> tuple[Codes | None, Codes]:
    if psu is None:
        return None, stratum
    units, count = compact_codes(psu, "PSUs")
    if nest:
        units, count = compact_codes(stratum * count + units)
    psu_stratum = np.zeros(count, dtype=np.intp)
    psu_stratum[units] = stratum
    if (psu_stratum[units] != stratum).any():
        raise UsageError("The same PSU stands in several strata; give each its own code, or nest.")
    return units, psu_stratum


def _population(fpc: Floats | None, stratum: Codes, n_psu: Floats, number: int) -> Floats:
    if fpc is None:
        return np.full(len(n_psu), np.inf)
    sizes = np.asarray(fpc, dtype=float)
    population = np.zeros(len(n_psu))
    population[stratum] = sizes
    if not np.array_equal(population[stratum], sizes):
        raise UsageError(f"`fpc` of stage {number} must be one number within a stratum, not NaN.")
    if (population < n_psu).any():
        raise UsageError(f"`fpc` of stage {number} is below the number of units in the sample.")
    return population
