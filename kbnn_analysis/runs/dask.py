"""A Dask cluster as an executor of notebooks; the extra ``kbnn-analysis[dask]`` brings Dask."""

from __future__ import annotations

import contextlib
import importlib
import logging
import re
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from typing import Any

from kbnn_analysis.errors import UsageError

START_LIMIT = 30  # seconds
_ADDRESS = re.compile(r"(tcp|tls|ucx|wss?)://[^\s/]+")


@contextlib.contextmanager
def connected(
    address: str, note: Callable[[str], None] = lambda sentence: None
) -> Iterator[tuple[Executor, Callable[[], int]]]:
    """Give the executor of a Dask cluster, and what tells how many notebooks it executes at a time.

    Parameters
    ----------
    address : str
        Of the scheduler, such as ``tcp://host:8786``.
    note : callable
        Is told when the cluster has lost its last worker, for which the batch then waits.

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
    with _quiet(), contextlib.closing(client):
        try:
            client.wait_for_workers(1, timeout=START_LIMIT)
        except TimeoutError:
            raise UsageError(f"`--scheduler`: {address} has no workers.") from None
        yield client.get_executor(retries=2), _Threads(client, address, note)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep Dask's tracebacks about a lost scheduler to itself: the runs tell it in a sentence."""
    logger = logging.getLogger("distributed.client")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)


class _Threads:
    """Counts the threads of all workers, which come and go while a batch is worked off."""

    def __init__(self, client: Any, address: str, note: Callable[[str], None]) -> None:
        self._client, self._address, self._note = client, address, note
        self._last = 1

    def __call__(self) -> int:
        try:
            found = int(sum(self._client.nthreads().values()))
        except Exception:  # the scheduler is busy, or gone: what was sent will tell
            return max(self._last, 1)
        if self._last and not found:
            self._note(f"{self._address} has no workers any more; waiting for one.")
        self._last = found
        return max(found, 1)
