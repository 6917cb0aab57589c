"""Errors of aligned means, and which item parameters differ between groups after alignment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.stats import norm

from kbnn_analysis.stats.alignment import EPSILON, Alignment, AlignmentLoss

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
P_START, P_STAY = 0.01, 0.001
MOST_ROUNDS = 50


@dataclass(frozen=True)
class AlignmentTests:
    """What alignment found, with its errors.

    Parameters
    ----------
    slopes : ndarray of shape (G, 2 p G)
        Derivative of the aligned factor means by the configural parameters, for influences.
    covariance : ndarray of shape (G, G)
        Of the aligned factor means.
    loading_holds, intercept_holds : ndarray of bool, shape (G, p)
        Whether a group's parameter belongs to the set of groups that share it.
    loading, intercept : ndarray of shape (p,)
        The shared values.
    loading_r_squared, intercept_r_squared : ndarray of shape (p,)
        Part of the variance of the configural parameters over groups that factor means and
        variances explain; sampling error lowers it.
    """

    slopes: Floats
    covariance: Floats
    loading_holds: Flags
    intercept_holds: Flags
    loading: Floats
    intercept: Floats
    loading_r_squared: Floats
    intercept_r_squared: Floats

    @property
    def share_broken(self) -> float:
        """Return the part of all parameters of all groups that do not hold."""
        held = np.concatenate([self.loading_holds.ravel(), self.intercept_holds.ravel()])
        return float(1.0 - held.mean())


def examine_alignment(
    loss: AlignmentLoss, aligned: Alignment, covariance: Floats
) -> AlignmentTests:
    r"""Carry the errors of the configural parameters through the alignment, and test it.

    Factor means and variances are an implicit function of the configural parameters, with the
    derivative :math:`-H^{-1} C` of the loss's second derivatives (delta method). For every item
    parameter the groups are sought that share it: from those near the median, groups join and
    leave by a test against the average of the set (p < .001) until nothing changes.

    Parameters
    ----------
    loss : AlignmentLoss
        With the configural parameters.
    aligned : Alignment
        Their alignment.
    covariance : ndarray of shape (2 p G, 2 p G)
        Of the configural parameters: first all loadings (item by item, groups within), then all
        intercepts.

    Returns
    -------
    AlignmentTests

    References
    ----------
    Asparouhov, T. and Muthén, B. (2014). *Structural Equation Modeling* 21, 495-508. Muthén, B.
    and Asparouhov, T. (2018). *Sociological Methods and Research* 47, 637-664.

    Examples
    --------
    >>> from kbnn_analysis.stats.alignment import align
    >>> loads, nu = np.full((3, 4), 0.8), np.full((3, 4), 3.0)
    >>> nu[2, 3] = 4.0
    >>> loss = AlignmentLoss(loads, nu, np.full(3, 100.0))
    >>> found = align(loads, nu, loss.n, np.random.default_rng(1))
    >>> examine_alignment(loss, found, np.eye(24) * 1e-4).intercept_holds[:, 3].tolist()
    [True, True, False]
    """
    groups, items = loss.loadings.shape
    by_spread = _implicit(loss, aligned)
    d_mean, d_log = by_spread[:groups], by_spread[groups:]
    loading_holds, intercept_holds = np.ones((2, groups, items), dtype=bool)
    shared = np.empty((2, items))
    for item in range(items):
        own = aligned.loadings[:, item]
        d_load, d_nu = _item_slopes(item, aligned, d_mean, d_log, items)
        loading_holds[:, item], shared[0, item] = _shared(own, d_load @ covariance @ d_load.T, loss)
        intercept_holds[:, item], shared[1, item] = _shared(
            aligned.intercepts[:, item], d_nu @ covariance @ d_nu.T, loss
        )
    explained = aligned.sd[:, None] * shared[0]
    predicted = shared[1] + aligned.mean[:, None] * shared[0]
    return AlignmentTests(
        slopes=d_mean,
        covariance=d_mean @ covariance @ d_mean.T,
        loading_holds=loading_holds,
        intercept_holds=intercept_holds,
        loading=shared[0],
        intercept=shared[1],
        loading_r_squared=_explained(loss.loadings, explained),
        intercept_r_squared=_explained(loss.intercepts, predicted),
    )


def _implicit(loss: AlignmentLoss, aligned: Alignment) -> Floats:
    """Return d (means, log standard deviations) by the configural parameters, 2G x 2pG."""
    groups, items = loss.loadings.shape
    mean, scale = aligned.mean, 1.0 / aligned.sd
    hessian = np.zeros((2, groups, 2, groups))
    cross = np.zeros((2, groups, 2, items, groups))
    at = np.arange(groups)
    for item in range(items):
        load = aligned.loadings[:, item]
        first_l, second_l = _derivatives(load, loss.pair)
        first_n, second_n = _derivatives(aligned.intercepts[:, item], loss.pair)
        d_l, d_n = np.stack([0 * load, -load]), np.stack([-load, mean * load])
        x_l, x_n = np.stack([scale, 0 * scale]), np.stack([-mean * scale, np.ones(groups)])
        hessian += np.einsum("ag,gh,bh->agbh", d_l, second_l, d_l)
        hessian += np.einsum("ag,gh,bh->agbh", d_n, second_n, d_n)
        cross[:, :, :, item] += np.einsum("ag,gh,bh->agbh", d_l, second_l, x_l)
        cross[:, :, :, item] += np.einsum("ag,gh,bh->agbh", d_n, second_n, x_n)
        hessian[0, at, 1, at] += first_n * load
        hessian[1, at, 0, at] += first_n * load
        hessian[1, at, 1, at] += first_l * load - first_n * mean * load
        cross[0, at, 0, item, at] -= first_n * scale
        cross[1, at, 0, item, at] += (first_n * mean - first_l) * scale
    keep = _constraints(loss)
    inside = keep.T @ hessian.reshape(2 * groups, -1) @ keep
    right = keep.T @ cross.reshape(2 * groups, -1)
    return np.asarray(-keep @ np.linalg.lstsq(inside, right, rcond=1e-12)[0])


def _derivatives(values: Floats, pair: Floats) -> tuple[Floats, Floats]:
    """Return first (G,) and second (G, G) derivatives of an item's loss by its values."""
    gap = values[:, None] - values[None, :]
    inside = gap**2 + EPSILON
    first = (pair * gap * inside**-0.75).sum(axis=1) / 2
    bend = pair * (0.5 * inside**-0.75 - 0.75 * gap**2 * inside**-1.75)
    return np.asarray(first), np.asarray(np.diag(bend.sum(axis=1)) - bend)


def _constraints(loss: AlignmentLoss) -> Floats:
    """Return the 2G x 2(G - 1) matrix from free parameters to all of them."""
    groups = len(loss.n)
    keep = np.zeros((2 * groups, 2 * groups - 2))
    keep[: groups - 1, : groups - 1] = np.eye(groups - 1)
    keep[groups - 1, : groups - 1] = -loss.n[:-1] / loss.n[-1]
    keep[groups : 2 * groups - 1, groups - 1 :] = np.eye(groups - 1)
    keep[-1, groups - 1 :] = -1.0
    return keep


def _item_slopes(
    item: int, aligned: Alignment, d_mean: Floats, d_log: Floats, items: int
) -> tuple[Floats, Floats]:
    """Return d aligned loading and d aligned intercept of an item by all configural parameters."""
    groups, load = len(aligned.mean), aligned.loadings[:, item]
    own = np.arange(groups)
    d_load = -load[:, None] * d_log
    d_load[own, item * groups + own] += 1.0 / aligned.sd
    d_nu = -load[:, None] * d_mean - aligned.mean[:, None] * d_load
    d_nu[own, (items + item) * groups + own] += 1.0
    return d_load, d_nu


def _shared(values: Floats, covariance: Floats, loss: AlignmentLoss) -> tuple[Flags, float]:
    """Return the groups that share a value, and the value."""
    error = np.sqrt(np.diag(covariance))
    middle = float(np.median(values))
    holds = 2 * norm.sf(np.abs(values - middle) / np.maximum(error, 1e-12)) > P_START
    for _ in range(MOST_ROUNDS):
        share = np.where(holds, loss.n, 0.0)
        share = share / share.sum() if holds.any() else loss.n / loss.n.sum()
        contrast = np.eye(len(values)) - share
        error = np.sqrt(np.maximum(np.einsum("gi,ij,gj->g", contrast, covariance, contrast), 0))
        z = np.abs(contrast @ values) / np.maximum(error, 1e-12)
        new = 2 * norm.sf(z) >= P_STAY
        if (new == holds).all():
            break
        holds = new
    return holds, float(share @ values)


def _explained(seen: Floats, predicted: Floats) -> Floats:
    spread, left = seen.var(axis=0), (seen - predicted).var(axis=0)
    part = 1.0 - left / np.maximum(spread, 1e-300)
    return np.asarray(np.clip(np.where(spread > 1e-12, part, 1.0), 0.0, 1.0))
