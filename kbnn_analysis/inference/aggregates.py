"""Estimates from what was only ever published: counts, rates, an index without its n.

Rows are independent and answers count as simple random: nothing else can be known from an
aggregate, and the method says so. A missing n stays missing.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference.published import (
    Published,
    first_row,
    group_columns,
    number_column,
    published_estimates,
    require_columns,
)
from kbnn_analysis.results import Estimates, Labels, MeasureInfo
from kbnn_analysis.stats.proportions import BinomialInterval, binomial_interval

Floats = npt.NDArray[np.float64]


def estimates_from_counts(
    frame: pd.DataFrame,
    info: MeasureInfo,
    *,
    period: str,
    by: str | Sequence[str] = "unit",
    interval: BinomialInterval = "clopper-pearson",
    conf_level: float = 0.95,
    labels: Labels | None = None,
    source: str = "",
) -> Estimates:
    """Make estimates from counts of satisfied answers and of all answers.

    Parameters
    ----------
    frame : DataFrame
        The `by` columns, ``count`` and ``n``; one row a group. n may be 0, or missing.
    info : MeasureInfo
        The measure; a proportion.
    period : str
        Survey period, for example "2023-1".
    by : str or sequence of str
        Columns that form the groups.
    interval : {"wilson", "clopper-pearson", "jeffreys", "agresti-coull"}
        Binomial interval.
    conf_level : float
        Level of the intervals.
    labels : mapping, optional
        Column -> value -> label.
    source : str
        Where the counts were published.

    Returns
    -------
    Estimates
        With the binomial variance p (1 - p) / n on the diagonal of the covariance.

    Raises
    ------
    UsageError
        If a column is missing, counts are not whole, or a count lies outside 0 to n.

    Examples
    --------
    >>> from kbnn_analysis.language import Label
    >>> info = MeasureInfo("satisfied", "published", "1", "proportion", Label.same("satisfied"))
    >>> counts = pd.DataFrame({"unit": ["19", "24"], "count": [98, 45], "n": [100, 50]})
    >>> estimates_from_counts(counts, info, period="2023-1").frame["estimate"].tolist()
    [0.98, 0.9]
    """
    names = group_columns(by)
    require_columns(frame, (*names, "count", "n"))
    if info.kind != "proportion":
        raise UsageError("Counts make a proportion; give means by estimates_from_published.")
    count, n = number_column(frame, "count"), number_column(frame, "n")
    broken = (count % 1 > 0) | (n % 1 > 0)
    wrong = (count < 0) | (count > n) | broken | (n < 0)
    if wrong.any():
        raise UsageError(
            f"`count` must be whole and lie between 0 and n; row {first_row(wrong)} not."
        )
    usable = np.isfinite(count) & (n > 0)
    estimate = np.divide(count, n, out=np.full(len(n), np.nan), where=usable)
    low, high = _binomial(count, n, usable, interval, conf_level)
    values = {"n": n, "count": count, "estimate": estimate, "conf_low": low, "conf_high": high}
    error = _binomial_error(estimate, np.where(usable, n, np.nan))
    origin = Published(info, period, f"binomial from counts, {interval}", conf_level, source)
    return published_estimates(frame[names], values, error, origin, labels or {})


def estimates_from_published(
    frame: pd.DataFrame,
    info: MeasureInfo,
    *,
    period: str,
    by: str | Sequence[str] = "unit",
    interval: BinomialInterval = "clopper-pearson",
    conf_level: float = 0.95,
    labels: Labels | None = None,
    source: str = "",
) -> Estimates:
    """Make estimates from published rates or indices, with or without n or a standard error.

    A standard error that was published is used as it is (with a normal interval). A rate with n
    gets its binomial one. Where neither stands, ``std_error`` and the interval stay missing: the
    estimate can be shown, but not compared or ranked.

    Parameters
    ----------
    frame : DataFrame
        The `by` columns and ``estimate`` on the measure's scale (a rate from 0 to 1); optionally
        ``n`` and ``std_error``.
    info : MeasureInfo
        The measure with its scale.
    period : str
        Survey period.
    by : str or sequence of str
        Columns that form the groups.
    interval : {"wilson", "clopper-pearson", "jeffreys", "agresti-coull"}
        Interval of rates with n.
    conf_level : float
        Level of the intervals.
    labels : mapping, optional
        Column -> value -> label.
    source : str
        Where it was published.

    Returns
    -------
    Estimates
        Without counts: a rounded rate times n is not a count.

    Raises
    ------
    UsageError
        If a column is missing or an estimate lies outside the scale (a rate in percent, say).

    Examples
    --------
    >>> from kbnn_analysis.language import Label
    >>> info = MeasureInfo("satisfied", "published", "1", "proportion", Label.same("satisfied"))
    >>> rates = pd.DataFrame({"unit": ["19"], "estimate": [0.9819]})
    >>> float(estimates_from_published(rates, info, period="2023-1").frame["std_error"][0])
    nan
    """
    names = group_columns(by)
    require_columns(frame, (*names, "estimate"))
    estimate = number_column(frame, "estimate")
    outside = (estimate < info.low) | (estimate > info.high)
    if outside.any():
        hint = "; write a rate as 0.98, not 98" if info.kind == "proportion" else ""
        raise UsageError(
            f"`estimate` must lie between {info.low:g} and {info.high:g}{hint}; "
            f"row {first_row(outside)} is {estimate[outside][0]:g}."
        )
    n, error = number_column(frame, "n"), number_column(frame, "std_error")
    if (n < 0).any() or (error < 0).any():
        raise UsageError("`n` and `std_error` must not be negative.")
    low, high = _normal(estimate, error, info, conf_level)
    binomial = np.isnan(error) & (n > 0) & np.isfinite(estimate) & (info.kind == "proportion")
    ends = _binomial(estimate * n, n, binomial, interval, conf_level)
    low, high = np.where(binomial, ends[0], low), np.where(binomial, ends[1], high)
    error = np.where(binomial, _binomial_error(estimate, np.where(binomial, n, np.nan)), error)
    values = {"n": n, "estimate": estimate, "conf_low": low, "conf_high": high}
    kind = f"as published; a standard error only where it or n was; rates with n {interval}"
    origin = Published(info, period, kind, conf_level, source)
    return published_estimates(frame[names], values, error, origin, labels or {})


def require_precision(estimates: Estimates, purpose: str) -> None:
    """Refuse estimates of which not one row has a standard error.

    Parameters
    ----------
    estimates : Estimates
        What is about to be used.
    purpose : str
        What needs the standard errors, for the sentence: "a ranking".

    Raises
    ------
    UsageError
        If no standard error is known.

    Examples
    --------
    >>> from kbnn_analysis.language import Label
    >>> info = MeasureInfo("satisfied", "published", "1", "proportion", Label.same("satisfied"))
    >>> rates = pd.DataFrame({"unit": ["19"], "estimate": [0.9819]})
    >>> require_precision(estimates_from_published(rates, info, period="2023-1"), "A ranking")
    Traceback (most recent call last):
    ...
    kbnn_analysis.errors.UsageError: A ranking needs standard errors: neither n nor a standard \
error is known of these estimates. Add the column n (or std_error) to what was published.
    """
    if estimates.frame["std_error"].notna().any():
        return
    raise UsageError(
        f"{purpose} needs standard errors: neither n nor a standard error is known of these "
        "estimates. Add the column n (or std_error) to what was published."
    )


def _binomial(
    count: Floats,
    n: Floats,
    usable: npt.NDArray[np.bool_],
    interval: BinomialInterval,
    conf_level: float,
) -> tuple[Floats, Floats]:
    x, size = np.where(usable, count, 0.0), np.where(usable, n, 0.0)
    return binomial_interval(x, size, method=interval, conf_level=conf_level)


def _binomial_error(estimate: Floats, n: Floats) -> Floats:
    p = np.where(np.isnan(n), np.nan, estimate)
    return np.asarray(np.sqrt(p * (1 - p) / n))


def _normal(
    estimate: Floats, error: Floats, info: MeasureInfo, conf_level: float
) -> tuple[Floats, Floats]:
    half = special.ndtri((1 + conf_level) / 2) * error
    return np.maximum(estimate - half, info.low), np.minimum(estimate + half, info.high)
