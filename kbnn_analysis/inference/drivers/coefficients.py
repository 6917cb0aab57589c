"""Coefficients of drivers, adjustments and context, with their design-based covariance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from kbnn_analysis.inference.drivers.cases import Cases, NotApplicable
from kbnn_analysis.inference.drivers.facts import driver_labels, driver_notes, method_sentence
from kbnn_analysis.inference.drivers.intervals import p_values, t_ends
from kbnn_analysis.inference.drivers.models import ModelFit, PenaltyChoice, fit_model
from kbnn_analysis.inference.drivers.outcomes import Model
from kbnn_analysis.inference.drivers.scores import Level
from kbnn_analysis.inference.drivers.study import Group, Study, read_study
from kbnn_analysis.inference.measures import Measure
from kbnn_analysis.inference.survey_design import FrameCounts, FrameTotals, calibrated_to
from kbnn_analysis.intake.survey import Survey
from kbnn_analysis.results import Coefficients
from kbnn_analysis.stats.design import LonelyPsu
from kbnn_analysis.stats.influences import Influences
from kbnn_analysis.stats.linearization import influence_covariance

Floats = npt.NDArray[np.float64]


def fit_drivers(
    survey: Survey,
    outcome: str | Measure,
    drivers: Sequence[str] | None = None,
    *,
    model: Model = "linear",
    level: Level = "factor",
    adjust: Sequence[str] = (),
    context: pd.DataFrame | None = None,
    by: str | None = None,
    not_applicable: NotApplicable = "drop",
    penalty: PenaltyChoice = "auto",
    ridge: float = 0.5,
    conf_level: float = 0.95,
    lonely_psu: LonelyPsu | None = None,
    frame_counts: FrameCounts | None = None,
    frame_totals: FrameTotals | None = None,
) -> Coefficients:
    """Fit a model of an outcome on drivers; every coefficient carries the survey design.

    Parameters
    ----------
    survey : Survey
        Validated answers with their design.
    outcome : str or Measure
        An item or a measure, see :func:`~kbnn_analysis.inference.drivers.outcomes.read_outcome`.
    drivers : sequence of str, optional
        Factors or items; all factors by default. A factor is scored by the mean of its valid items.
    model : {"linear", "logit", "ordinal"}
        Coefficients are points of the score, or log odds (of a higher answer) per point.
    level : {"factor", "item"}
        "item" takes factors apart.
    adjust : sequence of str
        Attributes as fixed effects, for example ["respondent_type", "channel"]; "unit" for units.
    context : DataFrame, optional
        Covariates of units, indexed by unit code. Units are then the sampling units, and there are
        as many degrees of freedom as units, less the context terms and one.
    by : str, optional
        Attribute whose levels get models of their own; all rows share one covariance.
    not_applicable : {"drop", "indicator"}
        Respondents to whom a whole driver does not apply.
    penalty : {"auto", "none", "firth", "ridge"}
        See :func:`~kbnn_analysis.inference.drivers.models.fit_model`.
    ridge : float
        Strength of the ridge.
    conf_level : float
        Level of the intervals.
    lonely_psu : str, optional
        What a stratum with one sampling unit does, if not what the design says.
    frame_counts, frame_totals : mapping, optional
        Numbers in the population, as for :func:`~kbnn_analysis.inference.estimation.estimate`:
        weights are calibrated to them, and covariances use the residuals.

    Returns
    -------
    Coefficients
        Rows by period, outcome, `by`, term; fixed effects of units are fitted but not listed.

    Raises
    ------
    UsageError
        If a name does not exist, too few answers are left, or there is no finite fit.
    """
    study = read_study(
        survey, outcome, drivers, model,
        level=level, adjust=adjust, context=context, by=by, not_applicable=not_applicable,
        conf_level=conf_level, moments=True, patterns=True,
        frame_counts=frame_counts, frame_totals=frame_totals,
    )  # fmt: skip
    cases, scores = study.cases, study.scores
    fits = [fit_model(each, model, penalty, ridge) for each in cases]
    listed = [_listed(each, scores.names) for each in cases]
    covariance = _covariance(cases, fits, listed, lonely_psu)
    used = next((fit.penalty for fit in fits if fit.penalty != "none"), "none")
    notes = driver_notes(
        survey, model, study.outcome, cases,
        penalty=used, ridge=ridge, adjust=adjust, conf_level=conf_level, level=level, by=by,
        fit=fits[0].fit if by is None else None,
        calibrated_to=calibrated_to(frame_counts, frame_totals),
    )  # fmt: skip
    own = {name: label for each in cases for name, label in each.terms.labels.items()}
    rows = [
        _rows(survey.period, study, *one) for one in zip(study.groups, fits, listed, strict=True)
    ]
    frame = pd.concat(rows, ignore_index=True)
    return Coefficients(
        frame=_with_tests(frame, np.sqrt(covariance.diagonal()), conf_level),
        by=("period", "outcome", *study.by, "term"),
        method=method_sentence(survey, notes, "Coefficients"),
        labels=driver_labels(survey, study.outcome, {**scores.labels, **own}, "term", study.by),
        notes=notes,
        simulated=survey.simulated,
        covariance=covariance,
        conf_level=conf_level,
    )


def _listed(cases: Cases, drivers: tuple[str, ...]) -> npt.NDArray[np.intp]:
    """Return the slopes to list: all but the fixed effects of units."""
    terms = [not name.startswith("unit=") for name in cases.terms.names]
    return np.flatnonzero([True] * len(drivers) + terms)


def _covariance(
    cases: Sequence[Cases],
    fits: Sequence[ModelFit],
    listed: Sequence[npt.NDArray[np.intp]],
    lonely_psu: LonelyPsu | None,
) -> Floats:
    """Return the covariance of all listed slopes: groups share PSUs, so that they covary."""
    spread = [
        case.spread(fit.influence[:, rows])
        for case, fit, rows in zip(cases, fits, listed, strict=True)
    ]
    joint = Influences(np.hstack(spread))
    return influence_covariance(joint, cases[0].design, lonely_psu=lonely_psu)


def _rows(
    period: str, study: Study, group: Group, fit: ModelFit, listed: npt.NDArray[np.intp]
) -> pd.DataFrame:
    cases, drivers = group.cases, study.scores.names
    names = np.array([*drivers, *cases.terms.names], dtype=object)[listed]
    roles = np.array([*["driver"] * len(drivers), *cases.terms.roles], dtype=object)[listed]
    frame = pd.DataFrame(
        {"period": period, "outcome": study.outcome.name, **group.key, "term": names}
        | {
            "role": roles,
            "n": cases.facts["respondents_in_model"],
            "estimate": fit.slopes[listed],
            "df": fit.df[listed],
        }
    )
    return cases.terms.with_fewest(frame)


def _with_tests(frame: pd.DataFrame, std_error: Floats, conf_level: float) -> pd.DataFrame:
    estimate, df = frame["estimate"].to_numpy(float), frame["df"].to_numpy(float)
    known = np.where(std_error > 0, std_error, np.nan)
    statistic = estimate / known
    ends = t_ends(estimate, known, df, conf_level)
    return frame.assign(
        std_error=known,
        statistic=statistic,
        p_value=p_values(statistic, df),
        conf_low=ends.low,
        conf_high=ends.high,
    )
