"""Hyper-parameters of true rates that come from one group of units, or from two."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import special
from scipy.optimize import minimize

from kbnn_analysis.stats.beta_binomial import log_marginal
from kbnn_analysis.stats.importance_sampling import Sample, sample_adaptively

Floats = npt.NDArray[np.float64]
NO_SPREAD = 0.1
LOOSE = 1e-7  # a mode only places the points


def sample_two_groups(x: Floats, n: Floats) -> Sample:
    """Return points over (mean, spread) of a main group, of another group, and the other's share.

    Prior: the main group's as for one group alone (uniform on the mean rate and on sqrt(rho)); the
    other group's mean normal about the main one's with standard deviation 1 on the logit scale;
    its spread on that scale half-normal of scale 1; its share uniform up to one half. The
    posterior has a few modes and long bent tails (a group of no spread; two groups that are one):
    :func:`sample_adaptively` integrates it.

    Parameters
    ----------
    x, n : ndarray of shape (m,)
        Counts, as checked before.

    Returns
    -------
    Sample
        What a point means: :func:`hyper_parameters`. Its evidence is comparable with that of one
        group.

    References
    ----------
    Kass, R. E. and Raftery, A. E. (1995). *JASA* 90, 773-795.

    Examples
    --------
    >>> x, n = np.array([95.0, 94, 96, 95, 70, 72]), np.full(6, 100.0)
    >>> round(float(sample_two_groups(x, n).weight.sum()), 9)
    1.0
    """
    return sample_adaptively(lambda points: _log_density(points, x, n), _modes(x, n))


def hyper_parameters(points: Floats, n: Floats) -> tuple[Floats, Floats, Floats]:
    """Return a, b of shape (H, 2) and the other group's share (H,) from unconstrained points.

    A point is (logit mean, log sd) of the main group, the same of the other, logit of twice its
    share; the sd is that of rates over sqrt(p q), which is that of logits times sqrt(p q). A
    spread below a tenth of the finest sampling error is none, and is held there: posteriors stay
    wide enough for the nodes that units share.

    Examples
    --------
    >>> a, b, other = hyper_parameters(np.array([[3.0, -1, 2, -1, 0]]), np.array([99.0]))
    >>> (a / (a + b)).round(3).tolist(), other.tolist()
    ([[0.953, 0.881]], [0.25])
    """
    eta, log_sd = points[:, [0, 2]], points[:, [1, 3]]
    rate = special.expit(eta)
    root_rho = np.clip(
        np.exp(log_sd) * np.sqrt(rate * (1.0 - rate)), NO_SPREAD / np.sqrt(n.max()), 0.98
    )
    precision = 1.0 / root_rho**2 - 1.0
    return rate * precision, (1.0 - rate) * precision, special.expit(points[:, 4]) / 2.0


def group_shares(a: Floats, b: Floats, other: float, x: Floats, n: Floats) -> Floats:
    """Return each unit's posterior probability of either group, of shape (2, m).

    Examples
    --------
    >>> a, b = np.array([95.0, 70.0]), np.array([5.0, 30.0])
    >>> group_shares(a, b, 0.5, np.array([95.0]), np.array([100.0])).round(2).tolist()
    [[1.0], [0.0]]
    """
    log = _log_components(a[None], b[None], np.array([other]), x, n)[0]
    return np.asarray(special.softmax(log, axis=0))


def _log_components(a: Floats, b: Floats, other: Floats, x: Floats, n: Floats) -> Floats:
    each = [
        log_marginal(a[:, k, None, None], b[:, k, None, None], x[:, None], n[:, None])
        for k in range(2)
    ]
    share = np.stack([1.0 - other, other], axis=1)
    return np.stack(each, axis=1) + np.log(share)[:, :, None]


def _log_density(points: Floats, x: Floats, n: Floats) -> Floats:
    a, b, other = hyper_parameters(points, n)
    likelihood = special.logsumexp(_log_components(a, b, other, x, n), axis=1).sum(axis=-1)
    eta, log_sd, far, far_sd, half = points.T
    logistic = special.log_expit(eta) + special.log_expit(-eta)
    # uniform on sqrt(rho) = sd sqrt(p q), up to its end at one
    spread = log_sd + logistic / 2.0
    prior = logistic + spread + np.where(spread > 0.0, -50.0 * spread, 0.0)
    apart = -((far - eta) ** 2) / 2.0 - 0.5 * np.log(2.0 * np.pi)
    width = far_sd - np.exp(2.0 * np.minimum(far_sd, 20.0)) / 2.0 + 0.5 * np.log(2.0 / np.pi)
    share = special.log_expit(half) + special.log_expit(-half)
    return np.asarray(likelihood + prior + apart + width + share)


def _modes(x: Floats, n: Floats) -> list[tuple[Floats, Floats]]:
    centre = float(special.logit((x.sum() + 0.5) / (n.sum() + 1.0)))
    starts = [
        (centre - 0.3, -1.5, centre + 0.7, -1.5, 1.0),
        (centre + 0.3, -1.5, centre - 0.7, -1.5, 1.0),
        (centre, -1.5, centre, 0.0, -1.0),
        (centre, -2.0, centre + 1.5, -1.0, -3.0),
        (centre, -2.0, centre - 1.5, -1.0, -3.0),
    ]
    found: list[tuple[float, Floats, Floats]] = []
    for start in starts:
        value, mode, root = _mode(np.array(start), x, n)
        if all(np.abs(mode - other[1]).max() > 0.3 for other in found):
            found.append((value, mode, root))
    top = max(value for value, _, _ in found)
    return [(mode, root) for value, mode, root in found if value > top - 4.0]


def _mode(start: Floats, x: Floats, n: Floats) -> tuple[float, Floats, Floats]:
    """Return height and place of a mode and the root of its covariance."""
    step = 1e-4

    def slope(point: Floats) -> tuple[float, Floats]:
        around = np.concatenate([[point], point + step * np.eye(5), point - step * np.eye(5)])
        values = -_log_density(around, x, n)
        return float(values[0]), (values[1:6] - values[6:]) / (2 * step)

    box = [(start[0] - 4, start[0] + 8), (-5.0, 2.0), (start[2] - 6, start[2] + 8)]
    box += [(-5.0, 2.0), (-6.0, 8.0)]
    mode = minimize(slope, start, jac=True, method="L-BFGS-B", bounds=box, tol=LOOSE).x
    wide = 0.02
    hessian = np.array(
        [(slope(mode + wide * e)[1] - slope(mode - wide * e)[1]) / (2 * wide) for e in np.eye(5)]
    )
    roots, axes = np.linalg.eigh((hessian + hessian.T) / 2)
    return -slope(mode)[0], mode, axes / np.sqrt(np.maximum(roots, 0.4))
