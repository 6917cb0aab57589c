"""Stated importance: what respondents say matters, beside what goes with their satisfaction."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import rankdata

from kbnn_analysis.inference.drivers.scores import DriverScores
from kbnn_analysis.inference.estimation import estimate
from kbnn_analysis.inference.measures import mean_score
from kbnn_analysis.intake.stacking import PERIOD
from kbnn_analysis.intake.survey import Survey

Floats = npt.NDArray[np.float64]


def stated_importance(
    survey: Survey,
    frame: pd.DataFrame,
    scores: DriverScores,
    by: str | None,
    conf_level: float,
    **calibration: Any,
) -> pd.DataFrame:
    """Return the frame with the mean stated priority of each driver's factor, where asked.

    Parameters
    ----------
    survey : Survey
    frame : DataFrame
        Rows of drivers, by group if `by` is given.
    scores : DriverScores
    by : str, optional
    conf_level : float
    **calibration
        ``frame_counts`` and ``frame_totals``.

    Returns
    -------
    DataFrame
        With ``stated``, ``stated_low``, ``stated_high``, ``stated_rank``; as it was where the
        instrument asks no priority of these drivers.
    """
    asked = {
        item.factor: item.name
        for item in survey.codebook.items_with("stated_importance")
        if item.factor and item.name in survey.scores.columns
    }
    item_of = {name: asked[name] for name in scores.names if name in asked}
    if not item_of:
        return frame
    measures = [mean_score(item) for item in item_of.values()]
    told = pd.concat(  # one by one: answers to all at once have as many patterns as respondents
        [
            estimate(
                survey,
                measure,
                by=by if by not in (None, PERIOD) else (),
                conf_level=conf_level,
                **calibration,
            ).frame
            for measure in measures
        ],
        ignore_index=True,
    )
    told["driver"] = told["measure"].map(
        {m.name: d for d, m in zip(item_of, measures, strict=True)}
    )
    keys = ["driver"] if by is None else [by, "driver"]
    wanted = told[[*keys, "estimate", "conf_low", "conf_high"]].set_axis(
        [*keys, "stated", "stated_low", "stated_high"], axis=1
    )
    merged = frame.merge(wanted, on=keys, how="left", validate="one_to_one")
    size = len(scores.names)
    ranks = [
        _ranks(merged["stated"].to_numpy(float)[at : at + size])
        for at in range(0, len(merged), size)
    ]
    return merged.assign(stated_rank=np.concatenate(ranks))


def _ranks(stated: Floats) -> Floats:
    ranks = np.full(len(stated), np.nan)
    known = np.isfinite(stated)
    ranks[known] = rankdata(-stated[known])
    return ranks
