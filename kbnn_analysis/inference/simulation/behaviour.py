"""How respondents behave: channel, procedure, what does not apply, straight lines, gaps."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from kbnn_analysis.inference.simulation.instrument import FACTOR_OF, RATED_ITEMS
from kbnn_analysis.inference.simulation.population import RESPONDENT_TYPES

CHANNELS: tuple[str, ...] = ("online", "counter", "both")
CHANNEL_SHARES: dict[str, tuple[float, float, float]] = {
    "budget_unit": (0.78, 0.03, 0.19),
    "project_board": (0.70, 0.05, 0.25),
    "organisation": (0.55, 0.20, 0.25),
    "individual": (0.35, 0.45, 0.20),
}
PROCEDURES: tuple[str, ...] = ("payment", "account", "revenue", "reconciliation", "other")
PROCEDURE_SHARES: dict[str, tuple[float, ...]] = {
    "budget_unit": (0.66, 0.08, 0.08, 0.14, 0.04),
    "project_board": (0.76, 0.06, 0.02, 0.12, 0.04),
    "organisation": (0.20, 0.20, 0.42, 0.10, 0.08),
    "individual": (0.10, 0.22, 0.56, 0.02, 0.10),
}
STRAIGHT_LINER_SHARE = 0.06
"""Respondents who give all rated items the answer that they give to the overall treasury item."""
MISSING_SHARE = 0.02
"""Answers left out, item by item, whoever answers."""
MISSING_CODES: dict[str, float] = {"": 0.6, "0": 0.3, "9": 0.1}
NOT_APPLICABLE_CODE = "6"
COMMENT_SHARE = 0.12
NO_FEEDBACK_SHARE = 0.20
"""Respondents who never sent feedback: all items of that factor do not apply to them."""
_BY_CHANNEL = {  # share to whom the item does not apply: online, counter, both
    "online": (0.0, 0.60, 0.0),
    "feedback": (NO_FEEDBACK_SHARE,) * 3,
    "time_waiting": (0.12, 0.0, 0.0),
    "guidance_support": (0.05, 0.02, 0.02),
}

Floats = npt.NDArray[np.float64]


def channel_shares() -> Floats:
    """Return the share of each channel by respondent type, shape (4, 3)."""
    return np.array([CHANNEL_SHARES[kind] for kind in RESPONDENT_TYPES])


def procedure_shares() -> Floats:
    """Return the share of each procedure by respondent type, shape (4, 5)."""
    return np.array([PROCEDURE_SHARES[kind] for kind in RESPONDENT_TYPES])


def not_applicable_by_channel() -> Floats:
    """Return the share to whom each item does not apply, shape (3 channels, items)."""
    columns = [
        _BY_CHANNEL.get(item, _BY_CHANNEL.get(FACTOR_OF.get(item, ""), (0.0, 0.0, 0.0)))
        for item in RATED_ITEMS
    ]
    return np.array(columns).T


def applicable_by_type() -> Floats:
    """Return the share of each respondent type to whom each item applies, shape (4, items)."""
    return 1.0 - channel_shares() @ not_applicable_by_channel()
