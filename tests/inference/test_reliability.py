"""Reliability of scales against published values on real surveys, and against psych."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kbnn_analysis.disclosure import disclose
from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference.reliability import item_reliability, reliability
from kbnn_analysis.intake.codebook import Attribute, Codebook, Item, Scale, Text
from kbnn_analysis.intake.survey import Design, Survey
from kbnn_analysis.stats.intraclass import icc_anova
from kbnn_analysis.stats.reliability import cronbach_alpha, feldt_interval

GOLDEN = Path(__file__).parents[1] / "golden"


def text(words: str) -> Text:
    return Text(vi=words, en=words)


def survey_of(
    scores: pd.DataFrame,
    scales: dict[str, list[str]],
    attributes: pd.DataFrame | None = None,
    *,
    high: int = 5,
    low: int = 1,
    **design: str,
) -> Survey:
    """Return a survey of the columns, every scale a factor of its codebook."""
    factor = {item: name for name, items in scales.items() for item in items}
    frame = attributes if attributes is not None else pd.DataFrame(index=scores.index)
    codebook = Codebook(
        name="test",
        version="1",
        title=text("test"),
        source="test",
        respondent_id="id",
        unit="unit",
        scales={"s": Scale(labels={code: text(str(code)) for code in range(low, high + 1)})},
        factors={name: text(name) for name in scales},
        items=tuple(
            Item(name=str(name), label=text(str(name)), scale="s", factor=factor.get(str(name)))
            for name in scores.columns
        ),
        attributes=tuple(Attribute(name=str(n), label=text(str(n))) for n in frame.columns),
    )
    return Survey(
        scores=scores.astype(float).reset_index(drop=True),
        not_applicable=pd.DataFrame(False, index=range(len(scores)), columns=scores.columns),
        attributes=frame.reset_index(drop=True),
        design=Design(**design),
        codebook=codebook,
        period="2023",
    )


def coefficient(result: object, scale: str, name: str) -> pd.Series:
    frame = result.to_frame()  # type: ignore[attr-defined]
    rows = frame[(frame["scale"] == scale) & (frame["coefficient"] == name)]
    assert len(rows) == 1
    return rows.iloc[0]


@pytest.mark.parametrize("year", ["2013", "2014", "2015", "2016"])
def test_alpha_of_the_airport_survey(shared_data: Path, year: str) -> None:
    folder = shared_data / "surveys" / "sfo_2013_2016"
    expected = json.loads((folder / "reference_values.json").read_text(encoding="utf-8"))[year]
    data = pd.read_csv(folder / "sfo_2013_2016.csv", low_memory=False)
    items = expected["alpha_items"]
    scores = data.loc[data["year"] == int(year), items]
    survey = survey_of(scores.where(scores.isin(range(1, 6))), {"facilities": items})
    row = coefficient(reliability(survey, ordinal=False), "facilities", "alpha")
    assert row["n"] == expected["alpha_n"]
    assert row["estimate"] == pytest.approx(expected["cronbach_alpha_listwise"], rel=1e-10)
    assert row["conf_low"] < row["estimate"] < row["conf_high"] < 1


def test_alpha_and_icc_of_the_soldiers(shared_data: Path) -> None:
    folder = shared_data / "surveys" / "lq2002"
    expected = json.loads((folder / "reference_values.json").read_text(encoding="utf-8"))
    data = pd.read_csv(folder / "lq2002.csv")
    scales = {
        "LEAD": [f"LEAD{k:02d}" for k in range(1, 12)],
        "TSIG": [f"TSIG{k:02d}" for k in range(1, 4)],
        "HOSTILE": [f"HOSTIL{k:02d}" for k in range(1, 6)],
    }
    items = [item for names in scales.values() for item in names]
    survey = survey_of(
        data[items], scales, data[["COMPID"]].astype(str), low=0, psu="COMPID", target="process"
    )
    found = reliability(survey, ordinal=False)
    for name, columns in scales.items():
        row = coefficient(found, name, "alpha")
        assert row["estimate"] == pytest.approx(expected[name]["alpha"], rel=1e-10)
        assert 5 < row["df"] <= 48  # companies less one, less what their tails take
        score = data[columns].mean(axis=1)
        by = score.groupby(data["COMPID"])
        spread = by.var(ddof=0) * by.size()
        icc = icc_anova(by.size(), by.mean(), spread)
        # multilevel's ICC1 divides by the mean size, ours by Donner's m0
        sizes = by.size().mean()
        icc1 = (icc.between - icc.within) / (icc.between + (sizes - 1) * icc.within)
        assert icc1 == pytest.approx(expected[name]["ICC1"], rel=1e-8)
        icc2 = (icc.between - icc.within) / icc.between
        assert icc2 == pytest.approx(expected[name]["ICC2"], rel=1e-8)


def test_alpha_of_the_telephone_customers(shared_data: Path) -> None:
    folder = shared_data / "surveys" / "ecsi_mobi"
    expected = json.loads((folder / "reference_values.json").read_text(encoding="utf-8"))
    data = pd.read_csv(folder / "mobi.csv")
    scales = {
        "CUSA": ["CUSA1", "CUSA2", "CUSA3"],
        "PERQ": [f"PERQ{k}" for k in range(1, 8)],
    }
    survey = survey_of(data[[i for s in scales.values() for i in s]], scales, high=10)
    found = reliability(survey, ordinal=False)
    for name in scales:
        row = coefficient(found, name, "alpha")
        assert row["estimate"] == pytest.approx(expected[f"alpha_{name}"], rel=1e-10)


def test_reliability_made_of_straight_lines_is_told(shared_data: Path) -> None:
    folder = shared_data / "surveys" / "turkiye_student_eval"
    expected = json.loads((folder / "reference_values.json").read_text(encoding="utf-8"))
    data = pd.read_csv(folder / "turkiye.csv")
    items = [f"Q{k}" for k in range(1, 29)]
    survey = survey_of(data[items], {"teaching": items})
    found = reliability(survey, ordinal=False)
    alpha = coefficient(found, "teaching", "alpha")
    assert alpha["estimate"] == pytest.approx(expected["alpha_all"], rel=1e-10)
    assert alpha["share"] == pytest.approx(expected["straightline_share_28"], rel=1e-12)
    varied = coefficient(found, "teaching", "alpha_without_straight_lines")
    assert varied["estimate"] == pytest.approx(expected["alpha_without_straightliners"], rel=1e-10)
    assert np.isnan(varied["share"])
    assert found.notes["straight_lining"] == "teaching"


@pytest.fixture(scope="module")
def bfi() -> Survey:
    data = pd.read_csv(GOLDEN / "polychoric_bfi.csv")
    scales = {"N": [f"N{k}" for k in range(1, 6)], "C": [f"C{k}" for k in range(1, 6)]}
    turned = data.assign(C4=7 - data["C4"], C5=7 - data["C5"])
    groups = pd.DataFrame({"half": ["a", "b"] * 500, "town": [str(k // 20) for k in range(1000)]})
    groups["weight"] = np.where(groups["half"] == "a", 1.0, 2.5)
    return survey_of(turned[scales["N"] + scales["C"]], scales, groups, high=6)


def test_all_coefficients_equal_psych_and_lavaan(bfi: Survey) -> None:
    expected = json.loads((GOLDEN / "reliability.json").read_text(encoding="utf-8"))
    found = reliability(bfi)
    for scale in ("N", "C"):
        want = expected[scale]
        assert coefficient(found, scale, "alpha")["estimate"] == pytest.approx(
            want["alpha"], rel=1e-10
        )
        # lavaan's estimates are exact to about 1e-6; lavaan divides by n, the design by n - 1
        omega = coefficient(found, scale, "omega")
        assert omega["estimate"] == pytest.approx(want["omega"], rel=1e-6)
        assert omega["std_error"] == pytest.approx(want["omega_se"] * np.sqrt(1000 / 999), rel=1e-4)
        # psych maximizes pair by pair to about 1e-4
        assert coefficient(found, scale, "ordinal_alpha")["estimate"] == pytest.approx(
            want["ordinal_alpha"], rel=1e-4
        )
        ordinal = coefficient(found, scale, "ordinal_omega")
        assert ordinal["estimate"] == pytest.approx(want["ordinal_omega"], rel=1e-6)
        assert ordinal["std_error"] == pytest.approx(want["ordinal_omega_se"], rel=1e-4)
    assert not found.notes["straight_lining"]


def test_feldt_is_given_when_asked_for(bfi: Survey) -> None:
    row = coefficient(reliability(bfi, ordinal=False, interval="feldt"), "N", "alpha")
    assert (row["conf_low"], row["conf_high"]) == pytest.approx(
        feldt_interval(row["estimate"], 1000, 5)
    )


def test_groups_have_their_own_rows_and_the_whole_design(bfi: Survey) -> None:
    found = reliability(bfi, {"N": ["N1", "N2", "N3"]}, by="half", ordinal=False)
    assert found.by == ("period", "scale", "half", "coefficient")
    frame = found.frame[found.frame["coefficient"] == "alpha"]
    half = bfi.attribute("half").to_numpy() == "a"
    own = cronbach_alpha(bfi.scores.loc[half, ["N1", "N2", "N3"]])
    assert frame["estimate"].iloc[0] == pytest.approx(own.alpha)
    assert frame["n"].tolist() == [500, 500]
    # respondents of the other half count with zero in the sum over sampling units
    total = np.concatenate([own.influence / 500, np.zeros(500)])
    assert frame["std_error"].iloc[0] == pytest.approx(np.sqrt(1000 / 999 * (total**2).sum()))


def test_weights_and_clusters_carry_over(bfi: Survey) -> None:
    weighted = replace(bfi, design=Design(weight="weight", psu="town", target="process"))
    row = coefficient(reliability(weighted, ordinal=False), "N", "alpha")
    weight = weighted.weights()
    own = cronbach_alpha(weighted.scores[["N1", "N2", "N3", "N4", "N5"]], weight)
    assert row["estimate"] == pytest.approx(own.alpha)
    town, answers = np.arange(1000) // 20, weighted.scores[["N1", "N2", "N3", "N4", "N5"]]
    left = np.array(
        [
            np.log1p(-cronbach_alpha(answers[town != each], weight[town != each]).alpha)
            for each in range(50)
        ]
    )
    jackknife = np.sqrt(49 / 50 * ((left - left.mean()) ** 2).sum()) * (1 - own.alpha)
    assert row["std_error"] == pytest.approx(jackknife)
    totals = np.bincount(town, own.influence * weight / weight.sum())
    assert row["std_error"] == pytest.approx(np.sqrt(50 / 49 * (totals**2).sum()), rel=0.1)
    assert 5 < row["df"] <= 49


def test_design_error_equals_the_jackknife(bfi: Survey) -> None:
    answers = bfi.scores[["N1", "N2", "N3", "N4", "N5"]].to_numpy()[:400]
    values = np.array(
        [cronbach_alpha(np.delete(answers, row, axis=0)).alpha for row in range(len(answers))]
    )
    jackknife = np.sqrt(399 / 400 * ((values - values.mean()) ** 2).sum())
    small = survey_of(bfi.scores.iloc[:400, :5], {"N": list(bfi.scores.columns[:5])}, high=6)
    row = coefficient(reliability(small, ordinal=False), "N", "alpha")
    assert row["std_error"] == pytest.approx(jackknife, rel=0.01)


def test_items_equal_the_plain_statistics(bfi: Survey) -> None:
    found = item_reliability(bfi)
    own = cronbach_alpha(bfi.scores[["N1", "N2", "N3", "N4", "N5"]])
    frame = found.frame[found.frame["scale"] == "N"]
    np.testing.assert_allclose(frame["item_rest"], own.item_rest)
    np.testing.assert_allclose(frame["alpha_dropped"], own.alpha_dropped)
    assert frame["loading"].between(0.3, 0.95).all()


def test_what_cannot_be_computed_is_missing_not_invented(bfi: Survey) -> None:
    scores = bfi.scores[["N1", "N2", "N3"]].copy()
    scores.loc[3:, "N1"] = np.nan
    few = survey_of(scores, {"N": ["N1", "N2", "N3"]}, high=6)
    frame = reliability(few).frame
    assert (frame["n"] <= 3).all()
    assert frame[["estimate", "std_error", "conf_low"]].isna().all(axis=None)
    assert disclose(reliability(few)).frame["suppressed"].all()


def test_unknown_names_are_refused(bfi: Survey) -> None:
    with pytest.raises(UsageError, match="no item 'N9'"):
        reliability(bfi, {"N": ["N1", "N9"]})
    with pytest.raises(UsageError, match="2 or more items"):
        reliability(bfi, {"N": ["N1"]})
    with pytest.raises(UsageError, match="`interval` must be one of"):
        reliability(bfi, interval="wald")  # type: ignore[arg-type]


def clustered(seed: int, offices: int = 30, size: int = 20) -> Survey:
    """Return a sample of offices whose clients are alike; skewed five-point answers."""
    rng = np.random.default_rng(seed)
    office = np.repeat(np.arange(offices), size)
    factor = rng.normal(0, 0.7, offices)[office] + rng.normal(0, 0.7, offices * size)
    latent = factor[:, None] + rng.normal(size=(offices * size, 4))
    scores = pd.DataFrame(np.digitize(latent, [-3.0, -2.2, -1.4, 0.2]) + 1.0, columns=list("abcd"))
    return survey_of(
        scores, {"f": list("abcd")}, pd.DataFrame({"office": office.astype(str)}),
        psu="office", target="process",
    )  # fmt: skip


def alpha_coverage(draws: int, *, design: bool) -> float:
    truth = cronbach_alpha(clustered(1, offices=10_000).scores).alpha
    hits = []
    for draw in range(draws):
        survey = clustered(100 + draw)
        if not design:
            survey = replace(survey, design=Design())
        row = coefficient(reliability(survey, ordinal=False), "f", "alpha")
        hits.append(row["conf_low"] < truth < row["conf_high"])
    return float(np.mean(hits))


def test_intervals_cover_quickly_under_clusters() -> None:
    # 30 draws: only a gross mistake shows
    assert alpha_coverage(30, design=True) >= 0.75


@pytest.mark.coverage
def test_intervals_of_alpha_cover_under_clusters_where_plain_ones_do_not() -> None:
    # half of the factor's variance lies between 30 offices; measured 0.933, with 12 offices
    # 0.925, and 0.760 without the design
    assert 0.915 < alpha_coverage(1000, design=True) < 0.975
    assert alpha_coverage(1000, design=False) < 0.80
