"""Results as tables: laid out once as text, then shown by great_tables or written as CSV."""

from kbnn_analysis.presentation.tables.choosing import table_of
from kbnn_analysis.presentation.tables.csv import csv_frame, csv_text
from kbnn_analysis.presentation.tables.layout import ColumnText, TableText, as_gt
from kbnn_analysis.presentation.tables.scales import (
    table_alignment,
    table_factor_fit,
    table_invariance,
    table_item_reliability,
    table_loadings,
    table_missing,
    table_reliability,
)
from kbnn_analysis.presentation.tables.views import (
    lay_out,
    table_best_units,
    table_comparison,
    table_diagnosis,
    table_estimates,
    table_funnel,
    table_heterogeneity,
    table_letters,
    table_precision,
    table_ranking,
    table_respondents_needed,
    table_result,
    table_shrinkage,
    table_totals,
    table_unit_reliability,
)

__all__ = [
    "ColumnText",
    "TableText",
    "as_gt",
    "csv_frame",
    "csv_text",
    "lay_out",
    "table_alignment",
    "table_best_units",
    "table_comparison",
    "table_diagnosis",
    "table_estimates",
    "table_factor_fit",
    "table_funnel",
    "table_heterogeneity",
    "table_invariance",
    "table_item_reliability",
    "table_letters",
    "table_loadings",
    "table_missing",
    "table_of",
    "table_precision",
    "table_ranking",
    "table_reliability",
    "table_respondents_needed",
    "table_result",
    "table_shrinkage",
    "table_totals",
    "table_unit_reliability",
]
