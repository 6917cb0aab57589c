"""Design-based covariance from influences: Taylor linearization with strata, PSUs and stages.

A statistic only says what each respondent adds to it (:class:`Influences`); the design does the
rest here. Everything whose covariance is wanted, from a mean to a regression coefficient, passes
through :func:`influence_covariance`.
"""

from __future__ import annotations

from typing import Any, get_args

import numpy as np
import numpy.typing as npt
from scipy import sparse

from kbnn_analysis.errors import UsageError, check_one_of
from kbnn_analysis.stats.design import DesignArrays, LonelyPsu, Stage
from kbnn_analysis.stats.influences import Influences, Matrix, grouped, stacked

Floats = npt.NDArray[np.float64]

# A variance this small beside its uncentred sum of squares is rounding, not information.
ROUNDING = 1e-14
# Units whose residuals are held dense at a time.
BLOCK = 20_000


def influence_covariance(
    influences: Influences, design: DesignArrays, *, lonely_psu: LonelyPsu | None = None
) -> Floats:
    r"""Return the design-based covariance of statistics from their influences.

    With PSU totals :math:`z_{hc} = \sum_{i \in hc} w_i u_i` the first stage gives
    :math:`V = \sum_h (1 - f_h) \frac{n_h}{n_h - 1} \sum_c (z_{hc} - \bar z_h)(z_{hc} - \bar z_h)'`;
    a further stage adds the same within each unit above, times the sampling fractions above it.
    PSUs without anyone in a domain count with z = 0: a domain keeps the whole design. Weights that
    were calibrated bring the residuals of the influences on the auxiliaries in their place.

    Parameters
    ----------
    influences : Influences
        Influences of k statistics.
    design : DesignArrays
        The design of the same n respondents.
    lonely_psu : {"fail", "remove", "adjust", "average"}, optional
        What a stratum with one PSU does: stop, add nothing, be centred at zero instead of its own
        mean (conservative), or add the average of the other strata. Left out: what the design says.

    Returns
    -------
    ndarray of shape (k, k)
        Covariance in the squared unit of the statistics.

    Raises
    ------
    UsageError
        If a stratum has one PSU and `lonely_psu` is "fail", or all have and it is "average".

    References
    ----------
    Binder (1983), International Statistical Review 51. Deville (1999), Survey Methodology 25.
    R: ``survey::svyrecvar``, ``options(survey.lonely.psu=)``, ``svyby(..., covmat=TRUE)``.

    Examples
    --------
    >>> from kbnn_analysis.stats.design import design_arrays
    >>> y = np.array([1.0, 2.0, 3.0, 4.0])
    >>> mean = Influences(((y - y.mean()) / 4)[:, None])
    >>> influence_covariance(mean, design_arrays(np.ones(4)))  # s^2 / n
    array([[0.41666667]])
    """
    lonely_psu = lonely_psu or design.lonely_psu
    check_one_of("lonely_psu", lonely_psu, get_args(LonelyPsu))
    slopes = _slopes(influences, design) if design.auxiliaries else None
    covariance = np.zeros((influences.n_columns,) * 2)
    for number, stage in enumerate(design.stages, start=1):
        scale, centre = _scales(stage, lonely_psu, number)
        if slopes is not None:
            covariance += _residuals(influences, design, slopes, stage, scale, centre)
        elif stage.psu is None and (influences.domain is not None or design.count is not None):
            covariance += _respondents_by_domain(influences, design, stage, scale, centre)
        else:
            covariance += _units(_totals(influences, design.weight, stage), stage, scale, centre)
        if number == 1 and design.linked is not None and stage.psu is not None:
            covariance += _between_periods(influences, design, stage, scale, centre)
    return covariance


def _between_periods(
    influences: Influences, design: DesignArrays, stage: Stage, scale: Floats, centre: Floats
) -> Floats:
    """Return the covariance that comes from units observed in several periods.

    Totals are centred and scaled within their own period, so that the covariance within a period
    is that of the period alone; over all of it, it is a matrix of crossproducts and stays one.
    """
    totals = _dense(_totals(influences, design.weight, stage))
    of_unit, linked = stage.psu_stratum, np.asarray(design.linked)
    means = _dense(grouped(totals, of_unit, stage.n_strata)) / stage.n_psu[:, None]
    own = (totals - means[of_unit] * centre[of_unit, None]) * np.sqrt(scale)[of_unit, None]
    joined = _dense(grouped(own, linked, int(linked.max()) + 1))
    return np.asarray(joined.T @ joined - own.T @ own)


def _totals(part: Influences, weight: Floats, stage: Stage) -> Matrix:
    if stage.psu is None:
        return part.matrix(weight)
    return part.totals(weight, stage.psu, len(stage.psu_stratum))


def _units(totals: Matrix, stage: Stage, scale: Floats, centre: Floats) -> Floats:
    of_unit = stage.psu_stratum
    sums = grouped(totals, of_unit, stage.n_strata)
    if not sparse.issparse(totals):
        centred = totals - (sums * (centre / stage.n_psu)[:, None])[of_unit]
        return np.asarray(centred.T @ (centred * scale[of_unit][:, None]))
    squares = (totals.T @ _row_scaled(totals, scale[of_unit])).toarray()
    return _about_means(squares, sums, scale * centre / stage.n_psu)


def _respondents_by_domain(
    influences: Influences, design: DesignArrays, stage: Stage, scale: Floats, centre: Floats
) -> Floats:
    """Return the covariance where each respondent is a unit, without an n x k matrix."""
    sums = influences.totals(design.weight, stage.stratum, stage.n_strata)
    size = design.weight if design.weight_square is None else np.sqrt(design.weight_square)
    root = Influences(
        influences.values * (size * np.sqrt(scale)[stage.stratum])[:, None],
        influences.domain,
        influences.n_domains,
    )
    return _about_means(root.crossproduct(), sums, scale * centre / stage.n_psu)


def _about_means(squares: Floats, sums: Matrix, factor: Floats) -> Floats:
    means = sparse.csr_array(sums)
    corrections = (means.T @ _row_scaled(means, factor)).toarray()
    return _without_rounding(squares - corrections, squares.diagonal())


def _scales(stage: Stage, lonely: LonelyPsu, number: int) -> tuple[Floats, Floats]:
    """Return by stratum the factor of the sum of squares, and 1 where it is about the mean."""
    alone = (stage.n_psu == 1) & (stage.not_sampled > 1e-7)
    if lonely == "fail" and alone.any():
        raise UsageError(
            f"{int(alone.sum())} strata have only one PSU at stage {number}; join strata or "
            "choose `lonely_psu` = 'adjust', 'average' or 'remove'."
        )
    scale = stage.multiplier * stage.not_sampled * stage.n_psu / np.maximum(stage.n_psu - 1, 1)
    if lonely in ("remove", "average"):
        scale = np.where(alone, 0.0, scale)
    if lonely == "average":
        scale = scale * _average_factor(stage, alone)
    return scale, np.where(alone, 0.0, 1.0)


def _average_factor(stage: Stage, alone: npt.NDArray[np.bool_]) -> Floats:
    strata = np.bincount(stage.parent)
    usable = np.bincount(stage.parent, weights=~alone)
    if (usable[stage.parent] == 0).any():
        raise UsageError("Every stratum has only one PSU; `lonely_psu` 'average' has no average.")
    return np.asarray((strata / np.maximum(usable, 1))[stage.parent])


def _row_scaled(matrix: sparse.csr_array, factor: Floats) -> sparse.csr_array:
    scaled = matrix.copy()
    scaled.data = scaled.data * np.repeat(factor, np.diff(matrix.indptr))
    return scaled


def _without_rounding(covariance: Floats, squares: Floats) -> Floats:
    none = covariance.diagonal() <= ROUNDING * squares
    covariance[none, :] = 0.0
    covariance[:, none] = 0.0
    return covariance


def _slopes(influences: Influences, design: DesignArrays) -> Floats:
    """Return B of the regression of the influences on the auxiliaries, q x k."""
    base = design.projection_weight
    ones = np.ones(len(design))
    x = stacked([part.matrix(ones) for part in design.auxiliaries])
    weighted = stacked([part.matrix(base) for part in design.auxiliaries])
    moments = _dense(weighted.T @ x)
    size = np.sqrt(np.where(moments.diagonal() > 0, moments.diagonal(), 1.0))
    inverse = np.linalg.pinv(moments / np.outer(size, size), hermitian=True)
    cross = _dense(weighted.T @ influences.matrix(ones))
    return np.asarray((inverse @ (cross / size[:, None])) / size[:, None])


def _residuals(
    influences: Influences,
    design: DesignArrays,
    slopes: Floats,
    stage: Stage,
    scale: Floats,
    centre: Floats,
) -> Floats:
    """Return the covariance of the totals of u - x B, a block of units at a time."""
    u = _totals(influences, design.weight, stage)
    x = stacked([_totals(part, design.weight, stage) for part in design.auxiliaries])
    of_unit, count = stage.psu_stratum, stage.n_strata
    means = _dense(grouped(u, of_unit, count)) - _dense(grouped(x, of_unit, count)) @ slopes
    means *= (centre / stage.n_psu)[:, None]
    covariance = np.zeros((u.shape[1],) * 2)
    for start in range(0, len(of_unit), BLOCK):
        rows = slice(start, start + BLOCK)
        block = _dense(u[rows]) - _dense(x[rows]) @ slopes - means[of_unit[rows]]
        covariance += block.T @ (block * scale[of_unit[rows]][:, None])
    return covariance


def _dense(matrix: Any) -> Floats:
    return np.asarray(matrix.toarray() if hasattr(matrix, "toarray") else matrix)
