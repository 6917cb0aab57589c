"""What the rows of a table are called, and under which headings they stand."""

from __future__ import annotations

from itertools import groupby

from kbnn_analysis.language import Language
from kbnn_analysis.presentation import rows
from kbnn_analysis.presentation.change_words import row_names
from kbnn_analysis.presentation.wording import capital
from kbnn_analysis.results import Result


def names_and_groups(result: Result, language: Language) -> tuple[list[str], list[str]]:
    """Return the name of each row and the heading it stands under; no headings where none help.

    Measures are called "question: rule". A rule that all rows share stands in the title alone;
    a question with several rows heads them.

    Parameters
    ----------
    result : Result
        What is shown.
    language : {"vi", "en"}
        Language of the names.

    Returns
    -------
    tuple of (list of str, list of str)
        One entry for each row, or no headings.
    """
    keys = rows.varying(result)
    names = rows.row_labels(result, language, keys[-1:])
    groups = rows.row_labels(result, language, keys[:-1]) if len(keys) > 1 else []
    if keys == ("measure",):
        shared, plain = row_names(result, language)
        heads = _questions(names)
        if heads:
            names, groups = [name.rpartition(": ")[2] for name in names], heads
        elif shared:
            names = plain
    return [capital(name) for name in names], [capital(group) for group in groups]


def _questions(names: list[str]) -> list[str]:
    """Return the question of each row, where several rows follow each other on one question."""
    heads = [name.rpartition(": ")[0] for name in names]
    if len(set(heads)) == len(names) or not all(heads):
        return []
    return heads if len(list(groupby(heads))) == len(set(heads)) else []
