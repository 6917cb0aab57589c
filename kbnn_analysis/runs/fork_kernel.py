"""A Jupyter kernel provisioner whose kernels are forked from a preloaded process.

Whatever starts kernels by their specification (JupyterLab, nbclient, papermill) starts the
kernel ``kbnn`` this way. Where forking is not to be had it starts an ordinary kernel, and says so.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import pathlib
import signal
import sys
from typing import Any

from jupyter_client.provisioning import LocalProvisioner  # type: ignore[attr-defined]

from kbnn_analysis.runs.forking import (
    SINGLE_THREADED,
    ForkLostError,
    ForkUnavailableError,
)
from kbnn_analysis.runs.preloaded import Child, shared

_LAUNCHER = "ipykernel_launcher"


class _Process:
    """A forked child, as Jupyter expects of a process that it started."""

    stdin = stdout = stderr = None

    def __init__(self, child: Child) -> None:
        self._child = child
        self.pid = child.pid

    def poll(self) -> int | None:
        return self._child.poll()

    def wait(self) -> int:
        code = self._child.wait()
        self._child.close()
        return code

    def send_signal(self, number: int) -> None:
        self._child.signal(number)

    def kill(self) -> None:
        self._child.signal(signal.SIGKILL)

    def terminate(self) -> None:
        self._child.signal(signal.SIGTERM)


class ForkProvisioner(LocalProvisioner):
    """Starts IPython kernels by forking; everything else is as with local kernels."""

    async def launch_kernel(self, cmd: list[str], **options: Any) -> Any:
        """Start a kernel, forked where that is safe."""
        try:
            options["env"] = _environment(options)
            # in a thread: JupyterLab's server goes on while everything is imported
            child = await asyncio.to_thread(_fork, _arguments(cmd), options)
        except ForkUnavailableError as problem:
            self.log.warning("The kernel is started in the ordinary way: %s.", problem)
            return await super().launch_kernel(cmd, **options)
        self.process: Any = _Process(child)
        self.pid = self.pgid = child.pid
        self.cwd = options.get("cwd", pathlib.Path.cwd())
        return self.connection_info


def run_kernel(handle: int, arguments: list[str]) -> int:
    """Be an IPython kernel; what a forked child does.

    Parameters
    ----------
    handle : int
        The channel, which a kernel does not need: it has its own.
    arguments : list of str
        The launcher's arguments, among them the connection file.

    Returns
    -------
    int
        The exit code.
    """
    from ipykernel import kernelapp

    from kbnn_analysis.runs.cells import see_folder

    os.close(handle)
    see_folder()  # IPython leaves it out where Python started with -P, as the preloaded process did
    sys.argv = [_LAUNCHER, *arguments]
    kernelapp.launch_new_instance()
    return 0


def _arguments(cmd: list[str]) -> list[str]:
    """Return what follows the launcher; another program cannot be forked."""
    if cmd[1:3] != ["-m", _LAUNCHER]:
        raise ForkUnavailableError(f"{' '.join(cmd[:3])} is not `python -m {_LAUNCHER}`")
    return cmd[3:]


def _environment(options: dict[str, Any]) -> dict[str, str]:
    found = {**os.environ, **(options.get("env") or {}), **SINGLE_THREADED}
    found.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    return found


def _fork(arguments: list[str], options: dict[str, Any]) -> Child:
    told: dict[str, Any] = {
        "folder": pathlib.Path(options.get("cwd") or pathlib.Path.cwd()),
        "environment": options["env"],
    }
    call = f"{__name__}:run_kernel"
    with contextlib.suppress(ForkLostError):
        return shared(as_it_is=True).fork(call, [arguments], **told)
    return shared(as_it_is=True).fork(call, [arguments], **told)
