"""Simulated answers follow the truth that they were drawn from."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import unicodedata
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference.simulation import (
    MARKER,
    PERIODS,
    WHOLE,
    SimulatedPeriod,
    simulate_period,
)
from kbnn_analysis.inference.simulation.answers import draw_latents
from kbnn_analysis.inference.simulation.effects import OFFICE_ICC, load_effects
from kbnn_analysis.inference.simulation.instrument import (
    BLOCK_ITEMS,
    FACTOR_ITEMS,
    FACTORS,
    OVERALL_ITEMS,
    PRIORITY_ITEMS,
    RATED_ITEMS,
)
from kbnn_analysis.inference.simulation.places import load_places
from kbnn_analysis.inference.simulation.population import load_population
from kbnn_analysis.inference.simulation.respondents import draw_respondents, expected_answers
from kbnn_analysis.intake.codebooks import load_codebook
from kbnn_analysis.intake.reading import read_raw

BIG = 4.0


@cache
def period(name: str = "2023-1", scale: float = 1.0) -> SimulatedPeriod:
    return simulate_period(name, scale=scale)


def scores(simulated: SimulatedPeriod) -> pd.DataFrame:
    numbers = simulated.frame[list(RATED_ITEMS)].replace("", "0").astype(float)
    return numbers.where((numbers >= 1) & (numbers <= 5))


def units(simulated: SimulatedPeriod) -> pd.Series:
    return simulated.frame["province"].map({place.name: place.code for place in load_places()})


# --- the answers agree with the truth -------------------------------------------------------


@pytest.mark.parametrize("item", ["overall_treasury", "overall_system", "feedback_handled"])
def test_rates_of_provinces_agree_with_the_truth(item: str) -> None:
    simulated = period(scale=BIG)
    answers = scores(simulated)[item]
    two_box = (answers >= 4).where(answers.notna()).astype(float)
    found = two_box.groupby(units(simulated)).agg(["mean", "count"])
    truth = simulated.truth[simulated.truth["measure"] == item].set_index("unit").drop(WHOLE)
    p = truth["two_box"].reindex(found.index)
    z = (found["mean"] - p) / np.sqrt(p * (1 - p) / found["count"])
    assert z.abs().max() < 4.5
    assert abs(z.mean()) < 4 / np.sqrt(len(z))
    assert 0.6 < z.std() < 1.3  # sampling without replacement: a little below 1


def test_means_and_top_boxes_of_the_items_agree_with_the_truth() -> None:
    simulated = period(scale=BIG)
    answers, unit = scores(simulated), units(simulated)
    truth = simulated.truth[simulated.truth["unit"] != WHOLE]
    size = truth[truth["measure"] == "overall_treasury"].set_index("unit")["population"]
    for column, values in {
        "mean": answers,
        "top_box": (answers == 5).where(answers.notna()),
    }.items():
        found = values.astype(float).groupby(unit).mean()
        known = truth.pivot_table(index="unit", columns="measure", values=column)[found.columns]
        gap = (found - known).mul(size, axis=0).sum() / size.sum()
        assert gap.abs().max() < 0.009


def test_nonresponse_that_depends_on_satisfaction_biases_upward() -> None:
    plain = scores(simulate_period(scale=0.5))["overall_treasury"]
    tilted = simulate_period(scale=0.5, response_depends_on_satisfaction=0.5)
    assert scores(tilted)["overall_treasury"].mean() > plain.mean() + 0.1
    pd.testing.assert_frame_equal(tilted.truth, period().truth)


def test_the_latent_has_the_stated_intra_class_correlation() -> None:
    population, effects = load_population(), load_effects("2023-1")
    answers = expected_answers(population, "2023-1") * 4
    people = draw_respondents(population, "2023-1", 5, answers, copies=4)
    latent = draw_latents(population, effects, people, "2023-1", 5)[:, -1]
    same_kind = population.kind[people.cell] == 0
    office = pd.Series(population.office[people.cell][same_kind])
    province = pd.Series(population.province[people.cell][same_kind])
    latent = pd.Series(latent[same_kind]).sub(
        pd.Series(latent[same_kind]).groupby(province).transform("mean")
    )
    groups = latent.groupby(office).agg(["mean", "var", "count"])
    groups = groups[groups["count"] >= 10]
    within = np.average(groups["var"], weights=groups["count"] - 1)
    between = groups["mean"].var() - (within / groups["count"]).mean()
    assert within == pytest.approx(1.0, abs=0.03)
    assert between / (between + within) == pytest.approx(OFFICE_ICC, abs=0.012)


def test_drivers_are_recovered_in_their_order() -> None:
    simulated = period(scale=BIG)
    answers = scores(simulated).drop(
        index=simulated.frame.index[
            simulated.frame["respondent_id"].isin(simulated.straight_liners)
        ]
    )
    means = pd.DataFrame(
        {factor: answers[list(items)].mean(axis=1) for factor, items in FACTOR_ITEMS.items()}
    )
    truth = simulated.drivers.set_index(["outcome", "factor"])["coefficient"]
    for outcome in OVERALL_ITEMS:
        table = means.assign(outcome=answers[outcome]).dropna()
        design = np.column_stack([np.ones(len(table)), table[list(FACTORS)]])
        slopes = np.linalg.lstsq(design, table["outcome"], rcond=None)[0][1:]
        known = truth[outcome][list(FACTORS)].to_numpy()
        assert FACTORS[int(slopes.argmax())] == FACTORS[int(known.argmax())]
        assert (
            np.corrcoef(np.argsort(np.argsort(slopes)), np.argsort(np.argsort(known)))[0, 1] > 0.9
        )


# --- behaviour ------------------------------------------------------------------------------


def test_straight_liners_have_the_stated_share_and_one_answer() -> None:
    simulated = period()
    straight = simulated.frame["respondent_id"].isin(simulated.straight_liners)
    assert straight.mean() == pytest.approx(0.06, abs=0.007)
    rows = scores(simulated)[straight]
    assert (rows.max(axis=1) == rows.min(axis=1)).all()
    assert not (simulated.frame.loc[straight, list(RATED_ITEMS)] == "6").any(axis=None)
    seconds = simulated.frame["duration_seconds"].astype(int)
    assert seconds[straight].median() < seconds[~straight].median() / 3


def test_gaps_and_not_applicable_have_the_stated_shares() -> None:
    frame = period().frame
    gaps = frame[[*RATED_ITEMS, *PRIORITY_ITEMS]].isin(["", "0", "9"])
    assert gaps.to_numpy().mean() == pytest.approx(0.02, abs=0.001)
    assert gaps.mean().between(0.015, 0.025).all()
    feedback = (frame[list(FACTOR_ITEMS["feedback"])] == "6").to_numpy()
    assert feedback.mean() == pytest.approx(0.98 * 0.94 * 0.20, abs=0.012)
    counter = frame["channel"] == "counter"
    online = frame[list(FACTOR_ITEMS["online"])] == "6"
    assert online[counter].to_numpy().mean() == pytest.approx(0.98 * 0.94 * 0.60, abs=0.04)
    assert not online[~counter].any(axis=None)
    assert not (frame[list(OVERALL_ITEMS)] == "6").any(axis=None)


def test_who_never_sent_feedback_skips_all_of_it() -> None:
    block = period().frame[list(FACTOR_ITEMS["feedback"])]
    skipped = (block == "6").sum(axis=1)
    gaps = block.isin(["", "0", "9"]).sum(axis=1)
    assert ((skipped == 0) | (skipped + gaps == 3)).all()


def test_comments_are_short_nfc_texts_of_a_tenth_of_the_respondents() -> None:
    comments = period().frame["comment"]
    left = comments[comments != ""]
    assert len(left) / len(comments) == pytest.approx(0.12, abs=0.01)
    assert left.str.len().max() < 100
    assert all(unicodedata.is_normalized("NFC", text) for text in left.unique())


def test_some_provinces_have_few_answers_and_one_is_below_the_minimum() -> None:
    numbers = period().frame["province"].value_counts()
    assert len(numbers) == 63
    assert (numbers < 30).sum() == 4
    assert (numbers < 10).sum() == 1
    assert 200 < numbers.median() < 400


# --- the file -------------------------------------------------------------------------------


def test_columns_and_codes_are_those_of_the_codebook() -> None:
    codebook = load_codebook("kbnn-assumed")
    frame = period().frame
    known = [item.name for item in codebook.items] + [a.name for a in codebook.attributes]
    assert set(frame.columns) <= set(known)
    assert {item.name for item in codebook.items} <= set(frame.columns)
    assert {a.name for a in codebook.attributes if a.required} <= set(frame.columns)
    for item in codebook.items:
        scale = codebook.scales[item.scale]
        allowed = {str(code) for code in (*scale.labels, *scale.missing, *scale.not_applicable)}
        assert set(frame[item.name]) <= allowed | {""}
        assert not item.reverse
    for attribute in codebook.attributes:
        if attribute.levels and attribute.name in frame:
            assert set(frame[attribute.name]) <= set(attribute.levels)
    assert {item.name: item.factor for item in codebook.items_with("satisfaction")} == {
        item: factor for factor, items in FACTOR_ITEMS.items() for item in items
    }
    assert len(BLOCK_ITEMS) == 23


def test_identifiers_are_unique_and_all_columns_are_text() -> None:
    frame = period().frame
    assert frame["respondent_id"].is_unique
    assert all(isinstance(dtype, pd.StringDtype) for dtype in frame.dtypes)
    assert not frame.isna().any(axis=None)
    assert frame["submitted_on"].between("2023-05-15", "2023-06-14").all()


def test_the_same_arguments_give_the_same_bytes(tmp_path: Path) -> None:
    digests = set()
    for name in ("a-SIMULATED.csv", "b-SIMULATED.csv"):
        written = simulate_period(seed=7, scale=0.2).write(tmp_path / name)
        digests.add(hashlib.sha256(written.read_bytes()).hexdigest())
    assert len(digests) == 1
    assert simulate_period(seed=8, scale=0.2).to_csv() != (tmp_path / name).read_text("utf-8")


def test_drawing_another_period_first_changes_nothing() -> None:
    before = simulate_period("2024-1", scale=0.1).to_csv()
    simulate_period("2023-2", scale=0.1)
    assert simulate_period("2024-1", scale=0.1).to_csv() == before


def test_a_file_says_in_its_name_and_first_line_that_it_is_simulated(tmp_path: Path) -> None:
    simulated = simulate_period(scale=0.05)
    path = simulated.write(tmp_path)
    assert path.name == "kbnn-2023-1-SIMULATED.csv"
    assert path.read_text("utf-8").splitlines()[0] == MARKER
    read = pd.read_csv(path, skiprows=1, dtype=str, keep_default_na=False)
    assert read.to_numpy().tolist() == simulated.frame.to_numpy().tolist()


def test_the_intake_reads_the_file_and_knows_that_it_is_simulated(tmp_path: Path) -> None:
    simulated = simulate_period(scale=0.05)
    raw = read_raw(simulated.write(tmp_path))
    assert raw.simulated
    assert raw.frame.to_numpy().tolist() == simulated.frame.to_numpy().tolist()


@pytest.mark.parametrize(
    ("name", "told"), [("answers.csv", "SIMULATED"), ("nowhere/x-SIMULATED.csv", "does not exist")]
)
def test_a_file_that_hides_its_nature_or_has_no_folder_is_refused(
    tmp_path: Path, name: str, told: str
) -> None:
    with pytest.raises(UsageError, match=told):
        simulate_period(scale=0.05).write(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"period": "2022-1"}, "2022-1 cannot be simulated"),
        ({"scale": 0.0}, "scale"),
        ({"scale": float("nan")}, "scale"),
        ({"seed": 1.5}, "seed"),
        ({"response_depends_on_satisfaction": 3.0}, "response_depends_on_satisfaction"),
    ],
)
def test_bad_arguments_are_named(arguments: dict[str, object], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        simulate_period(**arguments)  # type: ignore[arg-type]


# --- periods and sizes ----------------------------------------------------------------------


def test_the_last_period_answers_by_34_provinces_at_offices_with_old_numbers() -> None:
    simulated = period("2025-2")
    names = {place.name_34 for place in load_places()}
    assert set(simulated.frame["province"]) == names
    assert len(names) == 34
    merged = simulated.frame[simulated.frame["province"] == "Thái Nguyên"]
    assert {office[:2] for office in merged["office"]} == {"06", "19"}
    assert set(simulated.truth["unit"]) == {place.code_34 for place in load_places()} | {WHOLE}


def test_the_same_offices_answer_in_every_period() -> None:
    offices = [set(period(name, 0.2).population["office"]) for name in PERIODS]
    assert all(one == offices[0] for one in offices)
    assert all(set(period(name, 0.2).frame["office"]) <= offices[0] for name in PERIODS)


def test_a_larger_scale_repeats_the_frame_and_never_exceeds_it() -> None:
    simulated = simulate_period(scale=1.5)
    assert simulated.population["population"].sum() == 2 * 94_501
    cells = ["office", "respondent_type"]
    answered = simulated.frame.groupby(cells).size()
    holders = simulated.population.set_index(cells)["population"]
    assert (answered <= holders.reindex(answered.index)).all()
    assert len(simulated) == pytest.approx(1.5 * len(period()), rel=0.01)


def test_a_period_is_known_by_any_of_its_writings() -> None:
    assert simulate_period("đợt I năm 2023", scale=0.05).period == "2023-1"


LISTENER = """
import json, sys
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
from kbnn_analysis.inference.simulation import simulate_period
simulate_period("2023-1", scale=0.05)
print(json.dumps([path for path in opened if path.endswith(ANSWERS)]))
"""
ANSWERS = (".csv", ".tsv", ".txt", ".parquet", ".xlsx", ".xls", ".sav", ".json", ".feather", ".db")


def test_no_row_is_copied_for_no_answers_are_read() -> None:
    package = Path(simulate_period.__code__.co_filename).parents[2]
    code = LISTENER.replace("ANSWERS", repr(ANSWERS))
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=package.parent
    )
    read = {Path(path) for path in json.loads(done.stdout) if Path(path).is_relative_to(package)}
    beside = {
        Path(path)
        for path in json.loads(done.stdout)
        if not Path(path).is_relative_to(sys.prefix)
        and not Path(path).is_relative_to(sys.base_prefix)
    }
    assert beside == read
    assert read
    for path in read:
        columns = pd.read_csv(path, comment="#").columns
        assert not set(columns) & {*RATED_ITEMS, *OVERALL_ITEMS, "respondent"}, path
