"""Tidy results: frames of one vocabulary that keep their promise."""

from kbnn_analysis.results.estimates import Estimates, MeasureInfo
from kbnn_analysis.results.result import Labels, Result
from kbnn_analysis.results.vocabulary import VOCABULARY, Column

__all__ = ["VOCABULARY", "Column", "Estimates", "Labels", "MeasureInfo", "Result"]
