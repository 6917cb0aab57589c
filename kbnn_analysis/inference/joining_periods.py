"""Estimates of several periods side by side, where no covariance between them is known."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

import pandas as pd
from scipy.linalg import block_diag

from kbnn_analysis.errors import UsageError
from kbnn_analysis.periods import parse_period
from kbnn_analysis.results import Break, Estimates
from kbnn_analysis.results.breaks import Reason

# what must be the same in both for their intervals to speak of the same thing
COMPARED: dict[Reason, tuple[str, ...]] = {
    "target": ("target",),
    "design": ("weighted", "strata", "psu"),
    "version": ("codebook",),
    "vintage": ("unit_vintage",),
}


def join_periods(estimates: Sequence[Estimates]) -> Estimates:
    """Join estimates of single periods, as independent of each other.

    For what was only ever published, or estimated period by period. Where the same offices
    answered in both, their covariance is lost: standard errors of change are then too large, as a
    rule, and the result says that independence was assumed.

    Parameters
    ----------
    estimates : sequence of Estimates
        Of different periods, with the same `by` columns.

    Returns
    -------
    Estimates
        Periods in time; covariance zero between them. ``breaks`` tell what differs.

    Raises
    ------
    UsageError
        If there are fewer than two, a period stands twice, `by` columns or rules of a measure
        differ, or simulated answers meet real ones.

    Examples
    --------
    >>> from kbnn_analysis.inference.aggregates import estimates_from_published
    >>> from kbnn_analysis.language import Label
    >>> from kbnn_analysis.results import MeasureInfo
    >>> info = MeasureInfo("satisfied", "published", "1", "proportion", Label.same("satisfied"))
    >>> one, two = (estimates_from_published(pd.DataFrame({"unit": ["all"], "estimate": [x]}), info,
    ...     period=when) for x, when in ((0.9991, "2024-1"), (0.945, "2022")))
    >>> join_periods([one, two]).frame["period"].tolist()
    ['2022', '2024-1']
    """
    parts = sorted(estimates, key=lambda each: parse_period(str(each.frame["period"].iloc[0])))
    _check(parts)
    pairs = itertools.pairwise(parts)
    latest = parts[-1]
    return replace(
        latest,
        frame=pd.concat([each.frame for each in parts], ignore_index=True),
        covariance=block_diag(*[each.covariance for each in parts]),
        measures={name: info for each in parts for name, info in each.measures.items()},
        labels={
            column: {
                value: label
                for each in parts
                for value, label in each.labels.get(column, {}).items()
            }
            for column in dict.fromkeys(name for each in parts for name in each.labels)
        },
        notes={**latest.notes, "joined_periods": True},
        breaks=tuple(found for pair in pairs for found in _differences(*pair)),
    )


def _check(parts: Sequence[Estimates]) -> None:
    if len(parts) < 2:
        raise UsageError("Joining takes the estimates of two periods or more.")
    periods = [str(period) for each in parts for period in each.frame["period"].unique()]
    if len(set(periods)) < len(periods):
        raise UsageError(f"A period stands twice in {', '.join(periods)}; give each once.")
    first = parts[0]
    for each in parts[1:]:
        if each.by != first.by:
            raise UsageError(f"Groups differ: {', '.join(first.by)} and {', '.join(each.by)}.")
        if each.simulated != first.simulated:
            raise UsageError("Simulated and real estimates must never be compared.")
        for name in set(first.measures) & set(each.measures):
            one, other = first.measures[name], each.measures[name]
            if (one.rule, one.version, one.kind) != (other.rule, other.version, other.kind):
                raise UsageError(
                    f"The measure {name!r} follows another rule in one of the periods."
                )


def _differences(earlier: Estimates, later: Estimates) -> list[Break]:
    pair = str(earlier.frame["period"].iloc[-1]), str(later.frame["period"].iloc[0])
    found = [
        Break(*pair, reason)
        for reason, names in COMPARED.items()
        if any(earlier.notes.get(name) != later.notes.get(name) for name in names)
    ]
    if any(each.reason == "vintage" for each in found):
        raise UsageError(
            f"{pair[0]} and {pair[1]} tell units of different vintages: recount the counts of the "
            "earlier one first (units.recount)."
        )
    return [*earlier.breaks, *later.breaks, *found, Break(*pair, "independent")]
