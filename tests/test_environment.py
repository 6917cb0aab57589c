"""One list of versions: pyproject.toml, the lock, constraints.txt and environment.yml agree."""

from __future__ import annotations

import importlib.metadata
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PINS = [
    Requirement(line.removesuffix("\\").strip())
    for line in LOCK.splitlines()
    if line and not line.startswith((" ", "#"))
]


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def pinned(name: str, python: str) -> str:
    """Return the version that the lock gives a package on one Python, anywhere."""
    wanted = canonicalize_name(name)
    versions = {
        pin.specifier.__str__().removeprefix("==")
        for pin in PINS
        if canonicalize_name(pin.name) == wanted
        and (
            pin.marker is None
            or pin.marker.evaluate({"python_version": python, "python_full_version": f"{python}.1"})
        )
    }
    assert len(versions) == 1, f"{name} on Python {python}: {versions or 'not in the lock'}"
    return versions.pop()


@pytest.mark.parametrize("python", ["3.11", "3.12"])
def test_everything_asked_for_is_in_the_lock_in_a_version_that_fits(
    project: dict[str, Any], python: str
) -> None:
    asked = [
        *project["project"]["dependencies"],
        *project["dependency-groups"]["dev"],
        *project["build-system"]["requires"],
    ]
    for each in map(Requirement, asked):
        assert pinned(each.name, python) in each.specifier, each


def test_the_lock_has_hashes_and_no_addresses() -> None:
    assert "://" not in LOCK
    assert " @ " not in LOCK
    blocks = re.split(r"\n(?=[A-Za-z0-9])", LOCK.strip())
    assert len(blocks) == len(PINS)
    for block in blocks:
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), block


def test_the_lock_serves_all_platforms() -> None:
    """A lock compiled against a local index holds one hash where numpy has a wheel for each."""
    numpy = next(block for block in LOCK.split("\n") if block.startswith("numpy=="))
    assert LOCK.partition(numpy)[2].split("\n\n")[0].count("--hash") > 20


def test_constraints_are_the_lock_without_hashes() -> None:
    constraints = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert [str(Requirement(line)) for line in constraints] == [str(pin) for pin in PINS], (
        "run tools/lock.sh"
    )


def test_the_conda_environment_uses_the_same_versions(project: dict[str, Any]) -> None:
    from ruamel.yaml import YAML

    told = YAML(typ="safe", pure=True).load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    python, pip, rest = told["dependencies"]
    assert (python, pip) == ("python=3.11", "pip")
    assert rest == {"pip": ["-c constraints.txt", "-e ."]}
    assert "3.11" in SpecifierSet(project["project"]["requires-python"])


def test_the_tests_run_with_the_versions_of_the_lock(project: dict[str, Any]) -> None:
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    for each in map(Requirement, project["project"]["dependencies"]):
        assert importlib.metadata.version(each.name) == pinned(each.name, python), each


def test_make_help_lists_every_target() -> None:
    told = subprocess.run(
        ["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    for target in ("setup", "report", "test", "check", "lab", "bench", "coverage", "clean"):
        assert f"make {target} " in told


def set_up(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["/bin/sh", str(ROOT / "tools" / "setup.sh")],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_python_that_is_too_old_is_told(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text('#!/bin/sh\ncase "$1" in -c) exit 1;; *) echo Python 3.9.2;; esac\n')
    old.chmod(0o755)
    done = set_up(tmp_path, PATH=str(tmp_path))
    assert done.returncode == 1
    assert "needs Python 3.11 or newer; found: Python 3.9.2" in done.stderr
    done = set_up(tmp_path, PATH=os.environ["PATH"], PYTHON=str(old))
    assert done.returncode == 1
    assert "is not Python 3.11 or newer" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["python3"]
