"""Files in; a validated survey out."""

from kbnn_analysis.intake.codebook import Attribute, Codebook, Item, Scale, Text
from kbnn_analysis.intake.codebooks import list_codebooks, load_codebook
from kbnn_analysis.intake.problems import problems_frame, write_problems
from kbnn_analysis.intake.quality import respondent_flags
from kbnn_analysis.intake.quality_summary import flag_summary, item_quality
from kbnn_analysis.intake.raw import SIMULATED_MARK, RawResponses
from kbnn_analysis.intake.reading import READERS, read_raw
from kbnn_analysis.intake.survey import Design, Survey, Target
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
    "flag_summary",
    "item_quality",
    "list_codebooks",
    "load_codebook",
    "problems_frame",
    "read_raw",
    "respondent_flags",
    "validate",
    "write_problems",
]
