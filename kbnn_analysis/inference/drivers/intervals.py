"""Intervals of coefficients and shares, from their standard errors."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import stats

Floats = npt.NDArray[np.float64]


class Ends(NamedTuple):
    """Both ends of intervals."""

    low: Floats
    high: Floats


def t_ends(estimate: Floats, std_error: Floats, df: Floats | float, conf_level: float) -> Ends:
    """Return Student's t intervals; NaN without degrees of freedom."""
    half = t_quantile(df, conf_level) * std_error
    return Ends(estimate - half, estimate + half)


def share_ends(share: Floats, std_error: Floats, df: Floats | float, conf_level: float) -> Ends:
    """Return intervals of shares on the logit scale, so that they stay between 0 and 1.

    The standard error of the logit is that of the share over share * (1 - share).
    """
    inside = np.clip(share, 1e-12, 1 - 1e-12)
    half = t_quantile(df, conf_level) * std_error / (inside * (1 - inside))
    middle = np.log(inside / (1 - inside))
    ends = [1 / (1 + np.exp(-np.clip(middle + sign * half, -700, 700))) for sign in (-1, 1)]
    usable = (share > 0) & (share < 1)
    plain = t_ends(share, std_error, df, conf_level)
    low, high = np.clip(plain.low, 0.0, 1.0), np.clip(plain.high, 0.0, 1.0)
    return Ends(np.where(usable, ends[0], low), np.where(usable, ends[1], high))


def t_quantile(df: Floats | float, conf_level: float) -> Floats:
    """Return the two-sided quantile of Student's t; NaN without degrees of freedom."""
    freedom = np.asarray(df, dtype=float)
    quantile = stats.t.ppf((1 + conf_level) / 2, np.where(freedom > 0, freedom, 1.0))
    return np.asarray(np.where(freedom > 0, quantile, np.nan))


def p_values(statistic: Floats, df: Floats | float) -> Floats:
    """Return two-sided p-values of t statistics; NaN without degrees of freedom."""
    freedom = np.asarray(df, dtype=float)
    p = 2 * stats.t.sf(np.abs(statistic), np.where(freedom > 0, freedom, 1.0))
    return np.asarray(np.where(freedom > 0, p, np.nan))
