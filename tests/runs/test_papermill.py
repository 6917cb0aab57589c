"""A notebook runs under plain papermill as it does in `kbnn run`, without change."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest


@pytest.mark.slow
def test_plain_papermill_takes_the_params_file(project: Path) -> None:
    command = [
        sys.executable, "-m", "papermill", "notebooks/20-satisfaction.ipynb", "out.ipynb",
        "-f", "params/2023-1.yaml", "-k", "python3", "--no-progress-bar",
    ]  # fmt: skip
    done = subprocess.run(
        command, cwd=project, env={**os.environ, "PYTHONWARNINGS": ""}, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    kinds = {
        kind
        for cell in nbformat.read(project / "out.ipynb", as_version=4).cells
        for output in cell.get("outputs", [])
        for kind in output.get("data", {})
    }
    assert {"text/html", "image/svg+xml"} <= kinds
    sessions = list((project / ".kbnn" / "sessions").iterdir())
    assert len(sessions) == 1
    assert (sessions[0] / "exhibits" / "tables" / "satisfaction.vi.csv").exists()


def test_plain_papermill_takes_the_fast_engine_by_name(project: Path) -> None:
    command = [
        sys.executable, "-m", "papermill", "notebooks/20-satisfaction.ipynb", "out.ipynb",
        "-f", "params/2023-1.yaml", "--engine", "kbnn-fork", "-k", "python3", "--no-progress-bar",
    ]  # fmt: skip
    done = subprocess.run(
        command, cwd=project, env={**os.environ, "PYTHONWARNINGS": ""}, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert "ordinary kernel" not in done.stderr
    cells = nbformat.read(project / "out.ipynb", as_version=4).cells
    kinds = {kind for cell in cells for each in cell.get("outputs", []) for kind in each["data"]}
    assert {"text/html", "image/svg+xml"} <= kinds
