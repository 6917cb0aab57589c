"""Freed memory given back to the system, where its C library can be asked."""

from __future__ import annotations

import ctypes
import sys


def give_back() -> bool:
    """Return freed memory to the system.

    Columns of a large file are built from many small pieces. Once freed they lie scattered over the
    heap of the GNU C library, which keeps them: a third of what ten million respondents take.

    Returns
    -------
    bool
        Whether the system could be asked: Linux with the GNU C library.
    """
    if not sys.platform.startswith("linux"):
        return False
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError):  # another C library
        return False
    trim(0)
    return True
