"""The reliability coefficients of one scale in one group, with influences over all respondents."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kbnn_analysis.errors import UsageError
from kbnn_analysis.language import Label
from kbnn_analysis.stats.cfa_ordinal import fit_ordinal_cfa
from kbnn_analysis.stats.design import DesignArrays
from kbnn_analysis.stats.influences import Influences
from kbnn_analysis.stats.linearization import influence_covariance
from kbnn_analysis.stats.polychoric import polychoric
from kbnn_analysis.stats.polychoric_influences import polychoric_influences
from kbnn_analysis.stats.reliability_influences import (
    Coefficient,
    alpha_coefficient,
    omega_coefficient,
    ordinal_alpha,
    ordinal_omega,
)

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Compute = Callable[[Floats, Floats], Coefficient]

WITHOUT_LINES = "alpha_without_straight_lines"
COEFFICIENTS: dict[str, Label] = {
    "alpha": Label("hệ số Cronbach alpha", "Cronbach's alpha"),
    WITHOUT_LINES: Label(
        "alpha, bỏ các phiếu trả lời giống nhau mọi câu", "alpha without straight lines"
    ),
    "omega": Label("omega của McDonald", "McDonald's omega"),
    "ordinal_alpha": Label("alpha thứ bậc", "ordinal alpha"),
    "ordinal_omega": Label("omega thứ bậc", "ordinal omega"),
}


@dataclass(frozen=True)
class GroupCoefficient:
    """A coefficient of a group: who counted, its value (NaN: why not), its influences or None."""

    name: str
    counted: Flags
    estimate: float
    influence: Floats | None
    why_not: str = ""


def group_coefficients(
    answers: Floats, inside: Flags, straight: Flags, design: DesignArrays, *, ordinal: bool
) -> Iterator[GroupCoefficient]:
    """Yield every coefficient of the complete answers of a group.

    Parameters
    ----------
    answers : ndarray of shape (n, k)
        All respondents.
    inside : ndarray of bool, shape (n,)
        Who belongs to the group and answered all items.
    straight : ndarray of bool, shape (n,)
        Who gave one and the same answer throughout the questionnaire.
    design : DesignArrays
        Of all respondents.
    ordinal : bool
        Whether to compute the ordinal coefficients too.

    Yields
    ------
    GroupCoefficient
        Influences are divided by the group's weight: estimate less truth is about sum of w u.
    """
    yield _spread("alpha", answers, inside, design, alpha_coefficient)
    varied = inside & ~straight
    yield _spread(WITHOUT_LINES, answers, varied, design, alpha_coefficient)
    if answers.shape[1] > 2:
        yield _spread("omega", answers, inside, design, omega_coefficient)
    if ordinal:
        yield from _ordinal(answers, inside, design)


def _spread(
    name: str, answers: Floats, counted: Flags, design: DesignArrays, compute: Compute
) -> GroupCoefficient:
    """Compute a coefficient where it can be, and spread its influences over all respondents."""
    try:
        _check_size(answers[counted])
        found = compute(answers[counted], design.weight[counted])
    except UsageError as error:
        return GroupCoefficient(name, counted, float("nan"), None, str(error))
    return _over_all(name, counted, design.weight, found)


def _over_all(name: str, counted: Flags, weight: Floats, found: Coefficient) -> GroupCoefficient:
    influence = np.zeros(len(counted))
    influence[counted] = found.influence / weight[counted].sum()
    return GroupCoefficient(name, counted, found.estimate, influence)


def _ordinal(answers: Floats, inside: Flags, design: DesignArrays) -> Iterator[GroupCoefficient]:
    names = ["ordinal_alpha", "ordinal_omega"][: 2 if answers.shape[1] > 2 else 1]
    weight, own = design.weight[inside], answers[inside]
    try:
        _check_size(own)
        fit = polychoric(own, weight)
        influence = polychoric_influences(own, fit, weight)
        found = [ordinal_alpha(fit.correlation, influence)]
        yield _over_all(names[0], inside, design.weight, found[0])
    except UsageError as error:
        for name in names:
            yield GroupCoefficient(name, inside, float("nan"), None, str(error))
        return
    if len(names) > 1:
        yield _ordinal_omega(fit.correlation, influence, inside, design)


def _ordinal_omega(
    correlation: Floats, influence: Floats, inside: Flags, design: DesignArrays
) -> GroupCoefficient:
    everyone = np.zeros((len(inside), influence.shape[1]))
    everyone[inside] = influence / design.weight[inside].sum()
    spread = influence_covariance(Influences(everyone), design)
    try:
        if (np.diag(spread) <= 0).any():
            raise UsageError("a polychoric correlation has no sampling error; too few PSUs.")
        fit = fit_ordinal_cfa(correlation, spread, float(inside.sum()), [0] * len(correlation))
        found = ordinal_omega(fit, influence)
    except UsageError as error:
        return GroupCoefficient("ordinal_omega", inside, float("nan"), None, str(error))
    return _over_all("ordinal_omega", inside, design.weight, found)


def _check_size(answers: Floats) -> None:
    if len(answers) <= answers.shape[1]:
        raise UsageError(
            f"{len(answers)} complete answers to {answers.shape[1]} items are too few."
        )
    if (answers.min(axis=0) == answers.max(axis=0)).any():
        raise UsageError("everybody gave the same answer to an item.")
