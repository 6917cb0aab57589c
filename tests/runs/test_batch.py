"""Whole runs through papermill: results, equal bytes, and failures that harm nothing."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from kbnn_analysis.errors import DataError, DisclosureError, RunError, UsageError
from kbnn_analysis.inference.simulation import simulate_period
from kbnn_analysis.runs import load_params, run_period
from kbnn_analysis.runs.batch import Options, run_batch

Write = Callable[..., Path]
QUICK = 'period: "2023-1"\nsimulate: {scale: 0.02}\nlanguages: [en]\nnotebooks: [quick]\n'


def hashes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "run.local.json"
    }


@pytest.fixture
def quick(project: Path, write_notebook: Write) -> Callable[..., Path]:
    """Return a function that runs one notebook that imports nothing heavy."""

    def run(*cells: str, params: str = QUICK) -> Path:
        write_notebook(project / "notebooks" / "quick.ipynb", cells, setup="x = 1")
        path = project / "params" / "quick.yaml"
        path.write_text(params, encoding="utf-8")
        return run_period(load_params(path), output=project / "outputs").folder

    return run


@pytest.mark.slow
def test_a_run_leaves_everything_and_twice_the_same_bytes(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    params = load_params(project / "params" / "2023-1.yaml")
    steps: list[str] = []
    first = run_period(
        params,
        output=project / "outputs",
        tell=lambda words, done, total: steps.append(f"{done}/{total} {words}"),
    )
    found = hashes(first.folder)
    assert {
        "report.html", "report.en.html", "report.pdf", "report.en.docx", "tables.xlsx", "run.json",
        "vi/20-satisfaction.ipynb",
        "vi/20-satisfaction.html", "en/90-period-report.ipynb", "tables/satisfaction.vi.csv",
        "tables/satisfaction.en.csv", "figures/satisfaction.vi.svg", "figures/satisfaction.en.png",
    } <= set(found)  # fmt: skip
    assert steps[:3] == ["0/6 starting", "1/6 data", "2/6 20-satisfaction (vi)"]
    assert steps[-1] == "6/6 report"
    assert "DỮ LIỆU MÔ PHỎNG" in first.report.read_text(encoding="utf-8")
    assert not (project / ".kbnn" / "runs").exists() or not any(
        (project / ".kbnn" / "runs").iterdir()
    )
    for path in first.folder.rglob("*"):
        if path.is_file() and path.name != "run.local.json":
            assert str(tmp_path).encode() not in path.read_bytes(), path

    for name, value in (("TZ", "Asia/Ho_Chi_Minh"), ("LANG", "vi_VN.UTF-8"), ("HOME", "/nowhere")):
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PYTHONHASHSEED", "7")
    other = tmp_path / "another place {seed}"
    project.rename(other)
    monkeypatch.chdir(other)
    second = run_period(params, output=Path("results {period}"))
    assert hashes(second.folder) == found
    assert second.key == first.key


@pytest.mark.slow
def test_ordinary_processes_and_kernels_give_the_same_bytes_and_are_told_of(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = project / "params" / "2023-1.yaml"
    path.write_text(f"{path.read_text()}languages: [en]\nsheets: false\n", encoding="utf-8")
    kept, notes = [], []
    for fork in ("yes", "no"):
        monkeypatch.setenv("KBNN_FORK", fork)
        told: list[str] = []
        batch = run_batch([load_params(path)], output=Path(fork), options=Options(note=told.append))
        assert not batch.failed
        kept.append(hashes(batch.finished[0].folder))
        notes.append(told)
    assert kept[0] == kept[1]
    assert notes[0] == []
    assert len(notes[1]) == 2
    assert "ran in an ordinary kernel: KBNN_FORK=no forbids to fork." in notes[1][0]


def test_a_notebook_of_widgets_is_given_a_kernel_and_that_is_told(
    project: Path, write_notebook: Write
) -> None:
    cell = "__import__('comm').create_comm(target_name='x')\nprint('it', 'ran')"
    write_notebook(project / "notebooks" / "quick.ipynb", [cell], setup="x = 1")
    (project / "params" / "quick.yaml").write_text(QUICK, encoding="utf-8")
    asked = [load_params(project / "params" / "quick.yaml")]
    told: list[str] = []
    batch = run_batch(asked, output=Path("outputs"), options=Options(note=told.append))
    assert told == ["quick (en) ran in an ordinary kernel: it opens a comm, as widgets do."]
    assert "it ran" in batch.finished[0].report.read_text(encoding="utf-8")


def test_a_quick_run_records_what_it_was_made_from(quick: Callable[..., Path]) -> None:
    folder = quick("print(period, 'Thái Nguyên')")
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert record["identity"]["simulated"] is True
    assert record["parameters"]["simulate"]["scale"] == 0.02
    assert record["files"] == {
        name: value
        for name, value in hashes(folder).items()
        if name not in {"run.json", "ro-crate-metadata.json"}
    }
    notebook = (folder / "en" / "quick.ipynb").read_text(encoding="utf-8")
    assert "period = '2023-1'" in notebook
    assert "JUPYTER_PATH" not in os.environ or ".kbnn" not in os.environ["JUPYTER_PATH"]


def test_a_failed_run_names_the_cell_and_leaves_the_last_good_run(
    quick: Callable[..., Path], project: Path
) -> None:
    good = hashes(quick("1 + 1"))
    with pytest.raises(RunError) as caught:
        quick("1 + 1", "# why\nprices = {}['rice']")
    assert str(caught.value) == (
        "quick (en) failed in cell [5] `prices = {}['rice']`: KeyError: 'rice'"
    )
    assert hashes(project / "outputs" / "2023-1") == good
    assert sorted(path.name for path in (project / "outputs").iterdir()) == ["2023-1", "index.html"]
    assert (project / ".kbnn" / "failed" / "quick.en.ipynb").exists()


def test_a_dead_kernel_is_told(quick: Callable[..., Path], project: Path) -> None:
    with pytest.raises(RunError, match="ended with exit code 9"):
        quick("import os; os._exit(9)")
    assert not (project / "outputs").exists()


def test_what_is_not_disclosed_stops_the_run(quick: Callable[..., Path]) -> None:
    with pytest.raises(DisclosureError, match="was not disclosed"):
        quick(
            "class DisclosureError(Exception): pass\nraise DisclosureError('x was not disclosed')"
        )


def test_data_are_checked_before_the_first_kernel_and_nothing_is_written(
    quick: Callable[..., Path], project: Path
) -> None:
    (project / "bad.csv").write_text("respondent_id,province\n1,Atlantis\n", encoding="utf-8")
    with pytest.raises(DataError):
        quick("1 / 0", params=QUICK + "data: bad.csv\nunit_vintage: provinces-63\n")
    assert not (project / "outputs").exists()


def test_parameters_are_checked_before_the_first_kernel(
    project: Path, write_notebook: Write
) -> None:
    write_notebook(project / "notebooks" / "90-period-report.ipynb", [], parameters="pi: int = 3")
    with pytest.raises(UsageError, match="no parameter `pi`"):
        run_period(load_params(project / "params" / "2023-1.yaml"), output=project / "outputs")
    assert not (project / "outputs").exists()
    assert not (project / ".kbnn").exists()


@pytest.mark.parametrize("output", ["params/2023-1.yaml", "params/2023-1.yaml/x", ".kbnn/x"])
def test_results_go_into_a_folder_of_their_own(project: Path, output: str) -> None:
    with pytest.raises(UsageError, match="--output"):
        run_period(load_params(project / "params" / "2023-1.yaml"), output=Path(output))


HOSTILE_OUTPUTS = ["a\x00b", "a\nb", "out\u202ex", "CON", "x/nul", "x/aux.d/y", "com1"]


@pytest.mark.parametrize("output", HOSTILE_OUTPUTS, ids=ascii)
def test_hostile_names_of_output_folders_are_refused(project: Path, output: str) -> None:
    before = sorted(path.name for path in project.iterdir())
    with pytest.raises(UsageError, match="--output"):
        run_period(load_params(project / "params" / "2023-1.yaml"), output=Path(output))
    assert sorted(path.name for path in project.iterdir()) == before


def test_a_folder_of_something_else_is_never_replaced(project: Path) -> None:
    path = project / "params" / "quick.yaml"
    path.write_text(QUICK + "name: notebooks\n", encoding="utf-8")
    with pytest.raises(UsageError, match="holds no results of a run"):
        run_period(load_params(path), output=project)
    assert (project / "notebooks" / "20-satisfaction.ipynb").exists()


def test_values_reach_the_notebook_readable_and_as_they_are(
    quick: Callable[..., Path], project: Path
) -> None:
    data = project / 'trả lời {seed}\'s "x".csv'
    answers = simulate_period("2023-1", scale=0.02).to_csv()
    data.write_bytes(answers if isinstance(answers, bytes) else answers.encode())
    folder = quick(
        "print(data)",
        params=QUICK + "unit_vintage: provinces-63\n"
        f"data: {json.dumps(data.name, ensure_ascii=False)}\n",
    )
    notebook = json.loads((folder / "en" / "quick.ipynb").read_text(encoding="utf-8"))
    injected = next(cell for cell in notebook["cells"] if cell["id"] == "injected-parameters")
    source = "".join(injected["source"])
    assert "trả lời {seed}" in source
    printed = [each["text"] for cell in notebook["cells"] for each in cell.get("outputs", [])]
    assert ["".join(text) for text in printed] == [data.name + "\n"]


def test_outside_a_project_the_way_in_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.yaml").write_text(QUICK, encoding="utf-8")
    with pytest.raises(UsageError, match="no notebooks/ folder"):
        run_period(load_params(tmp_path / "x.yaml"), output=Path("outputs"))
