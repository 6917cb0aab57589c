"""Results that may be shared out."""

from kbnn_analysis.disclosure.rules import FLOOR, Rules, disclose, few_answers, hidden_rows

__all__ = ["FLOOR", "Rules", "disclose", "few_answers", "hidden_rows"]
