"""Archives under attack: killed and racing writers, strange folders, periods that changed shape."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kbnn_analysis.errors import DataError, KbnnError, UsageError
from kbnn_analysis.intake import Design, Survey
from kbnn_analysis.intake.archive import STALE, add_to_archive, find_archived, list_archive
from kbnn_analysis.intake.archive_query import query_archive
from kbnn_analysis.units import as_vintage, crosswalk

from .conftest import THREE, Check
from .test_archive import COUNT

BY_UNIT = "SELECT unit, count(*) AS n FROM answers GROUP BY unit ORDER BY unit"


def _add(root: Path, survey: Survey, told: object) -> None:
    try:
        told.put(str(add_to_archive(survey, root).path))
    except UsageError as error:
        told.put(f"refused: {error}")


@pytest.mark.parametrize("second", [{}, {"sha256": "f" * 64}])
def test_of_two_writers_one_is_first(
    survey: Survey, tmp_path: Path, second: dict[str, str]
) -> None:
    spawning = multiprocessing.get_context("spawn")
    told = spawning.Queue()
    writers = [
        spawning.Process(target=_add, args=(tmp_path / "a", replace(survey, **change), told))
        for change in ({}, second)
    ]
    for writer in writers:
        writer.start()
    answers = {told.get(timeout=60) for _ in writers}
    for writer in writers:
        writer.join(60)
    (there,) = list_archive(tmp_path / "a")
    assert str(there.path) in answers
    refused = [answer for answer in answers if answer.startswith("refused")]
    assert len(refused) == len(second)
    assert all("another file of answers" in answer for answer in refused)
    assert [each.name for each in (tmp_path / "a").iterdir()] == ["period=2023-1"]


def test_a_writer_that_lost_the_race_accepts_what_is_there(
    survey: Survey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = add_to_archive(survey, tmp_path / "first").path.parent
    move = Path.rename

    def late(self: Path, target: Path) -> Path:
        if target.name.startswith("period=") and not target.exists():
            shutil.copytree(first, target)
        return move(self, target)

    monkeypatch.setattr(Path, "rename", late)
    added = add_to_archive(survey, tmp_path / "second")
    assert added.path.read_bytes() == (first / added.path.name).read_bytes()
    assert len(list((tmp_path / "second").iterdir())) == 1


KILLED = """
import pickle, sys, time
from pathlib import Path
import pyarrow.parquet as pq
from kbnn_analysis.intake.archive import add_to_archive
whole = pq.ParquetWriter.write_table
def half(self, table):
    whole(self, table)
    print("half", flush=True)
    time.sleep(60)
pq.ParquetWriter.write_table = half
add_to_archive(pickle.loads(Path(sys.argv[1]).read_bytes()), Path(sys.argv[2]))
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no kill -9 on this system")
def test_a_killed_writer_leaves_no_period_and_its_draft_is_swept(
    survey: Survey, tmp_path: Path
) -> None:
    import pickle

    (tmp_path / "survey").write_bytes(pickle.dumps(survey))
    root = tmp_path / "archive"
    command = [sys.executable, "-c", KILLED, str(tmp_path / "survey"), str(root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"half\n"
        writer.kill()
    assert list_archive(root) == []
    with pytest.raises(UsageError, match="is empty"):
        query_archive(root, COUNT)
    (draft,) = root.iterdir()
    add_to_archive(survey, root)
    assert draft.exists(), "a young draft may still have its writer"
    long_ago = time.time() - STALE - 1
    os.utime(draft, (long_ago, long_ago))
    add_to_archive(replace(survey, period="2023-2"), root)
    assert sorted(each.name for each in root.iterdir()) == ["period=2023-1", "period=2023-2"]


@pytest.mark.parametrize("period", ["../2023-1", "2023-1/..", "period=x", "", "2023-3", "2023\0-1"])
def test_a_period_is_never_a_path(survey: Survey, tmp_path: Path, period: str) -> None:
    root = tmp_path / "archive"
    with pytest.raises(UsageError, match="not a period"):
        add_to_archive(replace(survey, period=period), root)
    with pytest.raises(UsageError, match="not a period"):
        find_archived(root, period)
    add_to_archive(survey, root)
    with pytest.raises(UsageError, match="not a period"):
        query_archive(root, COUNT, periods=[period])
    assert [each.name for each in root.iterdir()] == ["period=2023-1"]
    assert not list(tmp_path.parent.glob("period*"))


@pytest.mark.parametrize("name", ["period=2022-1", "period=", "period='; DROP TABLE answers; --"])
def test_a_folder_of_another_name_is_refused(survey: Survey, tmp_path: Path, name: str) -> None:
    folder = add_to_archive(survey, tmp_path).path.parent
    folder.rename(folder.with_name(name))
    with pytest.raises(DataError, match="holds the period 2023-1"):
        list_archive(tmp_path)


def test_an_archive_may_lie_in_a_folder_with_quotes(survey: Survey, tmp_path: Path) -> None:
    root = tmp_path / "Kho bạc 'mới' \"cũ\", [1]*"
    add_to_archive(survey, root)
    assert query_archive(root, COUNT)["n"].tolist() == [3]


def test_a_parquet_of_others_is_none_of_the_archive(survey: Survey, tmp_path: Path) -> None:
    path = add_to_archive(survey, tmp_path).path
    pq.write_table(pa.table({"unit": ["01"]}), path)
    with pytest.raises(DataError, match="damaged, cut off or was changed"):
        list_archive(tmp_path)


def test_a_forged_record_is_refused_in_one_sentence(survey: Survey, tmp_path: Path) -> None:
    path = add_to_archive(survey, tmp_path).path
    table = pq.read_table(path)
    for record in (b"", b"[]", b"{}", b"null", b'{"format": 1}', b'{"format": 2}', b"\xff"):
        forged = table.replace_schema_metadata({b"kbnn_archive": record})
        pq.write_table(forged, path)
        with pytest.raises(DataError, match="damaged"):
            list_archive(tmp_path)


def test_periods_of_other_columns_are_one_table(check: Check, tmp_path: Path) -> None:
    """A period may lack an attribute, or have said "not applicable" of other items."""
    for period, text in (
        ("2023-1", THREE),
        ("2023-2", "id,province,q1,q2,q_all\n1,Hoà Bình,6,1,2\n2,Hoà Bình,4,,5\n"),
    ):
        add_to_archive(replace(check(text), period=period), tmp_path)
    told = query_archive(
        tmp_path,
        'SELECT period, count(channel) AS c, count_if("q1.not_applicable") AS a, count(q1) AS n '
        "FROM answers GROUP BY period ORDER BY period",
    )
    assert told.to_dict("list") == {
        "period": ["2023-1", "2023-2"], "c": [2, 0], "a": [0, 1], "n": [2, 1],
    }  # fmt: skip


def test_periods_before_and_after_a_merger_are_one_table(check: Check, tmp_path: Path) -> None:
    before = as_vintage("provinces-63")
    rng = np.random.default_rng(1)
    codes = rng.choice(list(before.codes), 200)
    rows = "".join(f"{i},{code},5,4,4\n" for i, code in enumerate(codes))
    add_to_archive(check(f"id,province,q1,q2,q_all\n{rows}", Design()), tmp_path)
    after = pd.Series(codes).map(crosswalk("provinces-63", "provinces-34"))
    rows = "".join(f"{i},{code},5,4,4\n" for i, code in enumerate(after[:50]))
    new = check(f"id,province,q1,q2,q_all\n{rows}", Design(), "2025-2", "provinces-34")
    add_to_archive(new, tmp_path)

    with pytest.raises(UsageError, match=r"vintage that all of them become"):
        query_archive(tmp_path, BY_UNIT)
    told = query_archive(tmp_path, BY_UNIT, units="provinces-34").set_index("unit")["n"]
    wanted = pd.concat([after, after[:50]]).value_counts().sort_index()
    assert told.to_dict() == wanted.to_dict()
    both = "SELECT count(*) AS n FROM answers WHERE province <> unit OR unit IS NULL"
    assert query_archive(tmp_path, both, units="provinces-34")["n"].tolist() == [0]
    with pytest.raises(UsageError, match="cannot be split"):
        query_archive(tmp_path, BY_UNIT, units="provinces-63")
    with pytest.raises(UsageError, match="provinces-35"):
        query_archive(tmp_path, BY_UNIT, units="provinces-35")


def test_units_of_no_vintage_are_not_told_in_one(survey: Survey, tmp_path: Path) -> None:
    add_to_archive(replace(survey, unit_vintage=None), tmp_path)
    with pytest.raises(UsageError, match="of no vintage"):
        query_archive(tmp_path, BY_UNIT, units="provinces-34")


def _load_in_child(root: Path, told: object) -> None:
    from kbnn_analysis.intake.archive import load_archived

    told.put(
        (query_archive(root, COUNT)["n"].sum(), len(load_archived(list_archive(root)[0].path)))
    )


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux forks by default")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_many_forked_children_load_and_ask_at_once(survey: Survey, tmp_path: Path) -> None:
    add_to_archive(survey, tmp_path)
    _load_in_child(tmp_path, multiprocessing.get_context("fork").SimpleQueue())
    forking = multiprocessing.get_context("fork")
    told = forking.Queue()
    children = [forking.Process(target=_load_in_child, args=(tmp_path, told)) for _ in range(4)]
    for child in children:
        child.start()
    assert [told.get(timeout=60) for _ in children] == [(3, 3)] * 4
    for child in children:
        child.join(60)
        assert child.exitcode == 0


def test_every_fault_is_a_sentence_of_the_workbench(survey: Survey, tmp_path: Path) -> None:
    """Whatever byte of an archived file is changed, what is raised is meant for a user."""
    path = add_to_archive(survey, tmp_path).path
    content = path.read_bytes()
    rng = np.random.default_rng(3)
    for place in rng.integers(0, len(content), 60):
        broken = bytearray(content)
        broken[place] ^= 1 << int(rng.integers(8))
        path.write_bytes(broken)
        with pytest.raises(KbnnError):
            query_archive(tmp_path, COUNT)
