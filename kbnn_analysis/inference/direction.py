"""Which end of a measure's scale is best."""

from __future__ import annotations

from typing import get_args

from kbnn_analysis.errors import UsageError, check_one_of
from kbnn_analysis.results import Best, Estimates


def best_end(estimates: Estimates, asked: Best | None) -> Best:
    """Return what was asked for, or what the measures of the estimates say of themselves.

    Parameters
    ----------
    estimates : Estimates
        Measures that are not declared are best where they are high.
    asked : {"high", "low"}, optional
        Wins over the measures.

    Returns
    -------
    {"high", "low"}

    Raises
    ------
    UsageError
        If the word does not exist, or measures of opposite directions stand together.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from kbnn_analysis.inference.aggregates import estimates_from_counts
    >>> from kbnn_analysis.language import Label
    >>> from kbnn_analysis.results import MeasureInfo
    >>> late = MeasureInfo("late", "two_box", "1", "proportion", Label.same("late"), best="low")
    >>> counts = pd.DataFrame({"unit": ["A", "B"], "count": [5, 9], "n": [100, 100]})
    >>> best_end(estimates_from_counts(counts, late, period="2023-1"), None)
    'low'
    """
    if asked is not None:
        check_one_of("best", asked, get_args(Best))
        return asked
    names = [str(name) for name in estimates.frame["measure"].unique()]
    found: set[Best] = {estimates.measures[name].best for name in names if name in
                        estimates.measures} or {"high"}  # fmt: skip
    if len(found) > 1:
        raise UsageError(
            "Some of these measures are best where they are high, others where they are low; "
            "choose with .where(measure=...), or give `best`."
        )
    return found.pop()
