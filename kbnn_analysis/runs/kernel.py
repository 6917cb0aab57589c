"""The kernel in which notebooks run: this Python, and an environment that is always the same."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time

from kbnn_analysis.periods import parse_period
from kbnn_analysis.runs.workspace import RUN_FOLDER, Workspace

KERNEL = "kbnn"


def pinned_environment(period: str) -> dict[str, str]:
    """Return the variables on which bytes would otherwise depend.

    Time stamps are the last day of the period; numerical libraries use one thread and, on
    x86-64, one set of instructions.

    Parameters
    ----------
    period : str
        The survey period.

    Examples
    --------
    >>> pinned_environment("2023-1")["SOURCE_DATE_EPOCH"]
    '1688083200'
    """
    last_day = datetime.combine(parse_period(period).end, time(), tzinfo=UTC)
    pinned = {
        "PYTHONHASHSEED": "0",
        "SOURCE_DATE_EPOCH": str(int(last_day.timestamp())),
        "TZ": "UTC",
        "LC_ALL": "C.UTF-8",
        "LANG": "C.UTF-8",
        "MPLBACKEND": "agg",
        "PYTHONNOUSERSITE": "1",
        "PYTHONPATH": "",
        "COLUMNS": "100",
    }
    pinned |= dict.fromkeys(
        ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1"
    )
    if platform.machine().lower() in {"x86_64", "amd64"}:
        pinned["OPENBLAS_CORETYPE"] = "Haswell"
    return pinned


@contextlib.contextmanager
def kernel_for(workspace: Workspace, period: str) -> Iterator[str]:
    """Make the kernel known to Jupyter while the context lasts; give its name.

    It is this Python in the pinned environment, whatever kernels the machine has, and it tells
    notebooks the workspace of the run.
    """
    home = workspace.folder / "jupyter"
    spec = home / "kernels" / KERNEL / "kernel.json"
    spec.parent.mkdir(parents=True, exist_ok=True)
    environment = {
        **pinned_environment(period),
        "IPYTHONDIR": str(workspace.folder / "ipython"),
        RUN_FOLDER: str(workspace.folder),
    }
    told = {
        "argv": [
            sys.executable,
            "-m",
            "ipykernel_launcher",
            "-f",
            "{connection_file}",
            "--log-level=50",
        ],
        "display_name": "KBNN",
        "language": "python",
        "env": environment,
    }
    spec.write_text(json.dumps(told), encoding="utf-8")
    paths = [str(home), *filter(None, [os.environ.get("JUPYTER_PATH")])]
    told_here = {"JUPYTER_PATH": os.pathsep.join(paths), "IPYTHONDIR": environment["IPYTHONDIR"]}
    with _environment(told_here):
        yield KERNEL


@contextlib.contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
