"""How much more units spread than chance alone allows, read robustly from their z-scores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from kbnn_analysis.errors import UsageError

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Overdispersion:
    """Spread of z-scores beyond chance.

    Parameters
    ----------
    phi : float
        Mean square of the winsorized z-scores, corrected for the winsorizing; about 1 by chance.
    tau2 : float
        Additive variance between units, on the squared scale of the estimates.
    p_value : float
        Of the unwinsorized z-scores being no more than chance.
    z : ndarray of shape (m,)
        The scores before anything is done to them.
    """

    phi: float
    tau2: float
    p_value: float
    z: Floats


def overdispersion(
    estimate: npt.ArrayLike, target: float, std_error: npt.ArrayLike, *, winsorize: float = 0.1
) -> Overdispersion:
    """Return multiplicative and additive overdispersion of estimates about a target.

    Parameters
    ----------
    estimate : array of shape (m,)
    target : float
        Value that all units are expected to have.
    std_error : array of shape (m,)
        Standard error where the unit has the target value; above zero.
    winsorize : float
        Part of the scores at either end that is drawn in to the score there, so that the few
        units which the chart is to find do not hide themselves; 0 to 0.4.

    Returns
    -------
    Overdispersion

    Raises
    ------
    UsageError
        If a standard error is not positive, or `winsorize` is out of range.

    Notes
    -----
    phi = mean z²; tau² = (m phi - (m - 1)) / (sum w - sum w² / sum w) with w = 1 / se², zero where
    negative (DerSimonian-Laird about the target, the recipe of the English regulator CQC). Drawing
    in the ends shrinks z² even where all is chance; phi is divided by what winsorized standard
    normal scores have on average, so that it is not biased. Spiegelhalter leaves this out.

    References
    ----------
    Spiegelhalter, D. J. (2005). *Quality and Safety in Health Care* 14, 347-351.
    Spiegelhalter, D. J. et al. (2012). *JRSS A* 175, 1-47.

    Examples
    --------
    >>> found = overdispersion([0.90, 0.95, 0.97, 0.99], 0.96, np.full(4, 0.01), winsorize=0)
    >>> round(found.phi, 2), round(found.tau2, 6)
    (11.75, 0.001467)
    """
    y, s = np.asarray(estimate, dtype=float), np.asarray(std_error, dtype=float)
    if y.shape != s.shape or not (s > 0).all():
        raise UsageError("every unit needs a standard error above zero.")
    if not 0.0 <= winsorize <= 0.4:
        raise UsageError(f"`winsorize` must be from 0 to 0.4; got {winsorize}.")
    z = (y - target) / s
    drawn = np.clip(z, *np.quantile(z, [winsorize, 1.0 - winsorize]))
    m, w = len(y), 1.0 / s**2
    phi = float(np.mean(drawn**2)) / _normal_share(winsorize)
    room = float(w.sum() - (w @ w) / w.sum())
    tau2 = max(0.0, (m * phi - (m - 1)) / room) if m > 1 else 0.0
    return Overdispersion(phi, tau2, float(stats.chi2.sf(z @ z, m)), z)


def _normal_share(winsorize: float) -> float:
    """Return the mean square of a standard normal score that is winsorized."""
    if winsorize == 0.0:
        return 1.0
    edge = float(stats.norm.isf(winsorize))
    inner = 1.0 - 2.0 * winsorize - 2.0 * edge * float(stats.norm.pdf(edge))
    return inner + 2.0 * winsorize * edge**2
