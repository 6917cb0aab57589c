"""Importance against performance: four quadrants, and how sure the place of each driver is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from kbnn_analysis.errors import UsageError, check_one_of
from kbnn_analysis.inference.drivers.cases import NotApplicable
from kbnn_analysis.inference.drivers.facts import driver_labels, driver_notes, method_sentence
from kbnn_analysis.inference.drivers.intervals import share_ends, t_ends
from kbnn_analysis.inference.drivers.outcomes import Model
from kbnn_analysis.inference.drivers.partition import Partition, Structure, partition_fit
from kbnn_analysis.inference.drivers.scores import DriverScores, Level, driver_scale
from kbnn_analysis.inference.drivers.study import Study, read_study
from kbnn_analysis.inference.measures import Measure
from kbnn_analysis.intake.survey import Survey
from kbnn_analysis.results import Quadrants
from kbnn_analysis.stats.design import LonelyPsu
from kbnn_analysis.stats.domains import ratio_by_domain
from kbnn_analysis.stats.influences import Influences
from kbnn_analysis.stats.linearization import influence_covariance
from kbnn_analysis.stats.subset_game import PseudoFit

Floats = npt.NDArray[np.float64]
Cut = Literal["mean", "median"]
QUADRANTS = ("concentrate", "keep", "low_priority", "ample")
DRAWS = 10_000
SURE = 0.95


def importance_performance(
    survey: Survey,
    outcome: str | Measure,
    drivers: Sequence[str] | None = None,
    *,
    cut: Cut = "mean",
    model: Model = "linear",
    level: Level = "factor",
    structure: Structure = "auto",
    adjust: Sequence[str] = (),
    fit: PseudoFit = "mcfadden",
    not_applicable: NotApplicable = "drop",
    ridge: float = 0.5,
    rng: np.random.Generator | None = None,
    conf_level: float = 0.95,
    lonely_psu: LonelyPsu | None = None,
) -> Quadrants:
    """Place each driver by importance and performance, with the uncertainty of both.

    Importance is the driver's share of the fit (see
    :func:`~kbnn_analysis.inference.drivers.importance.analyse_drivers`), performance its mean
    score. Both axes are cut at the mean (or median) of the drivers; at or above the cut is high.

    Parameters
    ----------
    survey : Survey
        Validated answers with their design.
    outcome : str or Measure
        An item or a measure.
    drivers : sequence of str, optional
        Factors or items, answered on one scale; all factors by default.
    cut : {"mean", "median"}
        Where the quadrants meet; ``quadrant_other_cut`` tells what the other cut would say.
    model, level, structure, adjust, fit, not_applicable, ridge
        As for ``analyse_drivers``.
    rng : Generator, optional
        For the probabilities; a fixed one by default.
    conf_level : float
        Level of the intervals.
    lonely_psu : str, optional
        What a stratum with one sampling unit does, if not what the design says.

    Returns
    -------
    Quadrants
        ``prob_quadrant`` is the part of draws from the joint normal distribution of importance and
        performance in which the driver stays where it is, the cuts moving with the draw.

    Raises
    ------
    UsageError
        If a name does not exist, drivers differ in scale, or there are fewer than two.

    References
    ----------
    Martilla, J. A. and James, J. C. (1977). *Journal of Marketing* 41, 77-79.
    """
    check_one_of("cut", cut, get_args(Cut))
    study = read_study(
        survey, outcome, drivers, model,
        level=level, adjust=adjust, not_applicable=not_applicable, conf_level=conf_level,
    )  # fmt: skip
    if len(study.scores.names) < 2:
        raise UsageError("quadrants compare drivers; give at least two.")
    source, cases = rng or np.random.default_rng(0), study.cases[0]
    low, _, high = driver_scale(survey, study.scores)
    partition = partition_fit(cases, model, study.scores.groups, structure, fit, ridge, source)
    joint = _joint(study.scores, partition, study, lonely_psu)
    frame = _frame(survey.period, study, partition, joint, cut, conf_level, source)
    notes = driver_notes(
        survey, model, study.outcome, study.cases,
        penalty=partition.penalty, ridge=ridge, adjust=adjust, conf_level=conf_level, level=level,
        fit_measure=partition.measure, structure=partition.structure, cut=cut, scale_low=low,
        scale_high=high,
        cut_share=_middle(frame["share"], cut), cut_performance=_middle(frame["performance"], cut),
    )  # fmt: skip
    return Quadrants(
        frame=frame,
        by=("period", "outcome", "driver"),
        method=method_sentence(
            survey, notes, f"Importance: {partition.sentence} of {partition.measure}; performance: "
            f"mean scores; quadrants cut at the {cut} of the drivers",
        ),
        labels=driver_labels(survey, study.outcome, study.scores.labels, "driver", ()),
        notes=notes,
        simulated=survey.simulated,
        conf_level=conf_level,
    )  # fmt: skip


def quadrant_names(share: Floats, performance: Floats, cut: str) -> npt.NDArray[np.str_]:
    """Return the quadrant of each driver: at or above a cut is high.

    Parameters
    ----------
    share, performance : ndarray of shape (..., p)
    cut : {"mean", "median"}
        Of the p drivers; both axes are cut alike.

    Returns
    -------
    ndarray of str, shape (..., p)
        "concentrate" (important, weak), "keep" (important, strong), "low_priority" (less important,
        weak) or "ample" (less important, strong).

    Examples
    --------
    >>> quadrant_names(np.array([0.6, 0.4]), np.array([4.0, 4.5]), "mean").tolist()
    ['concentrate', 'ample']
    """
    middle = np.mean if cut == "mean" else np.median
    important = share >= middle(share, axis=-1, keepdims=True)
    strong = performance >= middle(performance, axis=-1, keepdims=True)
    codes = np.where(important, np.where(strong, 1, 0), np.where(strong, 3, 2))
    return np.array(QUADRANTS)[codes]


class _Joint:
    """Shares and performances side by side, with their joint covariance."""

    def __init__(self, values: Floats, covariance: Floats, counts: Floats, df: Floats) -> None:
        self.estimate, self.covariance, self.counts, self.df = values, covariance, counts, df


def _joint(
    scores: DriverScores, partition: Partition, study: Study, lonely_psu: LonelyPsu | None
) -> _Joint:
    cases = study.cases[0]
    valid = np.isfinite(scores.scores)
    means = ratio_by_domain(
        np.where(valid, scores.scores, 0.0), valid.astype(float), cases.design.weight
    )
    of_means = np.where(valid, scores.scores - means.estimate, 0.0) / means.weight_sum
    both = np.hstack([cases.spread(partition.share_influence), of_means])
    covariance = influence_covariance(Influences(both), cases.design, lonely_psu=lonely_psu)
    sampling = np.r_[partition.share_sampling_error, np.zeros(len(scores.names))]
    values = np.r_[partition.parts / partition.fit, means.estimate]
    df = np.r_[partition.df, np.full(len(scores.names), cases.df)]
    return _Joint(values, covariance + np.diag(sampling**2), means.n.astype(float), df)


def _frame(
    period: str,
    study: Study,
    partition: Partition,
    joint: _Joint,
    cut: Cut,
    conf_level: float,
    rng: np.random.Generator,
) -> pd.DataFrame:
    p = len(study.scores.names)
    share, performance = joint.estimate[:p], joint.estimate[p:]
    error = np.sqrt(joint.covariance.diagonal())
    ends = share_ends(share, error[:p], joint.df[:p], conf_level)
    levels = t_ends(performance, error[p:], joint.df[p:], conf_level)
    place = quadrant_names(share, performance, cut)
    chances = _chances(joint, cut, rng)
    other = quadrant_names(share, performance, "median" if cut == "mean" else "mean")
    keys = {"period": period, "outcome": study.outcome.name, "driver": list(study.scores.names)}
    return pd.DataFrame(
        keys
        | {
            "n": joint.counts,
            "performance": performance,
            "performance_low": levels.low,
            "performance_high": levels.high,
            "share": share,
            "share_low": ends.low,
            "share_high": ends.high,
            "quadrant": place,
            "prob_quadrant": chances[[QUADRANTS.index(name) for name in place], np.arange(p)],
            "quadrant_other_cut": other,
        }
        | {f"prob_{name}": chances[at] for at, name in enumerate(QUADRANTS)}
    )


def _chances(joint: _Joint, cut: Cut, rng: np.random.Generator) -> Floats:
    """Return the probability of each quadrant for each driver, shape (4, p)."""
    p = len(joint.estimate) // 2
    roots, axes = np.linalg.eigh(joint.covariance)
    spread = axes * np.sqrt(np.clip(roots, 0.0, None))
    draws = joint.estimate + rng.standard_normal((DRAWS, 2 * p)) @ spread.T
    places = quadrant_names(draws[:, :p], draws[:, p:], cut)
    return np.array([(places == name).mean(axis=0) for name in QUADRANTS])


def _middle(column: pd.Series, cut: Cut) -> float:
    return float(column.mean() if cut == "mean" else column.median())
