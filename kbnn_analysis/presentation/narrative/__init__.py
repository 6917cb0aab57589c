"""Sentences made from results and from nothing else, hedged by their uncertainty."""

from kbnn_analysis.presentation.narrative.breaks import describe_breaks, describe_earlier
from kbnn_analysis.presentation.narrative.candidate import describe_candidate
from kbnn_analysis.presentation.narrative.change import describe_change
from kbnn_analysis.presentation.narrative.comparison import describe_comparison
from kbnn_analysis.presentation.narrative.estimates import describe_estimate
from kbnn_analysis.presentation.narrative.extremes import describe_extremes
from kbnn_analysis.presentation.narrative.funnel import describe_funnel, describe_heterogeneity
from kbnn_analysis.presentation.narrative.groups import describe_best_units, describe_letters
from kbnn_analysis.presentation.narrative.hidden import describe_hidden
from kbnn_analysis.presentation.narrative.method import describe_method, describe_methods
from kbnn_analysis.presentation.narrative.missing import describe_missing
from kbnn_analysis.presentation.narrative.precision import describe_precision
from kbnn_analysis.presentation.narrative.promise import NOT_PROMISED, PROMISE, describe_promise
from kbnn_analysis.presentation.narrative.quality import describe_quality
from kbnn_analysis.presentation.narrative.rank_change import describe_rank_change
from kbnn_analysis.presentation.narrative.ranking import describe_leader, describe_ranking
from kbnn_analysis.presentation.narrative.respondents import describe_kinds, describe_respondents
from kbnn_analysis.presentation.narrative.scales import (
    describe_alignment,
    describe_invariance,
    describe_reliability,
)
from kbnn_analysis.presentation.narrative.shrinkage import (
    describe_probably_best,
    describe_respondents_needed,
    describe_shrinkage,
    describe_unit_reliability,
)
from kbnn_analysis.presentation.narrative.summary import (
    describe_headline,
    describe_summary,
    describe_tiers,
)
from kbnn_analysis.presentation.narrative.totals import describe_totals

__all__ = [
    "NOT_PROMISED",
    "PROMISE",
    "describe_alignment",
    "describe_best_units",
    "describe_breaks",
    "describe_candidate",
    "describe_change",
    "describe_comparison",
    "describe_earlier",
    "describe_estimate",
    "describe_extremes",
    "describe_funnel",
    "describe_headline",
    "describe_heterogeneity",
    "describe_hidden",
    "describe_invariance",
    "describe_kinds",
    "describe_leader",
    "describe_letters",
    "describe_method",
    "describe_methods",
    "describe_missing",
    "describe_precision",
    "describe_probably_best",
    "describe_promise",
    "describe_quality",
    "describe_rank_change",
    "describe_ranking",
    "describe_reliability",
    "describe_respondents",
    "describe_respondents_needed",
    "describe_shrinkage",
    "describe_summary",
    "describe_tiers",
    "describe_totals",
    "describe_unit_reliability",
]
