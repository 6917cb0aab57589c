"""Comparing two runs: what differs is told with its row and column, and what does not is not."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kbnn_analysis.cli import main
from kbnn_analysis.errors import UsageError
from kbnn_analysis.presentation.style import SIMULATED
from kbnn_analysis.runs import load_params, run_period
from kbnn_analysis.runs.differing import Change, Differences, compare_runs
from kbnn_analysis.runs.differing_page import render_differences
from kbnn_analysis.runs.differing_tables import Cell, compare_tables
from tests.runs.conftest import PARAMS, SATISFACTION

ROWS = "unit,unit_label,n,estimate\n01,Hà Nội,100,0.98\n02,Hà Giang,50,0.9\n"


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory, write_notebook: Callable[..., Path]) -> Path:
    """Return a folder with the finished runs of two periods, which no test touches."""
    root = tmp_path_factory.mktemp("runs") / "dự án"
    write_notebook(root / "notebooks" / "20-satisfaction.ipynb", SATISFACTION)
    with contextlib.chdir(root):
        for period in ("2023-1", "2023-2"):
            text = PARAMS.replace("2023-1", period).replace(", 90-period-report", "")
            path = root / f"{period}.yaml"
            path.write_text(f"{text}languages: [en]\nsheets: false\n", encoding="utf-8")
            run_period(load_params(path), output=root / "outputs", start=root)
    return root / "outputs"


@pytest.fixture
def copied(runs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of one's own with the two runs; it is the current folder."""
    monkeypatch.chdir(shutil.copytree(runs, tmp_path / "bản sao"))
    return Path.cwd()


def run(*words: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["diff", *words])
    return int(ended.value.code or 0)


def test_two_periods_are_set_side_by_side(copied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("2023-1", "2023-2") == 1
    told = capsys.readouterr().out
    assert "1 table (" in told
    assert "1 figure.\nThe page: diff-2023-1-2023-2.html\n" in told
    page = (copied / "diff-2023-1-2023-2.html").read_text(encoding="utf-8")
    assert SIMULATED.split(" / ")[0] in page
    assert page.count("data:image/svg+xml;base64,") == 2
    assert str(copied) not in page
    found = compare_runs(copied / "2023-1", copied / "2023-2")
    assert Change("parameters.period", "2023-1", "2023-2") in found.changes
    (table,) = found.tables
    frames = [
        (copied / each / "tables" / table.name).read_text(encoding="utf-8-sig").splitlines()
        for each in ("2023-1", "2023-2")
    ]
    names, before, after = (
        lines.split(",") for lines in (frames[0][1], frames[0][2], frames[1][2])
    )
    at = names.index("estimate")
    first = next(cell for cell in table.cells if cell.column == "estimate")
    assert (first.was, first.now) == (before[at], after[at])
    assert (table.gone, table.new) == ((), ()), "a row is known without its period"


def test_the_page_tells_rows_in_words_and_how_far_numbers_went(tmp_path: Path) -> None:
    more = ROWS.replace("0.98", "0.95").replace("0.9\n", "\n") + "03,Cao Bằng,10,0.5\n"
    table = compare_tables(*tables(tmp_path, ROWS, more), 0)
    assert table is not None
    digest = "a" * 64
    found = Differences(
        ("x (1)", "x (2)"),
        simulated=False,
        changes=(Change("identity.data_sha256", digest, None),),
        tables=(table,),
    )
    page = render_differences(found)
    text = " ".join(re.sub(r"<[^>]+>", " ", page.partition("</style>")[2]).split())
    assert "Hà Nội estimate 0.98 0.95 -0.03 Hà Giang estimate 0.9 – –" in text
    assert "b.csv 2 cells, 1 only in x (2)" in text, "runs of one name are told by their keys"
    assert f"identity.data_sha256 {'a' * 16}… –" in text
    assert "1 value asked for or made from, 1 table (2 cells), 0 figures." in text
    assert digest not in page
    assert 'name="viewport"' in page
    assert "default-src 'none'" in page


def test_what_neither_run_says_is_no_difference(copied: Path) -> None:
    """Earlier periods are told value by value; of what they leave open nothing is told."""
    path = copied / "2023-2" / "run.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    earlier = {"period": "2022-2", "data": "b.csv", "codebook": None, "broken": []}
    record["parameters"]["earlier"] = [earlier]
    path.write_text(json.dumps(record), encoding="utf-8")
    found = compare_runs(copied / "2023-1", copied / "2023-2").changes
    assert [each for each in found if ".earlier" in each.name] == [
        Change("parameters.earlier.2022-2.period", None, "2022-2"),
        Change("parameters.earlier.2022-2.data", None, "b.csv"),
    ]


def test_the_same_run_is_skipped_without_opening_its_tables(
    copied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(copied / "2023-1", copied / "again")
    shutil.rmtree(copied / "again" / "tables")
    assert run("2023-1", "again") == 0
    assert "nothing differs" in capsys.readouterr().out
    assert not list(copied.glob("diff*.html"))


def test_one_number_and_one_parameter_are_found(copied: Path) -> None:
    other = shutil.copytree(copied / "2023-1", copied / "other")
    path = other / "run.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    record["key"] = "0" * 12
    record["parameters"]["design"]["psu"] = None
    record["environment"]["numpy"] = "1.0"
    path.write_text(json.dumps(record), encoding="utf-8")
    table = other / "tables" / "satisfaction.en.csv"
    lines = table.read_text(encoding="utf-8").splitlines()
    names, row = lines[1].split(","), lines[2].split(",")
    was = row[names.index("n")]
    row[names.index("n")] = "123456"
    table.write_text("\n".join([*lines[:2], ",".join(row), *lines[3:]]) + "\n", encoding="utf-8")
    found = compare_runs(copied / "2023-1", other)
    assert [each.name for each in found.changes] == [
        "parameters.design.psu",
        "environment.numpy",
    ]
    (told,) = found.tables[0].cells
    assert (told.column, told.was, told.now) == ("n", was, "123456")
    assert not found.figures


def test_a_figure_of_one_run_only_is_told_and_nothing_in_a_name_runs(copied: Path) -> None:
    other = shutil.copytree(copied / "2023-2", copied / "other")
    next((other / "figures").glob("*.svg")).unlink()
    record = json.loads((other / "run.json").read_text(encoding="utf-8"))
    record["parameters"]["headline"] = "<script>alert(1)</script>"
    (other / "run.json").write_text(json.dumps(record), encoding="utf-8")
    found = compare_runs(copied / "2023-1", other)
    assert [pair.now for pair in found.figures] == [None]
    page = render_differences(found)
    assert "It is not there." in page
    assert "<script>" not in page


@pytest.mark.parametrize(
    "words",
    [
        ["none", "2023-1"],
        ["2023-1", "2023-2", "--page", "x.txt"],
        ["2023-1", "2023-2", "--page", "2023-1/report.html"],
        ["2023-1", "2023-2", "--tolerance", "-1"],
        ["2023-1", "2023-2", "--tolerance", "nan"],
    ],
)
def test_a_mistake_writes_nothing(
    copied: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path: path.read_bytes() for path in copied.rglob("*") if path.is_file()}
    assert run(*words) == 2
    assert "Traceback" not in capsys.readouterr().err
    assert {path: path.read_bytes() for path in copied.rglob("*") if path.is_file()} == before


def tables(folder: Path, was: str, now: str) -> tuple[Path, Path]:
    paths = folder / "a.csv", folder / "b.csv"
    for path, text in zip(paths, (was, now), strict=True):
        path.write_text(text, encoding="utf-8")
    return paths


def test_rows_are_known_by_their_groups_not_by_their_place(tmp_path: Path) -> None:
    moved = ROWS.splitlines()
    now = "\n".join([moved[0], moved[2], "03,Cao Bằng,10,0.5", moved[1]]) + "\n"
    found = compare_tables(*tables(tmp_path, ROWS, now), 0)
    assert found is not None
    assert (found.cells, found.gone, found.new) == ((), (), ("Cao Bằng",))
    found = compare_tables(*tables(tmp_path, now, ROWS), 0)
    assert found is not None
    assert (found.gone, found.new) == (("Cao Bằng",), ())


@given(st.floats(1e-6, 1), st.floats(1e-12, 0.1))
def test_a_number_counts_where_it_lies_beyond_the_tolerance(step: float, tolerance: float) -> None:
    now = ROWS.replace("0.98", repr(0.98 + step))
    with tempfile.TemporaryDirectory() as folder:
        found = compare_tables(*tables(Path(folder), ROWS, now), tolerance)
    beyond = step > tolerance * 1.000001 and step > tolerance * (0.98 + step) * 1.000001
    if beyond:
        assert found is not None
        assert found.cells == (Cell("Hà Nội", "estimate", "0.98", repr(0.98 + step)),)
    if step < tolerance * 0.99:
        assert found is None


def test_a_table_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    was, now = tables(tmp_path, ROWS, "x")
    now.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UsageError, match=r"b\.csv is not a table of a run"):
        compare_tables(was, now, 0)
