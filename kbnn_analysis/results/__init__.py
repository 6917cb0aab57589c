"""Tidy results: frames of one vocabulary that keep their promise."""

from kbnn_analysis.results.breaks import Break
from kbnn_analysis.results.change import Change, RankChange
from kbnn_analysis.results.comparison import Comparison, LetterGroups
from kbnn_analysis.results.diagnosis import Diagnosis
from kbnn_analysis.results.drivers import (
    Coefficients,
    Dominance,
    Drivers,
    DriverTests,
    PenaltyReward,
    Priorities,
    Quadrants,
)
from kbnn_analysis.results.estimates import Best, Estimates, MeasureInfo
from kbnn_analysis.results.factors import FactorFit, Invariance, InvariantItems, Loadings
from kbnn_analysis.results.funnel import BAND_LABELS, BANDS, Funnel
from kbnn_analysis.results.heterogeneity import Heterogeneity
from kbnn_analysis.results.missing import MissingComparison
from kbnn_analysis.results.ranking import BestUnits, Ranking
from kbnn_analysis.results.reliability import ItemReliability, Reliability
from kbnn_analysis.results.result import Labels, Result
from kbnn_analysis.results.shrinkage import RespondentsNeeded, Shrinkage
from kbnn_analysis.results.totals import Totals
from kbnn_analysis.results.vocabulary import VOCABULARY, Column

__all__ = [
    "BANDS",
    "BAND_LABELS",
    "VOCABULARY",
    "Best",
    "BestUnits",
    "Break",
    "Change",
    "Coefficients",
    "Column",
    "Comparison",
    "Diagnosis",
    "Dominance",
    "DriverTests",
    "Drivers",
    "Estimates",
    "FactorFit",
    "Funnel",
    "Heterogeneity",
    "Invariance",
    "InvariantItems",
    "ItemReliability",
    "Labels",
    "LetterGroups",
    "Loadings",
    "MeasureInfo",
    "MissingComparison",
    "PenaltyReward",
    "Priorities",
    "Quadrants",
    "RankChange",
    "Ranking",
    "Reliability",
    "RespondentsNeeded",
    "Result",
    "Shrinkage",
    "Totals",
]
