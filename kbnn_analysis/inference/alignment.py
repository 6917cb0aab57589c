"""Whether the means of many units may be compared: alignment of a scale over provinces.

Exact equality of all loadings and intercepts over 63 provinces never holds. Alignment looks for
factor means under which most items agree, names the items that do not, and shows what the means
are when these are free.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import spearmanr

from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference.aligned_means import aligned_means
from kbnn_analysis.inference.scales import (
    COLUMNS,
    ItemScale,
    item_labels,
    period_labels,
    scale_labels,
    scales_of,
    survey_notes,
)
from kbnn_analysis.inference.survey_design import survey_design_arrays
from kbnn_analysis.inference.unit_factors import UnitFactors, unit_factors
from kbnn_analysis.intake.survey import Survey
from kbnn_analysis.language import Label
from kbnn_analysis.results import Estimates, InvariantItems
from kbnn_analysis.stats.alignment import Alignment, AlignmentLoss, align
from kbnn_analysis.stats.alignment_tests import AlignmentTests, examine_alignment

MOST_BROKEN = 0.25
PARAMETERS: dict[str, Label] = {
    "loading": Label("hệ số tải", "loading"),
    "intercept": Label("hệ số chặn", "intercept"),
}


@dataclass(frozen=True)
class AlignedUnits:
    """What alignment of a scale over units found.

    Parameters
    ----------
    items : InvariantItems
        Item by item, how far loading and intercept are shared; its notes carry the verdict:
        ``comparable``, ``share_broken``, ``rank_correlation``, ``largest_rank_change``.
    means : Estimates
        By unit: the mean of the items as they are (measure ``<scale>_scores``) and the aligned
        factor mean in standard deviations of the factor (``<scale>_aligned``), with their joint
        covariance and ``rank``. Units left out are rows with a missing estimate.
    """

    items: InvariantItems
    means: Estimates


def align_units(
    survey: Survey,
    scale: str,
    items: tuple[str, ...] | None = None,
    *,
    rng: np.random.Generator,
    by: str = "unit",
    min_n: int = 50,
    conf_level: float = 0.95,
) -> AlignedUnits:
    """Align the one-factor models of all units for one scale.

    Parameters
    ----------
    survey : Survey
        Validated answers with their design.
    scale : str
        A factor of the codebook, or a name for `items`.
    items : tuple of str, optional
        Items of the scale, three or more; by default those of the factor.
    rng : Generator
        Source of the further starts of the alignment.
    by : str
        The attribute whose levels are the units.
    min_n : int
        Fewest complete answers for a unit's own model.
    conf_level : float
        Level of the intervals.

    Returns
    -------
    AlignedUnits

    Raises
    ------
    UsageError
        If fewer than two units have `min_n` complete answers, or the scale fewer than three items.

    Notes
    -----
    Answers are taken as continuous. Units whose own model fails (a constant item, a negative
    uniqueness) are left out and named in ``notes["left_out"]``. Up to a quarter of parameters that
    do not hold is taken as harmless for the means (Muthén and Asparouhov 2014). Where units have
    few answers, few differences can be seen: no difference seen is then no proof of none.

    References
    ----------
    Muthén, B. and Asparouhov, T. (2014). IRT studies of many groups: the alignment method.
    *Frontiers in Psychology* 5, 978.
    """
    known = None if items is None else {scale: items}
    chosen = _the_scale(survey, scale, known)
    fitted = unit_factors(survey, chosen, by, min_n, survey_design_arrays(survey))
    loss = AlignmentLoss(fitted.loadings, fitted.intercepts, fitted.n)
    aligned = align(fitted.loadings, fitted.intercepts, fitted.n, rng)
    tests = examine_alignment(loss, aligned, fitted.parameter_covariance)
    means = aligned_means(survey, chosen, by, fitted, aligned, tests, conf_level)
    notes = {
        **survey_notes(survey),
        **_verdict(means, chosen.name, tests, aligned),
        "left_out": ", ".join(fitted.left_out),
        "min_n": min_n,
    }
    return AlignedUnits(_items(survey, chosen, fitted, tests, notes), means)


def _the_scale(survey: Survey, scale: str, known: dict[str, tuple[str, ...]] | None) -> ItemScale:
    found = {each.name: each for each in scales_of(survey, known, least=3)}
    if scale not in found:
        raise UsageError(
            f"`scale` must be one of {', '.join(found)} (three items or more), or name `items`; "
            f"got {scale!r}."
        )
    return found[scale]


def _items(
    survey: Survey, scale: ItemScale, fitted: UnitFactors, tests: AlignmentTests, notes: Any
) -> InvariantItems:
    parts = {
        "loading": (tests.loading, tests.loading_holds, tests.loading_r_squared),
        "intercept": (tests.intercept, tests.intercept_holds, tests.intercept_r_squared),
    }
    frame = pd.DataFrame(
        {
            "period": survey.period,
            "scale": scale.name,
            "item": item,
            "parameter": parameter,
            "n": int(fitted.n.sum()),
            "units": len(fitted.n),
            "estimate": value[place],
            "share": float(1 - holds[:, place].mean()),
            "r_squared": r_squared[place],
        }
        for place, item in enumerate(scale.items)
        for parameter, (value, holds, r_squared) in parts.items()
    )
    return InvariantItems(
        frame=frame,
        by=("period", "scale", "item", "parameter"),
        method="Alignment of one-factor models by unit (Asparouhov and Muthén 2014); a unit's "
        "parameter differs where a test against the average of the others has p < .001.",
        labels={
            "period": period_labels(survey),
            "scale": scale_labels([scale]),
            "item": item_labels(survey, scale.items),
            "parameter": PARAMETERS,
            "group": fitted.labels,
            "column": {
                **COLUMNS,
                "units": Label("Số đơn vị", "Units"),
                "share": Label("Tỷ lệ đơn vị khác biệt", "Share of units that differ"),
                "estimate": Label("Giá trị chung", "Shared value"),
            },
        },
        notes=notes,
        simulated=survey.simulated,
    )


def _verdict(
    means: Estimates, scale: str, tests: AlignmentTests, aligned: Alignment
) -> dict[str, Any]:
    ranks = means.frame.dropna(subset=["rank"])
    before = ranks[ranks["measure"] == f"{scale}_scores"]["rank"].to_numpy(dtype=float)
    after = ranks[ranks["measure"] == f"{scale}_aligned"]["rank"].to_numpy(dtype=float)
    return {
        "comparable": tests.share_broken <= MOST_BROKEN,
        "share_broken": tests.share_broken,
        "rank_correlation": float(spearmanr(before, after).statistic),
        "largest_rank_change": float(np.abs(before - after).max()),
        "agreed_starts": aligned.agreed,
    }
