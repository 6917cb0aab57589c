"""What is compared with what: contrasts from the words of a user."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from kbnn_analysis.errors import UsageError, check_one_of, nearest
from kbnn_analysis.inference.comparable import Comparable
from kbnn_analysis.results import Estimates
from kbnn_analysis.stats.contrasts import mean_matrix, pair_matrix, reference_matrix

Floats = npt.NDArray[np.float64]
Center = Literal["units", "answers"]
MEAN = "mean"


@dataclass(frozen=True)
class Plan:
    """Which units are set against what.

    Parameters
    ----------
    kind : {"mean", "all_pairs", "reference"}
        What the units are compared with.
    matrix : ndarray of shape (k, m)
        The contrasts.
    first, second : ndarray of int, shape (k,)
        Positions of the unit and the other among the usable units; -1 is the mean.
    reference : int or None
        Position of the one reference, where there is one.
    told : str
        The same in words.
    """

    kind: str
    matrix: Floats
    first: npt.NDArray[np.intp]
    second: npt.NDArray[np.intp]
    reference: int | None
    told: str


def comparison_column(estimates: Estimates) -> str:
    """Return the one `by` column that tells the units apart.

    Parameters
    ----------
    estimates : Estimates
        Estimates by one or more columns, of which one varies.

    Returns
    -------
    str
        Its name.

    Raises
    ------
    UsageError
        If none or several columns vary.
    """
    groups = estimates.by[2:]
    several = [name for name in groups if estimates.frame[name].nunique() > 1] or groups[-1:]
    if len(several) != 1:
        have = ", ".join(several) or "none"
        raise UsageError(
            f"A comparison needs one column that tells the units apart; these estimates have "
            f"{have}. Choose with .where(...)."
        )
    return str(several[0])


def plan_contrasts(
    estimates: Estimates,
    units: Comparable,
    column: str,
    against: str | Mapping[str, str],
    center: str,
) -> Plan:
    """Return the contrasts that `against` asks for.

    Parameters
    ----------
    estimates : Estimates
        The estimates.
    units : Comparable
        The usable units.
    column : str
        Column of the units.
    against : "mean", "all_pairs" or mapping
        As in :func:`kbnn_analysis.inference.comparison.compare`.
    center : {"units", "answers"}
        Which mean.

    Returns
    -------
    Plan
        The contrasts with their names.

    Raises
    ------
    UsageError
        If the reference is not among the units.
    """
    size = len(units.rows)
    every = np.arange(size)
    if isinstance(against, Mapping):
        one = _reference(estimates, units, column, against)
        rest = every[every != one]
        matrix = reference_matrix(size, one)[rest]
        return Plan(
            "reference", matrix, rest, np.full(size - 1, one), one, f"against {against[column]}"
        )
    check_one_of("against", against, (MEAN, "all_pairs"))
    if against == "all_pairs":
        first, second = np.triu_indices(size, k=1)
        return Plan("all_pairs", pair_matrix(size), first, second, None, "of all pairs")
    told = "units counting alike" if center == "units" else "units weighted by their answers"
    matrix = mean_matrix(_weights(estimates, units, center))
    return Plan(MEAN, matrix, every, np.full(size, -1), None, f"against the mean of all, {told}")


def _reference(
    estimates: Estimates, units: Comparable, column: str, against: Mapping[str, str]
) -> int:
    if list(against) != [column]:
        raise UsageError(f"`against` names {list(against)}; the units are told apart by {column}.")
    names = [str(name) for name in estimates.frame[column].iloc[units.rows]]
    wanted = str(against[column])
    if wanted not in names:
        likely = nearest(wanted, names, most=1)
        hint = f"; did you mean {likely[0]!r}?" if likely else "."
        raise UsageError(f"{wanted!r} is not among the units with enough answers{hint}")
    return names.index(wanted)


def _weights(estimates: Estimates, units: Comparable, center: str) -> Floats:
    if center == "units":
        return np.ones(len(units.rows))
    frame = estimates.frame.iloc[units.rows]
    if "weight_sum" in frame and frame["weight_sum"].notna().all():
        return np.asarray(frame["weight_sum"].to_numpy(dtype=float))
    return units.n
