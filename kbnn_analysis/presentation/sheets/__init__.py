"""One page for each unit, against the figure of the whole country."""

from kbnn_analysis.presentation.sheets.facts import SheetFacts
from kbnn_analysis.presentation.sheets.sheet import province_sheet

__all__ = ["SheetFacts", "province_sheet"]
