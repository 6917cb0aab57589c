"""Files in; a validated survey out."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kbnn_analysis.intake.codebook import Attribute, Codebook, Item, Scale, Text
    from kbnn_analysis.intake.codebooks import list_codebooks, load_codebook
    from kbnn_analysis.intake.problems import problems_frame, write_problems
    from kbnn_analysis.intake.quality import respondent_flags
    from kbnn_analysis.intake.quality_summary import flag_summary, item_quality
    from kbnn_analysis.intake.raw import SIMULATED_MARK, RawResponses
    from kbnn_analysis.intake.reading import READERS, read_raw
    from kbnn_analysis.intake.stacking import stack_surveys
    from kbnn_analysis.intake.survey import Design, Survey, Target
    from kbnn_analysis.intake.themes import comment_themes
    from kbnn_analysis.intake.validation import validate

__all__ = [
    "READERS",
    "SIMULATED_MARK",
    "Attribute",
    "Codebook",
    "Design",
    "Item",
    "RawResponses",
    "Scale",
    "Survey",
    "Target",
    "Text",
    "comment_themes",
    "flag_summary",
    "item_quality",
    "list_codebooks",
    "load_codebook",
    "problems_frame",
    "read_raw",
    "respondent_flags",
    "stack_surveys",
    "validate",
    "write_problems",
]

_HOMES = {
    "Attribute": "codebook", "Codebook": "codebook", "Item": "codebook", "Scale": "codebook",
    "Text": "codebook", "list_codebooks": "codebooks", "load_codebook": "codebooks",
    "comment_themes": "themes",
    "problems_frame": "problems", "write_problems": "problems",
    "respondent_flags": "quality", "flag_summary": "quality_summary",
    "item_quality": "quality_summary", "SIMULATED_MARK": "raw", "RawResponses": "raw",
    "READERS": "reading", "read_raw": "reading",
    "stack_surveys": "stacking", "Design": "survey", "Survey": "survey", "Target": "survey",
    "validate": "validation",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    """Import a name when it is first used: reading a params file must not wait for pandas."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
