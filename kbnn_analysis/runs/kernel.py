"""The kernel in which notebooks run: this Python, and an environment that is always the same."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, time
from pathlib import Path

from kbnn_analysis.periods import parse_period
from kbnn_analysis.runs.workspace import RUN_FOLDER, Workspace

KERNEL = "kbnn"


def pinned_environment() -> dict[str, str]:
    """Return the variables on which bytes would otherwise depend, before Python starts.

    Numerical libraries use one thread and, on x86-64, one set of instructions.

    Examples
    --------
    >>> pinned_environment()["PYTHONHASHSEED"]
    '0'
    """
    pinned = {
        "PYTHONHASHSEED": "0",
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


def moment_of(period: str, folder: Path) -> dict[str, str]:
    """Return the variables of one run: time stamps are the last day of its period.

    Parameters
    ----------
    period : str
        The survey period.
    folder : Path
        The working folder.

    Examples
    --------
    >>> moment_of("2023-1", Path("."))["SOURCE_DATE_EPOCH"]
    '1688083200'
    """
    last_day = datetime.combine(parse_period(period).end, time(), tzinfo=UTC)
    return {
        "SOURCE_DATE_EPOCH": str(int(last_day.timestamp())),
        "IPYTHONDIR": str(folder / "ipython"),
        RUN_FOLDER: str(folder),
    }


@contextlib.contextmanager
def kernel_for(workspace: Workspace) -> Iterator[str]:
    """Make the kernel known to Jupyter while the context lasts; give its name.

    It is this Python in this process's environment, whatever kernels the machine has.
    """
    home = workspace.folder / "jupyter"
    spec = home / "kernels" / KERNEL / "kernel.json"
    spec.parent.mkdir(parents=True, exist_ok=True)
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
    }
    spec.write_text(json.dumps(told), encoding="utf-8")
    paths = [str(home), *filter(None, [os.environ.get("JUPYTER_PATH")])]
    before = os.environ.get("JUPYTER_PATH")
    os.environ["JUPYTER_PATH"] = os.pathsep.join(paths)
    try:
        yield KERNEL
    finally:
        if before is None:
            del os.environ["JUPYTER_PATH"]
        else:
            os.environ["JUPYTER_PATH"] = before
