"""A diagnosis: what was found when data or a method were looked at."""

from __future__ import annotations

from dataclasses import dataclass

from kbnn_analysis.results.result import Result


@dataclass(frozen=True, kw_only=True)
class Diagnosis(Result):
    """Findings by item, by flag or by check; facts that belong to no row stand in ``notes``."""
