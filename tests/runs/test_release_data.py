"""What the gate looks for: the ids and comments of every file of answers that a run read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from kbnn_analysis.errors import UsageError
from kbnn_analysis.inference.simulation import simulate_period
from kbnn_analysis.intake import load_codebook
from kbnn_analysis.runs.files import sha256_of
from kbnn_analysis.runs.params import Params
from kbnn_analysis.runs.provenance import own_files
from kbnn_analysis.runs.release_data import canaries_of
from kbnn_analysis.runs.scanning_canaries import Canaries
from kbnn_analysis.runs.source import data_path, place_input

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


def identity(asked: Params, folder: Path) -> dict[str, Any]:
    """Return what a run keeps in its record of the files it read."""
    placed = place_input(asked, folder / "input", (folder,))
    return {
        "data_sha256": sha256_of(data_path(placed, folder / "input")),
        "own_files": own_files(placed, folder / "input"),
    }


def found(canaries: Canaries, period: str) -> list[str]:
    text = f"KHÁCH-{period}-007: lời kể dài của người thứ 7 đợt {period}"
    return list(canaries.found_in(text))


BOTH = ["holds the id of a respondent", "holds the words of a comment"]


def test_ids_and_comments_of_earlier_files_are_looked_for(folder: Path) -> None:
    earlier = {"period": "2023-1", "data": "2023-1.csv"}
    asked = Params.model_validate({"period": "2023-2", "data": "2023-2.csv", "earlier": [earlier]})
    book, record = load_codebook("kbnn-assumed"), identity(asked, folder)
    canaries = canaries_of(asked, record, book, folder)
    assert [found(canaries, period) for period in PERIODS] == [BOTH, BOTH]
    (folder / "2023-1.csv").write_text("x")
    with pytest.raises(UsageError, match=r"2023-1\.csv is not the file of 2023-1"):
        canaries_of(asked, record, book, folder)
    (folder / "2023-1.csv").unlink()
    with pytest.raises(UsageError, match="2023-1 are not here; bring them back"):
        canaries_of(asked, record, book, folder)


def test_one_file_of_all_periods_is_given_once(folder: Path) -> None:
    answers(*PERIODS).to_csv(folder / "all.csv", index=False)
    earlier = {"period": "2023-1", "data": "all.csv"}
    asked = Params.model_validate({"period": "2023-2", "data": "all.csv", "earlier": [earlier]})
    record = identity(asked, folder)
    moved = (folder / "all.csv").rename(folder / "moved.csv")
    canaries = canaries_of(asked, record, load_codebook("kbnn-assumed"), folder, moved)
    assert [found(canaries, period) for period in PERIODS] == [BOTH, BOTH]


def test_simulated_earlier_periods_are_drawn_again(folder: Path) -> None:
    asked = Params.model_validate(
        {"period": "2023-2", "simulate": {"scale": 0.01}, "earlier": [{"period": "2023-1"}]}
    )
    record, book = identity(asked, folder), load_codebook("kbnn-assumed")
    canaries = canaries_of(asked, record, book, folder)
    for period in PERIODS:
        (one, *_) = simulate_period(period, seed=asked.simulate.seed, scale=0.01).frame[
            "respondent_id"
        ]
        assert list(canaries.found_in(f"… {one} …")) == [BOTH[0]]
    record["own_files"]["earlier 2023-1 data"] = "0" * 64
    with pytest.raises(UsageError, match="cannot be drawn again"):
        canaries_of(asked, record, book, folder)
