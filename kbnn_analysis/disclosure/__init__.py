"""Results that may be shared out."""

from kbnn_analysis.disclosure.disclosing import disclose
from kbnn_analysis.disclosure.rules import (
    FLOOR,
    PROFILES,
    SIDE_FLOOR,
    Profile,
    Rules,
    few_answers,
    hidden_rows,
)

__all__ = [
    "FLOOR",
    "PROFILES",
    "SIDE_FLOOR",
    "Profile",
    "Rules",
    "disclose",
    "few_answers",
    "hidden_rows",
]
