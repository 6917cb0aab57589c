"""Control limits and scores of one set of units, rates or means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import stats

from kbnn_analysis.inference.effective_counts import UnitSet
from kbnn_analysis.stats.funnel import RateFunnel, mean_limits, rate_funnel
from kbnn_analysis.stats.overdispersion import overdispersion

Floats = npt.NDArray[np.float64]
LINE_POINTS = 120


@dataclass(frozen=True)
class Asked:
    """What was asked of a funnel, see :func:`kbnn_analysis.inference.funnel.funnel`."""

    target: float | None
    adjust: str
    winsorize: float
    limit_level: float
    warn_level: float


@dataclass(frozen=True)
class Part:
    """The funnel of one set of units: its columns, its lines and its facts."""

    columns: dict[str, Any]
    lines: pd.DataFrame
    facts: dict[str, Any]


def funnel_of_rates(units: UnitSet, asked: Asked) -> Part:
    """Return exact limits and scores of a set of rates."""
    found = rate_funnel(
        units.count,
        units.n_eff,
        target=asked.target,
        adjust=asked.adjust,
        winsorize=asked.winsorize,
    )
    columns = {
        "target": found.target,
        **_limits_of_rates(found, asked, found.n),
        "statistic": found.z,
        "p_value": found.p_value,
    }
    n = _line_answers(units.n)
    lines = pd.DataFrame(
        {"n": n, "target": found.target, **_limits_of_rates(found, asked, n / units.deff)}
    )
    facts = {"phi": found.spread.phi, "tau": float(np.sqrt(found.spread.tau2)), "deff": units.deff}
    return Part(columns, lines, facts)


def _limits_of_rates(found: RateFunnel, asked: Asked, n: Floats) -> dict[str, Floats]:
    low, high = found.limits(asked.limit_level, n)
    warn_low, warn_high = found.limits(asked.warn_level, n)
    return {"limit_low": low, "limit_high": high, "warn_low": warn_low, "warn_high": warn_high}


def funnel_of_means(units: UnitSet, asked: Asked) -> Part:
    """Return normal limits and scores of a set of means."""
    variance = units.smoothed_variance
    target = asked.target
    if target is None:
        target = float(np.average(units.estimate, weights=1.0 / variance))
    error = np.sqrt(variance)
    spread = overdispersion(units.estimate, target, error, winsorize=asked.winsorize)
    tau2 = spread.tau2 if asked.adjust == "additive" else 0.0
    phi = max(spread.phi, 1.0) if asked.adjust == "multiplicative" else 1.0
    z = (units.estimate - target) / np.sqrt(phi * variance + tau2)
    n = _line_answers(units.n)
    line_error = np.sqrt(float(variance[0] * units.n[0]) / n)
    limits = [_limits_of_means(target, each, (tau2, phi), asked) for each in (error, line_error)]
    columns = {"target": target, **limits[0], "statistic": z, "p_value": 2 * stats.norm.sf(abs(z))}
    lines = pd.DataFrame({"n": n, "target": target, **limits[1]})
    return Part(columns, lines, {"phi": spread.phi, "tau": float(np.sqrt(spread.tau2))})


def _limits_of_means(
    target: float, error: Floats, spread: tuple[float, float], asked: Asked
) -> dict[str, Floats]:
    low, high = mean_limits(target, error, *spread, asked.limit_level)
    warn_low, warn_high = mean_limits(target, error, *spread, asked.warn_level)
    return {"limit_low": low, "limit_high": high, "warn_low": warn_low, "warn_high": warn_high}


def _line_answers(n: Floats) -> Floats:
    return np.geomspace(max(n.min() * 0.8, 1.0), n.max() * 1.1, LINE_POINTS)
