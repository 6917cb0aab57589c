"""A result as CSV: names of the vocabulary, labels beside the codes, safe in a spreadsheet."""

from __future__ import annotations

import pandas as pd

from kbnn_analysis.language import Language
from kbnn_analysis.presentation import rows
from kbnn_analysis.presentation.style import SIMULATED
from kbnn_analysis.results import Result

_FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")


def csv_frame(result: Result, language: Language) -> pd.DataFrame:
    """Return the frame as it is written: codes, then their labels, then the numbers.

    Hidden cells stay empty and the row says that it is hidden. No text is a formula.

    Parameters
    ----------
    result : Result
        Any result, disclosed before where it leaves the machine.
    language : {"vi", "en"}
        Language of the label columns; the column names stay those of the vocabulary.

    Returns
    -------
    DataFrame
        One row per row of the result.
    """
    frame = result.to_frame()
    if "suppressed_reason" in frame:
        frame["suppressed_reason"] = rows.reasons(result, language)
    for place, column in enumerate(result.by):
        labels = rows.row_labels(result, language, (column,))
        frame.insert(2 * place + 1, f"{column}_label", labels)
    for column in frame.columns:
        if not pd.api.types.is_numeric_dtype(frame[column]):
            frame[column] = frame[column].map(plain_text)
    return frame


def csv_text(result: Result, language: Language) -> str:
    """Return the CSV file as text; a simulated result says so in its first line."""
    body = csv_frame(result, language).to_csv(
        index=False, float_format="%.10g", lineterminator="\n"
    )
    return f"{SIMULATED}\n{body}" if result.simulated else body


def plain_text(value: object) -> object:
    """Return a text cell that no spreadsheet takes for a formula; other values as they are.

    Examples
    --------
    >>> plain_text("=HYPERLINK(1)"), plain_text("Hà Nội")
    ("'=HYPERLINK(1)", 'Hà Nội')
    """
    if isinstance(value, str) and value.lstrip(" \u00a0").startswith(_FORMULA_STARTS):
        return f"'{value}"
    return value
