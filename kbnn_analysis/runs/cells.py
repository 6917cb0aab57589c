"""Cells executed in this very process, with the outputs an ordinary kernel would give.

IPython's kernel shell does the work; in the place of its sockets stands a function that takes
the messages. What only a real kernel can do (comms, and so widgets) is refused.
"""

from __future__ import annotations

import asyncio
import builtins
import importlib.util
import io
import os
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

import comm
from ipykernel.compiler import XCachingCompiler
from ipykernel.ipkernel import IPythonKernel
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.error import StdinNotImplementedError
from jupyter_client.session import Session
from traitlets.config import Config

from kbnn_analysis.runs.forking import KernelNeededError

Message = dict[str, Any]
Take = Callable[[Message], None]
LANGUAGE = dict(IPythonKernel.language_info)


class _Messages(Session):
    """Hands messages to a function instead of a socket."""

    take: Take

    def send(
        self, stream: Any, msg_or_type: Any, content: Any = None, *_: Any, **__: Any
    ) -> Message:
        kind, told = msg_or_type, content
        if isinstance(kind, dict):
            kind, told = msg_or_type["msg_type"], msg_or_type["content"]
        message = _message(kind, told)
        self.take(message)
        return message


class _Stream(io.TextIOBase):
    """Standard output or error: text becomes messages, in the order in which it is written.

    What libraries and commands write past Python to the file descriptor is added when the
    stream is flushed.
    """

    encoding = "UTF-8"

    def __init__(self, name: str, handle: int, take: Take) -> None:
        self.name = name
        self._take = take
        self._handle = handle
        self._text: list[str] = []
        self._raw = tempfile.TemporaryFile()  # noqa: SIM115
        os.dup2(self._raw.fileno(), handle)
        self._read = 0

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return False

    def fileno(self) -> int:
        return self._handle

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text)}")
        self._text.append(text)
        return len(text)

    def flush(self) -> None:
        if self._text:
            self._emit("".join(self._text))
            self._text = []
        size = os.fstat(self._raw.fileno()).st_size
        if size > self._read:
            raw = os.pread(self._raw.fileno(), size - self._read, self._read)
            self._read = size
            self._emit(raw.decode("utf-8", "replace"))

    def _emit(self, text: str) -> None:
        self._take(_message("stream", {"name": self.name, "text": text}))


class _Kernel:
    """What the shell asks of its kernel."""

    eventloop = None
    shell_is_awaiting = False

    def get_parent(self) -> Message:
        return {}


class _Shell(ZMQInteractiveShell):
    """The shell without a kernel around it."""

    def enable_gui(self, gui: str | None = None) -> None:
        if gui not in (None, "inline", "agg"):
            raise KernelNeededError(f"the event loop {gui!r} needs a kernel of its own")


class Cells:
    """A shell for the cells of one notebook; only one can live in a process.

    Parameters
    ----------
    take : callable
        Is given every message of every cell.
    """

    def __init__(self, take: Take) -> None:
        self._take = take
        self.needs_kernel = ""
        # read anew: the process that forked this one pointed them elsewhere
        config = Config()
        config.HistoryManager.enabled = False
        self._shell: Any = _Shell.instance(
            config=config, kernel=_Kernel(), compiler_class=XCachingCompiler
        )
        self._session = _Messages()
        self._session.take = take
        parts: tuple[Any, ...] = (self._shell.displayhook, self._shell.display_pub)
        for part in parts:
            part.session = self._session
            part.pub_socket = self
            part.topic = b""
        self._become_kernel()
        self._loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self._loop)
        self._streams = (_Stream("stdout", 1, take), _Stream("stderr", 2, take))

    def run(self, code: str, *, cell_id: str | None = None, store_history: bool = True) -> Message:
        """Execute a cell and return the reply a kernel would give.

        Parameters
        ----------
        code : str
            The cell's source.
        cell_id : str, optional
            Its id.
        store_history : bool
            Whether it counts.

        Raises
        ------
        KernelNeededError
            If it asked for what only a kernel can do.
        """
        kept: tuple[TextIO, TextIO] = (sys.stdout, sys.stderr)
        sys.stdout, sys.stderr = self._streams
        count = self._shell.execution_count
        self._take(_message("execute_input", {"code": code, "execution_count": count}))
        try:
            done = self._loop.run_until_complete(self._execute(code, cell_id, store_history))
        finally:
            for stream in self._streams:
                stream.flush()
            sys.stdout, sys.stderr = kept
        if self.needs_kernel:
            raise KernelNeededError(self.needs_kernel)
        return self._reply(done, count)

    @property
    def ended(self) -> bool:
        """Tell whether a cell asked its kernel to exit."""
        return bool(self._shell.exit_now)

    async def _execute(self, code: str, cell_id: str | None, store_history: bool) -> Any:
        """Run a cell inside a running loop, as a kernel does."""
        shell, problem = self._shell, None
        try:
            transformed = shell.transform_cell(code)
        except Exception:
            transformed, problem = code, sys.exc_info()
        told = {"store_history": store_history, "silent": False, "cell_id": cell_id}
        parts = {"transformed_cell": transformed, "preprocessing_exc_tuple": problem}
        if not shell.should_run_async(code, **parts):
            return shell.run_cell(code, **told)
        done = None
        try:
            done = await shell.run_cell_async(code, **told, **parts)
        finally:
            shell.events.trigger("post_execute")
            shell.events.trigger("post_run_cell", done)
        return done

    def _reply(self, done: Any, count: int) -> Message:
        shown = getattr(self._shell, "_last_traceback_during_displayhook", False)
        if done.success and not shown:
            return {"status": "ok", "execution_count": count}
        error = done.error_before_exec or done.error_in_exec
        return {
            "status": "error",
            "execution_count": count,
            "ename": type(error).__name__,
            "evalue": str(error),
            "traceback": list(self._shell._last_traceback or []),
        }

    def _become_kernel(self) -> None:
        """Make of this process what a kernel makes of itself."""
        launcher = importlib.util.find_spec("ipykernel_launcher")
        sys.argv = [str(launcher.origin) if launcher else ""]
        see_folder()
        builtins.input = _no_input
        comm.create_comm = self._refuse_comm

    def _refuse_comm(self, *_: Any, **__: Any) -> Any:
        self.needs_kernel = "it opens a comm, as widgets do"
        raise KernelNeededError(self.needs_kernel)


def see_folder() -> None:
    """Let modules in the current folder be imported, as in a kernel; those installed come first."""
    if "" not in sys.path:
        ends = [Path(each).name in {"site-packages", "dist-packages"} for each in sys.path]
        sys.path.insert(ends.index(True) if True in ends else 0, "")


def _message(kind: str, content: Any) -> Message:
    header = {"msg_type": kind, "date": datetime.now(UTC)}
    return {
        "msg_type": kind, "header": header, "parent_header": {}, "metadata": {}, "content": content,
    }  # fmt: skip


def _no_input(prompt: object = "", /) -> str:
    raise StdinNotImplementedError(
        "raw_input was called, but this frontend does not support input requests."
    )
