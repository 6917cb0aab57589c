"""A finished run made again in a clean place: empty folder, bare environment, state of then."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from kbnn_analysis.errors import RunError, UsageError
from kbnn_analysis.runs.environment import LOCK
from kbnn_analysis.runs.params import SIMULATED, Params, is_path
from kbnn_analysis.runs.release_home import project_ledger, write_withheld
from kbnn_analysis.runs.source import earlier_folder
from kbnn_analysis.runs.sources import Sources

KEPT = ("PATH", "SYSTEMROOT", "SYSTEMDRIVE", "PATHEXT", "COMSPEC", "LD_LIBRARY_PATH")
Tell = Callable[[str], None]


@contextlib.contextmanager
def made_again(
    record: Mapping[str, Any], sources: Sources, root: Path, tell: Tell
) -> Iterator[Path]:
    """Execute a run again and give the folder of its results, which goes when the context ends.

    Parameters
    ----------
    record : mapping
        The run's ``run.json``.
    sources : Sources
        What it was made from.
    root : Path
        The project, for its notebooks.
    tell : callable
        Called with each line that the run says of its steps.

    Raises
    ------
    RunError
        If it fails.
    """
    # the blank is meant: the place of a run must not matter
    with tempfile.TemporaryDirectory(prefix="kbnn verify ", ignore_cleanup_errors=True) as place:
        project = Path(place) / "project"
        params = Params.model_validate(record["parameters"], strict=False)
        _furnish(project, params, sources, root)
        _execute(project, Path(place), tell)
        yield project / "outputs" / params.folder


def _furnish(project: Path, params: Params, sources: Sources, root: Path) -> None:
    """Lay out notebooks, parameters, input, lock, ledger and withheld rows as they were."""
    (project / "notebooks").mkdir(parents=True)
    for name in params.notebooks:
        shutil.copy2(root / "notebooks" / f"{name}.ipynb", project / "notebooks")
    if (root / LOCK).is_file():
        shutil.copy2(root / LOCK, project)
    for name, path in sources.inputs.items():
        _link(path, project / _inside(name))
    # JSON is YAML
    told = json.dumps(_with_places(params), ensure_ascii=False, indent=1)
    (project / "params.yaml").write_text(told, encoding="utf-8")
    if sources.ledger:
        path = project_ledger(project).path
        path.parent.mkdir(parents=True)
        path.write_text(sources.ledger, encoding="utf-8", newline="\n")
    if sources.withheld:
        write_withheld(project, params.folder, sources.withheld)


def _with_places(params: Params) -> dict[str, Any]:
    """Return parameters in which the files of earlier periods are told with their folders."""
    told = params.model_dump(mode="json")
    for each in told["earlier"]:
        folder = earlier_folder(Path(), each["period"])
        named = {name: each[name] for name in ("codebook", "unit_vintage") if is_path(each[name])}
        if each["data"] != SIMULATED:
            named["data"] = each["data"]
        each |= {name: (folder / given).as_posix() for name, given in named.items()}
    return told


def _inside(name: str) -> str:
    """Refuse a name that leads out of the clean place: a record may have been rewritten."""
    parts = name.split("/")
    if any(part in ("", ".", "..") or part != Path(part).name or "\\" in part for part in parts):
        raise UsageError(f"The record names a file {name!r}, which lies outside of the run.")
    return name


def _link(path: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        target.symlink_to(path.resolve())
    except OSError:  # no links on this system: Windows without the right
        shutil.copy2(path, target)


def _execute(project: Path, place: Path, tell: Tell) -> None:
    home = place / "home"
    home.mkdir()
    bare = {name: os.environ[name] for name in KEPT if name in os.environ}
    bare |= {"HOME": str(home), "USERPROFILE": str(home), "TMPDIR": str(place), "TEMP": str(place)}
    # -I: neither the current folder, nor PYTHON* variables, nor the user's own packages count
    command = [sys.executable, "-I", "-X", "utf8", "-m", "kbnn_analysis", "run", "params.yaml"]
    last: deque[str] = deque(maxlen=12)
    with subprocess.Popen(
        [*command, "--output", "outputs"], cwd=project, env=bare, text=True, encoding="utf-8",
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, errors="replace",
    ) as running:  # fmt: skip
        for line in running.stderr or ():
            last.append(line.rstrip())
            tell(line.rstrip())
    if running.returncode:
        raise RunError("The run could not be made again:\n  " + "\n  ".join(_said(last)))


def _said(lines: deque[str]) -> list[str]:
    """Return the last words of a run from its own message on."""
    told = list(lines)
    starts = [at for at, line in enumerate(told) if line.startswith("kbnn: ")]
    return told[starts[-1] :] if starts else told
