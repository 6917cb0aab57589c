"""The gate from end to end: canaries go in, none comes out; what is wrong is refused whole."""

from __future__ import annotations

import importlib.util
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from kbnn_analysis.errors import DisclosureError, UsageError
from kbnn_analysis.inference.simulation import simulate_period
from kbnn_analysis.runs import load_params, run_period
from kbnn_analysis.runs.files import sha256_of
from kbnn_analysis.runs.records import SIDE_RECORD
from kbnn_analysis.runs.release import Cleared, release_run, scan_run
from kbnn_analysis.runs.release_home import project_ledger, read_withheld, write_withheld
from kbnn_analysis.runs.scanning_canaries import Canaries

CELLS = (
    "measures = headline_measures(run.codebook, headline)\n"
    "for name, by in (('units', 'unit'), ('types', 'respondent_type'), ('whole', ())):\n"
    "    found = run.once(name, lambda: estimate(run.survey, measures, by))\n"
    "    shown = disclose(found, run.rules)\n"
    "    run.table(name, shown, table_estimates(shown, language=run.language))",
    "run.figure('units', plot_estimates(shown, language=run.language), of=shown)",
    "run.identity()",
)
PARAMS = """\
period: "2023-1"
data: answers.csv
unit_vintage: provinces-63
design: {target: process, psu: office}
headline: overall_treasury
notebooks: [90-period-report]
languages: [vi]
audience: public
"""


def answers_with_canaries() -> pd.DataFrame:
    """Return 400 respondents of a few provinces, one tiny and one unanimous."""
    frame = simulate_period("2023-1", scale=0.05).frame
    large = frame[frame["province"].isin(["Hà Nội", "Hồ Chí Minh", "Nghệ An", "Thanh Hóa"])]
    frame = pd.concat([large, frame[~frame.index.isin(large.index)]]).head(400)
    frame = frame.reset_index(drop=True)
    frame["respondent_id"] = [f"KHÁCH-CANARY-{at:04d}" for at in range(len(frame))]
    frame["comment"] = [f"Chim hoàng yến số {at:04d} kể chuyện riêng" for at in range(len(frame))]
    return frame


@pytest.fixture(scope="module")
def finished(
    tmp_path_factory: pytest.TempPathFactory, notebook_setup: Callable[[Path], None]
) -> Path:
    """Return a project with one finished public run of 400 respondents with canaries."""
    root = tmp_path_factory.mktemp("release") / "dự án"
    root.mkdir()
    notebook_setup(root)
    (root / "params").mkdir()
    (root / "params" / "2023-1.yaml").write_text(PARAMS, encoding="utf-8")
    answers_with_canaries().to_csv(root / "answers.csv", index=False)
    params = load_params(root / "params" / "2023-1.yaml")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        run_period(params, output=root / "outputs")
    return root


@pytest.fixture
def run_folder(finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of the finished run in a project of its own, which is the current folder."""
    root = tmp_path / "bản sao"
    shutil.copytree(finished, root)
    monkeypatch.chdir(root)
    return root / "outputs" / "2023-1"


@pytest.fixture(scope="module")
def notebook_setup() -> Callable[[Path], None]:
    """Return a function that writes the notebook of this test into a project."""
    import nbformat

    spec = importlib.util.spec_from_file_location(
        "runs_conftest", Path(__file__).with_name("conftest.py")
    )
    assert spec is not None
    assert spec.loader is not None
    shared = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(shared)

    def write(root: Path) -> None:
        path = root / "notebooks" / "90-period-report.ipynb"
        path.parent.mkdir(parents=True)
        setup = "from kbnn_analysis.inference import headline_measures\n" + shared.SETUP
        nbformat.write(shared.make_notebook(CELLS, setup=setup), path)

    return write


@pytest.mark.slow
def test_no_byte_of_anything_holds_a_canary(finished: Path) -> None:
    looked = 0
    for path in finished.rglob("*"):
        if path.is_file() and not path.is_symlink() and path.name != "answers.csv":
            raw = path.read_bytes()
            looked += 1
            for canary in ("KHÁCH-CANARY", "Chim hoàng yến", "KH\\u00c1CH-CANARY"):
                assert canary.encode() not in raw, path
    assert looked > 5


def released(run_folder: Path) -> tuple[Cleared, str]:
    """Release a run as one does: a refusal hides what it found; the run is then made again."""
    root, told = run_folder.parents[1], ""
    for _ in range(2):
        try:
            return release_run(run_folder, who="Lan"), told
        except DisclosureError as refused:
            told = str(refused)
            assert read_withheld(root)
            run_period(load_params(root / "params" / "2023-1.yaml"), output=run_folder.parent)
    return release_run(run_folder, who="Lan"), told


@pytest.mark.slow
def test_the_same_file_less_a_few_people_is_refused(run_folder: Path) -> None:
    """What differs between two releases tells about those who are in one of them only."""
    released(run_folder)
    root = run_folder.parents[1]
    answers = pd.read_csv(root / "answers.csv", dtype=str)
    few = answers.index[answers["province"] == "Hà Nội"][:6]
    answers.drop(index=few).to_csv(root / "answers.csv", index=False)
    run_period(load_params(root / "params" / "2023-1.yaml"), output=run_folder.parent)
    ledger = project_ledger(root).head()
    with pytest.raises(DisclosureError, match=r"ledger: 2023-1 / .*: released on \d{4}-"):
        release_run(run_folder, who="Lan")
    assert project_ledger(root).head() == ledger


@pytest.mark.slow
def test_a_run_is_released_when_the_audit_passes(run_folder: Path) -> None:
    root = run_folder.parents[1]
    cleared, told = released(run_folder)
    assert not told or "an outsider computes" in told
    head = project_ledger(root).head()
    assert cleared.head == head
    names = zipfile.ZipFile(cleared.bundle).namelist()
    assert "report.html" in names
    assert "run.local.json" not in names
    first = cleared.bundle.read_bytes()
    again = release_run(run_folder, who="Lan")
    assert again.bundle.read_bytes() == first
    assert again.head == head, "the same release is no second entry"
    assert "May be released" in cleared.report.read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("tables/whole.vi.csv", "KHÁCH-CANARY-0007", "respondent"),
        ("report.html", "chim hoàng yến số 0003 kể chuyện riêng", "comment"),
        ("report.html", "0912 345 678", "phone"),
        ("raw.parquet", "PAR1", "was not made by this run"),
        (".hidden.csv", "n", "was not made by this run"),
    ],
)
def test_what_does_not_belong_is_refused(
    run_folder: Path, name: str, content: str, what: str
) -> None:
    path = run_folder / name
    old = path.read_text(encoding="utf-8") if path.exists() else ""
    path.write_text(old + content, encoding="utf-8")
    with pytest.raises(DisclosureError, match=what):
        release_run(run_folder, who="Lan")
    assert not list(run_folder.parent.glob("releases/*.zip"))
    assert list(run_folder.parent.glob("releases/*.check.md"))
    assert not project_ledger(run_folder.parents[1]).entries()


@pytest.mark.slow
def test_a_release_needs_a_name_and_the_very_answers(run_folder: Path) -> None:
    with pytest.raises(UsageError, match="--by"):
        release_run(run_folder, who=" ")
    (run_folder / SIDE_RECORD).unlink()  # it tells where the answers of the first project lie
    answers = run_folder.parents[1] / "answers.csv"
    answers.write_text(answers.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    with pytest.raises(UsageError, match="not the file of the run: SHA-256"):
        release_run(run_folder, who="Lan")
    answers.unlink()
    with pytest.raises(UsageError, match="--data"):
        release_run(run_folder, who="Lan")


def test_a_figure_without_its_numbers_is_refused(tmp_path: Path) -> None:
    (tmp_path / "figures").mkdir()
    drawing = tmp_path / "figures" / "raw.vi.svg"
    drawing.write_text("<svg></svg>", encoding="utf-8")
    record = {"files": {"figures/raw.vi.svg": sha256_of(drawing)}}
    told = {str(finding) for finding in scan_run(tmp_path, record, Canaries())}
    assert "figures/raw.vi.svg: has no numbers beside it; draw it with run.figure" in told


def test_no_run_no_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "notebooks").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="no finished run"):
        release_run(tmp_path, who="Lan")


def test_withheld_keys_grow_and_damage_is_told(tmp_path: Path) -> None:
    write_withheld(tmp_path, "2023-1", frozenset({("2023-1", "m", "19")}))
    write_withheld(tmp_path, "2023-1", frozenset({("2023-1", "m", "01")}))
    assert read_withheld(tmp_path) == {("2023-1", "m", "19"), ("2023-1", "m", "01")}
    path = tmp_path / ".kbnn" / "withheld" / "2023-1.json"
    assert json.loads(path.read_text(encoding="utf-8"))
    path.write_text("{", encoding="utf-8")
    with pytest.raises(DisclosureError, match="damaged"):
        read_withheld(tmp_path)
