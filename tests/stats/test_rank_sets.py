"""Rank sets against their definition, laws that they must obey, and known truth."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from kbnn_analysis.errors import UsageError
from kbnn_analysis.stats.best_sets import best_set
from kbnn_analysis.stats.binomial_ranks import binomial_rank_sets, pairwise_fisher
from kbnn_analysis.stats.rank_sets import RankSets, rank_sets
from kbnn_analysis.stats.smoothed_variance import smoothed_variance
from kbnn_analysis.stats.tiers import tiers

UNITS = st.lists(
    st.tuples(st.integers(-40, 40).map(lambda x: x / 4), st.floats(0.3, 2.0)),
    min_size=2,
    max_size=7,
)


def of(units: list[tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
    value, error = np.array(units).T
    return value, np.diag(error**2)


def by_definition(theta: np.ndarray, V: np.ndarray, critical: np.ndarray) -> tuple[list, list]:
    """Count the intervals of differences that lie wholly on one side of zero."""
    low, high = [], []
    for j in range(len(theta)):
        above = below = 0
        for k in range(len(theta)):
            if k == j:
                continue
            reach = critical[j] * np.sqrt(V[j, j] + V[k, k] - 2 * V[j, k])
            above += theta[j] - theta[k] + reach < 0
            below += theta[j] - theta[k] - reach > 0
        low.append(1 + above)
        high.append(len(theta) - below)
    return low, high


@settings(max_examples=25)
@given(UNITS, st.sampled_from(["simultaneous", "marginal"]))
def test_single_step_sets_are_what_the_definition_says(units: list, kind: str) -> None:
    theta, V = of(units)
    for covariance in (V, V + 0.05):
        sets = rank_sets(theta, covariance, kind=kind, stepwise=False)
        low, high = by_definition(theta, covariance, sets.critical)
        assert (sets.low.tolist(), sets.high.tolist()) == (low, high)


@settings(max_examples=25)
@given(UNITS)
def test_laws(units: list) -> None:
    theta, V = of(units)
    together, alone = rank_sets(theta, V), rank_sets(theta, V, kind="marginal")
    single = rank_sets(theta, V, stepwise=False)
    assert (single.critical >= alone.critical - 1e-9).all() or len(theta) == 2
    assert_within(rank_sets(theta, V, kind="marginal", stepwise=False), single)
    assert_within(together, single)
    assert_within(alone, rank_sets(theta, V, kind="marginal", stepwise=False))
    assert_within(together, rank_sets(theta, V, level=0.99))
    for sets in (together, alone):
        ranks = stats.rankdata(-theta)
        assert (sets.low <= ranks).all()
        assert (ranks <= sets.high).all()


def assert_within(inner: RankSets, outer: RankSets) -> None:
    assert (inner.low >= outer.low).all()
    assert (inner.high <= outer.high).all()


@settings(max_examples=20)
@given(UNITS, st.sampled_from(["simultaneous", "marginal"]), st.randoms())
def test_renaming_permutes_and_scaling_changes_nothing(units: list, kind: str, random) -> None:
    theta, V = of(units)
    sets = rank_sets(theta, V, kind=kind)
    order = list(range(len(theta)))
    random.shuffle(order)
    renamed = rank_sets(theta[order], V[np.ix_(order, order)], kind=kind)
    assert renamed.low.tolist() == sets.low[order].tolist()
    assert renamed.high.tolist() == sets.high[order].tolist()
    scaled = rank_sets(4 * theta + 3, 16 * V, kind=kind)
    assert scaled.low.tolist() == sets.low.tolist()
    turned = rank_sets(-theta, V, kind=kind)
    assert (len(theta) + 1 - turned.high).tolist() == sets.low.tolist()


def test_correlation_that_differences_do_not_feel_changes_nothing() -> None:
    theta, V = np.linspace(0, 3, 8), np.eye(8) * 0.2
    alone, drawn = (rank_sets(theta, v, kind="marginal") for v in (V, V + 5.0))
    assert alone.error == 0 < drawn.error < 0.02
    np.testing.assert_allclose(drawn.critical, alone.critical, atol=5 * drawn.error)


def test_one_side_bounds_one_end_and_is_sharper() -> None:
    theta, V = np.arange(6.0), np.eye(6) * 0.1
    lower = rank_sets(theta, V, kind="marginal", sides="lower")
    upper = rank_sets(theta, V, kind="marginal", sides="upper")
    both = rank_sets(theta, V, kind="marginal")
    assert (lower.high == 6).all()
    assert (upper.low == 1).all()
    assert (lower.critical < both.critical).all()
    assert (lower.low >= both.low).all()
    assert (upper.high <= both.high).all()


def test_ties_and_units_known_exactly() -> None:
    tied = rank_sets([1.0, 1.0, 1.0], np.eye(3) * 0.01)
    assert tied.low.tolist() == [1, 1, 1]
    assert tied.high.tolist() == [3, 3, 3]
    exact = rank_sets([1.0, 1.0, 0.5], np.zeros((3, 3)))
    assert exact.low.tolist() == [1, 1, 3]
    assert exact.high.tolist() == [2, 2, 3]


def test_few_degrees_of_freedom_widen_the_sets() -> None:
    theta, V = np.arange(8.0), np.eye(8) * 0.15
    assert_within(rank_sets(theta, V), rank_sets(theta, V, df=4.0))
    assert rank_sets(theta, V, df=np.inf).low.tolist() == rank_sets(theta, V).low.tolist()
    assert rank_sets(theta, V, df=4.0).low.sum() < rank_sets(theta, V).low.sum()


def test_errors_say_what_to_do() -> None:
    with pytest.raises(UsageError, match="two units"):
        rank_sets([1.0], np.eye(1))
    with pytest.raises(UsageError, match="leave the others out"):
        rank_sets([1.0, np.nan], np.eye(2))
    with pytest.raises(UsageError, match="did you mean 'marginal'"):
        rank_sets([1.0, 2.0], np.eye(2), kind="marginl")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="between 1 and the 2 units"):
        best_set([1.0, 2.0], np.eye(2), tau=3)


@pytest.mark.parametrize("year", [2018, 2022])
def test_countries_of_pisa(shared_data: Path, year: int) -> None:
    frame = pd.read_csv(shared_data / "reference" / f"pisa{year}.csv").dropna()
    theta, V = frame["math_score"].to_numpy(), np.diag(frame["math_se"].to_numpy() ** 2)
    for kind in ("marginal", "simultaneous"):
        single = rank_sets(theta, V, kind=kind, stepwise=False)
        low, high = by_definition(theta, V, single.critical)
        assert (single.low.tolist(), single.high.tolist()) == (low, high)
        stepped = rank_sets(theta, V, kind=kind)
        assert_within(stepped, single)
        assert (stepped.high - stepped.low).mean() < 13
    first = best_set(theta, V)
    assert first.member[np.argmax(theta)]
    assert 1 <= first.member.sum() <= 7


def test_states_by_travel_time_with_a_set_for_the_shortest_five(shared_data: Path) -> None:
    frame = pd.read_csv(shared_data / "reference" / "traveltime_us_states.csv")
    theta, V = -frame["Estimate.2dec"].to_numpy(), np.diag(frame["SE.2dec"].to_numpy() ** 2)
    sizes = [int(best_set(theta, V, tau=tau).member.sum()) for tau in (1, 2, 5, 51)]
    assert sizes == sorted(sizes)
    assert sizes[0] >= 2  # the two Dakotas are 0.05 minutes apart
    assert sizes[-1] == 51
    assert frame["State"][best_set(theta, V).member].tolist()[:2] == [
        "South Dakota",
        "North Dakota",
    ]


# --- tiers --------------------------------------------------------------------------------------


@settings(max_examples=25)
@given(UNITS)
def test_the_first_tier_may_be_best_and_later_ones_are_behind(units: list) -> None:
    theta, V = of(units)
    sets = rank_sets(theta, V)
    tier = tiers(sets.better)
    assert ((tier == 1) == (sets.low == 1)).all()
    assert tier[np.argmax(theta)] == 1
    for j in range(len(theta)):
        ahead = tier[sets.better[j]]
        assert (ahead < tier[j]).all()
        assert tier[j] == 1 or (ahead == tier[j] - 1).any()


# --- exact ones ---------------------------------------------------------------------------------


def test_fisher_of_r_agrees() -> None:
    numbers = json.loads((Path(__file__).parents[1] / "golden" / "comparison.json").read_text())
    r = numbers["fisher"]
    p = pairwise_fisher(r["x"], r["n"])
    for j in range(5):
        np.testing.assert_allclose(np.delete(p[j], j), r["p"][j], rtol=1e-8)


@pytest.mark.parametrize("p", [(0.9, 0.9, 0.9), (0.5, 0.7, 0.95), (0.98, 0.98, 0.6)])
def test_exact_sets_cover_in_tiny_samples(p: tuple[float, ...]) -> None:
    """Enumerate every outcome: the level is kept exactly, not on average over simulations."""
    n, level = (6, 8, 5), 0.8
    best = np.array([1 + sum(q > own for q in p) for own in p])
    worst = np.array([sum(q >= own for q in p) for own in p])
    missed = {"simultaneous": 0.0, "marginal": np.zeros(3)}
    for x in itertools.product(*(range(size + 1) for size in n)):
        chance = float(np.prod([stats.binom.pmf(a, b, c) for a, b, c in zip(x, n, p, strict=True)]))
        for kind in missed:
            sets = binomial_rank_sets(x, n, level=level, kind=kind)
            out = (sets.low > best) | (sets.high < worst)
            missed[kind] += chance * (out.any() if kind == "simultaneous" else out)
    assert 0 <= missed["simultaneous"] <= 1 - level
    assert (missed["marginal"] <= 1 - level).all()


def test_exact_sets_find_what_is_clear() -> None:
    sets = binomial_rank_sets([200, 200, 150], [200, 200, 200])
    assert sets.low.tolist() == [1, 1, 3]
    assert sets.high.tolist() == [2, 2, 3]
    with pytest.raises(UsageError, match="whole counts"):
        binomial_rank_sets([1.5, 2], [3, 3])


# --- known truth --------------------------------------------------------------------------------


def coverage(n: tuple[int, int], draws: int, *, units: int = 63, exact: bool = False) -> float:
    """Return how often the true ranks of all provinces lay in their simultaneous sets."""
    rng, held = np.random.default_rng(20231), []
    for _ in range(draws):
        size = rng.integers(*n, units)
        p = np.clip(stats.logistic.cdf(rng.normal(3.9, 0.6, units)), 0.90, 0.995)
        x, true = rng.binomial(size, p), stats.rankdata(-p)
        if exact:
            sets = binomial_rank_sets(x, size)
        else:
            rate = x / size
            v = np.where(x < size, rate * (1 - rate) / size, smoothed_variance(rate, size))
            sets = rank_sets(rate, np.diag(v))
        held.append(((sets.low <= true) & (true <= sets.high)).all())
    return float(np.mean(held))


@pytest.mark.parametrize("n", [(30, 31), (80, 401), (1500, 1501)])
def test_simultaneous_sets_cover_quickly(n: tuple[int, int]) -> None:
    # 40 draws at 95 %: fewer than 34 would happen once in a thousand runs of a true 95 %
    assert coverage(n, 40, units=12) >= 34 / 40


@pytest.mark.coverage
@pytest.mark.parametrize("n", [(30, 31), (80, 401), (300, 301), (1500, 1501)])
@pytest.mark.parametrize("exact", [False, True])
def test_simultaneous_sets_cover(n: tuple[int, int], exact: bool) -> None:
    assert coverage(n, 400, exact=exact) >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / 400)
