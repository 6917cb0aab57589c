"""Where tasks are carried out: processes of this machine, or any executor's workers."""

from __future__ import annotations

import json
import tempfile
import threading
from collections.abc import Mapping
from concurrent.futures import CancelledError, Executor, Future, wait
from dataclasses import replace
from pathlib import Path
from typing import Any

from kbnn_analysis.errors import KbnnError, RunError
from kbnn_analysis.runs.apart import Call, Limits, StoppedError, call_apart
from kbnn_analysis.runs.files import write_whole
from kbnn_analysis.runs.kernel import moment_of, pinned_environment
from kbnn_analysis.runs.outcomes import failure, raised
from kbnn_analysis.runs.package_sources import code_sha256
from kbnn_analysis.runs.tasks import ORDER
from kbnn_analysis.runs.workspace import HOME

Packed = Mapping[str, bytes]
_BACK = ("executed.ipynb", "store", "shown", "exhibits", "failed")


def call_of(function: str, folder: Path, label: str, period: str) -> Call:
    """Return a task as a call in a process that differs from machine to machine in nothing.

    Parameters
    ----------
    function : str
        Name of a function of :mod:`kbnn_analysis.runs.tasks`.
    folder : Path
        The folder with its order.
    label, period : str
        What people call it; the survey period.
    """
    name = f"kbnn_analysis.runs.tasks:{function}"
    return Call(name, folder, label, pinned_environment(), moment_of(period, folder))


def call_far(
    executor: Executor, call: Call, limits: Limits, root: Path, stop: threading.Event
) -> dict[str, Any]:
    """Carry out a task on one of an executor's workers, which need share no files with us.

    Parameters
    ----------
    executor : Executor
        Any of `concurrent.futures`, such as ``distributed.Client(...).get_executor()``.
    call : Call
        The task.
    limits : Limits
        What it may take.
    root : Path
        The project: what audits withheld goes along.
    stop : Event
        Once set, it is waited for no longer.

    Raises
    ------
    KbnnError
        As for :func:`kbnn_analysis.runs.apart.call_apart`, or if the worker has another version.
    StoppedError
        If it was stopped.
    """
    packed = {**pack(call.folder), **pack(root, f"{HOME}/withheld", into="project/")}
    future = executor.submit(work, packed, call, limits, code_sha256())
    try:
        told = _result(future, stop)
    except (StoppedError, KbnnError):
        raise
    except CancelledError:
        gone = "who was to see to it on other machines is gone"
        raise RunError(f"{call.label} failed: {gone}.") from None
    except Exception as problem:  # what executors raise when their workers are lost
        raise RunError(f"{call.label} failed: {type(problem).__name__}: {problem}") from None
    unpack(told["files"], call.folder)
    if "failure" in told:
        raise raised(told["failure"])
    return dict(told["returned"])


def work(packed: Packed, call: Call, limits: Limits, code: str) -> dict[str, Any]:
    """Carry out a task from its packed folder; what a worker does.

    Parameters
    ----------
    packed : mapping
        Name of each file in the folder -> its bytes.
    call : Call
        The task; its folder is replaced by one of this machine.
    limits : Limits
        What it may take.
    code : str
        SHA-256 of the package's sources where the task comes from.

    Returns
    -------
    dict
        ``files``: what was made; ``returned`` or ``failure``: how it ended.
    """
    if code != code_sha256():
        problem = RunError(
            "A worker has another version of kbnn-analysis; install the same on all machines."
        )
        return {"files": {}, "failure": failure(problem)}
    with tempfile.TemporaryDirectory(prefix="kbnn-", ignore_cleanup_errors=True) as place:
        folder = Path(place).resolve() / "step"
        unpack(packed, folder)
        order = json.loads((folder / ORDER).read_text(encoding="utf-8"))
        write_whole(folder / ORDER, json.dumps({**order, "root": str(folder / "project")}))
        (folder / "project" / "notebooks").mkdir(parents=True, exist_ok=True)
        moment = {
            name: value.replace(str(call.folder), str(folder))
            for name, value in call.moment.items()
        }
        here = replace(call, folder=folder, moment=moment)
        try:
            told = {"returned": call_apart(here, limits, threading.Event())}
        except Exception as problem:
            told = {"failure": failure(problem)}
        return {"files": {k: v for name in _BACK for k, v in pack(folder, name).items()}, **told}


def pack(folder: Path, name: str = "", *, into: str = "") -> dict[str, bytes]:
    """Return the files of a folder, or of a part of it, by their name in the folder.

    Parameters
    ----------
    folder : Path
        The folder; links are followed.
    name : str
        A file or folder in it; empty for all.
    into : str
        Put before each name.
    """
    start = folder / name
    paths = [start] if start.is_file() else _files(start) if start.is_dir() else []
    return {f"{into}{path.relative_to(folder).as_posix()}": path.read_bytes() for path in paths}


def unpack(packed: Packed, folder: Path) -> None:
    """Write packed files into a folder.

    Parameters
    ----------
    packed : mapping
        From :func:`pack`.
    folder : Path
        Where they go; names that lead out of it are refused.

    Raises
    ------
    RunError
        If a name leads out of the folder.
    """
    for name, content in packed.items():
        if Path(name).is_absolute() or ".." in Path(name).parts:
            raise RunError(f"A worker sent a file {name!r}, which leads out of its folder.")
        write_whole(folder / name, content)


def _files(folder: Path) -> list[Path]:
    """Return all files below a folder; a folder that is a link counts as one."""
    found: list[Path] = []
    for path in sorted(folder.iterdir()):
        found += _files(path) if path.is_dir() else [path]
    return found


def _result(future: Future[Any], stop: threading.Event) -> dict[str, Any]:
    while not stop.is_set():
        if wait([future], 0.2).done:
            found: dict[str, Any] = future.result()
            return found
    future.cancel()
    raise StoppedError
