"""The simulated instrument: items in their factors, thresholds, and what drives satisfaction.

The names are those of the codebook ``kbnn-assumed``; a test holds both together.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FACTOR_ITEMS: dict[str, tuple[str, ...]] = {
    "online": ("online_access", "online_stability", "online_ease", "online_tracking"),
    "publicity": ("publicity_posted", "publicity_updated", "publicity_clear"),
    "guidance": ("guidance_complete", "guidance_once", "guidance_support"),
    "time": ("time_on_time", "time_waiting", "time_notice"),
    "staff": ("staff_attitude", "staff_capacity", "staff_responsive", "staff_integrity"),
    "result": ("result_correct", "result_complete", "result_delivery"),
    "feedback": ("feedback_channel", "feedback_handled", "feedback_notified"),
}
FACTORS: tuple[str, ...] = tuple(FACTOR_ITEMS)
FACTOR_OF: dict[str, str] = {
    item: factor for factor, items in FACTOR_ITEMS.items() for item in items
}
BLOCK_ITEMS: tuple[str, ...] = tuple(FACTOR_OF)
OVERALL_ITEMS: tuple[str, ...] = ("overall_system", "overall_treasury")
RATED_ITEMS: tuple[str, ...] = BLOCK_ITEMS + OVERALL_ITEMS
PRIORITY_ITEMS: dict[str, str] = {f"priority_{factor}": factor for factor in FACTORS}

THRESHOLDS: npt.NDArray[np.float64] = np.array([-2.75, -2.41, -1.881, -0.05])
"""Latent cut points between the answers 1|2|3|4|5 of an item of difficulty 0."""

DIFFICULTY: dict[str, float] = {
    "online_access": -0.05,
    "online_stability": 0.30,
    "online_ease": 0.05,
    "online_tracking": 0.00,
    "publicity_posted": -0.15,
    "publicity_updated": -0.05,
    "publicity_clear": 0.10,
    "guidance_complete": 0.05,
    "guidance_once": 0.20,
    "guidance_support": 0.00,
    "time_on_time": 0.00,
    "time_waiting": 0.15,
    "time_notice": 0.10,
    "staff_attitude": 0.00,
    "staff_capacity": 0.05,
    "staff_responsive": 0.15,
    "staff_integrity": -0.10,
    "result_correct": -0.15,
    "result_complete": -0.10,
    "result_delivery": -0.05,
    "feedback_channel": 0.05,
    "feedback_handled": 0.20,
    "feedback_notified": 0.15,
    "overall_system": 0.05,
    "overall_treasury": 0.00,
}
"""How much higher an item's thresholds lie: a harder item is answered lower."""

LOADING = 0.85
"""Correlation of an item with its factor within an office."""

FACTOR_CORRELATION = 0.55
"""Correlation of two factors within an office: the share of the general impression."""

WEIGHTS: dict[str, dict[str, float]] = {
    "overall_treasury": {
        "online": 0.04,
        "publicity": 0.06,
        "guidance": 0.10,
        "time": 0.22,
        "staff": 0.30,
        "result": 0.16,
        "feedback": 0.12,
    },
    "overall_system": {
        "online": 0.32,
        "publicity": 0.18,
        "guidance": 0.12,
        "time": 0.14,
        "staff": 0.08,
        "result": 0.10,
        "feedback": 0.06,
    },
}
"""Coefficients of the factors' latents in the latent of each overall item; each sums to 1."""

LOCAL_SHARE: dict[str, float] = {"overall_treasury": 1.0, "overall_system": 0.5}
"""How much of the local effects (province, office) enters the judgement of each object."""

PRIORITY_SHARES: dict[str, tuple[float, float, float]] = {
    "online": (0.05, 0.30, 0.65),
    "publicity": (0.20, 0.50, 0.30),
    "guidance": (0.15, 0.50, 0.35),
    "time": (0.06, 0.34, 0.60),
    "staff": (0.20, 0.50, 0.30),
    "result": (0.10, 0.40, 0.50),
    "feedback": (0.30, 0.50, 0.20),
}
"""Stated priority: shares of little, much, very much. Online is named first, staff drives most."""


def weight_vector(outcome: str) -> npt.NDArray[np.float64]:
    """Return the driver weights of an overall item in the order of `FACTORS`, shape (7,).

    Examples
    --------
    >>> weight_vector("overall_treasury").sum().round(12)
    np.float64(1.0)
    """
    return np.array([WEIGHTS[outcome][factor] for factor in FACTORS])


def explained_variance(outcome: str) -> float:
    """Return the latent R² within an office: w'Rw, where the person's latent has variance 1.

    Examples
    --------
    >>> round(explained_variance("overall_treasury"), 4)
    0.6371
    """
    squares = float((weight_vector(outcome) ** 2).sum())
    return FACTOR_CORRELATION + (1 - FACTOR_CORRELATION) * squares


def item_thresholds(items: tuple[str, ...] = RATED_ITEMS) -> npt.NDArray[np.float64]:
    """Return the four thresholds of each item, shape (items, 4)."""
    return np.array([THRESHOLDS + DIFFICULTY[item] for item in items])
