"""Sentences made from results and from nothing else, hedged by their uncertainty."""

from kbnn_analysis.presentation.narrative.comparison import describe_comparison
from kbnn_analysis.presentation.narrative.estimates import describe_estimate
from kbnn_analysis.presentation.narrative.hidden import describe_hidden
from kbnn_analysis.presentation.narrative.method import describe_method
from kbnn_analysis.presentation.narrative.promise import NOT_PROMISED, PROMISE, describe_promise
from kbnn_analysis.presentation.narrative.quality import describe_quality
from kbnn_analysis.presentation.narrative.ranking import describe_ranking

__all__ = [
    "NOT_PROMISED",
    "PROMISE",
    "describe_comparison",
    "describe_estimate",
    "describe_hidden",
    "describe_method",
    "describe_promise",
    "describe_quality",
    "describe_ranking",
]
