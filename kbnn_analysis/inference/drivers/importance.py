"""Which drivers go with the outcome most: the fit divided among them, with intervals and ranks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import rankdata

from kbnn_analysis.errors import UsageError, check_one_of
from kbnn_analysis.inference.drivers.cases import NotApplicable
from kbnn_analysis.inference.drivers.facts import driver_labels, driver_notes, method_sentence
from kbnn_analysis.inference.drivers.intervals import share_ends
from kbnn_analysis.inference.drivers.outcomes import Model
from kbnn_analysis.inference.drivers.partition import Partition, Structure, partition_fit
from kbnn_analysis.inference.drivers.resampling import bootstrap_shares
from kbnn_analysis.inference.drivers.scores import Level
from kbnn_analysis.inference.drivers.stated import stated_importance
from kbnn_analysis.inference.drivers.study import Group, Study, read_study
from kbnn_analysis.inference.measures import Measure
from kbnn_analysis.inference.survey_design import FrameCounts, FrameTotals, calibrated_to
from kbnn_analysis.intake.survey import Survey
from kbnn_analysis.results import Drivers
from kbnn_analysis.stats.design import LonelyPsu
from kbnn_analysis.stats.influences import Influences
from kbnn_analysis.stats.linearization import influence_covariance
from kbnn_analysis.stats.rank_sets import rank_sets
from kbnn_analysis.stats.subset_game import PseudoFit

Floats = npt.NDArray[np.float64]
IntervalChoice = Literal["influence", "bootstrap"]


@dataclass(frozen=True)
class _Part:
    """The importance in one group."""

    group: Group
    partition: Partition


def analyse_drivers(
    survey: Survey,
    outcome: str | Measure,
    drivers: Sequence[str] | None = None,
    *,
    model: Model = "linear",
    level: Level = "factor",
    structure: Structure = "auto",
    adjust: Sequence[str] = (),
    by: str | None = None,
    fit: PseudoFit = "mcfadden",
    not_applicable: NotApplicable = "drop",
    interval: IntervalChoice = "influence",
    replicates: int = 1000,
    ridge: float = 0.5,
    rng: np.random.Generator | None = None,
    conf_level: float = 0.95,
    lonely_psu: LonelyPsu | None = None,
    frame_counts: FrameCounts | None = None,
    frame_totals: FrameTotals | None = None,
) -> Drivers:
    """Divide the fit of a model of the outcome among its drivers.

    The importance of a driver is what it adds to the fit, averaged over all orders in which drivers
    may enter (LMG, Shapley values); items within factors get Owen values, so that the items of a
    factor sum to the factor. Values sum to the fit, shares to one. Nothing causal is claimed.

    Parameters
    ----------
    survey : Survey
        Validated answers with their design.
    outcome : str or Measure
        An item or a measure, see :func:`~kbnn_analysis.inference.drivers.outcomes.read_outcome`.
    drivers : sequence of str, optional
        Factors or items; all factors by default.
    model : {"linear", "logit", "ordinal"}
        R² of a linear model, or the pseudo-R² `fit` of a logistic or proportional-odds model.
    level : {"factor", "item"}
        "item" takes factors apart.
    structure : {"auto", "shapley", "owen", "sampled"}
        "auto": Owen where items of several factors are drivers, Shapley up to 20 drivers (12 in a
        logistic or ordinal model), sampled orders beyond; the sampling's error is in the intervals.
    adjust : sequence of str
        Attributes that stand in every model: what the drivers add to them is divided.
    by : str, optional
        Attribute whose levels are studied separately; all rows share one covariance.
    fit : {"mcfadden", "latent"}
        Pseudo-R² of logistic and ordinal models.
    not_applicable : {"drop", "indicator"}
        Respondents to whom a whole driver does not apply.
    interval : {"influence", "bootstrap"}
        Taylor-linearized intervals, on the logit scale of the shares; or percentiles of a
        bootstrap that draws PSUs within strata, with rank intervals from its covariance. The
        bootstrap of a pseudo-R² takes one Newton step from the fit of all.
    replicates : int
        Bootstrap replicates.
    ridge : float
        Ridge of logistic and ordinal models, used only where answers are separated.
    rng : Generator, optional
        For sampled orders and the bootstrap; a fixed one by default.
    conf_level : float
        Level of intervals and, simultaneously over all drivers, of rank intervals.
    lonely_psu : str, optional
        What a stratum with one sampling unit does, if not what the design says.
    frame_counts, frame_totals : mapping, optional
        Numbers in the population, as for :func:`~kbnn_analysis.inference.estimation.estimate`:
        weights are calibrated to them, and covariances use the residuals.

    Returns
    -------
    Drivers
        Rows by period, outcome, `by`, driver, in the order of the drivers.

    Raises
    ------
    UsageError
        If a name does not exist, an option does not fit the model, there is no finite fit, or a
        bootstrap would have to calibrate anew.

    Notes
    -----
    Where offices are few the bootstrap's intervals are too short (held in 90 % instead of 95 % with
    20 offices); the others allow for it: docs/validation/drivers.md.

    References
    ----------
    Grömping, U. (2007). *The American Statistician* 61, 139-147. Owen, G. (1977), see
    :func:`~kbnn_analysis.stats.coalitions.owen_plan`. In R: ``relaimpo::calc.relimp``,
    ``domir::domir``.
    """
    check_one_of("interval", interval, get_args(IntervalChoice))
    if interval == "bootstrap" and (frame_counts or frame_totals):
        raise UsageError("the bootstrap does not calibrate weights anew; take `interval` = "
                         "'influence'.")  # fmt: skip
    study = read_study(
        survey, outcome, drivers, model,
        level=level, adjust=adjust, by=by, not_applicable=not_applicable, conf_level=conf_level,
        moments=interval == "influence",
        patterns=interval == "influence",
        frame_counts=frame_counts, frame_totals=frame_totals,
    )  # fmt: skip
    source, factors = rng or np.random.default_rng(0), study.scores.groups
    if len(factors) < 2:
        raise UsageError("importance is divided among drivers; give at least two.")
    parts = [
        _Part(group, partition_fit(group.cases, model, factors, structure, fit, ridge, source))
        for group in study.groups
    ]
    covariance = _share_covariance(parts, lonely_psu)
    rows = [_rows(survey.period, study, part, lonely_psu) for part in parts]
    frame = _with_intervals(pd.concat(rows, ignore_index=True), covariance, parts, conf_level)
    if interval == "bootstrap":
        drawn = [
            bootstrap_shares(
                part.group.cases, model, part.partition, fit, ridge, replicates, source
            )
            for part in parts
        ]
        frame = _with_bootstrap(frame, drawn, conf_level)
    frame = stated_importance(
        survey, frame, study.scores, by, conf_level,
        frame_counts=frame_counts, frame_totals=frame_totals,
    )  # fmt: skip
    first = parts[0].partition
    notes = driver_notes(
        survey, model, study.outcome, study.cases,
        penalty=first.penalty, ridge=ridge, adjust=adjust, conf_level=conf_level, level=level,
        by=by, structure=first.structure, fit_measure=first.measure, share_interval=interval,
        replicates=replicates if interval == "bootstrap" else None,
        rank_intervals="simultaneous",
        calibrated_to=calibrated_to(frame_counts, frame_totals),
    )  # fmt: skip
    return Drivers(
        frame=frame,
        by=("period", "outcome", *study.by, "driver"),
        method=method_sentence(survey, notes, f"{first.sentence} of {first.measure}"),
        labels=driver_labels(survey, study.outcome, study.scores.labels, "driver", study.by),
        notes=notes,
        simulated=survey.simulated,
        covariance=covariance,
        conf_level=conf_level,
    )


def _share_covariance(parts: Sequence[_Part], lonely_psu: LonelyPsu | None) -> Floats:
    spread = [part.group.cases.spread(part.partition.share_influence) for part in parts]
    joint = Influences(np.hstack(spread))
    covariance = influence_covariance(joint, parts[0].group.cases.design, lonely_psu=lonely_psu)
    sampling = np.concatenate([part.partition.share_sampling_error for part in parts])
    return np.asarray(covariance + np.diag(sampling**2))


def _rows(period: str, study: Study, part: _Part, lonely_psu: LonelyPsu | None) -> pd.DataFrame:
    partition, cases = part.partition, part.group.cases
    variance = cases.covariance(partition.influence, lonely_psu).diagonal()
    keys = {"period": period, "outcome": study.outcome.name, **part.group.key}
    return pd.DataFrame(
        keys
        | {
            "driver": list(study.scores.names),
            "n": cases.facts["respondents_in_model"],
            "df": partition.df,
            "fit": partition.fit,
            "estimate": partition.parts,
            "std_error": np.sqrt(variance + partition.sampling_error**2),
            "share": partition.parts / partition.fit,
        }
    )


def _with_intervals(
    frame: pd.DataFrame, covariance: Floats, parts: Sequence[_Part], conf_level: float
) -> pd.DataFrame:
    df = frame["df"].to_numpy(float)
    estimate, share = frame["estimate"].to_numpy(float), frame["share"].to_numpy(float)
    own = share_ends(estimate, frame["std_error"].to_numpy(float), df, conf_level)
    ends = share_ends(share, np.sqrt(covariance.diagonal()), df, conf_level)
    size = len(share) // len(parts)
    blocks = [slice(at, at + size) for at in range(0, len(share), size)]
    ranks = [
        rank_sets(share[rows], covariance[rows, rows], df=df[rows], level=conf_level)
        for rows in blocks
    ]
    return frame.assign(
        conf_low=own.low,
        conf_high=own.high,
        share_low=ends.low,
        share_high=ends.high,
        rank=np.concatenate([rankdata(-share[rows]) for rows in blocks]),
        rank_low=np.concatenate([each.low for each in ranks]),
        rank_high=np.concatenate([each.high for each in ranks]),
    )


def _with_bootstrap(
    frame: pd.DataFrame, drawn: Sequence[Floats], conf_level: float
) -> pd.DataFrame:
    """Take percentiles as intervals of shares, and rank intervals from the bootstrap's covariance.

    Percentiles of ranks themselves would hold the true rank far too rarely.
    """
    tail = (1 - conf_level) / 2
    low, high = np.hstack([np.quantile(each, (tail, 1 - tail), axis=0) for each in drawn])
    size = drawn[0].shape[1]
    ranks = []
    for at, each in enumerate(drawn):
        own = frame.iloc[at * size : (at + 1) * size]
        spread, df = np.cov(each, rowvar=False), own["df"].to_numpy(float)
        ranks.append(rank_sets(own["share"].to_numpy(float), spread, df=df, level=conf_level))
    return frame.assign(
        share_low=low,
        share_high=high,
        rank_low=np.concatenate([each.low for each in ranks]),
        rank_high=np.concatenate([each.high for each in ranks]),
    )
