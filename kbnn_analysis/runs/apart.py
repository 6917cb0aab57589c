"""A call in a process of its own, with limits: it fails alone.

The process is forked from a preloaded one where that is safe, and an ordinary new Python
otherwise. Either tells its outcome as one line of JSON.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from kbnn_analysis.errors import RunError
from kbnn_analysis.runs import serving
from kbnn_analysis.runs.forking import ForkLostError, ForkUnavailableError, can_fork
from kbnn_analysis.runs.outcomes import raised
from kbnn_analysis.runs.preloaded import shared

logger = logging.getLogger(__name__)
_LOOK = 0.2  # seconds between two looks at the clock and at a wish to stop
_TRIES = 3  # a preloaded process that is killed is started again


@dataclass(frozen=True)
class Limits:
    """What one call may take.

    Parameters
    ----------
    seconds : float
        Of the clock.
    memory : int
        Bytes; 0 for no limit.
    """

    seconds: float = 1800
    memory: int = 0


class StoppedError(Exception):
    """The call was stopped because someone wished it."""


@dataclass(frozen=True)
class Call:
    """What to call, where, and with which variables.

    Parameters
    ----------
    function : str
        "module:function" that takes a folder and returns plain values.
    folder : Path
        The folder.
    label : str
        What people call it.
    environment : mapping
        Variables that must hold before Python starts, and in the call.
    moment : mapping
        Variables that hold in the call only.
    """

    function: str
    folder: Path
    label: str
    environment: Mapping[str, str] = field(default_factory=dict)
    moment: Mapping[str, str] = field(default_factory=dict)


class _Process(Protocol):
    def read(self, seconds: float) -> bytes | None: ...
    def end(self) -> int: ...
    def kill(self) -> None: ...


def call_apart(call: Call, limits: Limits, stop: threading.Event) -> dict[str, Any]:
    """Call a function in a process of its own and return what it returns.

    Parameters
    ----------
    call : Call
        What to call.
    limits : Limits
        What it may take.
    stop : Event
        Once set, the process is killed.

    Raises
    ------
    KbnnError
        What the function raised, or a :class:`RunError` that says how the process ended.
    StoppedError
        If it was stopped.
    """
    for _ in range(_TRIES):
        with contextlib.suppress(ForkLostError):
            return _call_once(call, limits, stop)
    raise RunError(f"{call.label} failed: its preloaded process died {_TRIES} times.")


def _call_once(call: Call, limits: Limits, stop: threading.Event) -> dict[str, Any]:
    process, line = _start(call, limits), b""
    until = time.monotonic() + limits.seconds
    try:
        while (part := process.read(_LOOK)) != b"":
            line += part or b""
            if stop.is_set():
                raise StoppedError
            if time.monotonic() > until:
                raise RunError(f"{call.label} failed: it took over {limits.seconds:g} seconds.")
        if not line.endswith(b"\n"):
            raise RunError(f"{call.label} failed: {_ending(process.end())}.")
    finally:
        process.kill()
    told: dict[str, Any] = json.loads(line)
    if "failure" in told:
        raise raised(told["failure"])
    return dict(told["returned"])


def _ending(code: int) -> str:
    if code >= 0:
        return f"its process ended with exit code {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = str(-code)
    return f"its process died of {name}, perhaps for want of memory"


def _start(call: Call, limits: Limits) -> _Process:
    if can_fork():
        try:
            return _Forked(call, limits)
        except ForkUnavailableError as problem:
            logger.warning("%s is done by a new Python: %s.", call.label, problem)
    return _Ordinary(call, limits)


class _Forked:
    def __init__(self, call: Call, limits: Limits) -> None:
        self._child = shared(call.environment).fork(
            f"{serving.__name__}:serve",
            [call.function, str(call.folder), limits.memory],
            folder=call.folder,
            environment={**os.environ, **call.environment, **call.moment},
        )

    def read(self, seconds: float) -> bytes | None:
        channel = self._child.channel
        if not select.select([channel], [], [], seconds)[0]:
            return None
        try:
            return channel.recv(1 << 16)
        except ConnectionError:
            return b""

    def end(self) -> int:
        code = self._child.wait(10)
        if self._child.lost:
            raise ForkLostError
        return code

    def kill(self) -> None:
        self._child.signal(signal.SIGKILL)
        self._child.close()


class _Ordinary:
    def __init__(self, call: Call, limits: Limits) -> None:
        words = [call.function, str(call.folder), str(limits.memory)]
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", serving.__name__, *words], cwd=call.folder,
            env={**os.environ, **call.environment, **call.moment},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        self._lines: list[bytes] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        self._lines.append(self._process.stdout.read())

    def read(self, seconds: float) -> bytes | None:
        self._reader.join(seconds)
        if self._reader.is_alive():
            return None
        return self._lines.pop() if self._lines else b""

    def end(self) -> int:
        return self._process.wait()

    def kill(self) -> None:
        with contextlib.suppress(OSError):
            if hasattr(os, "killpg"):
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()
        self._process.wait()
        self._reader.join()
        assert self._process.stdout is not None
        self._process.stdout.close()
