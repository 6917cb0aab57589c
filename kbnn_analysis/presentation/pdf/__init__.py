"""A document as PDF: tagged (PDF/UA-1), with outline, page numbers and the shipped font."""

from kbnn_analysis.presentation.pdf.writing import page_pictures, render_pdf

__all__ = ["page_pictures", "render_pdf"]
