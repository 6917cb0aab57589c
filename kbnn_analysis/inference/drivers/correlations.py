"""How far drivers go together: the weighted correlations that make importance hard to divide."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference.drivers.scores import DriverScores, Level, driver_scores
from kbnn_analysis.intake.survey import Survey
from kbnn_analysis.language import Label
from kbnn_analysis.periods import parse_period
from kbnn_analysis.results import Diagnosis

Floats = npt.NDArray[np.float64]

COLUMNS = {
    "other": Label("Nhân tố kia", "Other driver"),
    "estimate": Label("Hệ số tương quan", "Correlation"),
}


def correlate_drivers(
    survey: Survey, drivers: Sequence[str] | None = None, *, level: Level = "factor"
) -> Diagnosis:
    """Return the weighted Pearson correlation of every pair of drivers.

    Parameters
    ----------
    survey : Survey
        Validated answers.
    drivers : sequence of str, optional
        Factors or items; all factors by default.
    level : {"factor", "item"}
        "item" takes factors apart.

    Returns
    -------
    Diagnosis
        Rows by period, driver, other (both orders and the diagonal); ``n`` counts the respondents
        with both, over whom the correlation is taken.

    Raises
    ------
    UsageError
        If there are fewer than two drivers, or a name does not exist.
    """
    scores = driver_scores(survey, drivers, level)
    if len(scores.names) < 2:
        raise UsageError("correlations are of pairs; give at least two drivers.")
    correlation, n = _correlations(scores, survey.weights())
    size = len(scores.names)
    period = parse_period(survey.period)
    frame = pd.DataFrame(
        {
            "period": survey.period,
            "driver": np.repeat(scores.names, size),
            "other": np.tile(scores.names, size),
            "n": n.ravel(),
            "estimate": correlation.ravel(),
        }
    )
    return Diagnosis(
        frame=frame,
        by=("period", "driver", "other"),
        method="Weighted Pearson correlations over the respondents with both scores.",
        labels={
            "period": {survey.period: Label(period.label("vi"), period.label("en"))},
            "driver": scores.labels,
            "other": scores.labels,
            "column": COLUMNS,
        },
        notes={"weighted": survey.design.weight is not None, "assumed": survey.codebook.assumed},
        simulated=survey.simulated,
    )


def _correlations(scores: DriverScores, weight: Floats) -> tuple[Floats, Floats]:
    size = len(scores.names)
    made, count = np.eye(size), np.zeros((size, size))
    for i in range(size):
        for j in range(i + 1):
            pair = scores.scores[:, [i, j]]
            both = np.isfinite(pair).all(axis=1) & (weight > 0)
            count[i, j] = count[j, i] = both.sum()
            if i != j:
                made[i, j] = made[j, i] = _correlation(pair[both], weight[both])
    return made, count


def _correlation(pair: Floats, weight: Floats) -> float:
    centred = pair - np.average(pair, axis=0, weights=weight)
    moments = (centred * weight[:, None]).T @ centred
    scale = float(np.sqrt(moments[0, 0] * moments[1, 1]))
    return float(moments[0, 1]) / scale if scale > 0 else float("nan")
