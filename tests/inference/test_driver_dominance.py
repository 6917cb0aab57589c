"""Importance by several measures: against the fits of every submodel, one by one."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference.drivers import analyse_drivers, compare_importance
from kbnn_analysis.stats.collinearity import variance_inflation
from kbnn_analysis.stats.latent_weights import latent_relative_weights
from kbnn_analysis.stats.linear_models import fit_linear
from kbnn_analysis.stats.ordinal import fit_ordinal

OUTCOME = "overall_treasury"
DRIVERS = ["staff", "time", "result"]
ITEMS = ["staff_attitude", "time_waiting", "result_correct"]


@pytest.fixture(scope="module")
def survey(make_survey):
    rng = np.random.default_rng(4)
    general = rng.normal(size=600)
    answers = {name: np.clip(np.rint(4 + general + rng.normal(size=600)), 1, 5) for name in ITEMS}
    latent = np.column_stack(list(answers.values())) @ [0.8, 0.5, 0.1] + rng.logistic(size=600)
    answers[OUTCOME] = 1.0 + np.searchsorted([2.5, 4.0, 5.0, 6.5], latent)
    weight = rng.uniform(0.5, 2.0, 600)
    return make_survey(answers, {"weight": weight}, weight="weight")


def of_subsets(survey, fit) -> dict[frozenset[int], float]:
    x = survey.scores[ITEMS].to_numpy()
    values = {frozenset(): 0.0}
    for size in (1, 2, 3):
        for chosen in combinations(range(3), size):
            values[frozenset(chosen)] = fit(x[:, list(chosen)], survey)
    return values


def linear(x, survey) -> float:
    return fit_linear(x, survey.scores[OUTCOME].to_numpy(), survey.weights()).fit


def mcfadden(x, survey) -> float:
    return fit_ordinal(x, survey.scores[OUTCOME].to_numpy() - 1, survey.weights()).mcfadden


@pytest.mark.parametrize(("model", "fit"), [("linear", linear), ("ordinal", mcfadden)])
def test_dominance_is_that_of_every_submodel(survey, model, fit) -> None:
    found = compare_importance(survey, OUTCOME, DRIVERS, model=model)
    value = of_subsets(survey, fit)
    table = found.methods.frame.set_index("driver")
    added = found.conditional.frame.set_index(["driver", "others"])["estimate"]
    whole = frozenset(range(3))
    over: dict[int, list[str]] = {j: [] for j in range(3)}
    for j in range(3):
        others = [s for s in value if j not in s]
        gains = {s: value[s | {j}] - value[s] for s in others}
        by_size = [np.mean([g for s, g in gains.items() if len(s) == k]) for k in range(3)]
        for k in range(3):
            assert added[DRIVERS[j], str(k)] == pytest.approx(by_size[k], abs=1e-9)
        row = table.loc[DRIVERS[j]]
        assert row["estimate"] == pytest.approx(np.mean(by_size), abs=1e-9)
        assert row["alone"] == pytest.approx(value[frozenset({j})], abs=1e-9)
        assert row["last"] == pytest.approx(value[whole] - value[whole - {j}], abs=1e-9)
        for k in set(range(3)) - {j}:
            pairs = [s for s in value if not s & {j, k}]
            if all(value[s | {j}] >= value[s | {k}] for s in pairs):
                over[j].append(DRIVERS[k])
    assert {DRIVERS[j]: ", ".join(names) for j, names in over.items()} == dict(table["dominates"])
    assert table["dominates"]["staff"] == "time, result"  # as it was put in
    assert table["estimate"].sum() == pytest.approx(table["fit"].iloc[0], abs=1e-10)
    assert table["share"].sum() == pytest.approx(1.0)


def test_general_dominance_is_the_share_of_the_drivers(survey) -> None:
    for model in ("linear", "logit", "ordinal"):
        share = analyse_drivers(survey, OUTCOME, DRIVERS, model=model).frame["share"]
        found = compare_importance(survey, OUTCOME, DRIVERS, model=model).methods.frame
        np.testing.assert_allclose(found["share"], share, atol=1e-10)
        assert found["relative_weight"].sum() == pytest.approx(1.0)
        assert found["relative_weight"].argmax() == 0


def test_complete_dominance_implies_conditional_and_that_general(survey) -> None:
    table = compare_importance(survey, OUTCOME, DRIVERS).methods.frame.set_index("driver")
    for driver, row in table.iterrows():
        complete, by_size = (
            set(filter(None, row[name].split(", "))) for name in ("dominates", "dominates_by_size")
        )
        assert complete <= by_size
        assert all(row["share"] > table["share"][other] for other in by_size), driver


def test_inflation_is_that_of_the_scores(survey) -> None:
    table = compare_importance(survey, OUTCOME, DRIVERS).methods.frame
    x = survey.scores[ITEMS].to_numpy()
    np.testing.assert_allclose(table["vif"], variance_inflation(x, survey.weights()))


def test_latent_relative_weights_sum_to_the_latent_fit_and_split_apart_what_is_apart() -> None:
    rng = np.random.default_rng(9)
    x, w = rng.normal(size=(500, 3)) @ [[1, 0.5, 0], [0, 1, 0], [0, 0, 2]], rng.uniform(1, 2, 500)
    answer = np.searchsorted([-1.0, 1.0], x @ [0.6, 0.4, 0.3] + rng.logistic(size=500))
    parts = latent_relative_weights(x, answer, w)
    linear_part = x @ fit_ordinal(x, answer, w).coefficients
    spread = np.cov(linear_part, aweights=w, ddof=0)
    assert parts.sum() == pytest.approx(spread / (spread + np.pi**2 / 3), abs=1e-7)
    scaled = latent_relative_weights(x * [3.0, 0.1, 7.0], answer, w)
    np.testing.assert_allclose(scaled, parts, rtol=1e-6)
    centred = x - np.average(x, axis=0, weights=w)
    root = np.linalg.cholesky(np.cov(centred.T, aweights=w, ddof=0))
    apart = np.linalg.solve(root, centred.T).T  # uncorrelated under the weights
    slopes = fit_ordinal(apart, answer, w).coefficients
    expected = slopes**2 / (slopes @ slopes + np.pi**2 / 3)
    np.testing.assert_allclose(latent_relative_weights(apart, answer, w), expected, rtol=1e-5)


def test_one_driver_and_too_many_are_told(survey) -> None:
    with pytest.raises(UsageError, match="at least two"):
        compare_importance(survey, OUTCOME, ["staff"])
