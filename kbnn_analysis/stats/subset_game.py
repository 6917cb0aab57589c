"""Pseudo-R² of a subset of predictors beside base columns, with respondents' influences on it."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from kbnn_analysis.errors import UsageError
from kbnn_analysis.stats.cumulative import fit_cumulative, log_likelihood
from kbnn_analysis.stats.cumulative_likelihood import CumulativeData, CumulativeFit

Floats = npt.NDArray[np.float64]
PseudoFit = Literal["mcfadden", "latent"]
LOGISTIC_VARIANCE = np.pi**2 / 3.0
# the last step promised less than this part of log L: after it the error is of second order
TOLERANCE = 1e-9
SEPARATED = (
    "a model of {members} has no finite fit: it separates the answers; leave predictors out or "
    "give a small `ridge`, for example 0.5."
)


class SubsetGame:
    """The fits of subsets beside the base columns, each started from a smaller one."""

    def __init__(
        self, data: CumulativeData, x: Floats, held: Floats, fit: PseudoFit, ridge: float
    ) -> None:
        self.data, self.x, self.held, self.ridge = data, x, held, ridge
        self.measure = self.mcfadden if fit == "mcfadden" else self.latent
        self.slopes: dict[tuple[int, ...], Floats] = {}
        self.null = self.fitted(())
        self.base_fit, self.base_influence = 0.0, np.zeros(len(x))
        if fit == "latent":
            self.base_fit, self.base_influence = self.latent(self.null, held)
        elif held.shape[1]:
            alone = fit_cumulative(data, x[:, :0])
            assert alone is not None, "thresholds alone always have a fit"
            self.base_fit = 1.0 - self._log_likelihood(self.null) / self._log_likelihood(alone)

    def columns(self, members: tuple[int, ...]) -> Floats:
        """Return the base columns and those of the members."""
        return np.hstack([self.held, self.x[:, list(members)]])

    def fitted(self, members: tuple[int, ...]) -> CumulativeFit:
        """Fit the model of the members; refuse it where there is no finite fit."""
        made = fit_cumulative(
            self.data,
            self.columns(members),
            start=self._start(members),
            ridge=self.ridge,
            tolerance=TOLERANCE,
        )
        if made is None:
            raise UsageError(SEPARATED.format(members=f"predictors {members}"))
        self.slopes[members] = made.parameters
        return made

    def _start(self, members: tuple[int, ...]) -> Floats | None:
        for left_out in range(len(members)):
            smaller = members[:left_out] + members[left_out + 1 :]
            if smaller in self.slopes:
                known = self.slopes[smaller]
                at = len(known) - len(smaller) + left_out
                return np.insert(known, at, 0.0)
        return None

    def _log_likelihood(self, fit: CumulativeFit) -> float:
        return log_likelihood(fit, self.data)

    def mcfadden(self, fit: CumulativeFit, columns: Floats) -> tuple[float, Floats]:
        """Return 1 - L / L0 and n times the influence of each respondent."""
        mine, null = self._log_likelihood(fit), self._log_likelihood(self.null)
        change = -(fit.log_mass - mine / null * self.null.log_mass) / null
        return 1.0 - mine / null, len(change) * change

    def latent(self, fit: CumulativeFit, columns: Floats) -> tuple[float, Floats]:
        """Return V / (V + pi²/3) and n times the influence of each respondent."""
        w, n = self.data.weight, len(columns)
        linear = columns @ fit.slopes
        centred = linear - w @ linear / n
        variance = float(w @ centred**2 / n)
        top = fit.thresholds.shape[0]
        toward = np.zeros(top + columns.shape[1])
        toward[top:] = 2.0 * (w * centred) @ columns / n
        lever = np.asarray(np.linalg.solve(fit.information, toward), dtype=np.float64)
        category = np.repeat(np.arange(top + 1), np.diff(self.data.starts))
        bounds = np.r_[0.0, lever[:top], 0.0]
        up, low = fit.toward_upper, fit.toward_lower
        through = up * bounds[category + 1] + low * bounds[category]
        through -= (up + low) * (columns @ lever[top:])
        change = centred**2 - variance + n * through
        whole = variance + LOGISTIC_VARIANCE
        return variance / whole, LOGISTIC_VARIANCE / whole**2 * change
