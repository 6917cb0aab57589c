"""Adaptive importance sampling of a posterior of few dimensions by mixtures of Student's t."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special
from scipy.stats import qmc

Floats = npt.NDArray[np.float64]
DRAWS, ROUNDS, FREEDOM = 512, 4, 5.0
WIDE = 2.0  # a second start about each mode reaches the tails that its curvature does not show
FEWEST = 8.0  # effective points that may shape a component by themselves
DEFENSIVE = 0.2  # share of a component over all points, so that no tail is left without any


@dataclass(frozen=True)
class Component:
    """A t distribution of five degrees of freedom in a mixture.

    Parameters
    ----------
    share : float
        Of the mixture.
    centre : ndarray of shape (d,)
    root : ndarray of shape (d, d)
        Times its transpose it is the scale matrix.
    """

    share: float
    centre: Floats
    root: Floats


@dataclass(frozen=True)
class Sample:
    """Weighted points of a posterior.

    Parameters
    ----------
    points : ndarray of shape (H, d)
    weight : ndarray of shape (H,)
        Sum to one.
    log_evidence : float
        Log of the integral of the density.
    """

    points: Floats
    weight: Floats
    log_evidence: float

    @property
    def effective(self) -> float:
        """Return Kish's effective number of points."""
        return float(1.0 / np.sum(self.weight**2))


def sample_adaptively(
    log_density: Callable[[Floats], Floats],
    modes: Sequence[tuple[Floats, Floats]],
    *,
    draws: int = DRAWS,
    rounds: int = ROUNDS,
) -> Sample:
    """Return weighted points of a density known up to its constant.

    The first points come from t distributions about the modes, and from wider ones. Each further
    round moves the mixture towards the density by one step of its EM algorithm, so that long and
    bent tails, which the curvature at a mode does not show, get points of their own. All points
    are weighted against the mixture of all rounds. They are scrambled low-discrepancy points of a
    fixed seed: two runs agree.

    Parameters
    ----------
    log_density : callable
        From points of shape (H, d) to (H,).
    modes : sequence of (centre, root)
        Where to start, and how wide.
    draws, rounds : int
        Points of a round, rounds.

    Returns
    -------
    Sample

    References
    ----------
    Hesterberg, T. (1995). *Technometrics* 37, 185-194. Cappé, O. et al. (2008). *Statistics and
    Computing* 18, 447-459. Cornuet, J.-M. et al. (2012). *Scandinavian Journal of Statistics* 39,
    798-812.

    Examples
    --------
    >>> bell = lambda points: -((points - 3.0) ** 2).sum(axis=1) / 2
    >>> found = sample_adaptively(bell, [(np.zeros(2), np.eye(2))])
    >>> (found.weight @ found.points).round(2).tolist(), round(found.log_evidence, 2)
    ([3.0, 3.0], 1.84)
    """
    mixture = [
        Component(0.5 / len(modes), centre, wide * root)
        for centre, root in modes
        for wide in (1.0, WIDE)
    ]
    used: list[Component] = []  # over all rounds, with numbers of points for shares
    points = np.empty((0, len(modes[0][0])))
    density = np.empty(0)
    for turn in range(rounds):
        drawn = [_allotted(part, draws) for part in mixture]
        new = np.concatenate([_drawn(part, [turn, k]) for k, part in enumerate(drawn)])
        used += drawn
        points = np.concatenate([points, new])
        density = np.concatenate([density, log_density(new)])
        log_ratio = density - (special.logsumexp(_log_parts(used, points), axis=0))
        log_ratio += np.log(len(points))
        ratio = np.exp(log_ratio - log_ratio.max())
        weight = ratio / ratio.sum()
        mixture = _moved(mixture, points, weight)
    return Sample(points, weight, float(log_ratio.max() + np.log(ratio.mean())))


def thinned(sample: Sample, number: int) -> Sample:
    """Return `number` points of equal weight that stand for all.

    Taken at even steps of the running weight along the direction in which the points vary most.

    Parameters
    ----------
    sample : Sample
    number : int
        At least one.

    Returns
    -------
    Sample

    Examples
    --------
    >>> three = Sample(np.array([[1.0], [2.0], [3.0]]), np.array([0.5, 0.25, 0.25]), 0.0)
    >>> thinned(three, 4).points.ravel().tolist()
    [1.0, 1.0, 2.0, 3.0]
    """
    scaled = sample.points - sample.weight @ sample.points
    deviation = np.sqrt(sample.weight @ scaled**2)
    scaled = scaled / np.where(deviation > 0.0, deviation, 1.0)
    _, axes = np.linalg.eigh((scaled * sample.weight[:, None]).T @ scaled)
    along = scaled @ (axes[:, -1] * np.sign(axes[:, -1].sum() or 1.0))
    order = np.argsort(along, kind="stable")
    reached = np.cumsum(sample.weight[order])
    steps = (np.arange(number) + 0.5) / number * reached[-1]
    chosen = order[np.searchsorted(reached, steps)]
    return Sample(sample.points[chosen], np.full(number, 1.0 / number), sample.log_evidence)


def _allotted(part: Component, draws: int) -> Component:
    return Component(float(max(round(part.share * draws), 2)), part.centre, part.root)


def _drawn(part: Component, key: list[int]) -> Floats:
    size, number = len(part.centre), int(part.share)
    sobol = qmc.Sobol(size + 1, scramble=True, rng=np.random.default_rng([7, *key]))
    uniform = sobol.random_base2((number - 1).bit_length())[:number]
    normal = special.ndtri(uniform[:, :size])
    stretch = np.sqrt(FREEDOM / (2.0 * special.gammaincinv(FREEDOM / 2.0, uniform[:, size])))
    return np.asarray(part.centre + (normal * stretch[:, None]) @ part.root.T)


def _distance(part: Component, points: Floats) -> Floats:
    return np.asarray((np.linalg.solve(part.root, (points - part.centre).T) ** 2).sum(axis=0))


def _log_parts(mixture: Sequence[Component], points: Floats) -> Floats:
    """Return the log of share times density, of shape (components, H)."""
    size = points.shape[1]
    half = (FREEDOM + size) / 2.0
    constant = special.gammaln(half) - special.gammaln(FREEDOM / 2.0)
    constant -= size / 2.0 * np.log(FREEDOM * np.pi)
    return np.array(
        [
            constant
            + np.log(part.share)
            - np.linalg.slogdet(part.root)[1]
            - half * np.log1p(_distance(part, points) / FREEDOM)
            for part in mixture
        ]
    )


def _moved(mixture: Sequence[Component], points: Floats, weight: Floats) -> list[Component]:
    """Return the mixture after one step of EM for t distributions, towards the weighted points."""
    size = points.shape[1]
    responsible = special.softmax(_log_parts(mixture, points), axis=0) * weight
    moved = []
    for part, own in zip(mixture, responsible, strict=True):
        share = float(own.sum())
        if share < 0.01:
            continue
        near = own * (FREEDOM + size) / (FREEDOM + _distance(part, points))
        centre = near @ points / near.sum()
        apart = points - centre
        scale = (apart * near[:, None]).T @ apart / share
        if share**2 < FEWEST * float(own @ own):
            scale = (scale + part.root @ part.root.T) / 2.0
        # a hundredth of the old width, so that no component falls flat
        scale += 1e-4 * part.root @ part.root.T
        moved.append(Component(share, centre, np.linalg.cholesky(scale)))
    total = sum(part.share for part in moved) / (1.0 - DEFENSIVE)
    kept = [Component(part.share / total, part.centre, part.root) for part in moved]
    return [*kept, _over_all(points, weight, mixture)]


def _over_all(points: Floats, weight: Floats, mixture: Sequence[Component]) -> Component:
    centre = weight @ points
    apart = points - centre
    scale = (apart * weight[:, None]).T @ apart
    scale += 1e-4 * np.mean([part.root @ part.root.T for part in mixture], axis=0)
    root = np.asarray(np.linalg.cholesky(scale), dtype=float)
    return Component(DEFENSIVE, np.asarray(centre), WIDE * root)
