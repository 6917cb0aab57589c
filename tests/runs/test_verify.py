"""Verifying: what agrees, which cell does not, what must be checked out, and what was touched."""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from kbnn_analysis.cli import main
from kbnn_analysis.errors import DisclosureError, RunError, UsageError
from kbnn_analysis.inference.simulation import simulate_period
from kbnn_analysis.runs import load_params, run_period, verifying
from kbnn_analysis.runs.disagreement import explain, maker
from kbnn_analysis.runs.records import read_record
from kbnn_analysis.runs.release_home import project_ledger, write_withheld
from kbnn_analysis.runs.sources import find_sources
from kbnn_analysis.runs.tampering import check_sums
from kbnn_analysis.runs.verifying import Verdict, verify_files, verify_run

Write = Callable[..., Path]
QUICK = 'period: "2023-1"\nsimulate: {scale: 0.02}\nlanguages: [en]\nnotebooks: [quick]\n'
STEADY = ("print('98,2%')", "1 + 1")
CHANCE = ("print('98,2%')", "# a clock\nimport time\nprint(f'took {time.time_ns()}')")
DRAWS = "run.table('satisfaction', shown, table_estimates(shown, language=run.language))"


def run_quick(project: Path, write: Write, cells: Sequence[str], params: str = QUICK) -> Path:
    """Run one notebook that imports nothing heavy; return the folder of its results."""
    write(project / "notebooks" / "quick.ipynb", cells, setup="x = 1")
    (project / "params").mkdir(exist_ok=True)
    path = project / "params" / "quick.yaml"
    path.write_text(params, encoding="utf-8")
    return run_period(load_params(path), output=project / "outputs", start=project).folder


@pytest.fixture
def quick(project: Path, write_notebook: Write) -> Callable[..., Path]:
    """Return a function that runs a notebook of given cells."""

    def run(*cells: str, params: str = QUICK) -> Path:
        return run_quick(project, write_notebook, cells, params)

    return run


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory, write_notebook: Write) -> Path:
    """Return a project with a finished run, which no test touches."""
    project = tmp_path_factory.mktemp("finished") / "dự án"
    with contextlib.chdir(tmp_path_factory.getbasetemp()):
        run_quick(project, write_notebook, STEADY)
    return project


@pytest.fixture
def steady(finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a finished run in a copy of its project, the current folder."""
    project = shutil.copytree(finished, tmp_path / "bản sao")
    monkeypatch.chdir(project)
    return project / "outputs" / "2023-1"


@pytest.fixture
def as_finished(finished: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the run come out again as it was, without executing it: that it does is tested once."""

    @contextlib.contextmanager
    def made(*_: object) -> Iterator[Path]:
        yield finished / "outputs" / "2023-1"

    monkeypatch.setattr(verifying, "made_again", made)


def test_a_steady_run_comes_out_again_and_leaves_nothing(
    steady: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(path.name for path in Path.cwd().rglob("*"))
    with pytest.raises(SystemExit) as ended:
        main(["verify", "outputs/2023-1"])
    assert ended.value.code == 0
    told = capsys.readouterr()
    files = len([path for path in steady.rglob("*") if path.is_file()]) - 1
    assert told.out == f"outputs/2023-1: all {files} files agree byte for byte.\n"
    assert "[2/3] quick (en)" in told.err
    assert sorted(path.name for path in Path.cwd().rglob("*")) == before


def test_the_cell_that_does_not_agree_is_named(
    quick: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    quick(*CHANCE)
    with pytest.raises(SystemExit) as ended:
        main(["verify", "outputs/2023-1"])
    assert ended.value.code == 1
    told = capsys.readouterr().out
    assert "en/quick.ipynb: cell [5] `import time`: output 1 (stdout), line 1: was `took 1" in told
    assert "report.html: line " in told
    assert "report.docx: its part word/document.xml, line " in told
    assert "cell [4]" not in told


@pytest.mark.usefixtures("as_finished")
def test_a_file_that_was_touched_is_told_with_what_it_should_be(steady: Path) -> None:
    path = steady / "en" / "quick.ipynb"
    text = path.read_text(encoding="utf-8").replace("98,2%\\n", "99,9%\\n")
    path.write_text(text, encoding="utf-8")
    (found,) = verify_run(steady).findings
    assert found.file == "en/quick.ipynb"
    assert found.what.startswith("was changed after the run; cell [4] `print('98,2%')`")
    assert "was `99,9%`, is `98,2%`" in str(found)


def test_sums_find_what_was_changed_added_and_lost(
    steady: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = len([path for path in steady.rglob("*") if path.is_file()]) - 1
    assert verify_files(steady) == Verdict(files, ())
    with (steady / "report.html").open("ab") as page:
        page.write(b" ")
    (steady / "report.pdf").unlink()
    (steady / "notes.txt").write_text("x", encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        main(["verify", "--files", "outputs/2023-1"])
    assert ended.value.code == 1
    told = capsys.readouterr().out
    assert "report.html: was changed after the run" in told
    assert "report.pdf: is missing" in told
    assert "notes.txt: was not made by this run" in told
    assert told.startswith(f"outputs/2023-1: {files - 2} of {files + 1} files are as")
    assert told.count("\n") == 4


def test_a_record_or_a_crate_that_was_rewritten_is_found(steady: Path) -> None:
    folder, crate = steady, steady / "ro-crate-metadata.json"
    good = crate.read_text(encoding="utf-8")
    sums = json.loads((folder / "run.json").read_text(encoding="utf-8"))["files"]
    crate.write_text(good.replace(sums["report.html"], "0" * 64), encoding="utf-8")
    assert {f.file for f in check_sums(folder)} == {"ro-crate-metadata.json", "report.html"}
    crate.write_text(good, encoding="utf-8")
    record = (folder / "run.json").read_text(encoding="utf-8")
    (folder / "run.json").write_text(record.replace('"simulated": true', '"simulated": false'))
    assert [f.file for f in check_sums(folder)] == ["run.json", "run.json"]
    verdict = verify_files(folder)
    assert verdict.files - verdict.agreeing == 1, "files are counted, not findings"
    crate.write_text("{", encoding="utf-8")
    with pytest.raises(UsageError, match="no readable ro-crate"):
        check_sums(folder)


@pytest.mark.usefixtures("as_finished")
def test_other_sources_are_told_with_what_to_check_out(steady: Path, write_notebook: Write) -> None:
    folder = steady
    write_notebook(Path("notebooks") / "quick.ipynb", ["print('98,3%')"], setup="x = 1")
    Path("requirements.lock").write_text("numpy==1.0\n", encoding="utf-8")
    change(folder, code_sha256="0" * 64)
    with pytest.raises(RunError) as caught:
        verify_run(folder)
    told = str(caught.value)
    assert "The code is not that of the run: kbnn-analysis" in told
    assert "notebooks/quick.ipynb is not that of the run" in told
    assert "requirements.lock is not that of the run" in told
    assert "`make setup`" in told
    assert "--anyway" in told
    path = folder / "en" / "quick.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace("'98,2%'", "'98,3%'"))
    verdict = verify_run(folder, anyway=True)
    found = {finding.file: finding.what for finding in verdict.findings}
    assert "cell [4] `print('98,3%')`: its source differs" in found["en/quick.ipynb"]
    assert len(verdict.remarks) == 3


def change(folder: Path, **identity: str) -> None:
    """Rewrite parts of a record, as if the run had been made elsewhere."""
    path = folder / "run.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    record["identity"] |= identity
    path.write_text(json.dumps(record), encoding="utf-8")


def test_another_python_is_told(steady: Path) -> None:
    change(steady, python="3.9")
    with pytest.raises(RunError, match=r"Python 3\.9 made the run, .*make PYTHON=python3\.9 setup"):
        verify_run(steady)


def test_other_packages_are_told(steady: Path) -> None:
    path = steady / "run.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    record["environment"] |= {"numpy": "1.0", "gone": "2.0"}
    path.write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(RunError, match=r"numpy 1\.0 \(here .*gone 2\.0 \(here none\)"):
        verify_run(steady)


def test_answers_ledger_and_withheld_rows_are_those_of_then(
    quick: Callable[..., Path], project: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "máy khác"
    elsewhere.mkdir()
    data = elsewhere / "trả lời.csv"
    drawn = simulate_period("2023-1", scale=0.02).to_csv()
    data.write_bytes(drawn if isinstance(drawn, bytes) else drawn.encode())
    ledger = project_ledger(project).path
    ledger.parent.mkdir(parents=True)
    first = json.dumps({"previous": "0" * 64})
    ledger.write_text(first + "\n", encoding="utf-8")
    write_withheld(project, "a", frozenset({("2023-1", "x", "19")}))
    named = QUICK + "unit_vintage: provinces-63\ndata: " + json.dumps(str(data), ensure_ascii=False)
    folder = quick(*STEADY, params=named + "\n")

    head = project_ledger(project).head()
    ledger.write_text(first + "\n" + json.dumps({"previous": head}) + "\n", encoding="utf-8")
    write_withheld(project, "b", frozenset({("2023-1", "x", "01")}))
    moved = data.rename(tmp_path / "moved.csv")
    with pytest.raises(UsageError, match=r"trả lời\.csv is not here; .*--data FILE"):
        verify_run(folder)
    assert verify_run(folder, data=[moved]).agrees
    moved.write_bytes(moved.read_bytes() + b"\n")
    with pytest.raises(UsageError, match="is not the file of the run: SHA-256"):
        verify_run(folder, data=[moved])


def test_earlier_periods_are_found_again_though_their_files_have_one_name(
    quick: Callable[..., Path], project: Path
) -> None:
    for period in ("2023-1", "2023-2"):
        path = project / period / "trả lời.csv"
        path.parent.mkdir()
        drawn = simulate_period(period, scale=0.02).to_csv()
        path.write_bytes(drawn if isinstance(drawn, bytes) else drawn.encode())
    asked = QUICK.replace("2023-1", "2023-2") + (
        "unit_vintage: provinces-63\ndata: 2023-2/trả lời.csv\n"
        "earlier: [{period: 2023-1, data: 2023-1/trả lời.csv}]\n"
    )
    folder = quick(*STEADY, params=asked)
    assert verify_run(folder).agrees
    path = project / "2023-1" / "trả lời.csv"
    moved = path.rename(project / "moved.csv")
    with pytest.raises(UsageError, match=r"earlier/2023-1/trả lời\.csv is not here"):
        verify_run(folder)
    moved.rename(path).write_bytes(path.read_bytes() + b"\n")
    with pytest.raises(UsageError, match="is not the file of the run: SHA-256"):
        verify_run(folder)


def test_a_ledger_that_forgot_and_rows_that_are_unknown_are_told(steady: Path) -> None:
    write_withheld(Path.cwd(), "b", frozenset({("2023-1", "x", "01")}))
    change(steady, ledger_head="a" * 64, withheld_sha256="b" * 64)
    with pytest.raises(UsageError) as caught:
        verify_run(steady)
    assert f"does not know the entry {'a' * 16}" in str(caught.value)
    assert "rows that audits withheld" in str(caught.value)
    path = project_ledger(Path.cwd()).path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("x\n", encoding="utf-8")
    with pytest.raises(DisclosureError, match="was changed at line 1"):
        verify_run(steady)


def test_answers_are_found_where_they_lay(steady: Path, tmp_path: Path) -> None:
    data = tmp_path / "trả lời.csv"
    data.write_bytes(b"a\n1\n")
    record = read_record(steady)
    record["parameters"] |= {"data": data.name}
    record["identity"] |= {"data": data.name, "data_sha256": hashlib.sha256(b"a\n1\n").hexdigest()}
    side = {"inputs": {data.name: str(data)}}
    assert find_sources(record, side, Path.cwd()).inputs == {data.name: data}
    assert find_sources(record, {}, Path.cwd()).absent
    shutil.copy(data, data.name)
    assert find_sources(record, {}, Path.cwd()).inputs == {data.name: Path.cwd() / data.name}


def test_a_run_that_fails_again_tells_its_own_words(
    quick: Callable[..., Path], project: Path
) -> None:
    cell = f"from pathlib import Path\nassert Path({str(project / 'here')!r}).exists()"
    (project / "here").write_text("", encoding="utf-8")
    folder = quick(cell)
    (project / "here").unlink()
    with pytest.raises(RunError, match=r"made again:\n  kbnn: quick .* failed in cell"):
        verify_run(folder)


def test_a_rewritten_record_cannot_write_outside_the_clean_place(steady: Path) -> None:
    path, precious = steady / "run.json", Path("precious.csv").resolve()
    precious.write_text("mine", encoding="utf-8")
    record = json.loads(path.read_text(encoding="utf-8"))
    record["parameters"]["data"] = record["identity"]["data"] = "../../precious.csv"
    record["identity"]["data_sha256"] = hashlib.sha256(b"mine").hexdigest()
    path.write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(UsageError, match="lies outside of the run"):
        verify_run(steady, data=[precious])
    assert precious.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    "words",
    [
        ["verify", "none"],
        ["verify", "params"],
        ["verify", "a", "-x"],
        ["verify", "a", "--data", "x"],
    ],
)
def test_a_mistake_ends_in_one_sentence(
    project: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "was", "now", "told"),
    [
        ("t.csv", "SIM\na,b\n1,2\n", "SIM\na,b\n1,3\n", "row 3, column b: was '2', is '3'"),
        ("t.csv", "a,b\n1,2\n", "a,b\n1,2\n3,4\n", "row 3 is new"),
        ("t.csv", "a,b\n", "a,b\r\n", "byte 4 of 4 (now 5) is the first to differ"),
        ("t.svg", "<a>\n<b>", "<a>\n<c>", "line 2: was `<b>`, is `<c>`"),
        ("t.html", "x" * 99 + "1", "x" * 99 + "2", f"line 1: was `…{'x' * 24}1`, is"),
        ("t.png", "abc", "abd", "byte 3 of 3 (now 3) is the first to differ"),
        ("t.xlsx", "no zip", "nor this", "byte 3 of 6"),
        ("t.ipynb", "[]", "{}", "byte 1 of 2"),
        ("t.json", "a\n", "a\nb", "line 2: was nothing, is `b`"),
    ],
)
def test_the_first_difference_is_told(
    tmp_path: Path, name: str, was: str, now: str, told: str
) -> None:
    for folder, text in (("was", was), ("now", now)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).write_text(text, encoding="utf-8", newline="")
    assert explain(tmp_path / "was" / name, tmp_path / "now" / name).startswith(told)


def test_the_cell_that_made_a_table_is_found(tmp_path: Path, write_notebook: Write) -> None:
    write_notebook(tmp_path / "vi" / "20-satisfaction.ipynb", ["1", DRAWS])
    told = maker(tmp_path, "tables/satisfaction.vi.csv")
    assert told.startswith("vi/20-satisfaction.ipynb, cell 'cell-3' `run.table('satisfaction'")
    assert maker(tmp_path, "tables/other.vi.csv") == ""
    assert maker(tmp_path, "report.html") == ""
