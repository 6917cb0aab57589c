"""Rankings and sets of the best as verbs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference.aggregates import estimates_from_counts, estimates_from_published
from kbnn_analysis.inference.best_units import best_set
from kbnn_analysis.inference.ranking import rank
from kbnn_analysis.language import Label
from kbnn_analysis.results import Estimates, MeasureInfo, Ranking
from kbnn_analysis.stats.rank_sets import pooled_spread, rank_sets

RATE = MeasureInfo("satisfied", "two_box", "1", "proportion", Label.same("satisfied"))
MEAN = MeasureInfo("score", "mean", "1", "mean", Label.same("score"), low=0, high=1000)


def made(count: list[float], n: list[float]) -> Estimates:
    units = [f"{at:02d}" for at in range(len(n))]
    frame = pd.DataFrame({"unit": units, "count": count, "n": n})
    return estimates_from_counts(frame, RATE, period="2023-1")


def test_hidden_and_missing_units_stay_unranked() -> None:
    ranking = rank(made([99, 9, 80, 0, 60], [100, 9, 100, 0, 100]))
    frame = ranking.frame
    assert frame["rank"].tolist()[0::2] == [1, 2, 3]
    unranked = frame.iloc[[1, 3]]
    assert unranked[["rank", "rank_low", "rank_high"]].isna().all(axis=None)
    assert unranked["tier"].tolist() == ["", ""]
    assert frame["rank_high"].max() == 3
    assert ranking.notes["unranked"] == 2
    assert frame["tier"].tolist()[0::2] == ["A", "B", "C"]


def test_a_hidden_unit_changes_nothing_for_the_others() -> None:
    shown = ["rank", "rank_low", "rank_high", "tier"]
    low, high = (rank(made([99, x, 80, 60], [100, 9, 100, 100])).frame for x in (0, 9))
    pd.testing.assert_frame_equal(low[shown], high[shown])


def test_sets_are_those_of_the_array_function() -> None:
    estimates = made([95, 90, 85, 99, 70], [100, 120, 110, 130, 90])
    ranking = rank(estimates, kind="marginal", level=0.9)
    theta = estimates.frame["estimate"].to_numpy()
    least = pooled_spread(theta, estimates.frame["n"].to_numpy())
    sets = rank_sets(theta, estimates.covariance, kind="marginal", level=0.9, least_spread=least)
    assert ranking.frame["rank_low"].tolist() == sets.low.tolist()
    assert ranking.frame["rank_high"].tolist() == sets.high.tolist()
    assert "quadrature" in ranking.method
    assert "each unit alone" in ranking.method
    assert ranking.conf_level == 0.95
    assert ranking.notes["rank_level"] == 0.9


def test_everyone_at_100_percent_may_hold_any_rank() -> None:
    ranking = rank(made([50, 200, 100], [50, 200, 100]))
    assert ranking.frame["rank"].tolist() == [2, 2, 2]
    assert ranking.frame["rank_low"].tolist() == [1, 1, 1]
    assert ranking.frame["rank_high"].tolist() == [3, 3, 3]
    assert ranking.notes["smoothed"] == 3
    assert "(x + 1/2) / (n + 1)" in ranking.method


def test_low_can_be_best() -> None:
    high, low = (rank(made([99, 80, 20], [100] * 3), best=best) for best in ("high", "low"))
    assert low.frame["rank"].tolist() == high.frame["rank"].tolist()[::-1]
    assert low.frame["rank_low"].tolist() == [3, 2, 1]


def test_exact_sets_need_counts_of_independent_answers() -> None:
    estimates = made([99, 80, 20], [100] * 3)
    assert rank(estimates, method="exact").frame["rank_high"].tolist() == [1, 2, 3]
    low = rank(estimates, method="exact", best="low")
    assert low.frame["rank_high"].tolist() == [3, 2, 1]
    assert "Fisher" in low.method
    clustered = Estimates(
        frame=estimates.frame,
        by=estimates.by,
        method="x",
        covariance=estimates.covariance,
        notes={"psu": "office"},
    )
    with pytest.raises(UsageError, match="declared PSUs"):
        rank(clustered, method="exact")
    rates = estimates.frame[["unit", "n", "estimate"]]
    with pytest.raises(UsageError, match="column count"):
        rank(estimates_from_published(rates, RATE, period="2023-1"), method="exact")


def test_one_unit_and_none() -> None:
    one = rank(made([50, 3], [60, 4])).frame
    assert one[["rank", "rank_low", "rank_high"]].iloc[0].tolist() == [1, 1, 1]
    assert rank(made([3, 3], [4, 4])).frame["rank_low"].isna().all()


def test_rates_without_any_precision_are_refused() -> None:
    rates = pd.DataFrame({"unit": ["19", "24"], "estimate": [0.98, 0.97]})
    with pytest.raises(UsageError, match="Add the column n"):
        rank(estimates_from_published(rates, RATE, period="2023-1"))


def test_a_full_count_is_known_exactly() -> None:
    plain = made([90, 85, 80], [100] * 3)
    counted = Estimates(
        frame=plain.frame.assign(std_error=0.0),
        by=plain.by,
        method="x",
        covariance=np.zeros((3, 3)),
        notes={"fpc": "population"},
    )
    assert rank(counted).frame["rank_high"].tolist() == [1, 2, 3]


def test_a_ranking_cannot_be_made_without_its_sets() -> None:
    ranking = rank(made([99, 80], [100, 100]))
    with pytest.raises(ValueError, match="rank_low"):
        Ranking(frame=ranking.frame.drop(columns=["rank_low"]), by=ranking.by, method="x")


def test_pisa_has_no_n_and_is_ranked_by_its_standard_errors(shared_data: Path) -> None:
    frame = pd.read_csv(shared_data / "reference" / "pisa2018.csv").dropna()
    scores = frame[["jurisdiction", "math_score", "math_se"]].set_axis(
        ["unit", "estimate", "std_error"], axis=1
    )
    estimates = estimates_from_published(scores, MEAN, period="2018")
    together, alone = (rank(estimates, kind=kind).frame for kind in ("simultaneous", "marginal"))
    assert (alone["rank_low"] >= together["rank_low"]).all()
    assert (alone["rank_high"] <= together["rank_high"]).all()
    leader = together.sort_values("rank").iloc[0]
    assert leader["unit"] == "Japan"
    assert leader["rank_low"] == 1
    first = best_set(estimates)
    assert set(first.frame["unit"][first.frame["included"] == 1]) >= {"Japan", "Korea"}
    assert "quadrature" in first.method


def test_the_set_of_the_best_leaves_out_hidden_units() -> None:
    found = best_set(made([99, 9, 98, 60], [100, 9, 100, 100]), 1)
    assert found.frame["included"].tolist()[0::2] == [1, 1]
    assert np.isnan(found.frame["included"][1])
    assert found.frame["included"][3] == 0
    last = best_set(made([99, 9, 98, 60], [100, 9, 100, 100]), 1, best="low")
    assert last.frame["included"].tolist()[0::2] == [0, 0]
    with pytest.raises(UsageError, match="two units"):
        best_set(made([99, 3], [100, 4]))


def test_bad_arguments() -> None:
    with pytest.raises(UsageError, match="did you mean 'high'"):
        rank(made([99, 80], [100, 100]), best="hgh")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="1 or more"):
        rank(made([99, 80], [100, 100]), min_n=0)


def test_a_small_unanimous_unit_is_not_surely_above_large_ones() -> None:
    """Its own variance would say so: without pooled errors 52 % false findings."""
    ranking = rank(made([30, *[1350] * 62], [30, *[1500] * 62]))
    assert ranking.frame["rank_high"][0] == 63
    assert ranking.notes["pooled_errors"]
