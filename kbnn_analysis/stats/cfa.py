"""Confirmatory factor analysis with simple structure, in one group or in several at once.

Each item loads on one factor: Sigma = L Phi L' + diag(theta), mu = nu + L kappa. Normal-theory
maximum likelihood by Fisher scoring; equal parameters across groups are one free parameter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kbnn_analysis.errors import UsageError
from kbnn_analysis.stats.cfa_model import CfaModel, CfaMoments, GroupModel
from kbnn_analysis.stats.cfa_start import starting_values

Floats = npt.NDArray[np.float64]
MOST_STEPS = 500
TOLERANCE = 1e-10
LEAST_ROOT = 1e-9


@dataclass(frozen=True)
class CfaFit:
    """A fitted model.

    Parameters
    ----------
    groups : tuple of GroupModel
        Loadings, factor covariances, uniquenesses, intercepts, factor means of each group.
    parameters : ndarray of shape (q,)
        The free parameters, as numbered by ``model.free``.
    covariance : ndarray of shape (q, q)
        Of the parameters, by the expected information (answers normal, respondents independent).
    discrepancy : float
        Minimum of the likelihood discrepancy, groups weighted by their n.
    n : ndarray of shape (G,)
        Respondents by group.
    df : int
        Moments less parameters.
    model : CfaModel
        What was fitted.
    improper : bool
        Whether a uniqueness is negative or a factor covariance not positive definite (Heywood).
    """

    groups: tuple[GroupModel, ...]
    parameters: Floats
    covariance: Floats
    discrepancy: float
    n: Floats
    df: int
    model: CfaModel
    improper: bool

    @property
    def chi2(self) -> float:
        """Return the likelihood-ratio statistic against the saturated model."""
        return float(self.n.sum() * self.discrepancy)

    @property
    def std_error(self) -> Floats:
        """Return the standard errors of the parameters."""
        return np.asarray(np.sqrt(np.diag(self.covariance)))


def fit_cfa(moments: Sequence[CfaMoments], model: CfaModel) -> CfaFit:
    r"""Fit a model to means and covariances by normal-theory maximum likelihood.

    The discrepancy of a group is
    :math:`\log|\Sigma| - \log|S| + tr(S\Sigma^{-1}) - p + (\bar y-\mu)'\Sigma^{-1}(\bar y-\mu)`.

    Parameters
    ----------
    moments : sequence of CfaMoments
        Mean, covariance (divisor n) and n of each group.
    model : CfaModel
        Pattern and constraints; see :func:`kbnn_analysis.stats.cfa_model.one_group` and
        :func:`kbnn_analysis.stats.cfa_model.equal_groups`.

    Returns
    -------
    CfaFit

    Raises
    ------
    UsageError
        If a covariance is not positive definite, the model has more parameters than moments, or
        the fit does not converge.

    Notes
    -----
    Uniquenesses are not kept positive: a Heywood case is told in ``improper``, never hidden.

    References
    ----------
    Jöreskog, K. G. (1971). *Psychometrika* 36, 409-426. In R:
    ``lavaan::cfa(model, d, std.lv = TRUE, group =, group.equal =)``.

    Examples
    --------
    >>> from kbnn_analysis.stats.cfa_model import one_group
    >>> loads = np.array([0.9, 0.8, 0.7, 0.6])
    >>> exact = np.outer(loads, loads) + np.diag(1 - loads**2)
    >>> fit = fit_cfa([CfaMoments(np.zeros(4), exact, 100)], one_group([0, 0, 0, 0]))
    >>> fit.groups[0].loadings.round(4).tolist(), round(abs(fit.chi2), 6), fit.df
    ([0.9, 0.8, 0.7, 0.6], 0.0, 2)
    """
    df = _check(moments, model)
    n = np.array([group.n for group in moments], dtype=float)
    share = n / n.sum()
    theta = starting_values(moments, model)
    value, slope, information = _evaluate(theta, moments, model, share)
    for _ in range(MOST_STEPS):
        step = np.asarray(-np.linalg.lstsq(information, slope, rcond=1e-14)[0], dtype=np.float64)
        if abs(float(slope @ step)) < 1e-18 or np.abs(step).max() < TOLERANCE:
            break
        theta, value, slope, information = _search(theta, step, value, slope, moments, model, share)
    else:
        raise UsageError(
            "the factor model did not converge: too few respondents, or items of one factor that "
            "hardly correlate; leave items out or ask for fewer factors."
        )
    groups = tuple(model.unpack(theta))
    return CfaFit(
        groups=groups,
        parameters=theta,
        covariance=np.asarray(np.linalg.pinv(information, hermitian=True) * 2 / n.sum()),
        discrepancy=max(value, 0.0),
        n=n,
        df=df,
        model=model,
        improper=any(_is_improper(group) for group in groups),
    )


def _search(
    theta: Floats,
    step: Floats,
    value: float,
    slope: Floats,
    moments: Sequence[CfaMoments],
    model: CfaModel,
    share: Floats,
) -> tuple[Floats, float, Floats, Floats]:
    """Go the step, or the largest half of halves of it that does not raise the discrepancy."""
    size = 1.0
    for _ in range(40):
        trial = theta + size * step
        found, new_slope, information = _evaluate(trial, moments, model, share)
        if found <= value + 1e-4 * size * float(slope @ step) + 1e-13:
            return trial, found, new_slope, information
        size /= 2
    found, new_slope, information = _evaluate(theta, moments, model, share)
    return theta, found, np.zeros_like(new_slope), information


def _evaluate(
    theta: Floats, moments: Sequence[CfaMoments], model: CfaModel, share: Floats
) -> tuple[float, Floats, Floats]:
    """Return the discrepancy, its slope and its expected second derivative."""
    value, slope = 0.0, np.zeros(len(theta))
    information = np.zeros((len(theta), len(theta)))
    for group, (parts, seen) in enumerate(zip(model.unpack(theta), moments, strict=True)):
        sigma, mu = parts.implied()
        roots = np.linalg.eigvalsh(sigma)
        if roots[0] < LEAST_ROOT * roots[-1]:
            return np.inf, slope, information
        inverse = np.asarray(np.linalg.inv(sigma))
        left = seen.mean - mu
        spread = seen.covariance + np.outer(left, left)
        value += share[group] * (
            float(np.log(roots).sum() - np.linalg.slogdet(seen.covariance)[1])
            + float(np.sum(spread * inverse))
            - len(sigma)
        )
        d_sigma, d_mu = parts.derivatives()
        weighted = inverse @ d_sigma @ inverse
        by_group = np.einsum("qij,ij->q", weighted, sigma - spread) - 2 * d_mu @ inverse @ left
        flat = weighted.reshape(len(weighted), -1) @ d_sigma.reshape(len(d_sigma), -1).T
        second = flat + 2 * d_mu @ inverse @ d_mu.T
        into = model.into(group)
        slope += share[group] * into.T @ by_group
        information += share[group] * into.T @ second @ into
    return value, slope, information


def _is_improper(group: GroupModel) -> bool:
    return bool((group.uniqueness < 0).any() or np.linalg.eigvalsh(group.factor_covariance)[0] < 0)


def _check(moments: Sequence[CfaMoments], model: CfaModel) -> int:
    items = model.n_items
    for number, group in enumerate(moments, start=1):
        if np.linalg.eigvalsh(group.covariance)[0] <= 1e-12 * np.trace(group.covariance):
            raise UsageError(
                f"the covariance of group {number} is not positive definite: an item is constant, "
                "or a sum of others; leave it out."
            )
    df = len(moments) * (items * (items + 1) // 2 + items) - model.n_free
    if df < 0:
        raise UsageError(
            f"{model.n_free} parameters are more than the moments of {items} items; a factor "
            "needs three items, or two beside other factors."
        )
    return df
