"""How many respondents would settle which of two units is better."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference.effective_counts import UnitSet, unit_column, unit_sets
from kbnn_analysis.inference.shrinkage import Model, shrink
from kbnn_analysis.results import Estimates
from kbnn_analysis.results.shrinkage import RespondentsNeeded
from kbnn_analysis.stats.sample_size import n_to_settle

Floats = npt.NDArray[np.float64]


def respondents_to_settle(
    estimates: Estimates,
    *,
    reference: str | None = None,
    conf_level: float = 0.95,
    power: float = 0.8,
    model: Model = "auto",
    min_n: int = 10,
) -> RespondentsNeeded:
    """Return how many answers each of two units would need for their difference to be found.

    Parameters
    ----------
    estimates : Estimates
        One measure, one period, by unit.
    reference : str, optional
        Unit against which the others are told; by default the one with the best shrunken
        estimate, in the direction of the measure.
    conf_level, power : float
        Of a single comparison decided in advance; choosing the pair afterwards takes more.
    model : {"auto", "beta-binomial", "normal"}
        As for :func:`shrink`: differences are taken between shrunken estimates, for the direct
        ones of the first and the last exaggerate.
    min_n : int

    Returns
    -------
    RespondentsNeeded

    Raises
    ------
    UsageError
        If there is more than one set of units, or the reference is not among them.

    Examples
    --------
    >>> import pandas as pd
    >>> from kbnn_analysis.inference.aggregates import estimates_from_counts
    >>> from kbnn_analysis.language import Label
    >>> from kbnn_analysis.results import MeasureInfo
    >>> rate = MeasureInfo("satisfied", "published", "1", "proportion", Label.same("satisfied"))
    >>> counts = pd.DataFrame({"unit": list("ABC"), "count": [95, 180, 99], "n": [100, 200, 100]})
    >>> found = respondents_to_settle(estimates_from_counts(counts, rate, period="2023-1"))
    >>> found.notes["reference"], found.frame["n_needed"].tolist()
    ('C', [461.0, 137.0, nan])
    """
    sets = list(unit_sets(estimates, min_n=min_n))
    if len(sets) != 1:
        raise UsageError("ask for one measure and one period: estimates.where(measure=..., ...).")
    units, shrunken = sets[0], shrink(estimates, model=model, conf_level=conf_level, min_n=min_n)
    best = shrunken.best
    names = estimates.frame[unit_column(estimates)].to_numpy()[units.rows]
    value = shrunken.frame["estimate"].to_numpy(dtype=float)[units.rows]
    chosen = (
        str(names[int(np.argmax(value if best == "high" else -value))])
        if reference is None
        else reference
    )
    if chosen not in names:
        raise UsageError(f"`reference` {chosen!r} is not a unit with {min_n} or more answers.")
    at = int(np.flatnonzero(names == chosen)[0])
    variance = _answer_variance(units, value)
    needed = np.ceil(
        n_to_settle(value[at], value, (variance[at], variance), conf_level=conf_level, power=power)
    )
    needed[at] = np.nan
    return _result(
        estimates,
        units,
        (units.estimate, value, value[at] - value, needed),
        {
            "reference": chosen,
            "best": best,
            "power": power,
            "conf_level": conf_level,
            "model": shrunken.notes["model"],
            "deff": round(units.deff, 6),
            "min_n": min_n,
        },
    )


def _answer_variance(units: UnitSet, value: Floats) -> Floats:
    """Return the variance of one answer, times the design effect."""
    if units.info.kind == "proportion":
        return np.asarray(value * (1.0 - value) * units.deff)
    return np.full(len(value), float(np.average(units.n * units.variance, weights=units.n)))


def _result(
    estimates: Estimates,
    units: UnitSet,
    columns: tuple[Floats, Floats, Floats, Floats],
    facts: dict[str, object],
) -> RespondentsNeeded:
    frame = estimates.frame[[*estimates.by, "n"]].copy()
    names = ("direct", "estimate", "difference", "n_needed")
    for name, values in zip(names, columns, strict=True):
        full = np.full(len(frame), np.nan)
        full[units.rows] = values
        frame[name] = full
    return RespondentsNeeded(
        frame=frame,
        by=estimates.by,
        method=(
            f"Answers each of two units needs to tell it from the reference "
            f"(level {facts['conf_level']:g}, power {facts['power']:g}, design effect "
            f"{facts['deff']:g}); differences between shrunken estimates ({facts['model']})."
        ),
        labels=estimates.labels,
        notes={**estimates.notes, **facts},
        simulated=estimates.simulated,
        measures=estimates.measures,
    )
