"""Quotients by group: estimates, covariance and the facts of a group that intervals need."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy import sparse

from kbnn_analysis.inference.grouping import Groups
from kbnn_analysis.inference.intervals import Rows
from kbnn_analysis.inference.measures import Measure
from kbnn_analysis.inference.respondent_rows import (
    RespondentRows,
    respondent_rows,
    unit_totals_suffice,
    units_alone,
)
from kbnn_analysis.intake.survey import Survey
from kbnn_analysis.stats.design import DesignArrays, LonelyPsu
from kbnn_analysis.stats.domains import DomainRatios, domain_degrees_of_freedom, ratio_by_domain
from kbnn_analysis.stats.influences import Influences
from kbnn_analysis.stats.linearization import influence_covariance

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]


@dataclass(frozen=True)
class GroupQuotients:
    """Quotients of all measures in all groups, measure by measure.

    Attributes
    ----------
    ratios : DomainRatios
        Estimates, sizes and influences.
    covariance : ndarray of shape (rows, rows)
        NaN where a group has no degrees of freedom.
    df, met, answers, cluster_size, not_sampled : ndarray of shape (rows,)
        Degrees of freedom; sum of the numerators and of the denominators without weights; mean
        number of respondents in a PSU weighted by size; mean share of the stratum not sampled.
    """

    ratios: DomainRatios
    covariance: Floats
    df: Floats
    met: Floats
    answers: Floats
    cluster_size: Floats
    not_sampled: Floats

    @property
    def deff(self) -> Floats:
        """Return the design effects; NaN where a simple random sample has no variance either."""
        srs = self.ratios.srs_variance
        known = np.nan_to_num(srs) > 0
        missing = np.full(len(srs), np.nan)
        return np.asarray(np.divide(self.covariance.diagonal(), srs, out=missing, where=known))

    def rows(self, place: slice) -> Rows:
        """Return what the intervals of one measure need."""
        return Rows(
            estimate=self.ratios.estimate[place],
            variance=self.covariance.diagonal()[place],
            df=self.df[place],
            n=self.ratios.n[place].astype(float),
            n_eff=self.ratios.n_eff[place],
            answers=self.answers[place],
            deff=self.deff[place],
            srs_variance=self.ratios.srs_variance[place],
            cluster_size=self.cluster_size[place],
            not_sampled=self.not_sampled[place],
        )


def estimate_quotients(
    survey: Survey,
    measures: Sequence[Measure],
    groups: Groups,
    design: DesignArrays,
    lonely_psu: LonelyPsu | None,
) -> GroupQuotients:
    """Estimate all measures in all groups with one covariance.

    Parameters
    ----------
    survey : Survey
        The answers.
    measures : sequence of Measure
        What to estimate.
    groups : Groups
        Group of every respondent.
    design : DesignArrays
        Design of the same respondents.
    lonely_psu : str, optional
        What a stratum with one sampling unit does, if not what the design says.

    Returns
    -------
    GroupQuotients
        Measure by measure, groups in their order.
    """
    if unit_totals_suffice(survey, design, len(measures) * len(groups)):
        ratios, facts, design = _one_by_one(survey, measures, groups, design)
    else:
        rows = respondent_rows(survey, measures, groups, design)
        ratios, facts, design = *_ratios(rows, len(groups)), rows.design
    df, met, answers, size, share = (np.concatenate(part) for part in zip(*facts, strict=True))
    covariance = influence_covariance(ratios.influences, design, lonely_psu=lonely_psu)
    unknown = ((df < 1) & (share > 1e-9)) | np.isnan(ratios.estimate)
    covariance[unknown, :] = np.nan
    covariance[:, unknown] = np.nan
    return GroupQuotients(ratios, covariance, df, met, answers, size, share)


def _ratios(rows: RespondentRows, number: int) -> tuple[DomainRatios, list[list[Floats]]]:
    design = rows.design
    ratios = ratio_by_domain(
        rows.numerator,
        rows.denominator,
        design.weight,
        rows.code,
        number,
        count=design.count,
        weight_square=design.weight_square,
    )
    pairs = zip(rows.numerator.T, rows.denominator.T, strict=True)
    return ratios, [_group_facts(y, x, rows, number) for y, x in pairs]


def _one_by_one(
    survey: Survey, measures: Sequence[Measure], groups: Groups, design: DesignArrays
) -> tuple[DomainRatios, list[list[Floats]], DesignArrays]:
    """Return ratios whose influences are totals by sampling unit, and the design of the units.

    Each measure alone has few patterns; all together have nearly one for each respondent.
    """
    units, made, facts = units_alone(design), [], list[list[Floats]]()
    for measure in measures:
        rows = respondent_rows(survey, [measure], groups, design)
        ratios, own = _ratios(rows, len(groups))
        psu = rows.design.stages[0].psu
        assert psu is not None, "totals are by sampling unit"
        totals = ratios.influences.totals(rows.design.weight, psu, len(units.weight))
        dense = totals.toarray() if sparse.issparse(totals) else np.asarray(totals)
        made.append(replace(ratios, influences=Influences(dense)))
        facts += own
    joined = {
        name: np.concatenate([getattr(each, name) for each in made])
        for name in ("estimate", "n", "weight_sum", "weight_square_sum", "srs_variance")
    }
    values = np.hstack([each.influences.values for each in made])
    return DomainRatios(**joined, influences=Influences(values)), facts, units


def _group_facts(y: Floats, x: Floats, rows: RespondentRows, number: int) -> list[Floats]:
    design, counts = rows.design, (x > 0) & (rows.code >= 0)
    group, stage = rows.code[counts], design.stages[0]
    each = None if design.count is None else design.count[counts]

    def add(values: Floats) -> Floats:
        several = values if each is None else values * each
        return np.asarray(np.bincount(group, weights=several, minlength=number), dtype=float)

    n = np.bincount(group, weights=each, minlength=number).astype(float)
    some = np.maximum(n, 1.0)
    share = np.where(n > 0, add(stage.not_sampled[stage.stratum[counts]]) / some, 1.0)
    df = domain_degrees_of_freedom(design, counts, rows.code, number)
    size = np.ones(number)
    if stage.psu is not None:
        size = np.maximum(_mean_cluster(group, stage.psu[counts], each, number) / some, 1.0)
    return [df, add(y[counts]), add(x[counts]), size, share]


def _mean_cluster(group: Codes, psu: Codes, each: Floats | None, number: int) -> Floats:
    """Return by group the sum of the squared numbers of respondents in its PSUs."""
    units = int(psu.max()) + 1 if psu.size else 1
    cells, place = np.unique(group * units + psu, return_inverse=True)
    sizes = np.bincount(place, weights=each, minlength=len(cells)).astype(float)
    return np.asarray(np.bincount(cells // units, weights=sizes**2, minlength=number), dtype=float)
