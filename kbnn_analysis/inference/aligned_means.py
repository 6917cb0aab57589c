"""Means of units before and after alignment, with one covariance."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import norm, rankdata

from kbnn_analysis.inference.scales import ItemScale, period_labels, survey_notes
from kbnn_analysis.inference.unit_factors import UnitFactors
from kbnn_analysis.intake.survey import Survey
from kbnn_analysis.language import Label
from kbnn_analysis.results import Estimates, MeasureInfo
from kbnn_analysis.stats.alignment import Alignment
from kbnn_analysis.stats.alignment_tests import AlignmentTests


def aligned_means(
    survey: Survey,
    scale: ItemScale,
    by: str,
    fitted: UnitFactors,
    aligned: Alignment,
    tests: AlignmentTests,
    conf_level: float,
) -> Estimates:
    """Return the means of the items and the aligned factor means of all units.

    Parameters
    ----------
    survey : Survey
        The answers.
    scale : ItemScale
        The scale.
    by : str
        The attribute whose levels are the units.
    fitted : UnitFactors
        The units' own models.
    aligned : Alignment
        Their alignment.
    tests : AlignmentTests
        With the derivatives of the aligned means.
    conf_level : float
        Level of the intervals.

    Returns
    -------
    Estimates
        Two measures with one covariance; units without a model are rows without an estimate.
    """
    groups, levels = len(fitted.n), list(fitted.levels)
    turn = np.zeros((2 * groups, len(fitted.covariance)))
    turn[:groups, -groups:] = np.eye(groups)
    turn[groups:, :-groups] = tests.slopes
    covariance = turn @ fitted.covariance @ turn.T
    places = np.array([levels.index(unit) for unit in fitted.units])
    into = np.concatenate([places, len(levels) + places])
    values = np.full((2, len(levels)), np.nan)
    values[0, places], values[1, places] = fitted.means, aligned.mean
    ranks = np.full((2, len(levels)), np.nan)
    ranks[:, places] = rankdata(-values[:, places], axis=1)
    full = np.full((2 * len(levels),) * 2, np.nan)
    full[np.ix_(into, into)] = covariance
    error = np.sqrt(np.diag(full))
    reach = float(norm.ppf((1 + conf_level) / 2)) * error
    infos = _infos(scale)
    frame = pd.DataFrame(
        {
            "period": survey.period,
            "measure": np.repeat(list(infos), len(levels)),
            by: levels * 2,
            "n": np.tile(fitted.complete, 2),
            "estimate": values.ravel(),
            "std_error": error,
            "conf_low": values.ravel() - reach,
            "conf_high": values.ravel() + reach,
            "rank": ranks.ravel(),
        }
    )
    return Estimates(
        frame=frame,
        by=("period", "measure", by),
        method="Means of complete answers as they are, and factor means after alignment, in "
        f"standard deviations of the factor; {100 * conf_level:g} % normal intervals.",
        labels={
            "period": period_labels(survey),
            "measure": {name: info.label for name, info in infos.items()},
            by: fitted.labels,
        },
        notes={**survey_notes(survey), "conf_level": conf_level},
        simulated=survey.simulated,
        covariance=full,
        measures=infos,
        conf_level=conf_level,
    )


def _infos(scale: ItemScale) -> dict[str, MeasureInfo]:
    low, high = float(np.nanmin(scale.answers)), float(np.nanmax(scale.answers))
    scores = Label(
        f"{scale.label.vi}: điểm trung bình các câu", f"{scale.label.en}: mean of the items"
    )
    factor = Label(
        f"{scale.label.vi}: trung bình nhân tố sau căn chỉnh",
        f"{scale.label.en}: aligned factor mean",
    )
    names = (f"{scale.name}_scores", f"{scale.name}_aligned")
    return {
        names[0]: MeasureInfo(names[0], "mean", "1", "mean", scores, scale.items, low, high),
        names[1]: MeasureInfo(names[1], "aligned", "1", "mean", factor, scale.items, -4.0, 4.0),
    }
