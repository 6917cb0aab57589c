"""A survey in; results out."""

from kbnn_analysis.inference.estimation import estimate
from kbnn_analysis.inference.measure_sets import (
    factor_measures,
    headline_measures,
    item_measures,
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
from kbnn_analysis.inference.ranking import rank

__all__ = [
    "Measure",
    "estimate",
    "factor_measures",
    "headline_measures",
    "item_measures",
    "level_measures",
    "level_share",
    "mean_score",
    "overall_measures",
    "pooled",
    "rank",
    "top_box",
    "two_box",
]
