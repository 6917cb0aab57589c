"""Are the odds proportional? Brant's comparison of binary fits, and the partial model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kbnn_analysis.errors import UsageError
from kbnn_analysis.stats.cumulative import fit_cumulative, scores
from kbnn_analysis.stats.cumulative_likelihood import cumulative_data
from kbnn_analysis.stats.linear_models import fit_logit

Floats = npt.NDArray[np.float64]
NO_FIT = (
    "the partial proportional-odds model has no finite fit: a predictor separates the answers; "
    "leave it out, free fewer predictors, or give a small `ridge`, for example 0.5."
)


@dataclass(frozen=True)
class ThresholdSlopes:
    """Slopes of separate binary models of P(Y > j), one for each threshold that can be fitted.

    Parameters
    ----------
    thresholds : tuple of int
        The j that were fitted.
    skipped : tuple of int
        Those where answers are separated or too few.
    slopes : ndarray of shape (thresholds, p)
    influence : ndarray of shape (n, thresholds * p)
        Of each respondent on the slopes, row by row.
    """

    thresholds: tuple[int, ...]
    skipped: tuple[int, ...]
    slopes: Floats
    influence: Floats

    def contrasts(self, predictor: int | None = None) -> tuple[Floats, Floats]:
        """Return differences of the slopes from the first threshold's, and their influences.

        Under proportional odds all are zero. One predictor, or all of them.
        """
        count, p = self.slopes.shape
        which = range(p) if predictor is None else [predictor]
        pairs = [(j, k) for k in which for j in range(1, count)]
        values = np.array([self.slopes[j, k] - self.slopes[0, k] for j, k in pairs])
        columns = [self.influence[:, j * p + k] - self.influence[:, k] for j, k in pairs]
        return values, np.column_stack(columns) if columns else self.influence[:, :0]


@dataclass(frozen=True)
class PartialOddsFit:
    """Fitted logit P(Y <= j) = threshold_j - x'b - z'c_j: common slopes b, free slopes c_j.

    Parameters
    ----------
    thresholds : ndarray of shape (K - 1,)
    coefficients : ndarray of shape (p - f,)
        Of the predictors that are not free, in their order.
    free_coefficients : ndarray of shape (K - 1, f)
        Row j: effect on the log odds of an answer above j.
    influence : ndarray of shape (n, (K - 1) (1 + f) + p - f)
        By threshold: threshold, free slopes; then the common slopes.
    log_likelihood : float
    """

    thresholds: Floats
    coefficients: Floats
    free_coefficients: Floats
    influence: Floats
    log_likelihood: float


def threshold_slopes(
    predictors: npt.ArrayLike,
    category: npt.ArrayLike,
    weight: npt.ArrayLike,
    *,
    gathered: Callable[[Floats], Floats] = lambda influence: influence,
) -> ThresholdSlopes:
    """Fit a binary logistic model at every threshold, for Brant's test.

    Parameters
    ----------
    predictors : array of shape (n, p)
    category : array of int, shape (n,)
        0 .. K - 1.
    weight : array of shape (n,)
    gathered : callable, optional
        From the influences of rows to those that are kept, as totals of sampling units: of many
        rows those of all thresholds together would fill the memory.

    Returns
    -------
    ThresholdSlopes
        The joint influences give the design-based covariance of all slopes, so that the test holds
        under weights, strata and clusters; Brant's own covariance is that of independent answers.

    Raises
    ------
    UsageError
        If fewer than two thresholds can be fitted.

    References
    ----------
    Brant, R. (1990). *Biometrics* 46, 1171-1178. In R: ``brant::brant`` (model-based).

    Examples
    --------
    >>> x = np.tile([[0.0], [1], [2]], (4, 1))
    >>> y = [0, 0, 1, 0, 1, 2, 1, 2, 2, 2, 1, 0]
    >>> threshold_slopes(x, y, np.ones(12)).thresholds
    (0, 1)
    """
    answer = np.asarray(category).astype(np.intp)
    fitted, skipped, slopes, influences = [], [], [], []
    for threshold in range(int(answer.max())):
        try:
            fit = fit_logit(predictors, answer > threshold, weight)
        except UsageError:
            skipped.append(threshold)
            continue
        fitted.append(threshold)
        slopes.append(fit.coefficients[1:])
        influences.append(gathered(fit.influence[:, 1:]))
    if len(fitted) < 2:
        raise UsageError(
            "proportional odds cannot be tested: fewer than two thresholds have a finite fit."
        )
    return ThresholdSlopes(tuple(fitted), tuple(skipped), np.array(slopes), np.hstack(influences))


def fit_partial_odds(
    predictors: npt.ArrayLike,
    category: npt.ArrayLike,
    weight: npt.ArrayLike | None = None,
    *,
    free: Sequence[int],
    ridge: float = 0.0,
    mean_weight: float | None = None,
) -> PartialOddsFit:
    """Fit a cumulative logit model in which some predictors have a slope at each threshold.

    Parameters
    ----------
    predictors : array of shape (n, p)
    category : array of int, shape (n,)
        0 .. K - 1, every category present.
    weight : array of shape (n,), optional
    free : sequence of int
        Predictors whose slope differs by threshold.
    ridge : float
        Penalty on the common slopes.
    mean_weight : float, optional
        The mean weight of a respondent, where a row stands for several.

    Returns
    -------
    PartialOddsFit

    Raises
    ------
    UsageError
        If values are missing, `free` is not among the predictors, or there is no finite fit.

    References
    ----------
    Peterson, B. and Harrell, F. E. (1990). *Applied Statistics* 39, 205-217.
    In R: ``ordinal::clm(y ~ x, nominal = ~ z)`` (whose nominal effects have the other sign).

    Examples
    --------
    >>> x = np.tile([[0.0], [1], [2]], (4, 1))
    >>> y = [0, 0, 1, 0, 1, 2, 1, 2, 2, 2, 1, 0]
    >>> fit_partial_odds(x, y, free=[0]).free_coefficients.shape
    (2, 1)
    """
    design = np.asarray(predictors, dtype=float)
    if design.ndim != 2 or not np.isfinite(design).all():
        raise UsageError("`predictors` must be a complete matrix; leave out or impute first.")
    if not free or not set(free) <= set(range(design.shape[1])):
        raise UsageError(f"`free` must name predictors 0..{design.shape[1] - 1}; got {list(free)}.")
    answer = np.asarray(category).astype(np.intp)
    weights = np.ones(len(answer)) if weight is None else np.asarray(weight, dtype=float)
    common = [place for place in range(design.shape[1]) if place not in set(free)]
    size = float(weights.mean()) if mean_weight is None else mean_weight
    data = cumulative_data(answer, weights, design[:, list(free)], mean_weight=size)
    x = design[data.order][:, common]
    fit = fit_cumulative(data, x, ridge=ridge)
    if fit is None:
        raise UsageError(NO_FIT)
    inverse = np.asarray(np.linalg.inv(fit.information), dtype=np.float64)
    influence = scores(fit, data, x) @ inverse / size
    influence[:, : fit.thresholds.size] *= _signs(*fit.thresholds.shape)
    value = float(data.weight @ fit.log_mass) * size
    return PartialOddsFit(
        fit.thresholds[:, 0], fit.slopes, -fit.thresholds[:, 1:], influence, value
    )


def _signs(thresholds: int, columns: int) -> Floats:
    sign = np.r_[1.0, np.full(columns - 1, -1.0)]
    return np.asarray(np.tile(sign, thresholds))
