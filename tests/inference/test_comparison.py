"""Comparisons and letters as verbs: what is compared, with what, and what is left out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference.aggregates import estimates_from_counts, estimates_from_published
from kbnn_analysis.inference.comparison import compare
from kbnn_analysis.inference.letter_groups import letter_groups
from kbnn_analysis.language import Label
from kbnn_analysis.results import Estimates, MeasureInfo

RATE = MeasureInfo("satisfied", "two_box", "1", "proportion", Label.same("satisfied"))
COUNT, N = [198, 150, 9, 300, 280], [200, 160, 9, 300, 300]
COMMON = (198 + 150 + 300 + 280) / 960  # the rate of all units that may be compared


def made(count: list[int] = COUNT, n: list[int] = N) -> Estimates:
    units = [f"{at:02d}" for at in range(len(n))]
    frame = pd.DataFrame({"unit": units, "count": count, "n": n})
    labels = {"unit": {unit: Label.same(f"Tỉnh {unit}") for unit in units}}
    return estimates_from_counts(frame, RATE, period="2023-1", labels=labels)


def test_against_the_mean_hidden_units_are_in_neither_side() -> None:
    found = compare(made(), adjust="none")
    frame = found.frame.set_index("unit")
    assert frame.loc["02"].drop(["period", "measure", "other", "n"]).isna().all()
    assert list(frame.index) == ["00", "01", "02", "03", "04"]
    shown = made().frame["estimate"][[0, 1, 3, 4]]
    assert frame["difference"]["00"] == pytest.approx(0.99 - shown.mean())
    assert found.by == ("period", "measure", "unit", "other")
    assert found.label("other", "mean").en == "mean of all units"
    assert found.notes["left_out"] == 1


def test_the_mean_of_answers_is_the_level_of_all_respondents() -> None:
    found = compare(made(), center="answers", adjust="none").frame
    found = found[found["difference"].notna()]
    assert found["difference"].iloc[0] == pytest.approx(0.99 - (198 + 150 + 300 + 280) / 960)
    assert (found["difference"] * [200, 160, 300, 300]).sum() == pytest.approx(0, abs=1e-12)


def clopper_pearson(x: int, n: int, alpha: float) -> tuple[float, float]:
    found = stats.binomtest(x, n).proportion_ci(1 - alpha, method="exact")
    return found.low, found.high


def test_all_pairs_by_hand() -> None:
    found = compare(made(), "all_pairs", "bonferroni").frame
    assert len(found) == 6
    row = found[(found["unit"] == "00") & (found["other"] == "01")].iloc[0]
    # the first unit's own variance, .99 * .01, is below that of the common rate
    error = np.sqrt(COMMON * (1 - COMMON) / 200 + 0.9375 * 0.0625 / 160)
    assert row["difference"] == pytest.approx(0.0525)
    assert row["std_error"] == pytest.approx(error)
    assert row["p_adjusted"] == pytest.approx(6 * row["p_value"])
    one, other = (clopper_pearson(x, n, 0.05 / 6) for x, n in ((198, 200), (150, 160)))
    low = 0.0525 - np.hypot(0.99 - one[0], other[1] - 0.9375)
    high = 0.0525 + np.hypot(one[1] - 0.99, 0.9375 - other[0])
    assert row[["conf_low", "conf_high"]].tolist() == pytest.approx([low, high])
    assert row["n"] == 160


@pytest.mark.parametrize("against", ["mean", "all_pairs"])
def test_equal_units_of_unequal_size_are_seldom_found_to_differ(against: str) -> None:
    """With its own variance alone, a small unanimous unit stood out in every second survey."""
    rng = np.random.default_rng(20231)
    n = np.geomspace(30, 1500, 63).astype(int)
    false = 0
    for _ in range(40):
        counts = rng.binomial(n, 0.95)
        found = compare(made(counts.tolist(), n.tolist()), against, "bonferroni")
        false += bool((found.frame["p_adjusted"] < 0.05).any())
    # 5 % of 40 surveys is 2; six or more has probability 1.4 %
    assert false <= 5


def test_one_reference_uses_the_integral_and_has_no_row_of_its_own() -> None:
    found = compare(made(), {"unit": "03"})
    assert found.frame["unit"].tolist() == ["00", "01", "02", "04"]
    assert set(found.frame["other"]) == {"03"}
    assert found.notes["critical_error"] == 0
    assert 1.96 < found.notes["critical"] < 2.4
    with pytest.raises(UsageError, match="not among the units"):
        compare(made(), {"unit": "02"})
    with pytest.raises(UsageError, match="told apart by unit"):
        compare(made(), {"office": "03"})


def test_max_t_lies_between_none_and_bonferroni_and_agrees_with_its_intervals() -> None:
    none, joint, bonf = (
        compare(made(), "all_pairs", adjust).frame for adjust in ("none", "max-t", "bonferroni")
    )
    assert (joint["p_adjusted"] >= none["p_adjusted"] - 1e-12).all()
    assert (joint["p_adjusted"] <= bonf["p_adjusted"] + 1e-12).all()
    outside = (joint["conf_low"] > 0) | (joint["conf_high"] < 0)
    assert outside.tolist() == (joint["p_adjusted"] < 0.05).tolist()


def test_the_rule_for_zero_variance_is_applied_and_told() -> None:
    found = compare(made(), {"unit": "00"}, "none")
    row = found.frame.set_index("unit").loc["03"]
    assert row["std_error"] ** 2 == pytest.approx(COMMON * (1 - COMMON) * (1 / 300 + 1 / 200))
    assert found.notes["smoothed"] == 1
    assert "(x + 1/2) / (n + 1)" in found.method


def test_a_variance_of_zero_without_n_says_what_to_do() -> None:
    rates = pd.DataFrame({"unit": ["a", "b"], "estimate": [1.0, 0.9], "std_error": [0.0, 0.02]})
    with pytest.raises(UsageError, match="add n"):
        compare(estimates_from_published(rates, RATE, period="2023-1"))


def test_equivalence_is_the_larger_of_two_one_sided_tests() -> None:
    found = compare(made(), "all_pairs", "none", margin=0.08, level=0.9).frame
    within = (found["conf_low"] > -0.08) & (found["conf_high"] < 0.08)
    assert within.tolist() == (found["p_equivalence"] < 0.05).tolist()
    assert 0 < within.sum() < len(within)
    found = compare(made(), "all_pairs", "none", margin=0.02).frame
    holm = compare(made(), "all_pairs", margin=0.02).frame["p_equivalence"]
    assert (holm >= found["p_equivalence"]).all()


def test_a_small_unit_that_is_truly_worse_is_found_and_its_interval_is_skew() -> None:
    """The larger of its own and the common variance found next to nothing near 100 %."""
    found = compare(made([980, 24], [1000, 30]), "all_pairs", "none").frame.iloc[0]
    assert found["p_value"] < 0.01
    assert found["conf_high"] - found["difference"] > 1.3 * (
        found["difference"] - found["conf_low"]
    )


def test_rates_of_unknown_n_keep_symmetric_intervals() -> None:
    rates = pd.DataFrame({"unit": ["a", "b"], "estimate": [0.95, 0.9], "std_error": [0.01, 0.02]})
    found = compare(estimates_from_published(rates, RATE, period="2023-1"), "all_pairs", "none")
    row = found.frame.iloc[0]
    assert row["p_value"] == pytest.approx(2 * stats.norm.sf(0.05 / np.hypot(0.01, 0.02)))
    assert found.notes["limits"] == "symmetric"


def test_degrees_of_freedom_of_the_design_give_students_t() -> None:
    plain = made()
    few = Estimates(
        frame=plain.frame.assign(df=[9.0, 9.0, 9.0, 0.0, 9.0]),
        by=plain.by,
        method="x",
        covariance=plain.covariance,
        measures=plain.measures,
    )
    found = compare(few, {"unit": "00"}, "none").frame.set_index("unit")
    row = found.loc["01"]
    assert 9 < row["df"] < 18
    assert row["p_value"] == pytest.approx(2 * stats.t.sf(abs(row["statistic"]), row["df"]))
    # a smoothed variance is borrowed from the others and has no degrees of freedom of its own
    assert found.loc["03", "df"] > 9


def test_letters_agree_with_the_comparisons() -> None:
    shown = letter_groups(made([198, 150, 9, 300, 200]), "holm").frame.set_index("unit")["letters"]
    pairs = compare(made([198, 150, 9, 300, 200]), "all_pairs", "holm").frame
    for row in pairs.itertuples():
        share = bool(set(shown[row.unit]) & set(shown[row.other]))
        assert share == (row.p_adjusted > 0.05)
    assert shown["02"] == ""


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"against": "means"}, "did you mean 'mean'"),
        ({"adjust": "tukey"}, "`adjust` must be one of"),
        ({"level": 95}, "between 0.5 and 1"),
        ({"margin": 0}, "above 0"),
        ({"min_n": 250}, None),
        ({"min_n": 1000}, "two units"),
    ],
)
def test_bad_arguments(arguments: dict, told: str | None) -> None:
    if told is None:
        assert len(compare(made(), **arguments).frame) == 5
        return
    with pytest.raises(UsageError, match=told):
        compare(made(), **arguments)


def test_several_measures_or_columns_are_refused() -> None:
    two = made()
    frame = two.frame.assign(measure=["a", "a", "b", "b", "b"])
    several = Estimates(frame=frame, by=two.by, method="x", covariance=two.covariance)
    with pytest.raises(UsageError, match=r"one measure at a time.*where\(measure"):
        compare(several)
