"""Executed notebooks in; one self-contained HTML file out that opens offline and prints well."""

from kbnn_analysis.presentation.report.page import render_report

__all__ = ["render_report"]
