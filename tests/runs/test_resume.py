"""What is done is not done again, what changed is, and each is told why."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import nbformat
import pytest

from kbnn_analysis.cli import main
from kbnn_analysis.errors import UsageError
from kbnn_analysis.runs.batch import Batch, Options, plan_batch, run_batch
from kbnn_analysis.runs.many_params import load_many
from kbnn_analysis.runs.params import NOTEBOOKS, ONE_UNIT
from kbnn_analysis.runs.step_cache import StepCache

Write = Callable[..., Path]
PARAMS = (
    'period: "2023-1"\nsimulate: {scale: 0.02}\nlanguages: [en]\nnotebooks: [first, second]\n'
    "sheets: false\n"
)


class Work:
    """A project whose notebooks leave a line in a file each time they are executed."""

    def __init__(self, root: Path, write_notebook: Write) -> None:
        self.root, self._write = root, write_notebook
        self.traces = root / "traces"
        self.params = root / "params" / "2023-1.yaml"
        self.params.write_text(PARAMS, encoding="utf-8")
        self.write("first")
        self.write("second")

    def write(self, name: str, *cells: str, words: str = "# How satisfied are they?") -> None:
        trace = f"with open({str(self.traces)!r}, 'a') as file: print({name!r}, file=file)"
        path = self._write(
            self.root / "notebooks" / f"{name}.ipynb", (*cells, trace), setup="x = 1"
        )
        notebook = nbformat.read(path, 4)
        notebook.cells[0].source = words
        nbformat.write(notebook, path)

    def run(self, *grid: str, force: bool = False) -> tuple[Batch, list[str]]:
        """Return how the batch ended, and which notebooks were executed."""
        self.traces.unlink(missing_ok=True)
        asked = load_many([self.params], grid=grid)
        batch = run_batch(asked, output=Path("outputs"), options=Options(force=force))
        executed = self.traces.read_text().split() if self.traces.exists() else []
        return batch, sorted(executed)

    def why(self) -> list[str]:
        root, (planned,) = plan_batch(load_many([self.params]), output=Path("outputs"))
        cache = StepCache(root)
        steps = range(len(planned.step_parts))
        return [planned.why, *(planned.why_step(each, cache, force=False)[1] for each in steps)]


@pytest.fixture
def work(project: Path, write_notebook: Write) -> Work:
    return Work(project, write_notebook)


def test_what_is_done_is_left_and_force_does_it_again(work: Work) -> None:
    assert work.why() == [
        "it was not made yet",
        "it was not executed yet",
        "it was not executed yet",
    ]
    batch, executed = work.run()
    assert executed == ["first", "second"]
    assert batch.finished[0].made
    assert work.why() == ["nothing changed"]
    batch, executed = work.run()
    assert executed == []
    assert not batch.finished[0].made
    assert work.run(force=True)[1] == ["first", "second"]


def test_a_run_that_is_done_is_found_so_without_loading_numerical_libraries(work: Work) -> None:
    work.run()
    code = (
        "import sys\nfrom kbnn_analysis.cli import main\n"
        "try: main(['run', 'params/2023-1.yaml'])\n"
        "except SystemExit as end: print(end.code, sorted({'numpy', 'pandas'} & {*sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=work.root, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == [
        "outputs/2023-1 is done, nothing changed; --force makes it anew.", "0 []",
    ]  # fmt: skip


def test_an_edit_of_sentences_is_shown_without_executing(work: Work) -> None:
    work.run()
    work.write("second", words="# Are they content with Kho bạc?")
    assert work.why() == [
        "changed: notebook second",
        "its outputs were kept",
        "its outputs were kept",
    ]
    batch, executed = work.run()
    assert executed == []
    folder = batch.finished[0].folder
    assert "content with Kho bạc?" in (folder / "report.html").read_text(encoding="utf-8")
    assert "content with Kho bạc?" in (folder / "en" / "second.ipynb").read_text(encoding="utf-8")


def test_an_edit_of_code_executes_that_notebook_only(work: Work) -> None:
    work.run()
    work.write("second", "1 + 1")
    assert work.why() == [
        "changed: notebook second",
        "its outputs were kept",
        "changed: code cells",
    ]
    assert work.run()[1] == ["second"]


def test_a_notebook_is_executed_when_one_that_it_takes_from_was(work: Work) -> None:
    work.write("second", "run = x\nif False: run.load('levels')")
    work.write("first", "run = x\nif False: run.save('levels')")
    assert work.run()[1] == ["first", "second"]
    work.write("first", "run = x\nif False: run.save('levels')", "2")
    assert work.why()[1:] == ["changed: code cells", "changed: results it takes"]
    assert work.run()[1] == ["first", "second"]


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        ("scale: 0.02", "scale: 0.03", "data, parameters"),
        ("languages: [en]", "languages: [en]\nconf_level: 0.9", "parameters"),
    ],
)
def test_values_count(work: Work, before: str, after: str, changed: str) -> None:
    work.run()
    work.params.write_text(PARAMS.replace(before, after), encoding="utf-8")
    assert work.why()[0] == f"changed: {changed}"
    assert work.run()[1] == ["first", "second"]


def test_the_lock_counts(work: Work) -> None:
    work.run()
    (work.root / "requirements.lock").write_text("numpy==2.4.0\n", encoding="utf-8")
    assert work.why()[0] == "changed: environment"


def test_the_ledger_and_withheld_rows_count(work: Work) -> None:
    work.run()
    withheld = work.root / ".kbnn" / "withheld" / "2023-1.json"
    withheld.parent.mkdir(parents=True)
    withheld.write_text("{}", encoding="utf-8")
    assert work.why()[0] == "changed: what was released and withheld"


def test_modules_that_a_notebook_imports_count(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    from kbnn_analysis.runs import content_key

    work.write("second", "import kbnn_analysis.periods")
    work.run()
    monkeypatch.setattr(content_key, "code_sha256", lambda: "another")
    assert work.why() == ["changed: code", "its outputs were kept", "its outputs were kept"]
    content_key._imported.cache_clear()
    monkeypatch.setattr(
        content_key, "imported_sha256", lambda code: "other" if "periods" in code else "same"
    )
    assert work.why()[2] == "changed: imported modules"
    content_key._imported.cache_clear()


def test_a_damaged_folder_of_results_is_made_again_from_what_was_kept(work: Work) -> None:
    folder = work.run()[0].finished[0].folder
    good = (folder / "report.html").read_bytes()
    (folder / "report.html").write_text("half a")
    assert work.why()[0] == "damaged or missing: report.html"
    batch, executed = work.run()
    assert executed == []
    assert batch.finished[0].made
    assert (folder / "report.html").read_bytes() == good


@pytest.mark.parametrize("wrong", ["", "{}", "[1]", "{half"])
def test_a_damaged_entry_is_not_believed(work: Work, wrong: str) -> None:
    folder = work.run()[0].finished[0].folder
    (folder / "report.html").unlink()
    for entry in (work.root / ".kbnn" / "cache").glob("*/entry.json"):
        entry.write_text(wrong)
    assert work.run()[1] == ["first", "second"]
    assert (folder / "report.html").exists()


def test_an_entry_whose_notebook_was_changed_is_not_believed(work: Work) -> None:
    folder = work.run()[0].finished[0].folder
    (folder / "report.html").unlink()
    for entry in (work.root / ".kbnn" / "cache").glob("*/executed.ipynb"):
        entry.write_text(entry.read_text().replace("2023-1", "2023-2"))
    assert work.run()[1] == ["first", "second"]


def test_a_grid_makes_one_folder_for_each_combination(work: Work) -> None:
    batch, executed = work.run("seed=1,2", "conf_level=0.9,0.95")
    names = [each.folder.name for each in batch.finished]
    assert names == ["2023-1-1-0-9", "2023-1-1-0-95", "2023-1-2-0-9", "2023-1-2-0-95"]
    assert len(executed) == 8
    told = json.loads((batch.finished[2].folder / "run.json").read_text())["parameters"]
    assert (told["seed"], told["conf_level"]) == (2, 0.9)


def test_a_dry_run_tells_why_and_makes_nothing(
    work: Work, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["run", "params/*.yaml", "--dry-run"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.splitlines() == [
        "outputs/2023-1: to make: it was not made yet",
        "  first (en): to execute: it was not executed yet",
        "  second (en): to execute: it was not executed yet",
    ]
    assert not (work.root / "outputs").exists()


def _refused(paths: Sequence[str], grid: Sequence[str] = ()) -> str:
    with pytest.raises(UsageError) as caught:
        load_many([Path(each) for each in paths], grid=grid)
    return str(caught.value)


def test_everything_wrong_in_any_file_is_told_at_once(work: Work) -> None:
    for name, line in (("a", "conf_levle: 0.9\n"), ("b", "min_n: 3\n")):
        (work.root / "params" / f"{name}.yaml").write_text(PARAMS + line, encoding="utf-8")
    told = _refused(["params/*.yaml"])
    assert "conf_level" in told
    assert "min_n" in told
    assert "b.yaml" in told


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("codebook: kbnn-asumed", "did you mean 'kbnn-assumed'"),
        ("unit_vintage: provinces-64", "provinces-64"),
        ("headline: overall_treasry", "did you mean 'overall_treasury'"),
        ("design: {psu: ofice}", "`design.psu` must be one of .*did you mean 'office'"),
        ('data: x.csv\nearlier: [{period: "2022-2", data: y.csv, codebook: sfo}]', "sfo"),
    ],
)
def test_names_that_instrument_and_units_do_not_know_are_told_before_anything_runs(
    work: Work, line: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("x", "y"):
        (work.root / f"{name}.csv").write_text("a\n1\n", encoding="utf-8")
    text = PARAMS + f"name: other\n{line}\n"
    (work.root / "params" / "other.yaml").write_text(text, encoding="utf-8")
    for words in (["--dry-run"], ["--keep-going"]):
        with pytest.raises(SystemExit) as ended:
            main(["run", "params/*.yaml", *words])
        assert ended.value.code == 2
        assert re.search(f"^kbnn: other: .*{told}", capsys.readouterr().err)
    assert not work.traces.exists()


@pytest.mark.parametrize(
    ("grid", "told"),
    [
        ("sead=1,2", "`sead` is no parameter, .* no such column; did you mean `seed`?"),
        ("provinze=Hà Nội", "`provinze` is no parameter, .*; did you mean `province`?"),
        ("province=Hà Nội,Thái Nguyênn", "`select`: .*Thái Nguyênn.*Thái Nguyên"),
    ],
)
def test_columns_and_units_of_a_grid_that_nobody_knows_are_told_before_anything_runs(
    work: Work, grid: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    work.params.write_text(PARAMS + "unit_vintage: provinces-63\n", encoding="utf-8")
    with pytest.raises(SystemExit) as ended:
        main(["run", "params/2023-1.yaml", "--grid", grid])
    assert ended.value.code == 2
    assert re.search(told, capsys.readouterr().err)
    assert not work.traces.exists()
    assert not (work.root / "outputs").exists()


def test_a_grid_of_units_in_any_writing_and_of_attributes_is_planned(work: Work) -> None:
    work.params.write_text(PARAMS + "unit_vintage: provinces-63\n", encoding="utf-8")
    grid = ["province=HA NOI,KBNN Thái Nguyên,19", "respondent_type=budget_unit"]
    asked = load_many([work.params], grid=grid)
    assert len(plan_batch(asked, output=Path("outputs"))[1]) == 3


def test_runs_that_would_overwrite_each_other_are_refused(work: Work) -> None:
    (work.root / "params" / "again.yaml").write_text(PARAMS, encoding="utf-8")
    assert "'2023-1'" in _refused(["params/*.yaml"])


@pytest.mark.parametrize(
    ("grid", "told"),
    [
        ("seed", "takes name=value"),
        ("seed=", "takes name=value"),
        ("seed=1,x", "seed"),
        ("seed=all", "needs a column of units"),
        ("province=all", "needs a column of units and a `unit_vintage`"),
        ("min_n=5", "min_n"),
    ],
)
def test_a_wrong_grid_is_refused(work: Work, grid: str, told: str) -> None:
    assert told in _refused(["params/2023-1.yaml"], [grid])


def test_a_pattern_that_fits_nothing_is_refused(work: Work) -> None:
    assert "No file fits params/1999-*.yaml" in _refused(["params/1999-*.yaml"])


def test_a_run_of_one_unit_takes_notebooks_that_compare_no_units(work: Work) -> None:
    text = PARAMS.replace("notebooks: [first, second]\n", "unit_vintage: provinces-63\n")
    text += 'earlier: [{period: "2022-2"}, {period: "2022-1", select: {province: Hà Tây}}]\n'
    work.params.write_text(text, encoding="utf-8")
    (asked,) = load_many([work.params], grid=["province=Hà Nội"])
    assert asked.notebooks == ONE_UNIT
    assert asked.select == {"province": "Hà Nội"}
    assert [each.select["province"] for each in asked.earlier] == ["Hà Nội", "Hà Tây"]
    (kinds,) = load_many([work.params], grid=["respondent_type=budget_unit"])
    assert kinds.notebooks == NOTEBOOKS
    work.params.write_text(text + "notebooks: [first]\n", encoding="utf-8")
    assert load_many([work.params], grid=["province=Hà Nội"])[0].notebooks == ("first",)


def test_all_provinces_are_those_of_the_vintage(work: Work) -> None:
    work.params.write_text(PARAMS + "unit_vintage: provinces-63\n", encoding="utf-8")
    asked = load_many([work.params], grid=["province=all"])
    assert len(asked) == 63
    assert {each.select["province"] for each in asked} >= {"Hà Nội", "Thái Nguyên"}
    assert {each.folder for each in asked} >= {"2023-1-ha-noi", "2023-1-thai-nguyen"}
