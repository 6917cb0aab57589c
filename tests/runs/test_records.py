"""What a run says of itself: an RO-Crate that others read, and nothing of the machine in it."""

from __future__ import annotations

import getpass
import hashlib
import json
import platform
from collections.abc import Callable
from pathlib import Path

import pytest
from rocrate.rocrate import ROCrate

from kbnn_analysis.intake.codebooks import load_codebook
from kbnn_analysis.runs import load_params, run_period
from kbnn_analysis.runs.environment import commit_of, installed_packages, lock_sha256

QUICK = 'period: "2023-1"\nsimulate: {scale: 0.02}\nlanguages: [en]\nnotebooks: [quick]\n'
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def finished(project: Path, write_notebook: Callable[..., Path]) -> Path:
    """Return the folder of a finished run of one notebook that imports nothing heavy."""
    write_notebook(project / "notebooks" / "quick.ipynb", ["print('Huế')"], setup="x = 1")
    (project / "requirements.lock").write_text("numpy==2.4.6\n", encoding="utf-8")
    path = project / "params" / "quick.yaml"
    path.write_text(QUICK, encoding="utf-8")
    return run_period(load_params(path), output=project / "outputs").folder


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_folder_is_a_crate_of_all_its_files(finished: Path, project: Path) -> None:
    crate = ROCrate(finished)
    files = {entity.id: entity["sha256"] for entity in crate.data_entities}
    here = {
        path.relative_to(finished).as_posix()
        for path in finished.rglob("*")
        if path.is_file() and path.name != "run.local.json"
    }
    assert set(files) | {"ro-crate-metadata.json"} == here
    assert {name: sha256(finished / name) for name in files} == files

    record = json.loads((finished / "run.json").read_text(encoding="utf-8"))
    made = crate.get("#run")
    assert made.type == "CreateAction"
    assert {entity.id for entity in made["result"]} == set(files)
    assert crate.get("#answers")["sha256"] == record["identity"]["data_sha256"]
    assert crate.get("#kbnn-analysis")["sha256"] == record["identity"]["code_sha256"]
    assert crate.get("#lock")["sha256"] == sha256(project / "requirements.lock")
    assert crate.get("#notebook-quick")["sha256"] == sha256(project / "notebooks" / "quick.ipynb")
    assert crate.get("#parameter-seed")["value"] == "2023"
    assert crate.get("#parameter-design")["value"].startswith("{")
    assert "profile restricted, at least 10" in crate.get("#disclosure")["description"]
    assert (
        f"numpy=={record['environment']['numpy']}"
        in crate.get("#environment")["softwareRequirements"]
    )
    assert crate.root_dataset["datePublished"] == "2023-06-30"
    assert "SIMULATED DATA" in crate.root_dataset["description"]


def test_times_host_and_paths_stand_apart(finished: Path, project: Path) -> None:
    side = json.loads((finished / "run.local.json").read_text(encoding="utf-8"))
    assert side["project"] == str(project)
    assert side["host"] == platform.node()
    assert side["seconds"].keys() == {"quick (en)"}
    named = (str(project), platform.node(), side["finished"])
    for name in ("run.json", "ro-crate-metadata.json"):
        text = (finished / name).read_text(encoding="utf-8")
        assert not [each for each in named if each and f'"{each}' in text]
        assert len(getpass.getuser()) < 4 or f"/{getpass.getuser()}/" not in text


def test_a_codebook_of_ones_own_is_part_of_the_run(
    project: Path, write_notebook: Callable[..., Path]
) -> None:
    write_notebook(project / "notebooks" / "quick.ipynb", ["1"], setup="x = 1")
    shipped = Path(load_codebook.__code__.co_filename).parent
    text = next(shipped.rglob("kbnn-assumed.yaml")).read_text(encoding="utf-8")
    keys = []
    for words in ("", "# reworded\n"):
        (project / "own.yaml").write_text(text + words, encoding="utf-8")
        path = project / "params" / "quick.yaml"
        path.write_text(QUICK + "codebook: own.yaml\n", encoding="utf-8")
        folder = run_period(load_params(path), output=project / "outputs").folder
        record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
        assert record["identity"]["own_files"] == {"codebook": sha256(project / "own.yaml")}
        keys.append(record["key"])
    assert keys[0] != keys[1]


def test_the_environment_is_what_the_package_stands_on() -> None:
    found = installed_packages()
    assert {"numpy", "papermill", "rocrate", "pyzmq"} <= set(found)
    assert not {"kbnn-analysis", "ruff", "mypy"} & set(found)
    assert list(found) == sorted(found)
    assert installed_packages("no-such-package") == {}


def test_lock_and_commit_are_told_where_there_are_any(tmp_path: Path) -> None:
    assert lock_sha256(tmp_path) == ""
    assert lock_sha256(ROOT) == sha256(ROOT / "requirements.lock")
    assert commit_of(tmp_path / "none") == ""
