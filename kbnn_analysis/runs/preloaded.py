"""Children forked from a preloaded process, as those see it who ask for them."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kbnn_analysis.runs.forking import (
    SINGLE_THREADED,
    ForkLostError,
    ForkUnavailableError,
    why_not_fork,
)
from kbnn_analysis.runs.package_sources import sources_stamp
from kbnn_analysis.runs.zygote import MESSAGE

START_LIMIT = 120  # seconds for importing everything on a slow machine


class Child:
    """A forked child: its pid, a channel to talk to it, and its end.

    Parameters
    ----------
    pid : int
        The process; its number is not given to another one before :meth:`close`.
    channel : socket
        The other end of what the child was given.
    connection : socket
        On which the preloaded process tells the child's end.
    """

    def __init__(self, pid: int, channel: socket.socket, connection: socket.socket) -> None:
        self.pid = pid
        self.channel = channel
        self._connection = connection
        self.code: int | None = None
        self.lost = False

    def poll(self) -> int | None:
        """Return the exit code, minus the signal that killed it, or None while it runs."""
        if self.code is None and select.select([self._connection], [], [], 0)[0]:
            told = _receive(self._connection)
            self.lost = not told
            self.code = told.get("code", -signal.SIGKILL)
        return self.code

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit code once it has ended.

        Raises
        ------
        TimeoutError
            If it has not ended after `timeout` seconds.
        """
        if self.poll() is None and not select.select([self._connection], [], [], timeout)[0]:
            raise TimeoutError
        code = self.poll()
        assert code is not None
        return code

    def signal(self, number: int) -> None:
        """Send a signal to the child and the processes that it started."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, number)

    def close(self) -> None:
        """Kill what is left of it and let it go."""
        self._connection.close()
        self.channel.close()


class Preloaded:
    """A preloaded process; it ends when this object is closed or this process dies.

    Parameters
    ----------
    environment : mapping, optional
        Variables that must hold before Python and the numerical libraries start.

    Raises
    ------
    ForkUnavailableError
        If forking is not safe here.
    """

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        if reason := why_not_fork():
            raise ForkUnavailableError(reason)
        self.sources = sources_stamp()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control = ours
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "kbnn_analysis.runs.zygote", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                env={**os.environ, **(environment or {}), **SINGLE_THREADED},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._ready = False
        self._starting = threading.Lock()

    def fork(
        self,
        call: str,
        arguments: Sequence[Any],
        *,
        folder: Path,
        environment: Mapping[str, str] | None = None,
    ) -> Child:
        """Fork a child that calls a function with a channel's handle and arguments.

        Parameters
        ----------
        call : str
            "module:function"; what it returns is the exit code.
        arguments : sequence
            Plain values.
        folder : Path
            The child's current folder.
        environment : mapping, optional
            The child's whole environment; this process's where left out.

        Raises
        ------
        ForkUnavailableError
            If the preloaded process refuses.
        ForkLostError
            If it is gone.
        """
        self._wait_ready()
        asked = {
            "call": call,
            "arguments": list(arguments),
            "folder": str(folder),
            "environment": dict(os.environ if environment is None else environment),
        }
        raw = json.dumps(asked).encode()
        if len(raw) > MESSAGE:
            raise ForkUnavailableError(f"{len(raw)} bytes of environment are too many")
        channel, far_channel = socket.socketpair()
        connection, far_connection = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with far_channel, far_connection:
            handles = [far_connection.fileno(), far_channel.fileno()]
            try:
                socket.send_fds(self._control, [raw], handles)
            except OSError as problem:
                raise ForkLostError(str(problem)) from None
        told = _receive(connection)
        if "pid" in told:
            return Child(told["pid"], channel, connection)
        raise (ForkUnavailableError(told["refused"]) if told else ForkLostError("it is gone"))

    def alive(self) -> bool:
        """Tell whether the preloaded process runs."""
        return self.process.poll() is None

    def retire(self) -> None:
        """Let the preloaded process end once its last child has ended."""
        with contextlib.suppress(OSError):
            self._control.send(json.dumps({"retire": True}).encode())

    def close(self) -> None:
        """End the preloaded process and its children."""
        self._control.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(5)
            return
        self.process.kill()
        self.process.wait()

    def _wait_ready(self) -> None:
        with self._starting:
            if self._ready:
                return
            self._control.settimeout(START_LIMIT)
            began = time.monotonic()
            try:
                told = _receive(self._control)
            except TimeoutError:
                waited = time.monotonic() - began
                raise ForkUnavailableError(f"it was not ready after {waited:.0f} seconds") from None
            self._control.settimeout(None)
            if not told:
                raise ForkLostError("it died while it was starting")
            if "refused" in told:
                raise ForkUnavailableError(told["refused"])
            self._ready = True


def _receive(connection: socket.socket) -> dict[str, Any]:
    """Return the next message; an empty one if the other end is gone."""
    try:
        raw = connection.recv(MESSAGE)
    except ConnectionError:
        return {}
    found: dict[str, Any] = json.loads(raw) if raw else {}
    return found


_shared: dict[frozenset[tuple[str, str]], Preloaded] = {}
_sharing = threading.Lock()


def shared(environment: Mapping[str, str] | None = None, *, as_it_is: bool = False) -> Preloaded:
    """Return the preloaded process that all notebooks of this process share, started when needed.

    Parameters
    ----------
    environment : mapping, optional
        Variables that must hold before Python starts; each set of them has a process of its own.
    as_it_is : bool
        True asks for the package as it is now: where its files were changed since the process
        began, another one takes its place. A batch keeps one for all of its notebooks.

    Raises
    ------
    ForkUnavailableError
        If forking is not safe here.
    """
    if reason := why_not_fork():  # one may run since before it was forbidden
        raise ForkUnavailableError(reason)
    key = frozenset((environment or {}).items())
    with _sharing:
        known = _shared.get(key)
        if known and as_it_is and known.sources != sources_stamp():
            known.retire()
            known = None
        if known is None or not known.alive():
            known = _shared[key] = Preloaded(environment)
            atexit.register(known.close)
        return known
