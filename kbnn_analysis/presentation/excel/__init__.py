"""Results as a workbook: each table on its sheet, numbers as numbers, nothing hidden."""

from kbnn_analysis.presentation.excel.cells import Value, sheet_columns
from kbnn_analysis.presentation.excel.writing import Sheet, render_excel

__all__ = ["Sheet", "Value", "render_excel", "sheet_columns"]
