"""What missing answers do to the estimates: several treatments in one table.

Not applicable is not missing: it is never filled in, and never a reason to drop a respondent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import t as t_law

from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference.estimation import estimate
from kbnn_analysis.inference.imputing import careless_respondents, completed_surveys
from kbnn_analysis.inference.measures import Measure
from kbnn_analysis.inference.scales import COLUMNS, period_labels, survey_notes
from kbnn_analysis.intake.survey import Survey
from kbnn_analysis.language import Label
from kbnn_analysis.results import Estimates, MissingComparison
from kbnn_analysis.stats.rubin import pool

Flags = npt.NDArray[np.bool_]
TREATMENTS: dict[str, Label] = {
    "available": Label("mọi câu trả lời hiện có", "all available answers"),
    "listwise": Label("chỉ phiếu trả lời đủ", "complete respondents only"),
    "imputed": Label("gán bù nhiều lần", "multiple imputation"),
}
RESPONDENTS: dict[str, Label] = {
    "all": Label("tất cả người trả lời", "all respondents"),
    "careful": Label("không tính phiếu có dấu hiệu trả lời qua loa", "without careless signs"),
}


def compare_missing(
    survey: Survey,
    measures: Measure | Sequence[Measure],
    items: Sequence[str] | None = None,
    *,
    rng: np.random.Generator,
    m: int = 20,
    rounds: int = 5,
    conf_level: float = 0.95,
) -> MissingComparison:
    """Estimate measures under each treatment of missing answers, careless respondents in and out.

    Parameters
    ----------
    survey : Survey
        Validated answers with their design.
    measures : Measure or sequence of Measure
        What to estimate.
    items : sequence of str, optional
        Items that impute one another and that a complete respondent answered; by default all
        satisfaction and overall items with answers.
    rng : Generator
        Source of the imputations.
    m, rounds : int
        Imputations, and passes over the items for each.
    conf_level : float
        Level of the intervals (Student's t on the measure's own scale, so that all treatments
        are alike; proportions near 1 have better intervals in ``estimate``).

    Returns
    -------
    MissingComparison
        Rows by measure, treatment and respondents. "careful" leaves out straight lines and those
        who answered too fast; they stay in the design.

    Raises
    ------
    UsageError
        If an item does not exist or has too few answers.

    Notes
    -----
    A not-applicable answer is no answer under every treatment. Listwise leaves out who skipped an
    item that applied. Imputation assumes that what is missing is random given all items and the
    background (categories with up to ten levels). Rubin's rules with Barnard and Rubin's df.

    References
    ----------
    Rubin, D. B. (1987). *Multiple Imputation for Nonresponse in Surveys*. In R: ``mice``,
    ``mitools::MIcombine``.
    """
    chosen = [measures] if isinstance(measures, Measure) else list(measures)
    names = _items(survey, items, chosen)
    listwise = _without(survey, np.asarray(_gaps(survey, names).any(axis=1)))
    copies = list(completed_surveys(survey, names, rng=rng, m=m, rounds=rounds))
    careless = careless_respondents(survey)
    rows: list[dict[str, Any]] = []
    for group, drop in (("all", np.zeros(len(survey), dtype=bool)), ("careful", careless)):
        sets = {"available": [survey], "listwise": [listwise], "imputed": copies}
        for treatment, surveys in sets.items():
            found = [estimate(_without(each, drop), chosen) for each in surveys]
            rows += _rows(found, treatment, group, conf_level)
    infos = {measure.name: measure.info(survey) for measure in chosen}
    return MissingComparison(
        frame=_frame(rows, survey.period),
        by=("period", "measure", "treatment", "respondents"),
        method=f"Listwise, available answers, and {m} imputations by chained predictive mean "
        "matching pooled by Rubin's rules (Barnard-Rubin df); not applicable is never imputed.",
        labels={
            "period": period_labels(survey),
            "measure": {name: info.label for name, info in infos.items()},
            "treatment": TREATMENTS,
            "respondents": RESPONDENTS,
            "column": COLUMNS,
        },
        notes={**survey_notes(survey), "imputations": m, "careless": int(careless.sum())},
        simulated=survey.simulated,
        measures=infos,
        conf_level=conf_level,
    )


def pool_estimates(found: Sequence[Estimates]) -> tuple[Any, Estimates]:
    """Return Rubin's pooling of the same estimates from several completed surveys, and the first.

    Raises
    ------
    UsageError
        If there are fewer than two.
    """
    first = found[0]
    df = first.frame["df"].to_numpy(dtype=float) if "df" in first.frame else np.inf
    values = [each.frame["estimate"].to_numpy(dtype=float) for each in found]
    return pool(np.array(values), np.array([each.covariance for each in found]), df), first


def _rows(
    found: Sequence[Estimates], treatment: str, group: str, conf_level: float
) -> list[dict[str, Any]]:
    frame = found[0].frame
    if len(found) > 1:
        pooled, _ = pool_estimates(found)
        frame = frame.assign(
            estimate=pooled.estimate,
            std_error=np.sqrt(np.diag(pooled.covariance)),
            df=pooled.df,
            fmi=pooled.fmi,
        )
    reach = frame["std_error"] * t_law.ppf((1 + conf_level) / 2, frame["df"].clip(lower=1))
    frame = frame.assign(
        treatment=treatment,
        respondents=group,
        conf_low=frame["estimate"] - reach,
        conf_high=frame["estimate"] + reach,
    )
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict(orient="records")]


def _frame(rows: list[dict[str, Any]], period: str) -> pd.DataFrame:
    frame = pd.DataFrame(rows).assign(period=period)
    if "fmi" not in frame:
        frame["fmi"] = np.nan
    base = frame[(frame["treatment"] == "available") & (frame["respondents"] == "all")]
    frame["difference"] = frame["estimate"] - frame["measure"].map(
        base.set_index("measure")["estimate"]
    )
    order = {name: place for place, name in enumerate(dict.fromkeys(frame["measure"]))}
    frame = frame.sort_values("measure", key=lambda names: names.map(order), kind="stable")
    return frame[
        [
            "period", "measure", "treatment", "respondents", "n", "df", "estimate", "std_error",
            "conf_low", "conf_high", "difference", "fmi",
        ]
    ]  # fmt: skip


def _items(survey: Survey, items: Sequence[str] | None, measures: Sequence[Measure]) -> list[str]:
    if items is None:
        rated = [i.name for i in survey.codebook.items if i.role != "stated_importance"]
        names = [name for name in rated if name in survey.scores and survey.scores[name].any()]
    else:
        names = list(items)
    unknown = [name for name in names if name not in survey.scores]
    if unknown or not names:
        raise UsageError(f"the survey has no item {unknown[0] if unknown else 'to impute'!r}.")
    outside = [item for measure in measures for item in measure.items if item not in names]
    if outside:
        raise UsageError(f"`items` must hold the measures' own items; {outside[0]!r} is missing.")
    return names


def _gaps(survey: Survey, names: list[str]) -> Flags:
    """Return where an item applied and was left unanswered."""
    absent = survey.not_applicable[names].to_numpy(dtype=bool)
    return np.asarray(survey.scores[names].isna().to_numpy() & ~absent)


def _without(survey: Survey, drop: Flags) -> Survey:
    """Return the survey with no answers of some: they stay, for the design needs them."""
    if not drop.any():
        return survey
    scores = survey.scores.copy()
    scores.loc[drop] = np.nan
    return replace(survey, scores=scores)
