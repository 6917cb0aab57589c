"""Penalty and reward: drivers that hurt when poor, please when excellent, or both."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference.drivers.cases import Cases, NotApplicable
from kbnn_analysis.inference.drivers.facts import driver_labels, driver_notes, method_sentence
from kbnn_analysis.inference.drivers.few_units import correct_for_few_units
from kbnn_analysis.inference.drivers.intervals import p_values, t_ends
from kbnn_analysis.inference.drivers.scores import Level, driver_scale
from kbnn_analysis.inference.drivers.study import read_study
from kbnn_analysis.inference.measures import Measure
from kbnn_analysis.intake.survey import Survey
from kbnn_analysis.language import Label
from kbnn_analysis.results import PenaltyReward
from kbnn_analysis.stats.design import LonelyPsu
from kbnn_analysis.stats.linear_models import fit_linear
from kbnn_analysis.stats.wald import holm

Floats = npt.NDArray[np.float64]
CONTRASTS = ("penalty", "reward", "asymmetry")
CONTRAST_LABELS = {
    "penalty": Label("thấp hơn khi chưa hài lòng", "penalty when not satisfied"),
    "reward": Label("cao hơn khi rất hài lòng", "reward when very satisfied"),
    "asymmetry": Label("chênh giữa hai phía", "reward less penalty"),
}
FEWEST = 10
"""Fewest respondents below and at the top, so that a contrast is shown."""


def penalty_reward(
    survey: Survey,
    outcome: str | Measure,
    drivers: Sequence[str] | None = None,
    *,
    level: Level = "factor",
    adjust: Sequence[str] = (),
    not_applicable: NotApplicable = "drop",
    conf_level: float = 0.95,
    lonely_psu: LonelyPsu | None = None,
) -> PenaltyReward:
    """Contrast those not satisfied and those very satisfied with a driver against those between.

    The score of the outcome is regressed on two dummies for each driver, all drivers together:
    not satisfied (score below the lowest satisfied answer, less half a step) and very satisfied
    (score of at least the highest answer less half a step). The coefficients are the penalty
    (usually negative) and the reward; their sum is the asymmetry.

    Parameters
    ----------
    survey : Survey
        Validated answers with their design.
    outcome : str or Measure
        An item (its score) or a measure.
    drivers : sequence of str, optional
        Factors or items on one scale; all factors by default.
    level : {"factor", "item"}
        "item" takes factors apart.
    adjust : sequence of str
        Attributes as fixed effects.
    not_applicable : {"drop", "indicator"}
        Respondents to whom a whole driver does not apply.
    conf_level : float
        Level of intervals; the types are judged at 1 - conf_level after Holm's adjustment.
    lonely_psu : str, optional
        What a stratum with one sampling unit does, if not what the design says.

    Returns
    -------
    PenaltyReward
        Rows by period, outcome, driver, contrast. ``factor_type`` is "basic" where the asymmetry is
        shown to be negative, "excitement" where positive, "performance" where penalty or reward is
        shown but no asymmetry, "unclear" otherwise.

    Raises
    ------
    UsageError
        If a name does not exist or the drivers' scale declares no satisfied answers.

    References
    ----------
    Brandt, D. R. (1988). *Journal of Services Marketing* 2, 35-41. Matzler, K. and Sauerwein, E.
    (2002). *International Journal of Service Industry Management* 13, 314-332.
    """
    study = read_study(
        survey, outcome, drivers, "linear",
        level=level, adjust=adjust, not_applicable=not_applicable, conf_level=conf_level,
    )  # fmt: skip
    cases, names = study.cases[0], study.scores.names
    _, satisfied, top = driver_scale(survey, study.scores)
    low = (cases.drivers < satisfied - 0.5).astype(float)
    high = (cases.drivers >= top - 0.5).astype(float)
    usable = (low.sum(axis=0) >= FEWEST) & (high.sum(axis=0) >= FEWEST)
    usable &= ((1 - low - high).sum(axis=0)) >= FEWEST
    if not usable.any():
        raise UsageError(
            f"no driver has {FEWEST} respondents not satisfied, between and very satisfied."
        )
    estimate, error, df, counts = _contrasts(cases, low, high, usable, lonely_psu)
    keys = {"period": survey.period, "outcome": study.outcome.name}
    frame = _frame(keys, names, estimate, error, counts, df, conf_level)
    notes = driver_notes(
        survey, "linear", study.outcome, study.cases,
        penalty="none", ridge=0.0, adjust=adjust, conf_level=conf_level, level=level,
        low_below=satisfied - 0.5, high_from=top - 0.5, adjust_p="Holm",
        too_few=", ".join(n for n, ok in zip(names, usable, strict=True) if not ok) or None,
    )  # fmt: skip
    labels = driver_labels(survey, study.outcome, study.scores.labels, "driver", ())
    return PenaltyReward(
        frame=frame,
        by=("period", "outcome", "driver", "contrast"),
        method=method_sentence(
            survey, notes, f"Penalty (score below {satisfied - 0.5:g}) and reward (from "
            f"{top - 0.5:g}) against the scores between; p-values by Holm",
        ),
        labels={**labels, "contrast": CONTRAST_LABELS},
        notes=notes,
        simulated=survey.simulated,
        conf_level=conf_level,
    )  # fmt: skip


def _contrasts(
    cases: Cases,
    low: Floats,
    high: Floats,
    usable: npt.NDArray[np.bool_],
    lonely_psu: LonelyPsu | None,
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return estimates, standard errors, df and respondents, each of shape (p, 3)."""
    p, kept = len(usable), int(usable.sum())
    x = np.hstack([low[:, usable], high[:, usable], cases.terms.columns])
    fit = fit_linear(x, cases.outcome, cases.weight)
    take = np.zeros((3 * kept, x.shape[1]))
    rows = np.arange(kept)
    take[3 * rows, rows] = take[3 * rows + 1, kept + rows] = 1.0
    take[3 * rows + 2, rows] = take[3 * rows + 2, kept + rows] = 1.0
    made = correct_for_few_units(cases, "linear", x, fit.coefficients, fit.influence, 0.0)
    covariance = cases.covariance(made.influence[:, 1:] @ take.T, lonely_psu)
    estimate, error, df = np.full((3, p, 3), np.nan)
    # the sum of both has no more than the poorer of them
    poorer = np.array([made.df[1:][row > 0].min() for row in take])
    df[usable] = poorer.reshape(kept, 3)
    estimate[usable] = (take @ fit.coefficients[1:]).reshape(kept, 3)
    error[usable] = np.sqrt(covariance.diagonal()).reshape(kept, 3)
    sums = low.sum(axis=0), high.sum(axis=0)
    return estimate, error, df, np.column_stack([*sums, np.minimum(*sums)])


def _frame(
    keys: dict[str, str],
    names: tuple[str, ...],
    estimate: Floats,
    error: Floats,
    counts: Floats,
    df: Floats,
    conf_level: float,
) -> pd.DataFrame:
    p = p_values(estimate / error, df)
    adjusted = np.column_stack([holm(column) for column in p.T])
    ends = t_ends(estimate, error, df, conf_level)
    types = _types(estimate, adjusted, 1 - conf_level)
    return pd.DataFrame(
        {
            **keys,
            "driver": np.repeat(names, 3),
            "contrast": list(CONTRASTS) * len(names),
            "n": counts.ravel(),
            "estimate": estimate.ravel(),
            "std_error": error.ravel(),
            "df": df.ravel(),
            "statistic": (estimate / error).ravel(),
            "p_value": p.ravel(),
            "p_adjusted": adjusted.ravel(),
            "conf_low": ends.low.ravel(),
            "conf_high": ends.high.ravel(),
            "factor_type": np.repeat(types, 3),
        }
    )


def _types(estimate: Floats, p: Floats, alpha: float) -> list[str]:
    made = []
    for values, chances in zip(estimate, p, strict=True):
        shown = chances < alpha  # NaN is not shown
        if shown[2]:
            made.append("basic" if values[2] < 0 else "excitement")
        else:
            made.append("performance" if shown[:2].any() else "unclear")
    return made
