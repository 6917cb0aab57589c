"""Whether a process that has imported numerical libraries may be forked, and how it must begin."""

from __future__ import annotations

import os
import sys

# numerical libraries and Arrow's allocator must start no threads: a fork copies only one
SINGLE_THREADED = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}
SWITCH = "KBNN_FORK"  # "no" makes ordinary processes and kernels


class ForkUnavailableError(Exception):
    """Forking is not to be had; the message says why."""


class ForkLostError(Exception):
    """The preloaded process died under its children; what they did can be asked for again."""


class KernelNeededError(Exception):
    """A notebook asks for what only a kernel of its own can do; the message says what."""


def why_not_fork() -> str:
    """Return why no process that has imported numerical libraries may be forked; or nothing."""
    if os.environ.get(SWITCH) == "no":
        return f"{SWITCH}=no forbids to fork"
    return "" if sys.platform == "linux" else f"{sys.platform} cannot fork safely"


def can_fork() -> bool:
    """Tell whether a process that has imported numerical libraries may be forked here."""
    return not why_not_fork()
