"""What the gate looks for: the ids and comments of every file of answers that a run read."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference.simulation import simulate_period
from kbnn_analysis.runs.files import sha256_of
from kbnn_analysis.runs.found_files import find_inputs
from kbnn_analysis.runs.params import Params
from kbnn_analysis.runs.placing import place_input
from kbnn_analysis.runs.provenance import own_files
from kbnn_analysis.runs.release_data import RunAnswers
from kbnn_analysis.runs.scanning_canaries import Canaries
from kbnn_analysis.runs.source import data_path

PERIODS = ("2023-1", "2023-2")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project with a file of answers of each period; it is the current folder."""
    monkeypatch.chdir(tmp_path)
    for period in PERIODS:
        answers(period).to_csv(tmp_path / f"{period}.csv", index=False)
    return tmp_path


def answers(*periods: str) -> pd.DataFrame:
    frames = []
    for period in periods:
        frame = simulate_period(period, scale=0.01).frame.head(20).reset_index(drop=True)
        frame["respondent_id"] = [f"KHÁCH-{period}-{at:03d}" for at in range(20)]
        frame["comment"] = [f"Lời kể dài của người thứ {at} đợt {period}" for at in range(20)]
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


def run(asked: Params, folder: Path) -> dict[str, Any]:
    """Return what a run keeps in its record of the files it read."""
    own = folder / ".kbnn" / "input"
    placed = place_input(asked, own, (folder,))
    data = data_path(placed, own)
    kept = {"data": data.name, "data_sha256": sha256_of(data), "own_files": own_files(placed, own)}
    record = {"identity": kept, "parameters": placed.model_dump(mode="json")}
    places = {
        path.relative_to(own).as_posix(): str(path.resolve())
        for path in own.rglob("*")
        if path.is_file()
    }
    return {**record, "side": {"inputs": places}}


def canaries(run: dict[str, Any], folder: Path, *given: Path) -> Canaries:
    inputs, absent = find_inputs(run, run["side"], folder, given)
    if absent:
        raise UsageError("\n".join(absent))
    return RunAnswers(run, inputs).canaries()


def found(canaries: Canaries, period: str) -> list[str]:
    text = f"KHÁCH-{period}-007: lời kể dài của người thứ 7 đợt {period}"
    return list(canaries.found_in(text))


BOTH = ["holds the id of a respondent", "holds the words of a comment"]


def two_periods(folder: Path, now: str = "2023-2.csv", before: str = "2023-1.csv") -> Params:
    earlier = {"period": "2023-1", "data": before}
    return Params.model_validate({"period": "2023-2", "data": now, "earlier": [earlier]})


def test_ids_and_comments_of_earlier_files_are_looked_for(folder: Path) -> None:
    made = run(two_periods(folder), folder)
    looked = canaries(made, folder)
    assert [found(looked, period) for period in PERIODS] == [BOTH, BOTH]
    (folder / "2023-1.csv").write_text("x")
    with pytest.raises(UsageError, match=r"2023-1\.csv is not the file of the run: SHA-256"):
        canaries(made, folder)
    (folder / "2023-1.csv").unlink()
    with pytest.raises(UsageError, match=r"2023-1\.csv is not here; say .*--data FILE"):
        canaries(made, folder)


def test_one_file_of_all_periods_is_given_once(folder: Path) -> None:
    answers(*PERIODS).to_csv(folder / "all.csv", index=False)
    made = run(two_periods(folder, "all.csv", "all.csv"), folder)
    moved = (folder / "all.csv").rename(folder / "moved.csv")
    looked = canaries(made, folder, moved)
    assert [found(looked, period) for period in PERIODS] == [BOTH, BOTH]


@pytest.mark.parametrize("how", ["where they lay", "renamed", "beside a namesake"])
def test_a_name_neither_hides_nor_confuses_the_files_of_a_run(folder: Path, how: str) -> None:
    """Both periods' files have one name, and the current folder holds another one of it."""
    paths = [folder / "answers" / period / "trả lời.csv" for period in PERIODS]
    for period, path in zip(PERIODS, paths, strict=True):
        path.parent.mkdir(parents=True)
        (folder / f"{period}.csv").rename(path)
    before, now = (path.relative_to(folder).as_posix() for path in paths)
    made = run(two_periods(folder, now, before), folder)
    given: list[Path] = []
    if how == "renamed":
        given = [path.rename(folder / f"{at}.csv") for at, path in enumerate(paths)]
    elif how == "beside a namesake":
        (folder / "trả lời.csv").write_text("respondent_id,comment\n", encoding="utf-8")
    looked = canaries(made, folder, *given)
    assert [found(looked, period) for period in PERIODS] == [BOTH, BOTH]


def test_a_given_file_of_another_run_is_told_though_the_right_one_lies_where_it_lay(
    folder: Path,
) -> None:
    made = run(two_periods(folder), folder)
    (folder / "other.csv").write_text("x")
    with pytest.raises(UsageError, match=r"other\.csv is not the file of the run"):
        canaries(made, folder, folder / "other.csv")
    with pytest.raises(UsageError, match=r"`--data`: there is no file .*none\.csv"):
        canaries(made, folder, folder / "none.csv")


def test_a_codebook_of_the_same_name_does_not_hide_ids(folder: Path) -> None:
    """By the other codebook the column of ids is another one, and nothing would be looked for."""
    own = folder / "books" / "mine.yaml"
    own.parent.mkdir()
    shipped = resources.files("kbnn_analysis.intake") / "codebooks" / "kbnn-assumed.yaml"
    own.write_text(shipped.read_text(encoding="utf-8"), encoding="utf-8")
    asked = {"period": "2023-2", "data": "2023-2.csv", "codebook": "books/mine.yaml"}
    made = run(Params.model_validate(asked), folder)
    other = own.read_text(encoding="utf-8").replace("respondent_id", "another_id")
    (folder / "mine.yaml").write_text(other, encoding="utf-8")
    assert found(canaries(made, folder), "2023-2") == BOTH
    own.unlink()
    with pytest.raises(UsageError, match=r"mine\.yaml is not the file of the run"):
        canaries(made, folder)


def test_simulated_earlier_periods_are_drawn_again(folder: Path) -> None:
    asked = Params.model_validate(
        {"period": "2023-2", "simulate": {"scale": 0.01}, "earlier": [{"period": "2023-1"}]}
    )
    made = run(asked, folder)
    looked = canaries(made, folder)
    for period in PERIODS:
        (one, *_) = simulate_period(period, seed=asked.simulate.seed, scale=0.01).frame[
            "respondent_id"
        ]
        assert list(looked.found_in(f"… {one} …")) == [BOTH[0]]
    made["identity"]["own_files"]["earlier 2023-1 data"] = "0" * 64
    with pytest.raises(UsageError, match="cannot be drawn again"):
        canaries(made, folder)
