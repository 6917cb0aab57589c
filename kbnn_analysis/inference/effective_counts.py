"""Sets of units within estimates, and the effective counts that models of rates start from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kbnn_analysis.errors import UsageError
from kbnn_analysis.results import Estimates, MeasureInfo
from kbnn_analysis.stats.fay_herriot import smooth_variances

Floats = npt.NDArray[np.float64]
SMALLEST_DEFF = 0.05


@dataclass(frozen=True)
class UnitSet:
    """The units of one measure, period and further group, those with enough answers.

    Parameters
    ----------
    rows : ndarray of int
        Positions in the estimates, of the units used.
    key : tuple of str
        Values of the `by` columns but the unit's.
    info : MeasureInfo
    estimate, n, variance : ndarray
        Of the units used; n may be missing where only rates were published.
    deff : float
        Design effect taken for all units of the set: pooled, for those of single units are noisy,
        and undefined at 100 %.
    """

    rows: npt.NDArray[np.intp]
    key: tuple[str, ...]
    info: MeasureInfo
    estimate: Floats
    n: Floats
    variance: Floats
    deff: float

    @property
    def n_eff(self) -> Floats:
        """Return the answers of a simple random sample that would tell as much."""
        return self.n / self.deff

    @property
    def count(self) -> Floats:
        """Return the effective count that meets the measure."""
        return np.clip(self.estimate * self.n_eff, 0.0, self.n_eff)

    @property
    def smoothed_variance(self) -> Floats:
        """Return sampling variances by one rule for all units, see :func:`smooth_variances`."""
        rate = None
        if self.info.kind == "proportion":
            rate = float((self.estimate @ self.n + 0.5) / (self.n.sum() + 1.0))
        return smooth_variances(self.variance, self.n, rate)

    @property
    def sampling_variance(self) -> Floats:
        """Return what the normal model takes as known: smoothed where all n are known."""
        known = bool(np.isfinite(self.n).all())
        return self.smoothed_variance if known else self.variance

    @property
    def rates_of_counts(self) -> bool:
        """Return whether the units are rates of known numbers of answers."""
        return self.info.kind == "proportion" and bool(np.isfinite(self.n).all())


def unit_column(estimates: Estimates) -> str:
    """Return the `by` column whose values are compared: the unit, or else the last.

    Raises
    ------
    UsageError
        If the estimates have no groups.
    """
    if len(estimates.by) < 3:
        raise UsageError("these estimates have no groups; estimate them with by='unit' first.")
    return "unit" if "unit" in estimates.by else estimates.by[-1]


def unit_sets(estimates: Estimates, *, min_n: int, needs_n: bool = True) -> Iterator[UnitSet]:
    """Yield the sets of units that are compared with one another, in the order of the rows.

    Parameters
    ----------
    estimates : Estimates
    min_n : int
        Units with fewer answers are left out.
    needs_n : bool
        Leave out units whose n is not known.

    Raises
    ------
    UsageError
        If no set has two units left.
    """
    frame, unit = estimates.frame, unit_column(estimates)
    keys = [name for name in estimates.by if name != unit]
    n = frame["n"].to_numpy(dtype=float)
    usable = np.isfinite(frame["estimate"].to_numpy(dtype=float))
    usable &= (n >= max(min_n, 1)) | (np.isnan(n) & (not needs_n))
    found = 0
    for key, rows in frame.groupby(keys, sort=False, observed=True).indices.items():
        kept = np.asarray(rows)[usable[rows]]
        if len(kept) >= 2:
            found += 1
            yield _unit_set(estimates, kept, key if isinstance(key, tuple) else (key,))
    if not found:
        raise UsageError(f"no measure has two units with {min_n} or more answers to compare.")


def _unit_set(estimates: Estimates, rows: npt.NDArray[np.intp], key: tuple[str, ...]) -> UnitSet:
    frame = estimates.frame.iloc[rows]
    rate, n = (frame[name].to_numpy(dtype=float) for name in ("estimate", "n"))
    variance = np.diag(estimates.covariance)[rows].copy()
    info = estimates.measure_info(str(frame["measure"].iloc[0]))
    declared = frame["deff"].to_numpy(dtype=float) if "deff" in frame else n * np.nan
    with np.errstate(invalid="ignore", divide="ignore"):
        from_variance = n * variance / (rate * (1.0 - rate))
    deff = np.where(np.isfinite(declared), declared, from_variance)
    if info.kind != "proportion":
        deff = np.ones(len(rate))
    return UnitSet(rows, key, info, rate, n, variance, _pooled_deff(rate, n, deff))


def _pooled_deff(rate: Floats, n: Floats, deff: Floats) -> float:
    """Return the mean design effect of the units where it is defined, large spreads first."""
    weight = n * rate * (1.0 - rate)
    known = np.isfinite(deff) & (weight > 0)
    if not known.any():
        return 1.0
    pooled = float(weight[known] @ deff[known] / weight[known].sum())
    # a full count has no sampling variance left; the model still needs a finite n
    return max(round(pooled, 12), SMALLEST_DEFF)
