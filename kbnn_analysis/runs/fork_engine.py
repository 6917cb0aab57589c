"""Papermill engines that start no kernel: cells run in a child forked from a preloaded process.

``kbnn-fork`` is for anyone (``papermill in.ipynb out.ipynb --engine kbnn-fork``); it falls back
to papermill's own engine, and says so, where forking is not to be had or a notebook needs a real
kernel. ``kbnn-here`` runs cells in the process that calls it; a batch uses it inside its children.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.engines import NBClientEngine, papermill_engines
from papermill.log import logger
from papermill.utils import remove_args

from kbnn_analysis.runs.cell_client import Client, Here
from kbnn_analysis.runs.forking import (
    SINGLE_THREADED,
    ForkLostError,
    ForkUnavailableError,
    KernelNeededError,
    why_not_fork,
)
from kbnn_analysis.runs.preloaded import Preloaded, shared

FORK, HERE = "kbnn-fork", "kbnn-here"
_COMMS = re.compile(
    r"^\s*(?:from|import)\s+(?:ipywidgets|ipympl|anywidget|comm)\b|^\s*%matplotlib\s+(?!inline|agg)\S",
    re.MULTILINE,
)


def why_kernel(content: Any) -> str:
    """Return why a notebook must have an ordinary kernel; nothing if it need not.

    Parameters
    ----------
    content : NotebookNode
        The notebook.
    """
    if reason := why_not_fork():
        return reason
    code = "\n".join(cell.source for cell in content.cells if cell.cell_type == "code")
    found = _COMMS.search(code)
    return f"`{found.group().strip()}` needs comms" if found else ""


class _Forked:
    """Cells in a forked child, which speaks JSON lines."""

    def __init__(self, preloaded: Preloaded) -> None:
        environment = {**os.environ, **SINGLE_THREADED}
        environment.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
        self.child = preloaded.fork(
            "kbnn_analysis.runs.fork_engine:serve_cells", [], folder=Path.cwd(),
            environment=environment,
        )  # fmt: skip
        self._lines = self.child.channel.makefile("rb")

    def run(self, client: Any, cell: Any, index: int, store_history: bool) -> dict[str, Any]:
        asked = {"code": cell.source, "cell_id": cell.get("id"), "store_history": store_history}
        with contextlib.suppress(OSError):
            self.child.channel.sendall(json.dumps(asked).encode() + b"\n")
        limit = client._get_timeout(cell)
        until = time.monotonic() + limit if limit else None
        while told := self._next(until, limit, cell):
            if "reply" in told:
                return dict(told["reply"])
            client.process_message(told, cell, index)
        raise DeadKernelError("Kernel died")

    def _next(self, until: float | None, limit: float | None, cell: Any) -> dict[str, Any]:
        try:
            left = None if until is None else max(until - time.monotonic(), 0.001)
            self.child.channel.settimeout(left)
            line = self._lines.readline()
        except TimeoutError:
            self.child.signal(signal.SIGKILL)
            raise CellTimeoutError.error_from_timeout_and_cell(
                "Cell execution timed out", int(limit or 0), cell
            ) from None
        except OSError:
            line = b""
        told: dict[str, Any] = json.loads(line) if line.endswith(b"\n") else {}
        if "needs_kernel" in told:
            raise KernelNeededError(told["needs_kernel"])
        return told

    def close(self) -> None:
        self._lines.close()
        self.child.close()


def serve_cells(handle: int) -> int:
    """Execute the cells that come on a channel; what a child of ``kbnn-fork`` does.

    Parameters
    ----------
    handle : int
        The channel.

    Returns
    -------
    int
        The exit code.
    """
    from kbnn_analysis.runs import cells

    with socket.socket(fileno=handle) as channel:

        def tell(message: dict[str, Any]) -> None:
            channel.sendall(json.dumps(message, default=str).encode() + b"\n")

        shell = cells.Cells(tell)
        for line in channel.makefile("rb"):
            try:
                reply = shell.run(**json.loads(line))
            except KernelNeededError as problem:
                tell({"needs_kernel": str(problem)})
                return 0
            tell({"reply": reply})
            if shell.ended:
                return 0
    return 0


class HereEngine(NBClientEngine):  # type: ignore[misc]
    """Runs cells in this process, once; for processes made for one notebook."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> Any:
        """Execute the notebook that papermill prepared."""
        return Client(nb_man, Here(), **_client_options(options)).execute()


class ForkEngine(NBClientEngine):  # type: ignore[misc]
    """Runs each notebook in a child forked from a process that has imported everything."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> Any:
        """Execute the notebook that papermill prepared, in an ordinary kernel where it must."""
        reason = why_kernel(nb_man.nb)
        if not reason:
            try:
                with _forked() as runner:
                    return Client(nb_man, runner, **_client_options(options)).execute()
            except (ForkUnavailableError, KernelNeededError) as problem:
                reason = str(problem)
        logger.warning("%s runs it in an ordinary kernel: %s.", FORK, reason)
        return super().execute_managed_notebook(nb_man, kernel_name, **options)


def _client_options(options: dict[str, Any]) -> dict[str, Any]:
    """Return papermill's options as its client takes them."""
    limit = options.get("execution_timeout") or options.get("timeout")
    left_out = ["input_path", "timeout", "startup_timeout", "start_timeout", "execution_timeout"]
    return {**remove_args(left_out, **options), "timeout": limit, "log": logger}


@contextlib.contextmanager
def _forked() -> Iterator[_Forked]:
    try:
        runner = _Forked(shared())
    except ForkLostError:  # it was killed since: a new one
        runner = _Forked(shared())
    try:
        yield runner
    finally:
        runner.close()


papermill_engines.register(FORK, ForkEngine)
papermill_engines.register(HERE, HereEngine)
