"""The verbs shrink, funnel, heterogeneity and respondents_to_settle on results."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import special

from kbnn_analysis.disclosure import Rules, disclose
from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference.aggregates import estimates_from_counts, estimates_from_published
from kbnn_analysis.inference.best_units import best_set
from kbnn_analysis.inference.funnel import funnel
from kbnn_analysis.inference.heterogeneity import heterogeneity
from kbnn_analysis.inference.ranking import rank
from kbnn_analysis.inference.respondents_needed import respondents_to_settle
from kbnn_analysis.inference.shrinkage import shrink
from kbnn_analysis.language import Label
from kbnn_analysis.results import BAND_LABELS, BANDS, Estimates, MeasureInfo
from kbnn_analysis.stats.fay_herriot import eblup
from kbnn_analysis.stats.posterior_ranks import posterior_ranks
from kbnn_analysis.stats.proportions import binomial_interval
from kbnn_analysis.stats.rate_posterior import rate_posterior

RATE = MeasureInfo("satisfied", "two_box", "1", "proportion", Label.same("satisfied"))
MEAN = MeasureInfo("score", "mean", "1", "mean", Label.same("score"), low=1.0, high=5.0)
COUNT = [95, 180, 100, 150, 80, 9, 0, 120]
N = [100, 200, 100, 152, 100, 9, 0, 130]
USED = np.array([0, 1, 2, 3, 4, 7])


def rates(count: list[int] = COUNT, n: list[int] = N) -> Estimates:
    frame = pd.DataFrame({"unit": [f"u{i}" for i in range(len(n))], "count": count, "n": n})
    return estimates_from_counts(frame, RATE, period="2023-1")


def means() -> Estimates:
    frame = pd.DataFrame(
        {
            "unit": list("abcdef"),
            "estimate": [4.1, 4.3, 4.2, 3.4, 4.25, 4.15],
            "std_error": [0.05, 0.04, 0.1, 0.05, 0.03, 0.04],
            "n": [200, 300, 50, 200, 400, 300],
        }
    )
    return estimates_from_published(frame, MEAN, period="2023-1")


def with_deff(estimates: Estimates, deff: float) -> Estimates:
    return replace(
        estimates,
        frame=estimates.frame.assign(deff=deff),
        covariance=estimates.covariance * deff,
    )


def test_shrink_is_the_posterior_of_the_counts() -> None:
    found = shrink(rates(), top=2).frame.iloc[USED]
    posterior = rate_posterior(np.array(COUNT)[USED], np.array(N)[USED]).posterior
    ranks = posterior_ranks(posterior)
    np.testing.assert_allclose(found["estimate"], posterior.mean)
    np.testing.assert_allclose(found["rank"], ranks.expected)
    np.testing.assert_allclose(found["prob_top"], ranks.top(2))
    assert found["prob_best"].sum() == pytest.approx(1.0, abs=1e-3)
    assert (found["conf_low"] < found["estimate"]).all()
    assert (found["estimate"] < found["conf_high"]).all()
    assert (found["conf_high"] < 1.0).all()


OUTLIER = ([86, 87, 88, 85, 86, 87, 86, 85, 88, 40], [90] * 9 + [40])
DRAWN = ([86, 87, 88, 85, 86, 87, 86, 85, 88, 24], [90] * 9 + [40])


def test_no_unit_is_drawn_further_than_the_bound() -> None:
    bounded, free = (shrink(rates(*DRAWN), limit=most).frame for most in (0.5, None))
    low = bounded.iloc[-1]
    assert low["direct"] == pytest.approx(0.6)
    error = np.sqrt(free["estimate"].iloc[-1] * (1 - free["estimate"].iloc[-1]) / 40)
    assert free["estimate"].iloc[-1] - 0.6 > 0.5 * error
    assert low["estimate"] == pytest.approx(0.6 + 0.5 * error)
    own = binomial_interval(24, 40, method="clopper-pearson")
    assert low["conf_low"] == pytest.approx(own.low)
    assert low["conf_high"] == pytest.approx(max(own.high, free["conf_high"].iloc[-1]))
    assert low["std_error"] > free["std_error"].iloc[-1]
    # ranks and probabilities stay those of the model, and so does a unit among the others
    for name in ("rank", "rank_low", "rank_high", "prob_best", "prob_top", "reliability"):
        np.testing.assert_array_equal(bounded[name], free[name])
    np.testing.assert_array_equal(bounded.iloc[4], free.iloc[4])


def test_the_bound_is_kept_by_every_model_and_told() -> None:
    for estimates in (rates(*OUTLIER), rates(*DRAWN), means()):
        for model in ("auto", "normal"):
            found, free = (shrink(estimates, model=model, limit=most) for most in (0.5, None))
            move = np.abs(found.frame["estimate"] - found.frame["direct"])
            assert (move <= np.abs(free.frame["estimate"] - free.frame["direct"]) + 1e-12).all()
            assert (found.frame["conf_low"] <= free.frame["conf_low"] + 1e-12).all()
            assert (found.frame["conf_high"] >= free.frame["conf_high"] - 1e-12).all()
            assert "moved by more than 0.5 standard" in found.method
            assert "moved by more" not in free.method
    nothing = shrink(rates(*DRAWN), limit=0.0).frame
    np.testing.assert_allclose(nothing["estimate"], nothing["direct"])


def test_units_with_few_answers_hold_nothing_but_n() -> None:
    found = shrink(rates()).frame
    few = found.loc[[5, 6]]
    assert few["n"].tolist() == [9, 0]
    assert few.drop(columns=["period", "measure", "unit", "n"]).isna().all(axis=None)
    assert funnel(rates()).frame.loc[[5, 6], "band"].isna().all()


def test_more_answers_shrink_less_and_everything_lies_towards_the_mean() -> None:
    found = shrink(rates()).frame.iloc[USED]
    order = np.argsort(found["n"].to_numpy())
    assert (np.diff(found["reliability"].to_numpy()[order]) >= -1e-9).all()
    n, r = found["n"], found["reliability"]
    np.testing.assert_allclose(found["n_needed"], np.ceil(n * (1 - r) / r * 4), rtol=1e-6)


def test_a_design_effect_counts_answers_as_fewer() -> None:
    x, n = np.array(COUNT)[USED], np.array(N)[USED]
    twice = with_deff(rates(list(2 * x), list(2 * n)), 2.0)
    plain, designed = shrink(rates(list(x), list(n))).frame, shrink(twice).frame
    np.testing.assert_allclose(designed["estimate"], plain["estimate"])
    np.testing.assert_allclose(designed["rank_high"], plain["rank_high"])
    np.testing.assert_allclose(designed["n_needed"], 2 * plain["n_needed"], atol=2)
    assert shrink(twice).notes["deff"] == 2.0


def test_each_measure_is_a_model_of_its_own() -> None:
    first = rates()
    other = replace(
        first,
        frame=first.frame.assign(measure="other"),
        measures={"other": replace(RATE, name="other")},
    )
    zero = np.zeros((8, 8))
    both = replace(
        first,
        frame=pd.concat([first.frame, other.frame]),
        covariance=np.block([[first.covariance, zero], [zero, other.covariance]]),
        measures={**first.measures, **other.measures},
    )
    found = shrink(both).frame["estimate"].to_numpy()
    np.testing.assert_array_equal(found[:8], found[8:])
    np.testing.assert_array_equal(found[:8], shrink(first).frame["estimate"])
    assert heterogeneity(both).frame["measure"].tolist() == ["satisfied", "other"]


def test_means_take_the_normal_model_with_or_without_covariates() -> None:
    found = shrink(means(), top=0.1)
    assert (found.notes["model"], found.notes["top"]) == ("normal", 1)
    assert found.frame["estimate"].between(3.4, 4.3).all()
    size = pd.DataFrame({"staff": [3.0, 5, 4, 1, 5, 3]}, index=list("abcdef"))
    helped = shrink(means(), covariates=size)
    assert helped.notes["covariates"] == "staff"
    assert (helped.frame["estimate"] != found.frame["estimate"]).any()


def test_funnel_bands_follow_its_limits() -> None:
    found = funnel(rates(), adjust="none").frame.iloc[USED]
    better, worse = (found["band"] == BANDS[0]), (found["band"] == BANDS[2])
    assert (better == (found["estimate"] > found["limit_high"])).all()
    assert (worse == (found["estimate"] < found["limit_low"])).all()
    assert worse.tolist() == [False, False, False, False, True, False]
    assert (found["limit_low"] <= found["warn_low"]).all()
    assert (found["warn_high"] <= found["limit_high"]).all()
    assert set(found["band"]) <= set(BAND_LABELS)


def test_funnel_lines_pass_through_the_units_limits() -> None:
    found = funnel(rates())
    lines = found.lines.sort_values("n")
    at = np.interp(found.frame.iloc[USED]["n"].astype(float), lines["n"], lines["limit_low"])
    np.testing.assert_allclose(at, found.frame.iloc[USED]["limit_low"], atol=2e-3)


def test_funnel_of_means_and_false_discovery_rule() -> None:
    found = funnel(means(), adjust="none", rule="fdr", fdr=0.01)
    assert found.frame["band"].tolist()[3] == "worse than expected"
    assert (found.frame["p_adjusted"] >= found.frame["p_value"]).all()
    wide = funnel(means()).frame
    assert (wide["limit_low"] < found.frame["limit_low"]).all()


def test_heterogeneity_speaks_of_the_units_used() -> None:
    found = heterogeneity(rates()).frame.iloc[0]
    assert (found["units"], found["n"], found["df"]) == (6, 782, 5)
    assert found["tau_low"] < found["tau"] < found["tau_high"]
    assert 0 < found["i_squared"] < 1
    assert found["conf_high"] <= 1.0


def test_settling_is_symmetric_and_infinite_only_for_equals() -> None:
    against_a = respondents_to_settle(rates(), reference="u0").frame
    against_b = respondents_to_settle(rates(), reference="u1").frame
    assert against_a.loc[1, "n_needed"] == against_b.loc[0, "n_needed"]
    assert against_a.loc[1, "difference"] == -against_b.loc[0, "difference"]
    assert np.isnan(against_a.loc[0, "n_needed"])
    assert respondents_to_settle(rates()).notes["reference"] == "u2"


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: shrink(rates(), model="beta"), "must be one of"),
        (lambda: shrink(means(), model="beta-binomial"), "is a mean"),
        (lambda: shrink(rates(), model="beta-binomial", covariates=pd.DataFrame()), "need model="),
        (lambda: shrink(means(), covariates=pd.DataFrame({"x": [1.0]}, index=["a"])), "no row for"),
        (lambda: shrink(rates(), top=1.5), "number of units"),
        (lambda: shrink(rates(), conf_level=95), "between 0 and 1"),
        (lambda: shrink(rates(), limit=-1.0), "0 or more standard errors"),
        (lambda: shrink(rates(), min_n=1000), "no measure has two units"),
        (lambda: funnel(rates(), limit_level=0.9), "warn_level"),
        (lambda: funnel(rates(), rule="sigma"), "must be one of"),
        (lambda: heterogeneity(rates(), method="EB"), "must be one of"),
        (lambda: respondents_to_settle(rates(), reference="u5"), "is not a unit"),
    ],
)
def test_impossible_requests_are_told(call: object, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        call()


def test_a_logit_shrinks_towards_the_line_that_covariates_draw() -> None:
    rng = np.random.default_rng(5)
    helped = np.repeat([0.0, 1.0], 20)
    n = np.full(40, 60)
    count = rng.binomial(n, special.expit(2.0 + 1.5 * helped + 0.2 * rng.normal(size=40)))
    estimates = rates(count.tolist(), n.tolist())
    given = pd.DataFrame({"helped": helped}, index=estimates.frame["unit"])
    plain, told = shrink(estimates, model="logit"), shrink(estimates, covariates=given)
    assert (plain.notes["model"], told.notes["model"]) == ("logit", "logit")
    assert told.notes["covariates"] == "helped"
    shrunken = [each.frame["estimate"].to_numpy() for each in (plain, told)]
    direct = estimates.frame["estimate"].to_numpy()
    # the line explains what the spread had to: units of a kind come closer to each other
    alike = helped == 1
    assert shrunken[1][alike].std() < shrunken[0][alike].std() < direct[alike].std()
    assert told.frame["prob_best"].sum() == pytest.approx(1.0, abs=1e-3)
    assert (told.frame["prob_best"][helped == 0] < 0.02).all()


def test_fay_herriot_takes_rates_that_were_only_published() -> None:
    frame = pd.DataFrame(
        {"unit": list("abcdef"), "estimate": [0.91, 0.93, 0.92, 0.97, 0.98, 0.96],
         "std_error": [0.02, 0.02, 0.01, 0.01, 0.02, 0.02]}
    )  # fmt: skip
    estimates = estimates_from_published(frame, RATE, period="2023-1")
    north = pd.DataFrame({"north": [0, 0, 0, 1, 1, 1]}, index=frame["unit"])
    found = shrink(estimates, model="normal", covariates=north, min_n=1)
    X = np.column_stack([np.ones(6), north["north"]])
    expected = eblup(frame["estimate"], frame["std_error"] ** 2, X)
    # the spread is integrated over, where the predictor takes its estimate as known
    np.testing.assert_allclose(found.frame["estimate"], expected.estimate, atol=0.01)


@pytest.mark.parametrize("given", [{"u0": 1.0}, {f"u{i}": np.nan for i in range(8)}])
def test_covariates_must_be_there_for_every_unit(given: dict[str, float]) -> None:
    covariates = pd.DataFrame({"z": given})
    with pytest.raises(UsageError, match="covariates"):
        shrink(rates(), covariates=covariates)


def test_where_low_is_best_everything_turns_round() -> None:
    late = replace(RATE, name="late", best="low")
    n = [100, 200, 100, 152, 100]
    frame = pd.DataFrame({"unit": list("ABCDE"), "count": [5, 20, 0, 2, 20], "n": n})
    low = estimates_from_counts(frame, late, period="2023-1")
    mirrored = frame.assign(count=frame["n"] - frame["count"])
    high = estimates_from_counts(mirrored, RATE, period="2023-1")
    ours, theirs = shrink(low, top=2), shrink(high, top=2)
    assert ours.best == "low"
    for name in ("rank", "rank_low", "rank_high", "prob_best", "prob_top"):
        np.testing.assert_allclose(ours.frame[name], theirs.frame[name], atol=2e-3)
    np.testing.assert_allclose(
        rank(low).frame[["rank", "rank_low", "rank_high"]],
        rank(high).frame[["rank", "rank_low", "rank_high"]],
    )
    assert best_set(low).frame["included"].tolist() == best_set(high).frame["included"].tolist()
    assert not best_set(low).notes["last"]
    assert best_set(low, best="high").notes["last"]
    assert respondents_to_settle(low).notes["reference"] == "C"
    shown = disclose(rank(low), Rules(profile="restricted")).frame.set_index("unit")["rank"]
    assert shown["A"] < shown["B"]
    swap = {BANDS[0]: BANDS[2], BANDS[2]: BANDS[0], BANDS[1]: BANDS[1]}
    as_high = replace(low, measures={"late": replace(late, best="high")})
    turned = [swap[band] for band in funnel(as_high, adjust="none").frame["band"]]
    assert funnel(low, adjust="none").frame["band"].tolist() == turned
