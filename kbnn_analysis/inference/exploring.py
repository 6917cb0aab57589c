"""What factors the items show by themselves: how many, which items, and how collinear they are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference.scales import COLUMNS, item_labels, period_labels, survey_notes
from kbnn_analysis.intake.survey import Survey
from kbnn_analysis.language import Label
from kbnn_analysis.results import Diagnosis
from kbnn_analysis.stats.collinearity import variance_inflation
from kbnn_analysis.stats.factors import fit_factors, parallel_roots, smooth_correlation
from kbnn_analysis.stats.polychoric import polychoric
from kbnn_analysis.stats.rotation import promax

Floats = npt.NDArray[np.float64]
MIN_PER_ITEM = 10


def explorable_items(survey: Survey) -> tuple[str, ...]:
    """Return the satisfaction items, if there are enough complete answers to look for factors.

    Parameters
    ----------
    survey : Survey
        The answers.

    Returns
    -------
    tuple of str
        None where items form fewer than two factors of two, where complete answers are fewer than
        ten an item, or where an item has one answer only.
    """
    names = _satisfaction_items(survey)
    factors = {survey.codebook.item(name).factor for name in names}
    several = [
        factor
        for factor in factors
        if factor and sum(survey.codebook.item(name).factor == factor for name in names) > 1
    ]
    if len(several) < 2:
        return ()
    answers = np.column_stack([survey.score(name) for name in names])
    complete = answers[~np.isnan(answers).any(axis=1)]
    enough = len(complete) >= MIN_PER_ITEM * len(names)
    return tuple(names) if enough and bool((np.ptp(complete, axis=0) > 0).all()) else ()


def count_factors(
    survey: Survey,
    items: Sequence[str] | None = None,
    *,
    rng: np.random.Generator,
    draws: int = 200,
    ordinal: bool = True,
) -> Diagnosis:
    """Compare the eigenvalues of the items' correlations with those of pure noise.

    Parameters
    ----------
    survey : Survey
        Validated answers.
    items : sequence of str, optional
        By default all satisfaction items that the survey has.
    rng : Generator
        Source of the noise.
    draws : int
        Surveys of uncorrelated answers.
    ordinal : bool
        Polychoric correlations in place of Pearson's.

    Returns
    -------
    Diagnosis
        Rows by factor: eigenvalue, and the 95 % quantile of noise. ``notes["factors"]`` counts
        the leading eigenvalues above noise.

    Raises
    ------
    UsageError
        If an item does not exist or answers are too few.

    References
    ----------
    Horn, J. L. (1965). *Psychometrika* 30, 179-185. In R: ``psych::fa.parallel(d, fa = "pc")``.
    """
    names = list(items) if items is not None else _satisfaction_items(survey)
    answers, weight = _complete(survey, names)
    correlation = _correlation(answers, weight, ordinal)
    roots = np.asarray(np.linalg.eigvalsh(correlation))[::-1]
    noise = parallel_roots(len(answers), len(names), rng, draws=draws)
    above = roots > noise
    frame = pd.DataFrame(
        {
            "period": survey.period,
            "factor": [str(number + 1) for number in range(len(names))],
            "n": len(answers),
            "eigenvalue": roots,
            "eigenvalue_noise": noise,
        }
    )
    return Diagnosis(
        frame=frame,
        by=("period", "factor"),
        method=f"Parallel analysis: eigenvalues beside the 95 % quantile of {draws} surveys of "
        "uncorrelated normal answers.",
        labels={"period": period_labels(survey), "column": COLUMNS},
        notes={
            **survey_notes(survey),
            "factors": int(len(above) if above.all() else np.argmin(above)),
        },
        simulated=survey.simulated,
    )


def explore_factors(
    survey: Survey,
    n_factors: int,
    items: Sequence[str] | None = None,
    *,
    ordinal: bool = True,
) -> Diagnosis:
    """Fit factors without a pattern, and rotate them to simple structure (promax).

    Parameters
    ----------
    survey : Survey
        Validated answers with their weights.
    n_factors : int
        How many; :func:`count_factors` tells what the answers carry.
    items : sequence of str, optional
        By default all satisfaction items that the survey has.
    ordinal : bool
        Polychoric correlations in place of Pearson's.

    Returns
    -------
    Diagnosis
        Rows by item and factor: ``loading`` (pattern). No loading is left out below a
        cut-off.

    Raises
    ------
    UsageError
        If the items cannot carry so many factors, or answers are too few.

    References
    ----------
    In R: ``promax(factanal(covmat = psych::polychoric(d)$rho, factors = m)$loadings)``.
    """
    names = list(items) if items is not None else _satisfaction_items(survey)
    answers, weight = _complete(survey, names)
    fit = fit_factors(_correlation(answers, weight, ordinal), n_factors)
    turned = promax(fit.loadings)
    signs = np.where(turned.loadings.sum(axis=0) < 0, -1.0, 1.0)
    frame = pd.DataFrame(
        {
            "period": survey.period,
            "item": np.repeat(names, n_factors),
            "factor": [str(number + 1) for number in range(n_factors)] * len(names),
            "n": len(answers),
            "loading": (turned.loadings * signs).ravel(),
        }
    )
    return Diagnosis(
        frame=frame,
        by=("period", "item", "factor"),
        method=f"Maximum-likelihood factor analysis, {n_factors} factors, promax rotation.",
        labels={
            "period": period_labels(survey),
            "item": item_labels(survey, names),
            "column": {**COLUMNS, "factor": Label("Nhân tố", "Factor")},
        },
        notes={**survey_notes(survey), "factors": n_factors},
        simulated=survey.simulated,
    )


def collinearity(survey: Survey, items: Sequence[str] | None = None) -> Diagnosis:
    """Return how far each item is explained by the others: R² and variance inflation.

    Parameters
    ----------
    survey : Survey
        Validated answers with their weights.
    items : sequence of str, optional
        By default all satisfaction items that the survey has.

    Returns
    -------
    Diagnosis
        Rows by item: ``r_squared`` and ``vif``. A VIF of 5 doubles a standard error and more.

    Raises
    ------
    UsageError
        If an item does not exist or answers are too few.
    """
    names = list(items) if items is not None else _satisfaction_items(survey)
    answers, weight = _complete(survey, names)
    vif = variance_inflation(answers, weight)
    frame = pd.DataFrame(
        {
            "period": survey.period,
            "item": names,
            "n": len(answers),
            "r_squared": 1.0 - 1.0 / vif,
            "vif": vif,
        }
    )
    return Diagnosis(
        frame=frame,
        by=("period", "item"),
        method="Each item regressed on the others, complete answers, weighted.",
        labels={
            "period": period_labels(survey),
            "item": item_labels(survey, names),
            "column": COLUMNS,
        },
        notes={**survey_notes(survey), "largest_vif": float(vif.max())},
        simulated=survey.simulated,
    )


def _satisfaction_items(survey: Survey) -> list[str]:
    items = survey.codebook.items_with("satisfaction")
    return [item.name for item in items if item.name in survey.scores]


def _complete(survey: Survey, names: list[str]) -> tuple[Floats, Floats]:
    answers = np.column_stack([survey.score(name) for name in names])
    complete = ~np.isnan(answers).any(axis=1)
    if complete.sum() <= len(names):
        raise UsageError(f"{int(complete.sum())} complete answers to {len(names)} items: too few.")
    return answers[complete], survey.weights()[complete]


def _correlation(answers: Floats, weight: Floats, ordinal: bool) -> Floats:
    if ordinal:
        return smooth_correlation(polychoric(answers, weight).correlation)
    centred = answers - np.average(answers, axis=0, weights=weight)
    spread = (centred * weight[:, None]).T @ centred
    size = np.sqrt(np.diag(spread))
    return np.asarray(spread / np.outer(size, size))
