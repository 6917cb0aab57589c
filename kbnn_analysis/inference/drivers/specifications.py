"""Do the drivers' shares rest on how they were studied? One table of several specifications."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import rankdata

from kbnn_analysis.inference.drivers.importance import analyse_drivers
from kbnn_analysis.inference.drivers.intervals import share_ends
from kbnn_analysis.inference.imputing import careless_respondents, completed_surveys
from kbnn_analysis.intake.survey import Survey
from kbnn_analysis.language import Label
from kbnn_analysis.results import Drivers
from kbnn_analysis.stats.rank_sets import rank_sets
from kbnn_analysis.stats.rubin import pool

Flags = npt.NDArray[np.bool_]
HEADING = Label("Cách phân tích", "Specification")
SPECIFICATIONS: dict[str, Label] = {
    "main": Label("như báo cáo", "as reported"),
    "ordinal": Label("mô hình thứ bậc", "ordinal model"),
    "adjusted": Label("điều chỉnh theo nhóm người trả lời", "adjusted for kinds of respondents"),
    "applicable": Label("chỉ người mọi nhân tố đều áp dụng", "only those to whom all applies"),
    "listwise": Label("chỉ phiếu trả lời đủ", "complete respondents only"),
    "imputed": Label("gán bù nhiều lần", "multiple imputation"),
    "careful": Label("không tính phiếu có dấu hiệu trả lời qua loa", "without careless signs"),
}


def compare_specifications(
    survey: Survey,
    outcome: str,
    drivers: Sequence[str] | None = None,
    *,
    rng: np.random.Generator,
    adjust: Sequence[str] = (),
    m: int = 5,
    rounds: int = 3,
    conf_level: float = 0.95,
) -> Drivers:
    """Divide the fit among the drivers in several ways that are as defensible as each other.

    Parameters
    ----------
    survey : Survey
        Validated answers with their design.
    outcome : str
        An item.
    drivers : sequence of str, optional
        Factors or items; all factors by default.
    rng : Generator
        Source of the imputations.
    adjust : sequence of str
        Attributes of the specification "adjusted"; left out where there are none.
    m, rounds : int
        Imputations, and passes over the items for each.
    conf_level : float
        Level of the intervals.

    Returns
    -------
    Drivers
        Rows by period, outcome, specification, driver. "main" is linear, with indicators where a
        driver does not apply, and the others change one thing of it; "imputed" pools shares by
        Rubin's rules. Covariances between specifications, which share respondents, are missing:
        they are no groups to test.

    Raises
    ------
    UsageError
        If a name does not exist or too few answers are left.
    """
    items = [i.name for i in survey.codebook.items if i.role != "stated_importance"]
    items = [name for name in items if name in survey.scores and survey.scores[name].any()]
    absent = survey.not_applicable[items].to_numpy(dtype=bool)
    gaps = (survey.scores[items].isna().to_numpy() & ~absent).any(axis=1)
    asked: dict[str, Any] = {"not_applicable": "indicator", "conf_level": conf_level}

    def found(of: Survey, **changed: Any) -> Drivers:
        """Return the importance in one specification."""
        return analyse_drivers(of, outcome, drivers, **{**asked, **changed})

    made = {
        "main": found(survey),
        "ordinal": found(survey, model="ordinal"),
        "applicable": found(survey, not_applicable="drop"),
        "listwise": found(_without(survey, gaps)),
        "careful": found(_without(survey, careless_respondents(survey))),
        "imputed": _pooled(
            [found(each) for each in completed_surveys(survey, items, rng=rng, m=m, rounds=rounds)],
            conf_level,
        ),
    }
    if adjust:
        made["adjusted"] = found(survey, adjust=adjust)
    names = [name for name in SPECIFICATIONS if name in made]
    parts = [made[name].frame for name in names]
    outcome_name = parts[0]["outcome"].iloc[0]
    for name, part in zip(names, parts, strict=True):
        part.insert(2, "specification", name)
        part["outcome"] = outcome_name  # an ordinal model names the answer itself
    first = made["main"]
    return Drivers(
        frame=pd.concat(parts, ignore_index=True),
        by=("period", "outcome", "specification", "driver"),
        method=f"{first.method} Beside it, one thing changed at a time; {m} imputations by chained "
        "predictive mean matching, shares pooled by Rubin's rules.",
        labels={
            **first.labels,
            "specification": SPECIFICATIONS,
            "column": {**first.labels.get("column", {}), "specification": HEADING},
        },
        notes={**first.notes, "imputations": m},
        simulated=first.simulated,
        covariance=_blocks([made[name].covariance for name in names]),
        conf_level=conf_level,
    )


def _pooled(found: Sequence[Drivers], conf_level: float) -> Drivers:
    first = found[0]
    df = first.frame["df"].to_numpy(float)
    shares = np.array([each.frame["share"].to_numpy(float) for each in found])
    whole = pool(shares, np.array([each.covariance for each in found]), df)
    parts = np.array([each.frame["estimate"].to_numpy(float) for each in found])
    errors = np.array([each.frame["std_error"].to_numpy(float) for each in found])
    own = pool(parts, np.array([np.diag(each**2) for each in errors]), df)
    error = np.sqrt(own.covariance.diagonal())
    part = share_ends(own.estimate, error, own.df, conf_level)
    error_of_share = np.sqrt(whole.covariance.diagonal())
    ends = share_ends(whole.estimate, error_of_share, whole.df, conf_level)
    ranks = rank_sets(whole.estimate, whole.covariance, df=whole.df, level=conf_level)
    frame = first.frame.assign(
        n=[int(n) for n in np.mean([each.frame["n"] for each in found], axis=0)],
        fit=float(np.mean([each.frame["fit"].iloc[0] for each in found])),
        df=whole.df, estimate=own.estimate, std_error=error,
        conf_low=part.low, conf_high=part.high,
        share=whole.estimate, share_low=ends.low, share_high=ends.high,
        rank=rankdata(-whole.estimate), rank_low=ranks.low, rank_high=ranks.high,
    )  # fmt: skip
    return replace(first, frame=frame, covariance=whole.covariance)


def _blocks(parts: Sequence[npt.NDArray[np.float64]]) -> npt.NDArray[np.float64]:
    size = len(parts[0])
    made = np.full((size * len(parts), size * len(parts)), np.nan)
    for place, part in enumerate(parts):
        rows = slice(place * size, (place + 1) * size)
        made[rows, rows] = part
    return made


def _without(survey: Survey, drop: Flags) -> Survey:
    """Return the survey with no answers of some: they stay, for the design needs them."""
    scores = survey.scores.copy()
    scores.loc[drop] = np.nan
    return replace(survey, scores=scores)
