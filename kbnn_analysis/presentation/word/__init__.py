"""A document as Word: real headings and tables, for officials who edit and paste."""

from kbnn_analysis.presentation.word.writing import render_word

__all__ = ["render_word"]
