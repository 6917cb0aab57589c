"""Weighting classes for non-response: respondents stand for those of their class who are silent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kbnn_analysis.errors import UsageError

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.intp]


@dataclass(frozen=True)
class ClassWeights:
    """Adjusted weights and what was done to them.

    Attributes
    ----------
    weight : ndarray of shape (n,)
        Adjusted weights; 0 for non-respondents.
    response_rate : ndarray of shape (C,)
        Weighted share of respondents by class.
    factor : ndarray of shape (C,)
        What the weights of a class were multiplied by.
    """

    weight: Floats
    response_rate: Floats
    factor: Floats


def weighting_class_weights(
    weight: Floats, responded: npt.NDArray[np.bool_], classes: Codes
) -> ClassWeights:
    """Divide the weights by the weighted response rate of their class.

    Holds if, within a class, those who answered do not differ from those who did not. The rates
    are taken as known in later variances, which is mildly conservative.

    Parameters
    ----------
    weight : ndarray of shape (n,)
        Sampling weights of all who were asked.
    responded : ndarray of bool, shape (n,)
        Who answered.
    classes : ndarray of int, shape (n,)
        Class of each, 0 to C - 1.

    Returns
    -------
    ClassWeights
        The weights of a class still add up to those of all who were asked.

    Raises
    ------
    UsageError
        If a class has no respondents.

    References
    ----------
    Little (1986), International Statistical Review 54. Oh and Scheuren (1983).

    Examples
    --------
    >>> adjusted = weighting_class_weights(
    ...     np.ones(4), np.array([True, False, True, True]), np.array([0, 0, 1, 1]))
    >>> adjusted.weight
    array([2., 0., 1., 1.])
    """
    asked = np.bincount(classes, weights=weight)
    answered = np.bincount(classes, weights=weight * responded, minlength=len(asked))
    silent = int(((asked > 0) & (answered == 0)).sum())
    if silent:
        raise UsageError(f"{silent} weighting classes have no respondents; join classes.")
    rate = np.divide(answered, asked, out=np.ones(len(asked)), where=asked > 0)
    return ClassWeights(np.where(responded, weight / rate[classes], 0.0), rate, 1 / rate)
