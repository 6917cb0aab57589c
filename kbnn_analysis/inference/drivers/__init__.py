"""Drivers of satisfaction: models, importance, quadrants, penalty and reward, priorities."""

from kbnn_analysis.inference.drivers.coefficients import fit_drivers
from kbnn_analysis.inference.drivers.correlations import correlate_drivers
from kbnn_analysis.inference.drivers.differences import compare_driver_groups
from kbnn_analysis.inference.drivers.dominance import compare_importance
from kbnn_analysis.inference.drivers.importance import analyse_drivers
from kbnn_analysis.inference.drivers.odds import check_proportional_odds, uneven_drivers
from kbnn_analysis.inference.drivers.partial import fit_partial_drivers
from kbnn_analysis.inference.drivers.penalty_reward import penalty_reward
from kbnn_analysis.inference.drivers.periods import comparable_drivers
from kbnn_analysis.inference.drivers.priorities import prioritise
from kbnn_analysis.inference.drivers.quadrants import importance_performance
from kbnn_analysis.inference.drivers.scope import DriverScope, driver_scope
from kbnn_analysis.inference.drivers.specifications import compare_specifications
from kbnn_analysis.inference.drivers.unit_context import unit_context
from kbnn_analysis.inference.drivers.unit_intercepts import fit_unit_intercepts

__all__ = [
    "DriverScope",
    "analyse_drivers",
    "check_proportional_odds",
    "comparable_drivers",
    "compare_driver_groups",
    "compare_importance",
    "compare_specifications",
    "correlate_drivers",
    "driver_scope",
    "fit_drivers",
    "fit_partial_drivers",
    "fit_unit_intercepts",
    "importance_performance",
    "penalty_reward",
    "prioritise",
    "uneven_drivers",
    "unit_context",
]
