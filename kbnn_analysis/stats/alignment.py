"""Alignment: factor means of many groups that are comparable without exact invariance.

Each group's one-factor model leaves its factor mean and variance free to choose. Alignment chooses
them so that most item parameters agree and few differ much, as rotation seeks simple structure.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from kbnn_analysis.errors import UsageError

Floats = npt.NDArray[np.float64]
EPSILON = 0.01
DRAWS = 4


@dataclass(frozen=True)
class Alignment:
    """Aligned groups.

    Parameters
    ----------
    mean, sd : ndarray of shape (G,)
        Factor mean and standard deviation; their weighted mean is 0 and the geometric mean of
        the standard deviations 1.
    loadings, intercepts : ndarray of shape (G, p)
        Aligned item parameters.
    loss : float
        What the alignment minimized.
    agreed : float
        Part of the random starts that ended at that loss: low where there are several minima.
    """

    mean: Floats
    sd: Floats
    loadings: Floats
    intercepts: Floats
    loss: float
    agreed: float


def align(
    loadings: npt.ArrayLike,
    intercepts: npt.ArrayLike,
    n: npt.ArrayLike,
    rng: np.random.Generator,
    *,
    draws: int = DRAWS,
) -> Alignment:
    r"""Align the one-factor models of G groups.

    Minimizes over means :math:`\alpha_g` and standard deviations :math:`\sigma_g`
    :math:`\sum_i \sum_{g<h} \sqrt{n_g n_h}\,[f(\lambda_{ig}/\sigma_g - \lambda_{ih}/\sigma_h) +
    f(\nu_{ig} - \alpha_g\lambda_{ig}/\sigma_g - \ldots)]` with :math:`f(x) = (x^2 + .01)^{1/4}`.

    Parameters
    ----------
    loadings, intercepts : array of shape (G, p)
        Of the configural model: factor mean 0 and variance 1 in every group.
    n : array of shape (G,)
        Respondents.
    rng : Generator
        Source of further starts.
    draws : int
        Number of further starts.

    Returns
    -------
    Alignment

    Raises
    ------
    UsageError
        If there are fewer than two groups, or numbers are missing.

    Notes
    -----
    No unit is the reference: the n-weighted mean of the factor means is 0 and the product of the
    standard deviations 1. The weights of all pairs are scaled to a sum of 1.

    References
    ----------
    Asparouhov, T. and Muthén, B. (2014). Multiple-group factor analysis alignment. *Structural
    Equation Modeling* 21, 495-508. In R: ``sirt::invariance.alignment``.

    Examples
    --------
    >>> true = np.array([0.0, 0.5, -0.5])
    >>> loads, nu = np.full((3, 4), 0.8), 3.0 + 0.8 * true[:, None] + np.zeros((3, 4))
    >>> align(loads, nu, [100, 100, 100], np.random.default_rng(1)).mean.round(4).tolist()
    [0.0, 0.5, -0.5]
    """
    loss = AlignmentLoss(
        np.asarray(loadings, dtype=float), np.asarray(intercepts, dtype=float), np.asarray(n, float)
    )
    groups = len(loss.n)
    starts = [loss.start()]
    starts += [starts[0] + rng.normal(0, 0.3, 2 * groups - 2) for _ in range(draws)]
    found = [_minimize(loss, start) for start in starts]
    losses = np.array([value for value, _ in found])
    best = int(losses.argmin())
    mean, log_sd = loss.spread(found[best][1])
    sd = np.exp(log_sd)
    aligned = loss.loadings / sd[:, None]
    return Alignment(
        mean=mean,
        sd=sd,
        loadings=aligned,
        intercepts=loss.intercepts - mean[:, None] * aligned,
        loss=float(losses[best]),
        agreed=float((losses < losses[best] * (1 + 1e-5)).mean()),
    )


class AlignmentLoss:
    """The loss as a function of G - 1 means and G - 1 log standard deviations.

    The last mean and log standard deviation follow from the constraints.
    """

    def __init__(self, loadings: Floats, intercepts: Floats, n: Floats) -> None:
        if len(n) < 2 or loadings.shape != intercepts.shape or len(loadings) != len(n):
            raise UsageError(f"alignment needs two groups or more of equal shape; got {len(n)}.")
        if not (np.isfinite(loadings).all() and np.isfinite(intercepts).all()):
            raise UsageError("alignment needs the loadings and intercepts of every group.")
        self.loadings, self.intercepts, self.n = loadings, intercepts, n
        self.pair = np.sqrt(np.outer(n, n))
        np.fill_diagonal(self.pair, 0.0)
        self.pair *= 2 / self.pair.sum()
        self.epsilon = EPSILON

    def spread(self, free: Floats) -> tuple[Floats, Floats]:
        """Return all G means and log standard deviations."""
        half = len(self.n) - 1
        mean, log_sd = free[:half], free[half:]
        last = -float(mean @ self.n[:-1]) / self.n[-1]
        return np.append(mean, last), np.append(log_sd, -log_sd.sum())

    def free(self, mean: Floats, log_sd: Floats) -> Floats:
        """Return the free ones, after moving to the constraints."""
        mean = mean - np.average(mean, weights=self.n)
        log_sd = log_sd - log_sd.mean()
        return np.concatenate([mean[:-1], log_sd[:-1]])

    def start(self) -> Floats:
        """Return means and standard deviations as if the items were invariant."""
        size = self.loadings.sum(axis=1)
        log_sd = np.log(np.maximum(size / size.mean(), 0.05))
        common = self.loadings.mean(axis=0)
        left = self.intercepts - np.average(self.intercepts, axis=0, weights=self.n)
        return self.free(left @ common / (common @ common), log_sd)

    def __call__(self, free: Floats) -> tuple[float, Floats]:
        """Return the loss and its slope; a step that is far too long has an endless loss."""
        with np.errstate(over="ignore", invalid="ignore"):  # such a step is taken back
            return self._loss(free)

    def _loss(self, free: Floats) -> tuple[float, Floats]:
        mean, log_sd = self.spread(free)
        loads = self.loadings / np.exp(log_sd)[:, None]
        nu = self.intercepts - mean[:, None] * loads
        value_l, by_loads = self._component(loads)
        value_n, by_nu = self._component(nu)
        by_loads = by_loads - by_nu * mean[:, None]
        by_mean = -(by_nu * loads).sum(axis=1)
        by_log = -(by_loads * loads).sum(axis=1)
        slope = np.concatenate(
            [by_mean[:-1] - by_mean[-1] * self.n[:-1] / self.n[-1], by_log[:-1] - by_log[-1]]
        )
        return value_l + value_n, slope

    def _component(self, values: Floats) -> tuple[float, Floats]:
        """Return the loss over all pairs of groups and its slope by each value."""
        gap = values.T[:, :, None] - values.T[:, None, :]
        inside = gap * gap + self.epsilon
        root = np.sqrt(np.sqrt(inside))  # twice as fast as a power
        weighted = self.pair * root
        slope = (weighted * gap / inside).sum(axis=2).T / 2
        return float(weighted.sum()) / 2, slope


def _minimize(loss: AlignmentLoss, start: Floats) -> tuple[float, Floats]:
    # a rounder loss first: it has fewer minima, and its minimum is a good start
    for loss.epsilon in (100 * EPSILON, 10 * EPSILON, EPSILON):
        found = minimize(
            loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 2000, "gtol": 1e-7}
        )
        start = np.asarray(found.x, dtype=np.float64)
    return float(found.fun), start
