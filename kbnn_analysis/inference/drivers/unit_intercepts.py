"""Random intercepts of units in a model of the outcome, with the context of the units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import t as t_law

from kbnn_analysis.errors import UsageError, check_one_of
from kbnn_analysis.inference.drivers.cases import Cases, NotApplicable
from kbnn_analysis.inference.drivers.facts import (
    NO_CAUSES,
    driver_labels,
    driver_notes,
)
from kbnn_analysis.inference.drivers.intervals import p_values, t_ends
from kbnn_analysis.inference.drivers.outcomes import MODEL_SENTENCES
from kbnn_analysis.inference.drivers.scores import Level
from kbnn_analysis.inference.drivers.study import read_study
from kbnn_analysis.inference.drivers.unit_context import (
    OF_UNITS,
    context_labels,
    product_labels,
    with_products,
)
from kbnn_analysis.inference.grouping import attribute_levels
from kbnn_analysis.inference.measures import Measure
from kbnn_analysis.intake.survey import Survey
from kbnn_analysis.language import Label
from kbnn_analysis.results import Coefficients
from kbnn_analysis.stats.mixed_linear import fit_mixed_linear
from kbnn_analysis.stats.random_intercept import fit_random_intercept
from kbnn_analysis.stats.unit_scores import UnitErrors, unit_errors
from kbnn_analysis.stats.wald import holm

Floats = npt.NDArray[np.float64]
MixedModel = Literal["linear", "logit"]
FEWEST_UNITS = 10
LOGISTIC_VARIANCE = float(np.pi**2 / 3)
BETWEEN = "between_units"
BETWEEN_LABEL = Label("Độ lệch chuẩn giữa các đơn vị", "Standard deviation between units")


@dataclass(frozen=True)
class _Fit:
    """Slopes, spread between and within units, and errors of slopes and, last, the spread."""

    slopes: Floats
    sd: float
    residual_sd: float
    errors: UnitErrors

    @property
    def icc(self) -> float:
        """Return the part of what the columns leave that lies between units."""
        return float(self.sd**2 / (self.sd**2 + self.residual_sd**2))


def fit_unit_intercepts(
    survey: Survey,
    outcome: str | Measure,
    drivers: Sequence[str] | None = None,
    *,
    model: MixedModel = "linear",
    level: Level = "factor",
    adjust: Sequence[str] = (),
    context: pd.DataFrame | None = None,
    crossed: Sequence[str] = (),
    not_applicable: NotApplicable = "drop",
    conf_level: float = 0.95,
) -> Coefficients:
    """Fit a model of an outcome on drivers in which every unit has an intercept of its own.

    Parameters
    ----------
    survey : Survey
        Validated answers with their design.
    outcome : str or Measure
        An item or a measure: a score ("linear") or a yes or no ("logit").
    drivers : sequence of str, optional
        Factors or items; all factors by default.
    model : {"linear", "logit"}
        Restricted maximum likelihood; or maximum likelihood by adaptive quadrature.
    level : {"factor", "item"}
        "item" takes factors apart.
    adjust : sequence of str
        Attributes as fixed effects.
    context : DataFrame, optional
        Covariates of units, indexed by unit code, as :func:`unit_context` gives them.
    crossed : sequence of str
        Drivers that are multiplied by every context (cross-level products): does the driver go with
        the outcome more where the context is higher? Drivers are centred in their unit and
        contexts at the mean of the units, so that the other coefficients are those of a unit with
        the mean context.
    not_applicable : {"drop", "indicator"}
        Respondents to whom a whole driver does not apply.
    conf_level : float
        Level of the intervals.

    Returns
    -------
    Coefficients
        Drivers, adjustments, context, products (p-values by Holm too) and, last, the standard
        deviation between units, whose interval is on its logarithm; there is no test of it
        against 0.

    Raises
    ------
    UsageError
        If a name does not exist, fewer than ten units answered, or there is no context to cross.

    Notes
    -----
    Weights are scaled to sum to the respondents of each unit. Errors are of the units (CR2, with
    the fitted model as working model), with Satterthwaite's degrees of freedom: a context of few
    units, or of which two units decide, has few, whatever the number of respondents. The slopes of
    drivers may differ between units for other reasons than the context: errors of the units hold
    for products all the same, which errors of the respondents do not.

    References
    ----------
    Pfeffermann, D. et al. (1998). *JRSS B* 60, 23-40. Rabe-Hesketh, S. and Skrondal, A. (2006).
    *JRSS A* 169, 805-827. In R: ``lme4::lmer``, ``lme4::glmer(nAGQ = 5)``.
    """
    check_one_of("model", model, get_args(MixedModel))
    given = {"level": level, "adjust": adjust, "not_applicable": not_applicable}
    study = read_study(survey, outcome, drivers, model, context=context, conf_level=conf_level,
                       **given)  # type: ignore[arg-type]  # fmt: skip
    cases = study.groups[0].cases
    unit = np.unique(attribute_levels(survey, "unit")[0][cases.keep], return_inverse=True)[1]
    units = int(unit.max()) + 1
    if units < FEWEST_UNITS:
        raise UsageError(
            f"random intercepts need {FEWEST_UNITS} units or more; got {units}: take `fit_drivers` "
            "with `adjust` = ['unit']."
        )
    if crossed:
        cases = with_products(cases, unit, study.scores, crossed)
    among = np.array([role not in OF_UNITS for role in cases.terms.roles], dtype=bool)
    fit = _fitted(cases, unit, model, np.ones(len(among), dtype=bool))
    before = _fitted(cases, unit, model, among) if not among.all() else fit
    notes = driver_notes(
        survey, model, study.outcome, [cases],
        penalty="none", ridge=0.0, adjust=adjust, conf_level=conf_level, level=level,
        units=units, icc=fit.icc, icc_without_context=before.icc, sd_without_context=before.sd,
    )  # fmt: skip
    own = {**study.scores.labels, **context_labels(survey, cases), BETWEEN: BETWEEN_LABEL}
    own |= product_labels(own, cases)
    frame = _frame(survey.period, study.outcome.name, study.scores.names, cases, fit, conf_level)
    if crossed:
        frame["p_adjusted"] = holm(frame["p_value"].where(frame["role"] == "product"))
    return Coefficients(
        frame=frame.assign(units=units),
        by=("period", "outcome", "term"),
        method=_method(notes, units),
        labels=driver_labels(survey, study.outcome, own, "term", ()),
        notes=notes,
        simulated=survey.simulated,
        covariance=_padded(fit, len(frame)),
        conf_level=conf_level,
    )


def _fitted(
    cases: Cases, unit: npt.NDArray[np.intp], model: MixedModel, terms: npt.NDArray[np.bool_]
) -> _Fit:
    x = np.hstack([np.ones((len(unit), 1)), cases.drivers, cases.terms.columns[:, terms]])
    weight = cases.weight * (np.bincount(unit) / np.bincount(unit, cases.weight))[unit]
    p = x.shape[1]
    if model == "linear":
        made = fit_mixed_linear(unit, x, cases.outcome, weight)
        errors = unit_errors(made.parts, p)
        return _Fit(made.coefficients, made.sd, made.residual_sd, _of_sd(errors, p, made.sd))
    fit = fit_random_intercept(unit, x, weight * cases.outcome, weight, nodes=5)
    errors = unit_errors(fit.parts, p)
    sd = fit.sd if len(errors.df) > p else 0.0
    return _Fit(fit.coefficients, sd, float(np.sqrt(LOGISTIC_VARIANCE)), errors)


def _of_sd(errors: UnitErrors, p: int, sd: float) -> UnitErrors:
    """Return errors of slopes and sd from those of slopes, variance between and within units."""
    if sd == 0:
        return errors
    scale = np.r_[np.ones(p), 1 / (2 * sd)]
    kept = errors.covariance[: p + 1, : p + 1]
    return UnitErrors(kept * scale[:, None] * scale, errors.df[: p + 1])


def _padded(fit: _Fit, size: int) -> Floats:
    """Return the covariance of the rows: slopes without the constant, and the spread."""
    made, known = np.full((size, size), np.nan), len(fit.slopes) - 1
    if fit.sd > 0:
        known += 1
    made[:known, :known] = fit.errors.covariance[1 : known + 1, 1 : known + 1]
    return made


def _frame(
    period: str, outcome: str, drivers: tuple[str, ...], cases: Cases, fit: _Fit, level: float
) -> pd.DataFrame:
    k = len(fit.slopes) - 1
    error = np.full(k + 1, np.nan)
    df = np.full(k + 1, np.nan)
    own = fit.errors.covariance.diagonal()[1 : k + 2 if fit.sd > 0 else k + 1]
    error[: len(own)] = np.sqrt(own)
    df[: len(own)] = fit.errors.df[1 : len(own) + 1]
    df[k] = df[k] if fit.sd > 0 else fit.errors.df[1:].max()
    estimate = np.r_[fit.slopes[1:], fit.sd]
    ends = t_ends(estimate, error, df, level)
    reach = np.nan
    if fit.sd > 0:
        reach = float(t_law.ppf((1 + level) / 2, df[k])) * error[k] / fit.sd
    ends.low[k], ends.high[k] = fit.sd * np.exp(-reach), fit.sd * np.exp(reach)
    statistic = np.r_[estimate[:k] / error[:k], np.nan]
    frame = pd.DataFrame(
        {
            "period": period, "outcome": outcome, "term": [*drivers, *cases.terms.names, BETWEEN],
            "role": [*["driver"] * len(drivers), *cases.terms.roles, "between"],
            "n": cases.facts["respondents_in_model"], "estimate": estimate, "std_error": error,
            "df": df, "statistic": statistic, "p_value": p_values(statistic, df),
            "conf_low": ends.low, "conf_high": ends.high,
        }
    )  # fmt: skip
    return cases.terms.with_fewest(frame)


def _method(notes: Mapping[str, Any], units: int) -> str:
    adjusted = f"; adjusted for {notes['adjusted_for']}" if notes["adjusted_for"] else ""
    context = f"; context of the unit: {notes['context']}" if notes["context"] else ""
    return (
        f"Coefficients, {MODEL_SENTENCES[notes['model']]} with a random intercept by unit "
        f"({units} units){adjusted}{context}; weights scaled within units; errors of the units as "
        "sampling units (CR2), Satterthwaite degrees of freedom; complete cases, "
        f"{notes['respondents_in_model']} of {notes['respondents']} respondents. {NO_CAUSES}"
    )
