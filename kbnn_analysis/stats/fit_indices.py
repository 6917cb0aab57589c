"""How well a covariance structure fits: CFI, TLI, RMSEA with its interval, SRMR."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.stats import chi2 as chi2_law
from scipy.stats import ncx2

from kbnn_analysis.stats.cfa import CfaFit
from kbnn_analysis.stats.cfa_model import CfaMoments

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class FitIndices:
    """Fit of a model beside the model of uncorrelated items.

    ``rmsea_low`` and ``rmsea_high`` are the ends of the 90 % interval, as is usual. ``chi2`` is
    the statistic that the indices rest on (the scaled one where answers are ordered).
    """

    chi2: float
    df: int
    p_value: float
    cfi: float
    tli: float
    rmsea: float
    rmsea_low: float
    rmsea_high: float
    srmr: float


def fit_indices(
    chi2: float,
    df: int,
    baseline_chi2: float,
    baseline_df: int,
    n: float,
    srmr: float,
    *,
    groups: int = 1,
) -> FitIndices:
    """Return the indices from the statistics of a model and of the baseline model.

    Parameters
    ----------
    chi2 : float
        Statistic of the model against the saturated model.
    df : int
        Its degrees of freedom.
    baseline_chi2 : float
        The same of the baseline model.
    baseline_df : int
        Its degrees of freedom.
    n : float
        Respondents.
    srmr : float
        Standardized root mean residual.
    groups : int
        Number of groups (Steiger's correction of the RMSEA).

    Returns
    -------
    FitIndices
        With df = 0 a model fits perfectly: CFI and TLI 1, RMSEA 0.

    References
    ----------
    Bentler, P. M. (1990). *Psychological Bulletin* 107, 238-246. Steiger, J. H. (1998).
    *Structural Equation Modeling* 5, 411-419. In R: ``lavaan::fitMeasures``.

    Examples
    --------
    >>> found = fit_indices(85.306, 24, 918.852, 36, 301, 0.065)
    >>> round(found.cfi, 3), round(found.tli, 3), round(found.rmsea, 3)
    (0.931, 0.896, 0.092)
    """
    if df == 0:
        return FitIndices(chi2, 0, float("nan"), 1.0, 1.0, 0.0, 0.0, 0.0, srmr)
    excess, base = max(chi2 - df, 0.0), baseline_chi2 - baseline_df
    cfi = 1.0 - excess / max(excess, base, 1e-300)
    ratio, base_ratio = chi2 / df, baseline_chi2 / baseline_df
    scale = groups / (n * df)
    return FitIndices(
        chi2=chi2,
        df=df,
        p_value=float(chi2_law.sf(chi2, df)),
        cfi=cfi,
        tli=(base_ratio - ratio) / (base_ratio - 1.0),
        rmsea=float(np.sqrt(excess * scale)),
        rmsea_low=float(np.sqrt(_noncentrality(chi2, df, 0.95) * scale)),
        rmsea_high=float(np.sqrt(_noncentrality(chi2, df, 0.05) * scale)),
        srmr=srmr,
    )


def cfa_fit_indices(fit: CfaFit, moments: Sequence[CfaMoments]) -> FitIndices:
    """Return the fit indices of a maximum-likelihood fit.

    Parameters
    ----------
    fit : CfaFit
        The fitted model.
    moments : sequence of CfaMoments
        What it was fitted to.

    Returns
    -------
    FitIndices
        The SRMR leaves the means out for one group (where they fit exactly) and counts them for
        several, as lavaan does.

    Examples
    --------
    >>> from kbnn_analysis.stats.cfa import fit_cfa
    >>> from kbnn_analysis.stats.cfa_model import one_group
    >>> spread = np.full((4, 4), 0.5) + 0.5 * np.eye(4)
    >>> seen = [CfaMoments(np.zeros(4), spread, 100)]
    >>> round(cfa_fit_indices(fit_cfa(seen, one_group([0] * 4)), seen).cfi, 6)
    1.0
    """
    items, groups = fit.model.n_items, len(moments)
    baseline = sum(-g.n * np.linalg.slogdet(_scaled(g.covariance, g))[1] for g in moments)
    return fit_indices(
        fit.chi2,
        fit.df,
        float(baseline),
        groups * items * (items - 1) // 2,
        float(fit.n.sum()),
        _srmr(fit, moments),
        groups=groups,
    )


def _srmr(fit: CfaFit, moments: Sequence[CfaMoments]) -> float:
    total = 0.0
    for part, seen in zip(fit.groups, moments, strict=True):
        sigma, mu = part.implied()
        residual = _scaled(seen.covariance - sigma, seen)[np.tril_indices(len(sigma))]
        squares = residual**2
        if len(moments) > 1:
            squares = np.concatenate([squares, (seen.mean - mu) ** 2 / np.diag(seen.covariance)])
        total += seen.n * float(np.sqrt(squares.mean()))
    return total / float(fit.n.sum())


def _scaled(matrix: Floats, seen: CfaMoments) -> Floats:
    size = np.sqrt(np.diag(seen.covariance))
    return np.asarray(matrix / np.outer(size, size))


def _noncentrality(chi2: float, df: int, level: float) -> float:
    """Return the noncentrality at which `chi2` is the `level` quantile; 0 where there is none."""
    if chi2_law.cdf(chi2, df) < level:
        return 0.0
    high = max(chi2, 1.0)
    while ncx2.cdf(chi2, df, high) > level:
        high *= 2
    return float(brentq(lambda nc: ncx2.cdf(chi2, df, max(nc, 1e-12)) - level, 0.0, high))
