"""The commands: help with examples, one sentence for a mistake, exit codes, nothing written."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest

from kbnn_analysis.cli import kbnn, main

Ran = tuple[int, str, str]
QUICK = (
    'period: "2023-1"\nsimulate: {scale: 0.02}\nunit_vintage: provinces-63\nnotebooks: [quick]\n'
)


@pytest.fixture
def ran(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Return a function that runs a command in this process."""

    def run(*words: str) -> Ran:
        with pytest.raises(SystemExit) as caught:
            main(list(words))
        told = capsys.readouterr()
        assert "Traceback" not in told.out + told.err
        return int(caught.value.code or 0), told.out, told.err

    return run


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project without notebooks that run, which is also the current folder."""
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "quick.ipynb").write_text(
        '{"cells": [{"cell_type": "code", "id": "p", "execution_count": null, "outputs": [],'
        ' "metadata": {"tags": ["parameters"]}, "source": "language: str = \'vi\'"}],'
        ' "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
        encoding="utf-8",
    )
    (tmp_path / "quick.yaml").write_text(QUICK, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def commands(group: click.Group = kbnn, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield (*path, name)


@pytest.mark.parametrize("path", list(commands()), ids=" ".join)
def test_every_command_has_help_with_an_example(
    ran: Callable[..., Ran], path: tuple[str, ...]
) -> None:
    code, out, _ = ran(*path, "--help")
    assert code == 0
    first, *more = out.partition("Example")[2].partition(":\n")[2].partition("\n\n")[0].splitlines()
    assert first.startswith(" ".join(("    kbnn", *path)))
    assert all(line.startswith(("    kbnn ", "      ")) for line in more)  # or goes on


def test_the_version_is_told(ran: Callable[..., Ran]) -> None:
    assert ran("--version")[1].startswith("kbnn, version ")


def test_help_imports_nothing_heavy() -> None:
    heavy = {"numpy", "pandas", "scipy", "matplotlib", "pydantic", "papermill", "nbformat", "rich"}
    code = f"import sys, kbnn_analysis.cli\nprint(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_module_is_the_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kbnn_analysis", "rnu"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "No such command 'rnu'" in done.stderr


def test_check_tells_what_would_run(ran: Callable[..., Ran], folder: Path) -> None:
    code, out, _ = ran("check", "quick.yaml")
    assert code == 0
    assert "63 units" in out
    assert "ready to run" in out
    assert sorted(path.name for path in folder.iterdir()) == [".kbnn", "notebooks", "quick.yaml"]
    assert not list((folder / ".kbnn" / "runs").iterdir())


def test_problems_of_the_data_are_told_and_offered_as_a_table(
    ran: Callable[..., Ran], folder: Path
) -> None:
    (folder / "bad.csv").write_text(
        "respondent_id,province,overall_treasury\n1,=Atlantis,17\n1,Huế,4\n", encoding="utf-8"
    )
    code, out, err = ran("check", "quick.yaml", "--data", "bad.csv")
    assert (code, out) == (2, "")
    assert "--problems" in err
    assert "bad.csv" in err
    code, _, err = ran("check", "quick.yaml", "--data", "bad.csv", "--problems", "p.csv")
    assert code == 2
    text = (folder / "p.csv").read_text(encoding="utf-8-sig")
    assert "Atlantis" in text
    assert ",=" not in text
    assert not (folder / "outputs").exists()


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["run", "missing.yaml"], 2, "missing.yaml"),
        (["run", "notebooks"], 2, "notebooks"),
        (["run", "bad.yaml"], 2, "did you mean `period`"),
        (["run", "evil.yaml"], 2, "tag"),
        (["run", "quick.yaml", "--data", "none.csv"], 2, "there is no file none.csv"),
        (["run", "quick.yaml", "--data", "/dev/null/x"], 2, "no file"),
        (["run", "quick.yaml", "--data", "notebooks"], 2, "not a file"),
        (["run", "quick.yaml", "--output", "quick.yaml"], 2, "--output"),
        (["run", "quick.yaml", "--ouput", "x"], 2, "--output"),
        (["check", "quick.yaml", "--problems", "x.txt"], 2, ".csv"),
        (["run", "quick.yaml", "--problems", "x.txt"], 2, ".csv"),
        (["run", "quick.yaml", "--scheduler", "host:8786"], 2, "such as tcp://host:8786"),
        (["check", "quick.yaml", "--problems", "none/x.csv"], 2, "existing folder"),
        (["simulate", "2031-1"], 2, "2023-1"),
        (["simulate", "2023-1", "--output", "answers.csv"], 2, "SIMULATED"),
        (["simulate", "2023-1", "--scale", "0"], 2, "scale"),
        (["units", "show", "provinces-64"], 2, "provinces-63"),
        (["units", "crosswalk", "provinces-34", "provinces-63"], 2, "provinces-63"),
        (["codebook", "show", "kbnn"], 2, "kbnn-assumed"),
        (["codebook", "validate", "quick.yaml"], 2, "quick.yaml"),
    ],
)
def test_a_mistake_ends_in_one_sentence_and_writes_nothing(
    ran: Callable[..., Ran], folder: Path, words: list[str], code: int, told: str
) -> None:
    (folder / "bad.yaml").write_text("perid: x\n", encoding="utf-8")
    (folder / "evil.yaml").write_text("period: !!python/name:os.system x\n", encoding="utf-8")
    before = sorted(path.name for path in folder.iterdir())
    came, out, err = ran(*words)
    assert (came, out) == (code, "")
    assert told in err
    assert sorted(path.name for path in folder.iterdir() if path.name != ".kbnn") == before


def test_a_simulated_file_can_be_read_back(ran: Callable[..., Ran], folder: Path) -> None:
    code, out, _ = ran("simulate", "I/2023", "--scale", "0.02", "--seed", "3")
    assert code == 0
    name = next(folder.glob("*SIMULATED*.csv")).name
    assert name in out
    assert ran("check", "quick.yaml", "--data", name)[0] == 0


def test_units_are_shown_resolved_and_followed(ran: Callable[..., Ran]) -> None:
    assert "19\tThái Nguyên\t" in ran("units", "show", "provinces-63")[1]
    assert "provinces-34\t34 units" in ran("units", "list")[1]
    walked = ran("units", "crosswalk", "provinces-63", "provinces-34")[1]
    assert "Thái Nguyên" in next(line for line in walked.splitlines() if "Bắc Kạn" in line)
    code, out, err = ran(
        "units",
        "resolve",
        "KBNN tỉnh Thái Nguyên",
        "Hue",
        "Thai Nguyem",
        "--vintage",
        "provinces-63",
    )
    assert code == 2
    assert "19\tKBNN tỉnh Thái Nguyên" in out
    assert "1 of 3 names" in err
    assert "Thái Nguyên (19)" in err


def test_codebooks_are_shown_and_validated(ran: Callable[..., Ran], tmp_path: Path) -> None:
    assert "sfo-2013" in ran("codebook", "list")[1]
    shown = ran("codebook", "show", "kbnn-assumed")[1]
    assert "ASSUMED" in shown
    assert "overall_treasury\toverall" in shown


def test_jupyterlab_is_opened_in_the_project(
    ran: Callable[..., Ran], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[list[str]] = []
    monkeypatch.setattr(subprocess, "call", lambda command: called.append(command) or 0)
    if os.name == "posix":  # nothing of ours stays between who stops it and JupyterLab

        def replaced(program: str, command: list[str]) -> None:
            assert program == command[0]
            called.append(command)
            raise SystemExit(0)

        monkeypatch.setattr(os, "execv", replaced)
        monkeypatch.delattr(subprocess, "call")
    monkeypatch.chdir(folder / "notebooks")
    assert ran("lab", "--no-browser")[0] == 0
    assert f"--notebook-dir={folder}" in called[0]
    assert "--no-browser" in called[0]


def test_an_archived_period_runs_like_its_file(ran: Callable[..., Ran], folder: Path) -> None:
    code, out, _ = ran("archive", "add", "quick.yaml")
    assert code == 0
    assert "SIMULATED DATA" in out
    code, out, _ = ran("archive", "list")
    assert out.startswith("2023-1\t")
    code, out, _ = ran("archive", "query", "SELECT count(*) AS n FROM answers")
    assert code == 0
    notice, header, number = out.splitlines()
    assert "not protected" in notice
    assert "DỮ LIỆU MÔ PHỎNG" in notice
    assert header == "n"
    told = ran("archive", "query", "SELECT count(DISTINCT unit) AS n FROM answers",
               "--units", "provinces-34")[1]  # fmt: skip
    assert told.splitlines()[2] == "34"
    code, out, _ = ran("check", "quick.yaml", "--data", "archive")
    assert code == 0
    assert f": {number} valid responses of 63 units" in out
    assert not (folder / "outputs").exists()


def test_the_archive_is_used_only_as_it_was_validated(
    ran: Callable[..., Ran], folder: Path
) -> None:
    assert "no folder archive/" in ran("check", "quick.yaml", "--data", "archive")[2]
    ran("archive", "add", "quick.yaml")
    for asked, told in (
        (QUICK.replace("provinces-63", "provinces-34"), "`unit_vintage` asks for provinces-34"),
        (f"{QUICK}design: {{psu: office, target: process}}\n", "psu is office"),
        (f"{QUICK}codebook: sfo-2013\n", "`codebook` asks for sfo-2013"),
        (f"{QUICK}select: {{channel: online}}\n", "`select` chooses rows"),
        (QUICK.replace("2023-1", "2023-2"), "has no period 2023-2"),
    ):
        (folder / "asked.yaml").write_text(asked, encoding="utf-8")
        code, _, err = ran("check", "asked.yaml", "--data", "archive")
        assert (code, told in err) == (2, True), err


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells where output goes")
def test_an_answer_of_the_archive_never_goes_among_results(folder: Path) -> None:
    told = folder / "outputs" / "rates.csv"
    told.parent.mkdir()
    ask = [sys.executable, "-m", "kbnn_analysis", "archive", "query", "SELECT 1"]
    with told.open("w") as out:
        done = subprocess.run(ask, stdout=out, stderr=subprocess.PIPE, cwd=folder, check=False)
    assert done.returncode == 2
    assert b"may not go into outputs/" in done.stderr
    assert told.read_bytes() == b""


def test_the_archive_never_lies_among_results(ran: Callable[..., Ran], folder: Path) -> None:
    code, _, err = ran("archive", "add", "quick.yaml", "--archive", "outputs/archive")
    assert code == 2
    assert "may not lie in outputs/" in err
    assert not (folder / "outputs").exists()
