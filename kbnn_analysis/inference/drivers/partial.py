"""The partial proportional-odds model: some drivers with a slope at each level of the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference.drivers.cases import Cases, NotApplicable, answer_codes
from kbnn_analysis.inference.drivers.facts import driver_labels, driver_notes, method_sentence
from kbnn_analysis.inference.drivers.intervals import p_values, t_ends
from kbnn_analysis.inference.drivers.odds import odds_tests, ordinal_study, uneven
from kbnn_analysis.inference.drivers.scores import Level
from kbnn_analysis.inference.drivers.study import Study
from kbnn_analysis.intake.survey import Survey
from kbnn_analysis.language import Label
from kbnn_analysis.results import Coefficients
from kbnn_analysis.stats.design import LonelyPsu
from kbnn_analysis.stats.partial_odds import fit_partial_odds, threshold_slopes

Floats = npt.NDArray[np.float64]


def fit_partial_drivers(
    survey: Survey,
    outcome: str,
    drivers: Sequence[str] | None = None,
    *,
    free: Sequence[str] | None = None,
    level: Level = "factor",
    adjust: Sequence[str] = (),
    not_applicable: NotApplicable = "drop",
    ridge: float = 0.0,
    conf_level: float = 0.95,
    lonely_psu: LonelyPsu | None = None,
) -> Coefficients:
    """Fit the partial proportional-odds model: some drivers with a slope at each threshold.

    Parameters
    ----------
    survey : Survey
        Validated answers with their design.
    outcome : str
        An item.
    drivers : sequence of str, optional
        Factors or items; all factors by default.
    free : sequence of str, optional
        Drivers with slopes of their own at each threshold; by default those of
        :func:`~kbnn_analysis.inference.drivers.odds.uneven_drivers`.
    level, adjust, not_applicable
        As for :func:`~kbnn_analysis.inference.drivers.odds.check_proportional_odds`.
    ridge : float
        Penalty on the common slopes.
    conf_level : float
        Level of the intervals.
    lonely_psu
        As for :func:`~kbnn_analysis.inference.drivers.odds.check_proportional_odds`.

    Returns
    -------
    Coefficients
        Terms "driver>a" are log odds of an answer above a per point of the driver. Answers that are
        told apart by too few respondents for a fit are taken together, as in the test; the
        remaining answers a stand in ``notes["thresholds"]``.

    Raises
    ------
    UsageError
        If no driver is free, or the model has no finite fit.
    """
    study = ordinal_study(survey, outcome, drivers, level, adjust, not_applicable)
    names = study.scores.names
    if free is None:
        p = [row.p_value for row in odds_tests(study, lonely_psu).rows]
        free = uneven(names, p, 1 - conf_level)
    if not free or not set(free) <= set(names):
        raise UsageError(
            f"`free` must name some of the drivers {', '.join(names)}; got {list(free)}. Where no "
            "odds are shown to differ, `fit_drivers` is the model."
        )
    cases = study.cases[0]
    # patterns hold the answers themselves
    answers = np.unique(cases.outcome if study.reduced else survey.score(outcome)[cases.keep])
    above = _thresholds(cases, answers)
    frame, covariance = _partial(
        survey.period, study, tuple(free), above, ridge, conf_level, lonely_psu
    )
    notes = driver_notes(
        survey, "ordinal", study.outcome, study.cases,
        penalty="ridge" if ridge else "none", ridge=ridge, adjust=adjust, conf_level=conf_level,
        level=level, free=", ".join(free), thresholds=", ".join(above.values()),
        merged=len(above) < len(answers) - 1,
    )  # fmt: skip
    return Coefficients(
        frame=frame,
        by=("period", "outcome", "term"),
        method=method_sentence(
            survey, notes, f"Coefficients, with slopes at each threshold for {', '.join(free)}"
        ),
        labels=driver_labels(
            survey, study.outcome, {**_term_labels(study, frame), **cases.terms.labels}, "term", ()
        ),
        notes=notes,
        simulated=survey.simulated,
        covariance=covariance,
        conf_level=conf_level,
    )


def _thresholds(cases: Cases, answers: Floats) -> dict[int, str]:
    """Return the thresholds at which a model has a finite fit, and the answer below each."""
    x = np.hstack([cases.drivers, cases.terms.columns])
    kept = threshold_slopes(x, answer_codes(cases), cases.weight).thresholds
    return {place: f"{answers[place]:g}" for place in kept}


def _partial(
    period: str,
    study: Study,
    free: tuple[str, ...],
    above: Mapping[int, str],
    ridge: float,
    conf_level: float,
    lonely_psu: LonelyPsu | None,
) -> tuple[pd.DataFrame, Floats]:
    cases, names = study.cases[0], study.scores.names
    x = np.hstack([cases.drivers, cases.terms.columns])
    answer = (answer_codes(cases)[:, None] > np.array(list(above))).sum(axis=1)
    places = [names.index(name) for name in free]
    fit = fit_partial_odds(
        x, answer, cases.weight, free=places, ridge=ridge, mean_weight=cases.mean_weight
    )
    top, width = len(fit.thresholds), 1 + len(free)
    at_thresholds = [j * width + 1 + k for k in range(len(free)) for j in range(top)]
    order = [*at_thresholds, *range(top * width, fit.influence.shape[1])]
    covariance = cases.covariance(cases.by_unit(fit.influence[:, order]), lonely_psu)
    common = [name for name in (*names, *cases.terms.names) if name not in free]
    terms = [f"{name}>{answer_below}" for name in free for answer_below in above.values()] + common
    roles = ["adjustment" if name in cases.terms.names else "driver" for name in terms]
    estimate = np.concatenate([fit.free_coefficients.T.ravel(), fit.coefficients])
    error = np.sqrt(covariance.diagonal())
    ends = t_ends(estimate, error, cases.df, conf_level)
    frame = pd.DataFrame(
        {
            "period": period, "outcome": study.outcome.name, "term": terms, "role": roles,
            "n": cases.facts["respondents_in_model"],
            "estimate": estimate, "df": cases.df, "std_error": error,
            "statistic": estimate / error, "p_value": p_values(estimate / error, cases.df),
            "conf_low": ends.low, "conf_high": ends.high,
        }
    )  # fmt: skip
    return cases.terms.with_fewest(frame), covariance


def _term_labels(study: Study, frame: pd.DataFrame) -> dict[str, Label]:
    made = dict(study.scores.labels)
    for term in frame["term"]:
        name, _, threshold = str(term).partition(">")
        if threshold and name in study.scores.labels:
            base = study.scores.labels[name]
            made[term] = Label(
                f"{base.vi}: trên mức {threshold}", f"{base.en}: above level {threshold}"
            )
    return made
