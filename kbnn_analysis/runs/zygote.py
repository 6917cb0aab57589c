"""The preloaded process: it imports once what notebooks need, then forks a child for each.

Started as ``python -m kbnn_analysis.runs.zygote FD`` by :mod:`kbnn_analysis.runs.preloaded`. It has
one thread and imports before it serves, so that forking it is safe; it ends, with all its
children, when the process that started it does.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import importlib.util
import json
import os
import select
import signal
import socket
import sys
import types
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PRELOADED = (
    "numpy", "pandas", "scipy.stats", "matplotlib.pyplot", "seaborn", "statsmodels.api",
    "statsmodels.formula.api", "ipykernel.kernelapp", "ipykernel.zmqshell", "papermill",
    "kbnn_analysis.disclosure", "kbnn_analysis.inference", "kbnn_analysis.inference.drivers",
    "kbnn_analysis.presentation.narrative", "kbnn_analysis.presentation.figures.drivers",
    "kbnn_analysis.presentation.maps", "kbnn_analysis.presentation.tables",
    "kbnn_analysis.runs.cells", "kbnn_analysis.runs.fork_engine", "kbnn_analysis.runs.tasks",
    "kbnn_analysis.inference.simulation", "docx", "nbconvert", "rocrate.rocrate", "typst",
)  # fmt: skip
MESSAGE = 1 << 18  # bytes: a request holds an environment and a few names
_PR_SET_PDEATHSIG = 1


@dataclass
class _Server:
    control: socket.socket
    children: dict[int, socket.socket] = field(default_factory=dict)  # pid -> its connection
    retiring: bool = False
    ended: set[int] = field(default_factory=set)

    def serve(self) -> None:
        """Answer requests until the process that started this one is gone or needs it no more."""
        wake, waken = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(waken, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for those who asked
        while self.children or not self.retiring:
            watched: list[Any] = [self.control, wake, *self.children.values()]
            ready, _, _ = select.select(watched, [], [])
            if wake in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(wake, 4096)
                self._tell_ended()
            for pid, connection in list(self.children.items()):
                if connection in ready:
                    self._forget(pid)
            if self.control in ready and not self._answer():
                return

    def _answer(self) -> bool:
        raw, handles, _, _ = socket.recv_fds(self.control, MESSAGE, 2)
        if not raw:
            for pid in list(self.children):
                self._forget(pid)
            return False
        if not handles:  # only who asks for a child hands over channels
            self.retiring = True
            return True
        connection = socket.socket(fileno=handles[0])
        try:
            pid = os.fork()
        except OSError as problem:
            connection.send(json.dumps({"refused": str(problem.strerror)}).encode())
            connection.close()
            os.close(handles[1])
            return True
        if pid == 0:
            self._become_child(json.loads(raw), connection, handles[1])
        os.close(handles[1])
        self.children[pid] = connection
        with contextlib.suppress(OSError):
            connection.send(json.dumps({"pid": pid}).encode())
        return True

    def _become_child(self, request: dict[str, Any], connection: socket.socket, data: int) -> None:
        code = 1
        try:
            _die_with_parent()
            os.setpgid(0, 0)
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            signal.signal(signal.SIGINT, signal.default_int_handler)
            for each in (self.control, connection, *self.children.values()):
                each.close()
            code = _call(request, data)
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        except BaseException:
            sys.excepthook(*sys.exc_info())
        finally:
            with contextlib.suppress(Exception):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(code)

    def _tell_ended(self) -> None:
        """Tell how children ended; they stay zombies until forgotten, so no pid is used twice."""
        for pid in self.children.keys() - self.ended:
            found = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if found is None:
                continue
            self.ended.add(pid)
            code = found.si_status if found.si_code == os.CLD_EXITED else -found.si_status
            with contextlib.suppress(OSError):
                self.children[pid].send(json.dumps({"code": code}).encode())

    def _forget(self, pid: int) -> None:
        """Kill what is left of a child whose owner went away, and let the system forget it."""
        with contextlib.suppress(OSError):
            os.killpg(pid, signal.SIGKILL)
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(pid, 0)
        self.children.pop(pid).close()
        self.ended.discard(pid)


def _call(request: dict[str, Any], data: int) -> int:
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["folder"])
    _freshen()
    module, _, name = request["call"].partition(":")
    return int(getattr(importlib.import_module(module), name)(data, *request["arguments"]) or 0)


def _freshen() -> None:
    """Give a child what a process of its own would have: its clock zone and random numbers."""
    import random
    import time

    time.tzset()
    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
    if "matplotlib" in sys.modules and os.environ.get("MPLBACKEND"):
        sys.modules["matplotlib"].rcParams["backend"] = os.environ["MPLBACKEND"]
    gc.enable()


def _die_with_parent() -> None:
    """Let the system kill this process when the one that forked it dies."""
    import ctypes

    parent = os.getppid()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent or parent == 1:
        os._exit(1)


@contextlib.contextmanager
def _put_off(module: str, function: str) -> Iterator[None]:
    """Let those who import a function get it when they first call it.

    The grammar of addresses takes a second to load, and notebooks are checked without it.
    """
    if importlib.util.find_spec(module) is None:
        yield
        return

    def call(*given: Any) -> Any:
        return getattr(importlib.import_module(module), function)(*given)

    stand_in = types.ModuleType(module)
    setattr(stand_in, function, call)
    sys.modules[module] = stand_in
    try:
        yield
    finally:
        del sys.modules[module]


def _warm() -> None:
    """Compile the schema of notebooks, which every child would do for itself."""
    nbformat: Any = importlib.import_module("nbformat")
    nbformat.validate(nbformat.v4.new_notebook())


def main(handle: int) -> None:
    """Import, say ready or what stands in the way, and serve.

    Parameters
    ----------
    handle : int
        The inherited socket on which requests come.
    """
    control = socket.socket(fileno=handle)
    with _put_off("rfc3987_syntax", "is_valid_syntax"):
        for name in PRELOADED:
            importlib.import_module(name)
    _warm()
    threads = len(list(Path("/proc/self/task").iterdir()))
    told = {"ready": True} if threads == 1 else {"refused": f"{threads} threads after importing"}
    control.send(json.dumps(told).encode())
    if threads == 1:
        gc.collect()
        gc.disable()
        gc.freeze()
        _Server(control).serve()


if __name__ == "__main__":
    main(int(sys.argv[1]))
