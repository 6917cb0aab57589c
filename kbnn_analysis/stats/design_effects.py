"""What design effects tell: the intra-class correlation that many domains imply together."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def implied_icc(
    deff: npt.ArrayLike, weight_deff: npt.ArrayLike, cluster_size: npt.ArrayLike, n: npt.ArrayLike
) -> float | None:
    """Return the intra-class correlation that the design effects of many domains imply together.

    From Kish's deff = deff_w (1 + (b - 1) icc); domains are averaged with weights n (b - 1).

    Parameters
    ----------
    deff, weight_deff, cluster_size, n : array of shape (D,)
        Design effect, its part from unequal weights, mean number of answers in a PSU (weighted by
        size), and answers, by domain; NaN where not known.

    Returns
    -------
    float or None
        Within 0 and 1; None where no domain has a cluster of two or a design effect.

    References
    ----------
    Kish (1965), Survey Sampling; Gabler, Häder and Lahiri (1999), Survey Methodology 25.

    Examples
    --------
    >>> implied_icc([1.5, 2.5], [1.0, 1.0], [11.0, 31.0], [110, 310])
    0.05
    """
    total, parts, size, answers = np.broadcast_arrays(
        *(np.asarray(given, dtype=float) for given in (deff, weight_deff, cluster_size, n))
    )
    usable = np.isfinite(total) & np.isfinite(parts) & (size > 1) & (parts > 0)
    if not usable.any():
        return None
    excess = (total / np.where(usable, parts, 1.0) - 1.0)[usable]
    weight, spread = answers[usable], size[usable] - 1.0
    icc = float((weight * excess).sum() / (weight * spread).sum())
    return min(max(icc, 0.0), 1.0)
