"""What a process that was made for one call does: call within a limit, and tell the outcome.

A forked child begins with :func:`serve`, a new Python with :func:`main`.
"""

from __future__ import annotations

import importlib
import json
import os
import socket
import sys
from pathlib import Path

from kbnn_analysis.runs.outcomes import failure


def serve(handle: int, function: str, folder: str, memory: int) -> int:
    """Call the function and tell its outcome on a channel; what a forked child does.

    Parameters
    ----------
    handle : int
        The channel.
    function, folder : str
        What to call, and with which folder.
    memory : int
        Limit in bytes; 0 for none.

    Returns
    -------
    int
        The exit code.
    """
    with socket.socket(fileno=handle) as channel:
        channel.sendall(_outcome(function, folder, memory))
    return 0


def _outcome(function: str, folder: str, memory: int) -> bytes:
    try:
        _limit_memory(memory)
        module, _, name = function.partition(":")
        told = {"returned": getattr(importlib.import_module(module), name)(Path(folder)) or {}}
    except BaseException as problem:
        told = {"failure": failure(problem)}
    return json.dumps(told, ensure_ascii=False).encode() + b"\n"


def _limit_memory(memory: int) -> None:
    """Limit what this process may write to, and those that it starts."""
    if not memory:
        return
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))


def main(function: str, folder: str, memory: str) -> None:
    """Be the ordinary process: the outcome alone goes to the output.

    Parameters
    ----------
    function, folder, memory : str
        As for :func:`serve`.
    """
    with os.fdopen(os.dup(1), "wb") as outcome:
        os.dup2(2, 1)
        outcome.write(_outcome(function, folder, int(memory)))


if __name__ == "__main__":
    main(*sys.argv[1:])
