"""A survey in; results out."""

from kbnn_analysis.inference.best_units import best_set
from kbnn_analysis.inference.change import change
from kbnn_analysis.inference.comparison import compare
from kbnn_analysis.inference.estimation import estimate
from kbnn_analysis.inference.funnel import funnel
from kbnn_analysis.inference.heterogeneity import heterogeneity
from kbnn_analysis.inference.joining_periods import join_periods
from kbnn_analysis.inference.letter_groups import letter_groups
from kbnn_analysis.inference.measure_sets import (
    factor_measures,
    headline_measures,
    item_measures,
    item_scales,
    level_measures,
    overall_measures,
)
from kbnn_analysis.inference.measures import (
    Measure,
    level_share,
    mean_score,
    pooled,
    top_box,
    two_box,
)
from kbnn_analysis.inference.nonresponse import weight_for_nonresponse
from kbnn_analysis.inference.quantiles import estimate_quantiles
from kbnn_analysis.inference.rank_change import rank_change
from kbnn_analysis.inference.ranking import rank
from kbnn_analysis.inference.rated_objects import by_object, rated_objects
from kbnn_analysis.inference.replication import bootstrap, given_replication, jackknife
from kbnn_analysis.inference.respondent_kinds import respondent_kinds
from kbnn_analysis.inference.respondents_needed import respondents_to_settle
from kbnn_analysis.inference.shrinkage import shrink
from kbnn_analysis.inference.totals import estimate_totals

__all__ = [
    "Measure",
    "best_set",
    "bootstrap",
    "by_object",
    "change",
    "compare",
    "estimate",
    "estimate_quantiles",
    "estimate_totals",
    "factor_measures",
    "funnel",
    "given_replication",
    "headline_measures",
    "heterogeneity",
    "item_measures",
    "item_scales",
    "jackknife",
    "join_periods",
    "letter_groups",
    "level_measures",
    "level_share",
    "mean_score",
    "overall_measures",
    "pooled",
    "rank",
    "rank_change",
    "rated_objects",
    "respondent_kinds",
    "respondents_to_settle",
    "shrink",
    "top_box",
    "two_box",
    "weight_for_nonresponse",
]
