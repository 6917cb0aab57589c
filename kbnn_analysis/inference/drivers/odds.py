"""Are the odds proportional? The test with the design's covariance, and the partial model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference.drivers.cases import Cases, NotApplicable
from kbnn_analysis.inference.drivers.facts import driver_labels, driver_notes, method_sentence
from kbnn_analysis.inference.drivers.intervals import p_values, t_ends
from kbnn_analysis.inference.drivers.scores import Level
from kbnn_analysis.inference.drivers.study import Study, read_study
from kbnn_analysis.intake.survey import Survey
from kbnn_analysis.language import Label
from kbnn_analysis.results import Coefficients, DriverTests
from kbnn_analysis.stats.design import LonelyPsu
from kbnn_analysis.stats.partial_odds import fit_partial_odds, threshold_slopes
from kbnn_analysis.stats.wald import WaldTest, holm, wald_test

Floats = npt.NDArray[np.float64]
ALL = "all"
ALL_LABEL = Label("tất cả các nhân tố", "all drivers together")


@dataclass(frozen=True)
class _Test:
    """The tests of one study: a row for each driver, then one for all together."""

    rows: list[WaldTest]
    skipped: tuple[int, ...]


def check_proportional_odds(
    survey: Survey,
    outcome: str,
    drivers: Sequence[str] | None = None,
    *,
    level: Level = "factor",
    adjust: Sequence[str] = (),
    not_applicable: NotApplicable = "drop",
    lonely_psu: LonelyPsu | None = None,
) -> DriverTests:
    """Test whether each driver moves the odds alike at every threshold of the answer (Brant).

    Parameters
    ----------
    survey : Survey
        Validated answers with their design.
    outcome : str
        An item.
    drivers : sequence of str, optional
        Factors or items; all factors by default.
    level : {"factor", "item"}
    adjust : sequence of str
        Attributes as fixed effects.
    not_applicable : {"drop", "indicator"}
    lonely_psu : str, optional

    Returns
    -------
    DriverTests
        A row a driver and one for all; adjusted Wald F tests with the covariance of the design.
        ``notes["thresholds_skipped"]`` names thresholds with too few answers for a fit; where
        fewer than two are left, all tests are missing.

    References
    ----------
    Brant, R. (1990). *Biometrics* 46, 1171-1178.
    """
    study = _study(survey, outcome, drivers, level, adjust, not_applicable)
    tests, names = _tests(study, lonely_psu), study.scores.names
    frame = pd.DataFrame(
        {
            "period": survey.period,
            "outcome": study.outcome.name,
            "driver": [*names, ALL],
            "n": len(study.cases[0].outcome),
            "statistic": [row.statistic for row in tests.rows],
            "df": [row.df for row in tests.rows],
            "p_value": [row.p_value for row in tests.rows],
        }
    )
    adjusted = np.append(holm(frame["p_value"].iloc[:-1]), frame["p_value"].iloc[-1])
    notes = driver_notes(
        survey, "ordinal", study.outcome, study.cases,
        penalty="none", ridge=0.0, adjust=adjust, conf_level=0.95, level=level,
        test="proportional odds", adjust_p="Holm",
        thresholds_skipped=", ".join(str(each + 1) for each in tests.skipped) or None,
    )  # fmt: skip
    labels = {**study.scores.labels, ALL: ALL_LABEL}
    return DriverTests(
        frame=frame.assign(p_adjusted=adjusted),
        by=("period", "outcome", "driver"),
        method=method_sentence(survey, notes, "Wald tests of equal slopes at all thresholds"),
        labels=driver_labels(survey, study.outcome, labels, "driver", ()),
        notes=notes,
        simulated=survey.simulated,
    )  # fmt: skip


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
        Drivers with slopes of their own at each threshold; by default those whose odds are shown
        not to be proportional (p below 1 - conf_level after Holm's adjustment).
    level, adjust, not_applicable
        As for :func:`check_proportional_odds`.
    ridge : float
        Penalty on the common slopes.
    conf_level : float
        Level of the intervals.
    lonely_psu
        As for :func:`check_proportional_odds`.

    Returns
    -------
    Coefficients
        Terms "driver>j" are log odds of an answer above the j-th per point of the driver.

    Raises
    ------
    UsageError
        If no driver is free, or the model has no finite fit.
    """
    study = _study(survey, outcome, drivers, level, adjust, not_applicable)
    names = study.scores.names
    if free is None:
        p = holm([row.p_value for row in _tests(study, lonely_psu).rows[:-1]])
        free = [name for name, value in zip(names, p, strict=True) if value < 1 - conf_level]
    if not free or not set(free) <= set(names):
        raise UsageError(
            f"`free` must name some of the drivers {', '.join(names)}; got {list(free)}. Where no "
            "odds are shown to differ, `fit_drivers` is the model."
        )
    cases = study.cases[0]
    frame, covariance = _partial(survey.period, study, tuple(free), ridge, conf_level, lonely_psu)
    notes = driver_notes(
        survey, "ordinal", study.outcome, study.cases,
        penalty="ridge" if ridge else "none", ridge=ridge, adjust=adjust, conf_level=conf_level,
        level=level, free=", ".join(free),
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


def _study(
    survey: Survey,
    outcome: str,
    drivers: Sequence[str] | None,
    level: Level,
    adjust: Sequence[str],
    not_applicable: NotApplicable,
) -> Study:
    return read_study(
        survey, outcome, drivers, "ordinal",
        level=level, adjust=adjust, not_applicable=not_applicable,
    )  # fmt: skip


def _answers(cases: Cases) -> npt.NDArray[np.intp]:
    return np.asarray(np.unique(cases.outcome, return_inverse=True)[1], dtype=np.intp)


def _tests(study: Study, lonely_psu: LonelyPsu | None) -> _Test:
    cases, p = study.cases[0], len(study.scores.names)
    x = np.hstack([cases.drivers, cases.terms.columns])
    answers = _answers(cases)
    try:
        slopes = threshold_slopes(x, answers, cases.weight)
    except UsageError:
        # a small survey near the ceiling: there is no test, and that is what the rows say
        nothing = WaldTest(np.nan, 0, np.nan, np.nan)
        return _Test([nothing] * (p + 1), tuple(range(int(answers.max()))))
    each = [slopes.contrasts(predictor) for predictor in range(p)]
    joint = np.concatenate([part[0] for part in each]), np.hstack([part[1] for part in each])
    covariance = cases.covariance(joint[1], lonely_psu)
    size = len(slopes.thresholds) - 1
    blocks = [slice(j * size, (j + 1) * size) for j in range(p)]
    rows = [wald_test(joint[0][at], covariance[at, at], cases.df) for at in blocks]
    return _Test([*rows, wald_test(joint[0], covariance, cases.df)], slopes.skipped)


def _partial(
    period: str,
    study: Study,
    free: tuple[str, ...],
    ridge: float,
    conf_level: float,
    lonely_psu: LonelyPsu | None,
) -> tuple[pd.DataFrame, Floats]:
    cases, names = study.cases[0], study.scores.names
    x, answer = np.hstack([cases.drivers, cases.terms.columns]), _answers(cases)
    places = [names.index(name) for name in free]
    fit = fit_partial_odds(x, answer, cases.weight, free=places, ridge=ridge)
    top, width = len(fit.thresholds), 1 + len(free)
    at_thresholds = [j * width + 1 + k for k in range(len(free)) for j in range(top)]
    order = [*at_thresholds, *range(top * width, fit.influence.shape[1])]
    covariance = cases.covariance(fit.influence[:, order], lonely_psu)
    common = [name for name in (*names, *cases.terms.names) if name not in free]
    terms = [f"{name}>{j + 1}" for name in free for j in range(top)] + common
    roles = ["adjustment" if name in cases.terms.names else "driver" for name in terms]
    estimate = np.concatenate([fit.free_coefficients.T.ravel(), fit.coefficients])
    error = np.sqrt(covariance.diagonal())
    ends = t_ends(estimate, error, cases.df, conf_level)
    frame = pd.DataFrame(
        {
            "period": period, "outcome": study.outcome.name, "term": terms, "role": roles,
            "n": len(answer), "estimate": estimate, "df": cases.df, "std_error": error,
            "statistic": estimate / error, "p_value": p_values(estimate / error, cases.df),
            "conf_low": ends.low, "conf_high": ends.high,
        }
    )  # fmt: skip
    return frame, covariance


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
