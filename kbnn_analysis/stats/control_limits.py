"""Binomial control limits without steps: where a unit's rate would lie were it like the others."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import special
from scipy.optimize import elementwise

Floats = npt.NDArray[np.float64]
MIXING_NODES = 60


def mid_distribution(
    count: npt.ArrayLike, n: npt.ArrayLike, target: float, rho: float = 0.0
) -> Floats:
    """Return P(X < count) + P(X = count) / 2 for n answers at rate `target`.

    Between whole counts, and for effective n that are not whole, the binomial distribution
    function is continued by the incomplete beta function; so limits have no steps in n and bands
    do not depend on where an integer falls. At count = n the value is 1 - target^n / 2: a unit at
    100 % is only remarkable where 100 % is.

    Parameters
    ----------
    count, n : array
        Of a common shape.
    target : float
        Rate that is expected, between 0 and 1.
    rho : float
        Intra-class correlation of a beta-binomial; zero for a binomial.

    Returns
    -------
    ndarray

    References
    ----------
    Spiegelhalter, D. J. (2005). *Statistics in Medicine* 24, 1185-1202 (limits; here by mid-p in
    place of interpolated counts). Lancaster, H. O. (1961). *JASA* 56, 223-234 (mid-p).

    Examples
    --------
    >>> mid_distribution([80.0], [80.0], 0.98).round(3).tolist()  # 80 of 80 is nothing special
    [0.901]
    """
    x, size = np.broadcast_arrays(np.asarray(count, float), np.asarray(n, float))
    return _mid(x, size, _mixing(target, rho))


def rate_limit(probability: float, n: npt.ArrayLike, target: float, rho: float = 0.0) -> Floats:
    """Return the rate whose mid-distribution is `probability`; 0 or 1 where no rate reaches it.

    Parameters
    ----------
    probability : float
        For an upper 99.8 % limit 0.999, for the lower 0.001.
    n : array of shape (m,)
    target, rho : float
        As for :func:`mid_distribution`.

    Returns
    -------
    ndarray of shape (m,)
        Within 0 and 1. An upper limit of exactly 1 cannot be passed: so few answers cannot show
        that a unit is better.

    Examples
    --------
    >>> rate_limit(0.999, [80, 400, 2000], 0.98).round(4).tolist()
    [1.0, 0.9981, 0.989]
    """
    size, mixing = np.asarray(n, dtype=float), _mixing(target, rho)

    def excess(x: Floats, answers: Floats) -> Floats:
        """Return how far the distribution lies above the wanted probability."""
        return _mid(x, answers, mixing) - probability

    # where no rate is high enough both ends are below: the search gives up there at once
    found = elementwise.find_root(
        excess, (np.full(size.shape, -1.0), size), args=(size,), tolerances={"xatol": 1e-10}
    )
    return np.where(excess(size, size) <= 0.0, 1.0, np.clip(found.x / size, 0.0, 1.0))


def _mid(x: Floats, n: Floats, mixing: tuple[Floats, Floats]) -> Floats:
    x, n = x[..., None], n[..., None]
    both = (_distribution(x, n, mixing[0]) + _distribution(x - 1.0, n, mixing[0])) / 2.0
    return np.asarray(both @ mixing[1])


def _distribution(x: Floats, n: Floats, rate: Floats) -> Floats:
    inside = np.clip(x, -1.0, n)
    with np.errstate(invalid="ignore"):
        found = special.betainc(n - inside, inside + 1.0, 1.0 - rate)
    return np.where(x >= n, 1.0, np.where(x <= -1.0, 0.0, found))


def _mixing(target: float, rho: float) -> tuple[Floats, Floats]:
    """Return rates and weights that stand for the beta distribution of a beta-binomial."""
    if rho < 1e-8:  # no spread that a funnel could show
        return np.array([target]), np.ones(1)
    precision = 1.0 / rho - 1.0
    a, b = target * precision, (1.0 - target) * precision
    # Gauss-Legendre in the angle of the probability: dense in both tails
    points, legendre = np.polynomial.legendre.leggauss(MIXING_NODES)
    angle = (points + 1.0) * np.pi / 2.0
    weights = legendre * np.sin(angle) * np.pi / 4.0
    rates = special.betaincinv(a, b, np.sin(angle / 2.0) ** 2)
    return rates, weights / weights.sum()
