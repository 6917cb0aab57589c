"""Whether scales measure the same thing, the same way, in groups of respondents.

Configural: the same pattern of factors. Metric: equal loadings, so that relations with other
things may be compared. Scalar: equal intercepts too, so that means may be compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import chi2 as chi2_law

from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference.grouping import attribute_levels, level_labels
from kbnn_analysis.inference.scales import (
    COLUMNS,
    ItemScale,
    Scales,
    period_labels,
    scale_labels,
    scales_of,
    survey_notes,
)
from kbnn_analysis.intake.survey import Survey
from kbnn_analysis.language import Label
from kbnn_analysis.results import Invariance
from kbnn_analysis.stats.cfa import CfaFit, fit_cfa
from kbnn_analysis.stats.cfa_influences import weighted_moments
from kbnn_analysis.stats.cfa_model import CfaMoments, Equality, equal_groups
from kbnn_analysis.stats.fit_indices import cfa_fit_indices

MIN_GROUP = 50
LARGEST_CFI_DROP = 0.01
LARGEST_RMSEA = 0.10
LEVELS: dict[str, Label] = {
    "configural": Label("cùng cấu trúc nhân tố", "same pattern of factors"),
    "metric": Label("cùng hệ số tải", "equal loadings"),
    "scalar": Label("cùng hệ số tải và hệ số chặn", "equal loadings and intercepts"),
}
_GROUPS = Label("Số nhóm", "Groups")
_CHANGE = Label("Thay đổi CFI", "Change of CFI")
Floats = npt.NDArray[np.float64]


def check_invariance(
    survey: Survey, by: str, scales: Scales | None = None, *, together: bool = False
) -> Invariance:
    """Test measurement invariance of scales over groups of respondents.

    Parameters
    ----------
    survey : Survey
        Validated answers with their design.
    by : str
        The attribute whose levels are the groups, such as the respondent type. For many units
        use :func:`kbnn_analysis.inference.alignment.align_units`.
    scales : mapping of str to sequence of str, optional
        Name -> items; by default the codebook's factors with three items or more.
    together : bool
        One model with all scales as correlated factors, in place of one model each; its row is
        called "all".

    Returns
    -------
    Invariance
        Three rows a scale. ``notes["scalar"]``, ``notes["metric"]``, ``notes["none"]`` name the
        scales that reach this level and no higher: a level is reached when the CFI falls by no
        more than .01 from the one before, and the pattern itself has an RMSEA up to .10 or a CFI
        from .90.

    Raises
    ------
    UsageError
        If fewer than two groups have 50 complete answers.

    Notes
    -----
    Normal-theory maximum likelihood on complete answers, weighted; chi-squares ignore clustering
    and ceilings and are large in large surveys. The verdict therefore rests on the CFI.

    References
    ----------
    Cheung, G. W. and Rensvold, R. B. (2002). *Structural Equation Modeling* 9, 233-255. In R:
    ``lavaan::cfa(..., group =, group.equal = c("loadings", "intercepts"))``, ``anova``.
    """
    chosen = scales_of(survey, scales, least=2 if together else 3)
    codes, levels = attribute_levels(survey, by)
    sets = [("all", chosen)] if together else [(scale.name, [scale]) for scale in chosen]
    weight = survey.weights()
    rows: list[dict[str, Any]] = []
    used: set[str] = set()
    for name, members in sets:
        moments, kept = _group_moments(members, codes, levels, weight)
        used.update(kept)
        rows += _levels(name, moments, members)
    frame = pd.DataFrame(rows)
    frame.insert(0, "period", survey.period)
    return Invariance(
        frame=frame,
        by=("period", "scale", "level"),
        method="Multi-group factor models by maximum likelihood on complete answers; verdict by "
        f"the change of the CFI (at most {LARGEST_CFI_DROP:g}).",
        labels={
            "period": period_labels(survey),
            "scale": {**scale_labels(chosen), "all": Label("tất cả thang đo", "all scales")},
            "level": LEVELS,
            "group": level_labels(survey, by),
            "column": {**COLUMNS, "units": _GROUPS, "difference": _CHANGE},
        },
        notes={
            **survey_notes(survey),
            "groups_by": by,
            "left_out": ", ".join(level for level in levels if level not in used),
            **_verdicts(frame),
        },
        simulated=survey.simulated,
    )


def _group_moments(
    members: Sequence[ItemScale], codes: npt.NDArray[np.intp], levels: list[str], weight: Floats
) -> tuple[list[CfaMoments], list[str]]:
    answers = np.hstack([scale.answers for scale in members])
    complete = ~np.isnan(answers).any(axis=1)
    moments, kept = [], []
    for code, level in enumerate(levels):
        own = complete & (codes == code)
        if own.sum() >= MIN_GROUP and (answers[own].std(axis=0) > 0).all():
            moments.append(weighted_moments(answers[own], weight[own]))
            kept.append(level)
    if len(kept) < 2:
        raise UsageError(
            f"only {len(kept)} groups have {MIN_GROUP} complete answers to {members[0].name!r}; "
            "invariance needs two."
        )
    return moments, kept


def _levels(
    name: str, moments: list[CfaMoments], members: Sequence[ItemScale]
) -> list[dict[str, Any]]:
    factor_of = [number for number, scale in enumerate(members) for _ in scale.items]
    rows: list[dict[str, Any]] = []
    before: CfaFit | None = None
    for level in get_args(Equality):
        fit = fit_cfa(moments, equal_groups(factor_of, len(moments), level))
        found = cfa_fit_indices(fit, moments)
        rows.append(
            {
                "scale": name,
                "level": level,
                "n": int(fit.n.sum()),
                "units": len(moments),
                "cfi": found.cfi,
                "rmsea": found.rmsea,
                "srmr": found.srmr,
                "difference": found.cfi - rows[-1]["cfi"] if rows else np.nan,
                **_test(fit, before),
            }
        )
        before = fit
    return rows


def _test(fit: CfaFit, before: CfaFit | None) -> dict[str, float]:
    """Return the test of the model, or of what it adds to the model before."""
    statistic = fit.chi2 - (before.chi2 if before else 0.0)
    df = fit.df - (before.df if before else 0)
    p_value = float(chi2_law.sf(statistic, df)) if df > 0 else np.nan
    return {"statistic": statistic, "df": df, "p_value": p_value}


def _verdicts(frame: pd.DataFrame) -> dict[str, str]:
    reached: dict[str, list[str]] = {"scalar": [], "metric": [], "configural": [], "none": []}
    for name, rows in frame.groupby("scale", sort=False):
        drop = rows.set_index("level")["difference"]
        first = rows.iloc[0]
        fits = first["rmsea"] <= LARGEST_RMSEA or first["cfi"] >= 0.90
        held = [drop["metric"] >= -LARGEST_CFI_DROP, drop["scalar"] >= -LARGEST_CFI_DROP]
        level = "none" if not fits else "configural"
        level = "metric" if fits and held[0] else level
        level = "scalar" if fits and all(held) else level
        reached[level].append(str(name))
    return {level: ", ".join(names) for level, names in reached.items()}
