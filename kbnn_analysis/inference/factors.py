"""Whether items hang together as the codebook says: confirmatory factors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

import pandas as pd
from scipy.stats import norm

from kbnn_analysis.errors import check_one_of
from kbnn_analysis.inference.factor_models import FittedFactors, fit_survey_factors
from kbnn_analysis.inference.scales import (
    COLUMNS,
    Scales,
    item_labels,
    period_labels,
    scale_labels,
    scales_of,
    survey_notes,
)
from kbnn_analysis.inference.survey_design import survey_design_arrays
from kbnn_analysis.intake.survey import Survey
from kbnn_analysis.language import Label
from kbnn_analysis.results import FactorFit, Labels, Loadings
from kbnn_analysis.stats.fit_indices import FitIndices

Method = Literal["ordinal", "ml"]
_METHODS: dict[str, str] = {
    "ordinal": "Diagonally weighted least squares on polychoric correlations, robust errors and "
    "mean- and variance-adjusted statistic from the survey's design",
    "ml": "Normal-theory maximum likelihood, errors from influences through the survey's design; "
    "the statistic assumes normal, independent answers",
}


@dataclass(frozen=True)
class ConfirmedFactors:
    """How the codebook's factors fit the answers.

    Parameters
    ----------
    fit : FactorFit
        Chi-square, CFI, TLI, RMSEA with its 90 % interval, SRMR.
    loadings : Loadings
        Rows by factor and item: standardized loadings, and correlations with later factors.
    """

    fit: FactorFit
    loadings: Loadings


def confirm_factors(
    survey: Survey,
    scales: Scales | None = None,
    *,
    method: Method = "ordinal",
    conf_level: float = 0.95,
) -> ConfirmedFactors:
    """Fit the factors of the codebook, each item on its own, factors free to correlate.

    Parameters
    ----------
    survey : Survey
        Validated answers with their design.
    scales : mapping of str to sequence of str, optional
        Factor -> items; by default the codebook's factors with two items or more.
    method : {"ordinal", "ml"}
        "ordinal" for answers in up to seven or so categories.
    conf_level : float
        Level of the intervals of the loadings (normal).

    Returns
    -------
    ConfirmedFactors

    Raises
    ------
    UsageError
        If an item does not exist, or the model cannot be fitted to the complete answers.

    References
    ----------
    In R: ``lavaan::cfa(model, d, ordered = TRUE, std.lv = TRUE)``; for designs
    ``lavaan.survey`` (continuous answers only).
    """
    check_one_of("method", method, get_args(Method))
    chosen = scales_of(survey, scales)
    found = fit_survey_factors(chosen, survey_design_arrays(survey), ordinal=method == "ordinal")
    shared: dict[str, Any] = {
        "method": f"{_METHODS[method]}; complete answers.",
        "notes": {**survey_notes(survey), "conf_level": conf_level, "fit_method": method},
        "simulated": survey.simulated,
    }
    labels: Labels = {
        "period": period_labels(survey),
        "factor": scale_labels(chosen),
        "term": {
            **item_labels(survey, [item for scale in chosen for item in scale.items]),
            **scale_labels(chosen),
        },
        "column": COLUMNS,
        "model": {method: Label(f"{len(chosen)} nhóm tiêu chí", f"{len(chosen)} factors")},
    }
    fit = pd.DataFrame([{"period": survey.period, "model": method, **_fit_row(found)}])
    return ConfirmedFactors(
        fit=FactorFit(frame=fit, by=("period", "model"), labels=labels, **shared),
        loadings=Loadings(
            frame=_loading_frame(survey.period, found, conf_level),
            by=("period", "factor", "term"),
            labels=labels,
            conf_level=conf_level,
            **shared,
        ),
    )


def _fit_row(found: FittedFactors) -> dict[str, Any]:
    fit: FitIndices = found.fit
    return {
        "n": found.n,
        "statistic": fit.chi2,
        "df": fit.df,
        "p_value": fit.p_value,
        "cfi": fit.cfi,
        "tli": fit.tli,
        "rmsea": fit.rmsea,
        "rmsea_low": fit.rmsea_low,
        "rmsea_high": fit.rmsea_high,
        "srmr": fit.srmr,
    }


def _loading_frame(period: str, found: FittedFactors, conf_level: float) -> pd.DataFrame:
    reach = float(norm.ppf((1 + conf_level) / 2)) * found.std_error
    return pd.DataFrame(
        {
            "period": period,
            "factor": [factor for factor, _ in found.terms],
            "term": [term for _, term in found.terms],
            "n": found.n,
            "estimate": found.estimate,
            "std_error": found.std_error,
            "conf_low": found.estimate - reach,
            "conf_high": found.estimate + reach,
        }
    )
