"""What to look at first: performance, importance, and what moving a tenth up would go with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit
from scipy.stats import rankdata

from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference.drivers.cases import Cases, NotApplicable
from kbnn_analysis.inference.drivers.facts import driver_labels, driver_notes, method_sentence
from kbnn_analysis.inference.drivers.intervals import share_ends, t_ends
from kbnn_analysis.inference.drivers.models import ModelFit, PenaltyChoice, fit_model
from kbnn_analysis.inference.drivers.partition import Structure, partition_fit
from kbnn_analysis.inference.drivers.scores import DriverScores, Level, driver_scale
from kbnn_analysis.inference.drivers.study import Study, read_study
from kbnn_analysis.inference.measures import Measure
from kbnn_analysis.intake.survey import Survey
from kbnn_analysis.results import Priorities
from kbnn_analysis.stats.design import LonelyPsu
from kbnn_analysis.stats.domains import ratio_by_domain
from kbnn_analysis.stats.influences import Influences
from kbnn_analysis.stats.linearization import influence_covariance

Floats = npt.NDArray[np.float64]
MOVING = 0.10
POINTS = 100.0


@dataclass(frozen=True)
class _Change:
    """Predicted changes of the rate, standard errors, the part that moves, degrees of freedom."""

    estimate: Floats
    std_error: Floats
    moving: Floats
    df: Floats


def prioritise(
    survey: Survey,
    outcome: str | Measure,
    drivers: Sequence[str] | None = None,
    *,
    level: Level = "item",
    structure: Structure = "auto",
    adjust: Sequence[str] = (),
    moving: float = MOVING,
    not_applicable: NotApplicable = "indicator",
    penalty: PenaltyChoice = "auto",
    ridge: float = 0.5,
    rng: np.random.Generator | None = None,
    conf_level: float = 0.95,
    lonely_psu: LonelyPsu | None = None,
) -> Priorities:
    """List drivers with performance, importance, who is not satisfied, and a predicted change.

    The predicted change compares two groups of respondents that differ in nothing modelled but one
    level of one driver: by how much the satisfaction rate of the logistic model differs if a tenth
    of the respondents, drawn among those below the top, stood one level higher. It is a way of
    reading the model's coefficients on the scale of the rate, not a forecast of what an action
    would cause.

    Parameters
    ----------
    survey : Survey
        Validated answers with their design.
    outcome : str or Measure
        An item (satisfied or not) or a measure that is yes or no.
    drivers : sequence of str, optional
        Factors or items on one scale; all factors by default.
    level : {"item", "factor"}
        "item" takes factors apart.
    structure : {"auto", "shapley", "owen", "sampled"}
        How importance (of the linear model of the yes or no) is divided.
    adjust : sequence of str
        Attributes as fixed effects.
    moving : float
        Part of the respondents who move; where fewer are below the top, all of these.
    not_applicable : {"indicator", "drop"}
        Respondents to whom a driver does not apply; they do not move.
    penalty, ridge
        See :func:`~kbnn_analysis.inference.drivers.models.fit_model`.
    rng : Generator, optional
        For sampled orders; a fixed one by default.
    conf_level : float
        Level of the intervals.
    lonely_psu : str, optional
        What a stratum with one sampling unit does, if not what the design says.

    Returns
    -------
    Priorities
        ``estimate`` is the predicted change in percentage points; ``rank`` 1 is the highest;
        rows stand in the order of the drivers.

    Raises
    ------
    UsageError
        If a name does not exist, drivers differ in scale, or `moving` is not between 0 and 1.
    """
    if not 0 < moving <= 1:
        raise UsageError(f"`moving` must be above 0 and at most 1; got {moving!r}.")
    study = read_study(
        survey, outcome, drivers, "logit",
        level=level, adjust=adjust, not_applicable=not_applicable, conf_level=conf_level,
    )  # fmt: skip
    _, satisfied, top = driver_scale(survey, study.scores)
    cases = study.cases[0]
    fit = fit_model(cases, "logit", penalty, ridge)
    applies = ~study.scores.not_applicable[cases.keep]
    change = _changes(cases, fit, applies, top, moving, lonely_psu)
    source = rng or np.random.default_rng(0)
    partition = partition_fit(
        cases, "linear", study.scores.groups, structure, "mcfadden", ridge, source
    )
    share = partition.parts / partition.fit
    error = np.sqrt(cases.covariance(partition.share_influence, lonely_psu).diagonal())
    error = np.hypot(error, partition.share_sampling_error)
    ends = share_ends(share, error, partition.df, conf_level)
    frame = _frame(survey.period, study, change, satisfied, conf_level, lonely_psu)
    frame = frame.assign(share=share, share_low=ends.low, share_high=ends.high)
    notes = driver_notes(
        survey, "logit", study.outcome, study.cases,
        penalty=fit.penalty, ridge=ridge, adjust=adjust, conf_level=conf_level, level=level,
        moving=moving, structure=partition.structure, fit_measure=partition.measure,
    )  # fmt: skip
    return Priorities(
        frame=frame,
        by=("period", "outcome", "driver"),
        method=method_sentence(
            survey, notes, f"Predicted difference of the rate if {100 * moving:g} % of respondents "
            "stood one level higher on one driver, the rest being alike",
        ),
        labels=driver_labels(survey, study.outcome, study.scores.labels, "driver", ()),
        notes=notes,
        simulated=survey.simulated,
        conf_level=conf_level,
    )  # fmt: skip


def _changes(
    cases: Cases,
    fit: ModelFit,
    applies: npt.NDArray[np.bool_],
    top: float,
    moving: float,
    lonely_psu: LonelyPsu | None,
) -> _Change:
    """Return moving * E[p(x + step) - p(x) | below the top] for each driver, in points."""
    x = np.hstack([cases.drivers, cases.terms.columns])
    linear = fit.thresholds[0] + x @ fit.slopes
    now = expit(linear)
    p, total = cases.drivers.shape[1], cases.weight.sum()
    estimate, part, columns = np.zeros(p), np.zeros(p), []
    for j in range(p):
        step = np.where(applies[:, j], np.clip(top - cases.drivers[:, j], 0.0, 1.0), 0.0)
        below = step > 0
        base = float(cases.weight @ below)
        part[j] = min(moving, base / total)
        if base == 0:
            columns.append(np.zeros(len(x)))
            continue
        then = expit(linear + fit.slopes[j] * step)
        gain = np.where(below, then - now, 0.0)
        mean = float(cases.weight @ gain) / base
        estimate[j] = part[j] * mean
        own = below * (gain - mean) / base
        if part[j] < moving:  # who is below is then itself a statistic
            own = own + mean * (below - part[j]) / total / part[j]
        columns.append(part[j] * (own + _through_slopes(cases, fit, x, now, then, step, j, base)))
    covariance = cases.covariance(POINTS * np.column_stack(columns), lonely_psu)
    return _Change(POINTS * estimate, np.sqrt(covariance.diagonal()), part, fit.df[:p])


def _through_slopes(
    cases: Cases,
    fit: ModelFit,
    x: Floats,
    now: Floats,
    then: Floats,
    step: Floats,
    driver: int,
    base: float,
) -> Floats:
    """Return what each respondent adds through intercept and slopes."""
    below = cases.weight * (step > 0)
    slope_then, slope_now = below * then * (1 - then), below * now * (1 - now)
    gradient = (slope_then - slope_now) @ x / base
    gradient[driver] += float(slope_then @ step) / base
    intercept = float((slope_then - slope_now).sum()) / base
    return np.asarray(fit.influence @ gradient + fit.threshold_influence[:, 0] * intercept)


def _frame(
    period: str,
    study: Study,
    change: _Change,
    satisfied: float,
    conf_level: float,
    lonely_psu: LonelyPsu | None,
) -> pd.DataFrame:
    cases, scores = study.cases[0], study.scores
    performance, unsatisfied, count = _levels(scores, cases, satisfied)
    covariance = influence_covariance(performance[1], cases.design, lonely_psu=lonely_psu)
    levels = t_ends(performance[0], np.sqrt(covariance.diagonal()), cases.df, conf_level)
    ends = t_ends(change.estimate, change.std_error, change.df, conf_level)
    keys = {"period": period, "outcome": study.outcome.name, "driver": list(scores.names)}
    return pd.DataFrame(
        keys
        | {
            "n": count,
            "performance": performance[0],
            "performance_low": levels.low,
            "performance_high": levels.high,
            "share_not_satisfied": unsatisfied,
            "share_moving": change.moving,
            "estimate": change.estimate,
            "std_error": change.std_error,
            "conf_low": ends.low,
            "conf_high": ends.high,
            "rank": rankdata(-change.estimate),
        }
    )


def _levels(
    scores: DriverScores, cases: Cases, satisfied: float
) -> tuple[tuple[Floats, Influences], Floats, npt.NDArray[np.int64]]:
    """Return mean scores with influences, the part not satisfied, and valid answers."""
    valid = np.isfinite(scores.scores)
    ones, weight = valid.astype(float), cases.design.weight
    means = ratio_by_domain(np.where(valid, scores.scores, 0.0), ones, weight)
    poor = ratio_by_domain((scores.scores < satisfied - 0.5).astype(float), ones, weight)
    return (means.estimate, means.influences), poor.estimate, means.n
