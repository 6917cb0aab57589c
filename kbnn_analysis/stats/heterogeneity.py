"""Do units differ, and by how much: Cochran's Q, tau², I², H² and the range of a new unit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from kbnn_analysis.errors import UsageError
from kbnn_analysis.stats.random_effects import (
    RandomEffects,
    checked_model,
    fit_random_effects,
    q_profile,
    weighted_fit,
)


@dataclass(frozen=True)
class Heterogeneity:
    """How far units differ beyond chance.

    Parameters
    ----------
    q : float
        Cochran's Q, chi-squared with `df` degrees of freedom where all units are alike.
    df : int
    p_value : float
    fit : RandomEffects
        The random-effects fit with its tau².
    tau2_low, tau2_high : float
        Q-profile interval of tau².
    typical_variance : float
        Higgins and Thompson's typical sampling variance, the scale of I² and H².
    conf_level : float
    """

    q: float
    df: int
    p_value: float
    fit: RandomEffects
    tau2_low: float
    tau2_high: float
    typical_variance: float
    conf_level: float

    @property
    def tau2(self) -> float:
        """Return the variance between units."""
        return self.fit.tau2

    @property
    def i2(self) -> float:
        """Return the part of the observed variance that is not chance, 0 to 1."""
        return self.tau2 / (self.tau2 + self.typical_variance)

    @property
    def i2_interval(self) -> tuple[float, float]:
        """Return the interval of I² that belongs to that of tau²."""
        low, high = (t / (t + self.typical_variance) for t in (self.tau2_low, self.tau2_high))
        return low, high

    @property
    def h2(self) -> float:
        """Return observed over sampling variance; 1 where units are alike."""
        return self.tau2 / self.typical_variance + 1.0

    @property
    def prediction_interval(self) -> tuple[float, float]:
        """Return where the true value of a new unit like these lies (intercept models)."""
        if len(self.fit.coefficients) != 1:
            raise UsageError("a prediction interval needs a model without covariates.")
        reach = float(stats.norm.ppf(0.5 + self.conf_level / 2)) * np.sqrt(
            self.tau2 + self.fit.covariance[0, 0]
        )
        mean = float(self.fit.coefficients[0])
        return mean - float(reach), mean + float(reach)


def heterogeneity(
    estimate: npt.ArrayLike,
    variance: npt.ArrayLike,
    covariates: npt.ArrayLike | None = None,
    *,
    method: str = "REML",
    conf_level: float = 0.95,
) -> Heterogeneity:
    """Return Q, tau², I² and H² of independent estimates with known variances.

    Parameters
    ----------
    estimate, variance : array of shape (m,)
        Estimates and their sampling variances, all above zero.
    covariates : array of shape (m, p), optional
        What the units are expected to differ by; residual heterogeneity is then told.
    method : {"REML", "ML", "PM", "DL"}
        How tau² is estimated.
    conf_level : float

    Returns
    -------
    Heterogeneity

    Raises
    ------
    UsageError
        As told by :func:`fit_random_effects`.

    Notes
    -----
    Q = sum of w (y - fitted)² with w = 1/v. I² says what part of the spread seen is real; it grows
    with n even when the units do not change, so read tau (in points) first.

    References
    ----------
    Higgins, J. P. T. and Thompson, S. G. (2002). *Statistics in Medicine* 21, 1539-1558.
    Viechtbauer, W. (2007). *Statistics in Medicine* 26, 37-52 (Q-profile).
    In R: ``res <- metafor::rma(y, v); confint(res); predict(res)``.

    Examples
    --------
    >>> found = heterogeneity([0.9, 0.95, 0.98, 0.99], [4e-4, 2e-4, 1e-4, 1e-4])
    >>> round(found.q, 2), found.df, round(found.i2, 2)
    (19.23, 3, 0.89)
    """
    y, v, X = checked_model(estimate, variance, covariates)
    fit = fit_random_effects(y, v, X, method=method)
    plain = weighted_fit(y, v, X, 0.0)
    df = len(y) - X.shape[1]
    tail = (1.0 - conf_level) / 2.0
    return Heterogeneity(
        q=plain.q,
        df=df,
        p_value=float(stats.chi2.sf(plain.q, df)),
        fit=fit,
        tau2_low=q_profile(y, v, X, float(stats.chi2.isf(tail, df))),
        tau2_high=q_profile(y, v, X, float(stats.chi2.ppf(tail, df))),
        typical_variance=df / plain.trace,
        conf_level=conf_level,
    )
