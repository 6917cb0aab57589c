"""How respondents answered: missing answers, straight lines, long runs, speed.

The flags inform; nobody is dropped because of them. In a survey where nearly all are very
satisfied, a straight line of the top code is often a sincere answer.

References
----------
Curran, P. G. (2016). Methods for the detection of carelessly invalid responses in survey data.
Journal of Experimental Social Psychology 66, 4-19 (long string, response time).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from kbnn_analysis.intake.survey import Survey

STRAIGHT_MIN_ITEMS = 6
"""A straight line is told from so many answers on."""
FAST_SECONDS_PER_ITEM = 2.0
"""Faster than this per answered item cannot be reading and answering."""
MOSTLY_MISSING = 0.5
LOW_ITEM_REST = 0.0
"""An item whose correlation with the rest of its factor is below this may be reverse-coded."""


def respondent_flags(survey: Survey) -> pd.DataFrame:
    """Describe how each respondent answered the satisfaction and overall items.

    Parameters
    ----------
    survey : Survey
        The survey.

    Returns
    -------
    DataFrame
        One row per respondent: ``answered`` (count of valid answers), ``share_missing`` (of the
        items that applied), ``longest_run`` (most equal answers in a row, in the order of the
        questionnaire, unanswered items passed over), and the flags ``nothing_answered``,
        ``mostly_missing``, ``straight_line``; with a duration also ``seconds`` and ``too_fast``.
    """
    items = [i.name for i in survey.codebook.items if i.role != "stated_importance"]
    codes = _as_written(survey, items)
    valid = ~np.isnan(codes)
    answered = valid.sum(axis=1)
    asked = (~survey.not_applicable[items].to_numpy(dtype=bool)).sum(axis=1)
    share = np.divide(asked - answered, asked, out=np.zeros(len(asked)), where=asked > 0)
    flags = {
        "answered": answered,
        "share_missing": share,
        "longest_run": longest_runs(codes),
        "nothing_answered": answered == 0,
        "mostly_missing": (share > MOSTLY_MISSING) & (answered > 0),
        "straight_line": _is_straight(codes, answered),
    }
    duration = survey.codebook.duration
    if duration is not None and duration in survey.attributes:
        seconds = survey.attribute(duration).to_numpy(dtype=float)
        flags["seconds"] = seconds
        flags["too_fast"] = (seconds < FAST_SECONDS_PER_ITEM * answered) & (answered > 0)
    return pd.DataFrame(flags)


def longest_runs(codes: npt.NDArray[np.float64]) -> npt.NDArray[np.intp]:
    """Return the length of the longest run of equal answers in each row, NaN passed over.

    Parameters
    ----------
    codes : ndarray of shape (respondents, items)
        Answers in the order of the questionnaire.

    Returns
    -------
    ndarray of int, shape (respondents,)
        0 where nothing was answered.

    Examples
    --------
    >>> import numpy as np
    >>> longest_runs(np.array([[5, 5, np.nan, 5, 4], [1, 2, 3, 3, 1], [np.nan] * 5])).tolist()
    [3, 2, 0]
    """
    rows = codes.shape[0]
    last = np.full(rows, np.nan)
    run = np.zeros(rows, dtype=np.intp)
    longest = np.zeros(rows, dtype=np.intp)
    for column in codes.T:
        valid = ~np.isnan(column)
        run = np.where(valid, np.where(column == last, run + 1, 1), run)
        last = np.where(valid, column, last)
        longest = np.maximum(longest, run)
    return longest


def constant_items(survey: Survey) -> tuple[str, ...]:
    """Return the items to which all valid answers are equal, from two answers on.

    Parameters
    ----------
    survey : Survey
        The survey.

    Returns
    -------
    tuple of str
        Item names in the order of the codebook.
    """
    scores = survey.scores
    return tuple(
        str(name)
        for name in scores.columns
        if scores[name].count() >= 2 and scores[name].min() == scores[name].max()
    )


def suspected_reverse(survey: Survey) -> tuple[str, ...]:
    """Return the items that run against the rest of their factor: perhaps reverse-coded.

    An item is told where its correlation with the mean of the other items of its factor is
    below zero by more than two standard errors, 1/sqrt(n) each.

    Parameters
    ----------
    survey : Survey
        The survey.

    Returns
    -------
    tuple of str
        Item names in the order of the codebook.
    """
    told = []
    for item in survey.codebook.items_with("satisfaction"):
        peers = survey.codebook.items_with("satisfaction", item.factor)
        others = [peer.name for peer in peers if peer.name != item.name]
        if others and _runs_against(survey.scores[item.name], survey.scores[others].mean(axis=1)):
            told.append(item.name)
    return tuple(told)


def _runs_against(item: pd.Series, rest: pd.Series) -> bool:
    both = item.notna() & rest.notna()
    if both.sum() < 10 or item[both].nunique() < 2 or rest[both].nunique() < 2:
        return False
    correlation = float(np.corrcoef(item[both], rest[both])[0, 1])
    return correlation < LOW_ITEM_REST - 2.0 / float(np.sqrt(both.sum()))


def _as_written(survey: Survey, items: list[str]) -> npt.NDArray[np.float64]:
    """Turn the scores of reverse-coded items back: a straight line is drawn on paper."""
    columns = []
    for name in items:
        scale, scores = survey.codebook.scale_of(name), survey.score(name)
        turned = survey.codebook.item(name).reverse
        columns.append(scale.low + scale.high - scores if turned else scores)
    return np.column_stack(columns)


def _is_straight(
    codes: npt.NDArray[np.float64], answered: npt.NDArray[np.intp]
) -> npt.NDArray[np.bool_]:
    high = np.where(np.isnan(codes), -np.inf, codes).max(axis=1)
    low = np.where(np.isnan(codes), np.inf, codes).min(axis=1)
    return np.asarray((high == low) & (answered >= STRAIGHT_MIN_ITEMS))
