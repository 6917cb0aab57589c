"""Calibration of weights to known totals: post-stratification, raking, linear (GREG).

A calibrated design carries what its weights were calibrated on; every covariance then uses the
residuals of the influences on it, as R's survey package does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from kbnn_analysis.errors import UsageError, check_one_of
from kbnn_analysis.stats.design import DesignArrays
from kbnn_analysis.stats.influences import Influences

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Margin:
    """A classification of the respondents with its frame counts.

    Parameters
    ----------
    code : ndarray of int, shape (n,)
        Cell of each respondent, 0 to C - 1.
    totals : ndarray of shape (C,)
        Number in the population of each cell.
    """

    code: Codes
    totals: Floats


def poststratify(design: DesignArrays, cells: Margin) -> DesignArrays:
    """Scale the weights so that each cell adds up to its frame count.

    Parameters
    ----------
    design : DesignArrays
        Uncalibrated design.
    cells : Margin
        Post-strata with their counts.

    Returns
    -------
    DesignArrays
        With calibrated weights; covariances use deviations from cell means.

    Raises
    ------
    UsageError
        If a cell with a count has no respondents, or the design is calibrated already.

    References
    ----------
    Holt and Smith (1979), JRSS A 142. R: ``survey::postStratify``.

    Examples
    --------
    >>> from kbnn_analysis.stats.design import design_arrays
    >>> cells = Margin(np.array([0, 0, 1]), np.array([10.0, 20.0]))
    >>> poststratify(design_arrays(np.ones(3)), cells).weight
    array([ 5.,  5., 20.])
    """
    _check_margin(design, cells)
    weight = design.weight * _factors(design.weight, cells)[cells.code]
    return _calibrated(design, weight, (_indicators(cells),))


def rake(
    design: DesignArrays,
    margins: Sequence[Margin],
    *,
    residuals: Literal["weighted", "unweighted"] = "weighted",
    tolerance: float = 1e-10,
    most_rounds: int = 1_000,
) -> DesignArrays:
    """Scale the weights to several margins in turn until all hold.

    Parameters
    ----------
    design : DesignArrays
        Uncalibrated design.
    margins : sequence of Margin
        Classifications with their counts; all must add up to the same total.
    residuals : {"weighted", "unweighted"}
        How the influences are regressed on the margins for the variance: with the weights before
        raking, as Deville, Särndal and Sautory derive and R's ``calibrate(calfun = "raking")``
        does; or without weights, as R's ``rake`` does. They agree where weights are equal.
    tolerance : float
        Largest relative difference from a count.
    most_rounds : int
        Rounds over all margins before giving up.

    Returns
    -------
    DesignArrays
        With calibrated weights; covariances use residuals on all margins together.

    Raises
    ------
    UsageError
        If margins disagree in their total, a cell is empty, or raking does not converge.

    References
    ----------
    Deville, Särndal and Sautory (1993), JASA 88. R: ``survey::calibrate(calfun =
    "raking")``, ``survey::rake`` (which stops at a looser tolerance by default).

    Examples
    --------
    >>> from kbnn_analysis.stats.design import design_arrays
    >>> rows = Margin(np.array([0, 0, 1, 1]), np.array([30.0, 10.0]))
    >>> columns = Margin(np.array([0, 1, 0, 1]), np.array([20.0, 20.0]))
    >>> rake(design_arrays(np.ones(4)), [rows, columns]).weight
    array([15., 15.,  5.,  5.])
    """
    check_one_of("residuals", residuals, ("weighted", "unweighted"))
    for margin in margins:
        _check_margin(design, margin)
    sums = np.array([margin.totals.sum() for margin in margins])
    if not len(sums) or np.ptp(sums) > 1e-8 * sums.max():
        raise UsageError(f"All margins must add up to the same total; they give {sums.tolist()}.")
    weight = design.weight
    for _ in range(most_rounds):
        for margin in margins:
            weight = weight * _factors(weight, margin)[margin.code]
        if all(np.abs(_factors(weight, margin) - 1).max() < tolerance for margin in margins):
            raked = _calibrated(design, weight, tuple(_indicators(margin) for margin in margins))
            if residuals == "unweighted":
                return replace(raked, base_weight=np.ones(len(design)))
            return raked
    raise UsageError(f"Raking did not converge in {most_rounds} rounds; join small cells.")


def calibrate_linear(design: DesignArrays, auxiliary: Floats, totals: Floats) -> DesignArrays:
    r"""Calibrate the weights linearly so that auxiliary variables add up to known totals.

    The weights become :math:`d_i (1 + x_i' \lambda)` with
    :math:`\lambda = (\sum d x x')^{-1} (T - \sum d x)`: the generalized regression estimator.
    Weights can turn negative; the caller may want to look.

    Parameters
    ----------
    design : DesignArrays
        Uncalibrated design.
    auxiliary : ndarray of shape (n, q)
        Auxiliary variables; include a column of ones for the population size.
    totals : ndarray of shape (q,)
        Their population totals.

    Returns
    -------
    DesignArrays
        With calibrated weights; covariances use regression residuals.

    Raises
    ------
    UsageError
        If the totals cannot be reached, as with collinear variables of conflicting totals.

    References
    ----------
    Deville and Särndal (1992), JASA 87. R: ``survey::calibrate(calfun = "linear")``.

    Examples
    --------
    >>> from kbnn_analysis.stats.design import design_arrays
    >>> x = np.array([[1.0, 1.0], [1.0, 3.0]])
    >>> calibrate_linear(design_arrays(np.ones(2)), x, np.array([10.0, 14.0])).weight
    array([8., 2.])
    """
    x, wanted = np.asarray(auxiliary, dtype=float), np.asarray(totals, dtype=float)
    if x.shape != (len(design), len(wanted)) or not np.isfinite(x).all():
        raise UsageError("`auxiliary` must be complete, respondents x as many columns as totals.")
    weighted = design.weight[:, None] * x
    multiplier = np.linalg.pinv(x.T @ weighted, hermitian=True) @ (wanted - weighted.sum(axis=0))
    weight = design.weight * (1 + x @ multiplier)
    if not np.allclose(weight @ x, wanted, rtol=1e-7):
        raise UsageError("The auxiliary totals contradict each other; no weights reach them.")
    return _calibrated(design, weight, (Influences(x),))


def _calibrated(
    design: DesignArrays, weight: Floats, auxiliaries: tuple[Influences, ...]
) -> DesignArrays:
    if design.auxiliaries:
        raise UsageError("The design is calibrated already; calibrate once, on all margins.")
    return replace(design, weight=weight, base_weight=design.weight, auxiliaries=auxiliaries)


def _factors(weight: Floats, margin: Margin) -> Floats:
    have = np.bincount(margin.code, weights=weight, minlength=len(margin.totals))
    return np.divide(margin.totals, have, out=np.ones(len(have)), where=have > 0)


def _check_margin(design: DesignArrays, margin: Margin) -> None:
    code, cells = margin.code, len(margin.totals)
    if code.shape != (len(design),) or (code < 0).any() or (code >= cells).any():
        raise UsageError(f"Every respondent needs a cell from 0 to {cells - 1}.")
    have = np.bincount(code, weights=design.weight, minlength=cells)
    empty = int(((have == 0) & (margin.totals > 0)).sum())
    if empty:
        raise UsageError(f"{empty} cells of the frame have no respondents; join cells.")


def _indicators(margin: Margin) -> Influences:
    return Influences(np.ones((len(margin.code), 1)), margin.code, len(margin.totals))
