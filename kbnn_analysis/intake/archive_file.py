"""One file of an archive: its name carries the digest of its bytes, its metadata the record."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from kbnn_analysis.errors import DataError, Problem
from kbnn_analysis.intake.archive_record import ArchiveRecord, decode_record

ANEW = "Remove its folder and archive the period again."
_NAME = re.compile(r"answers-([0-9a-f]{16})\.parquet")


@dataclass(frozen=True)
class ArchivedPeriod:
    """One period of an archive: where its file lies, and what it says of itself."""

    path: Path
    record: ArchiveRecord


def read_record(path: Path) -> ArchivedPeriod:
    """Return what an archived file says of itself; its answers are not read.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    ArchivedPeriod
        The file and its record.

    Raises
    ------
    DataError
        If it is damaged or is none of an archive.
    """
    import pyarrow as pa

    try:
        return ArchivedPeriod(path, decode_record(_metadata(path)))
    except (pa.ArrowException, OSError, ValueError, KeyError, TypeError) as error:
        raise damaged(path) from error


def column_names(path: Path) -> list[str]:
    """Return the columns of an archived file.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    list of str
        In the order of the file.
    """
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        return list(file.schema_arrow.names)


def is_archived(path: Path) -> bool:
    """Return whether a file has the name that the archive gives.

    Parameters
    ----------
    path : Path
        A file.

    Returns
    -------
    bool
        Judged by the name alone.
    """
    return _NAME.fullmatch(path.name) is not None


def check_digest(path: Path) -> None:
    """Compare a file's bytes with the digest that its name carries.

    Parameters
    ----------
    path : Path
        A file of an archive.

    Raises
    ------
    DataError
        If they differ, or the name carries none.
    """
    named = _NAME.fullmatch(path.name)
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise damaged(path) from error
    if named is None or digest[:16] != named[1]:
        raise damaged(path)


def _metadata(path: Path) -> dict[bytes, bytes] | None:
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        metadata: dict[bytes, bytes] | None = file.schema_arrow.metadata
    return metadata


def damaged(path: Path) -> DataError:
    """Return the error for a file that is not what its name says.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    DataError
        To be raised.
    """
    message = "the archived file is damaged, cut off or was changed."
    return DataError([Problem("archive", message, file=path.name, suggestion=ANEW)])
