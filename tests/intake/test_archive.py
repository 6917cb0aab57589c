"""The archive gives back what it was given, refuses what does not fit, and is never half there."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kbnn_analysis.errors import DataError, UsageError
from kbnn_analysis.intake import Design, Survey
from kbnn_analysis.intake.archive import (
    add_to_archive,
    find_archived,
    list_archive,
    load_archived,
)
from kbnn_analysis.intake.archive_file import read_record
from kbnn_analysis.intake.archive_query import query_archive

COUNT = "SELECT period, count(*) AS n FROM answers GROUP BY period ORDER BY period"


def test_round_trip(survey: Survey, tmp_path: Path) -> None:
    added = add_to_archive(survey, tmp_path / "archive")
    assert_equal(load_archived(added.path, comments=True, ids=True), survey)
    plain = load_archived(added.path)
    assert plain.comments is None
    assert plain.rows is None
    assert survey.codebook.respondent_id not in plain.attributes
    design = replace(survey.design, psu=survey.codebook.respondent_id)
    other = add_to_archive(replace(survey, design=design), tmp_path / "other")
    assert survey.codebook.respondent_id in load_archived(other.path).attributes
    assert read_record(added.path).record.respondents == 3


def assert_equal(one: Survey, other: Survey) -> None:
    for field in fields(Survey):
        left, right = getattr(one, field.name), getattr(other, field.name)
        if isinstance(left, pd.DataFrame):
            pd.testing.assert_frame_equal(left, right)
        elif isinstance(left, pd.Series):
            pd.testing.assert_series_equal(left, right)
        elif isinstance(left, np.ndarray):
            np.testing.assert_array_equal(left, right)
        else:
            assert left == right, field.name


def test_pieces_are_one_file(
    survey: Survey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kbnn_analysis.intake.archive_table.ROWS_AT_ONCE", 2)
    added = add_to_archive(survey, tmp_path)
    assert_equal(load_archived(added.path, comments=True, ids=True), survey)
    assert query_archive(tmp_path, COUNT)["n"].tolist() == [3]


def test_all_periods_are_one_table(survey: Survey, tmp_path: Path) -> None:
    for period in ("2023-2", "2023-1"):
        add_to_archive(replace(survey, period=period), tmp_path)
    assert [each.record.period for each in list_archive(tmp_path)] == ["2023-1", "2023-2"]
    answer = query_archive(tmp_path, COUNT)
    assert answer.to_dict("list") == {"period": ["2023-1", "2023-2"], "n": [3, 3]}
    mean = query_archive(tmp_path, "SELECT avg(q1) AS m FROM answers", periods=["I/2023"])
    assert mean["m"].tolist() == [4.5]


def test_comments_are_seen_only_when_asked_for(survey: Survey, tmp_path: Path) -> None:
    add_to_archive(survey, tmp_path)
    sql = "SELECT comment FROM answers WHERE comment IS NOT NULL"
    assert query_archive(tmp_path, sql, comments=True)["comment"].tolist() == ["Tốt"]
    with pytest.raises(UsageError, match="comment"):
        query_archive(tmp_path, sql)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_text('answers.csv')",
        "COPY answers TO 'stolen.csv'",
        "CREATE TABLE t AS SELECT 1",
        "SELECT 1; SELECT 2",
        "SET threads = 8",
        "INSTALL httpfs",
        "SELEC 1",
        "",
    ],
)
def test_a_question_only_reads_the_answers(
    survey: Survey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sql: str
) -> None:
    add_to_archive(survey, tmp_path / "archive")
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.iterdir())
    with pytest.raises(UsageError):
        query_archive(tmp_path / "archive", sql)
    assert sorted(tmp_path.iterdir()) == before


def test_the_same_answers_again_change_nothing(survey: Survey, tmp_path: Path) -> None:
    first = add_to_archive(survey, tmp_path)
    stamp = first.path.stat().st_mtime_ns
    assert add_to_archive(survey, tmp_path).path == first.path
    assert first.path.stat().st_mtime_ns == stamp


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"sha256": "0" * 64}, "another file of answers"),
        ({"design": Design()}, "another design"),
        ({"unit_vintage": "provinces-34"}, "another unit vintage"),
    ],
)
def test_a_period_is_never_replaced(
    survey: Survey, tmp_path: Path, change: dict[str, object], word: str
) -> None:
    add_to_archive(survey, tmp_path)
    with pytest.raises(UsageError, match=word):
        add_to_archive(replace(survey, **change), tmp_path)
    assert_equal(
        load_archived(find_archived(tmp_path, "2023-1").path, comments=True, ids=True), survey
    )


def test_periods_that_do_not_fit_together_are_no_table(survey: Survey, tmp_path: Path) -> None:
    add_to_archive(survey, tmp_path)
    newer = survey.codebook.model_copy(update={"version": "2"})
    add_to_archive(replace(survey, period="2023-2", codebook=newer), tmp_path)
    add_to_archive(replace(survey, period="2024-1", unit_vintage="provinces-34"), tmp_path)
    with pytest.raises(UsageError, match=r"different codebooks .*2023-2 \(small 2\)"):
        query_archive(tmp_path, COUNT)
    with pytest.raises(UsageError, match=r"unit vintages .*2024-1 \(provinces-34\)"):
        query_archive(tmp_path, COUNT, periods=["2023-1", "2024-1"])
    assert len(query_archive(tmp_path, COUNT, periods=["2023-2"])) == 1


def test_a_codebook_may_not_change_under_its_version(survey: Survey, tmp_path: Path) -> None:
    add_to_archive(survey, tmp_path)
    changed = survey.codebook.model_copy(update={"source": "another"})
    add_to_archive(replace(survey, period="2023-2", codebook=changed), tmp_path)
    with pytest.raises(UsageError, match="other contents in 2023-2"):
        query_archive(tmp_path, COUNT)


@pytest.mark.parametrize("place", [0, 4, 200, -5])
def test_a_damaged_file_is_refused(survey: Survey, tmp_path: Path, place: int) -> None:
    path = add_to_archive(survey, tmp_path).path
    content = bytearray(path.read_bytes())
    content[place] ^= 0x55
    path.write_bytes(content)
    with pytest.raises(DataError, match="damaged"):
        load_archived(path)
    with pytest.raises(DataError, match="damaged"):
        query_archive(tmp_path, COUNT)


def test_half_a_file_is_refused(survey: Survey, tmp_path: Path) -> None:
    path = add_to_archive(survey, tmp_path).path
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(DataError, match="damaged"):
        list_archive(tmp_path)


def test_a_folder_holds_one_file(survey: Survey, tmp_path: Path) -> None:
    path = add_to_archive(survey, tmp_path).path
    path.with_name("answers-0000000000000000.parquet").write_bytes(path.read_bytes())
    with pytest.raises(DataError, match="must hold one file"):
        list_archive(tmp_path)
    path.unlink()
    path.with_name("answers-0000000000000000.parquet").rename(path.with_name("a.parquet"))
    with pytest.raises(DataError, match="not one that the archive gives"):
        list_archive(tmp_path)


def test_a_failed_write_leaves_nothing(
    survey: Survey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pyarrow.parquet.ParquetWriter.write_table", full)
    with pytest.raises(UsageError, match="No space left"):
        add_to_archive(survey, tmp_path / "archive")
    assert list((tmp_path / "archive").iterdir()) == []
    assert list_archive(tmp_path / "archive") == []


def test_a_missing_period_is_told(survey: Survey, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is empty"):
        query_archive(tmp_path, COUNT)
    add_to_archive(survey, tmp_path)
    with pytest.raises(UsageError, match="did you mean '2023-1'"):
        find_archived(tmp_path, "2023-2")


def _count_in_child(root: Path, told: object) -> None:
    told.put(int(query_archive(root, COUNT)["n"].sum()))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux forks by default")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_child_can_ask_even_after_its_parent(survey: Survey, tmp_path: Path) -> None:
    add_to_archive(survey, tmp_path)
    query_archive(tmp_path, COUNT)
    forking = multiprocessing.get_context("fork")
    told = forking.Queue()
    child = forking.Process(target=_count_in_child, args=(tmp_path, told))
    child.start()
    assert told.get(timeout=60) == 3
    child.join(60)
    assert child.exitcode == 0


def test_duckdb_is_not_loaded_before_it_is_asked() -> None:
    code = (
        "import sys, kbnn_analysis.cli, kbnn_analysis.intake, kbnn_analysis.runs\n"
        "import kbnn_analysis.intake.archive_query\n"
        "assert 'duckdb' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)
