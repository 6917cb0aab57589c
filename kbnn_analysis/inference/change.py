"""Change between periods, from the full covariance: the same offices answer again."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from kbnn_analysis.errors import UsageError, check_one_of
from kbnn_analysis.inference.change_rows import NUMBERS_RATIO, least_side, row_reasons, taken
from kbnn_analysis.inference.comparison import INTERVALS
from kbnn_analysis.inference.period_pairs import PeriodPairs, period_pairs
from kbnn_analysis.language import Label
from kbnn_analysis.results import Change, Estimates, Labels
from kbnn_analysis.results.breaks import SEVERE, Reason
from kbnn_analysis.stats.contrasts import Contrasts, contrasts
from kbnn_analysis.stats.fay_herriot import smooth_variances
from kbnn_analysis.stats.multiplicity import Adjustment, adjust_p, simultaneous
from kbnn_analysis.stats.paired_levels import FEWEST, paired_levels
from kbnn_analysis.stats.rate_contrasts import rate_contrasts

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]
COMPUTED = (
    "difference", "std_error", "statistic", "df", "p_value", "p_adjusted", "conf_low", "conf_high",
    "correlation",
)  # fmt: skip
SHRUNKEN = ("shrunken", "shrunken_low", "shrunken_high", "regression")


def change(
    estimates: Estimates,
    *,
    current: str | None = None,
    against: str = "previous",
    adjust: Adjustment = "max-t",
    level: float = 0.95,
    min_n: int = 10,
) -> Change:
    """Compare each row of a period with the same row of an earlier one.

    Parameters
    ----------
    estimates : Estimates
        Of a stacked survey (:func:`kbnn_analysis.intake.stack_surveys`), whose covariance knows
        the offices that answered in both periods, or of :func:`join_periods`, which takes periods
        as independent.
    current : str, optional
        The later period; the last one where left out.
    against : str
        "previous", "first", or the earlier period itself.
    adjust : {"max-t", "holm", "bonferroni", "benjamini-hochberg", "none"}
        How p-values and intervals allow for the number of rows, as in :func:`compare`.
    level : float
        Level of the intervals.
    min_n : int
        Rows with fewer answers in either period are left out.

    Returns
    -------
    Change
        Every row of the later period. Where the comparison is broken both levels are told and no
        difference; ``reason`` says why.

    Raises
    ------
    UsageError
        If there is no earlier period, or an option does not fit.

    Notes
    -----
    The variance of a difference is v1 + v2 - 2 c with the covariance c between the periods; rates'
    variances are at least those of the common rate, with the correlation kept. Intervals of rates
    are recovered from the exact limits of both, as in :func:`compare`: symmetric ones of 63 units
    of four offices all hold together in every second survey only (docs/validation/change.md).
    Degrees of freedom
    are Satterthwaite's for independent periods, the smaller of the two where errors are shared.
    With five rows or more of a measure, the change is also shrunken jointly with the levels
    (:func:`kbnn_analysis.stats.paired_levels.paired_levels`).

    References
    ----------
    Wood, J. (2008). *Journal of Official Statistics* 24, 53-78. Berger, Y. G. and Priam, R. (2016).
    *JRSS A* 179, 361-381. In R: ``survey::svyby(..., covmat = TRUE)`` on stacked data, then
    ``svycontrast``.

    Examples
    --------
    >>> from kbnn_analysis.inference.aggregates import estimates_from_counts
    >>> from kbnn_analysis.inference.joining_periods import join_periods
    >>> from kbnn_analysis.results import MeasureInfo
    >>> info = MeasureInfo("satisfied", "published", "1", "proportion", Label.same("satisfied"))
    >>> periods = [estimates_from_counts(pd.DataFrame({"unit": ["A"], "count": [x], "n": [100]}),
    ...     info, period=when) for x, when in ((70, "2023-1"), (90, "2023-2"))]
    >>> found = change(join_periods(periods)).frame
    >>> found[["difference", "std_error", "reason"]].round(4).to_numpy().tolist()
    [[0.2, 0.0548, 'independent']]
    """
    check_one_of("adjust", adjust, get_args(Adjustment))
    if not 0.5 < level < 1:
        raise UsageError(f"`level` must lie between 0.5 and 1; got {level!r}.")
    pairs = period_pairs(estimates, current, against, min_n=min_n)
    reasons = row_reasons(estimates, pairs)
    broken = np.array([bool(SEVERE & set(each)) for each in reasons], dtype=bool)
    usable = pairs.usable & ~broken
    columns = {name: np.full(len(pairs.later), np.nan) for name in (*COMPUTED, *SHRUNKEN)}
    critical = _compute(columns, estimates, pairs, usable, adjust, level)
    _shrink(columns, estimates, pairs, usable, level)
    notes = _notes(estimates, pairs, adjust, level, critical, usable, min_n)
    return Change(
        frame=_frame(estimates, pairs, columns, reasons, usable),
        by=(*estimates.by, "earlier"),
        method=f"{_sentence(notes)} {estimates.method}",
        labels=_labels(estimates.labels),
        notes=notes,
        simulated=estimates.simulated,
        measures=estimates.measures,
        conf_level=level,
        breaks=estimates.breaks,
    )


def _compute(
    columns: dict[str, Floats],
    estimates: Estimates,
    pairs: PeriodPairs,
    usable: npt.NDArray[np.bool_],
    adjust: Adjustment,
    level: float,
) -> float | None:
    if not usable.any():
        return None
    late, early = pairs.later[usable], pairs.earlier[usable]
    rows = np.concatenate([early, late])
    k = len(late)
    matrix = np.hstack([-np.eye(k), np.eye(k)])
    covariance = pairs.covariance[np.ix_(rows, rows)]
    value = estimates.frame["estimate"].to_numpy(dtype=float)[rows]
    found = _contrasts(matrix, value, covariance, pairs, rows)
    shared = covariance[np.arange(k), np.arange(k) + k]
    found = replace(found, df=_df(found, pairs.df[rows], shared))
    p_adjusted, critical = _adjusted(found, covariance, adjust, level)
    low, high = found.ends(critical)
    spread = np.sqrt(np.prod(covariance.diagonal().reshape(2, k), axis=0))
    values = (
        found.difference, found.std_error, found.statistic,
        np.where(np.isfinite(found.df), found.df, np.nan), found.p_value, p_adjusted,
        low, high,
        np.divide(shared, spread, out=np.zeros(k), where=spread > 0),
    )  # fmt: skip
    for name, each in zip(COMPUTED, values, strict=True):
        columns[name][usable] = each
    return critical


def _contrasts(
    matrix: Floats, value: Floats, covariance: Floats, pairs: PeriodPairs, rows: Rows
) -> Contrasts:
    size, df = pairs.size[rows], pairs.df[rows]
    if np.isfinite(size).all():
        return rate_contrasts(matrix, value, covariance, size, df)
    return contrasts(matrix, value, covariance, df)


def _df(found: Contrasts, df: Floats, shared: Floats) -> Floats:
    """Return Satterthwaite's degrees of freedom; the smaller of the two where errors are shared."""
    each = np.where(np.isnan(df), np.inf, np.maximum(df, 1.0)).reshape(2, -1)
    return np.where(np.abs(shared) > 0, each.min(axis=0), found.df)


def _adjusted(
    found: Contrasts, covariance: Floats, adjust: Adjustment, level: float
) -> tuple[Floats, float]:
    if adjust == "max-t":
        joint = simultaneous(found, covariance, level)
        return joint.p_adjusted, joint.critical
    tests = len(found.difference) if adjust in {"bonferroni", "holm"} else 1
    return adjust_p(found.p_value, adjust), -float(special.ndtri((1 - level) / (2 * tests)))


def _shrink(
    columns: dict[str, Floats],
    estimates: Estimates,
    pairs: PeriodPairs,
    usable: npt.NDArray[np.bool_],
    level: float,
) -> None:
    """Shrink the change of each measure with enough rows; the others keep missing values."""
    measure = estimates.frame["measure"].to_numpy()[pairs.later]
    n, value = (
        estimates.frame[each].to_numpy(dtype=float, na_value=np.nan) for each in ("n", "estimate")
    )
    for name in dict.fromkeys(measure):
        at = np.flatnonzero(usable & (measure == name))
        if len(at) < FEWEST:
            continue
        rows = np.column_stack([pairs.earlier[at], pairs.later[at]])
        blocks = pairs.covariance[rows[:, :, None], rows[:, None, :]]
        kind = estimates.measure_info(str(name)).kind
        blocks = _by_one_rule(blocks, n[rows], value[rows], kind)
        found = paired_levels(value[rows], blocks, conf_level=level)
        made = (found.change, found.low, found.high, found.regression)
        for column, values in zip(SHRUNKEN, made, strict=True):
            columns[column][at] = values


def _by_one_rule(blocks: Floats, n: Floats, value: Floats, kind: str) -> Floats:
    """Return the errors of both periods by one rule for all rows, with one correlation.

    Each row's own variance is a guess that goes with its rate: near 100 % it would pull the others
    towards the highest.
    """
    own = blocks[:, [0, 1], [0, 1]]
    if not (np.isfinite(n).all() and (own.sum(axis=0) > 0).all()):
        return blocks
    rate = (value * n).sum(axis=0) / n.sum(axis=0)
    if kind != "proportion":
        rate = np.array([None, None])
    elif not ((rate > 0) & (rate < 1)).all():
        return blocks  # at 0 or 100 % throughout a rate gives no rule
    smooth = [smooth_variances(own[:, at], n[:, at], rate[at]) for at in (0, 1)]
    error = np.sqrt(np.column_stack(smooth))
    shared = blocks[:, 0, 1].sum() / np.sqrt(own.prod(axis=1)).sum()
    together = np.array([[1.0, shared], [shared, 1.0]])
    return np.asarray(together * error[:, :, None] * error[:, None, :])


def _frame(
    estimates: Estimates,
    pairs: PeriodPairs,
    columns: dict[str, Floats],
    reasons: list[tuple[Reason, ...]],
    usable: npt.NDArray[np.bool_],
) -> pd.DataFrame:
    frame = estimates.frame
    keys = frame[list(estimates.by)].iloc[pairs.later].reset_index(drop=True)
    levels = {
        f"{name}{ending}": taken(frame, name, rows)
        for name in ("n", "estimate")
        for ending, rows in (("", pairs.later), ("_earlier", pairs.earlier))
    }
    made = keys.assign(
        earlier=pairs.pair[0],
        **levels,
        side=np.fmin(*(least_side(estimates, rows) for rows in (pairs.later, pairs.earlier))),
        **columns,
        comparable=usable,
        reason=[", ".join(each) for each in reasons],
    )
    wanting = ("shrunken", "shrunken_low", "shrunken_high", "regression")
    return made if made["shrunken"].notna().any() else made.drop(columns=list(wanting))


def _labels(labels: Labels) -> Labels:
    columns = {**labels.get("column", {}), "earlier": Label("So với", "Against")}
    return {**labels, "earlier": labels.get("period", {}), "column": columns}


def _notes(
    estimates: Estimates,
    pairs: PeriodPairs,
    adjust: str,
    level: float,
    critical: float | None,
    usable: npt.NDArray[np.bool_],
    min_n: int,
) -> dict[str, Any]:
    return {
        **estimates.notes,
        "later": pairs.pair[1],
        "earlier": pairs.pair[0],
        "adjust": adjust,
        "interval": INTERVALS[adjust],
        "interval_of_means": None,
        "conf_level": level,
        "critical": critical,
        "compared": int(usable.sum()),
        "min_n": min_n,
        "numbers_ratio": NUMBERS_RATIO,
    }


def _sentence(notes: dict[str, Any]) -> str:
    how = (
        "periods taken as independent: the covariance between them is not known"
        if notes.get("joined_periods")
        else "from the full covariance, between the periods as well"
    )
    return (
        f"Change from {notes['earlier']} to {notes['later']}, {how}; p-values adjusted by "
        f"{notes['adjust']}; {100 * notes['conf_level']:g} % intervals for {notes['interval']}; "
        "limits of rates recovered from the exact ones of each; the standard error of a rate is at "
        "least that of the common rate."
    )
