"""Results as figures: each takes a result and axes, draws what it holds, returns the axes."""

from kbnn_analysis.presentation.figures.alt_text import alt_text
from kbnn_analysis.presentation.figures.captions import caption_of
from kbnn_analysis.presentation.figures.change import plot_change
from kbnn_analysis.presentation.figures.comparison import plot_comparison, plot_pairs
from kbnn_analysis.presentation.figures.estimates import plot_estimates
from kbnn_analysis.presentation.figures.funnel import plot_funnel
from kbnn_analysis.presentation.figures.groups import plot_best_units, plot_letters
from kbnn_analysis.presentation.figures.heterogeneity import plot_heterogeneity
from kbnn_analysis.presentation.figures.items import plot_items
from kbnn_analysis.presentation.figures.likert import plot_likert
from kbnn_analysis.presentation.figures.needed import plot_respondents_needed
from kbnn_analysis.presentation.figures.quality import plot_quality
from kbnn_analysis.presentation.figures.ranking import plot_ranking
from kbnn_analysis.presentation.figures.shrinkage import plot_shrinkage
from kbnn_analysis.presentation.figures.specifications import plot_specifications
from kbnn_analysis.presentation.figures.trend import plot_trend

__all__ = [
    "alt_text",
    "caption_of",
    "plot_best_units",
    "plot_change",
    "plot_comparison",
    "plot_estimates",
    "plot_funnel",
    "plot_heterogeneity",
    "plot_items",
    "plot_letters",
    "plot_likert",
    "plot_pairs",
    "plot_quality",
    "plot_ranking",
    "plot_respondents_needed",
    "plot_shrinkage",
    "plot_specifications",
    "plot_trend",
]
