"""One run at a time on the same results: a lock that the system lets go when its holder dies."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

from kbnn_analysis.errors import RunError


@contextlib.contextmanager
def held(path: Path, *, busy: str) -> Iterator[None]:
    """Hold a lock while the context lasts.

    Parameters
    ----------
    path : Path
        A file of no content that stands for what is locked; it stays.
    busy : str
        What to say if another process holds it.

    Raises
    ------
    RunError
        If another process holds it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            _lock(handle)
        except OSError:
            raise RunError(busy) from None
        yield
    finally:
        os.close(handle)


def is_held(path: Path) -> bool:
    """Tell whether a process holds the lock."""
    try:
        with held(path, busy=""):
            return False
    except RunError:
        return True


def _lock(handle: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
