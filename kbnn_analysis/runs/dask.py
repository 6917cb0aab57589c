"""A Dask cluster as an executor of notebooks; the extra ``kbnn-analysis[dask]`` brings Dask."""

from __future__ import annotations

import contextlib
import importlib
import re
from collections.abc import Iterator
from concurrent.futures import Executor
from typing import Any

from kbnn_analysis.errors import UsageError

START_LIMIT = 30  # seconds
_ADDRESS = re.compile(r"(tcp|tls|ucx|wss?)://[^\s/]+")


@contextlib.contextmanager
def connected(address: str) -> Iterator[tuple[Executor, int]]:
    """Give the executor of a Dask cluster, and how many notebooks it executes at a time.

    Parameters
    ----------
    address : str
        Of the scheduler, such as ``tcp://host:8786``.

    Raises
    ------
    UsageError
        If that is no address, Dask is not installed, or nobody answers.
    """
    if not _ADDRESS.fullmatch(address):
        raise UsageError(
            f"`--scheduler` takes an address such as tcp://host:8786; got {address!r}."
        )
    try:
        distributed: Any = importlib.import_module("distributed")
    except ImportError:
        raise UsageError(
            "`--scheduler` needs Dask; install it with: pip install 'kbnn-analysis[dask]'"
        ) from None
    try:
        client = distributed.Client(address, timeout=START_LIMIT, set_as_default=False)
    except (OSError, ValueError):
        raise UsageError(f"`--scheduler`: no Dask scheduler answers at {address}.") from None
    try:
        client.wait_for_workers(1, timeout=START_LIMIT)
        yield client.get_executor(retries=2), max(sum(client.nthreads().values()), 1)
    except TimeoutError:
        raise UsageError(f"`--scheduler`: {address} has no workers.") from None
    finally:
        client.close()
