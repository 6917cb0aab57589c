"""The bound on shrinking, against brute force on a normal world."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from kbnn_analysis.errors import UsageError
from kbnn_analysis.stats.limited_translation import Limited, limit_translation
from kbnn_analysis.stats.proportions import Interval

ERRORS = np.linspace(-7.0, 7.0, 14_001)
WEIGHTS = norm.pdf(ERRORS) / norm.pdf(ERRORS).sum()
LEVEL, HALF = 0.95, norm.ppf(0.975)


def bounded(truth: float, reliability: float, most: float) -> Limited:
    """Return what is said of a unit that far from a known centre of 0, for each of its errors."""
    direct = truth + ERRORS
    mean, sd = reliability * direct, np.full(len(direct), np.sqrt(reliability))
    return limit_translation(
        mean,
        sd,
        Interval(mean - HALF * sd, mean + HALF * sd),
        direct,
        np.ones(len(direct)),
        Interval(direct - HALF, direct + HALF),
        most=most,
    )


def held(truth: float, reliability: float, most: float) -> float:
    found = bounded(truth, reliability, most).interval
    return float(WEIGHTS[(found.low <= truth) & (truth <= found.high)].sum())


@pytest.mark.parametrize("reliability", [0.2, 0.5, 0.8])
def test_a_unit_far_from_all_is_held_as_by_its_own_answers(reliability: float) -> None:
    far = 10.0 / (1.0 - reliability)
    assert held(far, reliability, np.inf) < 0.01
    # towards the others the interval reaches past the direct one: only the outer tail is left
    assert held(far, reliability, 1.0) == pytest.approx((1 + LEVEL) / 2, abs=2e-3)


@pytest.mark.parametrize("reliability", [0.2, 0.5, 0.8])
@pytest.mark.parametrize("most", [0.5, 1.0, np.inf])
def test_on_average_over_units_of_the_model_the_level_is_kept(
    reliability: float, most: float
) -> None:
    spread = np.sqrt(reliability / (1.0 - reliability))
    truths = spread * norm.ppf((np.arange(200) + 0.5) / 200)
    assert np.mean([held(truth, reliability, most) for truth in truths]) > LEVEL - 2e-3


def test_no_estimate_is_moved_further_and_errors_grow_by_the_way_not_gone() -> None:
    found, free = bounded(6.0, 0.5, 1.0), bounded(6.0, 0.5, np.inf)
    direct = 6.0 + ERRORS
    assert (np.abs(found.estimate - direct) <= 1.0 + 1e-12).all()
    assert not free.limited.any()
    np.testing.assert_array_equal(found.estimate[~found.limited], free.estimate[~found.limited])
    way = found.estimate - free.estimate
    np.testing.assert_allclose(found.std_error**2, free.std_error**2 + way**2)
    assert (found.interval.low <= found.estimate).all()
    assert (found.estimate <= found.interval.high).all()


def test_errors_of_an_estimate_stay_bounded_wherever_the_unit_lies() -> None:
    """Efron and Morris: the mean squared error is at most 1 + most², that of shrinking has none."""
    for truth in np.linspace(0.0, 30.0, 61):
        risk = WEIGHTS @ (bounded(truth, 0.3, 1.0).estimate - truth) ** 2
        assert risk <= 2.0 + 1e-9
    assert WEIGHTS @ (bounded(30.0, 0.3, np.inf).estimate - 30.0) ** 2 > 100


@pytest.mark.parametrize("most", [-0.1, np.nan])
def test_a_bound_below_zero_is_refused(most: float) -> None:
    with pytest.raises(UsageError, match="0 or more standard errors"):
        bounded(0.0, 0.5, most)
