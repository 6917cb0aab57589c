"""A document as one self-contained HTML file that opens offline and prints well."""

from kbnn_analysis.presentation.report.index import Entry, headline_figures, render_index
from kbnn_analysis.presentation.report.page import render_page, render_report

__all__ = ["Entry", "headline_figures", "render_index", "render_page", "render_report"]
