"""Results as tables: laid out once as text, then shown by great_tables or written as CSV."""

from kbnn_analysis.presentation.tables.csv import csv_frame, csv_text
from kbnn_analysis.presentation.tables.layout import ColumnText, TableText, as_gt
from kbnn_analysis.presentation.tables.views import (
    lay_out,
    table_comparison,
    table_diagnosis,
    table_estimates,
    table_ranking,
    table_result,
)

__all__ = [
    "ColumnText",
    "TableText",
    "as_gt",
    "csv_frame",
    "csv_text",
    "lay_out",
    "table_comparison",
    "table_diagnosis",
    "table_estimates",
    "table_ranking",
    "table_result",
]
